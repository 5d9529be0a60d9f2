// Putting tensors together and taking them apart.
#include <algorithm>

#include "ops/views.h"

namespace gradbox {
namespace {

// cat skips 1-dim tensors without elements, whatever the shape of the others (a legacy of PyTorch).
bool is_skipped(const Dims& shape) { return shape.size() == 1 && shape[0] == 0; }

DType common_dtype(const TensorList& list) {
  DType t = list.at(0).dtype();
  for (const Tensor& x : list) t = promote_types(t, x.dtype());
  return t;
}

Tensor concatenated(const TensorList& list, std::int64_t dim_given) {
  check(!list.empty(), "torch.cat(): expected a non-empty list of Tensors");
  const Tensor* first = nullptr;
  std::size_t first_at = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    check(list[i].dim() > 0, "zero-dimensional tensor (at position ", i,
          ") cannot be concatenated");
    if (!first && !is_skipped(list[i].shape())) {
      first = &list[i];
      first_at = i;
    }
  }
  if (!first) return Tensor::empty({0}, common_dtype(list));
  const auto dim = wrap_dim(dim_given, first->dim());
  Dims shape = first->shape();
  shape[static_cast<std::size_t>(dim)] = 0;
  for (std::size_t i = first_at; i < list.size(); ++i) {
    const Tensor& t = list[i];
    if (is_skipped(t.shape())) continue;
    check(t.dim() == first->dim(), "Tensors must have same number of dimensions: got ",
          first->dim(), " and ", t.dim());
    for (std::int64_t d = 0; d < t.dim(); ++d)
      check(d == dim || t.size(d) == first->size(d),
            "Sizes of tensors must match except in dimension ", dim, ". Expected size ",
            first->size(d), " but got size ", t.size(d), " for tensor number ", i, " in the list.");
    shape[static_cast<std::size_t>(dim)] += t.size(dim);
  }
  const Tensor out = Tensor::empty(shape, common_dtype(list));
  std::int64_t at = 0;
  for (const Tensor& t : list) {
    if (is_skipped(t.shape())) continue;
    narrow_raw(out, dim, at, t.size(dim)).copy_raw(t);
    at += t.size(dim);
  }
  return out;
}

TensorList cat_backward(BackwardContext& c, const TensorList& g) {
  const auto dim = wrap_dim(c.args().integer(1), g[0].dim());
  TensorList out;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < c.list_size(0); ++i) {
    const Dims& shape = c.shape(0, i);
    if (is_skipped(shape)) {
      out.push_back(Tensor::full({0}, 0, c.dtype(0, i)));
      continue;
    }
    const std::int64_t n = shape[static_cast<std::size_t>(dim)];
    out.push_back(c.needs(0, i) ? ops::slice(g[0], dim, at, at + n, 1) : Tensor());
    at += n;
  }
  return out;
}

Tensor stacked(const TensorList& list, std::int64_t dim_given) {
  check(!list.empty(), "stack expects a non-empty TensorList");
  const auto dim = wrap_dim(dim_given, list[0].dim() + 1);
  for (std::size_t i = 1; i < list.size(); ++i)
    if (list[i].shape() != list[0].shape())
      fail(ErrorKind::Runtime, "stack expects each tensor to be equal size, but got ",
           to_string(list[0].shape()), " at entry 0 and ", to_string(list[i].shape()), " at entry ",
           i);
  Dims shape = list[0].shape();
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(dim),
               static_cast<std::int64_t>(list.size()));
  const Tensor out = Tensor::empty(shape, common_dtype(list));
  Dims part = shape;
  part[static_cast<std::size_t>(dim)] = 1;
  for (std::size_t i = 0; i < list.size(); ++i) {
    Dims strides = list[i].strides();
    strides.insert(strides.begin() + static_cast<std::ptrdiff_t>(dim), 0);
    narrow_raw(out, dim, static_cast<std::int64_t>(i), 1)
        .copy_raw(list[i].alias(part, strides, list[i].offset()));
  }
  return out;
}

