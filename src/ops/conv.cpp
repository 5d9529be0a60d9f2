// Convolutions in one, two and three dimensions. The gradients of a convolution are operators of
// their own, so that they have gradients.
#include "ops/conv.h"

#include "kernels/conv.h"
#include "ops/families.h"
#include "ops/sides.h"

namespace gradbox {

void register_patches(Registry& r);  // patches.cpp

namespace {

// A contiguous tensor [n, c, ...] or [c, ...] with `spatial` dimensions, as [n, c, d, h, w].
Tensor as_volume(const Tensor& t, std::int64_t spatial) {
  const Tensor x = t.contiguous_raw();
  Dims shape = x.shape();
  if (x.dim() == spatial + 1) shape.insert(shape.begin(), 1);
  shape.insert(shape.begin() + 2, static_cast<std::size_t>(3 - spatial), 1);
  return x.alias(shape, contiguous_strides(shape), x.offset());
}

// stride, padding, dilation and groups.
struct Settings {
  IntList stride, padding, dilation;
  std::int64_t groups;
  std::int64_t spatial() const { return static_cast<std::int64_t>(stride.size()); }
  kernels::ConvGeometry geometry() const {
    kernels::ConvGeometry g;
    const std::size_t skip = 3 - stride.size();
    for (std::size_t i = 0; i < stride.size(); ++i) {
      g.stride[skip + i] = stride[i];
      g.padding[skip + i] = padding.at(i);
      g.dilation[skip + i] = dilation.at(i);
    }
    g.groups = groups;
    return g;
  }
};

// They stand in this order from argument `first` on.
Settings settings(const Args& a, std::size_t first) {
  return {a.ints(first), a.ints(first + 1), a.ints(first + 2), a.integer(first + 3)};
}

std::string by_x(const IntList& sizes) {
  std::string s;
  for (const auto n : sizes) s += (s.empty() ? "" : " x ") + std::to_string(n);
  return s;
}

// As C++ spells it, in PyTorch's words about biases.
const char* cpp_name(DType t) {
  switch (t) {
    case DType::Float32: return "float";
    case DType::Float64: return "double";
    case DType::Int64: return "long int";
    case DType::Int32: return "int";
    case DType::Int16: return "short int";
    case DType::Int8: return "signed char";
    case DType::UInt8: return "unsigned char";
    case DType::Bool: return "bool";
    case DType::Float16: return "c10::Half";
    case DType::BFloat16: return "c10::BFloat16";
    default: return scalar_type_name(t);
  }
}

// A number for every dimension; a single one was one for all.
void check_count(const char* name, const IntList& given, std::int64_t spatial) {
  if (static_cast<std::int64_t>(given.size()) != spatial)
    fail(ErrorKind::Runtime, "expected ", name, " to be a single integer value or a list of ",
         spatial, " values to match the convolution dimensions, but got ", name, "=",
         to_string(given));
}

// What all kernels count on.
void check_geometry(const Tensor& x, const Tensor& w, const Settings& s, bool transposed) {
  check(s.spatial() >= 1 && s.spatial() <= 3, "convolutions have 1 to 3 spatial dimensions, not ",
        s.spatial());
  for (const auto v : s.stride) check(v > 0, "non-positive stride is not supported");
  for (const auto v : s.padding) check(v >= 0, "negative padding is not supported");
  for (const auto v : s.dilation)
    if (v <= 0)
      fail(ErrorKind::Runtime, "dilation should be greater than zero, but got ",
           transposed ? by_side("dilation", s.dilation, kSides, 1, ", ") : to_string(s.dilation));
  check(s.groups > 0, "non-positive groups is not supported");
  check(w.dim() == s.spatial() + 2, "weight should have ", s.spatial() + 2, " dimensions, but got ",
        w.dim());
  check(x.dim() == w.dim() || x.dim() == w.dim() - 1, "input should have ", w.dim(), " or ",
        w.dim() - 1, " dimensions, but got ", x.dim());
}

void check_convolution(const Tensor& x, const Tensor& w, const Settings& s, bool biased) {
  check_count("stride", s.stride, w.dim() - 2);
  check_count("padding", s.padding, w.dim() - 2);
  check_count("dilation", s.dilation, w.dim() - 2);
  check_geometry(x, w, s, false);
  const bool batched = x.dim() == w.dim();
  const std::int64_t channels = x.size(batched ? 1 : 0);
  if (w.shape()[0] % s.groups != 0)
    fail(ErrorKind::Runtime, "Given groups=", s.groups, ", expected weight to be divisible by ",
         s.groups, " at dimension 0, but got weight of size ", to_string(w.shape()), " instead");
  if (channels != w.shape()[1] * s.groups) {
    Dims shown = x.shape();
    if (!batched) shown.insert(shown.begin(), 1);
    fail(ErrorKind::Runtime, "Given groups=", s.groups, ", weight of size ", to_string(w.shape()),
         ", expected input", to_string(shown), " to have ", w.shape()[1] * s.groups,
         " channels, but got ", channels, " channels instead");
  }
  if (x.dtype() != w.dtype()) {
    if (biased && s.spatial() > 1)
      fail(ErrorKind::Runtime, "Input type (", cpp_name(x.dtype()), ") and bias type (",
           cpp_name(w.dtype()), ") should be the same");
    fail(ErrorKind::Runtime, "expected scalar type ", scalar_type_name(x.dtype()), " but found ",
         scalar_type_name(w.dtype()));
  }
  IntList padded, kernel;
  bool fits = true;
  for (const auto v : s.dilation)
    check(v > 0, "dilation should be greater than zero, but got ", to_string(s.dilation));
  for (std::size_t i = 0; i < s.stride.size(); ++i) {
    padded.push_back(x.size(static_cast<std::int64_t>(i) - s.spatial()) + 2 * s.padding[i]);
    kernel.push_back(s.dilation[i] * (w.shape()[i + 2] - 1) + 1);
    fits = fits && padded.back() >= kernel.back();
  }
  check(fits, "Calculated padded input size per channel: (", by_x(padded), "). Kernel size: (",
        by_x(kernel), "). Kernel size can't be greater than actual input size");
}

void check_bias(const Tensor& bias, const Tensor& w, std::int64_t channels) {
  if (bias.dim() != 1 || bias.shape()[0] != channels)
    fail(ErrorKind::Runtime, "Given weight of size ", to_string(w.shape()),
         ", expected bias to be 1-dimensional with ", channels, " elements, but got bias of size ",
         to_string(bias.shape()), " instead");
}

// y + bias, along the channels.
Tensor with_bias(const Tensor& y, const Tensor& bias, const Tensor& w, std::int64_t spatial) {
  if (!bias.defined()) return y;
  const std::int64_t channels = y.size(-spatial - 1);
  check_bias(bias, w, channels);
  if (bias.dtype() == y.dtype()) {
    // y is new and nobody else's.
    kernels::add_bias(y, bias, product(Dims(y.shape().end() - spatial, y.shape().end())));
    return y;
  }
  Dims shape(static_cast<std::size_t>(spatial) + 1, 1);
  shape[0] = channels;
  return ops::add(y, ops::reshape(bias, shape));
}

Dims result_shape(const Tensor& x, const Tensor& w, const Settings& s, bool biased = false) {
  check_convolution(x, w, s, biased);
  Dims shape(x.shape().begin(), x.shape().end() - s.spatial());
  shape.back() = w.shape()[0];
  for (std::size_t i = 0; i < s.stride.size(); ++i)
    shape.push_back(kernels::conv_length(x.size(static_cast<std::int64_t>(i) - s.spatial()),
                                         w.shape()[i + 2], s.stride[i], s.padding[i],
                                         s.dilation[i]));
  return shape;
}

// With a bias of x's dtype, or none.
Tensor convolve(const Tensor& x, const Tensor& w, const Tensor& bias, const Settings& s,
                const Tensor& added = {}, const kernels::Activation& activation = {}) {
  const Tensor y = Tensor::empty(result_shape(x, w, s, bias.defined()), x.dtype());
  if (bias.defined()) check_bias(bias, w, w.shape()[0]);
  if (added.defined())
    check(added.shape() == y.shape() && added.dtype() == y.dtype(), "a tensor of shape ",
          to_string(added.shape()), " can't be added to a convolution's result of shape ",
          to_string(y.shape()));
  kernels::conv(as_volume(y, s.spatial()), as_volume(x, s.spatial()), as_volume(w, s.spatial()),
                s.geometry(), bias.defined() ? bias.contiguous_raw() : bias,
                added.defined() ? added.contiguous_raw() : added, activation);
  return y;
}

Tensor input_from(const Tensor& g, const Tensor& w, const Dims& size, const Settings& s) {
  const Tensor dx = Tensor::full(size, 0, g.dtype());
  kernels::conv_input(as_volume(dx, s.spatial()), as_volume(g, s.spatial()),
                      as_volume(w, s.spatial()), s.geometry());
  return dx;
}

Value like(const Dims& d) { return Value(IntList(d.begin(), d.end())); }

// The three operators, called on gradients; the settings are those of `a` from `first` on.
Tensor forward_again(const Tensor& x, const Tensor& w, const Args& a, std::size_t first) {
  return call("convolution", {x, w, Value(), a[first], a[first + 1], a[first + 2], a[first + 3]})
      .get<Tensor>();
}
Tensor input_gradient(const Tensor& g, const Tensor& w, const Value& shape, const Args& a,
                      std::size_t first) {
  return call("convolution_input",
              {g, w, shape, a[first], a[first + 1], a[first + 2], a[first + 3]})
      .get<Tensor>();
}
Tensor weight_gradient(const Tensor& g, const Tensor& x, const Value& shape, const Args& a,
                       std::size_t first) {
  return call("convolution_weight",
              {g, x, shape, a[first], a[first + 1], a[first + 2], a[first + 3]})
      .get<Tensor>();
}

Tensor bias_gradient(const Tensor& g, std::int64_t spatial) {
  IntList dims;
  for (std::int64_t d = 0; d < g.dim(); ++d)
    if (d != g.dim() - spatial - 1) dims.push_back(d);
  return ops::sum(g, dims);
}

// Without a batch dimension PyTorch adds one and drops it again.
std::string node_of(const Values& a) {
  return a[0].get<Tensor>().dim() == a[1].get<Tensor>().dim() ? "ConvolutionBackward0"
                                                              : "SqueezeBackward1";
}

void register_core(Registry& r) {
  const std::string list = "int[] stride, int[] padding, int[] dilation, int groups";
  r.op("convolution(Tensor input, Tensor weight, Tensor? bias, " + list + ") -> Tensor")
      .doc(
          "Convolution of [n, c, ...] or [c, ...] by [o, c/groups, ...]: what conv1d, conv2d and "
          "conv3d are made of.")
      .in(0)
      .node(node_of)
      .forward([](const Args& a) {
        const Settings s = settings(a, 3);
        const Tensor x = a.tensor(0), w = a.tensor(1), bias = a.tensor(2);
        if (!bias.defined() || bias.dtype() == x.dtype()) return convolve(x, w, bias, s);
        check_convolution(x, w, s, true);
        return with_bias(convolve(x, w, {}, s), bias, w, s.spatial());
      })
      .saves({"input", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {c.needs(0) ? input_gradient(g[0], c.tensor(1), like(c.shape(0)), a, 3) : Tensor(),
                c.needs(1) ? weight_gradient(g[0], c.tensor(0), like(c.shape(1)), a, 3) : Tensor(),
                c.needs(2) ? bias_gradient(g[0], static_cast<std::int64_t>(a.ints(3).size()))
                           : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 2, 5, 4}), s.randn({3, 2, 3, 2}), s.randn({3}), IntList{2, 1},
               IntList{1, 0}, IntList{1, 2}, 1});
        s.add({s.randn({4, 3, 3}), s.randn({2, 2, 2, 2}), Value(), IntList{1, 1}, IntList{0, 1},
               IntList{1, 1}, 2});
        s.add({s.randn({1, 2, 3, 2, 3}), s.randn({1, 2, 2, 1, 2}), s.randn({1}), IntList{1, 1, 2},
               IntList{1, 0, 0}, IntList{1, 1, 1}, 1});
      });
  r.op("convolution_input(Tensor grad, Tensor weight, int[] input_size, " + list + ") -> Tensor")
      .doc("Gradient of convolution with respect to its input.")
      .in(0)
      .node("ConvolutionBackwardBackward0")
      .forward([](const Args& a) {
        return input_from(a.tensor(0), a.tensor(1), a.ints(2), settings(a, 3));
      })
      .saves({"grad", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {c.needs(0) ? forward_again(g[0], c.tensor(1), a, 3) : Tensor(),
                c.needs(1) ? weight_gradient(c.tensor(0), g[0], like(c.shape(1)), a, 3) : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 3, 3, 3}), s.randn({3, 2, 2, 2}), IntList{1, 2, 4, 4}, IntList{1, 1},
               IntList{0, 0}, IntList{1, 1}, 1});
      });
  r.op("convolution_weight(Tensor grad, Tensor input, int[] weight_size, " + list + ") -> Tensor")
      .doc("Gradient of convolution with respect to its weight.")
      .in(0)
      .node("ConvolutionBackwardBackward0")
      .forward([](const Args& a) {
        const Settings s = settings(a, 3);
        const Tensor dw = Tensor::empty(a.ints(2), a.tensor(0).dtype());
        kernels::conv_weight(as_volume(dw, s.spatial()), as_volume(a.tensor(0), s.spatial()),
                             as_volume(a.tensor(1), s.spatial()), s.geometry());
        return dw;
      })
      .saves({"grad", "input"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {c.needs(0) ? forward_again(c.tensor(1), g[0], a, 3) : Tensor(),
                c.needs(1) ? input_gradient(c.tensor(0), g[0], like(c.shape(1)), a, 3) : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 3, 3, 3}), s.randn({1, 2, 4, 4}), IntList{3, 2, 2, 2}, IntList{1, 1},
               IntList{0, 0}, IntList{1, 1}, 1});
      });
  r.op("convolution_transposed(Tensor input, Tensor weight, Tensor? bias, " + list +
       ", int[] output_padding) -> Tensor")
      .doc("Transposed convolution of [n, c, ...] or [c, ...] by [c, o/groups, ...].")
      .in(0)
      .node(node_of)
      .forward([](const Args& a) {
        const Settings s = settings(a, 3);
        const Tensor x = a.tensor(0), w = a.tensor(1);
        check_geometry(x, w, s, true);
        if (x.dtype() != w.dtype())
          fail(ErrorKind::Runtime, "expected scalar type ", scalar_type_name(x.dtype()),
               " but found ", scalar_type_name(w.dtype()));
        const bool batched = x.dim() == w.dim();
        if (w.shape()[0] % s.groups != 0)
          fail(ErrorKind::Runtime, "Given groups=", s.groups,
               ", expected weight to be divisible by ", s.groups,
               " at dimension 0, but got weight of size ", to_string(w.shape()), " instead");
        if (x.size(batched ? 1 : 0) != w.shape()[0])
          fail(ErrorKind::Runtime, "Given transposed=1, weight of size ", to_string(w.shape()),
               ", expected input", to_string(x.shape()), " to have ", w.shape()[0],
               " channels, but got ", x.size(batched ? 1 : 0), " channels instead");
        Dims size(x.shape().begin(), x.shape().end() - s.spatial());
        size.back() = w.shape()[1] * s.groups;
        for (std::size_t i = 0; i < s.stride.size(); ++i) {
          if (a.ints(7).at(i) >= std::max(s.stride[i], s.dilation[i]))
            fail(ErrorKind::Runtime,
                 "output padding must be smaller than either stride or dilation, but got ",
                 by_side("output_padding", a.ints(7), kSides, 0), " ",
                 by_side("stride", s.stride, kSides), " ", by_side("dilation", s.dilation, kSides));
          size.push_back((x.size(static_cast<std::int64_t>(i) - s.spatial()) - 1) * s.stride[i] -
                         2 * s.padding[i] + s.dilation[i] * (w.shape()[i + 2] - 1) + a.ints(7)[i] +
                         1);
        }
        return with_bias(input_from(x, w, size, s), a.tensor(2), w, s.spatial());
      })
      .saves({"input", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {c.needs(0) ? forward_again(g[0], c.tensor(1), a, 3) : Tensor(),
                c.needs(1) ? weight_gradient(c.tensor(0), g[0], like(c.shape(1)), a, 3) : Tensor(),
                c.needs(2) ? bias_gradient(g[0], static_cast<std::int64_t>(a.ints(3).size()))
                           : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 2, 2, 3}), s.randn({2, 3, 2, 2}), s.randn({3}), IntList{2, 2},
               IntList{1, 0}, IntList{1, 1}, 1, IntList{1, 0}});
      });
}

