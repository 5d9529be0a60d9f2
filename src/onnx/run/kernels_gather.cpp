// Reading at indices: Gather, GatherElements, GatherND, OneHot.
#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

void gather(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t d = axis_of(r, 0, x.dim());
  const Tensor at = wrap_indices(r, r.in(1), x.size(d));
  const Tensor y = ops::index_select(x, d, ops::reshape(at, Dims{-1}));
  if (at.dim() == 1) return r.give(y);
  Dims shape = x.shape();
  const auto place = shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(d));
  shape.insert(place, at.shape().begin(), at.shape().end());
  r.give(ops::reshape(y, shape));
}

void gather_elements(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t d = axis_of(r, 0, x.dim());
  r.give(ops::gather(x, d, wrap_indices(r, r.in(1), x.size(d))));
}

void gather_nd(NodeRun& r) {
  const Tensor& x = r.in();
  const Places p = places_of(r, x.shape(), r.in(1), r.attr("batch_dims", std::int64_t{0}));
  const Tensor rows = ops::reshape(x, p.flat);
  r.give(ops::reshape(ops::index_select(rows, 0, p.rows), p.shape));
}

void one_hot(NodeRun& r) {
  const Tensor &indices = r.in(0), &values = r.in(2);
  const std::int64_t depth = whole(r, r.number(1), "depth");  // of any numeric dtype
  if (depth < 0) r.fail("depth is negative");
  if (values.numel() != 2) r.fail("values must be the off and the on value");
  const std::int64_t d = wrap_axis(r, r.attr("axis", std::int64_t{-1}), indices.dim() + 1);
  const Tensor whole_indices = as(indices, DType::Int64);
  const Tensor wrapped =
      ops::where(ops::lt(whole_indices, 0), ops::add(whole_indices, depth), whole_indices);
  const Tensor at = ops::unsqueeze(wrapped, d);
  Dims classes(static_cast<std::size_t>(indices.dim()) + 1, 1);
  classes[static_cast<std::size_t>(d)] = depth;
  const Tensor hot = ops::eq(at, ops::reshape(ops::arange(depth), classes));
  r.give(ops::where(hot, ops::select(values, 0, 1), ops::select(values, 0, 0)));
}

const KernelRow kRows[] = {
    {"Gather", 1, moves<gather>},
    {"GatherElements", 11, moves<gather_elements>},
    {"GatherND", 11, moves<gather_nd>},
    {"OneHot", 9, one_hot},
};

}  // namespace

Places places_of(NodeRun& r, const Dims& shape, const Tensor& indices, std::int64_t batch_dims) {
  const auto batch = static_cast<std::size_t>(batch_dims);
  if (indices.dim() == 0 || batch_dims < 0 || batch >= indices.shape().size())
    r.fail("indices of shape " + to_string(indices.shape()) + " don't fit");
  const auto depth = static_cast<std::size_t>(indices.size(-1));
  if (batch + depth > shape.size())
    r.fail("indices have more coordinates than there are dimensions");
  for (std::size_t i = 0; i < batch; ++i)
    if (indices.shape()[i] != shape[i]) r.fail("batch dimensions differ");
  std::int64_t per_batch = 1, batches = 1;
  for (std::size_t i = 0; i < batch; ++i) batches *= shape[i];
  for (std::size_t i = 0; i < depth; ++i) per_batch *= shape[batch + i];
  const std::int64_t count = product(Dims(indices.shape().begin(), indices.shape().end() - 1));
  // By operators, so that the exporter can follow the indices to where they came from.
  const Tensor at =
      ops::reshape(as(indices, DType::Int64), Dims{count, static_cast<std::int64_t>(depth)});
  Tensor rows = int_tensor(IntList(depth ? 0 : static_cast<std::size_t>(count), 0));
  for (std::size_t i = 0; i < depth; ++i) {
    const std::int64_t n = shape[batch + i];
    const Tensor place = wrap_indices(r, ops::select(at, 1, static_cast<std::int64_t>(i)), n);
    rows = i == 0 ? place : ops::add(ops::mul(rows, n), place);
  }
  if (batches > 1 && count > 0) {
    IntList starts;
    for (std::int64_t i = 0; i < batches; ++i) starts.push_back(i * per_batch);
    const Tensor all = ops::reshape(rows, Dims{batches, count / batches});
    rows = ops::reshape(ops::add(all, int_tensor(starts, Dims{batches, 1})), Dims{count});
  }
  Places p;
  p.rows = rows;
  p.flat = Dims(shape.begin() + static_cast<std::ptrdiff_t>(batch + depth), shape.end());
  p.shape = Dims(indices.shape().begin(), indices.shape().end() - 1);
  p.shape.insert(p.shape.end(), p.flat.begin(), p.flat.end());
  p.flat.insert(p.flat.begin(), batches * per_batch);
  return p;
}

void add_gather_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
