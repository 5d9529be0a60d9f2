#include "record/tiles.h"

#include <algorithm>
#include <cmath>

#include "core/json.h"

namespace gradbox::record {

namespace {

constexpr std::int64_t kMaxTiles = 16;
constexpr std::int64_t kMaxMaps = 8;
constexpr std::int64_t kMaxSide = 32;
constexpr std::size_t kMaxLayers = 6;

// Pictures of [count, channels, height, width], at most `most` of them. Larger ones lose rows and
// columns.
std::string tiles(const Tensor& t, std::int64_t most) {
  const std::int64_t of = t.size(0), count = std::min(of, most);
  // Three channels are colours; of other numbers the first is shown.
  const std::int64_t channels = t.size(1) == 3 ? 3 : 1;
  const std::int64_t step =
      std::max<std::int64_t>(1, (std::max(t.size(2), t.size(3)) + kMaxSide - 1) / kMaxSide);
  const std::int64_t height = (t.size(2) + step - 1) / step, width = (t.size(3) + step - 1) / step;
  if (count == 0 || height == 0 || width == 0 || t.size(1) == 0) return "null";
  const Tensor flat = t.to_raw(DType::Float64);
  const Dims& stride = flat.strides();
  const auto* p = flat.data<double>();
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(count * channels * height * width));
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t c = 0; c < channels; ++c)
      for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x)
          values.push_back(
              p[i * stride[0] + c * stride[1] + y * step * stride[2] + x * step * stride[3]]);
  double low = INFINITY, high = -INFINITY;
  for (const double v : values) {
    if (!std::isfinite(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (low > high) return "null";
  const double scale = high > low ? 255 / (high - low) : 0;
  std::string out = "{\"count\":" + std::to_string(count) + ",\"of\":" + std::to_string(of) +
                    ",\"channels\":" + std::to_string(channels) +
                    ",\"height\":" + std::to_string(height) +
                    ",\"width\":" + std::to_string(width) + ",\"low\":" + json_rounded(low, 6) +
                    ",\"high\":" + json_rounded(high, 6) + ",\"pixels\":[";
  out.reserve(out.size() + 4 * values.size() + 2);
  for (const double v : values) {
    // At most three digits, and thousands of them.
    const int pixel = std::isfinite(v) ? static_cast<int>(std::lround((v - low) * scale)) : 0;
    if (pixel >= 100) out += static_cast<char>('0' + pixel / 100);
    if (pixel >= 10) out += static_cast<char>('0' + pixel / 10 % 10);
    out += static_cast<char>('0' + pixel % 10);
    out += ',';
  }
  out.back() = ']';
  return out + "}";
}

// The tensor that stood at an argument when the forward was replayed.
Tensor argument(const TracedOp& op, std::size_t arg, const std::vector<Tensor>& slots) {
  for (const auto& c : op.computed)
    if (c.arg == arg && c.item < 0) return slots[static_cast<std::size_t>(c.slot)];
  return arg < op.args.size() && op.args[arg].is<Tensor>() ? op.args[arg].get<Tensor>() : Tensor();
}

std::string layer(const TracedOp& op, const std::string& filters, const std::string& maps) {
  return "{\"name\":" + json_quote(op.path.empty() ? op.op->schema.name : op.path) +
         ",\"filters\":" + filters + ",\"maps\":" + maps + "}";
}

}  // namespace

std::string image_tiles(const Tensor& image) { return tiles(image, 1); }

std::string layer_tiles(const TracedForward& forward, const std::vector<Tensor>& slots) {
  std::string out;
  std::size_t layers = 0;
  for (const TracedOp& op : forward.ops) {
    if (op.op->schema.name.compare(0, 4, "conv") != 0 || op.results.size() != 1 ||
        layers >= kMaxLayers)
      continue;
    const Tensor weight = argument(op, 1, slots),
                 result = slots[static_cast<std::size_t>(op.results[0])];
    if (!weight.defined() || !result.defined() || weight.dim() != 4 || result.dim() != 4) continue;
    // Of the first sample, as [maps, 1, height, width].
    const Dims& s = result.strides();
    const Tensor maps = result.alias({result.size(1), 1, result.size(2), result.size(3)},
                                     {s[1], s[1], s[2], s[3]}, result.offset());
    // Filters of later layers see maps, not colours: they are no pictures.
    const bool sees = weight.size(1) == 1 || (weight.size(1) == 3 && layers == 0);
    out += (layers++ ? "," : "") +
           layer(op, sees ? tiles(weight, kMaxTiles) : "null", tiles(maps, kMaxMaps));
  }
  if (layers > 0) return out;
  const Dims& shape = forward.input.shape();
  for (const TracedOp& op : forward.ops) {
    if (op.op->schema.name != "linear") continue;
    const Tensor weight = argument(op, 1, slots);
    if (!weight.defined() || weight.dim() != 2 || weight.size(1) != shape[1] * shape[2] * shape[3])
      continue;
    const Tensor pictures = weight.contiguous_raw();
    const Dims as = {weight.size(0), shape[1], shape[2], shape[3]};
    return layer(op,
                 tiles(pictures.alias(as, contiguous_strides(as), pictures.offset()), kMaxTiles),
                 "null");
  }
  return "";
}

}  // namespace gradbox::record
