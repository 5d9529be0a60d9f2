#include "kernels/special.h"

#include <cmath>
#include <limits>

namespace gradbox::kernels {

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Bernoulli numbers B_2, B_4, ...
constexpr double kBernoulli[] = {1.0 / 6,       -1.0 / 30,      1.0 / 42, -1.0 / 30,
                                 5.0 / 66,      -691.0 / 2730,  7.0 / 6,  -3617.0 / 510,
                                 43867.0 / 798, -174611.0 / 330};

}  // namespace

double digamma(double x) {
  if (x == 0) return std::copysign(kInf, -x);
  double shift = 0;
  if (x < 0) {
    if (x == std::floor(x)) return kNan;
    // Reflection. The fraction alone goes into tan, which would lose digits for large x.
    shift = -M_PI / std::tan(M_PI * (x - std::floor(x)));
    x = 1 - x;
  }
  for (; x < 10; ++x) shift -= 1 / x;
  double sum = std::log(x) - 0.5 / x, power = 1;
  for (int k = 0; k < 8; ++k) {
    power /= x * x;
    sum -= kBernoulli[k] / (2 * (k + 1)) * power;
  }
  return sum + shift;
}

// Newton's method from Winitzki's approximation; on erfc where erf would round to 1.
double erfinv(double y) {
  const double a = std::abs(y);
  if (!(a <= 1)) return kNan;
  if (a == 1) return std::copysign(kInf, y);
  if (a == 0) return y;
  const double l = std::log1p(-a * a), b = 2 / (M_PI * 0.147) + l / 2;
  double x = std::sqrt(std::sqrt(b * b - l / 0.147) - b);
  for (int i = 0; i < 4; ++i) {
    const double slope = 2 / std::sqrt(M_PI) * std::exp(-x * x);
    const double error = a > 0.5 ? (1 - a) - std::erfc(x) : std::erf(x) - a;
    const double step = error / slope;
    x -= step / (1 + x * step);  // Halley's correction
  }
  return std::copysign(x, y);
}

double erfcx(double x) {
  if (x < 25) return x < -26.7 ? kInf : std::exp(x * x) * std::erfc(x);
  double sum = 1, term = 1;
  for (int k = 1; k < 12; ++k) sum += term *= -(2 * k - 1) / (2 * x * x);
  return sum / (x * std::sqrt(M_PI));
}

double ndtri(double p) {
  if (!(p >= 0 && p <= 1)) return kNan;
  if (p == 0) return -kInf;
  if (p == 1) return kInf;
  if (p > 0.25) return M_SQRT2 * erfinv(2 * p - 1);
  // The tail: Newton on the logarithm, which is nearly a parabola.
  double x = -std::sqrt(-2 * std::log(p));
  for (int i = 0; i < 40; ++i) {
    const double slope = std::sqrt(2 / M_PI) / erfcx(-x / M_SQRT2);
    const double step = (log_ndtr(x) - std::log(p)) / slope;
    x -= step;
    if (std::abs(step) < 1e-15 * std::abs(x)) break;
  }
  return x;
}

double log_ndtr(double x) {
  if (x < -1) return std::log(erfcx(-x / M_SQRT2) / 2) - x * x / 2;
  return std::log1p(-std::erfc(x / M_SQRT2) / 2);
}

namespace {

// exp(-x) I_n(x) for x >= 0: the power series, whose terms are all positive, or the asymptotic one.
double bessel_ie(int n, double x) {
  if (std::isinf(x)) return 0;
  double sum = 1, term = 1;
  if (x < 30) {
    for (int k = 1; k < 100 && term > 1e-18 * sum; ++k) sum += term *= x * x / 4 / (k * (k + n));
    return sum * (n ? x / 2 : 1) * std::exp(-x);
  }
  for (int k = 1; k < 30; ++k) {
    const double odd = 2 * k - 1;
    const double next = term * -(4.0 * n * n - odd * odd) / (8 * x * k);
    if (std::abs(next) > std::abs(term)) break;
    sum += term = next;
  }
  return sum / std::sqrt(2 * M_PI * x);
}

}  // namespace

double bessel_i0e(double x) { return bessel_ie(0, std::abs(x)); }
double bessel_i1e(double x) { return std::copysign(bessel_ie(1, std::abs(x)), x); }

// Euler-Maclaurin summation.
double hurwitz_zeta(double s, double q) {
  if (s == 1) return kInf;
  if (s < 1) return kNan;
  if (q <= 0) {
    if (q == std::floor(q)) return kInf;
    if (s != std::floor(s)) return kNan;
  }
  double sum = 0, a = q;
  for (int i = 0; i < 12 || a < 12; ++i, ++a) sum += std::pow(a, -s);
  sum += std::pow(a, 1 - s) / (s - 1) + 0.5 * std::pow(a, -s);
  double factor = s, power = std::pow(a, -s - 1), factorial = 2;
  for (int k = 0; k < 10; ++k) {
    sum += kBernoulli[k] / factorial * factor * power;
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
    power /= a * a;
    factorial *= (2 * k + 3) * (2 * k + 4);
  }
  return sum;
}

double polygamma(double n, double x) {
  if (n == 0) return digamma(x);
  const double sign = std::fmod(n, 2) == 0 ? -1 : 1;
  return sign * std::exp(std::lgamma(n + 1)) * hurwitz_zeta(n + 1, x);
}

namespace {

double gamma_series(double a, double x) {
  double term = 1 / a, sum = term;
  for (int n = 1; n < 2000 && term > 1e-17 * sum; ++n) sum += term *= x / (a + n);
  return sum * std::exp(a * std::log(x) - x - std::lgamma(a));
}

// Lentz's method for the continued fraction of the upper function.
double gamma_fraction(double a, double x) {
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / b, h = d;
  for (int n = 1; n < 2000; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-16) break;
  }
  return h * std::exp(a * std::log(x) - x - std::lgamma(a));
}

}  // namespace

double igamma(double a, double x) {
  if (!(x >= 0) || !(a >= 0) || (a == 0 && x == 0)) return kNan;
  if (a == 0) return 1;
  if (x == 0) return 0;
  if (std::isinf(a)) return std::isinf(x) ? kNan : 0;
  if (std::isinf(x)) return 1;
  return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double igammac(double a, double x) {
  if (!(x >= 0) || !(a >= 0) || (a == 0 && x == 0)) return kNan;
  if (a == 0) return 0;
  if (x == 0) return 1;
  if (std::isinf(a)) return std::isinf(x) ? kNan : 1;
  if (std::isinf(x)) return 0;
  return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

}  // namespace gradbox::kernels
