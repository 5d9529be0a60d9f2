// Dimensions of a reduction.
#pragma once

#include "core/value.h"

namespace gradbox {

// Which dimensions are reduced, from a `dim` argument: None or an empty list means all.
std::vector<char> reduced_mask(const Tensor& t, const Value& dims);
// Shape of the result before reduced dimensions are dropped.
Dims kept_shape(const Tensor& t, const std::vector<char>& mask);
// Drops the reduced dimensions (raw, no autograd) unless keepdim.
Tensor drop_reduced(const Tensor& kept, const std::vector<char>& mask, bool keepdim);
// Gives a reduced tensor its size-1 dimensions back (differentiable).
Tensor restore_reduced(const Tensor& reduced, const Dims& input_shape, const Value& dims,
                       bool keepdim);

}  // namespace gradbox
