#include "kernels/cascade.h"

#include <cstring>

namespace gradbox::kernels {
namespace {

template <class T>
struct Wide {
  static constexpr std::int64_t lanes = 32 / sizeof(T);
  typedef T type __attribute__((vector_size(32)));
};

// Adds n rows of `count` values each (T or vectors of T), `row` and `column` bytes apart, to out.
template <class V, int count>
void add_rows(V* out, const char* p, std::int64_t row, std::int64_t column, std::int64_t n) {
  if (n < 16) {  // less than a block: one level will do, in registers
    V sums[count];
    for (int k = 0; k < count; ++k) sums[k] = V{};
    for (std::int64_t i = 0; i < n; ++i, p += row) {
      for (int k = 0; k < count; ++k) {
        V v;
        std::memcpy(&v, p + k * column, sizeof v);
        sums[k] += v;
      }
    }
    for (int k = 0; k < count; ++k) out[k] = sums[k];
    return;
  }
  constexpr int kLevels = 4;
  int bits = n <= 2 ? 1 : 0;  // the logarithm, rounded up
  if (n > 2)
    while ((std::int64_t{1} << bits) < n) ++bits;
  const int power = bits / kLevels > 4 ? bits / kLevels : 4;
  const std::int64_t block = std::int64_t{1} << power;
  // The lowest level is in registers; of those above, which a short line hardly needs, the first
  // `used` are there.
  V upper[kLevels - 1][count];
  int used = 0;
  V sums[count];
  const auto add = [&](std::int64_t rows) {
    for (int k = 0; k < count; ++k) sums[k] = V{};
    for (std::int64_t j = 0; j < rows; ++j, p += row) {
      for (int k = 0; k < count; ++k) {
        V v;
        std::memcpy(&v, p + k * column, sizeof v);
        sums[k] += v;
      }
    }
  };
  std::int64_t i = 0;
  while (i + block <= n) {
    add(block);
    i += block;
    V* from = sums;
    for (int j = 0; j < kLevels - 1; ++j) {
      V* to = upper[j];
      if (j < used) {
        for (int k = 0; k < count; ++k) to[k] += from[k];
      } else {
        for (int k = 0; k < count; ++k) to[k] = from[k];
        used = j + 1;
      }
      if (j > 0)
        for (int k = 0; k < count; ++k) from[k] = V{};
      if ((i & ((block - 1) << ((j + 1) * power))) != 0) break;
      from = to;
    }
  }
  add(n - i);
  for (int j = 0; j < used; ++j)
    for (int k = 0; k < count; ++k) sums[k] += upper[j][k];
  for (int k = 0; k < count; ++k) out[k] = sums[k];
}

// The sum of n values `step` bytes apart: four interleaved sums, added at the end.
template <class V>
V add_line(const char* p, std::int64_t step, std::int64_t n) {
  V part[4];
  add_rows<V, 4>(part, p, 4 * step, step, n / 4);
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
      for (; j + 4 * lanes <= inner; j += 4 * lanes) {
        V sums[4];
        add_rows<V, 4>(sums, p + j * size, inner * size, lanes * size, n);
        std::memcpy(out + j, sums, sizeof sums);
      }
      for (; j + lanes <= inner; j += lanes) {
        const V sums = add_line<V>(p + j * size, inner * size, n);
        std::memcpy(out + j, &sums, sizeof sums);
      }
    } else {
      for (; j + 4 <= inner; j += 4) add_rows<T, 4>(out + j, p + j * size, inner * size, size, n);
    }
    for (; j < inner; ++j) out[j] = add_line<T>(p + j * size, inner * size, n);
  }
}

template void cascade_sum(float*, const float*, std::int64_t, std::int64_t, std::int64_t);
template void cascade_sum(double*, const double*, std::int64_t, std::int64_t, std::int64_t);

}  // namespace gradbox::kernels
