// Two-dimensional convolution by im2col and matrix products.
#pragma once

#include "core/tensor.h"

namespace gradbox::kernels {

struct ConvGeometry {
  std::int64_t stride[2] = {1, 1};
  std::int64_t padding[2] = {0, 0};
  std::int64_t dilation[2] = {1, 1};
  std::int64_t groups = 1;
};

// Output length of one spatial dimension (PyTorch's formula; floor).
std::int64_t conv_length(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t padding, std::int64_t dilation);

// All tensors are contiguous and of one floating dtype: x [n, c, h, w], w [o, c/groups, kh, kw],
// y [n, o, oh, ow].
void conv2d(const Tensor& y, const Tensor& x, const Tensor& w, const ConvGeometry& g);
// dx += what dy says about x. dx must hold zeros.
void conv2d_input(const Tensor& dx, const Tensor& dy, const Tensor& w, const ConvGeometry& g);
// dw = what dy says about w.
void conv2d_weight(const Tensor& dw, const Tensor& dy, const Tensor& x, const ConvGeometry& g);

}  // namespace gradbox::kernels
