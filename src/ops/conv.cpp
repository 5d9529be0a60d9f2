// Convolutions. The gradients of conv2d are operators of their own, so that they have gradients.
#include "kernels/conv.h"

#include "ops/families.h"

namespace gradbox {
namespace {

// stride, padding, dilation and groups stand in this order from argument `first` on.
kernels::ConvGeometry geometry(const Args& a, std::size_t first) {
  kernels::ConvGeometry g;
  for (std::size_t i = 0; i < 2; ++i) {
    g.stride[i] = a.ints(first).at(i);
    g.padding[i] = a.ints(first + 1).at(i);
    g.dilation[i] = a.ints(first + 2).at(i);
  }
  g.groups = a.integer(first + 3);
  return g;
}

Tensor conv2d(const Args& a) {
  const Tensor x = a.tensor(0), w = a.tensor(1);
  const kernels::ConvGeometry g = geometry(a, 3);
  for (const auto s : g.stride) check(s > 0, "non-positive stride is not supported");
  for (const auto p : g.padding) check(p >= 0, "negative padding is not supported");
  check(w.dim() == 4, "weight should have 4 dimensions, but got ", w.dim());
  check(w.shape()[0] % g.groups == 0, "Given groups=", g.groups, ", expected weight to be divisible by ", g.groups, " at dimension 0, but got weight of size ", to_string(w.shape()), " instead");
  if (x.shape()[1] != w.shape()[1] * g.groups)
    fail(ErrorKind::Runtime, "Given groups=", g.groups, ", weight of size ", to_string(w.shape()), ", expected input", to_string(x.shape()), " to have ",
         w.shape()[1] * g.groups, " channels, but got ", x.shape()[1], " channels instead");
  check(x.dtype() == w.dtype(), "Input type (", scalar_type_name(x.dtype()), ") and weight type (", scalar_type_name(w.dtype()), ") should be the same");
  Dims shape{x.shape()[0], w.shape()[0], 0, 0};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t padded = x.shape()[i + 2] + 2 * g.padding[i], reach = g.dilation[i] * (w.shape()[i + 2] - 1) + 1;
    if (padded < reach)
      fail(ErrorKind::Runtime, "Calculated padded input size per channel: (", x.shape()[2] + 2 * g.padding[0], " x ", x.shape()[3] + 2 * g.padding[1],
           "). Kernel size: (", w.shape()[2], " x ", w.shape()[3], "). Kernel size can't be greater than actual input size");
    shape[i + 2] = kernels::conv_length(x.shape()[i + 2], w.shape()[i + 2], g.stride[i], g.padding[i], g.dilation[i]);
  }
  Tensor y = Tensor::empty(shape, x.dtype());
  kernels::conv2d(y, x.contiguous_raw(), w.contiguous_raw(), g);
  if (!a.has(2)) return y;
  const Tensor b = a.tensor(2);
  check(b.dim() == 1 && b.shape()[0] == shape[1], "Given weight of size ", to_string(w.shape()), ", expected bias to be 1-dimensional with ", shape[1],
        " elements, but got bias of size ", to_string(b.shape()), " instead");
  return ops::add(y, ops::reshape(b, IntList{1, -1, 1, 1}));
}

Value like(const Dims& d) { return Value(IntList(d.begin(), d.end())); }

Tensor input_gradient(const Tensor& g, const Tensor& w, const Value& shape, const Args& a, std::size_t first) {
  return call("conv2d_backward_input", {g, w, shape, a[first], a[first + 1], a[first + 2], a[first + 3]}).get<Tensor>();
}
Tensor weight_gradient(const Tensor& g, const Tensor& x, const Value& shape, const Args& a, std::size_t first) {
  return call("conv2d_backward_weight", {g, x, shape, a[first], a[first + 1], a[first + 2], a[first + 3]}).get<Tensor>();
}
Tensor forward_again(const Tensor& x, const Tensor& w, const Args& a, std::size_t first) {
  return call("conv2d_batched", {x, w, Value(), a[first], a[first + 1], a[first + 2], a[first + 3]}).get<Tensor>();
}

constexpr const char* kGeometry = "int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1";

void register_core(Registry& r) {
  const std::string geometry_text = kGeometry;
  r.op("conv2d_batched(Tensor input, Tensor weight, Tensor? bias=None, " + geometry_text + ") -> Tensor")
      .doc("Convolution of [n, c, h, w] by [o, c/groups, kh, kw]; conv2d without its conveniences. torch.nn.functional.conv2d").in(0)
      .node("ConvolutionBackward0").forward(conv2d).saves({"input", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {c.needs(0) ? input_gradient(g[0], c.tensor(1), like(c.shape(0)), a, 3) : Tensor(),
                c.needs(1) ? weight_gradient(g[0], c.tensor(0), like(c.shape(1)), a, 3) : Tensor(),
                c.needs(2) ? ops::sum(g[0], IntList{0, 2, 3}) : Tensor()};
      })
      .onnx("Conv")
      .samples([](Samples& s) {
        s.add({s.randn({2, 2, 5, 4}), s.randn({3, 2, 3, 2}), s.randn({3}), IntList{2, 1}, IntList{1, 0}, IntList{1, 2}, 1});
        s.add({s.randn({1, 4, 3, 3}), s.randn({2, 2, 2, 2}), Value(), IntList{1, 1}, IntList{0, 1}, IntList{1, 1}, 2});
      });
  r.op("conv2d_backward_input(Tensor grad, Tensor weight, int[] input_size, " + geometry_text + ") -> Tensor")
      .doc("Gradient of conv2d with respect to its input; a transposed convolution.").in(0).node("ConvolutionBackwardBackward0")
      .forward([](const Args& a) {
        Tensor dx = Tensor::full(a.ints(2), 0, a.tensor(0).dtype());
        kernels::conv2d_input(dx, a.tensor(0).contiguous_raw(), a.tensor(1).contiguous_raw(), geometry(a, 3));
        return dx;
      })
      .saves({"grad", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {c.needs(0) ? forward_again(g[0], c.tensor(1), a, 3) : Tensor(), c.needs(1) ? weight_gradient(c.tensor(0), g[0], like(c.shape(1)), a, 3) : Tensor()};
      })
      .samples([](Samples& s) { s.add({s.randn({1, 3, 3, 3}), s.randn({3, 2, 2, 2}), IntList{1, 2, 4, 4}}); });
  r.op("conv2d_backward_weight(Tensor grad, Tensor input, int[] weight_size, " + geometry_text + ") -> Tensor")
      .doc("Gradient of conv2d with respect to its weight.").in(0).node("ConvolutionBackwardBackward0")
      .forward([](const Args& a) {
        Tensor dw = Tensor::empty(a.ints(2), a.tensor(0).dtype());
        kernels::conv2d_weight(dw, a.tensor(0).contiguous_raw(), a.tensor(1).contiguous_raw(), geometry(a, 3));
        return dw;
      })
      .saves({"grad", "input"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {c.needs(0) ? forward_again(c.tensor(1), g[0], a, 3) : Tensor(), c.needs(1) ? input_gradient(c.tensor(0), g[0], like(c.shape(1)), a, 3) : Tensor()};
      })
      .samples([](Samples& s) { s.add({s.randn({1, 3, 3, 3}), s.randn({1, 2, 4, 4}), IntList{3, 2, 2, 2}}); });
}

Tensor batched(const Tensor& x, std::int64_t spatial, const char* name) {
  check(x.dim() == spatial + 1 || x.dim() == spatial + 2, "Expected ", spatial + 1, "D (unbatched) or ", spatial + 2, "D (batched) input to ", name,
        ", but got input of size: ", to_string(x.shape()));
  return x.dim() == spatial + 1 ? ops::unsqueeze(x, 0) : x;
}

// Padding that keeps the size, for stride 1; zeros on the right (bottom) where it is odd.
Tensor pad_same(const Tensor& x, const Tensor& w, const IntList& dilation) {
  IntList pads;
  for (std::size_t i = dilation.size(); i-- > 0;) {
    const std::int64_t total = dilation[i] * (w.shape()[i + 2] - 1);
    pads.insert(pads.end(), {total / 2, total - total / 2});
  }
  return call("pad", {x, pads}).get<Tensor>();
}

}  // namespace

