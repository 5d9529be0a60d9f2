// Vectors of 16 bytes, which the compilers turn into SSE2 on x86-64, NEON on ARM and SIMD128 in
// WebAssembly.
#pragma once

#include <cstdint>

namespace gradbox::kernels {

template <class T>
struct Vec {
  typedef T type __attribute__((vector_size(16), aligned(16)));
  // For addresses that are only aligned for T.
  typedef T loose __attribute__((vector_size(16), aligned(alignof(T)), may_alias));
  static constexpr std::int64_t lanes = 16 / sizeof(T);
  static type splat(T x) {
    if constexpr (lanes == 4) return type{x, x, x, x};
    else return type{x, x};
  }
  static type load(const T* p) { return *reinterpret_cast<const loose*>(p); }
  static void store(T* p, type v) { *reinterpret_cast<loose*>(p) = v; }
};

// out[p][0..3] = the p-th elements of four lines, for p in [0, 4).
inline void transpose4(float* out, std::int64_t out_step, const float* in, std::int64_t line) {
  using F = Vec<float>;
  const F::type a = F::load(in), b = F::load(in + line), c = F::load(in + 2 * line),
                d = F::load(in + 3 * line);
  const F::type ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7),
                cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5),
                cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  F::store(out, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
  F::store(out + out_step, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
  F::store(out + 2 * out_step, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
  F::store(out + 3 * out_step, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
}

}  // namespace gradbox::kernels
