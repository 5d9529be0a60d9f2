// Singular values: Golub-Kahan bidiagonalisation with Demmel and Kahan's implicit zero-shift QR.
#include <algorithm>
#include <cmath>

#include "kernels/decompose.h"
#include "kernels/reflections.h"

namespace gradbox::kernels {
namespace {

using namespace spectra;

// The smaller singular value of [[f, g], [0, h]].
double smaller_singular(double f, double g, double h) {
  const double fa = std::abs(f), ga = std::abs(g), ha = std::abs(h);
  const double low = std::min(fa, ha), high = std::max(fa, ha);
  if (low == 0) return 0;
  const double as = 1 + low / high, at = (high - low) / high;
  if (ga < high) {
    const double au = ga / high * (ga / high);
    return low * (2 / (std::sqrt(as * as + au) + std::sqrt(at * at + au)));
  }
  const double au = high / ga;
  if (au == 0) return low * high / ga;
  const double c = 1 / (std::sqrt(1 + as * au * as * au) + std::sqrt(1 + at * au * at * au));
  return low * c * au * 2;
}

// The singular value decomposition of [[f, g], [0, h]].
struct Triangular2 {
  double small, large, sin_r, cos_r, sin_l, cos_l;
  Triangular2(double f, double g, double h, const Precision& precision) {
    double ft = f, fa = std::abs(f), ht = h, ha = std::abs(h);
    int greatest = 1;
    const bool swapped = ha > fa;
    if (swapped) {
      greatest = 3;
      std::swap(ft, ht);
      std::swap(fa, ha);
    }
    const double ga = std::abs(g);
    double clt = 1, crt = 1, slt = 0, srt = 0;
    if (ga == 0) {
      small = ha;
      large = fa;
    } else {
      bool usual = true;
      if (ga > fa) {
        greatest = 2;
        if (fa / ga < precision.eps) {
          usual = false;
          large = ga;
          small = ha > 1 ? fa / (ga / ha) : fa / ga * ha;
          slt = ht / g;
          srt = 1;
          crt = ft / g;
        }
      }
      if (usual) {
        const double d = fa - ha;
        double l = d == fa ? 1 : d / fa;
        const double m = g / ft, mm = m * m;
        double t = 2 - l;
        const double s = std::sqrt(t * t + mm), r = l == 0 ? std::abs(m) : std::sqrt(l * l + mm);
        const double a = 0.5 * (s + r);
        small = ha / a;
        large = fa * a;
        if (mm == 0) t = l == 0 ? sign(2, ft) * sign(1, g) : g / sign(d, ft) + m / t;
        else t = (m / (s + t) + m / (r + l)) * (1 + a);
        l = std::sqrt(t * t + 4);
        crt = 2 / l;
        srt = t / l;
        clt = (crt + srt * m) / a;
        slt = ht / ft * srt / a;
      }
    }
    cos_l = swapped ? srt : clt;
    sin_l = swapped ? crt : slt;
    cos_r = swapped ? slt : crt;
    sin_r = swapped ? clt : srt;
    double turn = 0;
    if (greatest == 1) turn = sign(1, cos_r) * sign(1, cos_l) * sign(1, f);
    if (greatest == 2) turn = sign(1, sin_r) * sign(1, cos_l) * sign(1, g);
    if (greatest == 3) turn = sign(1, sin_r) * sign(1, sin_l) * sign(1, h);
    large = sign(large, turn);
    small = sign(small, turn * sign(1, f) * sign(1, h));
  }
};

// Upper bidiagonal with diagonal d and e above it: singular values into d, descending; the
// rotations go into the columns of u and the rows of vt, both of size n.
void bidiagonal_svd(std::int64_t n, std::vector<double>& dv, std::vector<double>& ev, Matrix u,
                    Matrix vt, const Precision& precision) {
  const auto d = [&](std::int64_t i) -> double& { return dv[static_cast<std::size_t>(i)]; };
  const auto e = [&](std::int64_t i) -> double& { return ev[static_cast<std::size_t>(i)]; };
  const double tol =
      std::max(10.0, std::min(100.0, std::pow(precision.eps, -0.125))) * precision.eps;
  double bound = std::abs(d(0)), mu = bound;
  for (std::int64_t i = 1; i < n && bound != 0; ++i) {
    mu = std::abs(d(i)) * (mu / (mu + std::abs(e(i - 1))));
    bound = std::min(bound, mu);
  }
  bound /= std::sqrt(static_cast<double>(n));
  const double count = static_cast<double>(n);
  const double threshold = std::max(tol * bound, 6 * count * count * precision.tiny);
  std::int64_t budget = 6 * n * n, old_low = -2, old_high = -2, m = n - 1;
  bool down = true;
  while (m > 0 && budget >= 0) {
    // The block [low, m] whose off-diagonal elements are not negligible.
    double greatest = std::abs(d(m));
    std::int64_t low = m;
    while (low > 0 && std::abs(e(low - 1)) > threshold) {
      --low;
      greatest = std::max({greatest, std::abs(d(low)), std::abs(e(low))});
    }
    if (low > 0) e(low - 1) = 0;
    if (low == m) {
      --m;
      continue;
    }
    if (low == m - 1) {
      const Triangular2 pair(d(m - 1), e(m - 1), d(m), precision);
      d(m - 1) = pair.large;
      e(m - 1) = 0;
      d(m) = pair.small;
      rotate_rows(vt, n, m - 1, pair.cos_r, pair.sin_r);
      rotate_columns(u, n, m - 1, pair.cos_l, pair.sin_l);
      m -= 2;
      continue;
    }
    // A new block is worked on from its larger end towards the smaller.
    if (low > old_high || m < old_low) down = std::abs(d(low)) >= std::abs(d(m));
    bool split = false;
    double least = 0;
    const auto drop = [&](std::int64_t at) {
      e(at) = 0;
      split = true;
    };
    if (down) {
      if (std::abs(e(m - 1)) <= tol * std::abs(d(m))) drop(m - 1);
      mu = least = std::abs(d(low));
      for (std::int64_t i = low; i < m && !split; ++i) {
        if (std::abs(e(i)) <= tol * mu) {
          drop(i);
        } else {
          mu = std::abs(d(i + 1)) * (mu / (mu + std::abs(e(i))));
          least = std::min(least, mu);
        }
      }
    } else {
      if (std::abs(e(low)) <= tol * std::abs(d(low))) drop(low);
      mu = least = std::abs(d(m));
      for (std::int64_t i = m - 1; i >= low && !split; --i) {
        if (std::abs(e(i)) <= tol * mu) {
          drop(i);
        } else {
          mu = std::abs(d(i)) * (mu / (mu + std::abs(e(i))));
          least = std::min(least, mu);
        }
      }
    }
    if (split) continue;
    old_low = low;
    old_high = m;
    // A shift that would ruin the relative accuracy of small values is none.
    double shift = 0;
    if (count * tol * (least / greatest) > std::max(precision.eps, 0.01 * tol)) {
      const double end = std::abs(down ? d(low) : d(m));
      shift = down ? smaller_singular(d(m - 1), e(m - 1), d(m))
                   : smaller_singular(d(low), e(low), d(low + 1));
      if (end > 0 && shift / end * (shift / end) < precision.eps) shift = 0;
    }
    budget -= m - low;
    if (shift == 0 && down) {
      double c = 1, old_c = 1, old_s = 0;
      for (std::int64_t i = low; i < m; ++i) {
        const Rotation right(d(i) * c, e(i));
        c = right.c;
        if (i > low) e(i - 1) = old_s * right.r;
        const Rotation left(old_c * right.r, d(i + 1) * right.s);
        old_c = left.c;
        old_s = left.s;
        d(i) = left.r;
        rotate_rows(vt, n, i, right.c, right.s);
        rotate_columns(u, n, i, left.c, left.s);
      }
      const double h = d(m) * c;
      d(m) = h * old_c;
      e(m - 1) = h * old_s;
      if (std::abs(e(m - 1)) <= threshold) e(m - 1) = 0;
    } else if (shift == 0) {
      double c = 1, old_c = 1, old_s = 0;
      for (std::int64_t i = m; i > low; --i) {
        const Rotation left(d(i) * c, e(i - 1));
        c = left.c;
        if (i < m) e(i) = old_s * left.r;
        const Rotation right(old_c * left.r, d(i - 1) * left.s);
        old_c = right.c;
        old_s = right.s;
        d(i) = right.r;
        rotate_rows(vt, n, i - 1, right.c, -right.s);
        rotate_columns(u, n, i - 1, left.c, -left.s);
      }
      const double h = d(low) * c;
      d(low) = h * old_c;
      e(low) = h * old_s;
      if (std::abs(e(low)) <= threshold) e(low) = 0;
    } else if (down) {
      double f = (std::abs(d(low)) - shift) * (sign(1, d(low)) + shift / d(low)), g = e(low);
      for (std::int64_t i = low; i < m; ++i) {
        const Rotation right(f, g);
        if (i > low) e(i - 1) = right.r;
        f = right.c * d(i) + right.s * e(i);
        e(i) = right.c * e(i) - right.s * d(i);
        g = right.s * d(i + 1);
        d(i + 1) *= right.c;
        const Rotation left(f, g);
        d(i) = left.r;
        f = left.c * e(i) + left.s * d(i + 1);
        d(i + 1) = left.c * d(i + 1) - left.s * e(i);
        if (i < m - 1) {
          g = left.s * e(i + 1);
          e(i + 1) *= left.c;
        }
        rotate_rows(vt, n, i, right.c, right.s);
        rotate_columns(u, n, i, left.c, left.s);
      }
      e(m - 1) = f;
      if (std::abs(e(m - 1)) <= threshold) e(m - 1) = 0;
    } else {
      double f = (std::abs(d(m)) - shift) * (sign(1, d(m)) + shift / d(m)), g = e(m - 1);
      for (std::int64_t i = m; i > low; --i) {
        const Rotation left(f, g);
        if (i < m) e(i) = left.r;
        f = left.c * d(i) + left.s * e(i - 1);
        e(i - 1) = left.c * e(i - 1) - left.s * d(i);
        g = left.s * d(i - 1);
        d(i - 1) *= left.c;
        const Rotation right(f, g);
        d(i) = right.r;
        f = right.c * e(i - 1) + right.s * d(i - 1);
        d(i - 1) = right.c * d(i - 1) - right.s * e(i - 1);
        if (i > low + 1) {
          g = right.s * e(i - 2);
          e(i - 2) *= right.c;
        }
        rotate_rows(vt, n, i - 1, right.c, -right.s);
        rotate_columns(u, n, i - 1, left.c, -left.s);
      }
      e(low) = f;
      if (std::abs(e(low)) <= threshold) e(low) = 0;
    }
  }
  for (std::int64_t i = 0; i < n; ++i) {
    if (d(i) >= 0 && !std::signbit(d(i))) continue;
    d(i) = -d(i);
    for (std::int64_t j = 0; j < n; ++j) vt(i, j) = -vt(i, j);
  }
  for (std::int64_t place = n - 1; place > 0; --place) {
    std::int64_t least = 0;
    for (std::int64_t j = 1; j <= place; ++j)
      if (d(j) <= d(least)) least = j;
    if (least == place) continue;
    std::swap(d(least), d(place));
    for (std::int64_t i = 0; i < n; ++i) {
      std::swap(vt(least, i), vt(place, i));
      std::swap(u(i, least), u(i, place));
    }
  }
}

// A [m, n], m >= n, as Q B P^T with an upper bidiagonal B.
struct Bidiagonal {
  Buffer a;
  std::int64_t m, n;
  std::vector<double> d, e, tau_q, tau_p;
  Bidiagonal(const Buffer& given, std::int64_t rows, std::int64_t columns)
      : a(given), m(rows), n(columns) {
    a.m.p = a.values.data();
    for (std::int64_t c = 0; c < n; ++c) {
      const auto down = [&](std::int64_t i) -> double& { return a.m(c + i, c); };
      tau_q.push_back(reflector(m - c, down));
      d.push_back(a.m(c, c));
      for (std::int64_t j = c + 1; j < n; ++j) {
        double dot = a.m(c, j);
        for (std::int64_t i = c + 1; i < m; ++i) dot += a.m(i, c) * a.m(i, j);
        dot *= tau_q.back();
        a.m(c, j) -= dot;
        for (std::int64_t i = c + 1; i < m; ++i) a.m(i, j) -= dot * a.m(i, c);
      }
      if (c + 1 == n) break;
      const auto along = [&](std::int64_t j) -> double& { return a.m(c, c + 1 + j); };
      tau_p.push_back(reflector(n - c - 1, along));
      e.push_back(a.m(c, c + 1));
      for (std::int64_t i = c + 1; i < m; ++i) {
        double dot = a.m(i, c + 1);
        for (std::int64_t j = c + 2; j < n; ++j) dot += a.m(i, j) * a.m(c, j);
        dot *= tau_p.back();
        a.m(i, c + 1) -= dot;
        for (std::int64_t j = c + 2; j < n; ++j) a.m(i, j) -= dot * a.m(c, j);
      }
    }
  }
  Buffer left(std::int64_t columns) const {
    Buffer q(m, columns);
    product(
        n, 0, tau_q, [this](std::int64_t r, std::int64_t i) { return a.m(i, r); }, q.m, m, columns);
    return q;
  }
  Buffer right() const {
    Buffer p(n, n);
    product(
        n - 1, 1, tau_p, [this](std::int64_t r, std::int64_t j) { return a.m(r, j); }, p.m, n, n);
    return p;
  }
};

}  // namespace

void svd(const double* given, std::int64_t m, std::int64_t n, bool full, bool single, double* u,
         double* s, double* vt) {
  const bool wide = m < n;
  const std::int64_t k = std::min(m, n), r = std::max(m, n), columns = full ? r : k;
  if (k == 0) {
    for (std::int64_t i = 0; i < r && full; ++i)
      for (std::int64_t j = 0; j < r; ++j) (wide ? vt : u)[i * r + j] = i == j;
    return;
  }
  Buffer tall(r, k);
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) (wide ? tall.m(j, i) : tall.m(i, j)) = given[i * n + j];
  // Many more rows than columns: the triangle of a QR decomposition is taken apart instead.
  const bool triangle = r >= 11 * k / 6;
  Buffer q(r, columns), square(k, k);
  if (triangle) {
    Buffer upper(columns, k);
    qr(tall.values.data(), r, k, columns, q.values.data(), upper.values.data());
    for (std::int64_t i = 0; i < k; ++i)
      for (std::int64_t j = 0; j < k; ++j) (wide ? square.m(j, i) : square.m(i, j)) = upper.m(i, j);
  }
  Bidiagonal b = triangle ? Bidiagonal(square, k, k) : Bidiagonal(tall, r, k);
  Buffer bu(k, k), bv(k, k);
  for (std::int64_t i = 0; i < k; ++i) bu.m(i, i) = bv.m(i, i) = 1;
  // A wide matrix is lower bidiagonal, which rotations from the left make upper.
  const bool lower = wide && !triangle;
  std::vector<Rotation> turns;
  for (std::int64_t i = 0; i + 1 < k && lower; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const Rotation turn(b.d[at], b.e[at]);
    b.d[at] = turn.r;
    b.e[at] = turn.s * b.d[at + 1];
    b.d[at + 1] *= turn.c;
    turns.push_back(turn);
  }
  if (k == 1) {
    bu.m(0, 0) = sign(1, b.d[0]);
    b.d[0] = std::abs(b.d[0]);
  } else {
    bidiagonal_svd(k, b.d, b.e, bu.m, bv.m, Precision(single));
  }
  for (std::int64_t i = k - 1; i-- > 0 && lower;) {
    const Rotation& turn = turns[static_cast<std::size_t>(i)];
    rotate_rows(bu.m, k, i, turn.c, -turn.s);
  }
  std::copy(b.d.begin(), b.d.end(), s);
  // The long basis is that of the rows (columns) of which there are more.
  Buffer along = times(b.left(triangle ? k : columns), triangle ? k : r, triangle ? k : columns,
                       wide && !triangle ? bv.m : bu.m, k, wide && !triangle);
  Buffer across = times(b.right(), k, k, wide && !triangle ? bu.m : bv.m, k, !wide || triangle);
  if (triangle && wide) std::swap(along, across);
  along.m.p = along.values.data();
  across.m.p = across.values.data();
  const Buffer basis = triangle ? times(q, r, columns, along.m, k, false) : along;
  for (std::int64_t i = 0; i < r; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      (wide ? vt[j * r + i] : u[i * columns + j]) =
          basis.values[static_cast<std::size_t>(i * columns + j)];
  for (std::int64_t i = 0; i < k; ++i)
    for (std::int64_t j = 0; j < k; ++j) (wide ? u[i * k + j] : vt[j * k + i]) = across.m(i, j);
}

}  // namespace gradbox::kernels
