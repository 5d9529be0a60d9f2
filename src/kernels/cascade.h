// Sums of floating-point numbers in the order in which PyTorch adds them on AVX2 (ATen's
// SumKernel.cpp), so that they print the same: 32-byte vectors, four of them side by side, and four
// levels of partial sums, which keep long sums exact.
#pragma once

#include <cstdint>

namespace gradbox::kernels {

// out[outer, inner] = sum over n of in[outer, n, inner], both contiguous. Exists for float and
// double.
template <class T>
void cascade_sum(T* out, const T* in, std::int64_t outer, std::int64_t n, std::int64_t inner);

}  // namespace gradbox::kernels
