// Reductions of one tensor over some of its dimensions.
#pragma once

#include "kernels/iterator.h"
#include "kernels/vectors.h"

namespace gradbox::kernels {

// Whether F works on vectors of floats as well: `template <class V> static V both(V a, V b)`. They
// are written out because this is compiled for size.
template <class T, class Acc, class F>
inline constexpr bool kByVectors = false;

// F combined over a dense row. Four accumulators, since one would wait for itself at every step.
template <class T, class Acc, class F>
Acc fold_dense(Acc acc, const T* a, std::int64_t n) {
  const F f;
  std::int64_t i = 0;
  if constexpr (kByVectors<T, Acc, F>) {
    using Lanes = Vec<T>;
    constexpr std::int64_t kStep = 4 * Lanes::lanes;
    if (n >= kStep) {
      typename Lanes::type x[4];
      for (int k = 0; k < 4; ++k) x[k] = Lanes::load(a + k * Lanes::lanes);
      for (i = kStep; i + kStep <= n; i += kStep)
        for (int k = 0; k < 4; ++k) x[k] = F::both(x[k], Lanes::load(a + i + k * Lanes::lanes));
      const auto all = F::both(F::both(x[0], x[1]), F::both(x[2], x[3]));
      for (std::int64_t l = 0; l < Lanes::lanes; ++l) acc = f(acc, all[l]);
    }
  } else if (n >= 8) {
    Acc x0 = static_cast<Acc>(a[0]), x1 = static_cast<Acc>(a[1]);
    Acc x2 = static_cast<Acc>(a[2]), x3 = static_cast<Acc>(a[3]);
    for (i = 4; i + 4 <= n; i += 4) {
      x0 = f(x0, static_cast<Acc>(a[i]));
      x1 = f(x1, static_cast<Acc>(a[i + 1]));
      x2 = f(x2, static_cast<Acc>(a[i + 2]));
      x3 = f(x3, static_cast<Acc>(a[i + 3]));
    }
    acc = f(acc, f(f(x0, x1), f(x2, x3)));
  }
  for (; i < n; ++i) acc = f(acc, static_cast<Acc>(a[i]));
  return acc;
}

template <class T, class Acc, class F>
void reduce_row(char** p, const std::int64_t* s, std::int64_t n) {
  const F f;
  Acc* o = reinterpret_cast<Acc*>(p[0]);
  const T* a = reinterpret_cast<const T*>(p[1]);
  const std::int64_t out_step = s[0] / static_cast<std::int64_t>(sizeof(Acc));
  const std::int64_t in_step = s[1] / static_cast<std::int64_t>(sizeof(T));
  if (out_step == 0 && in_step == 1) {
    *o = fold_dense<T, Acc, F>(*o, a, n);
  } else if (out_step == 0) {
    Acc acc = *o;
    for (std::int64_t i = 0; i < n; ++i) acc = f(acc, static_cast<Acc>(a[i * in_step]));
    *o = acc;
  } else if (out_step == 1 && in_step == 1) {
    std::int64_t i = 0;
    if constexpr (kByVectors<T, Acc, F>) {
      using Lanes = Vec<T>;
      for (; i + Lanes::lanes <= n; i += Lanes::lanes)
        Lanes::store(o + i, F::both(Lanes::load(o + i), Lanes::load(a + i)));
    }
    for (; i < n; ++i) o[i] = f(o[i], static_cast<Acc>(a[i]));
  } else {
    for (std::int64_t i = 0; i < n; ++i)
      o[i * out_step] = f(o[i * out_step], static_cast<Acc>(a[i * in_step]));
  }
}

// Combines every element of `in` (element type T) into the element of `out` (element type Acc) that
// it belongs to, by the associative functor F. `out` has in's rank, with size 1 in the reduced
// dimensions, and holds the start values.
template <class T, class Acc, class F>
void reduce(const Tensor& out, const Tensor& in) {
  for_each_row(in.shape(), {&out, &in}, reduce_row<T, Acc, F>);
}

// The larger (smaller) one, NaN before all.
struct Largest {
  template <class T>
  T operator()(T a, T b) const {
    return b > a || b != b ? b : a;
  }
  template <class V>
  static V both(V a, V b) {
    return ((b > a) | (b != b)) ? b : a;
  }
};
struct Smallest {
  template <class T>
  T operator()(T a, T b) const {
    return b < a || b != b ? b : a;
  }
  template <class V>
  static V both(V a, V b) {
    return ((b < a) | (b != b)) ? b : a;
  }
};
template <>
inline constexpr bool kByVectors<float, float, Largest> = true;
template <>
inline constexpr bool kByVectors<float, float, Smallest> = true;

}  // namespace gradbox::kernels
