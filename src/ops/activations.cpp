// Activation functions. Those with a closed form on one saved tensor have their own kernel; the
// rest are composed.
#include <cmath>
#include <limits>

#include "kernels/compare.h"
#include "kernels/exact.h"
#include "kernels/vmath.h"
#include "ops/families.h"

namespace gradbox {
namespace {

const OpHandle threshold_backward{"threshold_backward"};

struct Relu {
  template <class T>
  T operator()(T x) const {
    return x < T(0) ? T(0) : x;
  }
  static void row(float* o, const float* a, std::int64_t n) {
    kernels::clamp_row(o, a, 0, std::numeric_limits<float>::infinity(), n);
  }
};
struct Tanh {
  template <class T>
  T operator()(T x) const {
    return std::tanh(x);
  }
  static void row(float* o, const float* a, std::int64_t n) { kernels::vmath::tanh(o, a, n); }
};
struct Sigmoid {
  template <class T>
  T operator()(T x) const {
    return T(1) / (T(1) + kernels::exact_exp(-x));
  }
  static void row(float* o, const float* a, std::int64_t n) { kernels::vmath::sigmoid(o, a, n); }
};
struct Silu {
  template <class T>
  T operator()(T x) const {
    return x / (T(1) + kernels::exact_exp(-x));
  }
  static void row(float* o, const float* a, std::int64_t n) { kernels::vmath::silu(o, a, n); }
};
// The gradient of relu. Not a product with 0 or 1, which would give -0 for negative gradients.
struct ReluSlope {
  template <class T>
  T operator()(T g, T y) const {
    return y <= T(0) ? T(0) : g;
  }
  static void row(float* o, const float* g, std::int64_t g_step, const float* y,
                  std::int64_t y_step, std::int64_t n) {
    kernels::zero_unless_positive_row(o, g, g_step, y, y_step, n);
  }
};

constexpr unsigned kEverywhere = kTorch | kTensor | kFunctional;

struct Gelu {
  template <class T>
  T operator()(T x) const {
    return x * T(0.5) * (T(1) + std::erf(x * static_cast<T>(M_SQRT1_2)));
  }
  static void row(float* o, const float* a, std::int64_t n) { kernels::vmath::gelu(o, a, n); }
};
struct GeluTanh {
  template <class T>
  T operator()(T x) const {
    return T(0.5) * x *
           (T(1) + std::tanh(static_cast<T>(std::sqrt(2 / M_PI)) * (x + T(0.044715) * x * x * x)));
  }
  static void row(float* o, const float* a, std::int64_t n) { kernels::vmath::gelu_tanh(o, a, n); }
};

// The first argument, which must be of floats.
Tensor floats(const Args& a, const char* kernel) {
  if (!is_floating(a.tensor(0).dtype())) not_implemented(kernel, a.tensor(0).dtype());
  return a.tensor(0);
}

// Those that are flat beyond their limits.
void register_limited(Registry& r) {
  const auto limited = [](const Tensor& x, double low, double high) {
    if (x.dtype() == DType::Bool)
      fail(ErrorKind::Runtime, "Bool inputs not supported for hardtanh");
    return ops::where(ops::lt(x, low), Tensor::full({}, low, x.dtype()),
                      ops::where(ops::gt(x, high), Tensor::full({}, high, x.dtype()), x));
  };
  // Unlike clamp, no gradient on the limits themselves.
  const auto inside = [](const Tensor& g, const Tensor& x, double low, double high) {
    return ops::where(ops::logical_and(ops::gt(x.detach(), low), ops::lt(x.detach(), high)), g,
                      zero_of(g));
  };
  r.op("hardtanh(Tensor self, Scalar min_val=-1.0, Scalar max_val=1.0, bool inplace=False) -> "
       "Tensor")
      .doc("self limited to [min_val, max_val]. torch.nn.functional.hardtanh")
      .in(kFunctional)
      .fused([limited](const Args& a) { return limited(a.tensor(0), a.number(1), a.number(2)); })
      .saves({"self"})
      .backward([inside](BackwardContext& c, const TensorList& g) -> TensorList {
        return {inside(g[0], c.tensor(0), c.args().number(1), c.args().number(2))};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), -0.3, 0.4});
      });
  r.op("relu6(Tensor self, bool inplace=False) -> Tensor")
      .doc("self limited to [0, 6]. torch.nn.functional.relu6")
      .in(kFunctional)
      .node("HardtanhBackward0")
      .fused([limited](const Args& a) { return limited(a.tensor(0), 0, 6); })
      .saves({"self"})
      .backward([inside](BackwardContext& c, const TensorList& g) -> TensorList {
        return {inside(g[0], c.tensor(0), 0, 6)};
      })
      .inplace()
      .samples(sample_distinct());
  r.op("hardsigmoid(Tensor self, bool inplace=False) -> Tensor")
      .doc("self / 6 + 1 / 2, limited to [0, 1]. torch.nn.functional.hardsigmoid")
      .in(kFunctional)
      .fused([limited](const Args& a) {
        return ops::div(limited(ops::add(floats(a, "hardsigmoid_cpu"), 3), 0, 6), 6.0);
      })
      .saves({"self"})
      .backward([inside](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::div(inside(g[0], c.tensor(0), -3, 3), 6.0)};
      })
      .inplace()
      .onnx("HardSigmoid")
      .samples(sample_distinct());
  r.op("hardswish(Tensor self, bool inplace=False) -> Tensor")
      .doc("self * hardsigmoid(self). torch.nn.functional.hardswish")
      .in(kFunctional)
      .fused([limited](const Args& a) {
        const Tensor x = floats(a, "hardswish_cpu");
        return ops::div(ops::mul(x, limited(ops::add(x, 3), 0, 6)), 6.0);
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0);
        const Tensor middle = ops::mul(g[0], ops::add(ops::div(x, 3.0), 0.5));
        return {ops::where(ops::lt(x.detach(), -3), zero_of(g[0]),
                           ops::where(ops::le(x.detach(), 3), middle, g[0]))};
      })
      .inplace()
      .onnx("HardSwish")
      .samples(sample_distinct());
  r.op("threshold(Tensor self, Scalar threshold, Scalar value, bool inplace=False) -> Tensor")
      .doc("self where above the threshold, value elsewhere. torch.nn.functional.threshold")
      .in(kTorch | kFunctional)
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        return ops::where(ops::le(x, a[1]), Tensor::full({}, a.number(2), x.dtype()), x);
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::where(ops::le(c.tensor(0).detach(), c.args()[1]), zero_of(g[0]), g[0])};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), 0.2, 5.0});
      });
}