void check_rank(const Tensor& x, std::int64_t spatial, const std::string& name) {
  if (!(x.dim() == spatial + 1 || x.dim() == spatial + 2))
    fail(ErrorKind::Runtime, "Expected ", spatial + 1, "D (unbatched) or ", spatial + 2,
         "D (batched) input to ", name, ", but got input of size: ", to_string(x.shape()));
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

void register_rank(Registry& r, std::int64_t spatial) {
  const std::string n = std::to_string(spatial), list = "int[" + n + "] ";
  const std::string conv = "conv" + n + "d", transposed = "conv_transpose" + n + "d";
  const std::string shapes = spatial == 1 ? "l" : spatial == 2 ? "h, w" : "d, h, w";
  r.op(conv + "(Tensor input, Tensor weight, Tensor? bias=None, " + list + "stride=1, " + list +
       "padding=0, " + list + "dilation=1, int groups=1) -> Tensor")
      .doc("Convolution of [n, c, " + shapes +
           "], or of one sample, by [o, c/groups, ...]. torch.nn.functional." + conv)
      .in(kTorch | kFunctional)
      .composite([spatial, conv](const Args& a) {
        check_rank(a.tensor(0), spatial, conv);
        return call("convolution", {a[0], a[1], a[2], a[3], a[4], a[5], a[6]}).get<Tensor>();
      });
  r.op(conv + ".padding(Tensor input, Tensor weight, Tensor? bias=None, " + list +
       "stride=1, str padding='valid', " + list + "dilation=1, int groups=1) -> Tensor")
      .doc(conv + " with padding 'same' or 'valid'. torch.nn.functional." + conv)
      .in(kTorch | kFunctional)
      .composite([spatial, conv](const Args& a) {
        Tensor x = a.tensor(0);
        check_rank(x, spatial, conv);
        IntList padding(a.ints(3).size(), 0);
        if (a.string(4) == "same") {
          for (const auto s : a.ints(3))
            check(s == 1, "padding='same' is not supported for strided convolutions");
          bool even = true;
          for (std::size_t i = 0; i < padding.size(); ++i) {
            const std::int64_t total = a.ints(5)[i] * (a.tensor(1).shape().at(i + 2) - 1);
            even = even && total % 2 == 0;
            padding[i] = total / 2;
          }
          if (!even) {
            x = pad_same(x, a.tensor(1), a.ints(5));
            padding.assign(padding.size(), 0);
          }
        } else if (a.string(4) != "valid") {
          fail(ErrorKind::Runtime, "Invalid padding string: '", a.string(4), "'");
        }
        return call("convolution", {x, a[1], a[2], a[3], padding, a[5], a[6]}).get<Tensor>();
      });
  r.op(transposed + "(Tensor input, Tensor weight, Tensor? bias=None, " + list + "stride=1, " +
       list + "padding=0, " + list + "output_padding=0, int groups=1, " + list +
       "dilation=1) -> Tensor")
      .doc("Transposed convolution of [n, c, " + shapes +
           "], or of one sample, by [c, o/groups, ...]. torch.nn.functional." + transposed)
      .in(kTorch | kFunctional)
      .composite([spatial, transposed](const Args& a) {
        check_rank(a.tensor(0), spatial, transposed);
        return call("convolution_transposed", {a[0], a[1], a[2], a[3], a[4], a[7], a[6], a[5]})
            .get<Tensor>();
      });
}

}  // namespace

void register_conv(Registry& r) {
  register_core(r);
  if constexpr (kTraining)
    for (const std::int64_t n : {1, 2, 3}) register_rank(r, n);
  register_patches(r);
}

namespace ops {

Dims convolution_shape(const Tensor& x, const Tensor& weight, const IntList& stride,
                       const IntList& padding, const IntList& dilation, std::int64_t groups) {
  return result_shape(x, weight, {stride, padding, dilation, groups});
}

Tensor convolution_finished(const Tensor& x, const Tensor& weight, const Tensor& bias,
                            const IntList& stride, const IntList& padding, const IntList& dilation,
                            std::int64_t groups, const Tensor& added,
                            const kernels::Activation& activation) {
  return convolve(x, weight, bias, {stride, padding, dilation, groups}, added, activation);
}

}  // namespace ops
}  // namespace gradbox
