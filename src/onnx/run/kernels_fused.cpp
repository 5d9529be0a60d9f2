// Operators that fuse.cpp makes of several nodes, for sessions. They run without gradients.
#include "onnx/run/fuse.h"
#include "onnx/run/kernels.h"
#include "onnx/run/window.h"
#include "ops/conv.h"

namespace gradbox::onnx {
namespace {

using kernels::Activation;

Activation activation_of(NodeRun& r) {
  const std::string kind =
      word(r, "activation", "None", {"None", "Clamp", "LeakyRelu", "HardSwish"});
  Activation a;
  a.kind = kind == "Clamp"       ? Activation::Clamp
           : kind == "LeakyRelu" ? Activation::LeakyRelu
           : kind == "HardSwish" ? Activation::HardSwish
                                 : Activation::None;
  a.low = r.attr("low", 0.0);
  a.high = r.attr("high", 0.0);
  return a;
}

Tensor activate(const Tensor& x, const Activation& a) {
  switch (a.kind) {
    case Activation::None: return x;
    case Activation::Clamp: return ops::clamp(x, a.low, a.high);
    case Activation::LeakyRelu: return op("leaky_relu", x, a.low);
    default: return op("hardswish", x);
  }
}

// Conv(x, w, b), plus input 3, through an activation.
void conv(NodeRun& r) {
  const Tensor &x = r.in(0), &weight = r.in(1);
  const Tensor bias = r.has(2) ? r.in(2) : Tensor(), added = r.has(3) ? r.in(3) : Tensor();
  const Activation activation = activation_of(r);
  const Window w = window_of(r, x.shape(), kernel_of(weight));
  const std::int64_t groups = groups_of(r);
  bool direct = w.symmetric() && x.dtype() == DType::Float32 && weight.dtype() == x.dtype() &&
                (!bias.defined() || bias.dtype() == x.dtype());
  for (const auto p : w.begin) direct = direct && p >= 0;
  // What is added may also be broadcast.
  if (direct && added.defined())
    direct =
        added.dtype() == x.dtype() &&
        added.shape() == ops::convolution_shape(x, weight, w.stride, w.begin, w.dilation, groups);
  if (direct)
    return r.give(ops::convolution_finished(x, weight, bias, w.stride, w.begin, w.dilation, groups,
                                            added, activation));
  const Tensor y = convolve(r, x, weight, bias, w, groups);
  r.give(activate(added.defined() ? ops::add(y, added) : y, activation));
}

const KernelRow kRows[] = {{"Conv", 1, conv}};

}  // namespace

void add_fused_kernels() { add_kernels(kRows, kFusedDomain); }

}  // namespace gradbox::onnx
