// Sessions for web/inference: plain C functions, for a module so small that Embind would be a
// tenth of it. Text goes both ways in a buffer that lies here.
#include "onnx/run/session.h"

#include <emscripten.h>

#include <cstring>

#include "boundary.h"
#include "handles.h"
#include "onnx/run/describe.h"
#include "opening.h"
#include "values.h"

namespace gradbox::wasm {

HandleTable<Tensor>& tensors() {
  static HandleTable<Tensor> table("tensor");
  return table;
}

namespace {

HandleTable<std::shared_ptr<onnx::Session>>& sessions() {
  static HandleTable<std::shared_ptr<onnx::Session>> table("session");
  return table;
}

// What the latest call said, or the next one is to be told.
std::string g_text;
// What gi_data last gave the address of.
Tensor g_dense;

// Keeps the text that f gives for JavaScript; its length, -1 after a failure.
template <class F>
int tell(F f) {
  return guard(-1, [&] {
    g_text = f();
    return static_cast<int>(g_text.size());
  });
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

extern "C" {

// Room for n bytes of text; n < 0: where the text of the latest call stands.
EMSCRIPTEN_KEEPALIVE char* gi_text(int n) {
  return guard(static_cast<char*>(nullptr), [&] {
    if (n >= 0) g_text.resize(static_cast<std::size_t>(n));
    return g_text.data();
  });
}

// "RuntimeError\nmessage" of the latest failure.
EMSCRIPTEN_KEEPALIVE int gi_error() { return tell(last_error); }

// A session of the file that was opened (opening.h); 0 after a failure.
EMSCRIPTEN_KEEPALIVE int gi_session() {
  return guard(0, [] { return sessions().add(std::make_shared<onnx::Session>(opened_model())); });
}

EMSCRIPTEN_KEEPALIVE int gi_session_free(int id) { return sessions().remove(id) ? 1 : 0; }

// interface_json as text.
EMSCRIPTEN_KEEPALIVE int gi_describe(int id) {
  return tell([&] { return onnx::interface_json(sessions().get(id)->model()); });
}

// Runs the request that stands in the text, see values.h, and leaves the answer there.
EMSCRIPTEN_KEEPALIVE int gi_run(int id) {
  return tell([&] { return run_session(*sessions().get(id), g_text); });
}

// An uninitialised tensor whose sizes stand in the text, as `rank` doubles; 0 after a failure.
EMSCRIPTEN_KEEPALIVE int gi_tensor(int dtype, int rank) {
  return guard(0, [&] {
    check(dtype >= 0 && dtype < kDTypeCount, "no dtype ", dtype);
    Dims shape;
    for (int d = 0; d < rank; ++d) {
      double n = 0;
      std::memcpy(&n, g_text.data() + sizeof n * static_cast<std::size_t>(d), sizeof n);
      shape.push_back(static_cast<std::int64_t>(n));
    }
    return give(Tensor::empty(shape, static_cast<DType>(dtype)));
  });
}

EMSCRIPTEN_KEEPALIVE int gi_tensor_free(int h) { return tensors().remove(h) ? 1 : 0; }

// The address of a tensor's elements, row-major; they stay until the next such call.
EMSCRIPTEN_KEEPALIVE char* gi_data(int h) {
  return guard(static_cast<char*>(nullptr), [&] {
    g_dense = tensors().get(h).contiguous_raw();
    return g_dense.raw();
  });
}

// [dtype, sizes...] as JSON text.
EMSCRIPTEN_KEEPALIVE int gi_shape(int h) {
  return tell([&] {
    const Tensor t = tensors().get(h);
    Dims all = t.shape();
    all.insert(all.begin(), static_cast<std::int64_t>(t.dtype()));
    return json_ints(all);
  });
}
}
