#include "kernels/decompose.h"

#include <algorithm>
#include <cmath>

namespace gradbox::kernels {

double lu(double* a, std::int64_t n, std::int64_t* pivot, std::int64_t* singular) {
  double sign = 1;
  *singular = 0;
  for (std::int64_t i = 0; i < n; ++i) pivot[i] = i;
  for (std::int64_t c = 0; c < n; ++c) {
    std::int64_t best = c;
    for (std::int64_t r = c + 1; r < n; ++r)
      if (std::abs(a[r * n + c]) > std::abs(a[best * n + c])) best = r;
    if (best != c) {
      std::swap_ranges(a + c * n, a + (c + 1) * n, a + best * n);
      std::swap(pivot[c], pivot[best]);
      sign = -sign;
    }
    const double p = a[c * n + c];
    if (p == 0) {
      if (*singular == 0) *singular = c + 1;
      continue;
    }
    for (std::int64_t r = c + 1; r < n; ++r) {
      const double f = a[r * n + c] /= p;
      for (std::int64_t k = c + 1; k < n; ++k) a[r * n + k] -= f * a[c * n + k];
    }
  }
  return sign;
}

void lu_solve(const double* f, const std::int64_t* pivot, std::int64_t n, double* b,
              std::int64_t k) {
  std::vector<double> x(static_cast<std::size_t>(n * k));
  for (std::int64_t i = 0; i < n; ++i)
    std::copy(b + pivot[i] * k, b + (pivot[i] + 1) * k, x.begin() + i * k);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < i; ++j)
      for (std::int64_t c = 0; c < k; ++c)
        x[static_cast<std::size_t>(i * k + c)] -=
            f[i * n + j] * x[static_cast<std::size_t>(j * k + c)];
  for (std::int64_t i = n; i-- > 0;)
    for (std::int64_t c = 0; c < k; ++c) {
      double v = x[static_cast<std::size_t>(i * k + c)];
      for (std::int64_t j = i + 1; j < n; ++j)
        v -= f[i * n + j] * x[static_cast<std::size_t>(j * k + c)];
      x[static_cast<std::size_t>(i * k + c)] = v / f[i * n + i];
    }
  std::copy(x.begin(), x.end(), b);
}

std::int64_t cholesky(double* a, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      double v = a[i * n + j];
      for (std::int64_t k = 0; k < j; ++k) v -= a[i * n + k] * a[j * n + k];
      if (i != j) {
        a[i * n + j] = v / a[j * n + j];
      } else if (!(v > 0)) {
        return i + 1;
      } else {
        a[i * n + i] = std::sqrt(v);
      }
    }
    for (std::int64_t j = i + 1; j < n; ++j) a[i * n + j] = 0;
  }
  return 0;
}

void qr(const double* a, std::int64_t m, std::int64_t n, std::int64_t k, double* q, double* r) {
  std::vector<double> work(a, a + m * n);
  const std::int64_t steps = std::min(m, n);
  std::vector<double> tau(static_cast<std::size_t>(steps), 0);
  std::vector<std::vector<double>> reflectors;
  // H = I - tau v v^T applied to the columns from `first` on of a matrix with `columns` columns.
  const auto reflect = [m](double* x, std::int64_t columns, std::int64_t first, std::int64_t from,
                           const std::vector<double>& v, double t) {
    for (std::int64_t c = first; c < columns; ++c) {
      double dot = 0;
      for (std::int64_t i = from; i < m; ++i)
        dot += v[static_cast<std::size_t>(i)] * x[i * columns + c];
      for (std::int64_t i = from; i < m; ++i)
        x[i * columns + c] -= t * dot * v[static_cast<std::size_t>(i)];
    }
  };
  for (std::int64_t c = 0; c < steps; ++c) {
    double below = 0;
    for (std::int64_t i = c + 1; i < m; ++i)
      below +=
          work[static_cast<std::size_t>(i * n + c)] * work[static_cast<std::size_t>(i * n + c)];
    std::vector<double> v(static_cast<std::size_t>(m), 0);
    v[static_cast<std::size_t>(c)] = 1;
    if (below > 0) {
      const double alpha = work[static_cast<std::size_t>(c * n + c)];
      const double beta = -std::copysign(std::sqrt(alpha * alpha + below), alpha);
      tau[static_cast<std::size_t>(c)] = (beta - alpha) / beta;
      for (std::int64_t i = c + 1; i < m; ++i)
        v[static_cast<std::size_t>(i)] = work[static_cast<std::size_t>(i * n + c)] / (alpha - beta);
      reflect(work.data(), n, c, c, v, tau[static_cast<std::size_t>(c)]);
    }
    reflectors.push_back(std::move(v));
  }
  for (std::int64_t i = 0; i < k; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      r[i * n + j] = j >= i ? work[static_cast<std::size_t>(i * n + j)] : 0;
  std::fill(q, q + m * k, 0);
  for (std::int64_t i = 0; i < std::min(m, k); ++i) q[i * k + i] = 1;
  for (std::int64_t c = steps; c-- > 0;)
    reflect(q, k, 0, c, reflectors[static_cast<std::size_t>(c)], tau[static_cast<std::size_t>(c)]);
}

}  // namespace gradbox::kernels
