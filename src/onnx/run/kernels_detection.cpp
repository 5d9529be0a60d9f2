// Regions and boxes: RoiAlign, MaxRoiPool, NonMaxSuppression. Computed on raw numbers, without
// gradient.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// Between the four pixels around (y, x); 0 more than a pixel outside.
double interpolated(const double* plane, std::int64_t height, std::int64_t width, double y,
                    double x) {
  if (y < -1 || y > static_cast<double>(height) || x < -1 || x > static_cast<double>(width))
    return 0;
  y = std::min(std::max(y, 0.0), static_cast<double>(height - 1));
  x = std::min(std::max(x, 0.0), static_cast<double>(width - 1));
  const auto top = static_cast<std::int64_t>(y), left = static_cast<std::int64_t>(x);
  const std::int64_t bottom = std::min(top + 1, height - 1), right = std::min(left + 1, width - 1);
  const double down = y - static_cast<double>(top), across = x - static_cast<double>(left);
  return (1 - down) *
             ((1 - across) * plane[top * width + left] + across * plane[top * width + right]) +
         down *
             ((1 - across) * plane[bottom * width + left] + across * plane[bottom * width + right]);
}

// What a kernel here may give: a few attributes ask for any number of elements.
constexpr double kMostElements = 1 << 26;

void check_image(NodeRun& r, const Tensor& x) {
  if (x.dim() != 4 || x.size(2) < 1 || x.size(3) < 1) r.fail("the input must be images");
}

void roi_align(NodeRun& r) {
  const Tensor& x = r.in();
  check_image(r, x);
  const std::int64_t channels = x.size(1), height = x.size(2), width = x.size(3);
  const std::int64_t out_h = r.attr("output_height", std::int64_t{1}),
                     out_w = r.attr("output_width", std::int64_t{1}),
                     ratio = r.attr("sampling_ratio", std::int64_t{0});
  const double scale = r.attr("spatial_scale", 1.0);
  const bool mean = word(r, "mode", "avg", {"avg", "max"}) == "avg";
  const bool half =
      word(r, "coordinate_transformation_mode", r.opset() < 16 ? "output_half_pixel" : "half_pixel",
           {"half_pixel", "output_half_pixel"}) == "half_pixel";
  const FloatList pixels = x.to_vector(), rois = r.in(1).to_vector();
  const IntList batch = r.ints(2);
  if (rois.size() != 4 * batch.size()) r.fail("rois must be [count, 4], batch_indices [count]");
  const auto fits = [](double v, double most) { return v >= 0 && v <= most; };  // NaN doesn't
  if (!fits(static_cast<double>(ratio), 1000) || !fits(static_cast<double>(out_h), 1e5) ||
      !fits(static_cast<double>(out_w), 1e5))
    r.fail("sizes are out of range");
  if (static_cast<double>(batch.size()) * static_cast<double>(channels * out_h * out_w) >
      kMostElements)
    r.fail("the result is too large");
  FloatList out;
  for (std::size_t k = 0; k < batch.size(); ++k) {
    if (batch[k] < 0 || batch[k] >= x.size(0)) r.fail("a batch index is out of range");
    const double shift = half ? 0.5 : 0, *roi = rois.data() + 4 * k;
    const double left = roi[0] * scale - shift, top = roi[1] * scale - shift;
    double w = roi[2] * scale - shift - left, h = roi[3] * scale - shift - top;
    if (!half) {
      w = std::max(w, 1.0);
      h = std::max(h, 1.0);
    }
    const double bin_h = h / static_cast<double>(out_h), bin_w = w / static_cast<double>(out_w);
    if (std::fabs(bin_h) * std::fabs(bin_w) > 1e6 || !(std::fabs(bin_h) < 1e6) ||
        !(std::fabs(bin_w) < 1e6))
      r.fail("a region is too large");
    const std::int64_t ny = ratio > 0 ? ratio : static_cast<std::int64_t>(std::ceil(bin_h)),
                       nx = ratio > 0 ? ratio : static_cast<std::int64_t>(std::ceil(bin_w));
    spend(r, static_cast<double>(channels * out_h * out_w) * static_cast<double>(nx * ny));
    for (std::int64_t c = 0; c < channels; ++c) {
      const double* plane =
          pixels.data() + static_cast<std::size_t>((batch[k] * channels + c) * height * width);
      for (std::int64_t i = 0; i < out_h; ++i)
        for (std::int64_t j = 0; j < out_w; ++j) {
          double sum = 0, most = -HUGE_VAL;
          for (std::int64_t a = 0; a < ny; ++a)
            for (std::int64_t b = 0; b < nx; ++b) {
              const double y = top + (static_cast<double>(i) +
                                      (static_cast<double>(a) + 0.5) / static_cast<double>(ny)) *
                                         bin_h;
              const double z = left + (static_cast<double>(j) +
                                       (static_cast<double>(b) + 0.5) / static_cast<double>(nx)) *
                                          bin_w;
              const double v = interpolated(plane, height, width, y, z);
              sum += v;
              most = std::max(most, v);
            }
          const auto n = static_cast<double>(std::max<std::int64_t>(ny * nx, 1));
          out.push_back(mean ? sum / n : ny * nx > 0 ? most : 0);
        }
    }
  }
  r.give(float_tensor(out, {static_cast<std::int64_t>(batch.size()), channels, out_h, out_w},
                      x.dtype()));
}

