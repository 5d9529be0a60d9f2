#include "kernels/bytes.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

namespace gradbox::kernels {
namespace {

// f(first, last, scale, zero) of every stretch of elements that have the same.
template <class F>
void each(std::int64_t count, const Steps& steps, F f) {
  const std::size_t n = steps.scales.size();
  if (n == 1) return f(std::int64_t{0}, count, steps.scales[0], steps.zeros[0]);
  std::size_t k = 0;
  for (std::int64_t i = 0; i < count; i += steps.inner) {
    f(i, std::min(i + steps.inner, count), steps.scales[k], steps.zeros[k]);
    if (++k == n) k = 0;
  }
}

// Adding it to a number below 2^22 rounds it to even, and leaves the whole number in the last bits.
constexpr float kRounds = 12582912.0F;  // 1.5 * 2^23
constexpr std::int32_t kRoundsBits = 0x4B400000;

}  // namespace

template <class From, class To>
void quantize(const From* in, To* out, std::int64_t count, const Steps& steps) {
  constexpr auto low = static_cast<float>(std::numeric_limits<To>::min()),
                 high = static_cast<float>(std::numeric_limits<To>::max());
  each(count, steps, [&](std::int64_t i, std::int64_t last, float scale, std::int32_t zero) {
    // Limits are whole numbers: it may be cut before it is rounded.
    const float least = low - static_cast<float>(zero), most = high - static_cast<float>(zero);
    const auto level = [&](From x) {
      float v = static_cast<float>(x) / scale;
      v = v > least ? v : least;  // also what isn't a number
      v = (v < most ? v : most) + kRounds;
      std::int32_t bits;
      std::memcpy(&bits, &v, sizeof bits);
      return bits - kRoundsBits + zero;
    };
    // In two steps, which compilers turn into vectors.
    constexpr std::int64_t kChunk = 64;
    std::int32_t levels[kChunk];
    for (; i + kChunk <= last; i += kChunk) {
      for (std::int64_t k = 0; k < kChunk; ++k) levels[k] = level(in[i + k]);
      for (std::int64_t k = 0; k < kChunk; ++k) out[i + k] = static_cast<To>(levels[k]);
    }
    for (; i < last; ++i) out[i] = static_cast<To>(level(in[i]));
  });
}

template <class From>
void dequantize(const From* in, float* out, std::int64_t count, const Steps& steps) {
  each(count, steps, [&](std::int64_t i, std::int64_t last, float scale, std::int32_t zero) {
    // The difference of two int32 may not be one.
    using Wide = std::conditional_t<sizeof(From) == 1, std::int32_t, std::int64_t>;
    for (; i < last; ++i)
      out[i] = static_cast<float>(static_cast<Wide>(in[i]) - static_cast<Wide>(zero)) * scale;
  });
}

void range(const float* in, std::int64_t count, float& low, float& high) {
  constexpr std::int64_t kLanes = 8;  // side by side, for vectors
  float least[kLanes] = {}, most[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (std::int64_t k = 0; k < kLanes; ++k) {
      least[k] = in[i + k] < least[k] ? in[i + k] : least[k];
      most[k] = in[i + k] > most[k] ? in[i + k] : most[k];
    }
  for (; i < count; ++i) {
    least[0] = in[i] < least[0] ? in[i] : least[0];
    most[0] = in[i] > most[0] ? in[i] : most[0];
  }
  low = *std::min_element(least, least + kLanes);
  high = *std::max_element(most, most + kLanes);
}

template void quantize(const float*, std::uint8_t*, std::int64_t, const Steps&);
template void quantize(const float*, std::int8_t*, std::int64_t, const Steps&);
template void quantize(const std::int32_t*, std::uint8_t*, std::int64_t, const Steps&);
template void quantize(const std::int32_t*, std::int8_t*, std::int64_t, const Steps&);
template void dequantize(const std::uint8_t*, float*, std::int64_t, const Steps&);
template void dequantize(const std::int8_t*, float*, std::int64_t, const Steps&);
template void dequantize(const std::int32_t*, float*, std::int64_t, const Steps&);

}  // namespace gradbox::kernels
