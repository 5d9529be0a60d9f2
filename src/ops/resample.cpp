// Padding and resampling of images: pad, interpolate, grid_sample, pixel_shuffle.
#include <cmath>

#include "ops/families.h"

namespace gradbox {
namespace {

const OpHandle index_select{"index_select"};

Tensor indices(const std::vector<std::int64_t>& v) {
  return Tensor::from_vector<std::int64_t>(v, {static_cast<std::int64_t>(v.size())});
}

// ---- interpolate ----

// How an output position of one dimension is made: out[i] = sum over taps of weight * in[at].
struct Taps {
  std::vector<std::vector<std::int64_t>> at;
  std::vector<std::vector<double>> weight;
};

double cubic_weight(double x) {
  constexpr double kA = -0.75;
  x = std::abs(x);
  if (x <= 1) return ((kA + 2) * x - (kA + 3)) * x * x + 1;
  return x < 2 ? ((kA * x - 5 * kA) * x + 8 * kA) * x - 4 * kA : 0;
}

Taps taps(std::int64_t in, std::int64_t out, double scale_factor, const std::string& mode,
          bool align) {
  Taps t;
  // Ratio of input to output steps, in float as PyTorch has it: which neighbour is nearest hangs on
  // it.
  const bool given = scale_factor > 0;
  const float nearest_scale = given ? static_cast<float>(1.0 / scale_factor)
                                    : static_cast<float>(in) / static_cast<float>(out);
  const double scale =
      align   ? (out > 1 ? static_cast<double>(in - 1) / static_cast<double>(out - 1) : 0)
      : given ? 1 / scale_factor
              : static_cast<double>(in) / static_cast<double>(out);
  const std::int64_t count = mode.rfind("nearest", 0) == 0 ? 1 : mode == "bicubic" ? 4 : 2;
  t.at.resize(static_cast<std::size_t>(count));
  t.weight.resize(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < out; ++i) {
    if (count == 1) {
      const float place = mode == "nearest" ? static_cast<float>(i) * nearest_scale
                                            : (static_cast<float>(i) + 0.5F) * nearest_scale;
      t.at[0].push_back(std::min(static_cast<std::int64_t>(std::floor(place)), in - 1));
      t.weight[0].push_back(1);
      continue;
    }
    double place =
        align ? static_cast<double>(i) * scale : (static_cast<double>(i) + 0.5) * scale - 0.5;
    if (count == 2 && place < 0) place = 0;
    const double low = std::floor(place), part = place - low;
    for (std::int64_t k = 0; k < count; ++k) {
      const std::int64_t offset = count == 2 ? k : k - 1;
      const auto at = static_cast<std::int64_t>(low) + offset;
      t.at[static_cast<std::size_t>(k)].push_back(std::min(std::max<std::int64_t>(at, 0), in - 1));
      t.weight[static_cast<std::size_t>(k)].push_back(
          count == 2 ? (k ? part : 1 - part) : cubic_weight(part - static_cast<double>(offset)));
    }
  }
  return t;
}

Tensor resized(Tensor x, const IntList& size, const FloatList& factors, const std::string& mode,
               bool align) {
  for (std::size_t i = 0; i < size.size(); ++i) {
    const long long d = static_cast<long long>(i) - static_cast<long long>(size.size());
    const Taps t = taps(x.size(d), size[i], factors.empty() ? 0 : factors[i], mode, align);
    Tensor sum;
    for (std::size_t k = 0; k < t.at.size(); ++k) {
      Tensor part = index_select(x, d, indices(t.at[k]));
      if (t.at.size() > 1) {
        Dims shape(static_cast<std::size_t>(-d), 1);
        shape[0] = size[i];
        part = ops::mul(
            part,
            ops::reshape(Tensor::from_vector<double>(t.weight[k], {size[i]}).to_raw(x.dtype()),
                         shape));
      }
      sum = k ? ops::add(sum, part) : part;
    }
    x = sum;
  }
  return x;
}

std::string upsample_name(const Values& a) {
  const std::string rank = std::to_string(a[1].get<IntList>().size()),
                    mode = a[3].get<std::string>();
  const std::string kind = mode == "nearest"         ? "Nearest"
                           : mode == "nearest-exact" ? "NearestExact"
                           : mode == "bicubic"       ? "Bicubic"
                           : rank == "1"             ? "Linear"
                           : rank == "2"             ? "Bilinear"
                                                     : "Trilinear";
  return "Upsample" + kind + rank + "DBackward1";
}

[[noreturn]] void fail_mode(const Tensor& x, const std::string& mode) {
  fail(ErrorKind::NotImplemented, "Input Error: Only 3D, 4D and 5D input Tensors supported (got ",
       x.dim(),
       "D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | "
       "nearest-exact (got ",
       mode, ")");
}

void check_sizes(const Dims& from, const IntList& to, bool area) {
  bool filled = true;
  std::string in, out;
  for (std::size_t i = 0; i < from.size(); ++i) {
    filled = filled && from[i] > 0 && to[i] > 0;
    const char side = "DHW"[3 - from.size() + i];
    in += detail::concat(i ? ", " : "", side, ": ", from[i]);
    out += detail::concat(i ? ", " : "", side, ": ", to[i]);
  }
  if (!filled && !area)
    fail(ErrorKind::Runtime, "Input and output sizes should be greater than 0, but got input (", in,
         from.size() == 1 ? ") and output (" : ") output (", out, ")");
}

void register_interpolate(Registry& r) {
  r.op("upsample(Tensor self, int[] size, float[] scales, str mode, bool align_corners) -> Tensor")
      .doc("The last dimensions resized, one after another: the heart of interpolate.")
      .in(0)
      .node(upsample_name)
      .fused([](const Args& a) {
        return resized(a.tensor(0), a.ints(1), a.floats(2), a.string(3), a.boolean(4));
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 1, 2, 3}), IntList{3, 4}, FloatList{}, "bilinear", false});
      });
  r.op("interpolate(Tensor input, int[1]? size=None, float[1]? scale_factor=None, str "
       "mode='nearest', bool? align_corners=None, "
       "bool? recompute_scale_factor=None, bool antialias=False) -> Tensor")
      .doc(
          "Resizes [n, c, ...] with one to three spatial dimensions: nearest, nearest-exact, "
          "linear, bilinear, trilinear, bicubic, area. "
          "torch.nn.functional.interpolate")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0);
        const std::string& mode = a.string(3);
        if (x.dim() < 3 || x.dim() > 5) fail_mode(x, mode);
        const auto spatial = static_cast<std::size_t>(x.dim() - 2);
        const bool plain = mode == "nearest" || mode == "nearest-exact" || mode == "area";
        const char* by_rank[] = {"linear", "bilinear", "trilinear"};
        if (a.has(4) && plain)
          fail(ErrorKind::Value,
               "align_corners option can only be set with the interpolating modes: linear | "
               "bilinear | bicubic | trilinear");
        const bool known =
            mode == "linear" || mode == "bilinear" || mode == "trilinear" || mode == "bicubic";
        if (!plain && !known) fail_mode(x, mode);
        if (!plain && mode != by_rank[spatial - 1] && !(mode == "bicubic" && spatial == 2))
          fail(ErrorKind::NotImplemented, "Got ", x.dim(), "D input, but ", mode, " mode needs ",
               mode == "linear"      ? "3"
               : mode == "trilinear" ? "5"
                                     : "4",
               "D input");
        if (a.boolean(6))
          fail(ErrorKind::NotImplemented, "interpolate: antialias=True is not supported");
        if (a.has(1) && a.has(2))
          fail(ErrorKind::Value, "only one of size or scale_factor should be defined");
        if (!a.has(1) && !a.has(2))
          fail(ErrorKind::Value, "either size or scale_factor should be defined");
        IntList size;
        FloatList factors;
        if (a.has(1)) {
          size = a.ints(1).size() == 1 ? IntList(spatial, a.ints(1)[0]) : a.ints(1);
        } else {
          factors = a.floats(2).size() == 1 ? FloatList(spatial, a.floats(2)[0]) : a.floats(2);
          for (std::size_t i = 0; i < factors.size() && i < spatial; ++i)
            size.push_back(static_cast<std::int64_t>(std::floor(
                static_cast<double>(x.size(static_cast<std::int64_t>(i) + 2)) * factors[i])));
          if (a.has(5) && a.boolean(5)) factors.clear();
        }
        if (!a.has(1) && a.floats(2).size() != 1 && a.floats(2).size() != spatial)
          fail(ErrorKind::Value,
               "Input and scale_factor must have the same number of spatial dimensions, but got "
               "input with spatial dimensions of ",
               to_string(Dims(x.shape().begin() + 2, x.shape().end())), " and ", a.floats(2).size(),
               " scale factors. Please provide input tensor in (N, C, d1, d2, ...,dK) format and "
               "scale_factor in (s1, s2, ...,sK) format.");
        if (size.size() != spatial)
          fail(ErrorKind::Value,
               "Input and output must have the same number of spatial dimensions, but got input "
               "with spatial dimensions of ",
               to_string(Dims(x.shape().begin() + 2, x.shape().end())), " and output size of ",
               tuple_text(size),
               ". Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in "
               "(o1, o2, ...,oK) format.");
        check_sizes(Dims(x.shape().begin() + 2, x.shape().end()), size, mode == "area");
        if (mode == "area")
          return call("adaptive_avg_pool" + std::to_string(spatial) + "d", {x, size}).get<Tensor>();
        return call("upsample", {x, size, factors, mode, a.has(4) && a.boolean(4)}).get<Tensor>();
      })
      .onnx("Resize");
}

