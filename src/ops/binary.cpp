// Functions of two tensors beyond arithmetic, and the second names of what is declared elsewhere.
#include <cmath>
#include <numeric>

#include "ops/families.h"

namespace gradbox {

namespace {

struct Hypot {
  template <class T>
  T operator()(T a, T b) const {
    return std::hypot(a, b);
  }
};
struct CopySign {
  template <class T>
  T operator()(T a, T b) const {
    return std::copysign(a, b);
  }
};
struct NextAfter {
  template <class T>
  T operator()(T a, T b) const {
    return std::nextafter(a, b);
  }
};
struct LogAddExp {
  template <class T>
  T operator()(T a, T b) const {
    if (std::isinf(a) && a == b) return a;
    const T m = a > b ? a : b;
    return m + std::log1p(std::exp(-std::abs(a - b)));
  }
};
struct LogAddExp2 {
  template <class T>
  T operator()(T a, T b) const {
    if (std::isinf(a) && a == b) return a;
    const T m = a > b ? a : b;
    return m + std::log1p(std::exp2(-std::abs(a - b))) * static_cast<T>(1 / M_LN2);
  }
};
struct XLogY {
  template <class T>
  T operator()(T a, T b) const {
    if (std::isnan(b)) return b;
    return a == T(0) ? T(0) : a * std::log(b);
  }
};
struct XLog1pY {
  template <class T>
  T operator()(T a, T b) const {
    if (std::isnan(b)) return b;
    return a == T(0) ? T(0) : a * std::log1p(b);
  }
};
// The larger (smaller) one; a number wins over NaN.
struct FMax {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) return std::fmax(a, b);
    else return a > b ? a : b;
  }
};
struct FMin {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) return std::fmin(a, b);
    else return a < b ? a : b;
  }
};
struct Heaviside {
  template <class T>
  T operator()(T a, T b) const {
    if (a != a) return a;
    return a == T(0) ? b : static_cast<T>(a > T(0));
  }
};
struct Gcd {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) return std::gcd(a, b);
    else return a;
  }
};
struct Lcm {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) return a == 0 || b == 0 ? 0 : std::lcm(a, b);
    else return a;
  }
};
struct ShiftLeft {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>)
      return b < 0 || b >= 64 ? 0 : static_cast<T>(static_cast<std::uint64_t>(a) << b);
    else return a;
  }
};
struct ShiftRight {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) return a >> (b < 0 || b >= 64 ? 63 : b);
    else return a;
  }
};

template <class F>
Forward in_common_dtype() {
  return [](const Args& a) -> Value {
    return map_binary<F>(a.tensor(0), a.tensor(1), result_type(a.tensor(0), a.tensor(1)));
  };
}
template <class F>
Forward in_floats() {
  return [](const Args& a) -> Value { return map_binary_float<F>(a.tensor(0), a.tensor(1)); };
}
// Integers stay as they are an error, in PyTorch's words.
template <class F>
Forward floats_only(const char* kernel) {
  return [kernel](const Args& a) -> Value {
    const DType t = result_type(a.tensor(0), a.tensor(1));
    if (!is_floating(t)) not_implemented(kernel, t);
    return map_binary_float<F>(a.tensor(0), a.tensor(1));
  };
}
template <class F>
Forward integers_only(const char* kernel) {
  return [kernel](const Args& a) -> Value {
    const DType t = result_type(a.tensor(0), a.tensor(1));
    if (is_floating(t) || t == DType::Bool) not_implemented(kernel, t);
    return map_binary<F>(a.tensor(0), a.tensor(1), t);
  };
}

Tensor masked(const Tensor& g, const Tensor& mask) {
  return ops::masked_fill(g, ops::logical_not(mask), 0.0);
}
Tensor isnan(const Tensor& x) { return call("isnan", {x}).get<Tensor>(); }

