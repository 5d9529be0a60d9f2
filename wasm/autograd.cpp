// The graph: gradients, nodes, backward, tensor hooks.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>

#include "autograd/engine.h"
#include "autograd/variable.h"
#include "boundary.h"
#include "buffer.h"
#include "callbacks.h"
#include "core/json.h"
#include "handles.h"
#include "ops/autocast.h"

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

// Whether PyTorch differentiates an operator by this tensor argument: its nodes have an edge for
// it, if only to nowhere.
bool has_edge(const OpDef& op, const ArgSpec& arg) {
  static const std::set<std::string> never{
      "condition",   "mask",    "index",   "indices",    "running_mean",
      "running_var", "offsets", "targets", "pos_weight", "tensor_indices_or_sections"};
  if (never.count(arg.name)) return false;
  const std::string& name = op.schema.name;
  if (arg.name == "target")
    return name != "cross_entropy" && name.find("nll") == std::string::npos &&
           name.find("margin") == std::string::npos;
  if (arg.name == "input" && name.rfind("embedding", 0) == 0) return false;
  const bool loss = name.find("nll_loss") != std::string::npos ||
                    name.find("cross_entropy") != std::string::npos ||
                    name.find("margin") != std::string::npos;
  return !(loss && arg.name == "weight");
}

// The argument that is a plain number to this node: PyTorch has another operator for that.
bool is_number(const OpNode& node, const std::string& arg) {
  static const std::map<std::string, std::string> numbers{
      {"PowBackward0", "exponent"},    {"RsubBackward1", "other"}, {"MaskedFillBackward0", "value"},
      {"LerpBackward0", "weight"},     {"FmodBackward0", "other"}, {"RemainderBackward0", "other"},
      {"IndexFillBackward0", "value"}, {"FillBackward0", "value"}, {"FillBackward2", "value"}};
  const auto it = numbers.find(node.name());
  return it != numbers.end() && it->second == arg;
}

// A node's edges as PyTorch has them: places in node.next, -1 for those that lead nowhere.
std::vector<int> edges_of(const Node& node) {
  std::vector<int> out;
  if (const OpNode* op = node.as_op()) {
    for (const OpNode::ArgInfo& a : op->info) {
      const ArgSpec& arg = op->op.schema.args[a.arg];
      if (a.edge >= 0 || (has_edge(op->op, arg) && !is_number(*op, arg.name)))
        out.push_back(a.edge);
    }
  } else {
    for (std::size_t i = 0; i < node.next.size(); ++i) out.push_back(static_cast<int>(i));
  }
  return out;
}

