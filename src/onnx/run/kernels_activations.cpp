// Activations, softmax and dropout.
#include <random>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

void relu(NodeRun& r) { r.give(ops::relu(r.in())); }
void softplus(NodeRun& r) { r.give(op("softplus", r.in())); }
void softsign(NodeRun& r) { r.give(op("softsign", r.in())); }
void mish(NodeRun& r) { r.give(op("mish", r.in())); }
void hard_swish(NodeRun& r) { r.give(op("hardswish", r.in())); }

void leaky_relu(NodeRun& r) { r.give(op("leaky_relu", r.in(), r.attr("alpha", 0.01))); }
void elu(NodeRun& r) { r.give(op("elu", r.in(), r.attr("alpha", 1.0))); }
void celu(NodeRun& r) { r.give(op("celu", r.in(), r.attr("alpha", 1.0))); }

void selu(NodeRun& r) {
  const double alpha = r.attr("alpha", 1.67326319217681884765625),
               gamma = r.attr("gamma", 1.05070102214813232421875);
  r.give(ops::mul(op("elu", r.in(), alpha), gamma));
}

void prelu(NodeRun& r) {
  const Tensor& x = r.in();
  Tensor slope = r.in(1);
  // Before opset 7 a slope of one dimension stood for channels.
  if (r.opset() < 7 && slope.dim() == 1 && x.dim() > 2) {
    Dims shape(static_cast<std::size_t>(x.dim()) - 1, 1);
    shape[0] = slope.numel();
    slope = ops::reshape(slope, shape);
  }
  r.give(ops::where(ops::lt(x.detach(), 0), ops::mul(x, slope), x));
}

void hard_sigmoid(NodeRun& r) {
  const Tensor line = ops::add(ops::mul(r.in(), r.attr("alpha", 0.2)), r.attr("beta", 0.5));
  r.give(ops::clamp(line, 0.0, 1.0));
}

void thresholded_relu(NodeRun& r) {
  const Tensor& x = r.in();
  r.give(ops::masked_fill(x, ops::le(x.detach(), r.attr("alpha", 1.0)), 0.0));
}

void shrink(NodeRun& r) {
  const double bias = r.attr("bias", 0.0), lambd = r.attr("lambd", 0.5);
  const Tensor& x = r.in();
  const Tensor moved =
      ops::where(ops::lt(x.detach(), -lambd), ops::add(x, bias), ops::sub(x, bias));
  const Tensor inside = ops::logical_and(ops::ge(x.detach(), -lambd), ops::le(x.detach(), lambd));
  r.give(as(ops::masked_fill(moved, inside, 0), x.dtype()));
}

void gelu(NodeRun& r) {
  const std::string how = word(r, "approximate", "none", {"none", "tanh"});
  r.give(op_with("gelu", {r.in()}, "approximate", how));
}

void swish(NodeRun& r) {
  const Tensor& x = r.in();
  r.give(ops::mul(x, ops::sigmoid(ops::mul(x, r.attr("alpha", 1.0)))));
}

// ---- along an axis ----

// Before opset 13 the input counts as a matrix whose columns begin at `axis`.
Tensor along_axis(NodeRun& r, Tensor (*f)(const Tensor&, std::int64_t)) {
  const Tensor& x = r.in();
  if (r.opset() >= 13) return f(x, axis_of(r, -1, x.dim()));
  const std::int64_t axis = axis_of(r, 1, x.dim());
  if (axis == x.dim() - 1) return f(x, axis);
  const Tensor matrix = ops::reshape(x, Dims{elements_before(x, axis), elements_from(x, axis)});
  return ops::reshape(f(matrix, 1), x.shape());
}

void softmax(NodeRun& r) {
  r.give(along_axis(r, [](const Tensor& x, std::int64_t d) { return ops::softmax(x, d); }));
}
void log_softmax(NodeRun& r) {
  r.give(along_axis(r, [](const Tensor& x, std::int64_t d) { return ops::log_softmax(x, d); }));
}
void hardmax(NodeRun& r) {
  r.give(along_axis(r, [](const Tensor& x, std::int64_t d) {
    return op("scatter", Tensor::full(x.shape(), 0, x.dtype()), d, ops::argmax(x, d, true), 1);
  }));
}

// ---- dropout ----

// With attribute seed the mask is the one that NumPy's generator gives for that seed, as in ONNX's
// reference; without it, it comes from the core's generator.
Tensor kept(NodeRun& r, const Tensor& x, double ratio) {
  if (!r.has_attribute("seed")) return ops::ge(ops::rand(x.shape()), ratio);
  std::mt19937 engine(static_cast<std::uint32_t>(r.attr("seed", std::int64_t{0})));
  const Tensor mask = Tensor::empty(x.shape(), DType::Bool);
  for (std::int64_t i = 0; i < mask.numel(); ++i) {
    const auto high = static_cast<double>(engine() >> 5), low = static_cast<double>(engine() >> 6);
    mask.data<bool>()[i] = (high * 67108864.0 + low) / 9007199254740992.0 >= ratio;
  }
  return mask;
}

void dropout(NodeRun& r) {
  const Tensor& x = r.in();
  double ratio = r.attr("ratio", 0.5);
  bool training = false;
  if (r.opset() >= 12) {
    ratio = r.has(1) ? r.number(1) : 0.5;
    training = r.has(2) && r.integer(2) != 0;
  }
  Tensor mask = Tensor::full(x.shape(), 1, DType::Bool);
  if (training && ratio > 0) {
    mask = kept(r, x, ratio);
    const double scale = ratio < 1 ? 1 / (1 - ratio) : 0;
    r.give(ops::mul(ops::mul(x, as(mask, x.dtype())), scale));
  } else {
    r.give(x);
  }
  if (r.wants(1)) r.out(1, r.opset() < 10 ? as(mask, x.dtype()) : mask);
}

const KernelRow kRows[] = {
    {"Relu", 1, relu},
    {"Softplus", 1, softplus},
    {"Softsign", 1, softsign},
    {"Mish", 18, mish},
    {"HardSwish", 14, hard_swish},
    {"LeakyRelu", 1, leaky_relu},
    {"Elu", 1, elu},
    {"Celu", 12, celu},
    {"Selu", 1, selu},
    {"PRelu", 1, prelu},
    {"HardSigmoid", 1, hard_sigmoid},
    {"ThresholdedRelu", 1, thresholded_relu},
    {"Shrink", 9, shrink},
    {"Gelu", 20, gelu},
    {"Swish", 24, swish},
    {"Softmax", 1, softmax},
    {"LogSoftmax", 1, log_softmax},
    {"Hardmax", 1, hardmax},
    {"Dropout", 1, dropout},
};

}  // namespace

void add_activation_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
