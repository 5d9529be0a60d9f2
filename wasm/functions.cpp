// torch.autograd.Function: a front end's forward and backward as one node of the graph.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <map>
#include <optional>
#include <utility>

#include "autograd/engine.h"
#include "autograd/variable.h"
#include "boundary.h"
#include "buffer.h"
#include "callbacks.h"
#include "handles.h"

namespace gradbox::wasm {
namespace {

struct FunctionState;
std::map<int, std::weak_ptr<FunctionState>>& functions() {
  static std::map<int, std::weak_ptr<FunctionState>> by_frame;
  return by_frame;
}

std::map<int, std::string>& function_names() {
  static std::map<int, std::string> names;
  return names;
}

// One application of a function. Lives as long as its node; what it saved hangs on it here and not
// on the front end's ctx, where an output that is saved would keep its own node alive for ever.
struct FunctionState {
  FunctionState(int cb, int frame_token) : callback(cb), frame(frame_token) {}
  ~FunctionState() {
    functions().erase(frame);
    released().frames.push_back(frame);
  }
  int callback;
  int frame;
  std::vector<bool> needs;
  TensorList pending;                             // saved so far, while forward runs
  TensorList dirty;                               // inputs that forward changed in place
  std::optional<std::vector<SavedTensor>> saved;  // after forward
  Node* node = nullptr;                           // owns this state
};

std::shared_ptr<FunctionState> state_of(int frame) {
  const auto it = functions().find(frame);
  const auto state = it == functions().end() ? nullptr : it->second.lock();
  if (!state) fail(ErrorKind::Runtime, "this autograd function's context was freed");
  return state;
}

void settle_saved(FunctionState& s, const TensorList& outputs) {
  for (const Tensor& out : outputs)
    if (out.defined() && out.grad_fn()) s.node = out.grad_fn().get();
  s.saved.emplace();
  for (const Tensor& t : s.pending) {
    bool is_output = false;
    for (const Tensor& out : outputs)
      is_output = is_output || (t.defined() && out.defined() && out.is_same(t));
    s.saved->push_back(t.defined() ? SavedTensor(t, is_output) : SavedTensor());
  }
  s.pending.clear();
}

TensorList apply(int cb, int frame, const TensorList& inputs) {
  const auto state = std::make_shared<FunctionState>(cb, frame);
  functions()[frame] = state;
  for (const Tensor& t : inputs)
    state->needs.push_back(t.defined() && grad_enabled() && t.requires_grad());
  const auto name = function_names().find(cb);
  const TensorList outputs = apply_function(
      name == function_names().end() ? "Function" : name->second, inputs,
      [state](const TensorList&) {
        CallbackReply r =
            call_front_end(CallbackKind::FunctionForward, state->callback, 0, state->frame, 0);
        return std::move(r.tensors);
      },
      [state](const TensorList& grads) {
        CallbackReply r = call_front_end(CallbackKind::FunctionBackward, state->callback, 0,
                                         state->frame, 1, grads);
        return std::move(r.tensors);
      },
      [state] { return std::exchange(state->dirty, {}); });
  settle_saved(*state, outputs);
  return outputs;
}

TensorList saved(int frame) {
  const auto state = state_of(frame);
  if (!state->saved) return state->pending;
  if (state->node) state->node->check_not_released();
  TensorList out;
  for (const SavedTensor& s : *state->saved) {
    if (!s.defined()) out.emplace_back();
    else if (state->node) out.push_back(s.unpack(*state->node));
    else out.push_back(s.data());
  }
  return out;
}

// What a front end's pack hook made of a tensor. It stands in its table of frames, below zero.
struct Packed {
  explicit Packed(int number) : token(number) {}
  ~Packed() { released().frames.push_back(token); }
  Packed(const Packed&) = delete;
  Packed& operator=(const Packed&) = delete;
  int token;
};

void push_hooks(int cb) {
  push_saved_tensor_hooks([target = callback(cb)](const Tensor& t) -> Unpack {
    static int last = 0;
    const auto packed = std::make_shared<Packed>(--last);
    call_front_end(CallbackKind::PackSaved, target->id(), 0, packed->token, 1, {t});
    return [target, packed] {
      CallbackReply r =
          call_front_end(CallbackKind::UnpackSaved, target->id(), 0, packed->token, 0);
      return r.tensors.at(0);
    };
  });
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

extern "C" {

// Input handles stand in the slots; gives the number of output handles in out, -1 after a failure.
EMSCRIPTEN_KEEPALIVE int gb_function_apply(int cb, int frame, int count) {
  return guard(-1, [&] { return write_tensors(apply(cb, frame, read_tensors(count))); });
}
EMSCRIPTEN_KEEPALIVE int gb_function_save(int frame, int count) {
  return attempt([&] { state_of(frame)->pending = read_tensors(count); });
}
EMSCRIPTEN_KEEPALIVE int gb_function_dirty(int frame, int count) {
  return attempt([&] { state_of(frame)->dirty = read_tensors(count); });
}
// torch.autograd.graph.saved_tensors_hooks: set by a with block, taken off at its end.
EMSCRIPTEN_KEEPALIVE int gb_saved_hooks_push(int cb) {
  return attempt([&] { push_hooks(cb); });
}
EMSCRIPTEN_KEEPALIVE int gb_saved_hooks_pop() {
  return attempt([] { pop_saved_tensor_hooks(); });
}
EMSCRIPTEN_KEEPALIVE int gb_function_saved(int frame) {
  return guard(-1, [&] { return write_tensors(saved(frame)); });
}
// The frame of the application that made a node; 0 when it is none of a function.
EMSCRIPTEN_KEEPALIVE int gb_node_frame(double id) {
  for (const auto& [frame, weak] : functions()) {
    const auto state = weak.lock();
    if (state && state->node && static_cast<double>(state->node->id) == id) return frame;
  }
  return 0;
}
EMSCRIPTEN_KEEPALIVE int gb_function_needs(int frame, int i) {
  return guard(-1, [&] { return state_of(frame)->needs.at(static_cast<std::size_t>(i)) ? 1 : 0; });
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(functions) {
  // The name that grad_fn shows, without "Backward".
  emscripten::function(
      "functionName", +[](int cb, std::string name) { function_names()[cb] = std::move(name); });
}
