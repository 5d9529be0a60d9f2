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

// torch.autograd.set_detect_anomaly: a node that gives NaN ends the backward with an error that names
// it. Gives the previous setting.
bool set_anomaly_mode(bool on);

// Called at the start of every backward(), while the graph is whole, with the outputs it was called
// on (the recorder's loss curve and graph).
void set_backward_observer(std::function<void(const TensorList&)> f);
// Called with each gradient that passed the tensor hooks of a node's output (the recorder's log).
void set_tensor_hook_observer(std::function<void(const Node&, const Tensor& grad)> f);

// torch.autograd.Function: runs `forward` with recording off, wires `backward` into the graph.
// Outputs that are inputs unchanged are returned as views. backward gets one gradient an output
// (undefined for none) and returns one an input.
TensorList apply_function(const std::string& name, const TensorList& inputs,
                          const std::function<TensorList(const TensorList&)>& forward,
                          const std::function<TensorList(const TensorList&)>& backward);

}  // namespace gradbox
