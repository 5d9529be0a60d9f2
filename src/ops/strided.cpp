// Views of a part of a tensor: select, slice, diagonal, windows, arbitrary strides, and the
// operator that carries their gradients back.
#include <algorithm>

#include "kernels/elementwise.h"
#include "kernels/wrap.h"
#include "ops/views.h"

namespace gradbox {
namespace {

const OpHandle into_zeros_op{"_into_zeros"};

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return kernels::wrap_add(a, b);
  }
};

// x without its dimension d.
Dims without(const Dims& x, std::int64_t d) {
  Dims out = x;
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(d));
  return out;
}

std::int64_t extent(const Dims& shape, const Dims& strides) {
  std::int64_t n = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0) return 0;
    n += (shape[i] - 1) * strides[i];
  }
  return n;
}

void check_bounds(const Tensor& t, const IntList& size, const IntList& stride,
                  std::int64_t offset) {
  check(size.size() == stride.size(), "mismatch in length of strides and shape");
  for (const auto s : stride)
    if (s < 0)
      fail(ErrorKind::Runtime,
           "as_strided: Negative strides are not supported at the moment, got strides: ",
           to_string(stride));
  check(offset >= 0, "Tensor: invalid storage offset ", offset);
  const std::int64_t item = item_size(t.dtype());
  const std::int64_t n = extent(size, stride);
  if (!(n == 0 || (offset + n) * item <= t.storage()->bytes()))
    fail(ErrorKind::Runtime, "setStorage: sizes ", to_string(size), ", strides ", to_string(stride),
         ", storage offset ", offset, ", and itemsize ", item, " requiring a storage size of ",
         (offset + n) * item, " are out of bounds for storage of size ", t.storage()->bytes());
}

struct Range {
  std::int64_t start;
  std::int64_t length;
};

// Python's rules for start:end:step.
Range slice_range(std::int64_t size, const Value& start, const Value& end, std::int64_t step) {
  check(step > 0, "slice step must be positive");
  const auto place = [size](const Value& v, std::int64_t otherwise) {
    std::int64_t x = v.is_none() ? otherwise : v.as_int();
    if (x < 0) x += size;
    return std::clamp<std::int64_t>(x, 0, size);
  };
  const std::int64_t first = place(start, 0), last = std::max(place(end, size), first);
  return {first, (last - first + step - 1) / step};
}

void register_parts(Registry& r) {
  r.op("select(Tensor self, int dim, int index) -> Tensor")
      .doc("One slice along a dimension, which disappears. torch.select")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        if (t.dim() == 0) fail(ErrorKind::Index, "select() cannot be applied to a 0-dim tensor.");
        const auto dim = wrap_dim(a.integer(1), t.dim());
        const std::int64_t size = t.size(dim), index = a.integer(2);
        if (index < -size || index >= size)
          fail(ErrorKind::Index, "select(): index ", index, " out of range for tensor of size ",
               to_string(t.shape()), " at dimension ", dim);
        const std::int64_t i = index < 0 ? index + size : index;
        return t.alias(without(t.shape(), dim), without(t.strides(), dim),
                       t.offset() + i * t.strides()[static_cast<std::size_t>(dim)]);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& shape = c.shape(0);
        const Dims strides = contiguous_strides(shape);
        const auto dim = wrap_dim(c.args().integer(1), static_cast<std::int64_t>(shape.size()));
        std::int64_t i = c.args().integer(2);
        if (i < 0) i += shape[static_cast<std::size_t>(dim)];
        return {into_zeros(g[0], shape, without(strides, dim),
                           i * strides[static_cast<std::size_t>(dim)])};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1, -1});
        s.add({s.randn({2, 3}), 0, 1});
      });
  r.op("slice(Tensor self, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor")
      .doc("self[start:end:step] along a dimension. torch.Tensor.__getitem__")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        if (t.dim() == 0) fail(ErrorKind::Index, "slice() cannot be applied to a 0-dim tensor.");
        const auto d = static_cast<std::size_t>(wrap_dim(a.integer(1), t.dim()));
        const Range range = slice_range(t.shape()[d], a[2], a[3], a.integer(4));
        Dims shape = t.shape(), strides = t.strides();
        shape[d] = range.length;
        const std::int64_t offset = t.offset() + range.start * strides[d];
        strides[d] *= a.integer(4);
        return t.alias(shape, strides, offset);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& shape = c.shape(0);
        const Args a = c.args();
        const auto d = static_cast<std::size_t>(
            wrap_dim(a.integer(1), static_cast<std::int64_t>(shape.size())));
        Dims strides = contiguous_strides(shape);
        const Range range = slice_range(shape[d], a[2], a[3], a.integer(4));
        const std::int64_t offset = range.start * strides[d];
        strides[d] *= a.integer(4);
        return {into_zeros(g[0], shape, strides, offset)};
      })
      .samples([](Samples& s) {
        s.add({s.randn({5, 3}), 0, 1, -1, 2});
        s.add({s.randn({2, 3}), 1, Value(), 2});
      });
  r.op("narrow(Tensor self, int dim, int start, int length) -> Tensor")
      .doc("self[start : start + length] along a dimension. torch.narrow")
      .composite([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        check(t.dim() > 0, "narrow() cannot be applied to a 0-dim tensor.");
        const std::int64_t length = a.integer(3);
        check(length >= 0, "narrow(): length must be non-negative.");
        const std::int64_t size = t.size(a.integer(1));
        std::int64_t start = a.integer(2);
        if (start < -size || start > size)
          fail(ErrorKind::Index, "Dimension out of range (expected to be in range of [", -size,
               ", ", size - 1, "], but got ", start, ")");
        if (start < 0) start += size;
        check(start + length <= size, "start (", start, ") + length (", length,
              ") exceeds dimension size (", size, ").");
        return ops::slice(t, a[1], start, start + length, 1);
      });
}