TensorList at_least(const TensorList& list, std::int64_t dims) {
  TensorList out;
  for (Tensor t : list) {
    if (t.dim() == 0) t = ops::reshape(t, Dims(static_cast<std::size_t>(dims), 1));
    if (dims >= 2 && t.dim() == 1) t = ops::unsqueeze(t, 0);
    if (dims >= 3 && t.dim() == 2) t = ops::unsqueeze(t, 2);
    out.push_back(t);
  }
  return out;
}

void register_joining(Registry& r) {
  for (const char* name : {"cat", "concat", "concatenate"})
    r.op(std::string(name) + "(Tensor[] tensors, int dim=0) -> Tensor")
        .doc("Joins tensors along an existing dimension. torch.cat")
        .in(kTorch)
        .node("CatBackward0")
        .onnx("Concat")
        .forward([](const Args& a) { return concatenated(a.tensors(0), a.integer(1)); })
        .backward(cat_backward)
        .samples([](Samples& s) {
          s.add({TensorList{s.randn({2, 3}), s.randn({2, 1})}, -1});
          s.add({TensorList{s.randn({2, 2}), s.randn({1, 2}), s.randn({2, 2})}, 0});
        });
  r.op("stack(Tensor[] tensors, int dim=0) -> Tensor")
      .doc("Joins tensors of one shape along a new dimension. torch.stack")
      .in(kTorch)
      .forward([](const Args& a) { return stacked(a.tensors(0), a.integer(1)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        TensorList out;
        const auto dim = wrap_dim(c.args().integer(1), g[0].dim());
        for (std::size_t i = 0; i < c.list_size(0); ++i)
          out.push_back(c.needs(0, i) ? ops::select(g[0], dim, static_cast<std::int64_t>(i))
                                      : Tensor());
        return out;
      })
      .samples([](Samples& s) {
        s.add({TensorList{s.randn({2, 3}), s.randn({2, 3})}, 1});
      });
  r.op("hstack(Tensor[] tensors) -> Tensor")
      .doc("Joins along the second dimension, vectors along their only one. torch.hstack")
      .in(kTorch)
      .composite([](const Args& a) -> Tensor {
        check(!a.tensors(0).empty(), "hstack expects a non-empty TensorList");
        const TensorList list = at_least(a.tensors(0), 1);
        return ops::cat(list, list[0].dim() == 1 ? 0 : 1);
      });
  for (const char* name : {"vstack", "row_stack"})
    r.op(std::string(name) + "(Tensor[] tensors) -> Tensor")
        .doc(std::string("Joins along the first dimension; vectors are rows. torch.") + name)
        .in(kTorch)
        .composite([](const Args& a) -> Tensor {
          check(!a.tensors(0).empty(), "vstack expects a non-empty TensorList");
          return ops::cat(at_least(a.tensors(0), 2), 0);
        });
  r.op("dstack(Tensor[] tensors) -> Tensor")
      .doc("Joins along the third dimension. torch.dstack")
      .in(kTorch)
      .composite([](const Args& a) -> Tensor {
        check(!a.tensors(0).empty(), "dstack expects a non-empty TensorList");
        return ops::cat(at_least(a.tensors(0), 3), 2);
      });
  r.op("column_stack(Tensor[] tensors) -> Tensor")
      .doc("Joins along the second dimension; vectors are columns. torch.column_stack")
      .in(kTorch)
      .composite([](const Args& a) -> Tensor {
        check(!a.tensors(0).empty(), "column_stack expects a non-empty TensorList");
        TensorList list;
        for (const Tensor& t : a.tensors(0))
          list.push_back(t.dim() <= 1 ? ops::reshape(t, Dims{t.numel(), 1}) : t);
        return ops::cat(list, 1);
      });
  r.op("atleast_1d(Tensor self) -> Tensor")
      .doc("self, with a dimension if it has none. torch.atleast_1d")
      .in(kTorch)
      .composite([](const Args& a) { return at_least({a.tensor(0)}, 1)[0]; });
  r.op("atleast_2d(Tensor self) -> Tensor")
      .doc("self as a matrix at least; a vector is a row. torch.atleast_2d")
      .in(kTorch)
      .composite([](const Args& a) { return at_least({a.tensor(0)}, 2)[0]; });
  r.op("meshgrid(Tensor[] tensors, *, str? indexing=None) -> Tensor[]")
      .doc("Coordinates of a grid from the coordinates along each axis. torch.meshgrid")
      .in(kTorch)
      .composite([](const Args& a) -> TensorList {
        TensorList list = a.tensors(0);
        check(!list.empty(), "meshgrid expects a non-empty TensorList");
        const std::string indexing = a.has(1) ? a.string(1) : "ij";
        check(indexing == "ij" || indexing == "xy",
              "torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: ", indexing);
        const bool swapped = indexing == "xy" && list.size() >= 2;
        if (swapped) std::swap(list[0], list[1]);
        Dims shape;
        for (const Tensor& t : list) {
          check(t.dim() <= 1,
                "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ", t.dim(),
                "D");
          check(t.dtype() == list[0].dtype(),
                "torch.meshgrid expects all tensors to have the same dtype");
          shape.push_back(t.numel());
        }
        TensorList out;
        for (std::size_t i = 0; i < list.size(); ++i) {
          Dims own(shape.size(), 1);
          own[i] = shape[i];
          out.push_back(ops::expand(ops::view(list[i], own), shape));
        }
        if (swapped) std::swap(out[0], out[1]);
        return out;
      });
}

TensorList split_at(const Tensor& t, std::int64_t dim, const IntList& sizes) {
  TensorList out;
  std::int64_t at = 0;
  for (const auto n : sizes) {
    out.push_back(narrow_raw(t, dim, at, n));
    at += n;
  }
  return out;
}

TensorList split_backward(BackwardContext& c, const TensorList& g) {
  return {ops::cat(g, wrap_dim(c.args().integer(2), static_cast<std::int64_t>(c.shape(0).size())))};
}

void register_splitting(Registry& r) {
  r.op("split(Tensor self, int split_size, int dim=0) -> Tensor[]")
      .doc("Views of equal parts; the last may be smaller. torch.split")
      .view()
      .forward([](const Args& a) -> TensorList {
        const Tensor t = a.tensor(0);
        check(t.dim() > 0, "split expects at least a 1-dimensional tensor");
        const auto dim = wrap_dim(a.integer(2), t.dim());
        const std::int64_t n = t.size(dim), size = a.integer(1);
        check(size >= 0, "split expects split_size be non-negative, but got split_size=", size);
        check(size > 0 || n == 0,
              "split_size can only be 0 if dimension size is 0, but got dimension size of ", n);
        IntList sizes;
        for (std::int64_t at = 0; at < n; at += size) sizes.push_back(std::min(size, n - at));
        if (sizes.empty()) sizes.push_back(0);
        return split_at(t, dim, sizes);
      })
      .backward(split_backward)
      .samples([](Samples& s) {
        s.add({s.randn({5, 2}), 2, 0});
      });
  for (const char* name : {"split.sizes", "split_with_sizes"})
    r.op(std::string(name) + "(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]")
        .doc("Views of parts of the sizes given. torch.split")
        .node("SplitWithSizesBackward0")
        .view()
        .forward([](const Args& a) -> TensorList {
          const Tensor t = a.tensor(0);
          check(t.dim() > 0, "split expects at least a 1-dimensional tensor");
          const auto dim = wrap_dim(a.integer(2), t.dim());
          const IntList& sizes = a.ints(1);
          std::int64_t total = 0;
          for (const auto n : sizes) {
            if (n < 0)
              fail(ErrorKind::Runtime,
                   "split_with_sizes expects split_sizes have only non-negative entries, but "
                   "got split_sizes=",
                   to_string(sizes));
            total += n;
          }
          if (total != t.size(dim))
            fail(ErrorKind::Runtime, "split_with_sizes expects split_sizes to sum exactly to ",
                 t.size(dim), " (input tensor's size at dimension ", dim,
                 "), but got split_sizes=", to_string(sizes));
          return split_at(t, dim, sizes);
        })
        .backward(split_backward)
        .samples([](Samples& s) {
          s.add({s.randn({2, 5}), IntList{1, 3, 1}, 1});
        });
  r.op("chunk(Tensor self, int chunks, int dim=0) -> Tensor[]")
      .doc("Views of this many equal parts, or fewer; the last may be smaller. torch.chunk")
      .composite([](const Args& a) -> Value {
        const Tensor t = a.tensor(0);
        const std::int64_t chunks = a.integer(1);
        check(t.dim() > 0, "chunk expects at least a 1-dimensional tensor");
        check(chunks > 0, "chunk expects `chunks` to be greater than 0, got: ", chunks);
        const std::int64_t n = t.size(a.integer(2));
        if (n == 0)
          return call("split_with_sizes", {t, IntList(static_cast<std::size_t>(chunks), 0), a[2]});
        return call("split", {t, (n + chunks - 1) / chunks, a[2]});
      });
  const auto split_at_indices = [](const Tensor& t, const Value& dim, const IntList& indices) {
    TensorList out;
    std::int64_t at = 0;
    for (const auto i : indices) {
      out.push_back(ops::slice(t, dim, at, i, 1));
      at = i;
    }
    out.push_back(ops::slice(t, dim, at, t.size(dim.as_int()), 1));
    return out;
  };
  r.op("tensor_split(Tensor self, int sections, int dim=0) -> Tensor[]")
      .doc(
          "Views of exactly this many parts; the first ones are larger by one where need be. "
          "torch.tensor_split")
      .composite([split_at_indices](const Args& a) -> TensorList {
        const Tensor t = a.tensor(0);
        const std::int64_t sections = a.integer(1);
        check(
            t.dim() > 0,
            "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims");
        check(sections > 0, "number of sections must be larger than 0, got ", sections);
        const std::int64_t n = t.size(a.integer(2));
        IntList indices;
        for (std::int64_t i = 1, at = 0; i < sections; ++i) {
          at += n / sections + (i <= n % sections ? 1 : 0);
          indices.push_back(at);
        }
        return split_at_indices(t, a[2], indices);
      });
  r.op("tensor_split.indices(Tensor self, int[] indices, int dim=0) -> Tensor[]")
      .doc("Views cut at the indices given. torch.tensor_split")
      .composite([split_at_indices](const Args& a) {
        return split_at_indices(a.tensor(0), a[2], a.ints(1));
      });
  r.op("unbind(Tensor self, int dim=0) -> Tensor[]")
      .doc("Views of all slices along a dimension. torch.unbind")
      .view()
      .forward([](const Args& a) -> TensorList {
        const Tensor t = a.tensor(0);
        if (t.dim() == 0)
          fail(ErrorKind::Index, "Dimension specified as ", a.integer(1),
               " but tensor has no dimensions");
        const auto d = static_cast<std::size_t>(wrap_dim(a.integer(1), t.dim()));
        Dims shape = t.shape(), strides = t.strides();
        const std::int64_t n = shape[d], step = strides[d];
        shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(d));
        strides.erase(strides.begin() + static_cast<std::ptrdiff_t>(d));
        TensorList out;
        for (std::int64_t i = 0; i < n; ++i)
          out.push_back(t.alias(shape, strides, t.offset() + i * step));
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::stack(
            g, wrap_dim(c.args().integer(1), static_cast<std::int64_t>(c.shape(0).size())))};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1});
      });
}

}  // namespace

void register_join(Registry& r) {
  register_joining(r);
  register_splitting(r);
}

}  // namespace gradbox
