// Cutting and padding: Slice, Split, Pad, CenterCropPad, ReverseSequence.
#include <algorithm>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// x[start:end:step] along one dimension, in Python's meaning.
Tensor cut(NodeRun& r, const Tensor& x, std::int64_t d, std::int64_t start, std::int64_t end,
           std::int64_t step) {
  const std::int64_t n = x.size(d);
  if (step == 0) r.fail("step is 0");
  const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
  const auto place = [&](std::int64_t i) {
    if (i < 0) i = i < -n ? low : i + n;
    return std::min(std::max(i, low), high);
  };
  start = place(start);
  end = place(end);
  if (step > 0) return ops::slice(x, d, start, std::max(start, end), std::min(step, n + 1));
  // Backwards: the same elements forwards, then turned round.
  if (start <= end) return ops::slice(x, d, 0, 0, 1);
  const std::int64_t back = -step,
                     count = (start - end + back - 1) / std::max<std::int64_t>(back, 1);
  const std::int64_t first = start - (count - 1) * back;
  return op("flip", ops::slice(x, d, first, start + 1, back), IntList{d});
}

void slice(NodeRun& r) {
  Tensor x = r.in();
  const bool old = r.opset() < 10;
  const IntList starts = old ? r.attr_ints("starts") : r.ints(1),
                ends = old ? r.attr_ints("ends") : r.ints(2);
  IntList axes = old ? r.attr_ints("axes") : r.has(3) ? r.ints(3) : IntList{};
  if (axes.empty())
    for (std::size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  const IntList steps = !old && r.has(4) ? r.ints(4) : IntList(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    r.fail("starts, ends, axes and steps differ in length");
  for (std::size_t i = 0; i < starts.size(); ++i)
    x = cut(r, x, wrap_axis(r, axes[i], x.dim()), starts[i], ends[i],
            steps[i] < -x.numel() - 1 ? -x.numel() - 1 : steps[i]);
  r.give(x);
}

void split(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t d = axis_of(r, 0, x.dim()), n = x.size(d);
  IntList sizes = r.opset() < 13 ? r.attr_ints("split") : IntList{};
  // Opset 1 had the sizes as an input, too.
  if (r.has(1)) sizes = r.ints(1);
  if (sizes.empty()) {
    const auto outputs = static_cast<std::int64_t>(r.outputs());
    const std::int64_t parts = r.attr("num_outputs", outputs);
    if (parts < 1 || parts > outputs) r.fail("num_outputs must be the number of its outputs");
    const std::int64_t each = (n + parts - 1) / parts;
    if (r.opset() < 18 && n % parts)
      r.fail("can't divide " + std::to_string(n) + " elements into " + std::to_string(parts) +
             " equal parts");
    for (std::int64_t i = 0; i < parts; ++i)
      sizes.push_back(std::max<std::int64_t>(std::min(each, n - i * each), 0));
  }
  std::int64_t at = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] < 0 || sizes[i] > n)
      r.fail("a part has " + std::to_string(sizes[i]) + " elements");
    if (r.wants(i)) r.out(i, ops::slice(x, d, at, at + sizes[i]));
    at += sizes[i];
  }
  if (at != n)
    r.fail("the parts have " + std::to_string(at) + " elements, the axis " + std::to_string(n));
}

// Which element of a dimension of n stands at place i of the padded one.
std::int64_t source(NodeRun& r, std::int64_t i, std::int64_t n, const std::string& mode) {
  if (n == 0) r.fail("can't pad an empty dimension in mode " + mode);
  if (mode == "edge") return std::min(std::max<std::int64_t>(i, 0), n - 1);
  const std::int64_t period = mode == "wrap" ? n : std::max<std::int64_t>(2 * (n - 1), 1);
  i = ((i % period) + period) % period;
  return i < n ? i : period - i;
}

// Attribute or input "pads", for every dimension: [begins, ends].
IntList pads_of(NodeRun& r, std::int64_t rank) {
  if (r.opset() < 11) return r.attr_ints(r.has_attribute("paddings") ? "paddings" : "pads");
  const IntList given = r.ints(1);
  if (r.opset() < 18 || !r.has(3)) return given;
  const IntList axes = wrap_axes(r, r.ints(3), rank);
  IntList all(static_cast<std::size_t>(2 * rank), 0);
  if (given.size() != 2 * axes.size()) r.fail("pads must have two elements an axis");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto d = static_cast<std::size_t>(axes[i]);
    all[d] = given[i];
    all[d + static_cast<std::size_t>(rank)] = given[i + axes.size()];
  }
  return all;
}

