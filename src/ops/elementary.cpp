// Elementary functions of one tensor. Each is a line in a table: name, functor, backward.
#include <cmath>

#include "kernels/exact.h"
#include "kernels/vmath.h"
#include "kernels/wrap.h"
#include "ops/families.h"

namespace gradbox {

void register_elementary(Registry& r);

namespace {

#define GRADBOX_FLOAT_FUNCTOR(Name, expression) \
  struct Name {                                 \
    template <class T>                          \
    T operator()(T x) const {                   \
      return expression;                        \
    }                                           \
  };
GRADBOX_FLOAT_FUNCTOR(Exp2, std::exp2(x))
GRADBOX_FLOAT_FUNCTOR(Expm1, std::expm1(x))
GRADBOX_FLOAT_FUNCTOR(Log, std::log(x))
GRADBOX_FLOAT_FUNCTOR(Log2, std::log2(x))
GRADBOX_FLOAT_FUNCTOR(Log10, std::log10(x))
GRADBOX_FLOAT_FUNCTOR(Log1p, std::log1p(x))
GRADBOX_FLOAT_FUNCTOR(Sqrt, std::sqrt(x))
GRADBOX_FLOAT_FUNCTOR(Rsqrt, T(1) / std::sqrt(x))
GRADBOX_FLOAT_FUNCTOR(Sin, std::sin(x))
GRADBOX_FLOAT_FUNCTOR(Cos, std::cos(x))
GRADBOX_FLOAT_FUNCTOR(Tan, std::tan(x))
GRADBOX_FLOAT_FUNCTOR(Asin, std::asin(x))
GRADBOX_FLOAT_FUNCTOR(Acos, std::acos(x))
GRADBOX_FLOAT_FUNCTOR(Atan, std::atan(x))
GRADBOX_FLOAT_FUNCTOR(Sinh, std::sinh(x))
GRADBOX_FLOAT_FUNCTOR(Cosh, std::cosh(x))
GRADBOX_FLOAT_FUNCTOR(Reciprocal, T(1) / x)
#undef GRADBOX_FLOAT_FUNCTOR
struct Exp {
  template <class T>
  T operator()(T x) const {
    return kernels::exact_exp(x);
  }
  static void row(float* o, const float* a, std::int64_t n) { kernels::vmath::exp(o, a, n); }
};
struct Erf {
  template <class T>
  T operator()(T x) const {
    return std::erf(x);
  }
  static void row(float* o, const float* a, std::int64_t n) { kernels::vmath::erf(o, a, n); }
};

struct Neg {
  template <class T>
  T operator()(T a) const {
    return kernels::wrap_neg(a);
  }
};
struct Abs {
  template <class T>
  T operator()(T a) const {
    if constexpr (std::is_floating_point_v<T>) return std::abs(a);
    else return a < T(0) ? kernels::wrap_neg(a) : a;
  }
};
struct Sign {
  template <class T>
  T operator()(T a) const {
    return static_cast<T>((T(0) < a) - (a < T(0)));
  }
};
// Rounding leaves integers alone.
#define GRADBOX_ROUND_FUNCTOR(Name, f)                     \
  struct Name {                                            \
    template <class T>                                     \
    T operator()(T a) const {                              \
      if constexpr (std::is_floating_point_v<T>) return f; \
      else return a;                                       \
    }                                                      \
  };
GRADBOX_ROUND_FUNCTOR(Floor, std::floor(a))
GRADBOX_ROUND_FUNCTOR(Ceil, std::ceil(a))
GRADBOX_ROUND_FUNCTOR(Round, std::nearbyint(a))
GRADBOX_ROUND_FUNCTOR(Trunc, std::trunc(a))
#undef GRADBOX_ROUND_FUNCTOR

struct Frac {
  template <class T>
  T operator()(T a) const {
    return a - std::trunc(a);
  }
};
struct Angle {
  template <class T>
  T operator()(T a) const {
    return a != a ? a : a < T(0) ? static_cast<T>(M_PI) : T(0);
  }
};

// The gradient factor of a unary function, from its saved input x or output y.
using Factor = Tensor (*)(const Tensor& x_or_y);

struct Row {
  const char* name;
  const char* doc;
  Forward forward;
  bool from_output;
  Factor factor;  // null: gradient is zero everywhere
  const char* onnx;
  double low, high;  // where the gradient check samples
};

template <class F>
Forward on_float() {
  return [](const Args& a) -> Value { return map_float<F>(a.tensor(0)); };
}
template <class F>
Forward on_any() {
  return [](const Args& a) -> Value { return map_same<F>(a.tensor(0)); };
}

Tensor one_minus_square(const Tensor& t) { return ops::sub(1.0, ops::mul(t, t)); }

const std::vector<Row>& table() {
  static const std::vector<Row> rows = {
      {"exp", "e to the power of self. torch.exp", on_float<Exp>(), true,
       [](const Tensor& y) { return y; }, "Exp", -1, 1},
      {"exp2", "2 to the power of self. torch.exp2", on_float<Exp2>(), true,
       [](const Tensor& y) { return ops::mul(y, std::log(2.0)); }, nullptr, -1, 1},
      {"expm1", "exp(self) - 1, exact near 0. torch.expm1", on_float<Expm1>(), true,
       [](const Tensor& y) { return ops::add(y, 1); }, nullptr, -1, 1},
      {"log", "Natural logarithm. torch.log", on_float<Log>(), false,
       [](const Tensor& x) { return ops::reciprocal(x); }, "Log", 0.5, 2},
      {"log2", "Logarithm to base 2. torch.log2", on_float<Log2>(), false,
       [](const Tensor& x) { return ops::reciprocal(ops::mul(x, std::log(2.0))); }, nullptr, 0.5,
       2},
      {"log10", "Logarithm to base 10. torch.log10", on_float<Log10>(), false,
       [](const Tensor& x) { return ops::reciprocal(ops::mul(x, std::log(10.0))); }, nullptr, 0.5,
       2},
      {"log1p", "log(1 + self), exact near 0. torch.log1p", on_float<Log1p>(), false,
       [](const Tensor& x) { return ops::reciprocal(ops::add(x, 1)); }, nullptr, -0.5, 1},
      {"sqrt", "Square root. torch.sqrt", on_float<Sqrt>(), true,
       [](const Tensor& y) { return ops::reciprocal(ops::mul(y, 2)); }, "Sqrt", 0.5, 2},
      {"rsqrt", "1 / sqrt(self). torch.rsqrt", on_float<Rsqrt>(), true,
       [](const Tensor& y) { return ops::mul(ops::pow(y, 3), -0.5); }, nullptr, 0.5, 2},
      {"sin", "Sine, self in radians. torch.sin", on_float<Sin>(), false,
       [](const Tensor& x) { return ops::cos(x); }, "Sin", -1, 1},
      {"cos", "Cosine, self in radians. torch.cos", on_float<Cos>(), false,
       [](const Tensor& x) { return ops::neg(ops::sin(x)); }, "Cos", -1, 1},
      {"tan", "Tangent, self in radians. torch.tan", on_float<Tan>(), true,
       [](const Tensor& y) { return ops::add(ops::mul(y, y), 1); }, "Tan", -1, 1},
      {"asin", "Inverse sine, in radians. torch.asin", on_float<Asin>(), false,
       [](const Tensor& x) { return ops::rsqrt(one_minus_square(x)); }, "Asin", -0.8, 0.8},
      {"acos", "Inverse cosine, in radians. torch.acos", on_float<Acos>(), false,
       [](const Tensor& x) { return ops::neg(ops::rsqrt(one_minus_square(x))); }, "Acos", -0.8,
       0.8},
      {"atan", "Inverse tangent, in radians. torch.atan", on_float<Atan>(), false,
       [](const Tensor& x) { return ops::reciprocal(ops::add(ops::mul(x, x), 1)); }, "Atan", -1, 1},
      {"sinh", "Hyperbolic sine. torch.sinh", on_float<Sinh>(), false,
       [](const Tensor& x) { return call("cosh", {x}).get<Tensor>(); }, "Sinh", -1, 1},
      {"cosh", "Hyperbolic cosine. torch.cosh", on_float<Cosh>(), false,
       [](const Tensor& x) { return call("sinh", {x}).get<Tensor>(); }, "Cosh", -1, 1},
      {"erf", "Error function. torch.erf", on_float<Erf>(), false,
       [](const Tensor& x) {
         return ops::mul(ops::exp(ops::neg(ops::mul(x, x))), 2 / std::sqrt(M_PI));
       },
       "Erf", -1, 1},
      {"reciprocal", "1 / self. torch.reciprocal", on_float<Reciprocal>(), true,
       [](const Tensor& y) { return ops::neg(ops::mul(y, y)); }, "Reciprocal", 0.5, 2},
      {"neg", "-self. torch.neg", on_any<Neg>(), false, nullptr, "Neg", -1, 1},
      {"abs", "Absolute value. torch.abs", on_any<Abs>(), false,
       [](const Tensor& x) { return ops::sign(x.detach()); }, "Abs", 0.2, 1},
      {"sign", "-1, 0 or 1. torch.sign", on_any<Sign>(), false, nullptr, "Sign", 0.2, 1},
      {"sgn", "-1, 0 or 1. torch.sgn", on_any<Sign>(), false, nullptr, "Sign", 0.2, 1},
      {"floor", "Rounds down. torch.floor", on_any<Floor>(), false, nullptr, "Floor", 0.2, 0.8},
      {"ceil", "Rounds up. torch.ceil", on_any<Ceil>(), false, nullptr, "Ceil", 0.2, 0.8},
      {"round", "Rounds to the nearest integer, halves to even. torch.round", on_any<Round>(),
       false, nullptr, "Round", 0.6, 0.9},
      {"trunc", "Rounds towards zero. torch.trunc", on_any<Trunc>(), false, nullptr, nullptr, 0.2,
       0.8},
  };
  return rows;
}

}  // namespace

void register_elementary(Registry& r) {
  for (const Row& row : table()) {
    const std::string name = row.name;
    auto op = r.op(name + "(Tensor self) -> Tensor");
    op.doc(row.doc).forward(row.forward).inplace().samples(sample_uniform(row.low, row.high));
    if (row.onnx) op.onnx(row.onnx);
    if (name == "neg") {
      op.forward([](const Args& a) -> Value {
        if (a.tensor(0).dtype() == DType::Bool)
          fail(
              ErrorKind::Runtime,
              "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
              "invert a mask, use the `~` or `logical_not()` operator instead.");
        return map_same<Neg>(a.tensor(0));
      });
      op.backward(
          [](BackwardContext&, const TensorList& g) -> TensorList { return {ops::neg(g[0])}; });
    } else if (!row.factor) {
      op.backward([](BackwardContext&, const TensorList& g) -> TensorList {
        return {ops::zeros_like(g[0])};
      });
    } else if (row.from_output) {
      op.saves_output().backward(
          [factor = row.factor](BackwardContext& c, const TensorList& g) -> TensorList {
            return {ops::mul(g[0], factor(c.output()))};
          });
    } else {
      op.saves({"self"}).backward(
          [factor = row.factor](BackwardContext& c, const TensorList& g) -> TensorList {
            return {ops::mul(g[0], factor(c.tensor(0)))};
          });
    }
  }
  r.op("square(Tensor self) -> Tensor")
      .doc("self * self. torch.square")
      .composite([](const Args& a) { return ops::pow(a.tensor(0), 2); })
      .inplace();
  r.op("frac(Tensor self) -> Tensor")
      .doc("self - trunc(self). torch.frac")
      .forward([](const Args& a) { return map_strict_float<Frac>(a.tensor(0), "frac_cpu"); })
      .backward([](BackwardContext&, const TensorList& g) -> TensorList { return {g[0]}; })
      .inplace()
      .samples(sample_uniform(0.2, 0.8));
  r.op("round.decimals(Tensor self, *, int decimals) -> Tensor")
      .doc("Rounds to a number of decimal places, halves to even. torch.round")
      .node("RoundBackward1")
      .forward([](const Args& a) {
        const double scale = std::pow(10, std::abs(a.number(1)));
        const Tensor x = a.tensor(0);
        return a.number(1) < 0 ? ops::mul(call("round", {ops::div(x, scale)}), scale)
                               : ops::div(call("round", {ops::mul(x, scale)}), scale);
      })
      .backward([](BackwardContext&, const TensorList& g) -> TensorList {
        return {ops::zeros_like(g[0])};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.21, 0.24), 1});
      });
  r.op("angle(Tensor self) -> Tensor")
      .doc("0 where self is positive, pi where it is negative. torch.angle")
      .forward([](const Args& a) { return map_float<Angle>(a.tensor(0)); })
      .backward([](BackwardContext&, const TensorList& g) -> TensorList {
        return {ops::zeros_like(g[0])};
      })
      .samples(sample_uniform(0.2, 0.8));
  r.op("positive(Tensor self) -> Tensor").doc("self. torch.positive").composite([](const Args& a) {
    check(a.tensor(0).dtype() != DType::Bool,
          "The `+` operator, on a bool tensor is not supported.");
    return a.tensor(0);
  });
  r.op("conj_physical(Tensor self) -> Tensor")
      .doc("self, which is real. torch.conj_physical")
      .composite([](const Args& a) { return a.tensor(0); });
  r.op("frexp(Tensor self) -> (Tensor mantissa, Tensor exponent)")
      .doc("self as mantissa * 2^exponent, with 0.5 <= |mantissa| < 1. torch.frexp")
      .non_differentiable({1})
      .forward([](const Args& a) {
        if (!is_floating(a.tensor(0).dtype()))
          fail(ErrorKind::Runtime, "torch.frexp() only supports floating-point dtypes");
        const Tensor x = a.tensor(0).contiguous_raw();
        const Tensor mantissa = Tensor::empty(x.shape(), x.dtype()),
                     exponent = Tensor::empty(x.shape(), DType::Int32);
        dispatch_floating(x.dtype(), "frexp", [&](auto tag) {
          using T = decltype(tag);
          for (std::int64_t i = 0; i < x.numel(); ++i) {
            int e = 0;
            mantissa.data<T>()[i] = std::frexp(x.data<T>()[i], &e);
            exponent.data<std::int32_t>()[i] = e;
          }
        });
        a.stash(exponent);
        return TensorList{mantissa, exponent};
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::div(g[0], call("pow", {2.0, ops::to(c.stash(0), g[0].dtype())}))};
      })
      .samples(sample_uniform(0.6, 0.9));
}

}  // namespace gradbox
