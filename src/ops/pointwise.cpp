// Arithmetic and elementary functions.
#include <cmath>

#include "kernels/elementwise.h"
#include "ops/ops.h"
#include "ops/promote.h"

namespace gradbox {
namespace {

struct Add { template <class T> T operator()(T a, T b) const { return static_cast<T>(a + b); } };
struct Sub { template <class T> T operator()(T a, T b) const { return static_cast<T>(a - b); } };
struct Mul { template <class T> T operator()(T a, T b) const { return static_cast<T>(a * b); } };
struct Div { template <class T> T operator()(T a, T b) const { return static_cast<T>(a / b); } };
struct Pow {
  template <class T> T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      if (b == T(2)) return a * a;
      return std::pow(a, b);
    } else {
      T r = 1;
      for (; b > 0; b = static_cast<T>(b - 1)) r = static_cast<T>(r * a);
      return r;
    }
  }
};
struct Neg { template <class T> T operator()(T a) const { return static_cast<T>(-a); } };
struct Abs { template <class T> T operator()(T a) const { return a < T(0) ? static_cast<T>(-a) : a; } };
struct Sign { template <class T> T operator()(T a) const { return static_cast<T>((T(0) < a) - (a < T(0))); } };
struct Exp { template <class T> T operator()(T a) const { return std::exp(a); } };
struct Log { template <class T> T operator()(T a) const { return std::log(a); } };
struct Log1p { template <class T> T operator()(T a) const { return std::log1p(a); } };
struct Sqrt { template <class T> T operator()(T a) const { return std::sqrt(a); } };
struct Sin { template <class T> T operator()(T a) const { return std::sin(a); } };
struct Cos { template <class T> T operator()(T a) const { return std::cos(a); } };

template <class F>
Tensor arithmetic(const Tensor& a, const Tensor& b, DType t) {
  Tensor out = Tensor::empty(broadcast_shapes(a.shape(), b.shape()), t);
  const Tensor x = a.to_raw(t), y = b.to_raw(t);
  dispatch(t, [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, T, F>(out, x, y);
  });
  return out;
}

template <class F>
Tensor float_unary(const Tensor& a) {
  const DType t = to_floating(a.dtype());
  Tensor out = Tensor::empty(a.shape(), t);
  const Tensor x = a.to_raw(t);
  dispatch_floating(t, "unary", [&](auto tag) {
    using T = decltype(tag);
    kernels::unary<T, T, F>(out, x);
  });
  return out;
}

template <class F>
Tensor same_unary(const Tensor& a) {
  Tensor out = Tensor::empty(a.shape(), a.dtype());
  dispatch(a.dtype(), [&](auto tag) {
    using T = decltype(tag);
    kernels::unary<T, T, F>(out, a);
  });
  return out;
}

Tensor scaled(const Tensor& t, const Value& alpha) {
  return alpha.as_double() == 1 ? t : arithmetic<Mul>(t, alpha.is<double>() ? Tensor::wrapped_number(alpha.as_double()) : Tensor::wrapped_number(alpha.as_int()), t.dtype());
}