// ---- grid_sample ----

// A coordinate of the grid, -1 to 1, as a place among `size` elements, kept inside by the padding.
Tensor grid_place(const Tensor& g, std::int64_t size, const std::string& padding, bool align) {
  const auto n = static_cast<double>(size);
  Tensor x = ops::add(g, 1);
  // PyTorch rounds the product and the difference once: which pixels a place lies between depends
  // on it.
  if (align) x = ops::mul(x, (n - 1) / 2);
  else x = ops::to(ops::sub(ops::mul(ops::to(x, DType::Float64), n / 2), 0.5), g.dtype());
  if (padding == "reflection") {
    const double low = align ? 0 : -0.5, span = align ? n - 1 : n;
    if (span == 0) {
      x = ops::mul(x, 0);
    } else {
      x = ops::abs(ops::sub(x, low));
      const Tensor flips = call("floor", {ops::div(x.detach(), span)}).get<Tensor>();
      const Tensor extra = ops::sub(x, ops::mul(flips, span));
      const Tensor even = ops::eq(call("remainder", {flips, 2}), 0);
      x = ops::where(even, ops::add(extra, low), ops::sub(span + low, extra));
    }
  }
  return padding == "zeros" ? x : ops::clamp(x, 0, n - 1);
}

// x[n, c, row, column] for [n, h, w] rows and columns; 0 outside.
Tensor pixels(const Tensor& x, const Tensor& row, const Tensor& column) {
  const std::int64_t n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  const auto within = [](const Tensor& v, std::int64_t size) {
    return ops::logical_and(ops::ge(v, 0), ops::lt(v, static_cast<double>(size)));
  };
  const Tensor inside = ops::logical_and(within(row, h), within(column, w));
  const Tensor at =
      ops::add(ops::mul(ops::clamp(row, 0, static_cast<double>(h - 1)), static_cast<double>(w)),
               ops::clamp(column, 0, static_cast<double>(w - 1)));
  const Tensor flat = ops::to(ops::reshape(at, Dims{n, 1, -1}), DType::Int64);
  const Tensor values = ops::gather(ops::reshape(x, Dims{n, c, h * w}), 2,
                                    ops::expand(flat, Dims{n, c, flat.size(2)}));
  const Tensor shaped = ops::reshape(values, Dims{n, c, row.size(1), row.size(2)});
  return ops::masked_fill(shaped, ops::logical_not(ops::unsqueeze(inside, 1)), 0.0);
}

