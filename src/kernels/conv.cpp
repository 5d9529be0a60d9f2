#include "kernels/conv.h"

#include <vector>

#include "kernels/gemm.h"

namespace gradbox::kernels {
namespace {

// Sizes of one call, by name.
struct Sizes {
  std::int64_t n, c, h, w, o, kh, kw, oh, ow, groups;
  std::int64_t cg() const { return c / groups; }           // channels a group
  std::int64_t og() const { return o / groups; }           // filters a group
  std::int64_t patch() const { return cg() * kh * kw; }    // rows of the column matrix
  std::int64_t pixels() const { return oh * ow; }          // its columns
};

Sizes sizes(const Tensor& x, const Tensor& w, const Tensor& y, const ConvGeometry& g) {
  return {x.shape()[0], x.shape()[1], x.shape()[2], x.shape()[3], w.shape()[0], w.shape()[2], w.shape()[3], y.shape()[2], y.shape()[3], g.groups};
}

// Visits every (column matrix element, image element or padding) pair of one group of one image.
template <class F>
void walk(const Sizes& s, const ConvGeometry& g, F f) {
  std::int64_t row = 0;
  for (std::int64_t c = 0; c < s.cg(); ++c)
    for (std::int64_t i = 0; i < s.kh; ++i)
      for (std::int64_t j = 0; j < s.kw; ++j, ++row)
        for (std::int64_t y = 0; y < s.oh; ++y) {
          const std::int64_t in_y = y * g.stride[0] - g.padding[0] + i * g.dilation[0];
          f(row * s.pixels() + y * s.ow, in_y >= 0 && in_y < s.h ? (c * s.h + in_y) * s.w : -1, j * g.dilation[1] - g.padding[1]);
        }
}

template <class T>
void im2col(const Sizes& s, const ConvGeometry& g, const T* image, T* columns) {
  walk(s, g, [&](std::int64_t out, std::int64_t line, std::int64_t first) {
    for (std::int64_t x = 0; x < s.ow; ++x) {
      const std::int64_t in_x = x * g.stride[1] + first;
      columns[out + x] = line >= 0 && in_x >= 0 && in_x < s.w ? image[line + in_x] : T(0);
    }
  });
}

template <class T>
void col2im(const Sizes& s, const ConvGeometry& g, const T* columns, T* image) {
  walk(s, g, [&](std::int64_t out, std::int64_t line, std::int64_t first) {
    if (line < 0) return;
    for (std::int64_t x = 0; x < s.ow; ++x) {
      const std::int64_t in_x = x * g.stride[1] + first;
      if (in_x >= 0 && in_x < s.w) image[line + in_x] += columns[out + x];
    }
  });
}

// Calls f(x, w, y) with pointers to every image's groups.
template <class T, class F>
void each_group(const Sizes& s, T* x, T* w, T* y, F f) {
  for (std::int64_t n = 0; n < s.n; ++n)
    for (std::int64_t k = 0; k < s.groups; ++k)
      f(x + (n * s.c + k * s.cg()) * s.h * s.w, w + k * s.og() * s.patch(), y + (n * s.o + k * s.og()) * s.pixels());
}

}  // namespace

std::int64_t conv_length(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t padding, std::int64_t dilation) {
  const std::int64_t room = in + 2 * padding - dilation * (kernel - 1) - 1;
  return (room >= 0 ? room / stride : -((-room + stride - 1) / stride)) + 1;
}

void conv2d(const Tensor& y, const Tensor& x, const Tensor& w, const ConvGeometry& g) {
  const Sizes s = sizes(x, w, y, g);
  dispatch_floating(x.dtype(), "conv2d", [&](auto tag) {
    using T = decltype(tag);
    std::vector<T> columns(static_cast<std::size_t>(s.patch() * s.pixels()));
    each_group<T>(s, x.data<T>(), w.data<T>(), y.data<T>(), [&](T* xp, T* wp, T* yp) {
      im2col<T>(s, g, xp, columns.data());
      gemm<T>(s.og(), s.pixels(), s.patch(), T(1), {wp, s.patch(), 1}, {columns.data(), s.pixels(), 1}, T(0), {yp, s.pixels(), 1});
    });
  });
}

void conv2d_input(const Tensor& dx, const Tensor& dy, const Tensor& w, const ConvGeometry& g) {
  const Sizes s = sizes(dx, w, dy, g);
  dispatch_floating(dx.dtype(), "conv2d_input", [&](auto tag) {
    using T = decltype(tag);
    std::vector<T> columns(static_cast<std::size_t>(s.patch() * s.pixels()));
    each_group<T>(s, dx.data<T>(), w.data<T>(), dy.data<T>(), [&](T* xp, T* wp, T* yp) {
      gemm<T>(s.patch(), s.pixels(), s.og(), T(1), {wp, 1, s.patch()}, {yp, s.pixels(), 1}, T(0), {columns.data(), s.pixels(), 1});
      col2im<T>(s, g, columns.data(), xp);
    });
  });
}

void conv2d_weight(const Tensor& dw, const Tensor& dy, const Tensor& x, const ConvGeometry& g) {
  const Sizes s = sizes(x, dw, dy, g);
  dispatch_floating(x.dtype(), "conv2d_weight", [&](auto tag) {
    using T = decltype(tag);
    std::vector<T> columns(static_cast<std::size_t>(s.patch() * s.pixels()));
    std::fill_n(dw.data<T>(), dw.numel(), T(0));
    each_group<T>(s, x.data<T>(), dw.data<T>(), dy.data<T>(), [&](T* xp, T* wp, T* yp) {
      im2col<T>(s, g, xp, columns.data());
      gemm<T>(s.og(), s.patch(), s.pixels(), T(1), {yp, s.pixels(), 1}, {columns.data(), 1, s.pixels()}, T(1), {wp, s.patch(), 1});
    });
  });
}

}  // namespace gradbox::kernels
