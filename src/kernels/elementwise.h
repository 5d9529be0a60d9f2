// Elementwise loops. A functor F is a small struct with a templated call operator, so that each
// compiles to one tight loop a dtype.
#pragma once

#include <type_traits>

#include "kernels/iterator.h"

namespace gradbox::kernels {

// Whether F has `static void row(R* out, const T* a, n)`: a loop of its own over dense memory.
template <class F, class T, class R, class = void>
struct HasRow : std::false_type {};
template <class F, class T, class R>
struct HasRow<F, T, R,
              std::void_t<decltype(F::row(static_cast<R*>(nullptr), static_cast<const T*>(nullptr),
                                          std::int64_t{}))>> : std::true_type {};
// Whether F has `static void row(R* out, const T* a, a_step, const T* b, b_step, n)`; a step is 1,
// or 0 for one value all along.
template <class F, class T, class R, class = void>
struct HasBinaryRow : std::false_type {};
template <class F, class T, class R>
struct HasBinaryRow<F, T, R,
                    std::void_t<decltype(F::row(
                        static_cast<R*>(nullptr), static_cast<const T*>(nullptr), std::int64_t{},
                        static_cast<const T*>(nullptr), std::int64_t{}, std::int64_t{}))>>
    : std::true_type {};

// Loops that gain nothing by being unrolled, which would only make the download larger.
#ifdef __clang__
#define GRADBOX_ROLLED _Pragma("clang loop unroll(disable)")
#else
#define GRADBOX_ROLLED
#endif

// body(i) for n elements of dense memory, of which vectors hold four (T of 4 bytes) or two.
template <class T, class F>
inline void dense_loop(std::int64_t n, F body) {
  if constexpr (sizeof(T) == 8) {
    GRADBOX_ROLLED for (std::int64_t i = 0; i < n; ++i) body(i);
  } else {
    for (std::int64_t i = 0; i < n; ++i) body(i);
  }
}

template <class T, class R, class F>
void unary_row(char** p, const std::int64_t* s, std::int64_t n) {
  const F f;
  if (s[0] == sizeof(R) && s[1] == sizeof(T)) {
    R* o = reinterpret_cast<R*>(p[0]);
    const T* a = reinterpret_cast<const T*>(p[1]);
    if constexpr (HasRow<F, T, R>::value) {
      F::row(o, a, n);
    } else {
      dense_loop<T>(n, [&](std::int64_t i) { o[i] = f(a[i]); });
    }
    return;
  }
  char* o = p[0];
  const char* a = p[1];
  GRADBOX_ROLLED for (std::int64_t i = 0; i < n; ++i, o += s[0], a += s[1]) {
    *reinterpret_cast<R*>(o) = f(*reinterpret_cast<const T*>(a));
  }
}

template <class T, class R, class F>
void binary_row(char** p, const std::int64_t* s, std::int64_t n) {
  const F f;
  constexpr std::int64_t kT = sizeof(T);
  if (s[0] == sizeof(R) && (s[1] == kT || s[1] == 0) && (s[2] == kT || s[2] == 0)) {
    R* o = reinterpret_cast<R*>(p[0]);
    const T* a = reinterpret_cast<const T*>(p[1]);
    const T* b = reinterpret_cast<const T*>(p[2]);
    if constexpr (HasBinaryRow<F, T, R>::value) {
      F::row(o, a, s[1] / kT, b, s[2] / kT, n);
    } else if (s[1] == kT && s[2] == kT) {
      dense_loop<T>(n, [&](std::int64_t i) { o[i] = f(a[i], b[i]); });
    } else if (s[1] == kT) {
      const T y = *b;
      dense_loop<T>(n, [&](std::int64_t i) { o[i] = f(a[i], y); });
    } else {
      const T x = *a;
      dense_loop<T>(n, [&](std::int64_t i) { o[i] = f(x, b[s[2] ? i : 0]); });
    }
    return;
  }
  char* o = p[0];
  const char* a = p[1];
  const char* b = p[2];
  GRADBOX_ROLLED for (std::int64_t i = 0; i < n; ++i, o += s[0], a += s[1], b += s[2]) {
    *reinterpret_cast<R*>(o) = f(*reinterpret_cast<const T*>(a), *reinterpret_cast<const T*>(b));
  }
}

// out = F(a), elementwise: a has element type T, out R.
template <class T, class R, class F>
void unary(const Tensor& out, const Tensor& a) {
  for_each_row(out.shape(), {&out, &a}, unary_row<T, R, F>);
}

// out = F(a, b) with broadcasting to out's shape: a and b have element type T, out R.
template <class T, class R, class F>
void binary(const Tensor& out, const Tensor& a, const Tensor& b) {
  for_each_row(out.shape(), {&out, &a, &b}, binary_row<T, R, F>);
}

}  // namespace gradbox::kernels
