// Quantised numbers: bytes q that stand for (q - zero) * scale.
#pragma once

#include <cstdint>
#include <vector>

namespace gradbox::kernels {

// Scales and zero points: of a tensor (one of each), or of the indices of one dimension, for which
// `inner` is how many elements in a row have the same.
struct Steps {
  std::vector<float> scales;
  std::vector<std::int32_t> zeros;  // as many
  std::int64_t inner = 1;
};

// in / scale, rounded to even, shifted by zero and kept within the range of To. From: float, int32;
// To: uint8, int8.
template <class From, class To>
void quantize(const From* in, To* out, std::int64_t count, const Steps& steps);

// (in - zero) * scale. From: uint8, int8, int32.
template <class From>
void dequantize(const From* in, float* out, std::int64_t count, const Steps& steps);

// The least and the greatest of the elements and 0.
void range(const float* in, std::int64_t count, float& low, float& high);

}  // namespace gradbox::kernels
