// Elementary functions of floats as PyTorch's AVX2 code computes them, to the last bit: with the
// polynomials of Cephes and SLEEF, and products that are added without rounding in between.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace gradbox::kernels {

// a * b + c, rounded once.
inline float fused(float a, float b, float c) {
  return static_cast<float>(static_cast<double>(a) * b + c);
}

inline float power_of_two(int exponent) {
  const auto bits = static_cast<std::uint32_t>(exponent + 127) << 23U;
  float f;
  std::memcpy(&f, &bits, sizeof f);
  return f;
}

// Coefficients of SLEEF's expf, from the highest: exp(s) = 1 + s + s^2 * polynomial(s).
constexpr float kExpTerms[] = {0.000198527617612853646278381F, 0.00139304355252534151077271F,
                               0.00833336077630519866943359F,  0.0416664853692054748535156F,
                               0.166666671633720397949219F,    0.5F};
constexpr float kLog2High = 0.693145751953125F, kLog2Low = 1.428606765330187045e-6F;

// SLEEF's expf with an error below 1 ulp (Shibata and Petrogalli 2020).
inline float exact_exp(float x) {
  if (!(x >= -104)) return x < -104 ? 0.0F : x;  // NaN stays
  if (x > 100) return HUGE_VALF;
  const float n = std::rint(x * 1.44269504088896341F);
  float s = fused(n, -kLog2High, x);
  s = fused(n, -kLog2Low, s);
  float u = 0;
  for (const float c : kExpTerms) u = fused(u, s, c);
  u = 1 + fused(s * s, u, s);
  const int q = static_cast<int>(n), half = q >> 1;
  return u * power_of_two(half) * power_of_two(q - half);
}
inline double exact_exp(double x) { return std::exp(x); }

// The sum of n values as PyTorch's vec::reduce_all adds them: lane by lane, then pairs of lanes.
template <class T>
T sum_lanes(const T* p, std::int64_t n) {
  constexpr std::int64_t lanes = 32 / sizeof(T);
  if (n < lanes) {
    T sum = p[0];
    for (std::int64_t i = 1; i < n; ++i) sum += p[i];
    return sum;
  }
  T at[lanes];
  std::memcpy(at, p, sizeof at);
  for (std::int64_t i = lanes; i < n; ++i) at[i % lanes] += p[i];
  for (std::int64_t width = lanes / 2; width > 0; width /= 2)
    for (std::int64_t l = 0; l < width; ++l) at[l] += at[l + width];
  return at[0];
}

}  // namespace gradbox::kernels