Tensor grid_sample(const Args& a) {
  const Tensor x = a.tensor(0), grid = a.tensor(1);
  const std::string &mode = a.string(2), &padding = a.string(3);
  const bool align = a.has(4) && a.boolean(4);
  if (mode == "bicubic" || x.dim() == 5)
    fail(ErrorKind::NotImplemented,
         "grid_sample: only 4D input with mode 'bilinear' or 'nearest' is supported");
  if (mode != "bilinear" && mode != "nearest")
    fail(ErrorKind::Value,
         "nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but "
         "got: '",
         mode, "'");
  if (padding != "zeros" && padding != "border" && padding != "reflection")
    fail(ErrorKind::Value,
         "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or "
         "'reflection', but got: '",
         padding, "'");
  if (grid.dim() == x.dim() && grid.size(0) == x.size(0) && grid.size(-1) != x.dim() - 2)
    fail(ErrorKind::Runtime, "grid_sampler(): expected grid to have size ", x.dim() - 2,
         " in last dimension, but got grid with sizes ", to_string(grid.shape()));
  check(
      x.dim() == 4 && grid.dim() == 4 && grid.size(0) == x.size(0),
      "grid_sampler(): expected grid and input to have same batch size, but got input with sizes ",
      to_string(x.shape()), " and grid with sizes ", to_string(grid.shape()));
  const Tensor column = grid_place(ops::select(grid, -1, 0), x.size(3), padding, align);
  const Tensor row = grid_place(ops::select(grid, -1, 1), x.size(2), padding, align);
  if (mode == "nearest")
    return pixels(x, call("round", {row.detach()}).get<Tensor>(),
                  call("round", {column.detach()}).get<Tensor>());
  const Tensor top = call("floor", {row.detach()}).get<Tensor>(),
               left = call("floor", {column.detach()}).get<Tensor>();
  const Tensor down = ops::sub(row, top), right = ops::sub(column, left);
  Tensor sum;
  for (const int i : {0, 1})
    for (const int j : {0, 1}) {
      const Tensor weight = ops::mul(i ? down : ops::sub(1, down), j ? right : ops::sub(1, right));
      const Tensor part =
          ops::mul(pixels(x, ops::add(top, i), ops::add(left, j)), ops::unsqueeze(weight, 1));
      sum = sum.defined() ? ops::add(sum, part) : part;
    }
  return sum;
}

