// The graph: gradients, nodes, backward, tensor hooks.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

#include "autograd/engine.h"
#include "autograd/variable.h"
#include "boundary.h"
#include "buffer.h"
#include "callbacks.h"
#include "handles.h"

namespace gradbox::wasm {
namespace {

// ---- nodes: known to a front end by their own id, kept alive while it holds them ----

struct HeldNode {
  Ref<Node> node;
  int holders = 0;
};
std::unordered_map<std::uint64_t, HeldNode>& held_nodes() {
  static std::unordered_map<std::uint64_t, HeldNode> nodes;
  return nodes;
}

double hold(const Ref<Node>& node) {
  if (!node) return 0;
  HeldNode& h = held_nodes()[node->id];
  h.node = node;
  ++h.holders;
  return static_cast<double>(node->id);
}

Ref<Node> node_of(double id) {
  const auto it = held_nodes().find(static_cast<std::uint64_t>(id));
  if (it == held_nodes().end()) fail(ErrorKind::Runtime, "this autograd node was freed");
  return it->second.node;
}

std::string node_name(double id) {
  return guard(std::string(), [&] { return node_of(id)->name(); });
}

// [[id, input_nr], ...]; an edge that leads nowhere is null.
std::string node_next(double id) {
  return guard(std::string(), [&] {
    std::string s = "[";
    for (const Edge& e : node_of(id)->next) {
      if (s.size() > 1) s += ",";
      if (!e.node) {
        s += "null";
        continue;
      }
      s += "[" + std::to_string(static_cast<std::uint64_t>(hold(e.node))) + "," +
           std::to_string(e.input_nr) + "]";
    }
    return s + "]";
  });
}

// ---- tensor hooks ----

struct TensorHookState;
std::map<int, std::weak_ptr<TensorHookState>>& tensor_hooks() {
  static std::map<int, std::weak_ptr<TensorHookState>> hooks;
  return hooks;
}

// Owned by the hook that stands in the tensor's list: while it lives, so does the list.
struct TensorHookState {
  TensorHookState(int cb, int hook) : callback(cb), id(hook) {}
  ~TensorHookState() { tensor_hooks().erase(id); }
  CallbackRef callback;
  int id;
  TensorHookList* list = nullptr;
  std::uint64_t core_id = 0;
};

int add_tensor_hook(const Tensor& t, int cb) {
  static int next_id = 1;
  const auto state = std::make_shared<TensorHookState>(cb, next_id++);
  state->core_id = t.register_hook([state](const Tensor& g) {
    const auto keep = state;
    const CallbackReply r =
        call_front_end(CallbackKind::TensorHook, keep->callback.id(), 0, 0, 1, {g});
    return r.tensors.empty() ? Tensor() : r.tensors[0];
  });
  state->list = autograd_meta(t).hooks.get();
  tensor_hooks()[state->id] = state;
  return state->id;
}

void remove_tensor_hook(int id) {
  const auto it = tensor_hooks().find(id);
  if (it == tensor_hooks().end()) return;
  const auto state = it->second.lock();
  if (!state) return;
  auto& hooks = state->list->hooks;
  for (std::size_t i = 0; i < hooks.size(); ++i)
    if (hooks[i].first == state->core_id) {
      hooks.erase(hooks.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
}

template <class F>
int yes_no(int h, F&& f) {
  return guard(-1, [&] { return f(tensors().get(h)) ? 1 : 0; });
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

extern "C" {

// ---- flags; -1 after a failure ----

EMSCRIPTEN_KEEPALIVE int gb_requires_grad(int h) {
  return yes_no(h, [](const Tensor& t) { return t.requires_grad(); });
}
EMSCRIPTEN_KEEPALIVE int gb_is_leaf(int h) {
  return yes_no(h, [](const Tensor& t) { return t.is_leaf(); });
}
EMSCRIPTEN_KEEPALIVE int gb_retains_grad(int h) {
  return yes_no(h, [](const Tensor& t) { return t.retains_grad(); });
}
EMSCRIPTEN_KEEPALIVE int gb_set_requires_grad(int h, int on) {
  return attempt([&] { tensors().get(h).set_requires_grad(on != 0); });
}
EMSCRIPTEN_KEEPALIVE int gb_retain_grad(int h) {
  return attempt([&] { tensors().get(h).retain_grad(); });
}
EMSCRIPTEN_KEEPALIVE int gb_grad_enabled() { return grad_enabled() ? 1 : 0; }
// Gives the previous setting.
EMSCRIPTEN_KEEPALIVE int gb_set_grad_enabled(int on) {
  const int previous = grad_enabled() ? 1 : 0;
  set_grad_enabled(on != 0);
  return previous;
}

// ---- gradients ----

// Handle, 0 when there is none, -1 after a failure.
EMSCRIPTEN_KEEPALIVE int gb_grad(int h) {
  return guard(-1, [&] { return give(tensors().get(h).grad()); });
}
EMSCRIPTEN_KEEPALIVE int gb_set_grad(int h, int g) {
  return attempt([&] { tensors().get(h).set_grad(take(g)); });
}
EMSCRIPTEN_KEEPALIVE int gb_detach(int h) {
  return guard(0, [&] { return give(tensors().get(h).detach()); });
}

// Tensor.backward of h; `inputs` handles stand in the slots.
EMSCRIPTEN_KEEPALIVE int gb_backward(int h, int grad, int retain_graph, int create_graph, int inputs) {
  return attempt([&] {
    backward({tensors().get(h)}, {take(grad)}, {retain_graph != 0, create_graph != 0},
             inputs ? read_tensors(inputs) : TensorList());
  });
}

// torch.autograd.backward and torch.autograd.grad. The slots hold the handles of outputs, inputs and
// gradients of outputs (0 for None), in this order.
EMSCRIPTEN_KEEPALIVE int gb_backward_many(int outputs, int inputs, int grads, int retain_graph,
                                          int create_graph) {
  return attempt([&] {
    const TensorList o = read_tensors(outputs);
    const TensorList i = read_tensors(inputs, outputs);
    const TensorList g = read_tensors(grads, outputs + inputs);
    backward(o, g, {retain_graph != 0, create_graph != 0}, i);
  });
}
// Gives the number of handles in out, -1 after a failure.
EMSCRIPTEN_KEEPALIVE int gb_grads(int outputs, int inputs, int grads, int retain_graph, int create_graph,
                                  int allow_unused) {
  return guard(-1, [&] {
    const TensorList o = read_tensors(outputs);
    const TensorList i = read_tensors(inputs, outputs);
    const TensorList g = read_tensors(grads, outputs + inputs);
    return write_tensors(
        gradbox::grad(o, i, g, {retain_graph != 0, create_graph != 0}, allow_unused != 0));
  });
}

// ---- nodes ----

// Id of the node that made the tensor, 0 for a leaf, NaN after a failure.
EMSCRIPTEN_KEEPALIVE double gb_grad_fn(int h) {
  return guard(std::numeric_limits<double>::quiet_NaN(), [&] { return hold(tensors().get(h).grad_fn()); });
}
EMSCRIPTEN_KEEPALIVE int gb_node_free(double id) {
  const auto it = held_nodes().find(static_cast<std::uint64_t>(id));
  if (it == held_nodes().end()) return 0;
  if (--it->second.holders > 0) return 1;
  const Ref<Node> dying = it->second.node;
  held_nodes().erase(it);
  return 1;
}

// ---- hooks ----

EMSCRIPTEN_KEEPALIVE int gb_tensor_hook(int h, int cb) {
  return guard(0, [&] { return add_tensor_hook(tensors().get(h), cb); });
}
EMSCRIPTEN_KEEPALIVE int gb_remove_tensor_hook(int id) {
  return attempt([&] { remove_tensor_hook(id); });
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(autograd) {
  emscripten::function("nodeName", &node_name);
  emscripten::function("nodeNext", &node_next);
}
