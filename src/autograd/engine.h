// Reverse-mode differentiation: topological backward over the dynamic graph (torch.autograd).
#pragma once

#include <functional>
#include <vector>

#include "autograd/node.h"
#include "core/tensor.h"

namespace gradbox {

struct BackwardOptions {
  bool retain_graph = false;
  bool create_graph = false;
};

// torch.autograd.backward. `grads[i]` may be undefined for a scalar output. With `inputs`, only
// those leaves accumulate.
void backward(const TensorList& outputs, const TensorList& grads, BackwardOptions options,
              const TensorList& inputs = {});
// torch.autograd.grad: gradients of outputs with respect to inputs; undefined entries only when
// allow_unused.
TensorList grad(const TensorList& outputs, const TensorList& inputs, const TensorList& grads,
                BackwardOptions options, bool allow_unused);

// torch.autograd.set_detect_anomaly: a node that gives NaN ends the backward with an error that
// names it. Gives the previous setting.
bool set_anomaly_mode(bool on);

// Watches the graph grow and run (the recorder). Of runs inside a run (a backward inside a hook, an
// operator that differentiates its own forward) it hears nothing but tensor hooks.
class GraphObserver {
 public:
  virtual ~GraphObserver() = default;
  // An operator or a custom function has just made `outputs`; `node` will differentiate it.
  virtual void on_node(Node& node, const TensorList& outputs) = 0;
  // A leaf was made to require grad.
  virtual void on_leaf(const Tensor& leaf) = 0;
  // backward() or grad() begins at `outputs`, while the graph is whole. `accumulates`: backward().
  virtual void on_begin(const TensorList& outputs, bool accumulates,
                        const BackwardOptions& options) = 0;
  // `node` is about to run on the gradients of its outputs.
  virtual void on_step(Node& node, const TensorList& grads) = 0;
  // What `node` sends along its i-th edge.
  virtual void on_edge(Node& node, std::size_t i, const Tensor& grad) = 0;
  virtual void on_end() = 0;
  // A gradient passed the tensor hooks of an output of `node`.
  virtual void on_tensor_hook(const Node& node, const Tensor& grad) = 0;
};
// Null for none. Not owned.
void set_graph_observer(GraphObserver* observer);
GraphObserver* graph_observer();

// torch.autograd.Function: runs `forward` with recording off, wires `backward` into the graph.
// Outputs that are inputs unchanged are returned as views. backward gets one gradient an output
// (undefined for none) and returns one an input. `dirty`, asked after forward, gives the inputs
// that it changed in place.
TensorList apply_function(const std::string& name, const TensorList& inputs,
                          const std::function<TensorList(const TensorList&)>& forward,
                          const std::function<TensorList(const TensorList&)>& backward,
                          const std::function<TensorList()>& dirty = nullptr);

}  // namespace gradbox
