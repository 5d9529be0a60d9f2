#include "kernels/conv.h"

#include <vector>

#include "kernels/gemm.h"

namespace gradbox::kernels {
namespace {

// Sizes of one call, by name.
struct Sizes {
  std::int64_t n, c, d, h, w, o, kd, kh, kw, od, oh, ow, groups;
  std::int64_t cg() const { return c / groups; }              // channels a group
  std::int64_t og() const { return o / groups; }              // filters a group
  std::int64_t patch() const { return cg() * kd * kh * kw; }  // rows of the column matrix
  std::int64_t pixels() const { return od * oh * ow; }        // its columns
  std::int64_t volume() const { return d * h * w; }           // a channel of the image
};

Sizes sizes(const Tensor& x, const Tensor& w, const Tensor& y, const ConvGeometry& g) {
  const Dims &i = x.shape(), &k = w.shape(), &o = y.shape();
  return {i[0], i[1], i[2], i[3], i[4], k[0], k[2], k[3], k[4], o[2], o[3], o[4], g.groups};
}

// Visits every line of the column matrix of one group of one image: f(where it is there, where the
// image's line starts or -1 for padding, which element of that the first one is).
template <class F>
void walk(const Sizes& s, const ConvGeometry& g, F f) {
  std::int64_t row = 0;
  for (std::int64_t c = 0; c < s.cg(); ++c)
    for (std::int64_t k = 0; k < s.kd; ++k)
      for (std::int64_t i = 0; i < s.kh; ++i)
        for (std::int64_t j = 0; j < s.kw; ++j, ++row)
          for (std::int64_t z = 0; z < s.od; ++z) {
            const std::int64_t in_z = z * g.stride[0] - g.padding[0] + k * g.dilation[0];
            const bool inside = in_z >= 0 && in_z < s.d;
            for (std::int64_t y = 0; y < s.oh; ++y) {
              const std::int64_t in_y = y * g.stride[1] - g.padding[1] + i * g.dilation[1];
              f(row * s.pixels() + (z * s.oh + y) * s.ow,
                inside && in_y >= 0 && in_y < s.h ? ((c * s.d + in_z) * s.h + in_y) * s.w : -1,
                j * g.dilation[2] - g.padding[2]);
            }
          }
}

template <class T>
void gather_patches(const Sizes& s, const ConvGeometry& g, const T* image, T* columns) {
  walk(s, g, [&](std::int64_t out, std::int64_t line, std::int64_t first) {
    for (std::int64_t x = 0; x < s.ow; ++x) {
      const std::int64_t in_x = x * g.stride[2] + first;
      columns[out + x] = line >= 0 && in_x >= 0 && in_x < s.w ? image[line + in_x] : T(0);
    }
  });
}

template <class T>
void scatter_patches(const Sizes& s, const ConvGeometry& g, const T* columns, T* image) {
  walk(s, g, [&](std::int64_t out, std::int64_t line, std::int64_t first) {
    if (line < 0) return;
    for (std::int64_t x = 0; x < s.ow; ++x) {
      const std::int64_t in_x = x * g.stride[2] + first;
      if (in_x >= 0 && in_x < s.w) image[line + in_x] += columns[out + x];
    }
  });
}

// Calls f(x, w, y) with pointers to every image's groups.
template <class T, class F>
void each_group(const Sizes& s, T* x, T* w, T* y, F f) {
  for (std::int64_t n = 0; n < s.n; ++n)
    for (std::int64_t k = 0; k < s.groups; ++k)
      f(x + (n * s.c + k * s.cg()) * s.volume(), w + k * s.og() * s.patch(),
        y + (n * s.o + k * s.og()) * s.pixels());
}

// What im2col and col2im are given: one group, no filters.
Sizes patch_sizes(const Tensor& x, const Dims& kernel, const ConvGeometry& g) {
  const Dims& i = x.shape();
  Sizes s{i[0], i[1], i[2], i[3], i[4], 0, kernel[0], kernel[1], kernel[2], 0, 0, 0, 1};
  s.od = conv_length(s.d, s.kd, g.stride[0], g.padding[0], g.dilation[0]);
  s.oh = conv_length(s.h, s.kh, g.stride[1], g.padding[1], g.dilation[1]);
  s.ow = conv_length(s.w, s.kw, g.stride[2], g.padding[2], g.dilation[2]);
  return s;
}

}  // namespace

std::int64_t conv_length(std::int64_t in, std::int64_t kernel, std::int64_t stride,
                         std::int64_t padding, std::int64_t dilation) {
  const std::int64_t room = in + 2 * padding - dilation * (kernel - 1) - 1;
  return (room >= 0 ? room / stride : -((-room + stride - 1) / stride)) + 1;
}

void conv(const Tensor& y, const Tensor& x, const Tensor& w, const ConvGeometry& g) {
  const Sizes s = sizes(x, w, y, g);
  dispatch_floating(x.dtype(), "slow_conv2d_cpu", [&](auto tag) {
    using T = decltype(tag);
    std::vector<T> columns(static_cast<std::size_t>(s.patch() * s.pixels()));
    each_group<T>(s, x.data<T>(), w.data<T>(), y.data<T>(), [&](T* xp, T* wp, T* yp) {
      gather_patches<T>(s, g, xp, columns.data());
      gemm<T>(s.og(), s.pixels(), s.patch(), T(1), {wp, s.patch(), 1},
              {columns.data(), s.pixels(), 1}, T(0), {yp, s.pixels(), 1});
    });
  });
}

void conv_input(const Tensor& dx, const Tensor& dy, const Tensor& w, const ConvGeometry& g) {
  const Sizes s = sizes(dx, w, dy, g);
  dispatch_floating(dx.dtype(), "slow_conv2d_cpu", [&](auto tag) {
    using T = decltype(tag);
    std::vector<T> columns(static_cast<std::size_t>(s.patch() * s.pixels()));
    each_group<T>(s, dx.data<T>(), w.data<T>(), dy.data<T>(), [&](T* xp, T* wp, T* yp) {
      gemm<T>(s.patch(), s.pixels(), s.og(), T(1), {wp, 1, s.patch()}, {yp, s.pixels(), 1}, T(0),
              {columns.data(), s.pixels(), 1});
      scatter_patches<T>(s, g, columns.data(), xp);
    });
  });
}

void conv_weight(const Tensor& dw, const Tensor& dy, const Tensor& x, const ConvGeometry& g) {
  const Sizes s = sizes(x, dw, dy, g);
  dispatch_floating(x.dtype(), "slow_conv2d_cpu", [&](auto tag) {
    using T = decltype(tag);
    std::vector<T> columns(static_cast<std::size_t>(s.patch() * s.pixels()));
    std::fill_n(dw.data<T>(), dw.numel(), T(0));
    each_group<T>(s, x.data<T>(), dw.data<T>(), dy.data<T>(), [&](T* xp, T* wp, T* yp) {
      gather_patches<T>(s, g, xp, columns.data());
      gemm<T>(s.og(), s.patch(), s.pixels(), T(1), {yp, s.pixels(), 1},
              {columns.data(), 1, s.pixels()}, T(1), {wp, s.patch(), 1});
    });
  });
}

void im2col(const Tensor& columns, const Tensor& x, const Dims& kernel, const ConvGeometry& g) {
  const Sizes s = patch_sizes(x, kernel, g);
  dispatch_floating(x.dtype(), "im2col_out_cpu", [&](auto tag) {
    using T = decltype(tag);
    for (std::int64_t n = 0; n < s.n; ++n)
      gather_patches<T>(s, g, x.data<T>() + n * s.c * s.volume(),
                        columns.data<T>() + n * s.patch() * s.pixels());
  });
}

void col2im(const Tensor& x, const Tensor& columns, const Dims& kernel, const ConvGeometry& g) {
  const Sizes s = patch_sizes(x, kernel, g);
  dispatch_floating(x.dtype(), "col2im_out_cpu", [&](auto tag) {
    using T = decltype(tag);
    for (std::int64_t n = 0; n < s.n; ++n)
      scatter_patches<T>(s, g, columns.data<T>() + n * s.patch() * s.pixels(),
                         x.data<T>() + n * s.c * s.volume());
  });
}

}  // namespace gradbox::kernels
