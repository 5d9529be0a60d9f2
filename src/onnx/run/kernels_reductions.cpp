// Reductions over axes, and the place of the extreme.
#include <algorithm>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

enum class How { Sum, Mean, Prod, Max, Min, L1, L2, LogSum, LogSumExp, SumSquare };

Tensor products(Tensor x, const IntList& axes) {
  const DType dtype = x.dtype();
  for (const auto d : axes) x = as(op("prod", x, d, true), dtype);
  return x;
}

Tensor extreme(const Tensor& x, const IntList& axes, bool max) {
  if (x.dtype() == DType::Bool) return as(extreme(as(x, DType::UInt8), axes, max), DType::Bool);
  Dims kept = x.shape();
  // A scalar has an axis 0, but no size there.
  for (const auto d : axes)
    if (static_cast<std::size_t>(d) < kept.size()) kept[static_cast<std::size_t>(d)] = 1;
  // Of nothing: the value that every other one beats.
  if (x.numel() == 0 && product(kept) > 0)
    return as(ops::full(kept, max ? lowest(x.dtype()) : highest(x.dtype())), x.dtype());
  return max ? ops::amax(x, axes, true) : ops::amin(x, axes, true);
}

// Keeps the dimensions, with size 1.
Tensor reduced(const Tensor& x, const IntList& axes, How how) {
  switch (how) {
    case How::Sum: return ops::sum(x, axes, true);
    case How::Mean:
      if (is_floating(x.dtype())) return ops::mean(x, axes, true);
      return ops::div(ops::sum(as(x, DType::Float64), axes, true), [&] {
        double n = 1;
        for (const auto d : axes) n *= static_cast<double>(x.size(d));
        return n;
      }());
    case How::Prod: return products(x, axes);
    case How::Max: return extreme(x, axes, true);
    case How::Min: return extreme(x, axes, false);
    case How::L1: return ops::sum(ops::abs(x), axes, true);
    case How::L2: return ops::sqrt(ops::sum(ops::square(x), axes, true));
    case How::LogSum: return ops::log(ops::sum(x, axes, true));
    case How::LogSumExp:
      if (x.numel() == 0) return ops::log(ops::sum(x, axes, true));
      return op("logsumexp", as_float(x), axes, true);
    case How::SumSquare: break;
  }
  return ops::sum(ops::square(x), axes, true);
}

template <How H>
void reduce(NodeRun& r) {
  const Tensor& x = r.in();
  const int since = H == How::Sum ? 13 : 18;
  IntList axes = wrap_axes(r, axes_of(r, 1, since), x.dim());
  const bool none =
      axes.empty() && r.opset() >= since && r.attr("noop_with_empty_axes", std::int64_t{0}) != 0;
  if (axes.empty() && !none)
    for (std::int64_t d = 0; d < x.dim(); ++d) axes.push_back(d);
  // Over no axis: every element is a list of one.
  Tensor y = axes.empty() ? reduced(ops::unsqueeze(x, -1), {x.dim()}, H) : reduced(x, axes, H);
  Dims shape;
  for (std::int64_t d = 0; d < x.dim(); ++d) {
    const bool gone = std::find(axes.begin(), axes.end(), d) != axes.end();
    if (!gone) shape.push_back(x.size(d));
    else if (r.attr("keepdims", std::int64_t{1}) != 0) shape.push_back(1);
  }
  if (y.shape() != shape) y = ops::reshape(y, shape);
  r.give(as(y, x.dtype()));
}

template <bool Max>
void arg_extreme(NodeRun& r) {
  Tensor x = r.in();
  const std::int64_t axis = axis_of(r, 0, x.dim());
  const bool keep = r.attr("keepdims", std::int64_t{1}) != 0,
             last = r.attr("select_last_index", std::int64_t{0}) != 0;
  if (x.dtype() == DType::Bool) x = as(x, DType::UInt8);
  if (last) x = op("flip", x, IntList{axis});
  const Tensor at = as(Max ? ops::argmax(x, axis, keep) : ops::argmin(x, axis, keep), DType::Int64);
  r.give(last ? op("rsub", at, x.dim() ? x.size(axis) - 1 : 0) : at);
}

const KernelRow kRows[] = {
    {"ReduceSum", 1, reduce<How::Sum>},
    {"ReduceMean", 1, reduce<How::Mean>},
    {"ReduceProd", 1, reduce<How::Prod>},
    {"ReduceMax", 1, reduce<How::Max>},
    {"ReduceMin", 1, reduce<How::Min>},
    {"ReduceL1", 1, reduce<How::L1>},
    {"ReduceL2", 1, reduce<How::L2>},
    {"ReduceLogSum", 1, reduce<How::LogSum>},
    {"ReduceLogSumExp", 1, reduce<How::LogSumExp>},
    {"ReduceSumSquare", 1, reduce<How::SumSquare>},
    {"ArgMax", 1, arg_extreme<true>},
    {"ArgMin", 1, arg_extreme<false>},
};

}  // namespace

void add_reduction_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
