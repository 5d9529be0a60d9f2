#include "kernels/decompose.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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

void eigh(const double* a, std::int64_t n, double* w, double* v) {
  std::vector<double> s(a, a + n * n), vectors(static_cast<std::size_t>(n * n), 0);
  const auto at = [n](std::vector<double>& x, std::int64_t i, std::int64_t j) -> double& {
    return x[static_cast<std::size_t>(i * n + j)];
  };
  for (std::int64_t i = 0; i < n; ++i) at(vectors, i, i) = 1;
  for (int sweep = 0; sweep < 60; ++sweep) {
    double off = 0, total = 0;
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j) (i == j ? total : off) += at(s, i, j) * at(s, i, j);
    if (off <= 1e-32 * total || off == 0) break;
    for (std::int64_t p = 0; p < n; ++p)
      for (std::int64_t q = p + 1; q < n; ++q) {
        if (at(s, p, q) == 0) continue;
        const double theta = (at(s, q, q) - at(s, p, p)) / (2 * at(s, p, q));
        const double t = std::copysign(1, theta) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), sn = t * c;
        for (std::int64_t k = 0; k < n; ++k) {
          const double x = at(s, k, p), y = at(s, k, q);
          at(s, k, p) = c * x - sn * y;
          at(s, k, q) = sn * x + c * y;
        }
        for (std::int64_t k = 0; k < n; ++k) {
          const double x = at(s, p, k), y = at(s, q, k);
          at(s, p, k) = c * x - sn * y;
          at(s, q, k) = sn * x + c * y;
        }
        for (std::int64_t k = 0; k < n; ++k) {
          const double x = at(vectors, k, p), y = at(vectors, k, q);
          at(vectors, k, p) = c * x - sn * y;
          at(vectors, k, q) = sn * x + c * y;
        }
      }
  }
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::int64_t i, std::int64_t j) { return at(s, i, i) < at(s, j, j); });
  for (std::int64_t j = 0; j < n; ++j) {
    const std::int64_t from = order[static_cast<std::size_t>(j)];
    w[j] = at(s, from, from);
    for (std::int64_t i = 0; i < n; ++i) v[i * n + j] = at(vectors, i, from);
  }
}

namespace {

// A vector orthogonal to the first `count` columns of u [m, n], into column `count`.
void complete_column(double* u, std::int64_t m, std::int64_t n, std::int64_t count) {
  for (std::int64_t axis = 0; axis < m; ++axis) {
    std::vector<double> e(static_cast<std::size_t>(m), 0);
    e[static_cast<std::size_t>(axis)] = 1;
    for (int twice = 0; twice < 2; ++twice)
      for (std::int64_t j = 0; j < count; ++j) {
        double dot = 0;
        for (std::int64_t i = 0; i < m; ++i) dot += e[static_cast<std::size_t>(i)] * u[i * n + j];
        for (std::int64_t i = 0; i < m; ++i) e[static_cast<std::size_t>(i)] -= dot * u[i * n + j];
      }
    double norm = 0;
    for (const double x : e) norm += x * x;
    if (norm < 1e-4) continue;
    for (std::int64_t i = 0; i < m; ++i)
      u[i * n + count] = e[static_cast<std::size_t>(i)] / std::sqrt(norm);
    return;
  }
}

// For m >= n: rotates the columns of A until they are orthogonal. U [m, n], V [n, n].
void tall_svd(std::vector<double> u, std::int64_t m, std::int64_t n, double* out_u, double* s,
              double* out_v) {
  std::vector<double> v(static_cast<std::size_t>(n * n), 0);
  for (std::int64_t i = 0; i < n; ++i) v[static_cast<std::size_t>(i * n + i)] = 1;
  const auto rotate = [n](std::vector<double>& x, std::int64_t rows, std::int64_t p, std::int64_t q,
                          double c, double sn) {
    for (std::int64_t k = 0; k < rows; ++k) {
      double &a = x[static_cast<std::size_t>(k * n + p)],
             &b = x[static_cast<std::size_t>(k * n + q)];
      const double t = a;
      a = c * t - sn * b;
      b = sn * t + c * b;
    }
  };
  bool rotated = true;
  for (int sweep = 0; sweep < 80 && rotated; ++sweep) {
    rotated = false;
    for (std::int64_t p = 0; p < n; ++p)
      for (std::int64_t q = p + 1; q < n; ++q) {
        double alpha = 0, beta = 0, gamma = 0;
        for (std::int64_t k = 0; k < m; ++k) {
          const double x = u[static_cast<std::size_t>(k * n + p)],
                       y = u[static_cast<std::size_t>(k * n + q)];
          alpha += x * x;
          beta += y * y;
          gamma += x * y;
        }
        if (gamma == 0 || std::abs(gamma) <= 1e-16 * std::sqrt(alpha * beta)) continue;
        rotated = true;
        const double zeta = (beta - alpha) / (2 * gamma);
        const double t = std::copysign(1, zeta) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
        const double c = 1 / std::sqrt(1 + t * t);
        rotate(u, m, p, q, c, c * t);
        rotate(v, n, p, q, c, c * t);
      }
  }
  std::vector<double> norms(static_cast<std::size_t>(n), 0);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t i = 0; i < m; ++i)
      norms[static_cast<std::size_t>(j)] +=
          u[static_cast<std::size_t>(i * n + j)] * u[static_cast<std::size_t>(i * n + j)];
    norms[static_cast<std::size_t>(j)] = std::sqrt(norms[static_cast<std::size_t>(j)]);
  }
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    return norms[static_cast<std::size_t>(i)] > norms[static_cast<std::size_t>(j)];
  });
  const double limit = n ? norms[static_cast<std::size_t>(order[0])] * 1e-300 : 0;
  for (std::int64_t j = 0; j < n; ++j) {
    const std::int64_t from = order[static_cast<std::size_t>(j)];
    s[j] = norms[static_cast<std::size_t>(from)];
    for (std::int64_t i = 0; i < n; ++i)
      out_v[i * n + j] = v[static_cast<std::size_t>(i * n + from)];
    if (s[j] > limit)
      for (std::int64_t i = 0; i < m; ++i)
        out_u[i * n + j] = u[static_cast<std::size_t>(i * n + from)] / s[j];
    else complete_column(out_u, m, n, j);
  }
}

}  // namespace

void svd(const double* a, std::int64_t m, std::int64_t n, double* u, double* s, double* vt) {
  const bool tall = m >= n;
  const std::int64_t k = std::min(m, n), rows = std::max(m, n);
  std::vector<double> work(static_cast<std::size_t>(m * n)),
      left(static_cast<std::size_t>(rows * k)), right(static_cast<std::size_t>(k * k));
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      work[static_cast<std::size_t>(tall ? i * n + j : j * m + i)] = a[i * n + j];
  tall_svd(std::move(work), rows, k, left.data(), s, right.data());
  // A = L S R^T; for a wide one A^T is that, so A = R S L^T.
  const std::vector<double>&first = tall ? left : right, &second = tall ? right : left;
  std::copy(first.begin(), first.end(), u);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < k; ++j)
      vt[j * n + i] = second[static_cast<std::size_t>(i * k + j)];
}

}  // namespace gradbox::kernels