void register_arithmetic(Registry& r) {
  r.op("add(Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor")
      .doc("self + alpha * other, with broadcasting. torch.add")
      .forward([](const Args& a) {
        return arithmetic<Add>(a.tensor(0), scaled(a.tensor(1), a[2]), result_type(a.tensor(0), a.tensor(1)));
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double alpha = c.args().number(2);
        return {g[0], !c.needs(1) ? Tensor() : alpha == 1 ? g[0] : ops::mul(g[0], alpha)};
      })
      .inplace()
      .onnx("Add")
      .samples([](Samples& s) { s.add({s.randn({2, 3}), s.randn({3})}); });
  r.op("sub(Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor")
      .doc("self - alpha * other, with broadcasting. torch.sub")
      .forward([](const Args& a) {
        return arithmetic<Sub>(a.tensor(0), scaled(a.tensor(1), a[2]), result_type(a.tensor(0), a.tensor(1)));
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {g[0], c.needs(1) ? ops::mul(g[0], -c.args().number(2)) : Tensor()};
      })
      .inplace()
      .onnx("Sub")
      .samples([](Samples& s) { s.add({s.randn({2, 3}), s.randn({3})}); });
  r.op("mul(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc("self * other, with broadcasting. torch.mul")
      .forward([](const Args& a) {
        return arithmetic<Mul>(a.tensor(0), a.tensor(1), result_type(a.tensor(0), a.tensor(1)));
      })
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {c.needs(0) ? ops::mul(g[0], c.tensor(1)) : Tensor(), c.needs(1) ? ops::mul(g[0], c.tensor(0)) : Tensor()};
      })
      .inplace()
      .onnx("Mul")
      .samples([](Samples& s) { s.add({s.randn({2, 3}), s.randn({3})}); });
  r.op("div(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc("self / other, with broadcasting; integers divide as floats. torch.div")
      .forward([](const Args& a) {
        return arithmetic<Div>(a.tensor(0), a.tensor(1), result_type_float(a.tensor(0), a.tensor(1)));
      })
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor b = c.tensor(1);
        return {c.needs(0) ? ops::div(g[0], b) : Tensor(),
                c.needs(1) ? ops::neg(ops::div(ops::mul(g[0], c.tensor(0)), ops::mul(b, b))) : Tensor()};
      })
      .inplace()
      .onnx("Div")
      .samples([](Samples& s) { s.add({s.randn({2, 3}), s.uniform({3}, 1, 2)}); });
  r.op("pow(Tensor self, Tensor|Scalar exponent) -> Tensor")
      .doc("self to the power of exponent. torch.pow")
      .forward([](const Args& a) {
        return arithmetic<Pow>(a.tensor(0), a.tensor(1), result_type(a.tensor(0), a.tensor(1)));
      })
      .node([](const Values& a) { return std::string(a[1].get<Tensor>().is_wrapped_number() ? "PowBackward0" : "PowBackward1"); })
      .saves({"self", "exponent"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), e = c.tensor(1);
        TensorList out(2);
        if (c.needs(0)) out[0] = ops::mul(g[0], ops::mul(e, ops::pow(x, ops::sub(e, 1))));
        if (c.needs(1)) out[1] = ops::mul(g[0], ops::mul(ops::pow(x, e), ops::log(x)));
        return out;
      })
      .inplace()
      .onnx("Pow")
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.5, 2), 3});
        s.add({s.uniform({2, 3}, 0.5, 2), s.randn({3})});
      });
}

}  // namespace

void register_pointwise(Registry& r) {
  register_arithmetic(r);
  r.op("neg(Tensor self) -> Tensor").doc("-self. torch.neg").forward([](const Args& a) { return same_unary<Neg>(a.tensor(0)); })
      .backward([](BackwardContext&, const TensorList& g) -> TensorList { return {ops::neg(g[0])}; })
      .inplace().onnx("Neg").samples([](Samples& s) { s.add({s.randn({2, 3})}); });
  r.op("exp(Tensor self) -> Tensor").doc("e to the power of self. torch.exp").forward([](const Args& a) { return float_unary<Exp>(a.tensor(0)); })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList { return {ops::mul(g[0], c.output())}; })
      .inplace().onnx("Exp").samples([](Samples& s) { s.add({s.randn({2, 3})}); });
  r.op("log(Tensor self) -> Tensor").doc("Natural logarithm. torch.log").forward([](const Args& a) { return float_unary<Log>(a.tensor(0)); })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList { return {ops::div(g[0], c.tensor(0))}; })
      .inplace().onnx("Log").samples([](Samples& s) { s.add({s.uniform({2, 3}, 0.5, 2)}); });
}

void register_activations(Registry&) {}
void register_compare(Registry&) {}
void register_reduce(Registry&) {}
void register_sort(Registry&) {}
void register_creation(Registry&) {}
void register_random(Registry&) {}
void register_shape(Registry&) {}
void register_join(Registry&) {}
void register_index(Registry&) {}
void register_linalg(Registry&) {}
void register_conv(Registry&) {}
void register_pool(Registry&) {}
void register_norm(Registry&) {}
void register_loss(Registry&) {}

}  // namespace gradbox
