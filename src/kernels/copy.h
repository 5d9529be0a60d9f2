// Moving elements between tensors of equal shape.
#pragma once

#include "core/tensor.h"

namespace gradbox::kernels {

// dst[...] = src[...] for two tensors of the same shape, converting the dtype where they differ
// (C++ conversions; to bool: != 0, as Tensor.to does).
void copy_strided(const Tensor& dst, const Tensor& src);

// dst[...] += src[...] for two tensors of the same shape and dtype; false, and nothing done, unless
// both are dense and of floats or doubles.
bool add_dense(const Tensor& dst, const Tensor& src);

}  // namespace gradbox::kernels
