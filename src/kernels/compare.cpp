#include "kernels/compare.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#include "kernels/vectors.h"

namespace gradbox::kernels {
namespace {

using V = Vec<float>::type;
using Bytes = Vec<std::uint8_t>::type;

struct Equal {
  template <class T>
  auto operator()(T a, T b) const {
    return a == b;
  }
};
struct Less {
  template <class T>
  auto operator()(T a, T b) const {
    return a < b;
  }
};
struct LessEqual {
  template <class T>
  auto operator()(T a, T b) const {
    return a <= b;
  }
};

// mask ? a : b, lane by lane.
template <class Mask>
V choose(Mask mask, V a, V b) {
  return reinterpret_cast<V>((mask & reinterpret_cast<Mask>(a)) |
                             (~mask & reinterpret_cast<Mask>(b)));
}

// One byte of each lane of four masks, in order.
template <class Mask>
Bytes narrow(const Mask (&m)[4]) {
#ifdef __wasm_simd128__
  const auto pair = [](Mask x, Mask y) {
    return wasm_i16x8_narrow_i32x4(reinterpret_cast<v128_t>(x), reinterpret_cast<v128_t>(y));
  };
  return reinterpret_cast<Bytes>(wasm_i8x16_narrow_i16x8(pair(m[0], m[1]), pair(m[2], m[3])));
#else
  const auto pair = [](Mask x, Mask y) {
    return __builtin_shufflevector(reinterpret_cast<Bytes>(x), reinterpret_cast<Bytes>(y), 0, 4, 8,
                                   12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28);
  };
  return __builtin_shufflevector(pair(m[0], m[1]), pair(m[2], m[3]), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17,
                                 18, 19, 20, 21, 22, 23);
#endif
}

// out = F(a, b) ^ flipped, for steps that are known here.
template <class F, bool a_moves, bool b_moves>
void compare_vectors(std::uint8_t* out, const float* a, const float* b, std::int64_t n,
                     Bytes flip) {
  constexpr std::int64_t kStep = 16;
  const F f;
  const V a0 = Vec<float>::splat(a[0]), b0 = Vec<float>::splat(b[0]);
  const Bytes one = (Bytes{} + std::uint8_t{1});
  for (std::int64_t i = 0; i + kStep <= n; i += kStep) {
    decltype(f(a0, b0)) masks[4];
    for (std::int64_t k = 0; k < 4; ++k)
      masks[k] = f(a_moves ? Vec<float>::load(a + i + 4 * k) : a0,
                   b_moves ? Vec<float>::load(b + i + 4 * k) : b0);
    Vec<std::uint8_t>::store(out + i, (narrow(masks) & one) ^ flip);
  }
}

template <class F>
void compare(bool* out, const float* a, std::int64_t a_step, const float* b, std::int64_t b_step,
             std::int64_t n, std::uint8_t flipped) {
  const F f;
  if (a_step == 0 && b_step == 0) {
    for (std::int64_t i = 0; i < n; ++i) out[i] = f(*a, *b) != (flipped != 0);
    return;
  }
  const auto vectors =
      a_step ? b_step ? compare_vectors<F, true, true> : compare_vectors<F, true, false>
             : compare_vectors<F, false, true>;
  vectors(reinterpret_cast<std::uint8_t*>(out), a, b, n, Bytes{} + flipped);
  for (std::int64_t i = n / 16 * 16; i < n; ++i)
    out[i] = f(a[i * a_step], b[i * b_step]) != (flipped != 0);
}

}  // namespace

void equal_row(bool* out, const float* a, std::int64_t a_step, const float* b, std::int64_t b_step,
               std::int64_t n, bool expected) {
  compare<Equal>(out, a, a_step, b, b_step, n, !expected);
}

void less_row(bool* out, const float* a, std::int64_t a_step, const float* b, std::int64_t b_step,
              std::int64_t n) {
  compare<Less>(out, a, a_step, b, b_step, n, 0);
}

void less_equal_row(bool* out, const float* a, std::int64_t a_step, const float* b,
                    std::int64_t b_step, std::int64_t n) {
  compare<LessEqual>(out, a, a_step, b, b_step, n, 0);
}

void where_row(std::uint32_t* out, const bool* condition, const std::uint32_t* a,
               std::int64_t a_step, const std::uint32_t* b, std::int64_t b_step, std::int64_t n) {
  const auto run = [&](auto first, auto second) {
    for (std::int64_t i = 0; i < n; ++i) {
      const std::uint32_t mask = 0U - static_cast<std::uint32_t>(condition[i]);
      out[i] = (first(i) & mask) | (second(i) & ~mask);
    }
  };
  const auto each_a = [a](std::int64_t i) { return a[i]; };
  const auto each_b = [b](std::int64_t i) { return b[i]; };
  const auto one_a = [x = *a](std::int64_t) { return x; };
  const auto one_b = [x = *b](std::int64_t) { return x; };
  if (a_step && b_step) run(each_a, each_b);
  else if (a_step) run(each_a, one_b);
  else if (b_step) run(one_a, each_b);
  else run(one_a, one_b);
}

void zero_unless_positive_row(float* out, const float* a, std::int64_t a_step, const float* b,
                              std::int64_t b_step, std::int64_t n) {
  std::int64_t i = 0;
  if (a_step == 1 && b_step == 1) {
    for (; i + Vec<float>::lanes <= n; i += Vec<float>::lanes) {
      const auto zero = Vec<float>::load(b + i) <= V{};  // not for NaN
      Vec<float>::store(out + i, choose(zero, V{}, Vec<float>::load(a + i)));
    }
  }
  for (; i < n; ++i) out[i] = b[i * b_step] <= 0 ? 0 : a[i * a_step];
}

void clamp_row(float* out, const float* a, float low, float high, std::int64_t n) {
  const V lows = Vec<float>::splat(low), highs = Vec<float>::splat(high);
  std::int64_t i = 0;
  for (; i + Vec<float>::lanes <= n; i += Vec<float>::lanes) {
    const V x = Vec<float>::load(a + i), y = choose(x < lows, lows, x);
    Vec<float>::store(out + i, choose(y > highs, highs, y));
  }
  for (; i < n; ++i) {
    const float x = a[i] < low ? low : a[i];
    out[i] = x > high ? high : x;
  }
}

}  // namespace gradbox::kernels