void register_diagonal(Registry& r) {
  r.op("diagonal(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor")
      .doc("A view of the diagonal of two dimensions, as the last dimension. torch.diagonal")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const Geometry d = diagonal_geometry(t.shape(), t.strides(), t.offset(), a.integer(1),
                                             a.integer(2), a.integer(3));
        return t.alias(d.shape, d.strides, d.offset);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& shape = c.shape(0);
        const Args a = c.args();
        const Geometry d = diagonal_geometry(shape, contiguous_strides(shape), 0, a.integer(1),
                                             a.integer(2), a.integer(3));
        return {into_zeros(g[0], shape, d.strides, d.offset)};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 4}), 1});
        s.add({s.randn({2, 3, 3}), -1, -1, 0});
      });
  r.op("diag(Tensor self, int diagonal=0) -> Tensor")
      .doc("The diagonal of a matrix, or a matrix with a vector on its diagonal. torch.diag")
      .forward([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        const std::int64_t k = a.integer(1);
        check(t.dim() == 1 || t.dim() == 2, "matrix or a vector expected");
        if (t.dim() == 2) {
          const Geometry d = diagonal_geometry(t.shape(), t.strides(), t.offset(), k, 0, 1);
          return t.alias(d.shape, d.strides, d.offset).clone_raw();
        }
        const std::int64_t n = t.numel() + std::abs(k);
        const Tensor out = Tensor::full({n, n}, 0, t.dtype());
        const Geometry d = diagonal_geometry(out.shape(), out.strides(), 0, k, 0, 1);
        out.alias(d.shape, d.strides, d.offset).copy_raw(t);
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& shape = c.shape(0);
        const std::int64_t k = c.args().integer(1);
        if (shape.size() == 1) return {call("diagonal", {g[0], k, 0, 1}).get<Tensor>()};
        const Geometry d = diagonal_geometry(shape, contiguous_strides(shape), 0, k, 0, 1);
        return {into_zeros(g[0], shape, d.strides, d.offset)};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3}), 1});
        s.add({s.randn({3, 4}), -1});
      });
}

