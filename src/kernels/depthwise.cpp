// A plane is copied with its padding, its columns sorted by their place modulo the stride: what one
// weight meets along a line of the result is then contiguous, for any stride.
#include "kernels/depthwise.h"

#include <algorithm>
#include <vector>

#include "kernels/copy.h"
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

// The buffer is kept between calls (the core is single-threaded): planes of one shape find their
// padding where the one before left it.
template <class T>
Sorted<T>& sorted(const DepthwiseSizes& s, const ConvGeometry& g, const T* x) {
  static Sorted<T> out;
  static std::vector<std::int64_t> last;
  const std::vector<std::int64_t> shape{s.h, s.w, g.stride[2], g.padding[1], g.padding[2]};
  if (shape != last) {
    out.stride = g.stride[2];
    // The last vector of a line may reach beyond it.
    out.width = (s.w + 2 * g.padding[2] + out.stride - 1) / out.stride + 2 * Vec<T>::lanes;
    const std::int64_t rows = s.h + 2 * g.padding[1];
    out.data.assign(static_cast<std::size_t>(rows * out.stride * out.width), T(0));
    last = shape;
  }
  for (std::int64_t y = 0; y < s.h; ++y, x += s.w) {
    if (out.stride == 1) {
      copy_bytes(reinterpret_cast<char*>(out.line(y + g.padding[1], 0) + g.padding[2]),
                 reinterpret_cast<const char*>(x), static_cast<std::size_t>(s.w) * sizeof(T));
      continue;
    }
    for (std::int64_t phase = 0; phase < out.stride; ++phase) {
      // The first element of the line that is of this phase.
      const std::int64_t step = out.stride, first = ((phase - g.padding[2]) % step + step) % step,
                         count = first < s.w ? (s.w - first + step - 1) / step : 0;
      T* to = out.line(y + g.padding[1], phase) + (first + g.padding[2]) / step;
      const T* from = x + first;
      for (std::int64_t i = 0; i < count; ++i) to[i] = from[i * step];
    }
  }
  return out;
}

// A line of the result: what the taps, each with the line that it meets, add up to.
template <class T>
void line(const T* const* from, const T* k, std::int64_t taps, std::int64_t width, T* y,
          const Finish<T>& finish) {
  using V = typename Vec<T>::type;
  constexpr std::int64_t kLanes = Vec<T>::lanes;
  const V bias = Vec<T>::splat(finish.bias ? *finish.bias : T(0));
  const auto finished = [&](V v, std::int64_t o) {
    if (finish.bias) v += bias;
    if (finish.added) v += Vec<T>::load(finish.added + o);
    return finish.activate(v);
  };
  std::int64_t o = 0;
  for (; o < width; o += 2 * kLanes) {
    V a{}, b{};
    for (std::int64_t t = 0; t < taps; ++t) {
      const V weight = Vec<T>::splat(k[t]);
      a += weight * Vec<T>::load(from[t] + o);
      b += weight * Vec<T>::load(from[t] + o + kLanes);
    }
    if (o + 2 * kLanes <= width) {
      Vec<T>::store(y + o, finished(a, o));
      Vec<T>::store(y + o + kLanes, finished(b, o + kLanes));
      continue;
    }
    for (std::int64_t l = 0; o + l < width; ++l) {
      T value = l < kLanes ? a[l] : b[l - kLanes];
      if (finish.bias) value += *finish.bias;
      if (finish.added) value += finish.added[o + l];
      y[o + l] = finish.activate(value);
    }
  }
}

}  // namespace

template <class T>
void depthwise(const DepthwiseSizes& s, const ConvGeometry& g, const T* x, const T* k, T* y,
               const Finish<T>& finish) {
  Sorted<T>& in = sorted(s, g, x);
  // Where each weight's elements start, seen from the first of a line of the result.
  static std::vector<const T*> starts;
  const std::int64_t taps = s.kh * s.kw;
  starts.resize(static_cast<std::size_t>(taps));
  for (std::int64_t row = 0; row < s.oh; ++row) {
    for (std::int64_t t = 0; t < taps; ++t) {
      const std::int64_t i = t / s.kw, at = t % s.kw * g.dilation[2];
      starts[static_cast<std::size_t>(t)] =
          in.line(row * g.stride[1] + i * g.dilation[1], at % in.stride) + at / in.stride;
    }
    const Finish<T> own = finish.from(0, row * s.ow);
    // The usual kernel with its loop unrolled.
    if (taps == 9) line<T>(starts.data(), k, 9, s.ow, y + row * s.ow, own);
    else line<T>(starts.data(), k, taps, s.ow, y + row * s.ow, own);
  }
}

template void depthwise(const DepthwiseSizes&, const ConvGeometry&, const float*, const float*,
                        float*, const Finish<float>&);
template void depthwise(const DepthwiseSizes&, const ConvGeometry&, const double*, const double*,
                        double*, const Finish<double>&);

}  // namespace gradbox::kernels
