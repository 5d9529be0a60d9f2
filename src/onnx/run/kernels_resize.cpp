// Resize and Upsample: every coordinate transformation, nearest, linear and cubic, antialiased or
// not. One dimension after the other: each output position is a weighted sum of a few inputs.
#include <algorithm>
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

struct Settings {
  std::string mode = "nearest", coordinates = "asymmetric", nearest = "floor";
  double cubic = -0.75, extrapolation = 0;
  bool exclude_outside = false, antialias = false;
};

// One dimension to be resized.
struct Axis {
  std::int64_t d, in, out;
  double scale, start = 0, end = 1;  // of the region of interest
};

// Where output i lies in the input. In single precision, as everywhere: which pixel is nearest may
// depend on it.
float raw_source(const Settings& s, const Axis& a, std::int64_t i) {
  const auto x = static_cast<float>(i), in = static_cast<float>(a.in),
             scale = static_cast<float>(a.scale);
  const float out = scale * in;  // not a whole number, if the scale isn't
  if (s.coordinates == "asymmetric") return x / scale;
  if (s.coordinates == "align_corners") return a.out > 1 ? x * (in - 1) / (out - 1) : 0;
  if (s.coordinates == "tf_half_pixel_for_nn") return (x + 0.5F) / scale;
  if (s.coordinates == "tf_crop_and_resize") {
    const auto start = static_cast<float>(a.start), end = static_cast<float>(a.end);
    return a.out > 1 ? start * (in - 1) + x * (end - start) * (in - 1) / (out - 1)
                     : 0.5F * (start + end) * (in - 1);
  }
  if (s.coordinates == "pytorch_half_pixel" && a.out <= 1) return 0;
  float offset = 0;
  if (s.coordinates == "half_pixel_symmetric")
    offset = in / 2 * (1 - static_cast<float>(a.out) / out);
  return offset + (x + 0.5F) / scale - 0.5F;
}

// Places beyond all inputs, or that are no number, are as good as any that is far outside.
float source(const Settings& s, const Axis& a, std::int64_t i) {
  const float x = raw_source(s, a, i);
  return std::isnan(x) ? -1e12F : std::min(std::max(x, -1e12F), 1e12F);
}

std::int64_t nearest(const std::string& how, float x) {
  if (how == "floor") return static_cast<std::int64_t>(std::floor(x));
  if (how == "ceil") return static_cast<std::int64_t>(std::ceil(x));
  if (how == "round_prefer_ceil") return static_cast<std::int64_t>(std::floor(x + 0.5F));
  return static_cast<std::int64_t>(std::ceil(x - 0.5F));
}

double cubic(double a, double x) {
  x = std::fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

// For each tap, which input every output position takes and with what weight.
struct Taps {
  std::vector<IntList> at;
  std::vector<FloatList> weight;
};

Taps taps_of(const Settings& s, const Axis& a) {
  const double shrink = s.antialias ? std::min(a.scale, 1.0) : 1;
  const bool linear = s.mode == "linear";
  check(shrink > 1e-5, "a scale is too small");
  // Taps from floor(x) + first to floor(x) + 1 - first.
  const std::int64_t first = static_cast<std::int64_t>(std::floor((linear ? -1 : -2) / shrink)) + 1,
                     count = 2 - 2 * first;
  Taps t{std::vector<IntList>(static_cast<std::size_t>(count)),
         std::vector<FloatList>(static_cast<std::size_t>(count))};
  for (std::int64_t i = 0; i < a.out; ++i) {
    const double x = source(s, a, i), low = std::floor(x);
    double sum = 0;
    for (std::size_t k = 0; k < t.at.size(); ++k) {
      const std::int64_t at = static_cast<std::int64_t>(low) + first + static_cast<std::int64_t>(k);
      const double away = (static_cast<double>(at) - x) * shrink;
      double w = linear ? std::max(1 - std::fabs(away), 0.0) : cubic(s.cubic, away);
      if (s.exclude_outside && (at < 0 || at >= a.in)) w = 0;
      sum += w;
      t.at[k].push_back(std::min(std::max<std::int64_t>(at, 0), a.in - 1));
      t.weight[k].push_back(w);
    }
    if ((s.exclude_outside || s.antialias) && sum != 0)
      for (auto& list : t.weight) list.back() /= sum;
  }
  return t;
}

Tensor resized(const Tensor& x, const Settings& s, const Axis& a) {
  if (s.mode == "nearest") {
    IntList at;
    for (std::int64_t i = 0; i < a.out; ++i)
      at.push_back(
          std::min(std::max<std::int64_t>(nearest(s.nearest, source(s, a, i)), 0), a.in - 1));
    return ops::index_select(x, a.d, int_tensor(at));
  }
  const Taps t = taps_of(s, a);
  Dims shape(static_cast<std::size_t>(x.dim() - a.d), 1);
  shape[0] = a.out;
  Tensor sum;
  for (std::size_t k = 0; k < t.at.size(); ++k) {
    const Tensor part = ops::mul(ops::index_select(x, a.d, int_tensor(t.at[k])),
                                 float_tensor(t.weight[k], shape, x.dtype()));
    sum = k ? ops::add(sum, part) : part;
  }
  return sum;
}

// Positions that lie outside the input along some axis get the extrapolation value.
Tensor extrapolated(Tensor y, const Settings& s, const std::vector<Axis>& axes) {
  for (const Axis& a : axes) {
    Dims shape(static_cast<std::size_t>(y.dim() - a.d), 1);
    shape[0] = a.out;
    const Tensor outside = Tensor::empty(shape, DType::Bool);
    for (std::int64_t i = 0; i < a.out; ++i) {
      const double x = source(s, a, i);
      outside.data<bool>()[i] = x < 0 || x > static_cast<double>(a.in - 1);
    }
    y = ops::masked_fill(y, outside, s.extrapolation);
  }
  return y;
}

Tensor resized(NodeRun& r, Tensor x, const Settings& s, const std::vector<Axis>& axes) {
  const DType dtype = x.dtype();
  for (const Axis& a : axes) {
    if (a.out < 0 || (a.out > 0 && a.in == 0) || !(a.scale > 0))
      r.fail("can't resize " + std::to_string(a.in) + " elements to " + std::to_string(a.out));
    // The lists of places, and of weights, and what becomes of them.
    const double taps = s.mode == "nearest" ? 1 : 4 / (s.antialias ? std::min(a.scale, 1.0) : 1);
    check_room(r, static_cast<double>(a.out) * taps, 16);
    spend(r, static_cast<double>(x.numel() / std::max<std::int64_t>(a.in, 1)) *
                 static_cast<double>(a.out) * taps);
    if (a.scale == 1 && a.in == a.out && s.coordinates[0] != 't') continue;
    x = resized(s.mode == "nearest" ? x : as_float(x), s, a);
  }
  if (s.coordinates == "tf_crop_and_resize") x = extrapolated(x, s, axes);
  return as(x, dtype);
}

std::vector<Axis> scaled(NodeRun& r, const Tensor& x, const IntList& dims,
                         const FloatList& scales) {
  if (scales.size() != dims.size()) r.fail("needs one scale an axis");
  std::vector<Axis> axes;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::int64_t in = x.size(dims[i]);
    const float out = static_cast<float>(in) * static_cast<float>(scales[i]);
    if (!(out >= 0 && out < 1e9F)) r.fail("a scale is out of range");
    axes.push_back({dims[i], in, static_cast<std::int64_t>(std::floor(out)), scales[i]});
  }
  return axes;
}

