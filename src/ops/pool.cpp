// Pooling, padding and resampling of images.
#include <cmath>
#include <limits>

#include "kernels/conv.h"
#include "ops/families.h"

namespace gradbox {
namespace {

struct Window {
  IntList kernel, stride, padding, dilation{1, 1};
  bool ceil = false;
  std::int64_t length(std::size_t i, std::int64_t in) const {
    const std::int64_t room = in + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1 + (ceil ? stride[i] - 1 : 0);
    std::int64_t n = room / stride[i] + 1;
    if (ceil && (n - 1) * stride[i] >= in + padding[i]) --n;
    return n;
  }
};

Window window(const Args& a, bool dilated) {
  Window w;
  w.kernel = a.ints(1);
  w.stride = a.has(2) && !a.ints(2).empty() ? a.ints(2) : w.kernel;
  w.padding = a.ints(3);
  if (dilated) w.dilation = a.ints(4);
  w.ceil = a.boolean(dilated ? 5 : 4);
  for (std::size_t i = 0; i < 2; ++i)
    check(w.padding[i] * 2 <= w.kernel[i], "pad should be at most half of kernel size, but got pad=", w.padding[i], " and kernel_size=", w.kernel[i]);
  return w;
}

// Flat index of the largest element of every window, within its channel's plane.
Tensor max_places(const Tensor& x, const Window& w) {
  const std::int64_t h = x.shape()[2], wd = x.shape()[3], oh = w.length(0, h), ow = w.length(1, wd);
  check(oh > 0 && ow > 0, "Given input size: (", x.shape()[1], "x", h, "x", wd, "). Calculated output size: (", x.shape()[1], "x", oh, "x", ow, "). Output size is too small");
  Tensor out = Tensor::empty({x.shape()[0], x.shape()[1], oh, ow}, DType::Int64);
  auto* o = out.data<std::int64_t>();
  dispatch_number(x.dtype(), "max_pool2d", [&](auto tag) {
    using T = decltype(tag);
    const T* plane = x.data<T>();
    for (std::int64_t p = 0; p < x.shape()[0] * x.shape()[1]; ++p, plane += h * wd)
      for (std::int64_t y = 0; y < oh; ++y)
        for (std::int64_t z = 0; z < ow; ++z) {
          std::int64_t best = -1;
          for (std::int64_t i = 0; i < w.kernel[0]; ++i)
            for (std::int64_t j = 0; j < w.kernel[1]; ++j) {
              const std::int64_t r = y * w.stride[0] - w.padding[0] + i * w.dilation[0], c = z * w.stride[1] - w.padding[1] + j * w.dilation[1];
              if (r < 0 || r >= h || c < 0 || c >= wd) continue;
              const T v = plane[r * wd + c];
              if (best < 0 || v > plane[best] || v != v) best = r * wd + c;
            }
          *o++ = best;
        }
  });
  return out;
}

Tensor flat_planes(const Tensor& t) { return ops::reshape(t, IntList{t.size(0), t.size(1), -1}); }


void register_max(Registry& r) {
  r.op("max_pool2d_batched(Tensor self, int[2] kernel_size, int[2]? stride=None, int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)")
      .doc("Largest element of every window of [n, c, h, w], and where it is in its plane. torch.nn.functional.max_pool2d").in(0)
      .node("MaxPool2DWithIndicesBackward0").non_differentiable({1})
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0).contiguous_raw();
        const Tensor places = max_places(x, window(a, true));
        a.stash(places);
        return TensorList{ops::reshape(ops::gather(flat_planes(x), 2, flat_planes(places)), places.shape()), places};
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& s = c.shape(0);
        const Tensor zeros = Tensor::full({s[0], s[1], s[2] * s[3]}, 0, g[0].dtype());
        return {ops::reshape(ops::scatter_add(zeros, 2, flat_planes(c.stash(0)), flat_planes(g[0])), s)};
      })
      .onnx("MaxPool")
      .samples([](Samples& s) { s.add({s.distinct({1, 2, 4, 5}), IntList{2, 2}, IntList{2, 1}, IntList{1, 0}}); });
  r.op("max_pool2d(Tensor self, int[2] kernel_size, int[2]? stride=None, int[2] padding=0, int[2] dilation=1, bool ceil_mode=False, bool return_indices=False) -> Tensor")
      .doc("Largest element of every window of [n, c, h, w] or [c, h, w]. torch.nn.functional.max_pool2d").in(kTorch | kFunctional)
      .composite([](const Args& a) -> Value {
        const Tensor t = a.tensor(0);
        check(t.dim() == 3 || t.dim() == 4, "max_pool2d() Expected 3D or 4D input tensor, but got ", to_string(t.shape()));
        const Value v = call("max_pool2d_batched", {t.dim() == 3 ? ops::unsqueeze(t, 0) : t, a[1], a[2], a[3], a[4], a[5]});
        TensorList out = v.get<TensorList>();
        if (t.dim() == 3)
          for (Tensor& o : out) o = ops::squeeze(o, 0);
        if (a.boolean(6)) return out;
        return out[0];
      });
  r.op("max_pool1d(Tensor self, int[1] kernel_size, int[1]? stride=None, int[1] padding=0, int[1] dilation=1, bool ceil_mode=False) -> Tensor")
      .doc("Largest element of every window of [n, c, l] or [c, l]. torch.nn.functional.max_pool1d").in(kTorch | kFunctional)
      .composite([](const Args& a) {
        const auto wide = [&](std::size_t i, std::int64_t other) { return a.has(i) ? Value(IntList{other, a.ints(i)[0]}) : Value(); };
        return ops::squeeze(ops::max_pool2d(ops::unsqueeze(a.tensor(0), -2), wide(1, 1), wide(2, 1), wide(3, 0), wide(4, 1), a[5]), -2);
      });
}

