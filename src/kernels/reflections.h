// Parts of the dense methods for eigenvalues and singular values, in LAPACK's order of steps, so
// that vectors, which are determined up to their sign, come out with the sign that users of NumPy
// and PyTorch see.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace gradbox::kernels::spectra {

// When an element counts as zero depends on the precision of what is asked for: it decides how many
// steps there are, and so the signs.
struct Precision {
  double eps, tiny;
  explicit Precision(bool single)
      : eps(single ? std::numeric_limits<float>::epsilon() / 2
                   : std::numeric_limits<double>::epsilon() / 2),
        tiny(single ? static_cast<double>(std::numeric_limits<float>::min())
                    : std::numeric_limits<double>::min()) {}
};

// Row-major view of a matrix.
struct Matrix {
  double* p;
  std::int64_t width;
  double& operator()(std::int64_t i, std::int64_t j) const { return p[i * width + j]; }
};

struct Buffer {
  Buffer(std::int64_t rows, std::int64_t columns)
      : values(static_cast<std::size_t>(rows * columns), 0), m{values.data(), columns} {}
  std::vector<double> values;
  Matrix m;
};

inline double sign(double size, double of) { return std::copysign(std::abs(size), of); }

// A plane rotation with c f + s g = r and c g - s f = 0.
struct Rotation {
  double c = 1, s = 0, r = 0;
  Rotation(double f, double g) {
    if (g == 0) {
      r = f;
    } else if (f == 0) {
      c = 0;
      s = sign(1, g);
      r = std::abs(g);
    } else {
      r = sign(std::hypot(f, g), f);
      c = std::abs(f) / std::abs(r);
      s = g / r;
    }
  }
};

// Rotates columns (rows) j and j + 1.
inline void rotate_columns(Matrix z, std::int64_t rows, std::int64_t j, double c, double s) {
  for (std::int64_t i = 0; i < rows; ++i) {
    const double t = z(i, j + 1);
    z(i, j + 1) = c * t - s * z(i, j);
    z(i, j) = s * t + c * z(i, j);
  }
}
inline void rotate_rows(Matrix z, std::int64_t columns, std::int64_t j, double c, double s) {
  for (std::int64_t i = 0; i < columns; ++i) {
    const double t = z(j + 1, i);
    z(j + 1, i) = c * t - s * z(j, i);
    z(j, i) = s * t + c * z(j, i);
  }
}

// The reflector I - tau v v^T, v[0] = 1, that maps x on a multiple of the first axis: x becomes
// that multiple and the rest of v.
template <class At>
double reflector(std::int64_t n, At x) {
  double norm = 0;
  for (std::int64_t i = 1; i < n; ++i) norm = std::hypot(norm, x(i));
  if (n <= 1 || norm == 0) return 0;
  const double alpha = x(0), beta = -sign(std::hypot(alpha, norm), alpha);
  for (std::int64_t i = 1; i < n; ++i) x(i) /= alpha - beta;
  x(0) = beta;
  return (beta - alpha) / beta;
}
// The product of reflectors, of which number i begins at coordinate i + skip, as the first columns
// of an orthogonal matrix.
template <class At>
void product(std::int64_t count, std::int64_t skip, const std::vector<double>& tau, At v, Matrix q,
             std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) q(i, j) = i == j;
  for (std::int64_t r = count; r-- > 0;) {
    const std::int64_t first = r + skip;
    for (std::int64_t j = 0; j < columns; ++j) {
      double dot = first < rows ? q(first, j) : 0;
      for (std::int64_t i = first + 1; i < rows; ++i) dot += v(r, i) * q(i, j);
      dot *= tau[static_cast<std::size_t>(r)];
      if (first < rows) q(first, j) -= dot;
      for (std::int64_t i = first + 1; i < rows; ++i) q(i, j) -= dot * v(r, i);
    }
  }
}

// q times the block diagonal of `block` [k, k] and an identity.
inline Buffer times(const Buffer& q, std::int64_t rows, std::int64_t columns, Matrix block,
                    std::int64_t k, bool transposed) {
  Buffer out(rows, columns);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) {
      if (j >= k) {
        out.m(i, j) = q.m(i, j);
        continue;
      }
      double sum = 0;
      for (std::int64_t x = 0; x < k; ++x)
        sum += q.m(i, x) * (transposed ? block(j, x) : block(x, j));
      out.m(i, j) = sum;
    }
  return out;
}

}  // namespace gradbox::kernels::spectra
