#include "kernels/conv.h"

#include <algorithm>
#include <vector>

#include "kernels/copy.h"
#include "kernels/depthwise.h"
#include "kernels/gemm.h"
#include "kernels/vectors.h"

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

// The column matrix of one group of one image: a row holds what one weight of a filter meets.
template <class T>
class Columns final : public MatrixRows<T> {
 public:
  Columns(const Sizes& s, const ConvGeometry& g, const T* image) : s_(s), g_(g), image_(image) {}

  void row(std::int64_t row, std::int64_t first, std::int64_t n, T* out) const override {
    // Divisions of 32 bits take a fraction of the time, and no such matrix has more rows or
    // columns.
    const auto at = static_cast<std::uint32_t>(row), from = static_cast<std::uint32_t>(first);
    const auto kw = static_cast<std::uint32_t>(s_.kw), kh = static_cast<std::uint32_t>(s_.kh),
               kd = static_cast<std::uint32_t>(s_.kd), ow = static_cast<std::uint32_t>(s_.ow),
               oh = static_cast<std::uint32_t>(s_.oh);
    const std::int64_t j = at % kw, i = at / kw % kh, k = at / (kw * kh) % kd;
    const T* channel = image_ + at / (kw * kh * kd) * s_.volume();
    std::int64_t x = from % ow, y = from / ow % oh, z = from / (ow * oh);
    for (T* end = out + n; out != end;) {
      const std::int64_t count = std::min<std::int64_t>(s_.ow - x, end - out);
      const std::int64_t in_z = z * g_.stride[0] - g_.padding[0] + k * g_.dilation[0];
      const std::int64_t in_y = y * g_.stride[1] - g_.padding[1] + i * g_.dilation[1];
      const std::int64_t in_x = x * g_.stride[2] - g_.padding[2] + j * g_.dilation[2];
      if (in_z >= 0 && in_z < s_.d && in_y >= 0 && in_y < s_.h)
        line(channel + (in_z * s_.h + in_y) * s_.w, in_x, count, out);
      else std::fill_n(out, count, T(0));
      out += count;
      x = 0;
      if (++y == s_.oh) {
        y = 0;
        ++z;
      }
    }
  }

 private:
  // Every stride-th of a line of the image from `first` on, zeros outside of it.
  void line(const T* from, std::int64_t first, std::int64_t n, T* out) const {
    const std::int64_t step = g_.stride[2];
    constexpr std::int64_t kLanes = Vec<T>::lanes;
    if (step == 1 && first >= 0 && first + n <= s_.w && n >= kLanes) {
      // Lines are short: a call of memcpy would take longer than the copy. The last vector may
      // overlap.
      for (std::int64_t x = 0; x + kLanes < n; x += kLanes)
        Vec<T>::store(out + x, Vec<T>::load(from + first + x));
      Vec<T>::store(out + n - kLanes, Vec<T>::load(from + first + n - kLanes));
      return;
    }
    const std::int64_t before = std::min(n, first < 0 ? (-first + step - 1) / step : 0);
    const std::int64_t end = std::min(n, first < s_.w ? (s_.w - first + step - 1) / step : 0);
    std::fill_n(out, before, T(0));
    std::int64_t x = before;
    if (step == 1) {
      for (; x + kLanes <= end; x += kLanes) Vec<T>::store(out + x, Vec<T>::load(from + first + x));
    }
    for (; x < end; ++x) out[x] = from[first + x * step];
    if (end < n) std::fill(out + std::max(before, end), out + n, T(0));
  }

  const Sizes& s_;
  const ConvGeometry& g_;
  const T* image_;
};

template <class T>
void scatter_patches(const Sizes& s, const ConvGeometry& g, const T* columns, T* image) {
  walk(s, g, [&](std::int64_t out, std::int64_t line, std::int64_t first) {
    if (line < 0) return;
    if (g.stride[2] == 1) {
      T* to = image + line + first;
      const T* from = columns + out;
      for (std::int64_t x = std::max<std::int64_t>(0, -first), end = std::min(s.ow, s.w - first);
           x < end; ++x)
        to[x] += from[x];
      return;
    }
    for (std::int64_t x = 0; x < s.ow; ++x) {
      const std::int64_t in_x = x * g.stride[2] + first;
      if (in_x >= 0 && in_x < s.w) image[line + in_x] += columns[out + x];
    }
  });
}

// Calls f(x, w, y) with pointers to every image's groups.
template <class X, class W, class Y, class F>
void each_group(const Sizes& s, X* x, W* w, Y* y, F f) {
  for (std::int64_t n = 0; n < s.n; ++n)
    for (std::int64_t k = 0; k < s.groups; ++k)
      f(x + (n * s.c + k * s.cg()) * s.volume(), w + k * s.og() * s.patch(),
        y + (n * s.o + k * s.og()) * s.pixels());
}