// Mean over windows as a depthwise convolution with equal weights.
void register_average(Registry& r) {
  r.op("avg_pool2d(Tensor self, int[2] kernel_size, int[2]? stride=None, int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True) -> Tensor")
      .doc("Mean of every window of [n, c, h, w] or [c, h, w]. torch.nn.functional.avg_pool2d").in(kFunctional)
      .composite([](const Args& a) {
        const Tensor t = a.tensor(0), x = t.dim() == 3 ? ops::unsqueeze(t, 0) : t;
        const Window w = window(a, false);
        if (w.ceil) fail(ErrorKind::NotImplemented, "avg_pool2d: ceil_mode=True is not supported");
        const std::int64_t channels = x.size(1);
        const Tensor ones = Tensor::full({channels, 1, w.kernel[0], w.kernel[1]}, 1, x.dtype());
        const Tensor sum = call("conv2d_batched", {x, ones, Value(), w.stride, w.padding, w.dilation, static_cast<long long>(channels)}).get<Tensor>();
        Tensor count = Tensor::full({}, static_cast<double>(w.kernel[0] * w.kernel[1]), x.dtype());
        if (!a.boolean(5))
          count = call("conv2d_batched", {Tensor::full({1, channels, x.size(2), x.size(3)}, 1, x.dtype()), ones, Value(), w.stride, w.padding, w.dilation,
                                          static_cast<long long>(channels)}).get<Tensor>();
        const Tensor y = ops::div(sum, count);
        return t.dim() == 3 ? ops::squeeze(y, 0) : y;
      })
      .onnx("AveragePool");
  r.op("adaptive_avg_pool2d(Tensor self, int[2] output_size) -> Tensor")
      .doc("Mean over windows that divide the image into output_size. torch.nn.functional.adaptive_avg_pool2d").in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0);
        const IntList& out = a.ints(1);
        if (out[0] == 1 && out[1] == 1) return ops::mean(x, IntList{-2, -1}, true);
        const std::int64_t h = x.size(-2), w = x.size(-1);
        TensorList rows;
        for (std::int64_t i = 0; i < out[0]; ++i) {
          const long long r0 = i * h / out[0], r1 = ((i + 1) * h + out[0] - 1) / out[0];
          TensorList cells;
          for (std::int64_t j = 0; j < out[1]; ++j) {
            const long long c0 = j * w / out[1], c1 = ((j + 1) * w + out[1] - 1) / out[1];
            cells.push_back(ops::mean(ops::slice(ops::slice(x, -2, r0, r1), -1, c0, c1), IntList{-2, -1}));
          }
          rows.push_back(ops::stack(cells, -1));
        }
        return ops::stack(rows, -2);
      });
}

