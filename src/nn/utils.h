// torch.nn.utils, as far as gradients go.
#pragma once

#include "core/value.h"

namespace gradbox {

// Scales all gradients so that their joint norm is at most max_norm; gives the norm before that as
// a 0-dim tensor. norm_type may be infinity. torch.nn.utils.clip_grad_norm_ RuntimeError on a norm
// that isn't finite, when error_if_nonfinite.
Tensor clip_grad_norm_(const TensorList& parameters, double max_norm, double norm_type = 2,
                       bool error_if_nonfinite = false);
// Cuts every gradient's elements to [-clip_value, clip_value]. torch.nn.utils.clip_grad_value_
void clip_grad_value_(const TensorList& parameters, double clip_value);
// Takes the gradient away, or fills it with zeros in place (outside the graph).
void zero_gradient(const Tensor& parameter, bool set_to_none);

}  // namespace gradbox