void max_roi_pool(NodeRun& r) {
  const Tensor &x = r.in(), &regions = r.in(1);
  check_image(r, x);
  const IntList size = r.attr_ints("pooled_shape");
  const double scale = r.attr("spatial_scale", 1.0);
  const std::int64_t channels = x.size(1), height = x.size(2), width = x.size(3);
  if (size.size() != 2 || regions.dim() != 2 || regions.size(1) != 5)
    r.fail("pooled_shape must have two elements, rois five a region");
  const FloatList pixels = x.to_vector(), rois = regions.to_vector();
  for (const double v : rois)
    if (!(std::fabs(v * scale) < 1e6) || !(std::fabs(v) < 1e9)) r.fail("a region is too large");
  if (size[0] < 0 || size[1] < 0 ||
      static_cast<double>(regions.size(0)) * static_cast<double>(channels) *
              static_cast<double>(size[0]) * static_cast<double>(size[1]) >
          kMostElements)
    r.fail("the result is too large");
  FloatList out;
  for (std::int64_t k = 0; k < regions.size(0); ++k) {
    const double* roi = rois.data() + 5 * k;
    const auto edge = [&](int i) { return static_cast<std::int64_t>(std::round(roi[i] * scale)); };
    const auto image = static_cast<std::int64_t>(roi[0]);
    if (image < 0 || image >= x.size(0)) r.fail("a batch index is out of range");
    const std::int64_t left = edge(1), top = edge(2),
                       w = std::max<std::int64_t>(edge(3) - left + 1, 1),
                       h = std::max<std::int64_t>(edge(4) - top + 1, 1);
    // The span of bin i of n over a length that starts at `from`, within [0, limit).
    const auto span = [](std::int64_t i, std::int64_t n, std::int64_t length, std::int64_t from,
                         std::int64_t limit) {
      const double bin = static_cast<double>(length) / static_cast<double>(n);
      const auto clip = [&](double v) {
        return std::min(std::max(static_cast<std::int64_t>(v) + from, std::int64_t{0}), limit);
      };
      return std::pair<std::int64_t, std::int64_t>{
          clip(std::floor(static_cast<double>(i) * bin)),
          clip(std::ceil(static_cast<double>(i + 1) * bin))};
    };
    for (std::int64_t c = 0; c < channels; ++c)
      for (std::int64_t i = 0; i < size[0]; ++i)
        for (std::int64_t j = 0; j < size[1]; ++j) {
          const auto ys = span(i, size[0], h, top, height), xs = span(j, size[1], w, left, width);
          spend(r, static_cast<double>((ys.second - ys.first) * (xs.second - xs.first)));
          double most = -HUGE_VAL;
          for (std::int64_t y = ys.first; y < ys.second; ++y)
            for (std::int64_t z = xs.first; z < xs.second; ++z)
              most = std::max(most, pixels[static_cast<std::size_t>(
                                        ((image * channels + c) * height + y) * width + z)]);
          out.push_back(std::isinf(most) ? 0 : most);
        }
  }
  r.give(float_tensor(out, {regions.size(0), channels, size[0], size[1]}, x.dtype()));
}

struct Box {
  double top, left, bottom, right;
  double area() const { return (bottom - top) * (right - left); }
};

// b: [y1, x1, y2, x2] of any two corners, or [x, y, width, height] around the centre.
Box box_of(const double* b, bool centre) {
  if (centre) return {b[1] - b[3] / 2, b[0] - b[2] / 2, b[1] + b[3] / 2, b[0] + b[2] / 2};
  return {std::min(b[0], b[2]), std::min(b[1], b[3]), std::max(b[0], b[2]), std::max(b[1], b[3])};
}

double overlap(const Box& a, const Box& b) {
  const double h = std::min(a.bottom, b.bottom) - std::max(a.top, b.top),
               w = std::min(a.right, b.right) - std::max(a.left, b.left);
  if (h <= 0 || w <= 0) return 0;
  const double both = h * w, all = a.area() + b.area() - both;
  return all > 0 ? both / all : 0;
}

void non_max_suppression(NodeRun& r) {
  const Tensor &boxes = r.in(0), &scores = r.in(1);
  if (boxes.dim() != 3 || scores.dim() != 3 || boxes.size(2) != 4 ||
      scores.size(2) != boxes.size(1) || scores.size(0) != boxes.size(0))
    r.fail("boxes must be [batches, n, 4], scores [batches, classes, n]");
  const std::int64_t limit = r.has(2) ? r.integer(2) : 0, n = boxes.size(1);
  const double threshold = r.has(3) ? r.number(3) : 0, least = r.has(4) ? r.number(4) : -HUGE_VAL;
  const bool centre = r.attr("center_point_box", std::int64_t{0}) != 0;
  const FloatList corners = boxes.to_vector(), points = scores.to_vector();
  IntList out;
  for (std::int64_t b = 0; b < scores.size(0); ++b)
    for (std::int64_t c = 0; c < scores.size(1); ++c) {
      const double* score = points.data() + (b * scores.size(1) + c) * n;
      IntList order;
      for (std::int64_t i = 0; i < n; ++i)
        if (score[i] > least) order.push_back(i);
      std::stable_sort(order.begin(), order.end(),
                       [&](std::int64_t i, std::int64_t j) { return score[i] > score[j]; });
      std::vector<Box> kept;
      for (const auto i : order) {
        spend(r, static_cast<double>(kept.size()));
        if (static_cast<std::int64_t>(kept.size()) >= limit) break;
        const Box box = box_of(corners.data() + (b * n + i) * 4, centre);
        if (std::any_of(kept.begin(), kept.end(),
                        [&](const Box& k) { return overlap(k, box) > threshold; }))
          continue;
        kept.push_back(box);
        out.insert(out.end(), {b, c, i});
      }
    }
  r.give(int_tensor(out, {static_cast<std::int64_t>(out.size()) / 3, 3}));
}

const KernelRow kRows[] = {
    {"RoiAlign", 10, roi_align},
    {"MaxRoiPool", 1, max_roi_pool},
    {"NonMaxSuppression", 10, non_max_suppression},
};

}  // namespace

void add_detection_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
