// Activation functions. Those with a closed form on one saved tensor have their own kernel; the
// rest are composed.
#include <cmath>

#include "ops/families.h"

namespace gradbox {
namespace {

struct Relu {
  template <class T> T operator()(T x) const { return x > T(0) || x != x ? x : T(0); }
};
struct Tanh { template <class T> T operator()(T x) const { return std::tanh(x); } };
struct Sigmoid { template <class T> T operator()(T x) const { return T(1) / (T(1) + std::exp(-x)); } };
struct Silu { template <class T> T operator()(T x) const { return x / (T(1) + std::exp(-x)); } };
// 1 where x > 0, as a float: the derivative of relu.
struct Step { template <class T> T operator()(T x) const { return x > T(0) ? T(1) : T(0); } };

Tensor step_of(const Tensor& x) { return map_same<Step>(x.detach()); }

constexpr unsigned kEverywhere = kTorch | kTensor | kFunctional;

}  // namespace

void register_activations(Registry& r) {
  r.op("relu(Tensor self, bool inplace=False) -> Tensor")
      .doc("max(0, self). torch.relu, torch.nn.functional.relu")
      .in(kEverywhere)
      .forward([](const Args& a) { return map_same<Relu>(a.tensor(0)); })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList { return {ops::mul(g[0], step_of(c.output()))}; })
      .inplace()
      .onnx("Relu")
      .samples([](Samples& s) { s.add({s.distinct({2, 3})}); });
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
      .samples(sample_randn());
  r.op("leaky_relu(Tensor self, Scalar negative_slope=0.01, bool inplace=False) -> Tensor")
      .doc("self where positive, negative_slope * self elsewhere. torch.nn.functional.leaky_relu")
      .in(kFunctional)
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0);
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
      .samples([](Samples& s) { s.add({s.distinct({2, 3}), 0.1}); });
  r.op("elu(Tensor self, Scalar alpha=1.0, bool inplace=False) -> Tensor")
      .doc("self where positive, alpha * (exp(self) - 1) elsewhere. torch.nn.functional.elu")
      .in(kFunctional)
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0);
        return ops::where(ops::gt(x, 0), x, ops::mul(call("expm1", {x}), a.number(1)));
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0);
        const Tensor negative = ops::mul(ops::exp(ops::minimum(x, Tensor::full({}, 0, x.dtype()))), c.args().number(1));
        return {ops::where(ops::gt(x.detach(), 0), g[0], ops::mul(g[0], negative))};
      })
      .onnx("Elu")
      .samples([](Samples& s) { s.add({s.distinct({2, 3}), 1.5}); });
  r.op("gelu(Tensor self, *, str approximate='none') -> Tensor")
      .doc("self * Phi(self), Phi the normal distribution function; or its tanh approximation. torch.nn.functional.gelu")
      .in(kFunctional)
      .node("GeluBackward0")
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0);
        if (a.string(1) == "tanh") {
          const Tensor inner = ops::mul(ops::add(x, ops::mul(ops::pow(x, 3), 0.044715)), std::sqrt(2 / M_PI));
          return ops::mul(ops::mul(x, 0.5), ops::add(ops::tanh(inner), 1));
        }
        if (a.string(1) != "none") fail(ErrorKind::Runtime, "approximate argument must be either none or tanh.");
        return ops::mul(ops::mul(x, 0.5), ops::add(call("erf", {ops::mul(x, std::sqrt(0.5))}), 1));
      });
  r.op("softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor")
      .doc("log(1 + exp(beta * self)) / beta, linear above the threshold. torch.nn.functional.softplus")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), z = ops::mul(x, wrap(a[1]));
        const Tensor linear = ops::gt(z.detach(), a.number(2));
        const Tensor safe = ops::masked_fill(z, linear, 0.0);
        return ops::where(linear, x, ops::div(ops::log1p(ops::exp(safe)), wrap(a[1])));
      })
      .onnx("Softplus");
  r.op("logsigmoid(Tensor self) -> Tensor")
      .doc("log(sigmoid(self)), computed without overflow. torch.nn.functional.logsigmoid")
      .in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0);
        const Tensor low = ops::minimum(x, Tensor::full({}, 0, x.dtype()));
        return ops::sub(low, ops::log1p(ops::exp(ops::neg(ops::abs(x)))));
      });
  r.op("hardtanh(Tensor self, Scalar min_val=-1.0, Scalar max_val=1.0, bool inplace=False) -> Tensor")
      .doc("self limited to [min_val, max_val]. torch.nn.functional.hardtanh")
      .in(kFunctional)
      .composite([](const Args& a) { return ops::clamp(a.tensor(0), a[1], a[2]); });
  r.op("relu6(Tensor self, bool inplace=False) -> Tensor")
      .doc("self limited to [0, 6]. torch.nn.functional.relu6")
      .in(kFunctional)
      .composite([](const Args& a) { return ops::clamp(a.tensor(0), 0, 6); });
  r.op("softsign(Tensor self) -> Tensor")
      .doc("self / (1 + |self|). torch.nn.functional.softsign")
      .in(kFunctional)
      .composite([](const Args& a) { return ops::div(a.tensor(0), ops::add(ops::abs(a.tensor(0)), 1)); })
      .onnx("Softsign");
  r.op("mish(Tensor self, bool inplace=False) -> Tensor")
      .doc("self * tanh(softplus(self)). torch.nn.functional.mish")
      .in(kFunctional)
      .composite([](const Args& a) { return ops::mul(a.tensor(0), ops::tanh(call("softplus", {a.tensor(0)}))); });
}

}  // namespace gradbox