void register_conv(Registry& r) {
  register_core(r);
  r.op("conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1) -> Tensor")
      .doc("Convolution of [n, c, h, w] (or [c, h, w]) by [o, c/groups, kh, kw]. torch.nn.functional.conv2d").in(kTorch | kFunctional)
      .composite([](const Args& a) {
        const Tensor x = batched(a.tensor(0), 2, "conv2d");
        const Tensor y = call("conv2d_batched", {x, a[1], a[2], a[3], a[4], a[5], a[6]}).get<Tensor>();
        return a.tensor(0).dim() == 3 ? ops::squeeze(y, 0) : y;
      });
  r.op("conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, str padding='valid', int[2] dilation=1, int groups=1) -> Tensor")
      .doc("conv2d with padding 'same' or 'valid'. torch.nn.functional.conv2d").in(kTorch | kFunctional)
      .composite([](const Args& a) {
        Tensor x = batched(a.tensor(0), 2, "conv2d");
        if (a.string(4) == "same") {
          for (const auto s : a.ints(3)) check(s == 1, "padding='same' is not supported for strided convolutions");
          x = pad_same(x, a.tensor(1), a.ints(5));
        } else if (a.string(4) != "valid") {
          fail(ErrorKind::Runtime, "Invalid padding string: '", a.string(4), "'");
        }
        const Tensor y = call("conv2d_batched", {x, a[1], a[2], a[3], 0, a[5], a[6]}).get<Tensor>();
        return a.tensor(0).dim() == 3 ? ops::squeeze(y, 0) : y;
      });
  r.op("conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=1, int[1] padding=0, int[1] dilation=1, int groups=1) -> Tensor")
      .doc("Convolution of [n, c, l] (or [c, l]) by [o, c/groups, k]. torch.nn.functional.conv1d").in(kTorch | kFunctional)
      .composite([](const Args& a) {
        const Tensor x = batched(a.tensor(0), 1, "conv1d");
        const Tensor y = call("conv2d_batched", {ops::unsqueeze(x, 2), ops::unsqueeze(a.tensor(1), 2), a[2], IntList{1, a.ints(3)[0]}, IntList{0, a.ints(4)[0]},
                                                 IntList{1, a.ints(5)[0]}, a[6]}).get<Tensor>();
        const Tensor out = ops::squeeze(y, 2);
        return a.tensor(0).dim() == 2 ? ops::squeeze(out, 0) : out;
      });
  r.op("conv_transpose2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] output_padding=0, int groups=1, int[2] dilation=1) -> Tensor")
      .doc("Transposed convolution of [n, c, h, w] by [c, o/groups, kh, kw]. torch.nn.functional.conv_transpose2d").in(kTorch | kFunctional)
      .composite([](const Args& a) {
        const Tensor x = batched(a.tensor(0), 2, "conv_transpose2d"), w = a.tensor(1);
        if (x.shape()[1] != w.shape()[0])
          fail(ErrorKind::Runtime, "Given transposed=1, weight of size ", to_string(w.shape()), ", expected input", to_string(x.shape()), " to have ", w.shape()[0],
               " channels, but got ", x.shape()[1], " channels instead");
        IntList size{x.shape()[0], w.shape()[1] * a.integer(6)};
        for (std::size_t i = 0; i < 2; ++i)
          size.push_back((x.shape()[i + 2] - 1) * a.ints(3)[i] - 2 * a.ints(4)[i] + a.ints(7)[i] * (w.shape()[i + 2] - 1) + a.ints(5)[i] + 1);
        Tensor y = call("conv2d_backward_input", {x, w, size, a[3], a[4], a[7], a[6]}).get<Tensor>();
        if (a.has(2)) y = ops::add(y, ops::reshape(a.tensor(2), IntList{1, -1, 1, 1}));
        return a.tensor(0).dim() == 3 ? ops::squeeze(y, 0) : y;
      });
}

}  // namespace gradbox
