// Type promotion of operator arguments (torch.result_type).
#pragma once

#include "core/tensor.h"

namespace gradbox {

// The dtype a binary operator computes in: tensors with dimensions win over 0-dim tensors, which
// win over wrapped numbers, unless the weaker one is of a higher category.
DType result_type(const Tensor& a, const Tensor& b);
// As result_type, but integral results become the default floating dtype (division, exp, ...).
DType result_type_float(const Tensor& a, const Tensor& b);
inline DType to_floating(DType t) { return is_floating(t) ? t : default_dtype(); }

}  // namespace gradbox