// One image of a batch with zeros around it, so that no line of its columns has to be cut.
template <class T>
class Padded {
 public:
  Padded(const Sizes& s, const ConvGeometry& g) : from_(s), g_(g), sizes_(s), geometry_(g) {
    std::int64_t* const grown[] = {&sizes_.d, &sizes_.h, &sizes_.w};
    for (std::size_t i = 0; i < 3; ++i) {
      *grown[i] += 2 * g.padding[i];
      geometry_.padding[i] = 0;
    }
    sizes_.n = 1;
    image_ = Tensor::full({sizes_.c, sizes_.d, sizes_.h, sizes_.w}, 0, dtype_of<T>::value);
  }
  const Sizes& sizes() const { return sizes_; }
  const ConvGeometry& geometry() const { return geometry_; }
  const T* image(const T* x) {
    const Sizes& s = from_;
    for (std::int64_t c = 0; c < s.c; ++c)
      for (std::int64_t z = 0; z < s.d; ++z)
        for (std::int64_t y = 0; y < s.h; ++y, x += s.w)
          copy_bytes(
              reinterpret_cast<char*>(
                  image_.data<T>() +
                  ((c * sizes_.d + z + g_.padding[0]) * sizes_.h + y + g_.padding[1]) * sizes_.w +
                  g_.padding[2]),
              reinterpret_cast<const char*>(x), static_cast<std::size_t>(s.w) * sizeof(T));
    return image_.data<T>();
  }

 private:
  const Sizes& from_;
  const ConvGeometry& g_;
  Sizes sizes_;
  ConvGeometry geometry_;
  Tensor image_;
};

bool is_padded(const ConvGeometry& g) {
  return g.padding[0] > 0 || g.padding[1] > 0 || g.padding[2] > 0;
}

// Filters of one pixel: the column matrix is the image.
bool is_product(const Sizes& s, const ConvGeometry& g) {
  bool plain = s.kd * s.kh * s.kw == 1;
  for (std::size_t i = 0; i < 3; ++i) plain = plain && g.stride[i] == 1 && g.padding[i] == 0;
  return plain;
}

// Strides and paddings with which the copies of planes stay small.
bool is_depthwise(const Sizes& s, const ConvGeometry& g) {
  return s.cg() == 1 && s.og() == 1 && s.d == 1 && s.kd == 1 && s.od == 1 && g.padding[0] == 0 &&
         g.stride[2] <= 4 && g.padding[1] <= s.h && g.padding[2] <= s.w;
}

// Finishes a result that is there already.
template <class T>
void finish_plane(const Finish<T>& f, std::int64_t rows, std::int64_t pixels, T* y) {
  for (std::int64_t i = 0; i < rows * pixels; ++i) {
    T value = y[i];
    if (f.bias) value += f.bias[i / pixels];
    if (f.added) value += f.added[i];
    y[i] = f.activate(value);
  }
}

template <class T>
void convolve(const Sizes& s, const ConvGeometry& g, const T* x, const T* w, T* y,
              const Finish<T>& finish = {}) {
  if (s.pixels() == 0 || s.og() == 0) return;
  // What is left to do for a group of an image.
  const auto own = [&](const T* yp) {
    const std::int64_t at = yp - y;
    return finish.from(at / s.pixels() % s.o, at);
  };
  if (s.patch() == 0) {
    std::fill_n(y, s.n * s.o * s.pixels(), T(0));
    return each_group(s, x, w, y, [&](const T*, const T*, T* yp) {
      finish_plane(own(yp), s.og(), s.pixels(), yp);
    });
  }
  if (is_product(s, g))
    return each_group(s, x, w, y, [&](const T* xp, const T* wp, T* yp) {
      if (finish.is_nothing())
        return gemm<T>(s.og(), s.pixels(), s.cg(), T(1), {wp, s.cg(), 1}, {xp, s.pixels(), 1}, T(0),
                       {yp, s.pixels(), 1});
      gemm_finished<T>(s.og(), s.pixels(), s.cg(), {wp, s.cg(), 1}, {xp, s.pixels(), 1},
                       {yp, s.pixels(), 1}, own(yp));
    });
  if (is_depthwise(s, g))
    return each_group(s, x, w, y, [&](const T* xp, const T* wp, T* yp) {
      depthwise<T>({s.h, s.w, s.kh, s.kw, s.oh, s.ow}, g, xp, wp, yp, own(yp));
    });
  if (is_padded(g)) {
    Padded<T> padded(s, g);
    const std::int64_t in = s.c * s.volume(), out = s.o * s.pixels();
    for (std::int64_t n = 0; n < s.n; ++n)
      convolve<T>(padded.sizes(), padded.geometry(), padded.image(x + n * in), w, y + n * out,
                  finish.from(0, n * out));
    return;
  }
  each_group(s, x, w, y, [&](const T* xp, const T* wp, T* yp) {
    gemm_rows<T>(s.og(), s.pixels(), s.patch(), {wp, s.patch(), 1}, Columns<T>(s, g, xp), false,
                 false, {yp, s.pixels(), 1}, own(yp));
  });
}

