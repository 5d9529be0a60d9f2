// Blocked matrix product: panels of a and b are packed so that the innermost loop reads memory in
// order and keeps a tile of c in registers (Goto and van de Geijn, "Anatomy of High-Performance
// Matrix Multiplication", 2008).
#include "kernels/gemm.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "kernels/vectors.h"

namespace gradbox::kernels {
namespace {

// Rows and vectors of a register tile: 8 accumulators, which leaves registers for the operands on
// machines with 16 of them.
constexpr std::int64_t kRows = 4;
constexpr std::int64_t kVectors = 2;
// Block sizes: a packed block of a (kBlockM x kBlockK) stays in the second level cache, a panel of
// b (kBlockK x tile width) in the first.
constexpr std::int64_t kBlockM = 96;
constexpr std::int64_t kBlockN = 512;
constexpr std::int64_t kBlockK = 256;
// Below this many multiplications packing costs more than it gains.
constexpr std::int64_t kSmall = 4096;

constexpr std::int64_t round_up(std::int64_t x, std::int64_t to) { return (x + to - 1) / to * to; }

// Scratch memory that is kept between calls. The core is single-threaded.
template <class T>
T* scratch(int which, std::int64_t count) {
  struct alignas(16) Chunk {
    T items[Vec<T>::lanes];
  };
  static std::vector<Chunk> buffers[3];
  auto& buffer = buffers[which];
  const auto chunks = static_cast<std::size_t>((count + Vec<T>::lanes - 1) / Vec<T>::lanes);
  if (buffer.size() < chunks) buffer.resize(chunks);
  return reinterpret_cast<T*>(buffer.data());
}

// Lays `lines` lines next to each other in panels of `width`, `depth` steps deep, zero-filled to
// whole panels: out[panel][p][i] = in(panel * width + i, p).
template <std::int64_t width, class T>
void pack(T* out, const T* in, std::int64_t line, std::int64_t step, std::int64_t lines,
          std::int64_t depth) {
  for (std::int64_t first = 0; first < lines; first += width) {
    const std::int64_t n = std::min(width, lines - first);
    const T* source = in + first * line;
    if (n == width && line == 1) {
      for (std::int64_t p = 0; p < depth; ++p, source += step, out += width)
        std::memcpy(out, source, width * sizeof(T));
      continue;
    }
    std::int64_t p = 0;
    if constexpr (std::is_same_v<T, float>) {
      if (n == width && step == 1) {
        for (; p + 4 <= depth; p += 4, source += 4, out += 4 * width)
          for (std::int64_t i = 0; i < width; i += 4)
            transpose4(out + i, width, source + i * line, line);
      }
    }
    for (; p < depth; ++p, source += step, out += width) {
      for (std::int64_t i = 0; i < n; ++i) out[i] = source[i * line];
      for (std::int64_t i = n; i < width; ++i) out[i] = T(0);
    }
  }
}

template <class T>
inline constexpr std::int64_t kColumns = kVectors* Vec<T>::lanes;

// A tile of c += alpha * a b, or = with `overwrite`: rows x columns of it lie inside of c.
// `finish`, unless null, is for this tile.
template <class T>
void tile_product(std::int64_t depth, const T* a, const T* b, T alpha, bool overwrite,
                  MatrixView<T> c, std::int64_t rows, std::int64_t columns,
                  const Finish<T>* finish) {
  using V = typename Vec<T>::type;
  V acc[kRows][kVectors] = {};
  for (std::int64_t p = 0; p < depth; ++p, a += kRows, b += kColumns<T>) {
    const V* bv = reinterpret_cast<const V*>(b);
    const V b0 = bv[0], b1 = bv[1];
    for (std::int64_t i = 0; i < kRows; ++i) {
      const V x = Vec<T>::splat(a[i]);
      acc[i][0] += x * b0;
      acc[i][1] += x * b1;
    }
  }
  if (rows == kRows && columns == kColumns<T> && c.col == 1) {
    const V scale = Vec<T>::splat(alpha);
    for (std::int64_t i = 0; i < kRows; ++i) {
      for (std::int64_t v = 0; v < kVectors; ++v) {
        T* out = c.data + i * c.row + v * Vec<T>::lanes;
        V value = scale * acc[i][v];
        if (!overwrite) value += Vec<T>::load(out);
        if (finish) {
          if (finish->bias) value += Vec<T>::splat(finish->bias[i]);
          if (finish->added) value += Vec<T>::load(finish->added + (out - c.data));
          value = finish->activate(value);
        }
        Vec<T>::store(out, value);
      }
    }
    return;
  }
  alignas(16) T tile[kRows * kColumns<T>];
  std::memcpy(tile, acc, sizeof acc);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      T& out = c.data[i * c.row + j * c.col];
      T value = alpha * tile[i * kColumns<T> + j];
      if (!overwrite) value += out;
      if (finish) {
        if (finish->bias) value += finish->bias[i];
        if (finish->added) value += finish->added[&out - c.data];
        value = finish->activate(value);
      }
      out = value;
    }
  }
}