void register_geometry(Registry& r) {
  r.op("as_strided(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor")
      .doc("Any geometry over self's storage, counted in elements. torch.as_strided")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const std::int64_t offset = a.has(3) ? a.integer(3) : t.offset();
        check_bounds(t, a.ints(1), a.ints(2), offset);
        // The backward needs to know how self itself lies in the storage.
        std::vector<std::int64_t> own(t.strides());
        own.push_back(t.offset());
        a.stash(Tensor::from_vector(own, {static_cast<std::int64_t>(own.size())}));
        return t.alias(a.ints(1), a.ints(2), offset);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& shape = c.shape(0);
        const Tensor own = c.stash(0);
        const auto* p = own.data<std::int64_t>();
        const Dims strides(p, p + shape.size());
        const std::int64_t offset = p[shape.size()];
        const Args a = c.args();
        const std::int64_t taken = a.has(3) ? a.integer(3) : offset;
        if (strides == contiguous_strides(shape) && taken >= offset &&
            taken - offset + extent(a.ints(1), a.ints(2)) <= product(shape))
          return {into_zeros(g[0], shape, a.ints(2), taken - offset)};
        // Gather in a buffer that spans both geometries, then take self's part of it.
        const std::int64_t low = std::min(taken, offset);
        const std::int64_t high =
            std::max(taken + extent(g[0].shape(), a.ints(2)), offset + extent(shape, strides));
        const Tensor buffer = into_zeros(g[0], {high - low}, a.ints(2), taken - low);
        return {ops::as_strided(buffer, shape, strides, offset - low)};
      })
      .samples([](Samples& s) {
        s.add({s.randn({6}), IntList{2, 2}, IntList{2, 1}, 1});
        s.add({s.randn({6}), IntList{3, 3}, IntList{1, 1}, 0});
      });
  r.op("as_strided_scatter(Tensor self, Tensor src, int[] size, int[] stride, int storage_offset=0)"
       " -> Tensor")
      .doc(
          "A copy of self in row-major order, in which src replaces the elements of a geometry "
          "counted from the copy's first element. torch.as_strided_scatter")
      .forward([](const Args& a) {
        const Tensor out = a.tensor(0).clone_raw(), src = a.tensor(1);
        if (src.shape() != a.ints(2))
          fail(ErrorKind::Runtime,
               "expected src to have a size equal to the slice of self. src size = ",
               to_string(src.shape()), ", slice size = ", to_string(a.ints(2)));
        check_bounds(out, a.ints(2), a.ints(3), a.integer(4));
        out.alias(a.ints(2), a.ints(3), a.integer(4)).copy_raw(src);
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        const Tensor whole = ops::contiguous(g[0]);
        const Tensor none = Tensor::full(c.shape(1), 0, g[0].dtype());
        return {c.needs(0) ? ops::as_strided_scatter(whole, none, a[2], a[3], a[4]) : Tensor(),
                c.needs(1) ? ops::as_strided(whole, a[2], a[3], a.integer(4) + whole.offset())
                           : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({2, 2}), IntList{2, 2}, IntList{3, 1}, 1});
      });
  r.op("_into_zeros(Tensor self, int[] size, int[] stride, int storage_offset) -> Tensor")
      .doc("Zeros of a size, with self added where a geometry lies: the gradient of views.")
      .in(0)
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0), out = Tensor::full(a.ints(1), 0, t.dtype());
        const Tensor part = out.alias(t.shape(), a.ints(2), a.integer(3));
        dispatch_number(t.dtype(), "into_zeros", [&](auto tag) {
          using T = decltype(tag);
          kernels::binary<T, T, Add>(part, part, t);
        });
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        const Tensor whole = ops::contiguous(g[0]);
        return {ops::as_strided(whole, c.shape(0), a[2], a.integer(3) + whole.offset())};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 2}), IntList{2, 4}, IntList{2, 1}, 1});
        s.add({s.randn({3, 2}), IntList{5}, IntList{1, 1}, 1});
      });
  r.op("unfold(Tensor self, int dimension, int size, int step) -> Tensor")
      .doc(
          "A view of all windows of a size along a dimension; they become the last dimension. "
          "torch.Tensor.unfold")
      .in(kTensor)
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const auto d = static_cast<std::size_t>(wrap_dim(a.integer(1), t.dim()));
        const std::int64_t size = a.integer(2), step = a.integer(3);
        const std::int64_t limit = t.dim() ? t.shape()[d] : 1;
        check(size <= limit, "maximum size for tensor at dimension ", d, " is ", limit,
              " but size is ", size);
        check(step > 0, "step is ", step, " but must be > 0");
        Dims shape = t.shape(), strides = t.strides();
        shape.push_back(size);
        strides.push_back(t.dim() ? strides[d] : 1);
        if (t.dim()) {
          shape[d] = (limit - size) / step + 1;
          strides[d] *= std::min(step, limit + 1);  // so that it doesn't overflow
        }
        return t.alias(shape, strides, t.offset());
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& shape = c.shape(0);
        Dims strides = contiguous_strides(shape);
        const auto d = static_cast<std::size_t>(
            wrap_dim(c.args().integer(1), static_cast<std::int64_t>(shape.size())));
        strides.push_back(shape.empty() ? 1 : strides[d]);
        if (!shape.empty()) strides[d] *= c.args().integer(3);
        return {into_zeros(g[0], shape, strides, 0)};
      })
      .samples([](Samples& s) {
        s.add({s.randn({6, 2}), 0, 3, 2});
      });
}

}  // namespace

Tensor into_zeros(const Tensor& g, const Dims& shape, const Dims& strides, std::int64_t offset) {
  return into_zeros_op(g, shape, strides, offset);
}

Tensor narrow_raw(const Tensor& t, std::int64_t dim, std::int64_t start, std::int64_t length) {
  Dims shape = t.shape();
  const auto d = static_cast<std::size_t>(dim);
  shape[d] = length;
  return t.alias(shape, t.strides(), t.offset() + start * t.strides()[d]);
}

Geometry diagonal_geometry(const Dims& shape, const Dims& strides, std::int64_t offset,
                           std::int64_t diagonal, std::int64_t dim1, std::int64_t dim2) {
  const auto n = static_cast<std::int64_t>(shape.size());
  const auto i = static_cast<std::size_t>(wrap_dim(dim1, n));
  const auto j = static_cast<std::size_t>(wrap_dim(dim2, n));
  check(i != j, "diagonal dimensions cannot be identical ", dim1, ", ", dim2);
  Geometry out{{}, {}, offset};
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (d == i || d == j) continue;
    out.shape.push_back(shape[d]);
    out.strides.push_back(strides[d]);
  }
  const std::int64_t rows = shape[i] - (diagonal < 0 ? -diagonal : 0);
  const std::int64_t columns = shape[j] - (diagonal > 0 ? diagonal : 0);
  const std::int64_t length = std::max<std::int64_t>(0, std::min(rows, columns));
  if (length > 0) out.offset += diagonal >= 0 ? diagonal * strides[j] : -diagonal * strides[i];
  out.shape.push_back(length);
  out.strides.push_back(strides[i] + strides[j]);
  return out;
}

void register_strided(Registry& r) {
  register_parts(r);
  register_diagonal(r);
  register_geometry(r);
}

}  // namespace gradbox
