// A plane is copied with its padding, its columns sorted by their place modulo the stride: what one
// weight meets along a line of the result is then contiguous, for any stride.
#include "kernels/depthwise.h"

#include <algorithm>
#include <vector>

#include "kernels/vectors.h"

namespace gradbox::kernels {
namespace {

// The copy of a plane, [rows, stride, width].
template <class T>
struct Sorted {
  std::vector<T> data;
  std::int64_t stride, width;

  T* line(std::int64_t row, std::int64_t phase) {
    return data.data() + (row * stride + phase) * width;
  }
};

// The buffer is kept between calls; the core is single-threaded.
template <class T>
Sorted<T>& sorted(const DepthwiseSizes& s, const ConvGeometry& g, const T* x) {
  static Sorted<T> out;
  out.stride = g.stride[2];
  // The last vector of a line may reach beyond it.
  out.width = (s.w + 2 * g.padding[2] + out.stride - 1) / out.stride + 2 * Vec<T>::lanes;
  const std::int64_t rows = s.h + 2 * g.padding[1];
  out.data.assign(static_cast<std::size_t>(rows * out.stride * out.width), T(0));
  for (std::int64_t y = 0; y < s.h; ++y, x += s.w) {
    if (out.stride == 1) {
      std::copy_n(x, s.w, out.line(y + g.padding[1], 0) + g.padding[2]);
      continue;
    }
    for (std::int64_t phase = 0; phase < out.stride; ++phase) {
      T* to = out.line(y + g.padding[1], phase);
      // The first element of this phase that isn't padding.
      std::int64_t at = phase;
      if (at < g.padding[2])
        at += (g.padding[2] - at + out.stride - 1) / out.stride * out.stride;
      for (; at < s.w + g.padding[2]; at += out.stride) to[at / out.stride] = x[at - g.padding[2]];
    }
  }
  return out;
}

}  // namespace

template <class T>
void depthwise(const DepthwiseSizes& s, const ConvGeometry& g, const T* x, const T* k, T* y) {
  using V = typename Vec<T>::type;
  constexpr std::int64_t kLanes = Vec<T>::lanes;
  Sorted<T>& in = sorted(s, g, x);
  // Where each weight's elements start, seen from the first of a line of the result.
  static std::vector<const T*> starts;
  const std::int64_t taps = s.kh * s.kw;
  starts.resize(static_cast<std::size_t>(taps));
  for (std::int64_t row = 0; row < s.oh; ++row, y += s.ow) {
    for (std::int64_t t = 0; t < taps; ++t) {
      const std::int64_t i = t / s.kw, at = t % s.kw * g.dilation[2];
      starts[static_cast<std::size_t>(t)] =
          in.line(row * g.stride[1] + i * g.dilation[1], at % in.stride) + at / in.stride;
    }
    const T* const* from = starts.data();
    std::int64_t o = 0;
    for (; o < s.ow; o += 2 * kLanes) {
      V a{}, b{};
      for (std::int64_t t = 0; t < taps; ++t) {
        const V weight = Vec<T>::splat(k[t]);
        a += weight * Vec<T>::load(from[t] + o);
        b += weight * Vec<T>::load(from[t] + o + kLanes);
      }
      if (o + 2 * kLanes <= s.ow) {
        Vec<T>::store(y + o, a);
        Vec<T>::store(y + o + kLanes, b);
        continue;
      }
      for (std::int64_t l = 0; o + l < s.ow; ++l) y[o + l] = l < kLanes ? a[l] : b[l - kLanes];
    }
  }
}

template void depthwise(const DepthwiseSizes&, const ConvGeometry&, const float*, const float*,
                        float*);
template void depthwise(const DepthwiseSizes&, const ConvGeometry&, const double*, const double*,
                        double*);

}  // namespace gradbox::kernels