// The right-hand matrix: lays blocks of itself as `pack` does.
template <class T>
class Packed {
 public:
  virtual void block(T* out, std::int64_t p0, std::int64_t depth, std::int64_t j0,
                     std::int64_t columns) const = 0;

 protected:
  ~Packed() = default;
};

template <class T>
void blocked(std::int64_t m, std::int64_t n, std::int64_t k, T alpha, MatrixView<const T> a,
             const Packed<T>& b, bool overwrite, MatrixView<T> c, const Finish<T>& finish) {
  const std::int64_t depth_max = std::min(kBlockK, k);
  T* packed_a = scratch<T>(0, round_up(std::min(kBlockM, m), kRows) * depth_max);
  T* packed_b = scratch<T>(1, round_up(std::min(kBlockN, n), kColumns<T>) * depth_max);
  for (std::int64_t j0 = 0; j0 < n; j0 += kBlockN) {
    const std::int64_t nb = std::min(kBlockN, n - j0);
    for (std::int64_t p0 = 0; p0 < k; p0 += kBlockK) {
      const std::int64_t depth = std::min(kBlockK, k - p0);
      const bool finishes = p0 + depth == k && !finish.is_nothing();
      Finish<T> own;
      b.block(packed_b, p0, depth, j0, nb);
      for (std::int64_t i0 = 0; i0 < m; i0 += kBlockM) {
        const std::int64_t mb = std::min(kBlockM, m - i0);
        pack<kRows>(packed_a, a.data + i0 * a.row + p0 * a.col, a.row, a.col, mb, depth);
        for (std::int64_t j = 0; j < nb; j += kColumns<T>)
          for (std::int64_t i = 0; i < mb; i += kRows) {
            const std::int64_t at = (i0 + i) * c.row + (j0 + j) * c.col;
            if (finishes) own = finish.from(i0 + i, at);
            tile_product(depth, packed_a + i * depth, packed_b + j * depth, alpha,
                         overwrite && p0 == 0, {c.data + at, c.row, c.col}, std::min(kRows, mb - i),
                         std::min(kColumns<T>, nb - j), finishes ? &own : nullptr);
          }
      }
    }
  }
}

template <class T>
class PackedView final : public Packed<T> {
 public:
  explicit PackedView(MatrixView<const T> b) : b_(b) {}
  void block(T* out, std::int64_t p0, std::int64_t depth, std::int64_t j0,
             std::int64_t columns) const override {
    pack<kColumns<T>>(out, b_.data + p0 * b_.row + j0 * b_.col, b_.col, b_.row, columns, depth);
  }

 private:
  MatrixView<const T> b_;
};

template <class T>
class PackedRows final : public Packed<T> {
 public:
  PackedRows(const MatrixRows<T>& rows, bool transposed) : rows_(rows), transposed_(transposed) {}
  void block(T* out, std::int64_t p0, std::int64_t depth, std::int64_t j0,
             std::int64_t columns) const override {
    constexpr std::int64_t kWidth = kColumns<T>;
    if (transposed_) {
      T* rows = scratch<T>(2, kWidth * depth);
      for (std::int64_t j = 0; j < columns; j += kWidth, out += kWidth * depth) {
        const std::int64_t some = std::min(kWidth, columns - j);
        for (std::int64_t i = 0; i < some; ++i) rows_.row(j0 + j + i, p0, depth, rows + i * depth);
        pack<kWidth>(out, rows, depth, 1, some, depth);
      }
      return;
    }
    T* row = scratch<T>(2, round_up(columns, kWidth));
    std::fill(row + columns, row + round_up(columns, kWidth), T(0));
    for (std::int64_t p = 0; p < depth; ++p) {
      rows_.row(p0 + p, j0, columns, row);
      for (std::int64_t j = 0; j < columns; j += kWidth)
        std::memcpy(out + j * depth + p * kWidth, row + j, sizeof(T) * kWidth);
    }
  }

 private:
  const MatrixRows<T>& rows_;
  bool transposed_;
};

// y += alpha * a x for a [m, k]: a dot product a row, or a sum of columns where those are
// contiguous.
template <class T>
void matrix_vector(std::int64_t m, std::int64_t k, T alpha, MatrixView<const T> a, const T* x,
                   std::int64_t x_step, T* y, std::int64_t y_step) {
  if (a.row == 1 && y_step == 1 && m > 1) {
    for (std::int64_t p = 0; p < k; ++p) {
      const T f = alpha * x[p * x_step];
      const T* column = a.data + p * a.col;
      for (std::int64_t i = 0; i < m; ++i) y[i] += f * column[i];
    }
    return;
  }
  constexpr std::int64_t kLanes = 8;  // independent sums, which the compiler turns into vectors
  for (std::int64_t i = 0; i < m; ++i) {
    const T* row = a.data + i * a.row;
    T sum = 0;
    std::int64_t p = 0;
    if (a.col == 1 && x_step == 1) {
      T part[kLanes] = {};
      for (; p + kLanes <= k; p += kLanes)
        for (std::int64_t l = 0; l < kLanes; ++l) part[l] += row[p + l] * x[p + l];
      for (const T v : part) sum += v;
    }
    for (; p < k; ++p) sum += row[p * a.col] * x[p * x_step];
    y[i * y_step] += alpha * sum;
  }
}

