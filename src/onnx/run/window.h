// The windows of convolutions and pools: kernel, strides, dilations, padding.
#pragma once

#include "onnx/run/support.h"

namespace gradbox::onnx {

struct Window {
  IntList kernel, stride, dilation, begin, end;  // one a spatial dimension
  bool symmetric() const { return begin == end; }
  // What one window covers.
  std::int64_t span(std::size_t i) const { return dilation[i] * (kernel[i] - 1) + 1; }
};

// Attributes strides, dilations, pads and auto_pad for an input [n, c, spatial...]; `kernel` when
// attribute kernel_shape is left out.
Window window_of(NodeRun& r, const Dims& input, const IntList& kernel = {});

// The spatial sizes of a weight [o, c, spatial...].
IntList kernel_of(const Tensor& weight);
// Attribute group, which must be positive.
std::int64_t groups_of(NodeRun& r);

// x with its spatial dimensions padded; negative amounts cut.
Tensor pad_spatial(const Tensor& x, const IntList& begin, const IntList& end, const Value& fill);

// Convolution as attribute group and the window say, with padding of either side; bias may be
// undefined.
Tensor convolve(NodeRun& r, const Tensor& x, const Tensor& weight, const Tensor& bias,
                const Window& w, std::int64_t groups);

// AveragePool as the node's attributes say.
Tensor average_pooled(NodeRun& r, const Tensor& x);

}  // namespace gradbox::onnx
