#include "kernels/vmath.h"

#include <algorithm>
#include <cmath>
#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#include "kernels/exact.h"
#include "kernels/vectors.h"

namespace gradbox::kernels::vmath {
namespace {

using Lanes = Vec<float>;
using V = Lanes::type;
using Bits = Vec<std::int32_t>::type;

V splat(float x) { return Lanes::splat(x); }
Bits bits_of(V x) { return reinterpret_cast<Bits>(x); }
V float_of(Bits x) { return reinterpret_cast<V>(x); }

constexpr std::int32_t kSign = INT32_MIN;
V magnitude(V x) { return float_of(bits_of(x) & ~kSign); }
V with_sign(V x, V of) { return float_of((bits_of(x) & ~kSign) | (bits_of(of) & kSign)); }

// The comparison is false for NaN, which stays.
#ifdef __wasm_simd128__
V at_most(V x, float limit) {
  return reinterpret_cast<V>(wasm_f32x4_pmin(reinterpret_cast<v128_t>(x), wasm_f32x4_splat(limit)));
}
V at_least(V x, float limit) {
  return reinterpret_cast<V>(wasm_f32x4_pmax(reinterpret_cast<v128_t>(x), wasm_f32x4_splat(limit)));
}
#else
V at_most(V x, float limit) { return x > limit ? splat(limit) : x; }
V at_least(V x, float limit) { return x < limit ? splat(limit) : x; }
#endif

template <std::size_t N>
V polynomial(V x, const float (&c)[N]) {
  V y = splat(c[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) y = y * x + c[i];
  return y;
}

// What is added to it, 1.5 * 2^23, is rounded to an integer, which then stands in the lowest bits.
constexpr float kRound = 12582912.0F;

// exp(x) as 2^n * (1 + tail), with |x - n log 2| <= log(2) / 2.
struct Reduced {
  Bits n;
  V tail;
};

Reduced reduce(V x) {
  // log 2 in two parts: the first has few enough bits for its product with n to be exact.
  constexpr float kHigh = 0.693359375F, kLow = -2.12194440e-4F;
  static constexpr float kTaylor[] = {1.0F / 2,   1.0F / 6,   1.0F / 24,
                                      1.0F / 120, 1.0F / 720, 1.0F / 5040};
  const V rounded = x * static_cast<float>(M_LOG2E) + kRound;
  const V n = rounded - kRound;
  const V r = (x - n * kHigh) - n * kLow;
  return {bits_of(rounded) - bits_of(splat(kRound)), r + r * r * polynomial(r, kTaylor)};
}

V power_of_2(Bits n) { return float_of((n + 127) << 23); }

// exact_exp without its fused products: one result in 600 differs, by 1 unit in the last place.
struct Power {
  V value;  // between sqrt(1/2) and sqrt(2)
  V whole;  // of the exponent of 2, plus kRound
};

Power power(V x) {
  const V whole = x * 1.44269504088896341F + kRound, n = whole - kRound;
  const V s = (x - n * kLog2High) - n * kLog2Low;  // the first product is exact
  V v = splat(kExpTerms[0]);
  for (int i = 1; i < 5; ++i) v = v * s + kExpTerms[i];
  // s + s^2 (1/2 + v) is to be rounded once. s^2 / 2 is exact, and so is what its sum with s loses;
  // of v counts what 1/2 + v leaves of it.
  const V square = s * s, left = (v * s + 0.5F) - 0.5F;
  const V near = s + square * 0.5F, lost = square * 0.5F - (near - s);
  return {1 + (near + (lost + square * left)), whole};
}

// Where 2^n times value is neither subnormal nor infinite.
V scaled(const Power& p) { return float_of(bits_of(p.value) + (bits_of(p.whole) << 23)); }

V exp4(V x) {
  const Power p = power(at_least(at_most(x, 100), -104));
  const Bits q = bits_of(p.whole) - bits_of(splat(kRound)), half = q >> 1;
  return p.value * power_of_2(half) * power_of_2(q - half);
}

// Four vectors at a time, whose chains of operations don't wait for each other.
struct Four {
  V at[4];
};

// V8 orders instructions by what a store needs: all for the first vector, then all for the second.
// A processor looks only so far ahead, and waits. Where the stored values seem to depend on each
// other (a shuffle that takes all bytes of its first operand, for which no instruction is made),
// the four are computed side by side, a quarter faster.
#ifdef __wasm_simd128__
V tied(V a, V b) {
  V out;
  asm("local.get %1\n"
      "local.get %2\n"
      "i8x16.shuffle 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
      "local.set %0"
      : "=r"(out)
      : "r"(a), "r"(b));
  return out;
}
Four tied(const Four& x) {
  const auto& [a, b, c, d] = x.at;
  const V e = tied(a, b), f = tied(b, c), g = tied(c, d), h = tied(d, a);
  return {{tied(e, g), tied(f, h), tied(g, e), tied(h, f)}};
}
#else
Four tied(const Four& x) { return x; }
#endif

// The first 1 to 3 lanes; a call of memcpy would take longer.
V load_few(const float* a, std::int64_t n) {
  return V{a[0], n > 1 ? a[1] : 0, n > 2 ? a[2] : 0, 0};
}
void store_few(float* out, V x, std::int64_t n) {
  out[0] = x[0];
  if (n > 1) out[1] = x[1];
  if (n > 2) out[2] = x[2];
}

template <class F>
__attribute__((always_inline)) inline Four apply(F f, const float* a) {
  Four y;
  for (int k = 0; k < 4; ++k) y.at[k] = f(Lanes::load(a + 4 * k));
  return tied(y);
}

constexpr float kNormal = 87;  // exp is neither subnormal nor infinite up to here

Bits size_bits(V x) { return bits_of(x) & ~kSign; }
Bits larger(Bits x, Bits y) { return x > y ? x : y; }
V larger(V x, V y) {
#ifdef __wasm_simd128__
  return reinterpret_cast<V>(
      wasm_f32x4_pmax(reinterpret_cast<v128_t>(x), reinterpret_cast<v128_t>(y)));
#else
  return x < y ? y : x;
#endif
}

// Of size_bits: whether all are at most `limit`, and none is NaN.
bool within(Bits size, float limit) {
  const Bits highest = bits_of(splat(limit));
  bool all = true;
  for (int k = 0; k < 4; ++k) all = all && size[k] <= highest[k];
  return all;
}

bool all_within(const float* a, std::int64_t n, float limit) {
  std::int64_t i = 0;
  Bits widest[2] = {};
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 2; ++k)
      widest[k] = larger(widest[k], size_bits(Lanes::load(a + i + 4 * k)));
  bool all = within(larger(widest[0], widest[1]), limit);
  for (; i < n; ++i) all = all && std::abs(a[i]) <= limit;
  return all;
}

// Within 1 unit in the last place: where another function's own error is as large.
V near_exp4(V x) {
  const Reduced e = reduce(at_least(at_most(x, 100), -110));
  const Bits half = e.n >> 1;
  return (1 + e.tail) * power_of_2(half) * power_of_2(e.n - half);
}

// By way of expm1(2|x|), which is exact near 0.
V tanh4(V x) {
  const Reduced e = reduce(at_most(2 * magnitude(x), 20));
  const V scale = power_of_2(e.n), expm1 = scale * e.tail + (scale - 1);
  return with_sign(expm1 / (expm1 + 2), x);
}

// Both least-squares fits on Chebyshev nodes: erf(x) / x in x^2 below 1, -log(erfc(x)) from 1 to 4,
// where erf is 1.
V erf4(V x) {
  static constexpr float kNear[] = {1.12837917F,     -3.76126269e-1F, 1.12835975e-1F,
                                    -2.68543288e-2F, 5.18931194e-3F,  -8.01885499e-4F,
                                    7.88249711e-5F};
  static constexpr float kFar[] = {-3.03212979e-4F, 1.13016668F,     6.31937094e-1F,
                                   1.09978245e-1F,  -2.63647174e-2F, 4.74022235e-3F,
                                   -5.92769540e-4F, 4.55906226e-5F,  -1.61406161e-6F};
  const V size = at_most(magnitude(x), 4);
  const V far = 1 - near_exp4(-polynomial(size, kFar));
  return size < 1 ? x * polynomial(x * x, kNear) : with_sign(far, x);
}

V gelu4(V x) { return x * 0.5F * (1 + erf4(x * static_cast<float>(M_SQRT1_2))); }

V gelu_tanh4(V x) {
  const V inner = static_cast<float>(std::sqrt(2 / M_PI)) * (x + 0.044715F * x * x * x);
  return 0.5F * x * (1 + tanh4(inner));
}

template <class F>
void map(float* out, const float* a, std::int64_t n, F f) {
  std::int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const Four y = apply(f, a + i);
    for (int k = 0; k < 4; ++k) Lanes::store(out + i + 4 * k, y.at[k]);
  }
  for (; i + Lanes::lanes <= n; i += Lanes::lanes) Lanes::store(out + i, f(Lanes::load(a + i)));
  if (i < n) store_few(out + i, f(load_few(a + i, n - i)), n - i);
}

// out = f(exp, a), a piece at a time; `exp` is the faster one where it will do.
template <class F>
void map_exp(float* out, const float* a, std::int64_t n, F f) {
  constexpr std::int64_t kPiece = 1024;
  for (std::int64_t i = 0; i < n; i += kPiece) {
    const std::int64_t count = std::min(kPiece, n - i);
    if (all_within(a + i, count, kNormal))
      map(out + i, a + i, count, [f](V x) { return f([](V y) { return scaled(power(y)); }, x); });
    else map(out + i, a + i, count, [f](V x) { return f(exp4, x); });
  }
}

struct Extent {
  float top;    // the largest value
  bool normal;  // whether exp of all differences from it is neither subnormal nor infinite
};

Extent extent(const float* a, std::int64_t n) {
  std::int64_t i = 0;
  float top = a[0];
  Bits widest = {};
  if (n >= 8) {
    V most[2] = {Lanes::load(a), Lanes::load(a + 4)};
    Bits size[2] = {};
    for (; i + 8 <= n; i += 8)
      for (int k = 0; k < 2; ++k) {
        const V x = Lanes::load(a + i + 4 * k);
        most[k] = larger(most[k], x);
        size[k] = larger(size[k], size_bits(x));
      }
    const V all = larger(most[0], most[1]);
    for (int k = 0; k < 4; ++k) top = std::max(top, all[k]);
    widest = larger(size[0], size[1]);
  }
  bool normal = within(widest, kNormal / 2);
  for (; i < n; ++i) {
    top = std::max(top, a[i]);
    normal = normal && std::abs(a[i]) <= kNormal / 2;
  }
  return {top, normal};
}

// Calls take(i, exp(a[i...] - shift), count) along the row and gives the sum of all, added in the
// order of sum_lanes.
template <class Exp, class Take>
float sum_exp(Exp exp, const float* a, float shift, std::int64_t n, Take take) {
  V even = splat(0), odd = even;
  std::int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const Four y = apply([&](V x) { return exp(x - shift); }, a + i);
    for (int k = 0; k < 4; ++k) {
      (k % 2 ? odd : even) += y.at[k];
      take(i + 4 * k, y.at[k], 4);
    }
  }
  float at[8], e[16];
  for (std::int64_t k = 0; i + k < n; k += 4) {
    const std::int64_t count = std::min<std::int64_t>(4, n - i - k);
    const V x = exp((count == 4 ? Lanes::load(a + i + k) : load_few(a + i + k, count)) - shift);
    Lanes::store(e + k, x);
    take(i + k, x, count);
  }
  if (n < 8) {
    float sum = e[0];
    for (std::int64_t k = 1; k < n; ++k) sum += e[k];
    return sum;
  }
  Lanes::store(at, even);
  Lanes::store(at + 4, odd);
  for (std::int64_t k = 0; i + k < n; ++k) at[k % 8] += e[k];
  for (int width = 4; width > 0; width /= 2)
    for (int l = 0; l < width; ++l) at[l] += at[l + width];
  return at[0];
}

