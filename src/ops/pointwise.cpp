// Arithmetic with two operands: +, -, *, /, powers, remainders, interpolation.
#include <cmath>

#include "autograd/variable.h"
#include "kernels/wrap.h"
#include "ops/families.h"

namespace gradbox {

void register_elementary(Registry& r);  // elementary.cpp

namespace {

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return kernels::wrap_add(a, b);
  }
};
struct Sub {
  template <class T>
  T operator()(T a, T b) const {
    return kernels::wrap_sub(a, b);
  }
};
struct Mul {
  template <class T>
  T operator()(T a, T b) const {
    return kernels::wrap_mul(a, b);
  }
};
struct Div {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a / b);
  }
};
struct TruncDiv {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) return std::trunc(a / b);
    else return kernels::wrap_div(a, b);
  }
};
struct FloorDiv {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      // Python's floor division: exact where a / b rounds up to an integer.
      if (b == 0) return a / b;
      const T mod = std::fmod(a, b);
      T div = (a - mod) / b;
      if (mod != 0 && (b < 0) != (mod < 0)) div -= 1;
      if (div == 0) return std::copysign(T(0), a / b);
      T floored = std::floor(div);
      if (div - floored > T(0.5)) floored += 1;
      return floored;
    } else {
      const T q = kernels::wrap_div(a, b);
      return (kernels::wrap_mod(a, b) != 0 && ((a < 0) != (b < 0))) ? static_cast<T>(q - 1) : q;
    }
  }
};
struct Remainder {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      const T m = std::fmod(a, b);
      return m != 0 && (b < 0) != (m < 0) ? m + b : m;
    } else {
      const T m = kernels::wrap_mod(a, b);
      return m != 0 && (b < 0) != (m < 0) ? static_cast<T>(m + b) : m;
    }
  }
};
struct Fmod {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) return std::fmod(a, b);
    else return kernels::wrap_mod(a, b);
  }
};
struct Pow {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      if (b == T(2)) return a * a;
      if (b == T(3)) return a * a * a;
      return std::pow(a, b);
    } else {
      if (b < 0) return a == 1 ? T(1) : a == static_cast<T>(-1) ? (b % 2 ? a : T(1)) : T(0);
      T r = 1, base = a;
      for (; b > 0; b = static_cast<T>(b / 2), base = kernels::wrap_mul(base, base))
        if (b % 2) r = kernels::wrap_mul(r, base);
      return r;
    }
  }
};
struct Atan2 {
  template <class T>
  T operator()(T a, T b) const {
    return std::atan2(a, b);
  }
};
struct Maximum {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(a)) return a;
      if (std::isnan(b)) return b;
    }
    return a > b ? a : b;
  }
};
struct Minimum {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(a)) return a;
      if (std::isnan(b)) return b;
    }
    return a < b ? a : b;
  }
};

DType checked_arithmetic(const Tensor& a, const Tensor& b, bool subtract) {
  const DType t = result_type(a, b);
  if (subtract && t == DType::Bool)
    fail(ErrorKind::Runtime,
         "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or "
         "`logical_xor()` operator "
         "instead.");
  if (subtract && (a.dtype() == DType::Bool || b.dtype() == DType::Bool))
    fail(ErrorKind::Runtime,
         "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to "
         "invert a mask, use the "
         "`~` or `logical_not()` operator instead.");
  return t;
}

// alpha * other, in the dtype of the result.
Tensor scaled(const Tensor& t, const Value& alpha, DType result) {
  if (alpha.as_double() == 1) return t;
  if (alpha.is<double>() && !is_floating(result))
    fail(ErrorKind::Runtime,
         "For integral input tensors, argument alpha must not be a floating point number.");
  Tensor out = map_binary<Mul>(t.to_raw(result), wrap(alpha), result);
  out.impl()->wrapped_number = t.is_wrapped_number();
  return out;
}

