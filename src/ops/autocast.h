// torch.autocast("cpu"): matrix products and convolutions run in a lower precision, losses and the
// like in float32, whatever the dtypes of their arguments (aten/src/ATen/autocast_mode.cpp).
#pragma once

#include "ops/registry.h"

namespace gradbox {

void set_autocast(bool on, DType lower);
// Casts the arguments of a call as autocast, when it is on, wants them.
void cast_for_autocast(const OpDef& op, Values& args);

}  // namespace gradbox
