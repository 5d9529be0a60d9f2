// Pooling in one, two and three dimensions. Each output element looks at one span of positions in
// every spatial dimension; ordinary and adaptive pools differ only in how the spans are chosen.
#include <cmath>

#include "ops/families.h"

namespace gradbox {

void register_padding(Registry& r);         // padding.cpp
void register_pool_functions(Registry& r);  // pool_functions.cpp
void register_resample(Registry& r);        // resample.cpp

namespace {

struct Span {
  std::int64_t start, step, end;
  std::int64_t size;  // what it counts for in a mean
};
// The spans of all output positions, for depth, height and width.
using Spans = std::vector<Span>;
struct Windows {
  Spans axes[3];
  double divisor = 0;  // of means; 0: the product of the sizes
};

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

struct Settings {
  IntList kernel, stride, padding, dilation;
  bool ceil = false;
  bool include_pad = true;
};

std::int64_t pooled_length(const Settings& w, std::size_t i, std::int64_t in) {
  const std::int64_t room = in + 2 * w.padding[i] - w.dilation[i] * (w.kernel[i] - 1) - 1;
  std::int64_t n = floor_div(room + (w.ceil ? w.stride[i] - 1 : 0), w.stride[i]) + 1;
  // The last window must start inside the input or its left padding.
  if (w.ceil && (n - 1) * w.stride[i] >= in + w.padding[i]) --n;
  return n;
}

Spans pool_spans(const Settings& w, std::size_t i, std::int64_t in) {
  Spans out;
  const std::int64_t n = pooled_length(w, i, in);
  // More windows than could ever be held: the result's own memory is asked for too late.
  check(n <= std::int64_t{1} << 30, "a pool of ", n, " windows is too large");
  for (std::int64_t o = 0; o < n; ++o) {
    Span s{o * w.stride[i] - w.padding[i], w.dilation[i], 0, 0};
    s.end = std::min(s.start + w.dilation[i] * (w.kernel[i] - 1) + 1, in + w.padding[i]);
    s.size = s.end - s.start;
    while (s.start < 0) s.start += s.step;
    s.end = std::min(s.end, in);
    if (!w.include_pad) s.size = s.end - s.start;
    out.push_back(s);
  }
  return out;
}

Spans adaptive_spans(std::int64_t in, std::int64_t out_size) {
  Spans out;
  for (std::int64_t o = 0; o < out_size; ++o) {
    const std::int64_t start = o * in / out_size, end = ((o + 1) * in + out_size - 1) / out_size;
    out.push_back({start, 1, end, end - start});
  }
  return out;
}

// Fewer than three dimensions: one position in the missing ones.
template <class F>
Windows windows(const Dims& shape, std::size_t spatial, F spans) {
  Windows w;
  check(spatial >= 1 && spatial <= 3 && shape.size() > spatial, "pools have 1 to 3 spatial ",
        "dimensions and an input with one dimension more, at least, but the kernel has ", spatial,
        " and the input has shape ", to_string(shape));
  for (std::size_t k = 0; k < 3 - spatial; ++k) w.axes[k] = {{0, 1, 1, 1}};
  for (std::size_t i = 0; i < spatial; ++i)
    w.axes[3 - spatial + i] = spans(i, shape[shape.size() - spatial + i]);
  return w;
}

std::string by_x(const Dims& shape, std::size_t from) {
  std::string s;
  for (std::size_t i = from; i < shape.size(); ++i)
    s += (s.empty() ? "" : "x") + std::to_string(shape[i]);
  return s;
}

Dims pooled_shape(const Tensor& x, const Windows& w, std::size_t spatial, bool checked) {
  Dims shape = x.shape();
  bool fits = true;
  for (std::size_t i = 0; i < spatial; ++i) {
    shape[shape.size() - spatial + i] = static_cast<std::int64_t>(w.axes[3 - spatial + i].size());
    fits = fits && shape[shape.size() - spatial + i] > 0;
  }
  const std::size_t channel = shape.size() - spatial - 1;
  // One dimension pools as two.
  const char* row = spatial == 1 ? "1x" : "";
  const auto sizes = [&](const Dims& all) {
    return detail::concat(all[channel], "x", row, by_x(all, channel + 1));
  };
  if (checked && !fits)
    fail(ErrorKind::Runtime, "Given input size: (", sizes(x.shape()),
         "). Calculated output size: (", sizes(shape), "). Output size is too small");
  return shape;
}

struct Volume {
  std::int64_t planes, d, h, w;
};
Volume volume_of(const Dims& shape, std::size_t spatial) {
  Volume v{1, 1, 1, 1};
  for (std::size_t i = 0; i + spatial < shape.size(); ++i) v.planes *= shape[i];
  std::int64_t* axes[] = {&v.d, &v.h, &v.w};
  for (std::size_t i = 0; i < spatial; ++i)
    *axes[3 - spatial + i] = shape[shape.size() - spatial + i];
  return v;
}

// f(plane, z span, y span, x span) for every output element, in order.
template <class F>
void each_window(const Volume& v, const Windows& w, F f) {
  for (std::int64_t p = 0; p < v.planes; ++p)
    for (const Span& z : w.axes[0])
      for (const Span& y : w.axes[1])
        for (const Span& x : w.axes[2]) f(p * v.d * v.h * v.w, z, y, x);
}

// f(position within the plane) for every element that a window looks at.
template <class F>
void each_position(const Volume& v, const Span& z, const Span& y, const Span& x, F f) {
  for (std::int64_t i = z.start; i < z.end; i += z.step)
    for (std::int64_t j = y.start; j < y.end; j += y.step)
      for (std::int64_t k = x.start; k < x.end; k += x.step) f((i * v.h + j) * v.w + k);
}

// Flat index of the largest element of every window, within its plane.
Tensor max_places(const Tensor& given, const Windows& w, std::size_t spatial, const Dims& shape) {
  const Tensor x = given.contiguous_raw(), out = Tensor::empty(shape, DType::Int64);
  const Volume v = volume_of(x.shape(), spatial);
  auto* o = out.data<std::int64_t>();
  dispatch_number(x.dtype(), "max_pool2d", [&](auto tag) {
    using T = decltype(tag);
    each_window(v, w, [&](std::int64_t plane, const Span& z, const Span& y, const Span& s) {
      const T* p = x.data<T>() + plane;
      std::int64_t best = -1;
      T top{};
      each_position(v, z, y, s, [&](std::int64_t i) {
        const T x = p[i];
        if (best >= 0 && !(x > top) && x == x) return;
        best = i;
        top = x;
      });
      *o++ = best;
    });
  });
  return out;
}

Tensor mean_of_windows(const Tensor& given, const Windows& w, std::size_t spatial,
                       const Dims& shape) {
  const Tensor x = given.contiguous_raw(), out = Tensor::empty(shape, x.dtype());
  const Volume v = volume_of(x.shape(), spatial);
  dispatch_floating(x.dtype(), "avg_pool2d_out_frame", [&](auto tag) {
    using T = decltype(tag);
    T* o = out.data<T>();
    each_window(v, w, [&](std::int64_t plane, const Span& z, const Span& y, const Span& s) {
      const T* p = x.data<T>() + plane;
      T sum = 0;
      each_position(v, z, y, s, [&](std::int64_t i) { sum += p[i]; });
      *o++ = sum / static_cast<T>(w.divisor != 0 ? w.divisor
                                                 : static_cast<double>(z.size * y.size * s.size));
    });
  });
  return out;
}

// The transpose of mean_of_windows.
Tensor spread_means(const Tensor& given, const Windows& w, std::size_t spatial, const Dims& shape) {
  const Tensor g = given.contiguous_raw(), out = Tensor::full(shape, 0, g.dtype());
  const Volume v = volume_of(shape, spatial);
  dispatch_floating(g.dtype(), "avg_pool2d_backward_out_frame", [&](auto tag) {
    using T = decltype(tag);
    const T* from = g.data<T>();
    each_window(v, w, [&](std::int64_t plane, const Span& z, const Span& y, const Span& s) {
      T* p = out.data<T>() + plane;
      const T share =
          *from++ / static_cast<T>(w.divisor != 0 ? w.divisor
                                                  : static_cast<double>(z.size * y.size * s.size));
      each_position(v, z, y, s, [&](std::int64_t i) { p[i] += share; });
    });
  });
  return out;
}

Tensor flat_planes(const Tensor& t, std::size_t spatial) {
  Dims shape(t.shape().begin(), t.shape().end() - static_cast<std::ptrdiff_t>(spatial));
  shape.push_back(volume_of(t.shape(), spatial).d * volume_of(t.shape(), spatial).h *
                  volume_of(t.shape(), spatial).w);
  return ops::reshape(t, shape);
}

// (the elements at `places`, places), stashed for max_backward.
TensorList taken(const Args& a, const Tensor& places, std::size_t spatial) {
  a.stash(places);
  return {
      ops::reshape(ops::gather(flat_planes(a.tensor(0), spatial), -1, flat_planes(places, spatial)),
                   places.shape()),
      places};
}

TensorList max_backward(BackwardContext& c, const TensorList& g) {
  const std::size_t spatial = c.args().ints(1).size();
  const Tensor zeros = flat_planes(Tensor::full(c.shape(0), 0, g[0].dtype()), spatial);
  return {ops::reshape(
      ops::scatter_add(zeros, -1, flat_planes(c.stash(0), spatial), flat_planes(g[0], spatial)),
      c.shape(0))};
}

// Arguments 1 to 5: kernel, stride, padding, dilation, ceil_mode.
Settings max_settings(const Args& a) {
  return {a.ints(1), a.ints(2), a.ints(3), a.ints(4), a.boolean(5), true};
}

// Arguments of means, from `first` on: kernel, stride, padding, ceil_mode, count_include_pad,
// divisor.
Windows mean_windows(const Args& a, std::size_t first, const Dims& shape) {
  const Settings s{a.ints(first),        a.ints(first + 1),
                   a.ints(first + 2),    IntList(a.ints(first).size(), 1),
                   a.boolean(first + 3), a.boolean(first + 4)};
  Windows w = windows(shape, s.kernel.size(),
                      [&](std::size_t i, std::int64_t n) { return pool_spans(s, i, n); });
  if (a.has(first + 5)) {
    check(a.integer(first + 5) != 0, "divisor must be not zero");
    w.divisor = a.number(first + 5);
  }
  return w;
}

Windows adaptive_windows(const IntList& size, const Dims& shape) {
  return windows(shape, size.size(),
                 [&](std::size_t i, std::int64_t n) { return adaptive_spans(n, size[i]); });
}

// PyTorch pools one dimension as two and drops the other: that is the name the graph then shows.
NodeName node_for(const std::string& two, const std::string& three) {
  return [two, three](const Values& a) {
    const std::size_t n = a[1].get<IntList>().size();
    return n == 1 ? std::string("SqueezeBackward1") : n == 2 ? two : three;
  };
}

Value like(const Dims& d) { return Value(IntList(d.begin(), d.end())); }

void register_core(Registry& r) {
  r.op("max_pool(Tensor self, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool "
       "ceil_mode) -> (Tensor, Tensor)")
      .doc("Largest element of every window, and where it is in its plane.")
      .in(0)
      .node(node_for("MaxPool2DWithIndicesBackward0", "MaxPool3DWithIndicesBackward0"))
      .non_differentiable({1})
      .forward([](const Args& a) {
        const Settings s = max_settings(a);
        const Tensor x = a.tensor(0);
        const Windows w = windows(x.shape(), s.kernel.size(), [&](std::size_t i, std::int64_t n) {
          return pool_spans(s, i, n);
        });
        return taken(a,
                     max_places(x, w, s.kernel.size(), pooled_shape(x, w, s.kernel.size(), true)),
                     s.kernel.size());
      })
      .backward(max_backward)
      .samples([](Samples& s) {
        s.add({s.distinct({1, 2, 4, 5}), IntList{2, 2}, IntList{2, 1}, IntList{1, 0}, IntList{1, 1},
               false});
        s.add({s.distinct({2, 7}), IntList{2}, IntList{3}, IntList{1}, IntList{2}, true});
      });
  r.op("adaptive_max_pool(Tensor self, int[] output_size) -> (Tensor, Tensor)")
      .doc(
          "Largest element of windows that divide the input into output_size, and where it is in "
          "its plane.")
      .in(0)
      .node(node_for("AdaptiveMaxPool2DBackward0", "AdaptiveMaxPool3DBackward0"))
      .non_differentiable({1})
      .forward([](const Args& a) {
        const std::size_t n = a.ints(1).size();
        const Windows w = adaptive_windows(a.ints(1), a.tensor(0).shape());
        return taken(a, max_places(a.tensor(0), w, n, pooled_shape(a.tensor(0), w, n, false)), n);
      })
      .backward(max_backward)
      .samples([](Samples& s) {
        s.add({s.distinct({1, 2, 4, 5}), IntList{2, 3}});
      });
  const std::string mean =
      "int[] kernel_size, int[] stride, int[] padding, bool ceil_mode, bool count_include_pad, "
      "int? divisor_override";
  r.op("avg_pool(Tensor self, " + mean + ") -> Tensor")
      .doc("Mean of every window.")
      .in(0)
      .node(node_for("AvgPool2DBackward0", "AvgPool3DBackward0"))
      .forward([](const Args& a) {
        const std::size_t n = a.ints(1).size();
        const Windows w = mean_windows(a, 1, a.tensor(0).shape());
        return mean_of_windows(a.tensor(0), w, n, pooled_shape(a.tensor(0), w, n, true));
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {
            call("avg_pool_backward", {g[0], like(c.shape(0)), a[1], a[2], a[3], a[4], a[5], a[6]})
                .get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 2, 4, 5}), IntList{2, 3}, IntList{2, 1}, IntList{1, 0}, true, false,
               Value()});
      });
  r.op("avg_pool_backward(Tensor grad, int[] input_size, " + mean + ") -> Tensor")
      .doc("Gradient of avg_pool.")
      .in(0)
      .node("AvgPool2DBackwardBackward0")
      .forward([](const Args& a) {
        return spread_means(a.tensor(0), mean_windows(a, 2, a.ints(1)), a.ints(2).size(),
                            a.ints(1));
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {call("avg_pool", {g[0], a[2], a[3], a[4], a[5], a[6], a[7]}).get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 2}), IntList{2, 4}, IntList{2}, IntList{2}, IntList{0}, false, true,
               Value()});
      });
  r.op("adaptive_avg_pool(Tensor self, int[] output_size) -> Tensor")
      .doc("Mean of windows that divide the input into output_size.")
      .in(0)
      .node(node_for("AdaptiveAvgPool2DBackward0", "AdaptiveAvgPool3DBackward0"))
      .forward([](const Args& a) {
        const Windows w = adaptive_windows(a.ints(1), a.tensor(0).shape());
        return mean_of_windows(a.tensor(0), w, a.ints(1).size(),
                               pooled_shape(a.tensor(0), w, a.ints(1).size(), false));
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {call("adaptive_avg_pool_backward", {g[0], like(c.shape(0)), c.args()[1]})
                    .get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 2, 4, 5}), IntList{2, 3}});
      });
  r.op("adaptive_avg_pool_backward(Tensor grad, int[] input_size, int[] output_size) -> Tensor")
      .doc("Gradient of adaptive_avg_pool.")
      .in(0)
      .node("AdaptiveAvgPool2DBackwardBackward0")
      .forward([](const Args& a) {
        return spread_means(a.tensor(0), adaptive_windows(a.ints(2), a.ints(1)), a.ints(2).size(),
                            a.ints(1));
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {call("adaptive_avg_pool", {g[0], c.args()[2]}).get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 2}), IntList{2, 5}, IntList{2}});
      });
}

}  // namespace

void register_pool(Registry& r) {
  register_core(r);
  if constexpr (kTraining) register_pool_functions(r);
  register_padding(r);
  register_resample(r);
}

}  // namespace gradbox