template <class T>
void unblocked(std::int64_t m, std::int64_t n, std::int64_t k, T alpha, MatrixView<const T> a,
               MatrixView<const T> b, MatrixView<T> c) {
  for (std::int64_t i = 0; i < m; ++i) {
    T* out = c.data + i * c.row;
    for (std::int64_t p = 0; p < k; ++p) {
      const T f = alpha * a.data[i * a.row + p * a.col];
      const T* row = b.data + p * b.row;
      if (c.col == 1 && b.col == 1) {
        for (std::int64_t j = 0; j < n; ++j) out[j] += f * row[j];
      } else {
        for (std::int64_t j = 0; j < n; ++j) out[j * c.col] += f * row[j * b.col];
      }
    }
  }
}

}  // namespace

template <class T>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, T alpha, MatrixView<const T> a,
          MatrixView<const T> b, T beta, MatrixView<T> c) {
  if constexpr (std::is_signed_v<T> && std::is_integral_v<T>) {
    // Integers wrap round, as PyTorch's do, and only unsigned ones may in C++.
    using U = std::make_unsigned_t<T>;
    const auto as_unsigned = [](MatrixView<const T> v) {
      return MatrixView<const U>{reinterpret_cast<const U*>(v.data), v.row, v.col};
    };
    return gemm<U>(m, n, k, static_cast<U>(alpha), as_unsigned(a), as_unsigned(b),
                   static_cast<U>(beta), {reinterpret_cast<U*>(c.data), c.row, c.col});
  }
  if constexpr (std::is_floating_point_v<T>) {
    if (m > 1 && n > 1 && m * n * k > kSmall && (beta == T(0) || beta == T(1))) {
      return blocked(m, n, k, alpha, a, PackedView<T>(b), beta == T(0), c, {});
    }
  }
  if (beta != T(1)) {
    for (std::int64_t i = 0; i < m; ++i) {
      T* row = c.data + i * c.row;
      if (beta == T(0)) {
        for (std::int64_t j = 0; j < n; ++j) row[j * c.col] = T(0);
      } else {
        for (std::int64_t j = 0; j < n; ++j) row[j * c.col] *= beta;
      }
    }
  }
  if (m == 0 || n == 0 || k == 0) return;
  if (n == 1) return matrix_vector(m, k, alpha, a, b.data, b.row, c.data, c.row);
  if (m == 1) return matrix_vector(n, k, alpha, b.transposed(), a.data, a.col, c.data, c.col);
  if constexpr (std::is_floating_point_v<T>) {
    if (m * n * k > kSmall) return gemm(m, n, k, alpha, a, b, T(1), c);
  }
  unblocked(m, n, k, alpha, a, b, c);
}

template <class T>
void gemm_rows(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<const T> a,
               const MatrixRows<T>& b, bool transposed, bool add, MatrixView<T> c,
               const Finish<T>& finish) {
  blocked(m, n, k, T(1), a, PackedRows<T>(b, transposed), !add, c, finish);
}

template <class T>
void gemm_finished(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView<const T> a,
                   MatrixView<const T> b, MatrixView<T> c, const Finish<T>& finish) {
  blocked(m, n, k, T(1), a, PackedView<T>(b), true, c, finish);
}

#define GRADBOX_GEMM(T)                                                                \
  template void gemm(std::int64_t, std::int64_t, std::int64_t, T, MatrixView<const T>, \
                     MatrixView<const T>, T, MatrixView<T>);
GRADBOX_GEMM(float)
GRADBOX_GEMM(double)
GRADBOX_GEMM(std::int32_t)
GRADBOX_GEMM(std::int64_t)
#undef GRADBOX_GEMM

#define GRADBOX_GEMM_ROWS(T)                                                                  \
  template void gemm_rows(std::int64_t, std::int64_t, std::int64_t, MatrixView<const T>,      \
                          const MatrixRows<T>&, bool, bool, MatrixView<T>, const Finish<T>&); \
  template void gemm_finished(std::int64_t, std::int64_t, std::int64_t, MatrixView<const T>,  \
                              MatrixView<const T>, MatrixView<T>, const Finish<T>&);
GRADBOX_GEMM_ROWS(float)
GRADBOX_GEMM_ROWS(double)
#undef GRADBOX_GEMM_ROWS

}  // namespace gradbox::kernels