// Filters [c, o/groups, ...] with their kernels back to front, of filters [o, c/groups, ...].
template <class T>
std::vector<T> mirror(const Sizes& s, const T* w) {
  const std::int64_t kernel = s.kd * s.kh * s.kw;
  std::vector<T> out(static_cast<std::size_t>(s.o * s.cg() * kernel));
  auto at = out.begin();
  for (std::int64_t group = 0; group < s.groups; ++group)
    for (std::int64_t c = 0; c < s.cg(); ++c)
      for (std::int64_t o = 0; o < s.og(); ++o, at += kernel) {
        const T* from = w + ((group * s.og() + o) * s.cg() + c) * kernel;
        std::reverse_copy(from, from + kernel, at);
      }
  return out;
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

void conv(const Tensor& y, const Tensor& x, const Tensor& w, const ConvGeometry& g,
          const Tensor& bias, const Tensor& added, const Activation& activation) {
  const Sizes s = sizes(x, w, y, g);
  dispatch_floating(x.dtype(), "slow_conv2d_cpu", [&](auto tag) {
    using T = decltype(tag);
    Finish<T> finish;
    if (bias.defined()) finish.bias = bias.data<T>();
    if (added.defined()) finish.added = added.data<T>();
    finish.activation = activation;
    convolve<T>(s, g, x.data<T>(), w.data<T>(), y.data<T>(), finish);
  });
}

void add_bias(const Tensor& y, const Tensor& bias, std::int64_t pixels) {
  const Tensor b = bias.contiguous_raw();
  const std::int64_t channels = b.numel();
  dispatch_floating(y.dtype(), "slow_conv2d_cpu", [&](auto tag) {
    using T = decltype(tag);
    T* plane = y.data<T>();
    T* const end = plane + y.numel();
    for (std::int64_t c = 0; plane != end; plane += pixels, c = c + 1 == channels ? 0 : c + 1) {
      const T value = b.data<T>()[c];
      for (std::int64_t i = 0; i < pixels; ++i) plane[i] += value;
    }
  });
}

void conv_input(const Tensor& dx, const Tensor& dy, const Tensor& w, const ConvGeometry& g) {
  const Sizes s = sizes(dx, w, dy, g);
  const std::int64_t kernel[] = {s.kd, s.kh, s.kw};
  ConvGeometry back = g;
  bool convolution = true;
  for (std::size_t i = 0; i < 3; ++i) {
    back.padding[i] = g.dilation[i] * (kernel[i] - 1) - g.padding[i];
    convolution = convolution && g.stride[i] == 1 && back.padding[i] >= 0;
  }
  // Of either matrix of columns the larger part of the work; to scatter takes twice as long as to
  // gather.
  convolution = convolution && s.o * s.volume() <= 2 * s.c * s.pixels();
  dispatch_floating(dx.dtype(), "slow_conv2d_cpu", [&](auto tag) {
    using T = decltype(tag);
    if (convolution) {
      // Without strides dx is the convolution of dy by the mirrored filters.
      const Sizes t{s.n, s.o, s.od, s.oh, s.ow, s.c, s.kd, s.kh, s.kw, s.d, s.h, s.w, s.groups};
      const std::vector<T> mirrored = mirror(s, w.data<T>());
      return convolve<T>(t, back, dy.data<T>(), mirrored.data(), dx.data<T>());
    }
    std::vector<T> columns(static_cast<std::size_t>(s.patch() * s.pixels()));
    each_group(s, dx.data<T>(), w.data<T>(), dy.data<T>(), [&](T* xp, T* wp, T* yp) {
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
    std::fill_n(dw.data<T>(), dw.numel(), T(0));
    if (s.patch() == 0 || s.pixels() == 0 || s.og() == 0) return;
    const auto add = [&](const Sizes& of, const ConvGeometry& by, const T* xs, const T* ys) {
      each_group(of, xs, dw.data<T>(), ys, [&](const T* xp, T* wp, const T* yp) {
        gemm_rows<T>(of.og(), of.patch(), of.pixels(), {yp, of.pixels(), 1}, Columns<T>(of, by, xp),
                     true, true, {wp, of.patch(), 1});
      });
    };
    if (!is_padded(g)) return add(s, g, x.data<T>(), dy.data<T>());
    Padded<T> padded(s, g);
    for (std::int64_t n = 0; n < s.n; ++n)
      add(padded.sizes(), padded.geometry(), padded.image(x.data<T>() + n * s.c * s.volume()),
          dy.data<T>() + n * s.o * s.pixels());
  });
}

void im2col(const Tensor& columns, const Tensor& x, const Dims& kernel, const ConvGeometry& g) {
  const Sizes s = patch_sizes(x, kernel, g);
  dispatch_floating(x.dtype(), "im2col_out_cpu", [&](auto tag) {
    using T = decltype(tag);
    for (std::int64_t n = 0; n < s.n; ++n)
      for (std::int64_t row = 0; row < s.patch(); ++row)
        Columns<T>(s, g, x.data<T>() + n * s.c * s.volume())
            .row(row, 0, s.pixels(), columns.data<T>() + (n * s.patch() + row) * s.pixels());
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