void register_shrinking(Registry& r) {
  const auto outside = [](const Tensor& g, const Tensor& x, double limit) {
    return ops::where(ops::gt(ops::abs(x.detach()), limit), g, zero_of(g));
  };
  const auto gradient = [outside](BackwardContext& c, const TensorList& g) -> TensorList {
    return {outside(g[0], c.tensor(0), c.args().number(1))};
  };
  const auto cases = [](Samples& s) { s.add({s.distinct({2, 3}), 0.3}); };
  r.op("hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor")
      .doc("self where |self| > lambd, 0 elsewhere. torch.nn.functional.hardshrink")
      .in(kEverywhere)
      .fused([](const Args& a) {
        const Tensor x = floats(a, "hardshrink_cpu");
        return ops::where(ops::le(ops::abs(x), a.number(1)), zero_of(x), x);
      })
      .saves({"self"})
      .backward(gradient)
      .samples(cases);
  r.op("softshrink(Tensor self, float lambd=0.5) -> Tensor")
      .doc("self moved by lambd towards 0, not beyond. torch.nn.functional.softshrink")
      .in(kFunctional)
      .fused([](const Args& a) {
        const Tensor x = floats(a, "softshrink_cpu");
        const double l = a.number(1);
        check(l >= 0, "lambda must be greater or equal to 0, but found to be ", l, ".");
        return ops::where(ops::gt(x, l), ops::sub(x, l),
                          ops::where(ops::lt(x, -l), ops::add(x, l), zero_of(x)));
      })
      .saves({"self"})
      .backward(gradient)
      .samples(cases);
  r.op("tanhshrink(Tensor self) -> Tensor")
      .doc("self - tanh(self). torch.nn.functional.tanhshrink")
      .in(kFunctional)
      .composite([](const Args& a) { return ops::sub(a.tensor(0), ops::tanh(a.tensor(0))); });
  r.op("softmin(Tensor input, int? dim=None, *, ScalarType? dtype=None) -> Tensor")
      .doc("softmax of -input. torch.nn.functional.softmin")
      .in(kFunctional)
      .composite([](const Args& a) {
        return call("softmax", {ops::neg(a.tensor(0)), a[1]}, {{"dtype", a[2]}}).get<Tensor>();
      });
}

