// Eigenvalues of symmetric matrices: Householder tridiagonalisation with implicit QL and QR
// (Wilkinson).
#include <algorithm>
#include <cmath>

#include "kernels/decompose.h"
#include "kernels/reflections.h"

namespace gradbox::kernels {
namespace {

using namespace spectra;

// Eigenvalues and eigenvectors of [[a, b], [b, c]]: (cs, sn) belongs to `first`, the larger in
// size.
struct Symmetric2 {
  double first, second, cs, sn;
  Symmetric2(double a, double b, double c) {
    const double sum = a + c, difference = a - c, twice = b + b;
    const double root = std::hypot(difference, twice);
    const double larger = std::abs(a) > std::abs(c) ? a : c,
                 smaller = std::abs(a) > std::abs(c) ? c : a;
    const int outer = sum < 0 ? -1 : 1;
    if (sum == 0) {
      first = root / 2;
      second = -root / 2;
    } else {
      first = (sum + outer * root) / 2;
      second = larger / first * smaller - b / first * b;
    }
    const int inner = difference >= 0 ? 1 : -1;
    const double v = difference + inner * root;
    if (std::abs(v) > std::abs(twice)) {
      const double t = -twice / v;
      sn = 1 / std::sqrt(1 + t * t);
      cs = t * sn;
    } else if (twice == 0) {
      cs = 1;
      sn = 0;
    } else {
      const double t = -v / twice;
      cs = 1 / std::sqrt(1 + t * t);
      sn = t * cs;
    }
    if (outer == inner) {
      const double t = cs;
      cs = -sn;
      sn = t;
    }
  }
};

// Tridiagonal with diagonal d and off-diagonal e: eigenvalues into d, vectors into z, an identity.
void tridiagonal_vectors(std::int64_t n, std::vector<double>& dv, std::vector<double>& ev, Matrix z,
                         const Precision& precision) {
  const auto d = [&](std::int64_t i) -> double& { return dv[static_cast<std::size_t>(i)]; };
  const auto e = [&](std::int64_t i) -> double& { return ev[static_cast<std::size_t>(i)]; };
  std::int64_t budget = 30 * n;
  for (std::int64_t start = 0; start < n && budget > 0;) {
    if (start > 0) e(start - 1) = 0;
    std::int64_t end = start;
    while (end < n - 1 && e(end) != 0 &&
           std::abs(e(end)) >
               std::sqrt(std::abs(d(end))) * std::sqrt(std::abs(d(end + 1))) * precision.eps)
      ++end;
    if (end < n - 1) e(end) = 0;
    std::int64_t l = start, last = end;
    start = end + 1;
    if (l == last) continue;
    if (std::abs(d(last)) < std::abs(d(l))) std::swap(l, last);
    const auto negligible = [&](std::int64_t at) {
      return e(at) * e(at) <=
             precision.eps * precision.eps * std::abs(d(at)) * std::abs(d(at + 1)) + precision.tiny;
    };
    if (last > l) {
      while (l <= last) {
        std::int64_t m = l;
        while (m < last && !negligible(m)) ++m;
        if (m < last) e(m) = 0;
        if (m == l) {
          ++l;
        } else if (m == l + 1) {
          const Symmetric2 pair(d(l), e(l), d(l + 1));
          rotate_columns(z, n, l, pair.cs, pair.sn);
          d(l) = pair.first;
          d(l + 1) = pair.second;
          e(l) = 0;
          l += 2;
        } else {
          if (budget-- <= 0) break;
          double p = d(l), g = (d(l + 1) - p) / (2 * e(l));
          g = d(m) - p + e(l) / (g + sign(std::hypot(g, 1), g));
          double s = 1, c = 1;
          p = 0;
          for (std::int64_t i = m - 1; i >= l; --i) {
            const double f = s * e(i), b = c * e(i);
            const Rotation turn(g, f);
            c = turn.c;
            s = turn.s;
            if (i != m - 1) e(i + 1) = turn.r;
            g = d(i + 1) - p;
            const double r = (d(i) - g) * s + 2 * c * b;
            p = s * r;
            d(i + 1) = g + p;
            g = c * r - b;
            rotate_columns(z, n, i, c, -s);
          }
          d(l) -= p;
          e(l) = g;
        }
      }
    } else {
      while (l >= last) {
        std::int64_t m = l;
        while (m > last && !negligible(m - 1)) --m;
        if (m > last) e(m - 1) = 0;
        if (m == l) {
          --l;
        } else if (m == l - 1) {
          const Symmetric2 pair(d(l - 1), e(l - 1), d(l));
          rotate_columns(z, n, l - 1, pair.cs, pair.sn);
          d(l - 1) = pair.first;
          d(l) = pair.second;
          e(l - 1) = 0;
          l -= 2;
        } else {
          if (budget-- <= 0) break;
          double p = d(l), g = (d(l - 1) - p) / (2 * e(l - 1));
          g = d(m) - p + e(l - 1) / (g + sign(std::hypot(g, 1), g));
          double s = 1, c = 1;
          p = 0;
          for (std::int64_t i = m; i < l; ++i) {
            const double f = s * e(i), b = c * e(i);
            const Rotation turn(g, f);
            c = turn.c;
            s = turn.s;
            if (i != m) e(i - 1) = turn.r;
            g = d(i) - p;
            const double r = (d(i + 1) - g) * s + 2 * c * b;
            p = s * r;
            d(i) = g + p;
            g = c * r - b;
            rotate_columns(z, n, i, c, s);
          }
          d(l) -= p;
          e(l - 1) = g;
        }
      }
    }
  }
  for (std::int64_t i = 0; i + 1 < n; ++i) {
    std::int64_t best = i;
    for (std::int64_t j = i + 1; j < n; ++j)
      if (d(j) < d(best)) best = j;
    if (best == i) continue;
    std::swap(d(i), d(best));
    for (std::int64_t r = 0; r < n; ++r) std::swap(z(r, i), z(r, best));
  }
}

}  // namespace

void eigh(const double* given, std::int64_t n, bool single, double* w, double* v) {
  Buffer a(n, n), z(n, n), q(n, n);
  std::copy(given, given + n * n, a.values.begin());
  const Matrix m = a.m;
  std::vector<double> d(static_cast<std::size_t>(n)), e, tau;
  for (std::int64_t c = 0; c + 1 < n; ++c) {
    const auto below = [&](std::int64_t i) -> double& { return m(c + 1 + i, c); };
    const double t = reflector(n - c - 1, below);
    const double beta = m(c + 1, c);
    tau.push_back(t);
    e.push_back(beta);
    if (t == 0) continue;
    // A - v x^T - x v^T with x = t A v - (t/2 x^T v) v.
    m(c + 1, c) = 1;
    std::vector<double> x(static_cast<std::size_t>(n), 0);
    double dot = 0;
    for (std::int64_t i = c + 1; i < n; ++i) {
      double sum = 0;
      for (std::int64_t j = c + 1; j < n; ++j) sum += (j <= i ? m(i, j) : m(j, i)) * m(j, c);
      x[static_cast<std::size_t>(i)] = t * sum;
      dot += t * sum * m(i, c);
    }
    for (std::int64_t i = c + 1; i < n; ++i)
      x[static_cast<std::size_t>(i)] -= t / 2 * dot * m(i, c);
    for (std::int64_t i = c + 1; i < n; ++i)
      for (std::int64_t j = c + 1; j <= i; ++j)
        m(i, j) -=
            m(i, c) * x[static_cast<std::size_t>(j)] + x[static_cast<std::size_t>(i)] * m(j, c);
    m(c + 1, c) = beta;
  }
  for (std::int64_t i = 0; i < n; ++i) {
    d[static_cast<std::size_t>(i)] = m(i, i);
    z.m(i, i) = 1;
  }
  tridiagonal_vectors(n, d, e, z.m, Precision(single));
  product(
      n - 1, 1, tau, [&](std::int64_t r, std::int64_t i) { return m(i, r); }, q.m, n, n);
  const Buffer vectors = times(q, n, n, z.m, n, false);
  std::copy(vectors.values.begin(), vectors.values.end(), v);
  std::copy(d.begin(), d.end(), w);
}

}  // namespace gradbox::kernels