void register_grids(Registry& r) {
  r.op("grid_sample(Tensor input, Tensor grid, str mode='bilinear', str padding_mode='zeros', "
       "bool? align_corners=None) -> Tensor")
      .doc(
          "Pixels of [n, c, h, w] at the places that grid [n, oh, ow, 2] names, from -1 to 1. "
          "torch.nn.functional.grid_sample")
      .in(kFunctional)
      .node("GridSampler2DBackward0")
      .fused(grid_sample)
      .samples([](Samples& s) {
        s.add({s.randn({1, 2, 3, 3}), s.uniform({1, 2, 2, 2}, -0.55, -0.45)});
      });
  r.op("affine_grid(Tensor theta, int[] size, bool? align_corners=None) -> Tensor")
      .doc(
          "The grid for grid_sample of an affine map theta [n, 2, 3] of an image of size [n, c, h, "
          "w]. torch.nn.functional.affine_grid")
      .in(kFunctional)
      .node("AffineGridGeneratorBackward0")
      .fused([](const Args& a) {
        const Tensor theta = a.tensor(0);
        const IntList& size = a.ints(1);
        if (size.size() != 4 && size.size() != 5)
          fail(ErrorKind::NotImplemented,
               "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, "
               "respectively. Got size ",
               tuple_text(size), ".");
        check(size.size() == 4 && theta.dim() == 3 && theta.size(1) == 2 && theta.size(2) == 3,
              "Expected a batch of 2D affine matrices of shape Nx2x3 for size ", to_string(size),
              ". Got ", to_string(theta.shape()), ".");
        const auto line = [&](std::int64_t n) {
          if (n <= 1) return Tensor::full({1}, 0, theta.dtype());
          const Tensor t = call("linspace", {-1, 1, n}, {{"dtype", theta.dtype()}}).get<Tensor>();
          return a.has(2) && a.boolean(2) ? t : ops::div(ops::mul(t, n - 1), n);
        };
        const Dims plane{size[2], size[3]};
        const Tensor x = ops::expand(line(size[3]), plane),
                     y = ops::expand(ops::unsqueeze(line(size[2]), 1), plane);
        const Tensor base =
            ops::reshape(ops::stack(TensorList{x, y, Tensor::full(plane, 1, theta.dtype())}, -1),
                         Dims{1, -1, 3});
        return ops::reshape(ops::matmul(base, ops::transpose(theta, 1, 2)),
                            Dims{size[0], size[2], size[3], 2});
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 2, 3}), IntList{1, 1, 2, 3}});
      });
}