// self where positive, scale * alpha * (exp(self / width) - 1) elsewhere, times scale.
Tensor exponential_unit(const Tensor& x, double alpha, double scale, double width) {
  const Tensor negative = ops::mul(call("expm1", {ops::div(x, width)}), alpha * scale);
  return ops::where(ops::gt(x, 0), scale == 1 ? x : ops::mul(x, scale), negative);
}

Tensor exponential_unit_slope(const Tensor& g, const Tensor& x, double alpha, double scale,
                              double width) {
  const Tensor low = ops::minimum(x, zero_of(x));
  const Tensor negative = ops::mul(ops::exp(ops::div(low, width)), alpha * scale / width);
  return ops::where(ops::gt(x.detach(), 0), ops::mul(g, scale), ops::mul(g, negative));
}

constexpr double kSeluAlpha = 1.6732632423543772848170429916717,
                 kSeluScale = 1.0507009873554804934193349852946;

void register_learned(Registry& r) {
  r.op("selu(Tensor self, bool inplace=False) -> Tensor")
      .doc("elu with the constants that keep mean and variance. Klambauer et al. 2017. torch.selu")
      .in(kTorch | kFunctional)
      .node("EluBackward0")
      .fused([](const Args& a) {
        return exponential_unit(floats(a, "elu_cpu"), kSeluAlpha, kSeluScale, 1);
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {exponential_unit_slope(g[0], c.tensor(0), kSeluAlpha, kSeluScale, 1)};
      })
      .inplace()
      .onnx("Selu")
      .samples(sample_distinct());
  r.op("celu(Tensor self, Scalar alpha=1.0, bool inplace=False) -> Tensor")
      .doc("self where positive, alpha * (exp(self / alpha) - 1) elsewhere. torch.celu")
      .in(kTorch | kFunctional)
      .fused([](const Args& a) {
        check(a.number(1) != 0, "ZeroDivisionError: alpha cannot be 0 for CELU");
        return exponential_unit(floats(a, "elu_cpu"), a.number(1), 1, a.number(1));
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double alpha = c.args().number(1);
        return {exponential_unit_slope(g[0], c.tensor(0), alpha, 1, alpha)};
      })
      .inplace()
      .onnx("Celu")
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), 1.5});
      });
  r.op("glu(Tensor self, int dim=-1) -> Tensor")
      .doc("First half along dim, times sigmoid of the second. torch.nn.functional.glu")
      .in(kFunctional)
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        check(x.dim() > 0, "glu does not support 0-dimensional tensors");
        const long long d = wrap_dim(a.integer(1), x.dim()), n = x.size(d);
        check(n % 2 == 0, "Halving dimension must be even, but dimension ", d, " is size ", n);
        return ops::mul(ops::slice(x, d, 0, n / 2), ops::sigmoid(ops::slice(x, d, n / 2, n)));
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 4}), 1});
      });
  r.op("prelu(Tensor self, Tensor weight) -> Tensor")
      .doc("leaky_relu with a slope for each channel (dimension 1), or one. torch.prelu")
      .in(kEverywhere)
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        Tensor w = a.tensor(1);
        if (w.numel() != 1) {
          check(x.dim() > 0, "Not allow zero-dim input tensor.");
          const std::int64_t channels = x.dim() > 1 ? x.size(1) : 1;
          check(channels == w.numel(),
                "Mismatch of parameter numbers and input channel size. Found parameter numbers = ",
                w.numel(), " and channel size = ", channels, ".");
          Dims shape(static_cast<std::size_t>(x.dim()), 1);
          shape[1] = channels;
          w = ops::reshape(w, shape);
        } else {
          w = ops::reshape(w, Dims{});
        }
        return ops::where(ops::gt(x.detach(), 0), x, ops::mul(x, w));
      })
      .onnx("PRelu")
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), s.randn({3})});
      });
}

}  // namespace

