// Convolution in up to three dimensions: by matrix products, or plane by plane.
#pragma once

#include "core/tensor.h"
#include "kernels/finish.h"

namespace gradbox::kernels {

// Depth, height, width; a convolution in fewer dimensions has the first ones as they are here.
struct ConvGeometry {
  std::int64_t stride[3] = {1, 1, 1};
  std::int64_t padding[3] = {0, 0, 0};
  std::int64_t dilation[3] = {1, 1, 1};
  std::int64_t groups = 1;
};

// Output length of one spatial dimension (PyTorch's formula; floor).
std::int64_t conv_length(std::int64_t in, std::int64_t kernel, std::int64_t stride,
                         std::int64_t padding, std::int64_t dilation);

// All tensors are contiguous and of one floating dtype: x [n, c, d, h, w], w [o, c/groups, kd, kh,
// kw], y [n, o, od, oh, ow]; bias [o] and added, of y's shape, unless they are undefined.
void conv(const Tensor& y, const Tensor& x, const Tensor& w, const ConvGeometry& g,
          const Tensor& bias = {}, const Tensor& added = {}, const Activation& activation = {});
// y += bias: one number for every `pixels` elements of y, channel by channel. y and bias are of one
// floating dtype, y is contiguous.
void add_bias(const Tensor& y, const Tensor& bias, std::int64_t pixels);
// dx += what dy says about x. dx must hold zeros.
void conv_input(const Tensor& dx, const Tensor& dy, const Tensor& w, const ConvGeometry& g);
// dw = what dy says about w.
void conv_weight(const Tensor& dw, const Tensor& dy, const Tensor& x, const ConvGeometry& g);

// columns [n, c kd kh kw, od oh ow] = the patches of x (torch.nn.functional.unfold); groups is 1.
void im2col(const Tensor& columns, const Tensor& x, const Dims& kernel, const ConvGeometry& g);
// x += the patches, added up where they overlap (fold).
void col2im(const Tensor& x, const Tensor& columns, const Dims& kernel, const ConvGeometry& g);

}  // namespace gradbox::kernels
