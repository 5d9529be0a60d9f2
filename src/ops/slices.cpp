// Views of part of a tensor: select, slice, strided windows, diagonals.
#include "ops/ops.h"

namespace gradbox {

void register_slices(Registry& r);

namespace {

// A gradient for part of `shape`: zeros but for the window, which gets g.
Tensor place(const Dims& shape, const Tensor& g, const Tensor& window_of_empty) {
  return ops::as_strided_scatter(Tensor::full(shape, 0, g.dtype()), g, window_of_empty.shape(), window_of_empty.strides(),
                                 static_cast<long long>(window_of_empty.offset()));
}

Tensor select_raw(const Tensor& t, std::int64_t dim, std::int64_t index) {
  if (t.dim() == 0) fail(ErrorKind::Index, "select() cannot be applied to a 0-dim tensor.");
  const auto d = static_cast<std::size_t>(wrap_dim(dim, t.dim()));
  const std::int64_t n = t.shape()[d];
  if (index < -n || index >= n)
    fail(ErrorKind::Index, "select(): index ", index, " out of range for tensor of size ", to_string(t.shape()), " at dimension ", d);
  Dims shape = t.shape(), strides = t.strides();
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(d));
  strides.erase(strides.begin() + static_cast<std::ptrdiff_t>(d));
  return t.alias(shape, strides, t.offset() + (index < 0 ? index + n : index) * t.strides()[d]);
}

Tensor slice_raw(const Tensor& t, std::int64_t dim, const Value& from, const Value& to, std::int64_t step) {
  if (t.dim() == 0) fail(ErrorKind::Runtime, "slice() cannot be applied to a 0-dim tensor.");
  if (step <= 0) fail(ErrorKind::Value, "step must be greater than zero");
  const auto d = static_cast<std::size_t>(wrap_dim(dim, t.dim()));
  const std::int64_t n = t.shape()[d];
  const auto clip = [n](std::int64_t i) { return std::min(std::max(i < 0 ? i + n : i, std::int64_t{0}), n); };
  const std::int64_t start = from.is_none() ? 0 : clip(from.as_int());
  const std::int64_t end = std::max(start, to.is_none() ? n : clip(to.as_int()));
  Dims shape = t.shape(), strides = t.strides();
  shape[d] = (end - start + step - 1) / step;
  strides[d] *= step;
  return t.alias(shape, strides, t.offset() + start * t.strides()[d]);
}

Tensor diagonal_raw(const Tensor& t, std::int64_t offset, std::int64_t dim1, std::int64_t dim2) {
  const auto i = wrap_dim(dim1, t.dim()), j = wrap_dim(dim2, t.dim());
  check(i != j, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  const std::int64_t rows = t.size(i), columns = t.size(j);
  const std::int64_t n = std::max<std::int64_t>(offset >= 0 ? std::min(rows, columns - offset) : std::min(rows + offset, columns), 0);
  const std::int64_t si = t.strides()[static_cast<std::size_t>(i)], sj = t.strides()[static_cast<std::size_t>(j)];
  Dims shape, strides;
  for (std::int64_t d = 0; d < t.dim(); ++d) {
    if (d == i || d == j) continue;
    shape.push_back(t.size(d));
    strides.push_back(t.strides()[static_cast<std::size_t>(d)]);
  }
  shape.push_back(n);
  strides.push_back(si + sj);
  const std::int64_t start = n == 0 ? 0 : offset >= 0 ? offset * sj : -offset * si;
  return t.alias(shape, strides, t.offset() + start);
}

// The window an operator takes out of a contiguous tensor of this shape, without its memory.
Tensor blueprint(const Dims& shape) {
  return Tensor(make_ref<TensorImpl>(make_ref<Storage>(0), shape, contiguous_strides(shape), 0, DType::UInt8));
}

void register_strided(Registry& r) {
  r.op("as_strided(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor")
      .doc("Any geometry over self's memory. torch.as_strided")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const Dims &shape = a.ints(1), &strides = a.ints(2);
        check(shape.size() == strides.size(), "mismatch in length of strides and shape");
        const std::int64_t offset = a.has(3) ? a.integer(3) : t.offset();
        std::int64_t last = offset;
        for (std::size_t i = 0; i < shape.size(); ++i) {
          check(strides[i] >= 0, "as_strided: Negative strides are not supported at the moment, got strides: ", to_string(strides));
          last += (shape[i] - 1) * strides[i];
        }
        const std::int64_t have = t.storage()->bytes() / item_size(t.dtype());
        check(product(shape) == 0 || last < have, "setStorage: sizes ", to_string(shape), ", strides ", to_string(strides), ", storage offset ", offset,
              ", and itemsize ", item_size(t.dtype()), " requiring a storage size of ", (last + 1) * item_size(t.dtype()),
              " are out of bounds for storage of size ", t.storage()->bytes());
        return t.alias(shape, strides, offset);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        // Elements that the window shows several times gather the sum.
        const Args a = c.args();
        const Dims& shape = c.shape(0);
        const std::int64_t offset = a.has(3) ? a.integer(3) : 0;
        const Tensor where = call("arange", {static_cast<long long>(product(shape))}).get<Tensor>().alias(a.ints(1), a.ints(2), offset).clone_raw();
        const Tensor flat = ops::scatter_add(Tensor::full({product(shape)}, 0, g[0].dtype()), 0, ops::reshape(where, IntList{-1}), ops::reshape(g[0], IntList{-1}));
        return {ops::reshape(flat, shape)};
      })
      .samples([](Samples& s) { s.add({s.randn({6}), IntList{2, 3}, IntList{2, 1}, 1}); });
  r.op("as_strided_scatter(Tensor self, Tensor src, int[] size, int[] stride, int storage_offset=0) -> Tensor")
      .doc("A copy of self with src written into a strided window. torch.as_strided_scatter")
      .forward([](const Args& a) {
        Tensor out = Tensor::empty(a.tensor(0).shape(), a.tensor(0).dtype());
        out.copy_raw(a.tensor(0));
        out.alias(a.ints(2), a.ints(3), a.integer(4)).copy_raw(a.tensor(1));
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        const Tensor whole = ops::contiguous(g[0]);
        TensorList out(2);
        if (c.needs(0)) out[0] = ops::as_strided_scatter(whole, Tensor::full(a.ints(2), 0, whole.dtype()), a[2], a[3], a[4]);
        if (c.needs(1)) out[1] = ops::as_strided(ops::clone(whole), a[2], a[3], a[4]);
        return out;
      })
      .samples([](Samples& s) { s.add({s.randn({6}), s.randn({2, 2}), IntList{2, 2}, IntList{3, 1}, 1}); });
}

}  // namespace