void register_activations(Registry& r) {
  r.op("relu(Tensor self, bool inplace=False) -> Tensor")
      .doc("max(0, self). torch.relu, torch.nn.functional.relu")
      .in(kEverywhere)
      .forward([](const Args& a) { return map_same<Relu>(a.tensor(0)); })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {threshold_backward(g[0], c.output().detach())};
      })
      .inplace()
      .onnx("Relu")
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3})});
      });
  r.op("threshold_backward(Tensor grad_output, Tensor self) -> Tensor")
      .doc("Gradient of relu, from its input or output.")
      .in(0)
      .forward([](const Args& a) {
        return map_binary<ReluSlope>(a.tensor(0), a.tensor(1), a.tensor(0).dtype());
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {threshold_backward(g[0], c.tensor(1))};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3}), s.fixed({-1, 2, 0.5}, {3}, DType::Float64)});
      });
  r.op("tanh(Tensor self) -> Tensor")
      .doc("Hyperbolic tangent. torch.tanh")
      .in(kEverywhere)
      .forward([](const Args& a) { return map_float<Tanh>(a.tensor(0)); })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor y = c.output();
        return {ops::mul(g[0], ops::sub(1, ops::mul(y, y)))};
      })
      .inplace()
      .onnx("Tanh")
      .samples(sample_randn());
  r.op("sigmoid(Tensor self) -> Tensor")
      .doc("1 / (1 + exp(-self)). torch.sigmoid")
      .in(kEverywhere)
      .forward([](const Args& a) { return map_float<Sigmoid>(a.tensor(0)); })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor y = c.output();
        return {ops::mul(g[0], ops::mul(y, ops::sub(1, y)))};
      })
      .inplace()
      .onnx("Sigmoid")
      .samples(sample_randn());
  r.op("silu(Tensor self, bool inplace=False) -> Tensor")
      .doc("self * sigmoid(self), also called swish. torch.nn.functional.silu")
      .in(kFunctional)
      .forward([](const Args& a) { return map_strict_float<Silu>(a.tensor(0), "silu_cpu"); })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), s = ops::sigmoid(x);
        return {ops::mul(g[0], ops::mul(s, ops::add(1, ops::mul(x, ops::sub(1, s)))))};
      })
      .inplace()
      .samples(sample_randn());
  r.op("leaky_relu(Tensor self, Scalar negative_slope=0.01, bool inplace=False) -> Tensor")
      .doc("self where positive, negative_slope * self elsewhere. torch.nn.functional.leaky_relu")
      .in(kFunctional)
      .fused([](const Args& a) {
        const Tensor x = floats(a, "leaky_relu_cpu");
        const double slope = a.number(1);
        return ops::where(ops::gt(x, 0), x, ops::mul(x, slope));
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor positive = ops::gt(c.tensor(0).detach(), 0);
        return {ops::where(positive, g[0], ops::mul(g[0], c.args().number(1)))};
      })
      .inplace()
      .onnx("LeakyRelu")
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), 0.1});
      });
  r.op("elu(Tensor self, Scalar alpha=1.0, bool inplace=False) -> Tensor")
      .doc("self where positive, alpha * (exp(self) - 1) elsewhere. torch.nn.functional.elu")
      .in(kFunctional)
      .fused(
          [](const Args& a) { return exponential_unit(floats(a, "elu_cpu"), a.number(1), 1, 1); })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {exponential_unit_slope(g[0], c.tensor(0), c.args().number(1), 1, 1)};
      })
      .inplace()
      .onnx("Elu")
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), 1.5});
      });
  r.op("gelu(Tensor self, *, str approximate='none') -> Tensor")
      .doc(
          "self * Phi(self), Phi the normal distribution function; or its tanh approximation. "
          "torch.nn.functional.gelu")
      .in(kFunctional)
      .forward([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0);
        if (a.string(1) == "tanh") return map_strict_float<GeluTanh>(x, "GeluKernelImpl");
        check(a.string(1) == "none", "approximate argument must be either none or tanh.");
        return map_strict_float<Gelu>(x, "GeluKernelImpl");
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0);
        if (c.args().string(1) == "none") {
          const Tensor phi =
              ops::mul(ops::exp(ops::mul(ops::mul(x, x), -0.5)), 1 / std::sqrt(2 * M_PI));
          const Tensor cdf = ops::mul(ops::add(call("erf", {ops::mul(x, M_SQRT1_2)}), 1), 0.5);
          return {ops::mul(g[0], ops::add(cdf, ops::mul(x, phi)))};
        }
        const double k = std::sqrt(2 / M_PI);
        const Tensor xx = ops::mul(x, x);
        const Tensor t = ops::tanh(ops::mul(ops::mul(x, ops::add(ops::mul(xx, 0.044715), 1)), k));
        const Tensor slope = ops::mul(ops::sub(1, ops::mul(t, t)),
                                      ops::mul(ops::add(ops::mul(xx, 3 * 0.044715), 1), k));
        return {ops::mul(g[0], ops::mul(ops::add(ops::add(t, 1), ops::mul(x, slope)), 0.5))};
      })
      .decomposition([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0);
        if (a.string(1) == "none")
          return ops::mul(ops::mul(x, 0.5), ops::add(call("erf", {ops::mul(x, M_SQRT1_2)}), 1));
        const Tensor inner =
            ops::mul(ops::add(x, ops::mul(ops::pow(x, 3), 0.044715)), std::sqrt(2 / M_PI));
        return ops::mul(ops::mul(x, 0.5), ops::add(ops::tanh(inner), 1));
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3})});
        s.add({s.randn({2, 3}), "tanh"});
      });
  r.op("softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor")
      .doc(
          "log(1 + exp(beta * self)) / beta, linear above the threshold. "
          "torch.nn.functional.softplus")
      .in(kFunctional)
      .fused([](const Args& a) -> Tensor {
        const Tensor x = floats(a, "softplus_cpu"), z = ops::mul(x, wrap(a[1]));
        const Tensor linear = ops::gt(z.detach(), a.number(2));
        const Tensor safe = ops::masked_fill(z, linear, 0.0);
        return ops::where(linear, x, ops::div(ops::log1p(ops::exp(safe)), wrap(a[1])));
      })
      .onnx("Softplus")
      .samples(sample_randn());
  r.op("logsigmoid(Tensor self) -> Tensor")
      .doc("log(sigmoid(self)), computed without overflow. torch.nn.functional.logsigmoid")
      .in(kFunctional)
      .node("LogSigmoidBackward0")
      .fused([](const Args& a) {
        const Tensor x = floats(a, "log_sigmoid_cpu");
        const Tensor low = ops::minimum(x, zero_of(x));
        return ops::sub(low, ops::log1p(ops::exp(ops::neg(ops::abs(x)))));
      })
      .samples(sample_distinct());
  r.op("softsign(Tensor self) -> Tensor")
      .doc("self / (1 + |self|). torch.nn.functional.softsign")
      .in(kFunctional)
      .composite(
          [](const Args& a) { return ops::div(a.tensor(0), ops::add(ops::abs(a.tensor(0)), 1)); })
      .onnx("Softsign");
  r.op("mish(Tensor self, bool inplace=False) -> Tensor")
      .doc("self * tanh(softplus(self)). torch.nn.functional.mish")
      .in(kFunctional)
      .fused([](const Args& a) {
        const Tensor x = floats(a, "mish_cpu");
        return ops::mul(x, ops::tanh(call("softplus", {x})));
      })
      .inplace()
      .samples(sample_randn());
  register_limited(r);
  register_shrinking(r);
  register_learned(r);
}

}  // namespace gradbox
