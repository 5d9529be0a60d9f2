// What the operator families share: elementwise templates with PyTorch's type promotion.
//
// Kernels exist for three element types only, the *lanes*: float, double and int64. Bool, uint8 and
// int32 are widened to int64 and the result narrowed, which is exact for everything these operators
// do (two's complement arithmetic wraps alike) and halves the size of the code.
#pragma once

#include "kernels/elementwise.h"
#include "ops/ops.h"
#include "ops/promote.h"

namespace gradbox {

inline DType lane_of(DType t) { return is_floating(t) ? t : DType::Int64; }

// Calls f with a value of the C++ type of t's lane.
template <class F>
decltype(auto) dispatch_lane(DType t, F&& f) {
  if (t == DType::Float32) return f(float{});
  if (t == DType::Float64) return f(double{});
  return f(std::int64_t{});
}

[[noreturn]] inline void not_implemented(const char* kernel, DType t) {
  fail(ErrorKind::Runtime, "\"", kernel, "\" not implemented for '", scalar_type_name(t), "'");
}

// What a function of a and b computed in dtype t works on: the operands in t's lane (by way of t: a
// -1 that meets uint8 is 255), and room for the result, of dtype `result`, with broadcasting.
struct Pair {
  Pair(const Tensor& a, const Tensor& b, DType t, DType result);
  Tensor x, y, out;
};

// F(a, b) computed and returned in dtype t, with broadcasting.
template <class F>
Tensor map_binary(const Tensor& a, const Tensor& b, DType t) {
  const DType lane = lane_of(t);
  const Pair p(a, b, t, lane);
  dispatch_lane(lane, [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, T, F>(p.out, p.x, p.y);
  });
  return p.out.to_raw(t);
}

// As map_binary, for kernels that PyTorch hasn't got for bool; `name` is the kernel's in its error.
template <class F>
Tensor map_binary_number(const Tensor& a, const Tensor& b, DType t, const char* name) {
  if (t == DType::Bool) not_implemented(name, t);
  return map_binary<F>(a, b, t);
}

// As map_binary, in floating point: integers are converted to the default dtype first.
template <class F>
Tensor map_binary_float(const Tensor& a, const Tensor& b) {
  const DType t = result_type_float(a, b);
  const Pair p(a, b, t, t);
  dispatch_floating(t, "binary", [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, T, F>(p.out, p.x, p.y);
  });
  return p.out;
}

// Bool result of comparing in the promoted dtype.
template <class F>
Tensor map_compare(const Tensor& a, const Tensor& b) {
  const DType t = result_type(a, b);
  const Pair p(a, b, t, DType::Bool);
  dispatch_lane(lane_of(t), [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, bool, F>(p.out, p.x, p.y);
  });
  return p.out;
}

// F in floating point: integers are converted to the default dtype first (exp, sin, ...).
template <class F>
Tensor map_float(const Tensor& a) {
  const DType t = to_floating(a.dtype());
  const Tensor out = Tensor::empty_like(a, t);
  const Tensor x = a.to_raw(t);
  dispatch_floating(t, "unary", [&](auto tag) {
    using T = decltype(tag);
    kernels::unary<T, T, F>(out, x);
  });
  return out;
}

// F on floats only; other dtypes get PyTorch's '"name" not implemented for' error.
template <class F>
Tensor map_strict_float(const Tensor& a, const char* name) {
  if (!is_floating(a.dtype())) not_implemented(name, a.dtype());
  return map_float<F>(a);
}

// F in a's own dtype (abs, neg, sign, ...).
template <class F>
Tensor map_same(const Tensor& a) {
  const DType lane = lane_of(a.dtype());
  const Tensor out = Tensor::empty_like(a, lane);
  const Tensor x = a.to_raw(lane);
  dispatch_lane(lane, [&](auto tag) {
    using T = decltype(tag);
    kernels::unary<T, T, F>(out, x);
  });
  return out.to_raw(a.dtype());
}

// Bool result of a predicate.
template <class F>
Tensor map_predicate(const Tensor& a) {
  const DType lane = lane_of(a.dtype());
  const Tensor out = Tensor::empty_like(a, DType::Bool);
  const Tensor x = a.to_raw(lane);
  dispatch_lane(lane, [&](auto tag) {
    using T = decltype(tag);
    kernels::unary<T, bool, F>(out, x);
  });
  return out;
}

// f element by element in double precision, for functions too rare to have a loop of their own.
// Integers give the default dtype.
Tensor map_double(const Tensor& a, double (*f)(double));
Tensor map_double(const Tensor& a, const Tensor& b, double (*f)(double, double));

// A scalar argument as a wrapped number.
inline Tensor wrap(const Value& v) {
  if (v.is<Tensor>()) return v.get<Tensor>();
  if (v.is<bool>()) return Tensor::wrapped_number(v.get<bool>());
  if (v.is<std::int64_t>()) return Tensor::wrapped_number(v.get<std::int64_t>());
  return Tensor::wrapped_number(v.as_double());
}

// A 0-dim zero of t's dtype.
inline Tensor zero_of(const Tensor& t) { return Tensor::full({}, 0, t.dtype()); }

// The usual gradient check input of a unary operator.
inline auto sample_randn() {
  return [](Samples& s) { s.add({s.randn({2, 3})}); };
}
inline auto sample_distinct() {
  return [](Samples& s) { s.add({s.distinct({2, 3})}); };
}
inline auto sample_uniform(double low, double high) {
  return [low, high](Samples& s) { s.add({s.uniform({2, 3}, low, high)}); };
}

}  // namespace gradbox
