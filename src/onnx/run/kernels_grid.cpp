// Sampling at places that a grid names: GridSample and AffineGrid.
#include <algorithm>
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

enum class Padding { Zeros, Border, Reflection };

// One coordinate's taps in a dimension of n: up to four, with weights.
struct Taps {
  std::int64_t at[4];
  double weight[4];
  int count;
};

double reflected(double x, double low, double high) {
  const double span = high - low;
  if (span <= 0) return 0;
  x = std::fabs(x - low);
  const double turns = std::floor(x / span), rest = x - turns * span;
  return std::fmod(turns, 2) == 0 ? low + rest : high - rest;
}

double padded(double x, std::int64_t n, Padding padding, bool align) {
  const auto last = static_cast<double>(n - 1);
  if (padding == Padding::Reflection)
    x = align ? reflected(x, 0, last) : reflected(x, -0.5, last + 0.5);
  return padding == Padding::Zeros ? x : std::min(std::max(x, 0.0), last);
}

double cubic_weight(double x) {
  constexpr double a = -0.75;
  x = std::fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

Taps taps_of(double place, std::int64_t n, const std::string& mode, Padding padding, bool align) {
  const auto size = static_cast<double>(n);
  double x = align ? (place + 1) / 2 * (size - 1) : ((place + 1) * size - 1) / 2;
  Taps t{{}, {}, 0};
  const auto tap = [&](double at, double weight) {
    // Far outside: any place there is as good.
    if (!(std::fabs(at) < 1e15)) at = -1;
    if (at < 0 || at > size - 1) weight = 0;
    t.at[t.count] = weight == 0 ? 0 : static_cast<std::int64_t>(at);
    t.weight[t.count++] = weight;
  };
  if (mode == "cubic") {
    const double low = std::floor(x);
    for (int k = -1; k <= 2; ++k)
      tap(padded(low + k, n, padding, align), cubic_weight(low + k - x));
    return t;
  }
  x = padded(x, n, padding, align);
  if (mode == "nearest") {
    tap(std::nearbyint(x), 1);
  } else {
    const double low = std::floor(x);
    tap(low, 1 - (x - low));
    tap(low + 1, x - low);
  }
  return t;
}

// [n, c, spatial...] at grid [n, out..., dims], in any number of dimensions; without gradient.
Tensor sampled(const Tensor& x, const Tensor& grid, const std::string& mode, Padding padding,
               bool align) {
  const auto dims = static_cast<std::size_t>(grid.size(-1));
  const std::int64_t batch = x.size(0), channels = x.size(1), plane = elements_from(x, 2),
                     points = grid.numel() / std::max<std::int64_t>(batch, 1) /
                              static_cast<std::int64_t>(dims);
  Dims shape(grid.shape().begin(), grid.shape().end() - 1);
  shape.insert(shape.begin() + 1, channels);
  const FloatList pixels = x.to_vector(), places = grid.to_vector();
  FloatList out(static_cast<std::size_t>(product(shape)), 0);
  std::vector<Taps> taps(dims);
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t p = 0; p < points; ++p) {
      int combinations = 1;
      for (std::size_t d = 0; d < dims; ++d) {
        // The grid's last coordinate is the first dimension.
        const double place = places[static_cast<std::size_t>(b * points + p) * dims + dims - 1 - d];
        taps[d] = taps_of(place, x.shape()[d + 2], mode, padding, align);
        combinations *= taps[d].count;
      }
      for (int k = 0; k < combinations; ++k) {
        std::int64_t at = 0;
        double weight = 1;
        for (int d = 0, rest = k; d < static_cast<int>(dims); ++d) {
          const Taps& t = taps[static_cast<std::size_t>(d)];
          at = at * x.shape()[static_cast<std::size_t>(d) + 2] + t.at[rest % t.count];
          weight *= t.weight[rest % t.count];
          rest /= t.count;
        }
        if (weight == 0) continue;
        for (std::int64_t c = 0; c < channels; ++c)
          out[static_cast<std::size_t>((b * channels + c) * points + p)] +=
              weight * pixels[static_cast<std::size_t>((b * channels + c) * plane + at)];
      }
    }
  return float_tensor(out, shape, x.dtype());
}

void grid_sample(NodeRun& r) {
  const Tensor &x = r.in(0), &grid = r.in(1);
  std::string mode = word(r, "mode", r.opset() < 20 ? "bilinear" : "linear",
                          {"bilinear", "linear", "nearest", "bicubic", "cubic"});
  const std::string padding = word(r, "padding_mode", "zeros", {"zeros", "border", "reflection"});
  const bool align = r.attr("align_corners", std::int64_t{0}) != 0;
  if (x.dim() < 3 || grid.dim() != x.dim() || grid.size(-1) != x.dim() - 2 ||
      grid.size(0) != x.size(0))
    r.fail("grid of shape " + to_string(grid.shape()) + " doesn't fit an input of shape " +
           to_string(x.shape()));
  if (x.dim() > 7) r.fail("inputs of more than five spatial dimensions are not supported");
  if (mode == "bilinear") mode = "linear";
  if (mode == "bicubic") mode = "cubic";
  if (x.dim() == 4 && mode == "linear")  // with a gradient
    return r.give(op("grid_sample", x, as(grid, x.dtype()), "bilinear", padding, align));
  r.give(sampled(x, grid, mode,
                 padding == "zeros"    ? Padding::Zeros
                 : padding == "border" ? Padding::Border
                                       : Padding::Reflection,
                 align));
}

// theta [n, 2, 3] with size [n, c, h, w], or [n, 3, 4] with [n, c, d, h, w].
void affine_grid(NodeRun& r) {
  const Tensor& theta = r.in(0);
  const IntList size = r.ints(1);
  const bool align = r.attr("align_corners", std::int64_t{0}) != 0;
  const std::size_t dims = size.size() - 2;
  for (const auto n : size)
    if (n < 0) r.fail("size has a negative dimension");
  if (size.size() < 4 || size.size() > 5 || theta.dim() != 3 ||
      theta.size(1) != static_cast<std::int64_t>(dims) || theta.size(2) != theta.size(1) + 1)
    r.fail("theta of shape " + to_string(theta.shape()) + " doesn't fit size " + to_string(size));
  const Dims space(size.begin() + 2, size.end());
  for (const auto n : space) check_room(r, static_cast<double>(n));
  TensorList columns;
  for (std::size_t d = dims; d-- > 0;) {  // x, y, z: the last dimension first
    FloatList line;
    const auto n = static_cast<double>(space[d]);
    for (std::int64_t i = 0; i < space[d]; ++i) {
      const auto k = static_cast<double>(i);
      line.push_back(align ? (n > 1 ? 2 * k / (n - 1) - 1 : -1) : (2 * k + 1) / n - 1);
    }
    Dims shape(dims - d, 1);
    shape[0] = space[d];
    columns.push_back(ops::expand(float_tensor(line, shape, theta.dtype()), space));
  }
  columns.push_back(Tensor::full(space, 1, theta.dtype()));
  const Tensor base = ops::reshape(ops::stack(columns, -1),
                                   Dims{1, product(space), static_cast<std::int64_t>(dims) + 1});
  Dims shape{size[0]};
  shape.insert(shape.end(), space.begin(), space.end());
  shape.push_back(static_cast<std::int64_t>(dims));
  r.give(ops::reshape(ops::matmul(base, ops::transpose(theta, 1, 2)), shape));
}

const KernelRow kRows[] = {{"GridSample", 16, grid_sample}, {"AffineGrid", 20, affine_grid}};

}  // namespace

void add_grid_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
