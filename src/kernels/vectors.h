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

}  // namespace gradbox::kernels