// Integer division by zero is an error in PyTorch, and a trap in hardware.
void check_divisor(const Tensor& b, DType t) {
  if (is_floating(t)) return;
  const Tensor c = b.contiguous_raw();
  dispatch(c.dtype(), [&](auto tag) {
    using T = decltype(tag);
    const T* p = c.data<T>();
    for (std::int64_t i = 0; i < c.numel(); ++i)
      if (p[i] == T(0)) fail(ErrorKind::Runtime, "ZeroDivisionError");
  });
}

template <class F>
Tensor integer_safe(const Tensor& a, const Tensor& b) {
  const DType t = result_type(a, b);
  check_divisor(b, t);
  return map_binary_number<F>(a, b, t, "remainder_cpu");
}

void register_sums(Registry& r) {
  const auto two = [](Samples& s) {
    s.add({s.randn({2, 3}), s.randn({3})});
    s.add({s.randn({2, 1}), s.randn({2, 3})});
  };
  r.op("add(Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor")
      .doc("self + alpha * other, with broadcasting. torch.add")
      .forward([](const Args& a) {
        const DType t = result_type(a.tensor(0), a.tensor(1));
        return map_binary<Add>(a.tensor(0), scaled(a.tensor(1), a[2], t), t);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double alpha = c.args().number(2);
        return {g[0], !c.needs(1) ? Tensor() : alpha == 1 ? g[0] : ops::mul(g[0], alpha)};
      })
      .inplace()
      .onnx("Add")
      .samples(two);
  r.op("sub(Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor")
      .doc("self - alpha * other, with broadcasting. torch.sub")
      .forward([](const Args& a) {
        const DType t = checked_arithmetic(a.tensor(0), a.tensor(1), true);
        return map_binary<Sub>(a.tensor(0), scaled(a.tensor(1), a[2], t), t);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double alpha = c.args().number(2);
        return {g[0], !c.needs(1)  ? Tensor()
                      : alpha == 1 ? ops::neg(g[0])
                                   : ops::mul(g[0], -alpha)};
      })
      .inplace()
      .onnx("Sub")
      .samples(two);
  r.op("rsub(Tensor self, Tensor|Scalar other, *, Scalar alpha=1) -> Tensor")
      .doc("other - alpha * self. torch.rsub")
      .forward([](const Args& a) {
        const DType t = checked_arithmetic(a.tensor(0), a.tensor(1), true);
        return map_binary<Sub>(a.tensor(1), scaled(a.tensor(0), a[2], t), t);
      })
      .node([](const Values& a) {
        return std::string(a[1].get<Tensor>().is_wrapped_number() ? "RsubBackward1"
                                                                  : "RsubBackward0");
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double alpha = c.args().number(2);
        return {!c.needs(0)  ? Tensor()
                : alpha == 1 ? ops::neg(g[0])
                             : ops::mul(g[0], -alpha),
                g[0]};
      })
      .samples(two);
}