// ---- shuffling of channels ----

Dims leading(const Tensor& x, std::initializer_list<std::int64_t> last) {
  Dims shape(x.shape().begin(), x.shape().end() - 3);
  shape.insert(shape.end(), last);
  return shape;
}

// The last `n` dimensions in another order, counted from the first of them.
Tensor permuted_tail(const Tensor& x, const IntList& order) {
  IntList dims;
  const auto lead = x.dim() - static_cast<std::int64_t>(order.size());
  for (std::int64_t d = 0; d < lead; ++d) dims.push_back(d);
  for (const auto d : order) dims.push_back(lead + d);
  return ops::permute(x, dims);
}

void register_shuffles(Registry& r) {
  r.op("pixel_shuffle(Tensor self, int upscale_factor) -> Tensor")
      .doc("[..., c r^2, h, w] to [..., c, h r, w r]. torch.nn.functional.pixel_shuffle")
      .in(kTorch | kFunctional)
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        const std::int64_t f = a.integer(1);
        check(x.dim() >= 3,
              "pixel_shuffle expects input to have at least 3 dimensions, but got input with ",
              x.dim(), " dimension(s)");
        check(f > 0, "pixel_shuffle expects a positive upscale_factor, but got ", f);
        const std::int64_t c = x.size(-3), h = x.size(-2), w = x.size(-1);
        check(c % (f * f) == 0,
              "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square "
              "of upscale_factor, but input.size(-3)=",
              c, " is not divisible by ", f * f);
        const Tensor split = ops::reshape(x, leading(x, {c / (f * f), f, f, h, w}));
        return ops::reshape(permuted_tail(split, {0, 3, 1, 4, 2}),
                            leading(x, {c / (f * f), h * f, w * f}));
      })
      .onnx("DepthToSpace")
      .samples([](Samples& s) {
        s.add({s.randn({1, 4, 2, 1}), 2});
      });
  r.op("pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor")
      .doc("[..., c, h r, w r] to [..., c r^2, h, w]. torch.nn.functional.pixel_unshuffle")
      .in(kTorch | kFunctional)
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        const std::int64_t f = a.integer(1);
        check(x.dim() >= 3,
              "pixel_unshuffle expects input to have at least 3 dimensions, but got input with ",
              x.dim(), " dimension(s)");
        const std::int64_t c = x.size(-3), h = x.size(-2), w = x.size(-1);
        check(f > 0, "pixel_unshuffle expects a positive downscale_factor, but got ", f);
        check(h % f == 0,
              "pixel_unshuffle expects height to be divisible by downscale_factor, but "
              "input.size(-2)=",
              h, " is not divisible by ", f);
        check(w % f == 0,
              "pixel_unshuffle expects width to be divisible by downscale_factor, but "
              "input.size(-1)=",
              w, " is not divisible by ", f);
        const Tensor split = ops::reshape(x, leading(x, {c, h / f, f, w / f, f}));
        return ops::reshape(permuted_tail(split, {0, 2, 4, 1, 3}),
                            leading(x, {c * f * f, h / f, w / f}));
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 1, 4, 2}), 2});
      });
  r.op("channel_shuffle(Tensor self, int groups) -> Tensor")
      .doc("Channels of [n, c, ...] dealt out among groups. torch.nn.functional.channel_shuffle")
      .in(kTorch | kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0);
        const std::int64_t g = a.integer(1);
        check(x.dim() > 2, "channel_shuffle expects input with > 2 dims, but got input with sizes ",
              to_string(x.shape()));
        check(g > 0,
              "Number of groups to divide channels in must be positive. Value of groups:", g);
        check(x.size(1) % g == 0, "Number of channels must be divisible by groups. Got ", x.size(1),
              " channels and ", g, " groups.");
        const Tensor split = ops::reshape(x, Dims{x.size(0), g, x.size(1) / g, -1});
        return ops::reshape(ops::transpose(split, 1, 2), x.shape());
      });
}

}  // namespace

void register_resample(Registry& r) {
  register_interpolate(r);
  register_grids(r);
  register_shuffles(r);
}

}  // namespace gradbox