void register_floats(Registry& r) {
  const auto pair = [](Samples& s) { s.add({s.uniform({2, 3}, 0.5, 2), s.uniform({3}, 0.5, 2)}); };
  r.op("hypot(Tensor self, Tensor other) -> Tensor")
      .doc("sqrt(self^2 + other^2). torch.hypot")
      .forward(floats_only<Hypot>("hypot_cpu"))
      .saves({"self", "other"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor y = c.output();
        return {ops::mul(g[0], ops::div(c.tensor(0), y)), ops::mul(g[0], ops::div(c.tensor(1), y))};
      })
      .inplace()
      .samples(pair);
  r.op("copysign(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc("|self| with the sign of other. torch.copysign")
      .forward(in_floats<CopySign>())
      .node([](const Values& a) {
        return std::string(a[1].get<Tensor>().is_wrapped_number() ? "CopysignBackward1"
                                                                  : "CopysignBackward0");
      })
      .saves({"self"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0).detach();
        const Tensor ratio = ops::masked_fill(ops::div(c.output().detach(), x), ops::eq(x, 0), 0.0);
        return {ops::mul(g[0], ratio), c.needs(1) ? ops::zeros_like(g[0]) : Tensor()};
      })
      .inplace()
      .samples(pair);
  r.op("nextafter(Tensor self, Tensor other) -> Tensor")
      .doc("The next floating point number after self in the direction of other. torch.nextafter")
      .forward(floats_only<NextAfter>("nextafter_cpu"));
  r.op("logaddexp(Tensor self, Tensor other) -> Tensor")
      .doc("log(exp(self) + exp(other)) without overflow. torch.logaddexp")
      .forward(floats_only<LogAddExp>("logaddexp_cpu"))
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor d = ops::sub(c.tensor(1), c.tensor(0));
        return {ops::div(g[0], ops::add(1, ops::exp(d))),
                ops::div(g[0], ops::add(1, ops::exp(ops::neg(d))))};
      })
      .samples(pair);
  r.op("logaddexp2(Tensor self, Tensor other) -> Tensor")
      .doc("log2(2^self + 2^other) without overflow. torch.logaddexp2")
      .forward(floats_only<LogAddExp2>("logaddexp2_cpu"))
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor d = ops::sub(c.tensor(1), c.tensor(0));
        return {ops::div(g[0], ops::add(1, call("exp2", {d}))),
                ops::div(g[0], ops::add(1, call("exp2", {ops::neg(d)})))};
      })
      .samples(pair);
  for (const bool plus_one : {false, true}) {
    const std::string name = plus_one ? "special_xlog1py" : "xlogy";
    const std::string node = plus_one ? "SpecialXlog1PyBackward" : "XlogyBackward";
    auto op = r.op(name + "(Tensor|Scalar self, Tensor|Scalar other) -> Tensor");
    op.doc(std::string("self * log(") + (plus_one ? "1 + " : "") + "other), 0 where self is 0.")
        .in(plus_one ? unsigned{kSpecial} : kTorch | kTensor)
        .node([node](const Values& a) {
          return node + (a[0].get<Tensor>().is_wrapped_number()   ? "1"
                         : a[1].get<Tensor>().is_wrapped_number() ? "2"
                                                                  : "0");
        })
        .forward(plus_one ? in_floats<XLog1pY>() : in_floats<XLogY>())
        .saves({"self", "other"})
        .backward([plus_one](BackwardContext& c, const TensorList& g) -> TensorList {
          const Tensor x = c.tensor(0), y = plus_one ? ops::add(c.tensor(1), 1) : c.tensor(1);
          Tensor first;
          if (c.needs(0)) {
            const Tensor none = ops::logical_and(ops::eq(x, 0), ops::le(y, 0));
            first = ops::masked_fill(ops::mul(g[0], ops::log(y)), none, 0.0);
          }
          return {first, c.needs(1) ? ops::mul(g[0], ops::div(x, y)) : Tensor()};
        })
        .samples(pair);
    if (!plus_one) op.inplace();
  }
  r.op("float_power(Tensor|Scalar self, Tensor|Scalar exponent) -> Tensor")
      .doc("pow in double precision. torch.float_power")
      .composite([](const Args& a) {
        const auto wide = [](const Tensor& t) {
          return t.is_wrapped_number() ? t : ops::to(t, DType::Float64);
        };
        Tensor x = wide(a.tensor(0)), e = wide(a.tensor(1));
        if (x.is_wrapped_number()) return call("pow", {x.item(), e}).get<Tensor>();
        return ops::pow(x, e);
      });
  r.op("ldexp(Tensor self, Tensor other) -> Tensor")
      .doc("self * 2^other. torch.ldexp")
      .composite([](const Args& a) {
        return ops::mul(a.tensor(0), call("pow", {2.0, a.tensor(1)}));
      })
      .inplace();
  r.op("heaviside(Tensor self, Tensor values) -> Tensor")
      .doc("0 where self is negative, 1 where positive, values where zero. torch.heaviside")
      .forward([](const Args& a) {
        check(a.tensor(0).dtype() == a.tensor(1).dtype(),
              "heaviside is not yet implemented for tensors with different dtypes.");
        return map_binary<Heaviside>(a.tensor(0), a.tensor(1), a.tensor(0).dtype());
      });
}