void register_products(Registry& r) {
  r.op("mul(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc("self * other, with broadcasting. torch.mul")
      .forward([](const Args& a) {
        return map_binary<Mul>(a.tensor(0), a.tensor(1), result_type(a.tensor(0), a.tensor(1)));
      })
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {c.needs(0) ? ops::mul(g[0], c.tensor(1)) : Tensor(),
                c.needs(1) ? ops::mul(g[0], c.tensor(0)) : Tensor()};
      })
      .inplace()
      .onnx("Mul")
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({3})});
        s.add({s.randn({2, 3}), 2.5});
      });
  r.op("div(Tensor self, Tensor|Scalar other, *, str? rounding_mode=None) -> Tensor")
      .node([](const Values& a) {
        return std::string(a[2].is_none() ? "DivBackward0" : "DivBackward2");
      })
      .doc(
          "self / other, with broadcasting; integers divide as floats unless rounding_mode is "
          "'floor' or 'trunc'. torch.div")
      .forward([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        if (!a.has(2)) return map_binary<Div>(x, y, result_type_float(x, y));
        const std::string& mode = a.string(2);
        if (mode == "floor") return integer_safe<FloorDiv>(x, y);
        if (mode == "trunc") return integer_safe<TruncDiv>(x, y);
        fail(ErrorKind::Runtime,
             "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '", mode,
             "'");
      })
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        if (c.args().has(2))  // piecewise constant
          return {ops::zeros_like(g[0]), c.needs(1) ? ops::zeros_like(g[0]) : Tensor()};
        const Tensor b = c.tensor(1);
        return {c.needs(0) ? ops::div(g[0], b) : Tensor(),
                c.needs(1) ? ops::neg(ops::div(ops::mul(g[0], c.tensor(0)), ops::mul(b, b)))
                           : Tensor()};
      })
      .inplace()
      .onnx("Div")
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.uniform({3}, 1, 2)});
      });
  // PyTorch's own formulas multiply and divide by numbers, which gives nodes of other names.
  r.op("_times(Tensor self, Scalar factor) -> Tensor")
      .doc("self * factor.")
      .in(0)
      .node("MulBackward1")
      .forward([](const Args& a) { return ops::mul(a.tensor(0), a[1]); })
      .decomposition([](const Args& a) { return ops::mul(a.tensor(0), a[1]); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::mul(g[0], c.args()[1])};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 2.5});
      });
  r.op("_over(Tensor self, Scalar divisor) -> Tensor")
      .doc("self / divisor.")
      .in(0)
      .node("DivBackward1")
      .forward([](const Args& a) { return ops::div(a.tensor(0), a[1]); })
      .decomposition([](const Args& a) { return ops::div(a.tensor(0), a[1]); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::div(g[0], c.args()[1])};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 2.5});
      });
  r.op("true_divide(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc("Alias of div. torch.true_divide")
      .composite([](const Args& a) { return ops::div(a.tensor(0), a.tensor(1)); })
      .inplace();
  r.op("floor_divide(Tensor self, Tensor|Scalar other) -> Tensor")
      .doc("Division rounded towards minus infinity. torch.floor_divide")
      .node("NotImplemented")
      .forward([](const Args& a) { return integer_safe<FloorDiv>(a.tensor(0), a.tensor(1)); })
      .backward([](BackwardContext&, const TensorList&) -> TensorList {
        fail(ErrorKind::Runtime, "derivative for aten::floor_divide is not implemented");
      })
      .no_gradcheck("PyTorch gives it no derivative")
      .inplace();
  r.op("remainder(Tensor self, Tensor|Scalar other) -> Tensor")
      .node([](const Values& a) {
        return std::string(a[1].get<Tensor>().is_wrapped_number() ? "RemainderBackward0"
                                                                  : "RemainderBackward1");
      })
      .doc("Python's modulus, with the sign of the divisor. torch.remainder")
      .forward([](const Args& a) { return integer_safe<Remainder>(a.tensor(0), a.tensor(1)); })
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {g[0], c.needs(1)
                          ? ops::neg(ops::mul(g[0], call("floor_divide", {c.tensor(0).detach(),
                                                                          c.tensor(1).detach()})
                                                        .get<Tensor>()))
                          : Tensor()};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 2.1, 2.9), s.fixed({1, 1.5, 0.9}, {3}, DType::Float64)});
      });
  r.op("fmod(Tensor self, Tensor|Scalar other) -> Tensor")
      .node([](const Values& a) {
        return std::string(a[1].get<Tensor>().is_wrapped_number() ? "FmodBackward0"
                                                                  : "FmodBackward1");
      })
      .doc("C's remainder, with the sign of the dividend. torch.fmod")
      .forward([](const Args& a) { return integer_safe<Fmod>(a.tensor(0), a.tensor(1)); })
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {g[0], c.needs(1)
                          ? ops::neg(ops::mul(
                                g[0], call("div", {c.tensor(0).detach(), c.tensor(1).detach()},
                                           {{"rounding_mode", "trunc"}})
                                          .get<Tensor>()))
                          : Tensor()};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 2.1, 2.9), s.fixed({1, 1.5, 0.9}, {3}, DType::Float64)});
      });
  r.op("pow(Tensor self, Tensor|Scalar exponent) -> Tensor")
      .doc("self to the power of exponent. torch.pow")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), e = a.tensor(1);
        const DType t = result_type(x, e);
        if (!is_floating(t) && e.is_wrapped_number() && e.item_int() < 0)
          fail(ErrorKind::Runtime, "Integers to negative integer powers are not allowed.");
        if (is_floating(t) && e.is_wrapped_number()) {
          // What PyTorch computes without pow (ATen's PowKernel.cpp), much faster.
          const double n = e.item();
          const Tensor base = x.to_raw(t);
          if (n == 2 || n == 3) {
            const Tensor square = ops::mul(base, base);
            return n == 2 ? square : ops::mul(square, base);
          }
          if (n == 0.5) return ops::sqrt(base);
          if (n == -0.5) return ops::rsqrt(base);
          if (n == -1) return ops::reciprocal(base);
        }
        return map_binary_number<Pow>(x, e, t, "pow");
      })
      .node([](const Values& a) {
        return std::string(a[1].get<Tensor>().is_wrapped_number() ? "PowBackward0"
                                                                  : "PowBackward1");
      })
      .saves({"self", "exponent"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), e = c.tensor(1);
        TensorList out(2);
        if (c.needs(0)) {
          if (e.is_wrapped_number() && e.item() == 0) out[0] = ops::zeros_like(g[0]);
          else if (e.is_wrapped_number() && e.item() == 2 && !grad_enabled())
            out[0] = ops::mul(g[0], ops::mul(x, 2));
          else if (e.is_wrapped_number())
            out[0] = ops::mul(g[0], ops::mul(ops::pow(x, e.item() - 1), e.item()));
          else
            out[0] = ops::where(ops::eq(e.detach(), 0), 0.0,
                                ops::mul(g[0], ops::mul(ops::pow(x, ops::sub(e, 1)), e)));
        }
        if (c.needs(1)) {
          // 0 ** e has gradient 0 for e >= 0, where x ** e * log(x) would be NaN.
          const Tensor safe = ops::where(ops::logical_and(ops::eq(x, 0), ops::ge(e, 0)), 0.0,
                                         ops::mul(ops::pow(x, e), ops::log(x)));
          out[1] = ops::mul(g[0], safe);
        }
        return out;
      })
      .inplace()
      .onnx("Pow")
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.5, 2), 3});
        s.add({s.uniform({2, 3}, 0.5, 2), 2});
        s.add({s.uniform({2, 3}, 0.5, 2), s.randn({3})});
      });
  r.op("pow.Scalar(Scalar self, Tensor exponent) -> Tensor")
      .doc("A number to the power of a tensor. torch.pow")
      .in(kTorch)
      .node("PowBackward2")
      .forward([](const Args& a) {
        const Tensor base = wrap(a[0]), e = a.tensor(1);
        return map_binary_number<Pow>(base, e, result_type(base, e), "pow");
      })
      .saves({"exponent"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double base = c.args().number(0);
        const Tensor slope = ops::mul(c.output(), std::log(base));
        return {
            ops::mul(g[0], base == 0 ? ops::where(ops::ge(c.tensor(1), 0), 0.0, slope) : slope)};
      })
      .samples([](Samples& s) {
        s.add({2.5, s.randn({2, 3})});
      });
}

}  // namespace

