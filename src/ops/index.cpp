// Indexing by tensors of integers or masks, as x[i, j] and x[mask] do.
#include <algorithm>

#include "kernels/blocks.h"
#include "ops/views.h"

namespace gradbox {

void register_gather(Registry& r);     // gather.cpp
void register_scatter(Registry& r);    // scatter.cpp
void register_embedding(Registry& r);  // embedding.cpp

namespace {

const OpHandle index_op{"index"};
const OpHandle index_put{"index_put"};

bool is_mask(const Tensor& t) { return t.dtype() == DType::Bool || t.dtype() == DType::UInt8; }

// int64 rows of coordinates, [count, ndim].
Tensor coordinates(const Tensor& t) {
  const Tensor mask = t.to_raw(DType::Bool).contiguous_raw();
  const bool* p = mask.data<bool>();
  const Dims strides = contiguous_strides(t.shape());
  const std::int64_t count = std::count(p, p + mask.numel(), true);
  const Tensor out = Tensor::empty({count, t.dim()}, DType::Int64);
  auto* o = out.data<std::int64_t>();
  for (std::int64_t i = 0; i < mask.numel(); ++i) {
    if (!p[i]) continue;
    for (std::size_t d = 0; d < strides.size(); ++d) *o++ = i / strides[d] % t.shape()[d];
  }
  return out;
}

// One int64 index, or nothing, for each dimension of self: masks become one index a dimension.
TensorList expanded_indices(const Tensor& self, const TensorList& given) {
  TensorList out;
  for (const Tensor& t : given) {
    if (!t.defined()) {
      out.emplace_back();
    } else if (is_mask(t)) {
      const std::size_t first = out.size();
      for (std::int64_t d = 0; d < t.dim(); ++d)
        if (const std::size_t at = first + static_cast<std::size_t>(d);
            at >= self.shape().size() || t.size(d) != self.shape()[at])
          fail(ErrorKind::Index, "The shape of the mask ", to_string(t.shape()), " at index ", d,
               " does not match the shape of the indexed tensor ", to_string(self.shape()),
               " at index ", at);
      const Tensor rows = coordinates(t);
      for (std::int64_t d = 0; d < t.dim(); ++d)
        out.push_back(rows.alias({rows.size(0)}, {t.dim()}, d));
    } else {
      if (t.dtype() != DType::Int64 && t.dtype() != DType::Int32)
        fail(ErrorKind::Index, "tensors used as indices must be long, byte or bool tensors");
      out.push_back(t.to_raw(DType::Int64));
    }
  }
  if (static_cast<std::int64_t>(out.size()) > self.dim())
    fail(ErrorKind::Index, "too many indices for tensor of dimension ", self.dim());
  out.resize(self.shape().size());
  return out;
}

Dims common_shape(const TensorList& indices) {
  Dims common;
  try {
    for (const Tensor& t : indices)
      if (t.defined()) common = broadcast_shapes(common, t.shape());
  } catch (const Error&) {
    std::string all;
    for (const Tensor& t : indices)
      if (t.defined()) all += (all.empty() ? "" : ", ") + to_string(t.shape());
    fail(ErrorKind::Index,
         "shape mismatch: indexing tensors could not be broadcast together with shapes ", all);
  }
  return common;
}

// What x[indices] means: the indexed dimensions, brought next to each other, are one dimension of
// blocks; `at` says which blocks, in order of the broadcast indices.
struct Selection {
  IntList order;  // how self's dimensions are permuted first
  Dims permuted;  // self's shape in that order
  kernels::Blocks layout;
  Tensor at;      // int64, contiguous
  Dims result;    // shape of x[indices]
  bool identity;  // order is 0, 1, 2, ...
};

Selection select(const Tensor& self, const TensorList& given) {
  const TensorList indices = expanded_indices(self, given);
  const Dims common = common_shape(indices);
  IntList indexed, plain;
  for (std::size_t d = 0; d < indices.size(); ++d)
    (indices[d].defined() ? indexed : plain).push_back(static_cast<std::int64_t>(d));
  Selection s;
  // Neighbouring indices leave the new dimensions in their place; separated ones bring them to the
  // front.
  const bool adjacent = indexed.empty() || indexed.back() - indexed.front() + 1 ==
                                               static_cast<std::int64_t>(indexed.size());
  const std::size_t first = adjacent && !indexed.empty() ? static_cast<std::size_t>(indexed[0]) : 0;
  s.order = plain;
  s.order.insert(s.order.begin() + static_cast<std::ptrdiff_t>(first), indexed.begin(),
                 indexed.end());
  s.identity = std::is_sorted(s.order.begin(), s.order.end());
  for (const auto d : s.order) s.permuted.push_back(self.shape()[static_cast<std::size_t>(d)]);
  s.layout = kernels::blocks_of(s.permuted, first, first + indexed.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i == first) s.result.insert(s.result.end(), common.begin(), common.end());
    s.result.push_back(self.shape()[static_cast<std::size_t>(plain[i])]);
  }
  if (first == plain.size()) s.result.insert(s.result.end(), common.begin(), common.end());
  // Horner's rule over the indexed dimensions.
  s.at = Tensor::full(common, 0, DType::Int64);
  auto* at = s.at.data<std::int64_t>();
  for (const auto d : indexed) {
    const Tensor index = expand_raw(indices[static_cast<std::size_t>(d)], common).contiguous_raw();
    const auto* p = index.data<std::int64_t>();
    const std::int64_t n = self.size(d);
    if (n == 0 && index.numel() > 0)
      fail(ErrorKind::Index, "index is out of bounds for dimension with size 0");
    for (std::int64_t k = 0; k < index.numel(); ++k) {
      if (p[k] < -n || p[k] >= n)
        fail(ErrorKind::Index, "index ", p[k], " is out of bounds for dimension ", d, " with size ",
             n);
      at[k] = at[k] * n + (p[k] < 0 ? p[k] + n : p[k]);
    }
  }
  return s;
}

Tensor taken(const Args& a) {
  const Tensor self = a.tensor(0);
  const Selection s = select(self, a.tensors(1));
  const Tensor out = Tensor::empty(s.result, self.dtype());
  kernels::take_blocks(out, permute_raw(self, s.order).contiguous_raw(), s.layout,
                       s.at.data<std::int64_t>(), s.at.numel());
  return out;
}

Tensor replaced(const Args& a) {
  const Tensor self = a.tensor(0), values = a.tensor(2);
  check(values.dtype() == self.dtype() || values.is_wrapped_number(),
        "Index put requires the source and destination dtypes match, got ",
        scalar_type_name(self.dtype()), " for the destination and ",
        scalar_type_name(values.dtype()), " for the source.");
  const Selection s = select(self, a.tensors(1));
  if (!is_expandable_to(values.shape(), s.result))
    fail(ErrorKind::Runtime, "shape mismatch: value tensor of shape ", to_string(values.shape()),
         " cannot be broadcast to indexing result of shape ", to_string(s.result));
  const Tensor source = expand_raw(values.to_raw(self.dtype()), s.result).contiguous_raw();
  const Tensor out = permute_raw(self, s.order).clone_raw();
  const auto move = a.boolean(3) ? kernels::add_blocks : kernels::put_blocks;
  move(out, source, s.layout, s.at.data<std::int64_t>(), s.at.numel());
  if (s.identity) return out;
  IntList inverse(s.order.size());
  for (std::size_t i = 0; i < s.order.size(); ++i)
    inverse[static_cast<std::size_t>(s.order[i])] = static_cast<std::int64_t>(i);
  return permute_raw(out, inverse).contiguous_raw();
}

void register_advanced(Registry& r) {
  const auto longs = [](Samples& s, const FloatList& v, const Dims& shape) {
    return s.fixed(v, shape, DType::Int64);
  };
  r.op("index(Tensor self, Tensor?[] indices) -> Tensor")
      .doc(
          "self[i, j, ...]: tensors of integers, which broadcast, or masks; None takes a whole "
          "dimension. torch.Tensor.__getitem__")
      .forward(taken)
      .saves({"indices"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor zeros = Tensor::full(c.shape(0), 0, g[0].dtype());
        return {index_put(zeros, c.tensors(1), g[0], true)};
      })
      .samples([longs](Samples& s) {
        s.add({s.randn({3, 4}), TensorList{longs(s, {0, 2, -1}, {3})}});
        s.add({s.randn({3, 4, 2}), TensorList{Tensor(), longs(s, {0, 3, 3, 1}, {2, 2})}});
        s.add({s.randn({3, 2, 2}),
               TensorList{longs(s, {0, 2}, {2}), Tensor(), longs(s, {1, 0}, {2, 1})}});
      });
  r.op("index_put(Tensor self, Tensor?[] indices, Tensor|Scalar values, bool accumulate=False)"
       " -> Tensor")
      .doc("A copy of self with values at indices; with accumulate they are added. torch.index_put")
      .forward(replaced)
      .saves({"indices"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const bool accumulate = c.args().boolean(3);
        TensorList out(2 + c.list_size(1));
        if (c.needs(0))
          out[0] = accumulate
                       ? g[0]
                       : index_put(g[0], c.tensors(1), Tensor::full({}, 0, g[0].dtype()), false);
        if (c.needs(2)) out.back() = index_op(g[0], c.tensors(1));
        return out;
      })
      .inplace()
      .samples([longs](Samples& s) {
        s.add({s.randn({3, 4}), TensorList{longs(s, {0, 2}, {2})}, s.randn({2, 4})});
        s.add({s.randn({3}), TensorList{longs(s, {0, 0}, {2})}, s.randn({2}), true});
        s.add({s.randn({3, 2, 2}),
               TensorList{longs(s, {0, 2}, {2}), Tensor(), longs(s, {1, 0}, {2})},
               s.randn({2, 1})});
      });
  r.op("nonzero(Tensor self) -> Tensor")
      .doc("Coordinates of the non-zero elements, one row each, int64. torch.nonzero")
      .onnx("NonZero")
      .forward([](const Args& a) { return coordinates(a.tensor(0)); });
  r.op("argwhere(Tensor self) -> Tensor")
      .doc("Alias of nonzero. torch.argwhere")
      .forward([](const Args& a) { return coordinates(a.tensor(0)); });
  r.op("where.nonzero(Tensor condition) -> Tensor[]")
      .doc("The coordinates of all non-zero elements, a tensor a dimension. torch.where")
      .in(kTorch)
      .composite([](const Args& a) {
        return call("unbind", {coordinates(a.tensor(0)), 1});
      });
  r.op("masked_select(Tensor self, Tensor mask) -> Tensor")
      .doc(
          "The elements of self where mask holds, in order; the two broadcast. "
          "torch.masked_select")
      .forward([](const Args& a) -> Tensor {
        const Tensor self = a.tensor(0), mask = a.tensor(1);
        check(is_mask(mask), "masked_select: expected BoolTensor or ByteTensor for mask");
        const Dims shape = broadcast_shapes(mask.shape(), self.shape());
        if (shape.empty())
          return index_op(self.alias({1}, {1}, self.offset()),
                          TensorList{mask.alias({1}, {1}, mask.offset())});
        return index_op(expand_raw(self, shape), TensorList{expand_raw(mask, shape)});
      })
      .saves({"mask"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor mask = c.tensor(1);
        const Dims shape = broadcast_shapes(mask.shape(), c.shape(0));
        if (shape.empty()) return {ops::reshape(ops::sum(g[0]), Dims{})};
        const Tensor zeros = Tensor::full(shape, 0, g[0].dtype());
        return {index_put(zeros, TensorList{expand_raw(mask, shape)}, g[0], true)};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.fixed({1, 0, 1}, {3}, DType::Bool)});
      });
  r.op("take(Tensor self, Tensor index) -> Tensor")
      .doc("Elements of self seen as a flat tensor, in the shape of index. torch.take")
      .forward([](const Args& a) -> Tensor {
        const Tensor flat = a.tensor(0).contiguous_raw(), index = a.tensor(1);
        check(index.dtype() == DType::Int64, "take(): Expected a long tensor for index, but got ",
              scalar_type_name(index.dtype()));
        const Tensor chosen = index.contiguous_raw();
        const auto* p = chosen.data<std::int64_t>();
        for (std::int64_t k = 0; k < chosen.numel(); ++k)
          if (p[k] < -flat.numel() || p[k] >= flat.numel())
            fail(ErrorKind::Index, "out of range: tried to access index ", p[k], " on a tensor of ",
                 flat.numel(), " elements.");
        return index_op(flat.alias({flat.numel()}, {1}, flat.offset()), TensorList{index});
      })
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor zeros = Tensor::full({product(c.shape(0))}, 0, g[0].dtype());
        return {ops::reshape(index_put(zeros, TensorList{c.tensor(1)}, g[0], true), c.shape(0))};
      })
      .samples([longs](Samples& s) {
        s.add({s.randn({2, 3}), longs(s, {5, 0, 0, -1}, {2, 2})});
      });
}

}  // namespace

void register_index(Registry& r) {
  register_advanced(r);
  register_gather(r);
  register_scatter(r);
  register_embedding(r);
}

}  // namespace gradbox
