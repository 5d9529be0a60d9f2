// Comparisons, logic, bits, selection by condition, clamping.
#include <cmath>
#include <limits>

#include "kernels/compare.h"
#include "ops/families.h"

namespace gradbox {
namespace {

#define GRADBOX_COMPARISON(Name, sign, row_of)                                    \
  struct Name {                                                                   \
    template <class T>                                                            \
    bool operator()(T a, T b) const {                                             \
      return a sign b;                                                            \
    }                                                                             \
    static void row(bool* o, const float* a, std::int64_t a_step, const float* b, \
                    std::int64_t b_step, std::int64_t n) {                        \
      kernels::row_of;                                                            \
    }                                                                             \
  };
GRADBOX_COMPARISON(Eq, ==, equal_row(o, a, a_step, b, b_step, n, true))
GRADBOX_COMPARISON(Ne, !=, equal_row(o, a, a_step, b, b_step, n, false))
GRADBOX_COMPARISON(Lt, <, less_row(o, a, a_step, b, b_step, n))
GRADBOX_COMPARISON(Le, <=, less_equal_row(o, a, a_step, b, b_step, n))
GRADBOX_COMPARISON(Gt, >, less_row(o, b, b_step, a, a_step, n))
GRADBOX_COMPARISON(Ge, >=, less_equal_row(o, b, b_step, a, a_step, n))
#undef GRADBOX_COMPARISON
struct And {
  template <class T>
  bool operator()(T a, T b) const {
    return a != T(0) && b != T(0);
  }
};
struct Or {
  template <class T>
  bool operator()(T a, T b) const {
    return a != T(0) || b != T(0);
  }
};
struct Xor {
  template <class T>
  bool operator()(T a, T b) const {
    return (a != T(0)) != (b != T(0));
  }
};
struct Not {
  template <class T>
  bool operator()(T a) const {
    return a == T(0);
  }
};
struct IsNan {
  template <class T>
  bool operator()(T a) const {
    return a != a;
  }
};
struct IsInf {
  template <class T>
  bool operator()(T a) const {
    if constexpr (std::is_floating_point_v<T>) return std::isinf(a);
    else return false;
  }
};
struct IsFinite {
  template <class T>
  bool operator()(T a) const {
    if constexpr (std::is_floating_point_v<T>) return std::isfinite(a);
    else return true;
  }
};
struct SignBit {
  template <class T>
  bool operator()(T a) const {
    if constexpr (std::is_floating_point_v<T>) return std::signbit(a);
    else return a < T(0);
  }
};
template <bool kNegative>
struct IsSignedInf {
  template <class T>
  bool operator()(T a) const {
    if constexpr (std::is_floating_point_v<T>) return std::isinf(a) && std::signbit(a) == kNegative;
    else return false;
  }
};
struct IsAnything {
  template <class T>
  bool operator()(T) const {
    return true;
  }
};
struct BitAnd {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a & b);
  }
};
struct BitOr {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a | b);
  }
};
struct BitXor {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a ^ b);
  }
};
struct BitNot {
  template <class T>
  T operator()(T a) const {
    if constexpr (std::is_same_v<T, bool>) return !a;
    else return static_cast<T>(~a);
  }
};

template <class F>
Tensor map_bits(const Tensor& a, const Tensor& b, const char* name) {
  const DType t = result_type(a, b);
  if (is_floating(t)) not_implemented((std::string(name) + "_cpu").c_str(), t);
  Tensor out = Tensor::empty(broadcast_shapes(a.shape(), b.shape()), t);
  const Tensor x = a.to_raw(t), y = b.to_raw(t);
  dispatch(t, [&](auto tag) {
    using T = decltype(tag);
    if constexpr (std::is_integral_v<T>) kernels::binary<T, T, F>(out, x, y);
  });
  return out;
}

