#include "nn/backward_hooks.h"

#include <algorithm>

#include "autograd/variable.h"

namespace gradbox {

struct BackwardHooks::Shared {
  Ref<Module> module;
  std::vector<ModuleHook> pre_hooks, hooks;
  std::size_t input_count = 0;
  bool inputs_watched = false;
  bool has_grad_outputs = false;
  TensorList grad_outputs;

  TensorList run_pre_hooks(TensorList grads) {
    CallContext context;
    for (const auto& hook : pre_hooks) {
      auto replaced = hook(*module, HookKind::BackwardPre, context, {}, grads);
      if (!replaced) continue;
      if (replaced->size() != grads.size())
        fail(ErrorKind::Runtime,
             "Backward pre hook returned an invalid number of grad_output, got ", replaced->size(),
             ", but expected ", grads.size());
      grads = std::move(*replaced);
    }
    return grads;
  }

  TensorList run_hooks(TensorList grad_inputs) {
    CallContext context;
    for (const auto& hook : hooks) {
      auto replaced = hook(*module, HookKind::Backward, context, grad_inputs, grad_outputs);
      if (!replaced) continue;
      if (replaced->size() != grad_inputs.size())
        fail(ErrorKind::Runtime, "Backward hook returned an invalid number of grad_input, got ",
             replaced->size(), ", but expected ", grad_inputs.size());
      grad_inputs = std::move(*replaced);
    }
    return grad_inputs;
  }
};

namespace {

// Puts one node behind all of `tensors`; false when none requires grad.
bool put_node(TensorList& tensors, FunctionNode::Fn fn) {
  const bool any = std::any_of(tensors.begin(), tensors.end(),
                               [](const Tensor& t) { return t.defined() && t.requires_grad(); });
  if (!any || !grad_enabled()) return false;
  auto node = make_ref<FunctionNode>("BackwardHookFunctionBackward", std::move(fn));
  for (const Tensor& t : tensors) node->next.push_back(gradient_edge(t));
  for (Tensor& t : tensors) {
    if (!t.defined() || !t.requires_grad()) {
      node->outputs.emplace_back();
      continue;
    }
    Tensor view = t.alias();
    set_history(view, node);
    t = std::move(view);
  }
  return true;
}

}  // namespace

BackwardHooks::BackwardHooks(Module& module, std::vector<ModuleHook> pre_hooks,
                             std::vector<ModuleHook> hooks)
    : shared_(std::make_shared<Shared>()) {
  shared_->module = Ref<Module>(&module);
  shared_->pre_hooks = std::move(pre_hooks);
  shared_->hooks = std::move(hooks);
}

bool BackwardHooks::watch_inputs(TensorList& inputs) {
  shared_->input_count = inputs.size();
  shared_->inputs_watched = put_node(inputs, [s = shared_](const TensorList& grads) {
    if (!s->has_grad_outputs)
      fail(ErrorKind::Runtime,
           "Module backward hook for grad_input is called before the grad_output one. This happens "
           "because the "
           "gradient in your nn.Module flows to the Module's input without passing through the "
           "Module's output. "
           "Make sure that the output depends on the input and that the loss is computed based on "
           "the output.");
    return s->run_hooks(grads);
  });
  return shared_->inputs_watched;
}

bool BackwardHooks::watch_outputs(TensorList& outputs) {
  return put_node(outputs, [s = shared_](const TensorList& grads) {
    s->grad_outputs = s->run_pre_hooks(grads);
    s->has_grad_outputs = true;
    if (!s->inputs_watched) {
      // No input gets a gradient, so this is the moment for the hooks.
      const TensorList none(s->input_count);
      CallContext context;
      for (const auto& hook : s->hooks) {
        const auto replaced = hook(*s->module, HookKind::Backward, context, none, s->grad_outputs);
        if (replaced && std::any_of(replaced->begin(), replaced->end(),
                                    [](const Tensor& t) { return t.defined(); }))
          fail(ErrorKind::Runtime,
               "Backward hook for Modules where no input requires gradient should always return "
               "None or None for "
               "all gradients.");
      }
    }
    return s->grad_outputs;
  });
}

}  // namespace gradbox