void register_missing_aware(Registry& r) {
  for (const bool larger : {true, false}) {
    const std::string name = larger ? "fmax" : "fmin";
    r.op(name + "(Tensor self, Tensor other) -> Tensor")
        .doc(std::string("The ") + (larger ? "larger" : "smaller") +
             " of two; a number wins over NaN. torch." + name)
        .forward(larger ? in_common_dtype<FMax>() : in_common_dtype<FMin>())
        .saves({"self", "other"})
        .backward([larger](BackwardContext& c, const TensorList& g) -> TensorList {
          const Tensor a = c.tensor(0).detach(), b = c.tensor(1).detach();
          const Tensor first = ops::logical_or(larger ? ops::ge(a, b) : ops::le(a, b), isnan(b));
          return {masked(g[0], first), masked(g[0], ops::logical_not(first))};
        })
        .samples([](Samples& s) {
          s.add({s.distinct({2, 3}), s.fixed({-0.3, 0.1, 0.5}, {3}, DType::Float64)});
          s.add({s.fixed({-0.3, 0.1, 0.5}, {3}, DType::Float64), s.distinct({2, 3})});
        });
  }
}

void register_choices(Registry& r) {
  r.op("gcd(Tensor self, Tensor other) -> Tensor")
      .doc("Greatest common divisor. torch.gcd")
      .forward(integers_only<Gcd>("gcd_cpu"))
      .inplace();
  r.op("lcm(Tensor self, Tensor other) -> Tensor")
      .doc("Least common multiple. torch.lcm")
      .forward(integers_only<Lcm>("lcm_cpu"))
      .inplace();
  r.op("bitwise_left_shift(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc("self shifted left by other bits. torch.bitwise_left_shift")
      .forward(integers_only<ShiftLeft>("lshift_cpu"))
      .inplace();
  r.op("bitwise_right_shift(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc("self shifted right by other bits, with its sign. torch.bitwise_right_shift")
      .forward(integers_only<ShiftRight>("rshift_cpu"))
      .inplace();
}

// Other names of operators that are there already.
void register_aliases(Registry& r) {
  for (const auto& [name, target] : {std::pair<const char*, const char*>{"arccos", "acos"},
                                     {"arcsin", "asin"},
                                     {"arctan", "atan"},
                                     {"arccosh", "acosh"},
                                     {"arcsinh", "asinh"},
                                     {"arctanh", "atanh"},
                                     {"arctan2", "atan2"},
                                     {"fix", "trunc"},
                                     {"absolute", "abs"},
                                     {"negative", "neg"},
                                     {"subtract", "sub"},
                                     {"multiply", "mul"},
                                     {"divide", "div"},
                                     {"not_equal", "ne"},
                                     {"less", "lt"},
                                     {"less_equal", "le"},
                                     {"greater", "gt"},
                                     {"greater_equal", "ge"},
                                     {"clip", "clamp"},
                                     {"special_xlogy", "xlogy"},
                                     {"special_expit", "sigmoid"},
                                     {"special_erf", "erf"},
                                     {"special_erfc", "erfc"},
                                     {"special_erfinv", "erfinv"},
                                     {"special_exp2", "exp2"},
                                     {"special_expm1", "expm1"},
                                     {"special_log1p", "log1p"},
                                     {"special_digamma", "digamma"},
                                     {"special_i0", "i0"},
                                     {"special_logit", "logit"},
                                     {"special_round", "round"},
                                     {"special_sinc", "sinc"},
                                     {"special_gammainc", "igamma"},
                                     {"special_gammaincc", "igammac"}})
    r.alias(name, target);
}

}  // namespace

void register_binary_functions(Registry& r) {
  if constexpr (kTraining) {
    register_floats(r);
    register_missing_aware(r);
    register_aliases(r);
  }
  register_choices(r);
}

}  // namespace gradbox