template <class F>
void comparison(Registry& r, const char* name, const char* doc, const char* onnx) {
  auto op = r.op(std::string(name) + "(Tensor self, Tensor|Scalar other) -> Tensor");
  op.doc(doc).forward([](const Args& a) { return map_compare<F>(a.tensor(0), a.tensor(1)); });
  if (onnx) op.onnx(onnx);
}

template <class F>
void logic(Registry& r, const char* name, const char* doc, const char* onnx) {
  r.op(std::string(name) + "(Tensor self, Tensor other) -> Tensor")
      .doc(doc)
      .forward([](const Args& a) { return map_compare<F>(a.tensor(0), a.tensor(1)); })
      .onnx(onnx);
}

template <class F>
void bits(Registry& r, const std::string& name, const char* doc) {
  r.op(name + "(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc(doc)
      .forward(
          [name](const Args& a) { return map_bits<F>(a.tensor(0), a.tensor(1), name.c_str()); })
      .inplace();
}

// out = condition ? a : b for operands of one dtype.
Tensor select(const Tensor& condition, const Tensor& a, const Tensor& b) {
  if (condition.dtype() != DType::Bool && condition.dtype() != DType::UInt8)
    fail(ErrorKind::Runtime,
         "where expected condition to be a boolean tensor, but got a tensor with dtype ",
         scalar_type_name(condition.dtype()));
  const DType t = result_type(a, b);
  const Tensor c = condition.to_raw(DType::Bool), x = a.to_raw(t), y = b.to_raw(t);
  Tensor out =
      Tensor::empty(broadcast_shapes(broadcast_shapes(c.shape(), x.shape()), y.shape()), t);
  dispatch(t, [&](auto tag) {
    using T = decltype(tag);
    kernels::for_each_row(
        out.shape(), {&out, &c, &x, &y}, [](char** p, const std::int64_t* s, std::int64_t n) {
          if constexpr (sizeof(T) == 4) {
            if (s[0] == 4 && s[1] == 1 && (s[2] == 4 || s[2] == 0) && (s[3] == 4 || s[3] == 0))
              return kernels::where_row(reinterpret_cast<std::uint32_t*>(p[0]),
                                        reinterpret_cast<const bool*>(p[1]),
                                        reinterpret_cast<const std::uint32_t*>(p[2]), s[2] / 4,
                                        reinterpret_cast<const std::uint32_t*>(p[3]), s[3] / 4, n);
          }
          for (std::int64_t i = 0; i < n; ++i)
            *reinterpret_cast<T*>(p[0] + i * s[0]) =
                *reinterpret_cast<const bool*>(p[1] + i * s[1])
                    ? *reinterpret_cast<const T*>(p[2] + i * s[2])
                    : *reinterpret_cast<const T*>(p[3] + i * s[3]);
        });
  });
  return out;
}

Tensor zero_like_scalar(const Tensor& t) { return Tensor::full({}, 0, t.dtype()); }

Tensor close(const Args& a) {
  const Tensor x = a.tensor(0).detach(), y = a.tensor(1).detach();
  check(x.dtype() == y.dtype(), scalar_type_name(x.dtype()), " did not match ",
        scalar_type_name(y.dtype()));
  Tensor equal = ops::eq(x, y);
  if (a.boolean(4)) equal = ops::logical_or(equal, ops::logical_and(ops::ne(x, x), ops::ne(y, y)));
  if (x.dtype() == DType::Bool) return equal;
  const Tensor limit = ops::add(ops::mul(ops::abs(y), a.number(2)), a.number(3));
  const Tensor near = ops::le(ops::abs(ops::sub(x, y)), limit);
  return ops::logical_or(equal, ops::logical_and(near, call("isfinite", {y})));
}

void register_clamp(Registry& r) {
  const auto tensor_limits = [](const Args& a, std::size_t low, std::size_t high) {
    Tensor t = a.tensor(0);
    if (low && a.has(low)) t = ops::maximum(t, a.tensor(low));
    if (high && a.has(high)) t = ops::minimum(t, a.tensor(high));
    return t;
  };
  // Before the form for numbers, which a tensor without dimensions would fit as well.
  r.op("clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor")
      .doc("self limited to [min, max], element by element. torch.clamp")
      .fused([tensor_limits](const Args& a) {
        check(a.has(1) || a.has(2), "torch.clamp: At least one of 'min' or 'max' must not be None");
        return tensor_limits(a, 1, 2);
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), s.fixed({-0.35, -0.22, 0}, {3}, DType::Float64),
               s.fixed({0.2, 0.45, 0.3}, {3}, DType::Float64)});
      });
  r.op("clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor")
      .doc("self limited to [min, max]. torch.clamp")
      .node("ClampBackward1")
      .forward([](const Args& a) -> Tensor {
        Tensor t = a.tensor(0);
        check(a.has(1) || a.has(2), "torch.clamp: At least one of 'min' or 'max' must not be None");
        if (t.dtype() == DType::Float32) {
          const Tensor x = t.contiguous_raw(), out = Tensor::empty(t.shape(), t.dtype());
          constexpr double kInf = std::numeric_limits<double>::infinity();
          kernels::clamp_row(out.data<float>(), x.data<float>(),
                             static_cast<float>(a.has(1) ? a.number(1) : -kInf),
                             static_cast<float>(a.has(2) ? a.number(2) : kInf), x.numel());
          return out;
        }
        if (a.has(1)) t = ops::where(ops::lt(t, a[1]), a[1], t);
        if (a.has(2)) t = ops::where(ops::gt(t, a[2]), a[2], t);
        return t.is_same(a.tensor(0)) ? t.clone_raw() : t;
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0).detach();
        Tensor inside = Tensor::full({}, 1, DType::Bool);
        const Args a = c.args();
        if (a.has(1)) inside = ops::logical_and(inside, ops::ge(x, a[1]));
        if (a.has(2)) inside = ops::logical_and(inside, ops::le(x, a[2]));
        return {ops::where(inside, g[0], zero_like_scalar(g[0]))};
      })
      .inplace()
      .onnx("Clip")
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), -0.35, 0.45});
      });
  const auto one_limit = [](Samples& s) { s.add({s.distinct({2, 3}), 0.1}); };
  const auto one_tensor = [](Samples& s) {
    s.add({s.distinct({2, 3}), s.fixed({-0.35, 0.01, 0.3}, {3}, DType::Float64)});
  };
  r.op("clamp_min.Tensor(Tensor self, Tensor min) -> Tensor")
      .doc("max(self, min), element by element. torch.clamp_min")
      .node("ClampMinBackward1")
      .fused([tensor_limits](const Args& a) { return tensor_limits(a, 1, 0); })
      .inplace()
      .samples(one_tensor);
  r.op("clamp_min(Tensor self, Scalar min) -> Tensor")
      .doc("max(self, min). torch.clamp_min")
      .fused([](const Args& a) { return ops::clamp(a.tensor(0), a[1]); })
      .inplace()
      .samples(one_limit);
  r.op("clamp_max.Tensor(Tensor self, Tensor max) -> Tensor")
      .doc("min(self, max), element by element. torch.clamp_max")
      .node("ClampMaxBackward1")
      .fused([tensor_limits](const Args& a) { return tensor_limits(a, 0, 1); })
      .inplace()
      .samples(one_tensor);
  r.op("clamp_max(Tensor self, Scalar max) -> Tensor")
      .doc("min(self, max). torch.clamp_max")
      .fused([](const Args& a) { return ops::clamp(a.tensor(0), nullptr, a[1]); })
      .inplace()
      .samples(one_limit);
  r.op("nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor")
      .doc("Replaces NaN and infinities by finite numbers. torch.nan_to_num")
      .forward([](const Args& a) {
        Tensor t = a.tensor(0);
        if (!is_floating(t.dtype())) return t.clone_raw();
        const double top =
            t.dtype() == DType::Float32 ? 3.4028234663852886e38 : 1.7976931348623157e308;
        const auto value = [&](std::size_t i, double otherwise) {
          return a.has(i) ? a.number(i) : otherwise;
        };
        t = ops::masked_fill(t, ops::eq(t, HUGE_VAL), value(2, top));
        t = ops::masked_fill(t, ops::eq(t, -HUGE_VAL), value(3, -top));
        return ops::masked_fill(t, call("isnan", {t}), value(1, 0));
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::where(call("isfinite", {c.tensor(0).detach()}), g[0], zero_like_scalar(g[0]))};
      })
      .inplace()
      .samples(sample_randn());
}

}  // namespace