template <class Take>
float sum_exp(const Extent& of, const float* a, std::int64_t n, Take take) {
  if (of.normal) return sum_exp([](V x) { return scaled(power(x)); }, a, of.top, n, take);
  return sum_exp(exp4, a, of.top, n, take);
}

}  // namespace

void exp(float* out, const float* a, std::int64_t n) {
  map_exp(out, a, n, [](auto e, V x) { return e(x); });
}
void tanh(float* out, const float* a, std::int64_t n) { map(out, a, n, tanh4); }
void sigmoid(float* out, const float* a, std::int64_t n) {
  map_exp(out, a, n, [](auto e, V x) { return 1 / (1 + e(-x)); });
}
void silu(float* out, const float* a, std::int64_t n) {
  map_exp(out, a, n, [](auto e, V x) { return x / (1 + e(-x)); });
}
void erf(float* out, const float* a, std::int64_t n) { map(out, a, n, erf4); }
void gelu(float* out, const float* a, std::int64_t n) { map(out, a, n, gelu4); }
void gelu_tanh(float* out, const float* a, std::int64_t n) { map(out, a, n, gelu_tanh4); }

void softmax(float* out, const float* a, std::int64_t n) {
  const float sum = sum_exp(extent(a, n), a, n, [out](std::int64_t i, V e, std::int64_t count) {
    if (count == 4) Lanes::store(out + i, e);
    else store_few(out + i, e, count);
  });
  const float share = 1 / sum;
  map(out, out, n, [share](V e) { return e * share; });
}

void log_softmax(float* out, const float* a, std::int64_t n) {
  const Extent of = extent(a, n);
  const float log_sum = std::log(sum_exp(of, a, n, [](std::int64_t, V, std::int64_t) {}));
  map(out, a, n, [top = of.top, log_sum](V x) { return x - top - log_sum; });
}

}  // namespace gradbox::kernels::vmath
