// Autograd's side of a tensor.
#pragma once

#include "autograd/node.h"
#include "core/tensor.h"

namespace gradbox {

struct AutogradMeta {
  bool requires_grad = false;  // leaves only
  bool retains_grad = false;
  Tensor grad;
  Ref<Node> grad_fn;
  std::uint32_t output_nr = 0;
  AccumulateGrad* accumulator = nullptr;  // unowned: the graph owns it
  Ref<TensorHookList> hooks;
  // Views: the tensor whose storage this one shares, and the version at which grad_fn was right.
  Tensor base;
  std::uint32_t view_version = 0;
  int line = 0;  // of the snippet that made this leaf; 0 when unknown
};

AutogradMeta& autograd_meta(const Tensor& t);
// Where a gradient for t has to go: its grad_fn, or its accumulator; a null edge if neither.
Edge gradient_edge(const Tensor& t);
// Makes t the output_nr-th output of node (t must not be a leaf that requires grad).
void set_history(const Tensor& t, const Ref<Node>& node);
// After an in-place operator wrote into t: gives t (and, for a view, its base) the new history.
void rebase_history(const Tensor& t, const Ref<Node>& node);
// Throws PyTorch's errors for in-place writes to leaves that require grad.
void check_inplace(const Tensor& t);
// Marks `view` as a view of `base` (or of base's own base).
void set_view(const Tensor& view, const Tensor& base);

bool grad_enabled();
class GradModeGuard {
 public:
  explicit GradModeGuard(bool on);
  ~GradModeGuard();

 private:
  bool previous_;
};
void set_grad_enabled(bool on);

}  // namespace gradbox
