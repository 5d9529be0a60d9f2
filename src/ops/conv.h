// Convolutions with what follows them, for inference.
#pragma once

#include "kernels/finish.h"
#include "ops/ops.h"

namespace gradbox::ops {

// The operator `convolution` on float32 or float64 tensors, outside of autograd, with `added` (of
// the result's shape; may be undefined) and an activation in the same pass. Bias is of the dtype of
// x. Throws as convolution does, and RuntimeError when `added` has another shape.
Tensor convolution_finished(const Tensor& x, const Tensor& weight, const Tensor& bias,
                            const IntList& stride, const IntList& padding, const IntList& dilation,
                            std::int64_t groups, const Tensor& added,
                            const kernels::Activation& activation);

// Shape of what convolution gives; throws as convolution does.
Dims convolution_shape(const Tensor& x, const Tensor& weight, const IntList& stride,
                       const IntList& padding, const IntList& dilation, std::int64_t groups);

}  // namespace gradbox::ops
