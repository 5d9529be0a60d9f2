// What the operator families share: elementwise templates with PyTorch's type promotion.
#pragma once

#include "kernels/elementwise.h"
#include "ops/ops.h"
#include "ops/promote.h"

namespace gradbox {

// out = F(a, b) computed and returned in dtype t, with broadcasting.
template <class F>
Tensor map_binary(const Tensor& a, const Tensor& b, DType t) {
  Tensor out = Tensor::empty(broadcast_shapes(a.shape(), b.shape()), t);
  const Tensor x = a.to_raw(t), y = b.to_raw(t);
  dispatch(t, [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, T, F>(out, x, y);
  });
  return out;
}

// As map_binary for functors that don't exist for bool.
template <class F>
Tensor map_binary_number(const Tensor& a, const Tensor& b, DType t, const char* name) {
  Tensor out = Tensor::empty(broadcast_shapes(a.shape(), b.shape()), t);
  const Tensor x = a.to_raw(t), y = b.to_raw(t);
  dispatch_number(t, name, [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, T, F>(out, x, y);
  });
  return out;
}

// As map_binary for functors that exist for floating types only.
template <class F>
Tensor map_binary_float(const Tensor& a, const Tensor& b) {
  const DType t = result_type_float(a, b);
  Tensor out = Tensor::empty(broadcast_shapes(a.shape(), b.shape()), t);
  const Tensor x = a.to_raw(t), y = b.to_raw(t);
  dispatch_floating(t, "binary", [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, T, F>(out, x, y);
  });
  return out;
}

// Bool result of comparing in the promoted dtype.
template <class F>
Tensor map_compare(const Tensor& a, const Tensor& b) {
  const DType t = result_type(a, b);
  Tensor out = Tensor::empty(broadcast_shapes(a.shape(), b.shape()), DType::Bool);
  const Tensor x = a.to_raw(t), y = b.to_raw(t);
  dispatch(t, [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, bool, F>(out, x, y);
  });
  return out;
}

// F on floats; integers are converted to the default dtype first (exp, sin, ...).
template <class F>
Tensor map_float(const Tensor& a) {
  const DType t = to_floating(a.dtype());
  Tensor out = Tensor::empty(a.shape(), t);
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
  Tensor out = Tensor::empty(a.shape(), a.dtype());
  dispatch_floating(a.dtype(), name, [&](auto tag) {
    using T = decltype(tag);
    kernels::unary<T, T, F>(out, a);
  });
  return out;
}

// F in the dtype given (abs, neg, sign, ...).
template <class F>
Tensor map_same(const Tensor& a) {
  Tensor out = Tensor::empty(a.shape(), a.dtype());
  dispatch(a.dtype(), [&](auto tag) {
    using T = decltype(tag);
    kernels::unary<T, T, F>(out, a);
  });
  return out;
}

// Bool result of a predicate.
template <class F>
Tensor map_predicate(const Tensor& a) {
  Tensor out = Tensor::empty(a.shape(), DType::Bool);
  dispatch(a.dtype(), [&](auto tag) {
    using T = decltype(tag);
    kernels::unary<T, bool, F>(out, a);
  });
  return out;
}

// A scalar argument as a wrapped number.
inline Tensor wrap(const Value& v) {
  if (v.is<Tensor>()) return v.get<Tensor>();
  if (v.is<bool>()) return Tensor::wrapped_number(v.get<bool>());
  if (v.is<std::int64_t>()) return Tensor::wrapped_number(v.get<std::int64_t>());
  return Tensor::wrapped_number(v.as_double());
}

// The usual gradient check input of a unary operator.
inline std::function<void(Samples&)> sample_randn() {
  return [](Samples& s) { s.add({s.randn({2, 3})}); };
}
inline std::function<void(Samples&)> sample_uniform(double low, double high) {
  return [low, high](Samples& s) { s.add({s.uniform({2, 3}, low, high)}); };
}

}  // namespace gradbox