void register_compare(Registry& r) {
  comparison<Eq>(r, "eq", "self == other, element by element. torch.eq", "Equal");
  comparison<Ne>(r, "ne", "self != other, element by element. torch.ne", nullptr);
  comparison<Lt>(r, "lt", "self < other, element by element. torch.lt", "Less");
  comparison<Le>(r, "le", "self <= other, element by element. torch.le", "LessOrEqual");
  comparison<Gt>(r, "gt", "self > other, element by element. torch.gt", "Greater");
  comparison<Ge>(r, "ge", "self >= other, element by element. torch.ge", "GreaterOrEqual");
  logic<And>(r, "logical_and", "Both non-zero. torch.logical_and", "And");
  logic<Or>(r, "logical_or", "Either non-zero. torch.logical_or", "Or");
  logic<Xor>(r, "logical_xor", "Exactly one non-zero. torch.logical_xor", "Xor");
  r.op("logical_not(Tensor self) -> Tensor")
      .doc("self == 0. torch.logical_not")
      .forward([](const Args& a) { return map_predicate<Not>(a.tensor(0)); })
      .onnx("Not");
  bits<BitAnd>(r, "bitwise_and", "Bitwise and; logical for bool. torch.bitwise_and");
  bits<BitOr>(r, "bitwise_or", "Bitwise or; logical for bool. torch.bitwise_or");
  bits<BitXor>(r, "bitwise_xor", "Bitwise exclusive or; logical for bool. torch.bitwise_xor");
  r.op("bitwise_not(Tensor self) -> Tensor")
      .doc("Bitwise not; logical for bool. torch.bitwise_not")
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        if (is_floating(t.dtype()))
          fail(ErrorKind::Runtime, "\"bitwise_not_cpu\" not implemented for '",
               scalar_type_name(t.dtype()), "'");
        Tensor out = Tensor::empty(t.shape(), t.dtype());
        dispatch(t.dtype(), [&](auto tag) {
          using T = decltype(tag);
          if constexpr (std::is_integral_v<T>) kernels::unary<T, T, BitNot>(out, t);
        });
        return out;
      })
      .inplace();
  r.op("isnan(Tensor self) -> Tensor")
      .doc("Whether each element is NaN. torch.isnan")
      .forward([](const Args& a) { return map_predicate<IsNan>(a.tensor(0)); })
      .onnx("IsNaN");
  r.op("isinf(Tensor self) -> Tensor")
      .doc("Whether each element is infinite. torch.isinf")
      .forward([](const Args& a) { return map_predicate<IsInf>(a.tensor(0)); })
      .onnx("IsInf");
  r.op("isfinite(Tensor self) -> Tensor")
      .doc("Whether each element is neither NaN nor infinite. torch.isfinite")
      .forward([](const Args& a) { return map_predicate<IsFinite>(a.tensor(0)); });
  r.op("signbit(Tensor self) -> Tensor")
      .doc("Whether each element has the minus sign. torch.signbit")
      .forward([](const Args& a) { return map_predicate<SignBit>(a.tensor(0)); });
  r.op("isneginf(Tensor self) -> Tensor")
      .doc("Whether each element is minus infinity. torch.isneginf")
      .forward([](const Args& a) { return map_predicate<IsSignedInf<true>>(a.tensor(0)); });
  r.op("isposinf(Tensor self) -> Tensor")
      .doc("Whether each element is plus infinity. torch.isposinf")
      .forward([](const Args& a) { return map_predicate<IsSignedInf<false>>(a.tensor(0)); });
  r.op("isreal(Tensor self) -> Tensor")
      .doc("True everywhere: there are no complex numbers. torch.isreal")
      .forward([](const Args& a) { return map_predicate<IsAnything>(a.tensor(0)); });
  r.op("is_nonzero(Tensor self) -> bool")
      .doc("Whether the only element isn't zero. torch.is_nonzero")
      .forward([](const Args& a) {
        check(a.tensor(0).numel() > 0, "Boolean value of Tensor with no values is ambiguous");
        check(a.tensor(0).numel() == 1,
              "Boolean value of Tensor with more than one value is ambiguous");
        return a.tensor(0).item() != 0;
      });
  r.op("isclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool "
       "equal_nan=False) -> Tensor")
      .doc("|self - other| <= atol + rtol * |other|, element by element. torch.isclose")
      .forward(close);
  r.op("allclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool "
       "equal_nan=False) -> bool")
      .doc("Whether isclose holds everywhere. torch.allclose")
      .forward([](const Args& a) {
        for (const double v : close(a).to_vector())
          if (v == 0) return false;
        return true;
      });
  r.op("equal(Tensor self, Tensor other) -> bool")
      .doc("Whether shapes and all elements agree. torch.equal")
      .forward([](const Args& a) {
        if (a.tensor(0).shape() != a.tensor(1).shape()) return false;
        for (const double v : map_compare<Eq>(a.tensor(0), a.tensor(1)).to_vector())
          if (v == 0) return false;
        return true;
      });
  r.op("where(Tensor condition, Tensor|Scalar self, Tensor|Scalar other) -> Tensor")
      .doc("self where condition holds, other elsewhere. torch.where")
      .in(kTorch)
      .forward([](const Args& a) { return select(a.tensor(0), a.tensor(1), a.tensor(2)); })
      .saves({"condition"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor zero = zero_like_scalar(g[0]);
        return {Tensor(), c.needs(1) ? ops::where(c.tensor(0), g[0], zero) : Tensor(),
                c.needs(2) ? ops::where(c.tensor(0), zero, g[0]) : Tensor()};
      })
      .onnx("Where")
      .samples([](Samples& s) {
        s.add({s.fixed({1, 0, 1}, {3}, DType::Bool), s.randn({2, 3}), s.randn({2, 1})});
      });
  r.op("masked_fill(Tensor self, Tensor mask, Tensor|Scalar value) -> Tensor")
      .doc("self with value where mask holds. torch.Tensor.masked_fill")
      .in(kTensor | kTorch)
      .node([](const Values& a) {
        return std::string(a[2].get<Tensor>().is_wrapped_number() ? "MaskedFillBackward0"
                                                                  : "MaskedFillBackward1");
      })
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0), v = a.tensor(2);
        check(v.dim() == 0,
              "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ",
              v.dim(), " dimension(s).");
        // Real PyTorch 1.13 reads the first byte of any mask: integers work as masks, too.
        check(!is_floating(a.tensor(1).dtype()), "expected mask dtype to be Bool but got ",
              scalar_type_name(a.tensor(1).dtype()));
        return select(a.tensor(1).to_raw(DType::Bool), v.to_raw(t.dtype()), t);
      })
      .saves({"mask"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor zero = zero_like_scalar(g[0]);
        const Tensor mask = c.tensor(1).to_raw(DType::Bool);
        return {ops::where(mask, zero, g[0]), Tensor(),
                c.needs(2) ? ops::sum(ops::where(mask, g[0], zero)) : Tensor()};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.fixed({1, 0, 1}, {3}, DType::Bool), 0.5});
        s.add({s.randn({2, 3}), s.fixed({1, 0, 1}, {3}, DType::Bool), s.randn({})});
      });
  register_clamp(r);
}

}  // namespace gradbox
