// Full backward hooks of one module call (torch.utils.hooks.BackwardHook): nodes are put before the
// inputs and after the outputs; gradients that pass them are shown to the hooks.
#pragma once

#include <memory>
#include <vector>

#include "nn/module.h"

namespace gradbox {

class BackwardHooks {
 public:
  BackwardHooks(Module& module, std::vector<ModuleHook> pre_hooks, std::vector<ModuleHook> hooks);
  // Replaces the tensors by views behind a node of their own; false when nothing among them
  // requires grad (or recording is off) and they were left alone.
  bool watch_inputs(TensorList& inputs);
  bool watch_outputs(TensorList& outputs);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace gradbox