void register_pointwise(Registry& r) {
  register_sums(r);
  register_products(r);
  register_elementary(r);
  r.op("atan2(Tensor self, Tensor other) -> Tensor")
      .doc("Angle of the point (other, self), in radians. torch.atan2")
      .forward([](const Args& a) { return map_binary_float<Atan2>(a.tensor(0), a.tensor(1)); })
      .saves({"self", "other"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor y = c.tensor(0), x = c.tensor(1);
        const Tensor k = ops::div(g[0], ops::add(ops::mul(x, x), ops::mul(y, y)));
        return {ops::mul(k, x), ops::neg(ops::mul(k, y))};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.5, 2), s.uniform({3}, 0.5, 2)});
      });
  const auto extremum = [](bool larger) {
    return [larger](BackwardContext& c, const TensorList& g) -> TensorList {
      // Ties share the gradient equally. Whatever is neither smaller nor equal (NaN) gets all of
      // it.
      const Tensor a = c.tensor(0).detach(), b = c.tensor(1).detach(), tie = ops::eq(a, b);
      const Tensor shared = ops::where(tie, ops::mul(g[0], 0.5), g[0]);
      const Tensor zero = zero_of(g[0]);
      return {ops::where(larger ? ops::lt(a, b) : ops::gt(a, b), zero, shared),
              ops::where(larger ? ops::gt(a, b) : ops::lt(a, b), zero, shared)};
    };
  };
  r.op("maximum(Tensor self, Tensor other) -> Tensor")
      .doc("The larger of two, element by element; NaN wins. torch.maximum")
      .forward([](const Args& a) {
        return map_binary<Maximum>(a.tensor(0), a.tensor(1), result_type(a.tensor(0), a.tensor(1)));
      })
      .saves({"self", "other"})
      .backward(extremum(true))
      .onnx("Max")
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), s.distinct({2, 3})});
      });
  r.op("minimum(Tensor self, Tensor other) -> Tensor")
      .doc("The smaller of two, element by element; NaN wins. torch.minimum")
      .forward([](const Args& a) {
        return map_binary<Minimum>(a.tensor(0), a.tensor(1), result_type(a.tensor(0), a.tensor(1)));
      })
      .saves({"self", "other"})
      .backward(extremum(false))
      .onnx("Min")
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), s.distinct({2, 3})});
      });
  const auto three = [](Samples& s) {
    s.add({s.randn({2, 3}), s.randn({3}), s.uniform({2, 1}, 0.5, 1), 0.7});
  };
  r.op("lerp(Tensor self, Tensor end, Tensor|Scalar weight) -> Tensor")
      .doc("self + weight * (end - self). torch.lerp")
      .node([](const Values& a) {
        return std::string(a[2].get<Tensor>().is_wrapped_number() ? "LerpBackward0"
                                                                  : "LerpBackward1");
      })
      .fused([](const Args& a) {
        return ops::add(a.tensor(0), ops::mul(a.tensor(2), ops::sub(a.tensor(1), a.tensor(0))));
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({3}), s.randn({2, 1})});
        s.add({s.randn({2, 3}), s.randn({3}), 0.3});
      });
  r.op("addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor")
      .doc("self + value * tensor1 * tensor2. torch.addcmul")
      .fused([](const Args& a) {
        return ops::add(a.tensor(0), ops::mul(ops::mul(a.tensor(1), a.tensor(2)), wrap(a[3])));
      })
      .inplace()
      .samples(three);
  r.op("addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor")
      .doc("self + value * tensor1 / tensor2. torch.addcdiv")
      .fused([](const Args& a) {
        check(is_floating(a.tensor(1).dtype()) || is_floating(a.tensor(2).dtype()),
              "Integer division with addcdiv is no longer supported, and in a future  release "
              "addcdiv "
              "will perform a true division of tensor1 and tensor2. The historic addcdiv behavior "
              "can "
              "be implemented as (input + value * torch.trunc(tensor1 / tensor2)).to(input.dtype) "
              "for "
              "integer inputs and as (input + value * tensor1 / tensor2) for float inputs. The "
              "future "
              "addcdiv behavior is just the latter implementation: (input + value * tensor1 / "
              "tensor2), "
              "for all dtypes.");
        return ops::add(a.tensor(0), ops::mul(ops::div(a.tensor(1), a.tensor(2)), wrap(a[3])));
      })
      .inplace()
      .samples(three);
}

}  // namespace gradbox