// Source index of a padded position, or -1 for the constant.
std::int64_t padded_source(std::int64_t i, std::int64_t n, const std::string& mode) {
  if (i >= 0 && i < n) return i;
  if (mode == "constant") return -1;
  if (mode == "replicate") return i < 0 ? 0 : n - 1;
  if (mode == "circular") return ((i % n) + n) % n;
  const std::int64_t period = 2 * (n - 1);  // reflect
  if (period == 0) return 0;
  i = ((i % period) + period) % period;
  return i < n ? i : period - i;
}

void register_padding(Registry& r) {
  r.op("pad(Tensor self, int[] pad, str mode='constant', float? value=None) -> Tensor")
      .doc("Pads from the last dimension backwards: (left, right, top, bottom, ...). torch.nn.functional.pad").in(kFunctional)
      .composite([](const Args& a) {
        Tensor t = a.tensor(0);
        const IntList& pad = a.ints(1);
        const std::string& mode = a.string(2);
        check(pad.size() % 2 == 0, "Padding length must be divisible by 2");
        check(static_cast<std::int64_t>(pad.size()) / 2 <= t.dim(), "Padding length too large");
        if (mode != "constant" && mode != "reflect" && mode != "replicate" && mode != "circular")
          fail(ErrorKind::NotImplemented, "Unrecognised padding mode ", mode);
        for (std::size_t k = 0; k < pad.size() / 2; ++k) {
          const long long d = t.dim() - 1 - static_cast<long long>(k);
          const std::int64_t n = t.size(d), before = pad[2 * k], after = pad[2 * k + 1];
          if (before == 0 && after == 0) continue;
          check(n + before + after >= 0, "narrow(): length must be non-negative.");
          if (mode == "reflect")
            check(before < n && after < n, "Argument #4: Padding size should be less than the corresponding input dimension, but got: padding (", before, ", ", after, ") at dimension ", d,
                  " of input ", to_string(t.shape()));
          std::vector<std::int64_t> source;
          TensorList parts;
          if (mode == "constant") {
            Dims edge = t.shape();
            const auto block = [&](std::int64_t m) {
              edge[static_cast<std::size_t>(d)] = m;
              return Tensor::full(edge, a.has(3) ? a.number(3) : 0, t.dtype());
            };
            if (before > 0) parts.push_back(block(before));
            parts.push_back(ops::slice(t, d, static_cast<long long>(std::max<std::int64_t>(-before, 0)), static_cast<long long>(n + std::min<std::int64_t>(after, 0))));
            if (after > 0) parts.push_back(block(after));
            t = ops::cat(parts, d);
          } else {
            for (std::int64_t i = -before; i < n + after; ++i) source.push_back(padded_source(i, n, mode));
            t = ops::index_select(t, d, Tensor::from_vector<std::int64_t>(source, {static_cast<std::int64_t>(source.size())}));
          }
        }
        return t;
      })
      .onnx("Pad");
  r.op("interpolate(Tensor input, int[2]? size=None, float[]? scale_factor=None, str mode='nearest') -> Tensor")
      .doc("Resizes [n, c, h, w] by nearest neighbours. torch.nn.functional.interpolate").in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0);
        if (a.string(3) != "nearest") fail(ErrorKind::NotImplemented, "interpolate: mode '", a.string(3), "' is not supported, only 'nearest'");
        check(a.has(1) != a.has(2), "only one of size or scale_factor should be defined");
        Tensor t = x;
        for (std::size_t i = 0; i < 2; ++i) {
          const std::int64_t n = x.size(static_cast<std::int64_t>(i) + 2);
          const double factor = a.has(2) ? a.floats(2).at(a.floats(2).size() == 1 ? 0 : i) : 0;
          const std::int64_t m = a.has(1) ? a.ints(1)[i] : static_cast<std::int64_t>(std::floor(static_cast<double>(n) * factor));
          std::vector<std::int64_t> source;
          for (std::int64_t k = 0; k < m; ++k) source.push_back(std::min(n - 1, k * n / m));
          t = ops::index_select(t, static_cast<long long>(i + 2), Tensor::from_vector<std::int64_t>(source, {m}));
        }
        return t;
      })
      .onnx("Resize");
}

}  // namespace

void register_pool(Registry& r) {
  register_max(r);
  register_average(r);
  register_padding(r);
}

}  // namespace gradbox