void register_slices(Registry& r) {
  register_strided(r);
  r.op("select(Tensor self, int dim, int index) -> Tensor").doc("One index of a dimension, which is dropped. torch.select").view()
      .forward([](const Args& a) { return select_raw(a.tensor(0), a.integer(1), a.integer(2)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {place(c.shape(0), g[0], select_raw(blueprint(c.shape(0)), a.integer(1), a.integer(2)))};
      })
      .samples([](Samples& s) { s.add({s.randn({2, 3}), 1, -1}); });
  r.op("slice(Tensor self, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor").doc("start:end:step of a dimension. Python's slicing").view()
      .in(kTensor)
      .forward([](const Args& a) { return slice_raw(a.tensor(0), a.integer(1), a[2], a[3], a.integer(4)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {place(c.shape(0), g[0], slice_raw(blueprint(c.shape(0)), a.integer(1), a[2], a[3], a.integer(4)))};
      })
      .onnx("Slice")
      .samples([](Samples& s) { s.add({s.randn({2, 5}), 1, 1, 5, 2}); });
  r.op("narrow(Tensor self, int dim, int start, int length) -> Tensor").doc("length indices of a dimension from start on. torch.narrow")
      .composite([](const Args& a) {
        const Tensor t = a.tensor(0);
        check(t.dim() > 0, "narrow() cannot be applied to a 0-dim tensor.");
        const std::int64_t n = t.size(a.integer(1));
        std::int64_t start = a.integer(2);
        check(a.integer(3) >= 0, "narrow(): length must be non-negative.");
        if (start < 0) start += n;
        check(start >= 0 && start + a.integer(3) <= n, "start (", start, ") + length (", a.integer(3), ") exceeds dimension size (", n, ").");
        return ops::slice(t, a[1], static_cast<long long>(start), static_cast<long long>(start + a.integer(3)));
      });
  r.op("diagonal(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor").doc("A view of a diagonal. torch.diagonal").view()
      .forward([](const Args& a) { return diagonal_raw(a.tensor(0), a.integer(1), a.integer(2), a.integer(3)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {place(c.shape(0), g[0], diagonal_raw(blueprint(c.shape(0)), a.integer(1), a.integer(2), a.integer(3)))};
      })
      .samples([](Samples& s) { s.add({s.randn({3, 4}), 1}); });
  r.op("diag(Tensor self, int diagonal=0) -> Tensor").doc("The diagonal of a matrix, or a matrix with this diagonal. torch.diag")
      .composite([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        if (t.dim() == 2) return ops::clone(call("diagonal", {t, a[1]}));
        check(t.dim() == 1, "matrix or a vector expected");
        const std::int64_t k = a.integer(1), n = t.size(0) + std::abs(k);
        return ops::as_strided_scatter(Tensor::full({n, n}, 0, t.dtype()), t, t.shape(), IntList{n + 1}, static_cast<long long>(k >= 0 ? k : -k * n));
      });
  r.op("trace(Tensor self) -> Tensor").doc("Sum of the diagonal. torch.trace")
      .composite([](const Args& a) {
        check(a.tensor(0).dim() == 2, "trace: expected a matrix, but got tensor with dim ", a.tensor(0).dim());
        return ops::sum(call("diagonal", {a.tensor(0)}));
      });
}

}  // namespace gradbox