// [[id, input_nr], ...]; an edge that leads nowhere is null.
std::string node_next(double id) {
  return guard(std::string(), [&] {
    std::string s = "[";
    const Ref<Node> node = node_of(id);
    for (const int i : edges_of(*node)) {
      const Edge e = i < 0 ? Edge() : node->next[static_cast<std::size_t>(i)];
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

// ---- hooks of nodes ----

// A removed hook stays in its node's list, where it does nothing.
struct NodeHookState {
  NodeHookState(int cb, int hook) : callback(cb), id(hook) {}
  CallbackRef callback;
  int id;
  bool removed = false;
};
std::map<int, std::weak_ptr<NodeHookState>>& node_hooks() {
  static std::map<int, std::weak_ptr<NodeHookState>> hooks;
  return hooks;
}

int add_node_hook(const Ref<Node>& node, int cb, bool before) {
  static int next_id = 1;
  const auto state = std::make_shared<NodeHookState>(cb, next_id++);
  node_hooks()[state->id] = state;
  if (before) {
    node->pre_hooks.push_back([state](const TensorList& grads) -> TensorList {
      if (state->removed) return {};
      return call_front_end(CallbackKind::BackwardPre, state->callback.id(), 0, 0, 1, grads)
          .tensors;
    });
  } else {
    node->post_hooks.push_back([state, edges = edges_of(*node)](
                                   const TensorList& in, const TensorList& out) -> TensorList {
      if (state->removed) return {};
      TensorList shown;
      for (const int i : edges) shown.push_back(i < 0 ? Tensor() : in[static_cast<std::size_t>(i)]);
      shown.insert(shown.end(), out.begin(), out.end());
      const CallbackReply r = call_front_end(CallbackKind::BackwardHook, state->callback.id(), 0, 0,
                                             1, shown, static_cast<int>(edges.size()));
      if (r.tensors.size() != edges.size()) return r.tensors;
      TensorList changed(in.size());
      for (std::size_t k = 0; k < edges.size(); ++k)
        if (edges[k] >= 0) changed[static_cast<std::size_t>(edges[k])] = r.tensors[k];
      return changed;
    });
  }
  return state->id;
}

void remove_node_hook(int id) {
  const auto it = node_hooks().find(id);
  if (it == node_hooks().end()) return;
  if (const auto state = it->second.lock()) state->removed = true;
  node_hooks().erase(it);
}

// ---- what nodes saved ----

const OpNode& operator_node(double id) {
  const OpNode* op = node_of(id)->as_op();
  if (!op) fail(ErrorKind::Attribute, "this node is no operator's");
  return *op;
}

// The saved tensor `name` ("self", "result", "result1", ...), undefined when there is none.
Tensor saved_tensor(double id, const std::string& name) {
  const OpNode& node = operator_node(id);
  bool known = node.op.saves_output && name.rfind("result", 0) == 0;
  for (const int i : node.op.saved_args)
    known = known || node.op.schema.args[static_cast<std::size_t>(i)].name == name;
  if (!known) fail(ErrorKind::Attribute, "this node saves no ", name);
  if (node.released)
    fail(ErrorKind::Runtime,
         "Trying to backward through the graph a second time (or directly access saved tensors "
         "after "
         "they have already been freed). Saved intermediate values of the graph are freed when you "
         "call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward "
         "through the graph a second time or if you need to access saved tensors after calling "
         "backward.");
  Node& owner = *node_of(id);
  for (const OpNode::SavedArg& s : node.saved)
    if (node.op.schema.args[s.arg].name == name) return s.value.unpack(owner);
  for (std::size_t i = 0; i < node.saved_outputs.size(); ++i)
    if (name == "result" + (i ? std::to_string(i) : std::string()))
      return node.saved_outputs[i].unpack(owner);
  return Tensor();
}

// Names of what a node saved, "tensor self", and its plain arguments, "dim=1", one a line.
std::string node_saved(double id) {
  return guard(std::string(), [&] {
    const OpNode& node = operator_node(id);
    std::string s;
    for (const OpNode::SavedArg& a : node.saved) {
      const std::string name = node.op.schema.args[a.arg].name;
      if (is_number(node, name) && !node.released) {
        const Tensor number = a.value.unpack(*node_of(id));
        s += name + "=" +
             (is_floating(number.dtype()) ? json_number(number.item())
                                          : std::to_string(number.item_int())) +
             "\n";
      } else {
        s += "tensor " + name + "\n";
      }
    }
    for (std::size_t i = 0; i < node.saved_outputs.size(); ++i)
      s += "tensor result" + (i ? std::to_string(i) : std::string()) + "\n";
    for (std::size_t i = 0; i < node.plain_args.size(); ++i) {
      const Value& v = node.plain_args[i];
      const std::string name = node.op.schema.args[i].name;
      if (v.is<bool>()) {
        s += name + "=" + (v.get<bool>() ? "true" : "false") + "\n";
      } else if (v.is_number()) {
        s += name + "=" +
             (v.is<double>() ? json_number(v.get<double>()) : std::to_string(v.as_int())) + "\n";
      } else if (v.is<IntList>()) {
        s += name + "=" + json_ints(v.get<IntList>()) + "\n";
      }
    }
    return s;
  });
}

int node_tensor(double id, const std::string& name) {
  return guard(0, [&] { return give(saved_tensor(id, name)); });
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

// Gives the previous setting.
EMSCRIPTEN_KEEPALIVE int gb_set_inference_mode(int on) {
  return set_inference_mode(on != 0) ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE int gb_is_inference(int h) {
  return yes_no(h, [](const Tensor& t) { return t.impl()->inference; });
}
// A dtype code, or -1 to end it.
EMSCRIPTEN_KEEPALIVE int gb_autocast(int dtype) {
  set_autocast(dtype >= 0, dtype < 0 ? DType::BFloat16 : static_cast<DType>(dtype));
  return 1;
}

EMSCRIPTEN_KEEPALIVE int gb_set_anomaly_mode(int on) { return set_anomaly_mode(on != 0) ? 1 : 0; }

// ---- gradients ----

// Handle, 0 when there is none, -1 after a failure.
EMSCRIPTEN_KEEPALIVE int gb_grad(int h) {
  return guard(-1, [&] { return give(tensors().get(h).grad()); });
}
EMSCRIPTEN_KEEPALIVE int gb_set_grad(int h, int g) {
  return attempt([&] { tensors().get(h).set_grad(take(g)); });
}
// Tensor.data: the same memory under a version counter of its own, so that what is written through
// it goes unnoticed.
EMSCRIPTEN_KEEPALIVE int gb_data(int h) {
  return guard(0, [&] {
    const Tensor& t = tensors().get(h);
    const Ref<Storage> whole = t.storage();
    const auto part =
        make_ref<Storage>(whole->data(), whole->bytes(), std::make_shared<Ref<Storage>>(whole));
    return give(Tensor(make_ref<TensorImpl>(part, t.impl()->geometry, t.offset(), t.dtype())));
  });
}
EMSCRIPTEN_KEEPALIVE int gb_detach(int h) {
  return guard(0, [&] { return give(tensors().get(h).detach()); });
}

// Tensor.backward of h; `inputs` handles stand in the slots.
EMSCRIPTEN_KEEPALIVE int gb_backward(int h, int grad, int retain_graph, int create_graph,
                                     int inputs) {
  return attempt([&] {
    backward({tensors().get(h)}, {take(grad)}, {retain_graph != 0, create_graph != 0},
             inputs ? read_tensors(inputs) : TensorList());
  });
}

// torch.autograd.backward and torch.autograd.grad. The slots hold the handles of outputs, inputs
// and gradients of outputs (0 for None), in this order.
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
EMSCRIPTEN_KEEPALIVE int gb_grads(int outputs, int inputs, int grads, int retain_graph,
                                  int create_graph, int allow_unused) {
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
  return guard(std::numeric_limits<double>::quiet_NaN(),
               [&] { return hold(tensors().get(h).grad_fn()); });
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
// A hook of a node: before its backward (grad_outputs), or after (grad_inputs, grad_outputs).
EMSCRIPTEN_KEEPALIVE int gb_node_hook(double id, int cb, int before) {
  return guard(0, [&] { return add_node_hook(node_of(id), cb, before != 0); });
}
EMSCRIPTEN_KEEPALIVE int gb_remove_node_hook(int id) {
  return attempt([&] { remove_node_hook(id); });
}
// The leaf whose gradient an AccumulateGrad takes; 0 for other nodes.
EMSCRIPTEN_KEEPALIVE int gb_node_variable(double id) {
  return guard(0, [&] {
    const Ref<Node> node = node_of(id);
    return node->is_sink() ? give(static_cast<AccumulateGrad&>(*node).variable) : 0;
  });
}
EMSCRIPTEN_KEEPALIVE int gb_remove_tensor_hook(int id) {
  return attempt([&] { remove_tensor_hook(id); });
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(autograd) {
  emscripten::function("nodeName", &node_name);
  emscripten::function("nodeNext", &node_next);
  emscripten::function("nodeSaved", &node_saved);
  emscripten::function("nodeTensor", &node_tensor);
}
