#include "kernels/vmath.h"

#include <cmath>
#include <cstring>
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
V at_most(V x, float limit) { return x > limit ? splat(limit) : x; }
V at_least(V x, float limit) { return x < limit ? splat(limit) : x; }

template <std::size_t N>
V polynomial(V x, const float (&c)[N]) {
  V y = splat(c[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) y = y * x + c[i];
  return y;
}

// exp(x) as 2^n * (1 + tail), with |x - n log 2| <= log(2) / 2.
struct Reduced {
  Bits n;
  V tail;
};

Reduced reduce(V x) {
  // Adding 1.5 * 2^23 rounds to an integer, which then stands in the lowest bits. log 2 in two
  // parts: the first has few enough bits for its product with n to be exact.
  constexpr float kRound = 12582912.0F;
  constexpr float kHigh = 0.693359375F, kLow = -2.12194440e-4F;
  static constexpr float kTaylor[] = {1.0F / 2,   1.0F / 6,   1.0F / 24,
                                      1.0F / 120, 1.0F / 720, 1.0F / 5040};
  const V rounded = x * static_cast<float>(M_LOG2E) + kRound;
  const V n = rounded - kRound;
  const V r = (x - n * kHigh) - n * kLow;
  return {bits_of(rounded) - bits_of(splat(kRound)), r + r * r * polynomial(r, kTaylor)};
}

V power_of_2(Bits n) { return float_of((n + 127) << 23); }

// a * b + c, rounded once: as PyTorch's machine instruction does.
#ifdef __wasm_simd128__
// Two lanes at a time; of a vector of four doubles, clang makes scalars.
V fused4(V a, V b, V c) {
  typedef double Pair __attribute__((vector_size(16)));
  const auto low = [](V x) { return reinterpret_cast<Pair>(wasm_f64x2_promote_low_f32x4(reinterpret_cast<v128_t>(x))); };
  const auto high = [low](V x) { return low(__builtin_shufflevector(x, x, 2, 3, 2, 3)); };
  const auto narrow = [](Pair x) { return reinterpret_cast<V>(wasm_f32x4_demote_f64x2_zero(reinterpret_cast<v128_t>(x))); };
  return __builtin_shufflevector(narrow(low(a) * low(b) + low(c)), narrow(high(a) * high(b) + high(c)), 0, 1, 4, 5);
}
#else
V fused4(V a, V b, V c) {
  typedef double Wide __attribute__((vector_size(32)));
  return __builtin_convertvector(
      __builtin_convertvector(a, Wide) * __builtin_convertvector(b, Wide) + __builtin_convertvector(c, Wide), V);
}
#endif

// exact_exp of each lane, to the last bit.
V exp4(V x) {
  constexpr float kRound = 12582912.0F;
  const V limited = at_least(at_most(x, 100), -104);
  const V rounded = limited * 1.44269504088896341F + kRound;
  const V n = rounded - kRound;
  const V s = fused4(n, splat(-kLog2Low), fused4(n, splat(-kLog2High), limited));
  V u = splat(0);
  for (const float c : kExpTerms) u = fused4(u, s, splat(c));
  u = 1 + fused4(s * s, u, s);
  // In two steps: the result may be subnormal or infinite where 2^n alone isn't a float.
  const Bits q = bits_of(rounded) - bits_of(splat(kRound)), half = q >> 1;
  return u * power_of_2(half) * power_of_2(q - half);
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

V sigmoid4(V x) { return 1 / (1 + exp4(-x)); }

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
  for (; i + Lanes::lanes <= n; i += Lanes::lanes) Lanes::store(out + i, f(Lanes::load(a + i)));
  if (i == n) return;
  const auto bytes = static_cast<std::size_t>(n - i) * sizeof(float);
  float last[Lanes::lanes] = {};
  std::memcpy(last, a + i, bytes);
  Lanes::store(last, f(Lanes::load(last)));
  std::memcpy(out + i, last, bytes);
}

}  // namespace

void exp(float* out, const float* a, std::int64_t n) { map(out, a, n, exp4); }
void tanh(float* out, const float* a, std::int64_t n) { map(out, a, n, tanh4); }
void sigmoid(float* out, const float* a, std::int64_t n) { map(out, a, n, sigmoid4); }
void silu(float* out, const float* a, std::int64_t n) {
  map(out, a, n, [](V x) { return x / (1 + exp4(-x)); });
}
void erf(float* out, const float* a, std::int64_t n) { map(out, a, n, erf4); }
void gelu(float* out, const float* a, std::int64_t n) { map(out, a, n, gelu4); }
void gelu_tanh(float* out, const float* a, std::int64_t n) { map(out, a, n, gelu_tanh4); }

void exp_less(float* out, const float* a, float shift, std::int64_t n) {
  map(out, a, n, [shift](V x) { return exp4(x - shift); });
}

}  // namespace gradbox::kernels::vmath