std::vector<Axis> sized(NodeRun& r, const Tensor& x, const IntList& dims, const IntList& sizes) {
  if (sizes.size() != dims.size()) r.fail("needs one size an axis");
  const std::string policy =
      word(r, "keep_aspect_ratio_policy", "stretch", {"stretch", "not_larger", "not_smaller"});
  std::vector<Axis> axes;
  double common = 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::int64_t in = x.size(dims[i]);
    const double scale =
        static_cast<double>(sizes[i]) / static_cast<double>(std::max<std::int64_t>(in, 1));
    axes.push_back({dims[i], in, sizes[i], scale});
    const bool better = policy == "not_larger" ? scale < common : scale > common;
    if (i == 0 || better) common = scale;
  }
  if (policy != "stretch")
    for (Axis& a : axes) {
      a.scale = common;
      a.out = whole(r, std::floor(common * static_cast<double>(a.in) + 0.5), "a size");
    }
  return axes;
}

IntList all_axes(const Tensor& x) {
  IntList dims;
  for (std::int64_t d = 0; d < x.dim(); ++d) dims.push_back(d);
  return dims;
}

void resize(NodeRun& r) {
  const Tensor& x = r.in();
  Settings s;
  s.mode = word(r, "mode", "nearest", {"nearest", "linear", "cubic"});
  if (r.opset() < 11)
    return r.give(resized(r, x, s, scaled(r, x, all_axes(x), r.in(1).to_vector())));
  s.coordinates = word(r, "coordinate_transformation_mode", "half_pixel",
                       {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                        "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"});
  s.nearest = word(r, "nearest_mode", "round_prefer_floor",
                   {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
  s.cubic = r.attr("cubic_coeff_a", -0.75);
  s.extrapolation = r.attr("extrapolation_value", 0.0);
  s.exclude_outside = r.attr("exclude_outside", std::int64_t{0}) != 0;
  s.antialias = r.attr("antialias", std::int64_t{0}) != 0;
  IntList dims = wrap_axes(r, r.attr_ints("axes"), x.dim());
  if (dims.empty()) dims = all_axes(x);
  const bool by_scale = r.has(2) && r.in(2).numel() > 0;
  if (!by_scale && !r.has(3)) r.fail("needs scales or sizes");
  std::vector<Axis> axes =
      by_scale ? scaled(r, x, dims, r.in(2).to_vector()) : sized(r, x, dims, r.ints(3));
  if (s.coordinates == "tf_crop_and_resize") {
    const FloatList roi = r.has(1) ? r.in(1).to_vector() : FloatList{};
    if (roi.size() != 2 * axes.size()) r.fail("tf_crop_and_resize needs roi, two numbers an axis");
    for (std::size_t i = 0; i < axes.size(); ++i) {
      axes[i].start = roi[i];
      axes[i].end = roi[i + axes.size()];
    }
  }
  r.give(resized(r, x, s, axes));
}

void upsample(NodeRun& r) {
  const Tensor& x = r.in();
  Settings s;
  s.mode = word(r, "mode", "nearest", {"nearest", "linear", "bilinear"});
  if (s.mode == "bilinear") s.mode = "linear";
  FloatList scales;
  if (r.opset() >= 9) scales = r.in(1).to_vector();
  else if (r.has_attribute("scales")) scales = r.attr_floats("scales");
  else scales = {1, 1, r.attr("height_scale", 1.0), r.attr("width_scale", 1.0)};
  r.give(resized(r, x, s, scaled(r, x, all_axes(x), scales)));
}

const KernelRow kRows[] = {{"Resize", 10, resize}, {"Upsample", 1, upsample}};

}  // namespace

void add_resize_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
