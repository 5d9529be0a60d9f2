#include "kernels/compare.h"

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
  const auto pair = [](Mask x, Mask y) {
    return __builtin_shufflevector(reinterpret_cast<Bytes>(x), reinterpret_cast<Bytes>(y), 0, 4, 8,
                                   12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28);
  };
  return __builtin_shufflevector(pair(m[0], m[1]), pair(m[2], m[3]), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17,
                                 18, 19, 20, 21, 22, 23);
}

// out = F(a, b) ^ flipped
template <class F>
void compare(bool* out, const float* a, std::int64_t a_step, const float* b, std::int64_t b_step,
             std::int64_t n, std::uint8_t flipped) {
  constexpr std::int64_t kStep = 16;
  const F f;
  const V a0 = Vec<float>::splat(a[0]), b0 = Vec<float>::splat(b[0]);
  const Bytes one = (Bytes{} + std::uint8_t{1}), flip = (Bytes{} + flipped);
  std::int64_t i = 0;
  for (; i + kStep <= n; i += kStep) {
    decltype(f(a0, b0)) masks[4];
    for (std::int64_t k = 0; k < 4; ++k) {
      const std::int64_t at = i + 4 * k;
      masks[k] = f(a_step ? Vec<float>::load(a + at) : a0, b_step ? Vec<float>::load(b + at) : b0);
    }
    Vec<std::uint8_t>::store(reinterpret_cast<std::uint8_t*>(out) + i,
                             (narrow(masks) & one) ^ flip);
  }
  for (; i < n; ++i) out[i] = f(a[i * a_step], b[i * b_step]) != (flipped != 0);
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