void pad(NodeRun& r) {
  Tensor x = r.in();
  const std::string mode = word(r, "mode", "constant", {"constant", "reflect", "edge", "wrap"});
  const auto rank = static_cast<std::size_t>(x.dim());
  const IntList pads = pads_of(r, x.dim());
  if (pads.size() != 2 * rank) r.fail("pads must have two elements a dimension");
  for (const auto p : pads)
    if (p < -1000000000 || p > 1000000000) r.fail("pads are out of range");
  if (mode == "constant") {
    IntList order;  // from the last dimension, as PyTorch has them
    for (std::size_t d = rank; d-- > 0;) order.insert(order.end(), {pads[d], pads[d + rank]});
    Value fill = r.attr("value", 0.0);
    if (r.opset() >= 11) fill = r.has(2) && r.in(2).numel() ? scalar_of(r.in(2)) : Value(0);
    const DType dtype = x.dtype();  // the core can't pad bools with bools
    return r.give(as(op("constant_pad_nd", x, order, fill), dtype));
  }
  for (std::size_t d = 0; d < rank; ++d) {
    if (pads[d] == 0 && pads[d + rank] == 0) continue;
    const std::int64_t n = x.shape()[d];
    check_room(r, static_cast<double>(n) + static_cast<double>(pads[d] + pads[d + rank]));
    IntList from;
    for (std::int64_t i = -pads[d]; i < n + pads[d + rank]; ++i)
      from.push_back(source(r, i, n, mode));
    x = ops::index_select(x, static_cast<std::int64_t>(d), int_tensor(from));
  }
  r.give(x);
}

// Cut from the middle, or padded with zeros around it.
void center_crop_pad(NodeRun& r) {
  Tensor x = r.in();
  const IntList wanted = r.ints(1);
  IntList axes = wrap_axes(r, r.attr_ints("axes"), x.dim());
  if (axes.empty())
    for (std::int64_t d = 0; d < x.dim(); ++d) axes.push_back(d);
  if (axes.size() != wanted.size()) r.fail("shape and axes differ in length");
  for (const auto w : wanted)
    if (w < 0) r.fail("the shape has a negative dimension");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t d = axes[i], n = x.size(d), w = wanted[i];
    if (w < n) {
      const std::int64_t start = (n - w) / 2;
      x = ops::slice(x, d, start, start + w);
    } else if (w > n) {
      IntList pads(static_cast<std::size_t>(2 * (x.dim() - d)), 0);
      pads[pads.size() - 2] = (w - n) / 2;
      pads[pads.size() - 1] = w - n - (w - n) / 2;
      x = op("constant_pad_nd", x, pads, 0);
    }
  }
  r.give(x);
}

void reverse_sequence(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t time = wrap_axis(r, r.attr("time_axis", std::int64_t{0}), x.dim()),
                     batch = wrap_axis(r, r.attr("batch_axis", std::int64_t{1}), x.dim());
  const IntList lengths = r.ints(1);
  if (time == batch) r.fail("time_axis and batch_axis are the same");
  const std::int64_t steps = x.size(time), n = x.size(batch);
  if (static_cast<std::int64_t>(lengths.size()) != n) r.fail("needs one length a batch element");
  const Tensor front = op("movedim", x, IntList{time, batch}, IntList{0, 1});
  IntList from;
  for (std::int64_t t = 0; t < steps; ++t)
    for (std::int64_t b = 0; b < n; ++b) {
      const std::int64_t length = lengths[static_cast<std::size_t>(b)];
      if (length > steps) r.fail("a sequence is longer than the time axis");
      from.push_back((t < length ? length - 1 - t : t) * n + b);
    }
  Dims flat = front.shape();
  flat.erase(flat.begin());
  flat[0] = steps * n;
  const Tensor turned = ops::index_select(ops::reshape(front, flat), 0, int_tensor(from));
  r.give(op("movedim", ops::reshape(turned, front.shape()), IntList{0, 1}, IntList{time, batch}));
}

const KernelRow kRows[] = {
    {"Slice", 1, moves<slice>},
    {"Split", 1, moves<split>},
    {"Pad", 1, pad},
    {"CenterCropPad", 18, center_crop_pad},
    {"ReverseSequence", 10, moves<reverse_sequence>},
};

}  // namespace

void add_cut_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
