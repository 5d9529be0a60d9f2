// Operators on tensors whose dtype is only stored (core/dtype.h): int8, float16 and their kin.
#pragma once

#include "ops/registry.h"

namespace gradbox {

// Runs the operator's forward. Arguments of a stored-only dtype come to it in their carriers, and
// its results go back into the dtype that PyTorch's promotion gives.
Value run_forward(const OpDef& op, const Values& args, TensorList* stash);

}  // namespace gradbox
