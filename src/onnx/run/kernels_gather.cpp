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
  IntList list = to_ints(indices);
  for (auto& i : list)
    if (i < 0) i += depth;
  const Tensor at = ops::unsqueeze(int_tensor(list, indices.shape()), d);
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
  const IntList list = to_ints(indices);
  const std::int64_t count =
      depth ? indices.numel() / static_cast<std::int64_t>(depth)
            : product(Dims(indices.shape().begin(), indices.shape().end() - 1));
  IntList rows;
  for (std::int64_t k = 0; k < count; ++k) {
    std::int64_t row = 0;
    for (std::size_t i = 0; i < depth; ++i) {
      const std::int64_t n = shape[batch + i];
      std::int64_t at = list[static_cast<std::size_t>(k) * depth + i];
      if (at < -n || at >= n)
        r.fail("index " + std::to_string(at) + " is out of range for a dimension of size " +
               std::to_string(n));
      row = row * n + (at < 0 ? at + n : at);
    }
    rows.push_back(k / std::max<std::int64_t>(count / std::max<std::int64_t>(batches, 1), 1) *
                       per_batch +
                   row);
  }
  Places p;
  p.rows = int_tensor(rows);
  p.flat = Dims(shape.begin() + static_cast<std::ptrdiff_t>(batch + depth), shape.end());
  p.shape = Dims(indices.shape().begin(), indices.shape().end() - 1);
  p.shape.insert(p.shape.end(), p.flat.begin(), p.flat.end());
  p.flat.insert(p.flat.begin(), batches * per_batch);
  return p;
}

void add_gather_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
