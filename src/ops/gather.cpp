// gather and scatter: an index for every element, along one dimension.
#include <algorithm>

#include "kernels/wrap.h"
#include "ops/families.h"

namespace gradbox {
namespace {

const OpHandle scatter_op{"scatter"};

Tensor checked_index(const Tensor& t, const char* op) {
  check(t.dtype() == DType::Int64, op, "(): Expected dtype int64 for index");
  return t.contiguous_raw();
}

// PyTorch treats a 0-dim tensor as one of one element here.
Dims at_least_1d(const Dims& shape) { return shape.empty() ? Dims{1} : shape; }

void check_sizes(const Dims& index, const Dims& self, std::size_t dim) {
  check(index.size() == self.size(),
        "Index tensor must have the same number of dimensions as input tensor");
  for (std::size_t d = 0; d < self.size(); ++d)
    if (d != dim && index[d] > self[d])
      fail(ErrorKind::Runtime, "Size does not match at dimension ", d, " expected index ",
           to_string(index), " to be smaller than self ", to_string(self), " apart from dimension ",
           dim);
}

// Calls f(i, place): element i of the contiguous index points at element `place` of a contiguous
// tensor of shape `shape`.
template <class F>
void for_each_place(const Tensor& index, const Dims& index_shape, const Dims& shape,
                    std::size_t dim, F f) {
  const Dims strides = contiguous_strides(shape);
  const auto* p = index.data<std::int64_t>();
  const std::size_t last = shape.size() - 1;
  const std::int64_t count = index.numel(), row = index_shape[last], size = shape[dim],
                     along = strides[dim], step = last == dim ? 0 : strides[last];
  Dims at(shape.size(), 0);
  std::int64_t base = 0;  // place of `at`, without its component along dim
  for (std::int64_t i = 0; i < count;) {
    for (std::int64_t j = 0; j < row; ++j, ++i) {
      if (p[i] < 0 || p[i] >= size)
        fail(ErrorKind::Runtime, "index ", p[i], " is out of bounds for dimension ", dim,
             " with size ", size);
      f(i, base + j * step + p[i] * along);
    }
    for (std::size_t d = last; d-- > 0;) {
      if (d != dim) base += strides[d];
      if (++at[d] < index_shape[d]) break;
      if (d != dim) base -= index_shape[d] * strides[d];
      at[d] = 0;
    }
  }
}

Tensor gathered(const Args& a) {
  const Tensor self = a.tensor(0).contiguous_raw(), index = checked_index(a.tensor(2), "gather");
  const auto dim = static_cast<std::size_t>(wrap_dim(a.integer(1), self.dim()));
  const Dims shape = at_least_1d(self.shape()), index_shape = at_least_1d(index.shape());
  const Tensor out = Tensor::empty(index.shape(), self.dtype());
  if (index.numel() == 0) return out;
  check_sizes(index_shape, shape, dim);
  dispatch(self.dtype(), [&](auto tag) {
    using T = decltype(tag);
    const T* from = self.data<T>();
    T* to = out.data<T>();
    for_each_place(index, index_shape, shape, dim,
                   [&](std::int64_t i, std::int64_t place) { to[i] = from[place]; });
  });
  return out;
}

Tensor scattered(const Tensor& self, std::int64_t dim_given, const Tensor& index_given,
                 const Tensor& src, bool add) {
  const Tensor index = checked_index(index_given, "scatter");
  const auto dim = static_cast<std::size_t>(wrap_dim(dim_given, self.dim()));
  const Tensor out = self.clone_raw();
  const bool number = src.is_wrapped_number();
  check(number || src.dtype() == self.dtype(),
        "scatter(): Expected self.dtype to be equal to src.dtype");
  if (index.numel() == 0) return out;
  const Dims shape = at_least_1d(self.shape()), index_shape = at_least_1d(index.shape());
  const Dims src_shape = number ? index_shape : at_least_1d(src.shape());
  check(index_shape.size() == shape.size(),
        "Index tensor must have the same number of dimensions as self tensor");
  check(index_shape.size() == src_shape.size(),
        "Index tensor must have the same number of dimensions as src tensor");
  bool fits = true;
  for (std::size_t d = 0; d < shape.size(); ++d)
    fits = fits && (d == dim || index_shape[d] <= shape[d]) && index_shape[d] <= src_shape[d];
  if (!fits)
    fail(ErrorKind::Runtime, "Expected index ", to_string(index.shape()),
         " to be smaller than self ", to_string(self.shape()), " apart from dimension ", dim,
         number ? "" : " and to be smaller size than src " + to_string(src.shape()));
  Tensor values = src.to_raw(self.dtype());
  values = values.alias(index_shape,
                        number      ? Dims(index_shape.size(), 0)
                        : src.dim() ? values.strides()
                                    : Dims{1},
                        values.offset());
  values = values.contiguous_raw();
  dispatch(self.dtype(), [&](auto tag) {
    using T = decltype(tag);
    const T* from = values.data<T>();
    T* to = out.data<T>();
    for_each_place(index, index_shape, shape, dim, [&](std::int64_t i, std::int64_t place) {
      to[place] = add ? kernels::wrap_add(to[place], from[i]) : from[i];
    });
  });
  return out;
}

}  // namespace

void register_gather(Registry& r) {
  r.op("gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor")
      .doc(
          "out[i][j] = self[index[i][j]][j] for dim 0, and so on; index [n, m] gives [n, m]. "
          "torch.gather")
      .onnx("GatherElements")
      .forward(gathered)
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor zeros = Tensor::full(c.shape(0), 0, g[0].dtype());
        return {ops::scatter_add(zeros, c.args()[1], c.tensor(2), g[0])};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1, s.fixed({0, 2, 1, 1}, {2, 2}, DType::Int64)});
      });
  r.op("scatter(Tensor self, int dim, Tensor index, Tensor src) -> Tensor")
      .doc(
          "A copy of self in which self[index[i][j]][j] = src[i][j] for dim 0, and so on. "
          "torch.scatter")
      .forward([](const Args& a) {
        return scattered(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3), false);
      })
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor index = c.tensor(2);
        return {c.needs(0) ? scatter_op(g[0], c.args()[1], index, 0.0) : Tensor(), Tensor(),
                c.needs(3) ? ops::gather(g[0], c.args()[1], index) : Tensor()};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1, s.fixed({0, 2, 1, 0}, {2, 2}, DType::Int64), s.randn({2, 2})});
      });
  r.op("scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor")
      .doc("A copy of self with a number where index points. torch.scatter")
      .node("ScatterBackward1")
      .forward([](const Args& a) {
        return scattered(a.tensor(0), a.integer(1), a.tensor(2), wrap(a[3]), false);
      })
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {scatter_op(g[0], c.args()[1], c.tensor(2), 0.0)};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1, s.fixed({0, 2, 1, 0}, {2, 2}, DType::Int64), 1.5});
      });
  r.op("scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor")
      .doc(
          "A copy of self in which src[i][j] is added to self[index[i][j]][j] for dim 0, and so "
          "on. torch.scatter_add")
      .forward([](const Args& a) {
        return scattered(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3), true);
      })
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {g[0], Tensor(),
                c.needs(3) ? ops::gather(g[0], c.args()[1], c.tensor(2)) : Tensor()};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1, s.fixed({0, 2, 1, 1}, {2, 2}, DType::Int64), s.randn({2, 2})});
      });
  r.op("take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor")
      .doc(
          "gather, with the two tensors broadcast against each other; without dim, from the flat "
          "tensor. torch.take_along_dim")
      .composite([](const Args& a) -> Tensor {
        const Tensor self = a.tensor(0), index = a.tensor(1);
        if (!a.has(2)) return ops::gather(ops::view(self, Dims{-1}), 0, ops::view(index, Dims{-1}));
        check(self.dim() == index.dim(),
              "torch.take_along_dim(): input and indices should have the "
              "same number of dimensions, but got ",
              self.dim(), " dimensions for input, and ", index.dim(), " dimensions for indices");
        check(index.dtype() == DType::Int64,
              "torch.take_along_dim(): dtype of indices should be Long but got ",
              scalar_type_name(index.dtype()));
        const auto dim = wrap_dim(a.integer(2), self.dim());
        const auto d = static_cast<std::size_t>(dim);
        Dims x = self.shape(), y = index.shape();
        x[d] = y[d] = 1;
        x = y = broadcast_shapes(x, y);
        x[d] = self.shape()[d];
        y[d] = index.shape()[d];
        return ops::gather(ops::expand(self, x), dim, ops::expand(index, y));
      });
}

}  // namespace gradbox
