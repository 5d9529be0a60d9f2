#include "kernels/cascade.h"

#include <cstring>

namespace gradbox::kernels {
namespace {

template <class T>
struct Wide {
  static constexpr std::int64_t lanes = 32 / sizeof(T);
  typedef T type __attribute__((vector_size(32)));
};

constexpr int kLevels = 4;

// How many rows are added up before they count as one a level higher: 2^power.
int block_power(std::int64_t n) {
  int bits = n <= 2 ? 1 : 0;  // the logarithm, rounded up
  if (n > 2)
    while ((std::int64_t{1} << bits) < n) ++bits;
  return bits / kLevels > 4 ? bits / kLevels : 4;
}

// sums = the sum of `rows` rows of `count` values each (T or vectors of T), `row` and `column`
// bytes apart. Gives where the next row is.
template <class V, int count>
const char* add_block(V (&sums)[count], const char* p, std::int64_t row, std::int64_t column,
                      std::int64_t rows) {
  V in_registers[count];
  for (int k = 0; k < count; ++k) in_registers[k] = V{};
  for (std::int64_t j = 0; j < rows; ++j, p += row) {
    for (int k = 0; k < count; ++k) {
      V v;
      std::memcpy(&v, p + k * column, sizeof v);
      in_registers[k] += v;
    }
  }
  for (int k = 0; k < count; ++k) sums[k] = in_registers[k];
  return p;
}

// The levels above the lowest one. Only the first `used` are there: short lines hardly need them.
template <class V, int count>
struct Upper {
  V level[kLevels - 1][count];
  int used = 0;

  // Takes in a block that ends before row i.
  void take(V (&block)[count], std::int64_t i, int power) {
    V* from = block;
    for (int j = 0; j < kLevels - 1; ++j) {
      V* to = level[j];
      if (j < used) {
        for (int k = 0; k < count; ++k) to[k] += from[k];
      } else {
        for (int k = 0; k < count; ++k) to[k] = from[k];
        used = j + 1;
      }
      if (j > 0)
        for (int k = 0; k < count; ++k) from[k] = V{};
      if ((i & (((std::int64_t{1} << power) - 1) << ((j + 1) * power))) != 0) break;
      from = to;
    }
  }
  // Adds all levels to the rows that made no block.
  void finish(V (&rest)[count]) const {
    for (int j = 0; j < used; ++j)
      for (int k = 0; k < count; ++k) rest[k] += level[j][k];
  }
};

// Adds n rows to out.
template <class V, int count>
void add_rows(V (&out)[count], const char* p, std::int64_t row, std::int64_t column,
              std::int64_t n) {
  const int power = block_power(n);
  const std::int64_t block = std::int64_t{1} << power;
  Upper<V, count> upper;
  std::int64_t i = 0;
  for (; i + block <= n;) {
    p = add_block(out, p, row, column, block);
    i += block;
    upper.take(out, i, power);
  }
  add_block(out, p, row, column, n - i);
  upper.finish(out);
}

// As add_rows for `panels` panels of four vectors that lie side by side: a block of rows of all of
// them, then the next, so that memory is read as it lies.
template <class V>
void add_panels(char* out, const char* p, std::int64_t row, std::int64_t n, std::int64_t panels) {
  constexpr std::int64_t kMost = 32, kPanel = 4 * sizeof(V);
  const int power = block_power(n);
  const std::int64_t block = std::int64_t{1} << power;
  for (; panels > 0; panels -= kMost, p += kMost * kPanel, out += kMost * kPanel) {
    const std::int64_t some = panels < kMost ? panels : kMost;
    Upper<V, 4> upper[kMost];
    V sums[4];
    std::int64_t i = 0;
    for (; i + block <= n; i += block)
      for (std::int64_t k = 0; k < some; ++k) {
        add_block(sums, p + i * row + k * kPanel, row, sizeof(V), block);
        upper[k].take(sums, i + block, power);
      }
    for (std::int64_t k = 0; k < some; ++k) {
      add_block(sums, p + i * row + k * kPanel, row, sizeof(V), n - i);
      upper[k].finish(sums);
      std::memcpy(out + k * kPanel, sums, sizeof sums);
    }
  }
}

// The sum of n values `step` bytes apart: four interleaved sums, added at the end.
template <class V>
V add_line(const char* p, std::int64_t step, std::int64_t n) {
  V part[4];
  add_rows(part, p, 4 * step, step, n / 4);
  for (std::int64_t i = n / 4 * 4; i < n; ++i) {
    V v;
    std::memcpy(&v, p + i * step, sizeof v);
    part[0] += v;
  }
  for (int k = 1; k < 4; ++k) part[0] += part[k];
  return part[0];
}

}  // namespace

template <class T>
void cascade_sum(T* out, const T* in, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  using V = typename Wide<T>::type;
  constexpr std::int64_t lanes = Wide<T>::lanes, size = sizeof(T);
  for (std::int64_t b = 0; b < outer; ++b, in += n * inner, out += inner) {
    const char* p = reinterpret_cast<const char*>(in);
    if (inner == 1) {
      if (n < lanes) {
        *out = add_line<T>(p, size, n);
        continue;
      }
      const V sums = add_line<V>(p, size * lanes, n / lanes);
      T total = 0;
      for (std::int64_t i = n / lanes * lanes; i < n; ++i) total += in[i];
      for (std::int64_t l = 0; l < lanes; ++l) total += sums[l];
      *out = total;
      continue;
    }
    std::int64_t j = 0;
    if (inner >= lanes) {
      const std::int64_t panels = inner / (4 * lanes);
      add_panels<V>(reinterpret_cast<char*>(out), p, inner * size, n, panels);
      j = panels * 4 * lanes;
      for (; j + lanes <= inner; j += lanes) {
        const V sums = add_line<V>(p + j * size, inner * size, n);
        std::memcpy(out + j, &sums, sizeof sums);
      }
    } else {
      for (; j + 4 <= inner; j += 4) {
        T sums[4];
        add_rows<T, 4>(sums, p + j * size, inner * size, size, n);
        std::memcpy(out + j, sums, sizeof sums);
      }
    }
    for (; j < inner; ++j) out[j] = add_line<T>(p + j * size, inner * size, n);
  }
}

template void cascade_sum(float*, const float*, std::int64_t, std::int64_t, std::int64_t);
template void cascade_sum(double*, const double*, std::int64_t, std::int64_t, std::int64_t);

}  // namespace gradbox::kernels
