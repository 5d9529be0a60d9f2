#include "callbacks.h"

#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include "buffer.h"
#include "core/error.h"
#include "handles.h"

// Gives the number of tensors in the reply (their handles stand in the slots), -1 for "unchanged",
// -2 when the front end's function raised.
EM_JS(int, gb_call_front_end,
      (int kind, int callback, int module, int frame, int changed, int count),
      { return Module["callFrontEnd"](kind, callback, module, frame, changed, count); });

namespace gradbox::wasm {

CallbackReply call_front_end(CallbackKind kind, int callback, int module, int frame, int changed,
                             const TensorList& tensors, int leading_count) {
  std::size_t first = 0;
  if (leading_count >= 0) {
    buffer().out[0] = leading_count;
    first = 1;
  }
  const int count = write_tensors(tensors, first) + static_cast<int>(first);
  const int n = gb_call_front_end(static_cast<int>(kind), callback, module, frame, changed, count);
  if (n == -2) fail(ErrorKind::Callback, "the front end's function raised");
  CallbackReply reply;
  if (n < 0) return reply;
  reply.given = true;
  reply.tensors = read_tensors(n);
  return reply;
}

CallbackRef::~CallbackRef() { released().callbacks.push_back(id_); }

Callback callback(int id) { return std::make_shared<CallbackRef>(id); }

Released& released() {
  static Released r;
  return r;
}

namespace {

std::string joined(const std::vector<int>& ids) {
  std::string s = "[";
  for (const int id : ids) {
    if (s.size() > 1) s += ",";
    s += std::to_string(id);
  }
  return s + "]";
}

// "" when there is nothing to tell.
std::string drain_released() {
  Released& r = released();
  if (r.callbacks.empty() && r.frames.empty()) return "";
  std::string s = "{\"callbacks\":" + joined(r.callbacks) + ",\"frames\":" + joined(r.frames) + "}";
  r.callbacks.clear();
  r.frames.clear();
  return s;
}

}  // namespace
}  // namespace gradbox::wasm

EMSCRIPTEN_BINDINGS(callbacks) { emscripten::function("released", &gradbox::wasm::drain_released); }
