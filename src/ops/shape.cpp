// Views: operators whose result shares its input's storage.
#include <algorithm>
#include <numeric>
#include <optional>

#include "ops/views.h"

namespace gradbox {

void register_strided(Registry& r);   // strided.cpp
void register_movement(Registry& r);  // movement.cpp
void register_arrange(Registry& r);   // arrange.cpp

namespace {

const OpHandle reshape_alias{"_reshape_alias"};
const OpHandle unsafe_view{"_unsafe_view"};

// Strides under which `t` can be seen with `shape` without copying (at::detail::computeStride).
std::optional<Dims> view_strides(const Tensor& t, const Dims& shape) {
  if (t.numel() == 0) return contiguous_strides(shape);
  Dims out(shape.size());
  auto view = static_cast<std::int64_t>(shape.size()) - 1;
  std::int64_t base_stride = t.dim() ? t.strides().back() : 1;
  std::int64_t tensor_numel = 1, view_numel = 1;
  for (std::int64_t d = t.dim() - 1; d >= 0; --d) {
    const auto i = static_cast<std::size_t>(d);
    tensor_numel *= t.shape()[i];
    const bool chunk_ends =
        d == 0 || (t.shape()[i - 1] != 1 && t.strides()[i - 1] != tensor_numel * base_stride);
    if (!chunk_ends) continue;
    while (view >= 0 && (view_numel < tensor_numel || shape[static_cast<std::size_t>(view)] == 1)) {
      out[static_cast<std::size_t>(view)] = view_numel * base_stride;
      view_numel *= shape[static_cast<std::size_t>(view)];
      --view;
    }
    if (view_numel != tensor_numel) return std::nullopt;
    if (d > 0) {
      base_stride = t.strides()[i - 1];
      tensor_numel = view_numel = 1;
    }
  }
  if (view != -1) {
    if (t.dim() != 0) return std::nullopt;
    for (; view >= 0; --view) out[static_cast<std::size_t>(view)] = 1;
  }
  return out;
}

IntList all_dims(const Tensor& t) {
  IntList d(static_cast<std::size_t>(t.dim()));
  std::iota(d.begin(), d.end(), 0);
  return d;
}

Tensor checked_view(const Args& a) {
  const Tensor t = a.tensor(0);
  const Dims shape = infer_size(a.ints(1), t.numel());
  const auto strides = view_strides(t, shape);
  check(strides.has_value(),
        "view size is not compatible with input tensor's size and stride (at least one dimension "
        "spans across two contiguous subspaces). Use .reshape(...) instead.");
  return t.alias(shape, *strides, t.offset());
}

TensorList back_to_shape(BackwardContext& c, const TensorList& g) {
  return {ops::reshape(g[0], c.shape(0))};
}

IntList normalized(const IntList& dims, std::int64_t ndim) {
  IntList out;
  for (const auto d : dims) out.push_back(wrap_dim(d, ndim));
  return out;
}

Tensor permuted(const Tensor& t, const IntList& dims) {
  if (static_cast<std::int64_t>(dims.size()) != t.dim())
    fail(ErrorKind::Runtime,
         "permute(sparse_coo): number of dimensions in the tensor input does not match the length "
         "of the desired ordering of dimensions i.e. input.dim() = ",
         t.dim(), " is not equal to len(dims) = ", dims.size());
  const IntList order = normalized(dims, t.dim());
  std::vector<char> seen(order.size(), 0);
  for (const auto d : order) {
    check(!seen[static_cast<std::size_t>(d)], "permute(): duplicate dims are not allowed.");
    seen[static_cast<std::size_t>(d)] = 1;
  }
  return permute_raw(t, order);
}

// The same memory read as elements of another dtype; the last size follows where widths differ.
Tensor reinterpreted(const Args& a) {
  const Tensor t = a.tensor(0);
  const DType dtype = a.dtype(1);
  const std::int64_t from = item_size(t.dtype()), to = item_size(dtype);
  Dims shape = t.shape(), strides = t.strides();
  std::int64_t offset = t.offset();
  if (from != to) {
    check(t.dim() > 0, "self.dim() cannot be 0 to view ", scalar_type_name(t.dtype()), " as ",
          scalar_type_name(dtype), " (different element sizes)");
    check(strides.back() == 1, "self.stride(-1) must be 1 to view ", scalar_type_name(t.dtype()),
          " as ", scalar_type_name(dtype), " (different element sizes), but got ", strides.back());
    const std::int64_t ratio = to < from ? from / to : to / from;
    if (to < from) {
      for (std::size_t i = 0; i + 1 < strides.size(); ++i) strides[i] *= ratio;
      shape.back() *= ratio;
      offset *= ratio;
    } else {
      check(shape.back() % ratio == 0, "self.size(-1) must be divisible by ", ratio, " to view ",
            scalar_type_name(t.dtype()), " as ", scalar_type_name(dtype),
            " (different element sizes), but got ", shape.back());
      check(offset % ratio == 0, "self.storage_offset() must be divisible by ", ratio, " to view ",
            scalar_type_name(t.dtype()), " as ", scalar_type_name(dtype),
            " (different element sizes), but got ", offset);
      for (std::size_t i = 0; i + 1 < strides.size(); ++i) {
        check(strides[i] % ratio == 0, "self.stride(", i, ") must be divisible by ", ratio,
              " to view ", scalar_type_name(t.dtype()), " as ", scalar_type_name(dtype),
              " (different element sizes), but got ", strides[i]);
        strides[i] /= ratio;
      }
      shape.back() /= ratio;
      offset /= ratio;
    }
  }
  return Tensor(
      make_ref<TensorImpl>(t.storage(), make_ref<ShapeData>(shape, strides), offset, dtype));
}

void register_reshaping(Registry& r) {
  r.op("view(Tensor self, int[] size) -> Tensor")
      .doc("Another shape over the same memory; one size may be -1. torch.Tensor.view")
      .in(kTensor)
      .view()
      .forward(checked_view)
      .backward(back_to_shape)
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), IntList{3, 2}});
      });
  r.op("view.dtype(Tensor self, ScalarType dtype) -> Tensor")
      .doc("The same memory as elements of another dtype. torch.Tensor.view")
      .in(kTensor)
      .view()
      .any_dtype()
      .forward(reinterpreted);
  r.op("_reshape_alias(Tensor self, int[] size) -> Tensor")
      .doc("What reshape records when it makes a view.")
      .in(0)
      .view()
      .forward(checked_view)
      .backward(back_to_shape)
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), IntList{6}});
      });
  r.op("_unsafe_view(Tensor self, int[] size) -> Tensor")
      .doc("A view of a temporary, which needn't be tracked as one.")
      .in(0)
      .forward(checked_view)
      .backward(back_to_shape)
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), IntList{6}});
      });
  r.op("reshape(Tensor self, int[] shape) -> Tensor")
      .doc("The same elements in another shape; a view where possible, else a copy. torch.reshape")
      .composite([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        const Dims shape = infer_size(a.ints(1), t.numel());
        if (view_strides(t, shape)) return reshape_alias(t, shape);
        return unsafe_view(ops::clone(t), shape);
      });
  r.op("flatten(Tensor self, int start_dim=0, int end_dim=-1) -> Tensor")
      .doc("Merges the dimensions from start_dim to end_dim into one. torch.flatten")
      .onnx("Flatten")
      .composite([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        const auto first = wrap_dim(a.integer(1), t.dim()), last = wrap_dim(a.integer(2), t.dim());
        check(first <= last, "flatten() has invalid args: start_dim cannot come after end_dim");
        if (t.dim() == 0) return ops::reshape(t, Dims{1});
        if (first == last) return t;
        Dims shape(t.shape().begin(), t.shape().begin() + first);
        shape.push_back(std::accumulate(t.shape().begin() + first, t.shape().begin() + last + 1,
                                        std::int64_t{1}, std::multiplies<>()));
        shape.insert(shape.end(), t.shape().begin() + last + 1, t.shape().end());
        return ops::reshape(t, shape);
      });
  r.op("ravel(Tensor self) -> Tensor")
      .doc("A flat view, or copy, of the elements. torch.ravel")
      .composite([](const Args& a) -> Tensor {
        return ops::view(ops::contiguous(a.tensor(0)), Dims{-1});
      });
  r.op("unflatten(Tensor self, int dim, int[] sizes) -> Tensor")
      .doc("Splits one dimension into several; one size may be -1. torch.unflatten")
      .composite([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        const auto dim = wrap_dim(a.integer(1), t.dim());
        const IntList& sizes = a.ints(2);
        check(!sizes.empty(), "unflatten: sizes must be non-empty");
        const std::int64_t whole = t.size(dim);
        const std::int64_t known =
            std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1},
                            [](std::int64_t x, std::int64_t y) { return y == -1 ? x : x * y; });
        const bool open = std::count(sizes.begin(), sizes.end(), -1) > 0;
        if (!(open ? known != 0 && whole % known == 0 : known == whole))
          fail(ErrorKind::Runtime, "unflatten: Provided sizes ", to_string(sizes),
               " don't multiply up to the size of dim ", dim, " (", whole, ") in the input tensor");
        Dims shape(t.shape().begin(), t.shape().begin() + dim);
        const Dims middle = infer_size(sizes, whole);
        shape.insert(shape.end(), middle.begin(), middle.end());
        shape.insert(shape.end(), t.shape().begin() + dim + 1, t.shape().end());
        return ops::view(t, shape);
      });
  r.op("view_as(Tensor self, Tensor other) -> Tensor")
      .doc("self.view(other.size()). torch.Tensor.view_as")
      .in(kTensor)
      .composite([](const Args& a) { return ops::view(a.tensor(0), a.tensor(1).shape()); });
  r.op("reshape_as(Tensor self, Tensor other) -> Tensor")
      .doc("self.reshape(other.size()). torch.Tensor.reshape_as")
      .in(kTensor)
      .composite([](const Args& a) { return ops::reshape(a.tensor(0), a.tensor(1).shape()); });
}

void register_reordering(Registry& r) {
  r.op("permute(Tensor self, int[] dims) -> Tensor")
      .doc("Reorders the dimensions. torch.permute")
      .view()
      .forward([](const Args& a) { return permuted(a.tensor(0), a.ints(1)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const IntList order =
            normalized(c.args().ints(1), static_cast<std::int64_t>(c.shape(0).size()));
        IntList inverse(order.size());
        for (std::size_t i = 0; i < order.size(); ++i)
          inverse[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
        return {ops::permute(g[0], inverse)};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3, 4}), IntList{2, 0, -2}});
      });
  r.op("transpose(Tensor self, int dim0, int dim1) -> Tensor")
      .doc("Swaps two dimensions. torch.transpose")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        IntList dims = all_dims(t);
        const auto i = wrap_dim(a.integer(1), t.dim()), j = wrap_dim(a.integer(2), t.dim());
        if (t.dim())
          std::swap(dims[static_cast<std::size_t>(i)], dims[static_cast<std::size_t>(j)]);
        return permute_raw(t, dims);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::transpose(g[0], c.args()[1], c.args()[2])};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3, 4}), 0, -1});
      });
  for (const char* name : {"swapaxes", "swapdims"})
    r.op(std::string(name) + "(Tensor self, int axis0, int axis1) -> Tensor")
        .doc(std::string("Alias of transpose. torch.") + name)
        .composite([](const Args& a) { return ops::transpose(a.tensor(0), a[1], a[2]); });
  r.op("t(Tensor self) -> Tensor")
      .doc("Transpose of a matrix; vectors stay as they are. torch.t")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        check(t.dim() <= 2, "t() expects a tensor with <= 2 dimensions, but self is ", t.dim(),
              "D");
        IntList dims = all_dims(t);
        std::reverse(dims.begin(), dims.end());
        return permute_raw(t, dims);
      })
      .backward([](BackwardContext&, const TensorList& g) -> TensorList { return {ops::t(g[0])}; })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3})});
      });
  for (const char* name : {"movedim", "moveaxis"})
    r.op(std::string(name) + "(Tensor self, int[1] source, int[1] destination) -> Tensor")
        .doc(std::string("Moves dimensions to other places; the others keep their order. torch.") +
             name)
        .composite([](const Args& a) -> Tensor {
          const Tensor t = a.tensor(0);
          const IntList from = normalized(a.ints(1), t.dim()), to = normalized(a.ints(2), t.dim());
          if (from.size() != to.size())
            fail(ErrorKind::Runtime, "movedim: Invalid source or destination dims: source (",
                 to_string(a.ints(1)),
                 " dims) should contain the same number of dims as destination (",
                 to_string(a.ints(2)), " dims)");
          IntList order(static_cast<std::size_t>(t.dim()), -1);
          std::vector<char> moved(order.size(), 0);
          for (std::size_t i = 0; i < from.size(); ++i) {
            if (moved[static_cast<std::size_t>(from[i])])
              fail(ErrorKind::Runtime, "movedim: repeated dim in `source` (", to_string(a.ints(1)),
                   ")");
            moved[static_cast<std::size_t>(from[i])] = 1;
            auto& place = order[static_cast<std::size_t>(to[i])];
            if (place >= 0)
              fail(ErrorKind::Runtime, "movedim: repeated dim in `destination` (",
                   to_string(a.ints(2)), ")");
            place = from[i];
          }
          std::size_t next = 0;
          for (auto& place : order) {
            if (place >= 0) continue;
            while (moved[next]) ++next;
            place = static_cast<std::int64_t>(next++);
          }
          return ops::permute(t, order);
        });
}

Tensor squeezed(const Tensor& t, const IntList& dims) {
  Dims shape, strides;
  for (std::int64_t d = 0; d < t.dim(); ++d) {
    const auto i = static_cast<std::size_t>(d);
    if (t.shape()[i] == 1 && std::count(dims.begin(), dims.end(), d)) continue;
    shape.push_back(t.shape()[i]);
    strides.push_back(t.strides()[i]);
  }
  return t.alias(shape, strides, t.offset());
}

Tensor expanded(const Tensor& t, const IntList& size) {
  const auto n = static_cast<std::int64_t>(size.size());
  if (n < t.dim())
    fail(ErrorKind::Runtime, "expand(", tensor_type_name(t.dtype()), "{", to_string(t.shape()),
         "}, size=", to_string(size), "): the number of sizes provided (", n,
         ") must be greater or equal to the number of dimensions in the tensor (", t.dim(), ")");
  Dims shape = size;
  for (std::int64_t d = n - 1; d >= 0; --d) {
    auto& target = shape[static_cast<std::size_t>(d)];
    const std::int64_t own = d - (n - t.dim());
    if (own < 0) {
      check(target >= 0, "The expanded size of the tensor (", target,
            ") isn't allowed in a leading, non-existing dimension ", d);
      continue;
    }
    const std::int64_t existing = t.size(own);
    if (target == -1) target = existing;
    if (!(target == existing || existing == 1))
      fail(ErrorKind::Runtime, "The expanded size of the tensor (", target,
           ") must match the existing size (", existing, ") at non-singleton dimension ", d,
           ".  Target sizes: ", to_string(size), ".  Tensor sizes: ", to_string(t.shape()));
  }
  return expand_raw(t, shape);
}

void register_resizing(Registry& r) {
  r.op("squeeze(Tensor self) -> Tensor")
      .doc("Drops all dimensions of size 1. torch.squeeze")
      .view()
      .forward([](const Args& a) { return squeezed(a.tensor(0), all_dims(a.tensor(0))); })
      .backward(back_to_shape)
      .samples([](Samples& s) {
        s.add({s.randn({1, 3, 1})});
      });
  r.op("squeeze.dim(Tensor self, int dim) -> Tensor")
      .doc("Drops a dimension if its size is 1. torch.squeeze")
      .node("SqueezeBackward1")
      .view()
      .forward([](const Args& a) {
        return squeezed(a.tensor(0), {wrap_dim(a.integer(1), a.tensor(0).dim())});
      })
      .backward(back_to_shape)
      .samples([](Samples& s) {
        s.add({s.randn({1, 3, 1}), -1});
        s.add({s.randn({1, 3, 1}), 1});
      });
  r.op("squeeze.dims(Tensor self, int[] dim) -> Tensor")
      .doc("Drops those of the dimensions whose size is 1. torch.squeeze")
      .node("SqueezeBackward2")
      .view()
      .forward([](const Args& a) {
        return squeezed(a.tensor(0), normalized(a.ints(1), a.tensor(0).dim()));
      })
      .backward(back_to_shape)
      .samples([](Samples& s) {
        s.add({s.randn({1, 3, 1}), IntList{0, 2}});
      });
  r.op("_unsafe_squeeze(Tensor self, int dim) -> Tensor")
      .doc("squeeze of a temporary, which needn't be tracked as a view.")
      .in(0)
      .node("SqueezeBackward3")
      .forward([](const Args& a) { return squeezed(a.tensor(0), {a.integer(1)}); })
      .backward(back_to_shape)
      .samples([](Samples& s) {
        s.add({s.randn({1, 3}), 0});
      });
  r.op("unsqueeze(Tensor self, int dim) -> Tensor")
      .doc("Inserts a dimension of size 1. torch.unsqueeze")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const auto dim = wrap_dim(a.integer(1), t.dim() + 1);
        Dims shape = t.shape(), strides = t.strides();
        const auto i = static_cast<std::ptrdiff_t>(dim);
        strides.insert(
            strides.begin() + i,
            dim < t.dim() ? t.size(dim) * t.strides()[static_cast<std::size_t>(dim)] : 1);
        shape.insert(shape.begin() + i, 1);
        return t.alias(shape, strides, t.offset());
      })
      .backward(back_to_shape)
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), -2});
      });
  r.op("expand(Tensor self, int[] size, *, bool implicit=False) -> Tensor")
      .doc("Repeats dimensions of size 1 without copying; -1 keeps a size. torch.Tensor.expand")
      .in(kTensor)
      .onnx("Expand")
      .view()
      .forward([](const Args& a) { return expanded(a.tensor(0), a.ints(1)); })
      // The engine sums the gradient down to self's shape.
      .backward([](BackwardContext&, const TensorList& g) -> TensorList { return {g[0]}; })
      .samples([](Samples& s) {
        s.add({s.randn({2, 1}), IntList{4, 2, 3}});
      });
  r.op("expand_as(Tensor self, Tensor other) -> Tensor")
      .doc("self.expand(other.size()). torch.Tensor.expand_as")
      .in(kTensor)
      .composite([](const Args& a) { return ops::expand(a.tensor(0), a.tensor(1).shape()); });
  r.op("broadcast_to(Tensor self, int[] size) -> Tensor")
      .doc("Alias of expand. torch.broadcast_to")
      .composite([](const Args& a) { return ops::expand(a.tensor(0), a.ints(1)); });
  r.op("alias(Tensor self) -> Tensor")
      .doc("A view with the same geometry, as x[...] makes.")
      .view()
      .forward([](const Args& a) { return a.tensor(0).alias(); })
      .backward([](BackwardContext&, const TensorList& g) -> TensorList { return {g[0]}; })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3})});
      });
  r.op("detach(Tensor self) -> Tensor")
      .doc("The same memory, cut off from the graph. torch.Tensor.detach")
      .forward([](const Args& a) { return a.tensor(0).detach(); });
  r.op("contiguous(Tensor self) -> Tensor")
      .doc("self if its elements lie in row-major order, else a copy. torch.Tensor.contiguous")
      .in(kTensor)
      .composite([](const Args& a) -> Tensor {
        return a.tensor(0).is_contiguous() ? a.tensor(0) : ops::clone(a.tensor(0));
      });
}

}  // namespace

Tensor expand_raw(const Tensor& t, const Dims& shape) {
  Dims strides(shape.size(), 0);
  const std::size_t skip = shape.size() - t.shape().size();
  for (std::size_t i = skip; i < shape.size(); ++i)
    if (t.shape()[i - skip] == shape[i]) strides[i] = t.strides()[i - skip];
  return t.alias(shape, strides, t.offset());
}

Tensor permute_raw(const Tensor& t, const IntList& dims) {
  Dims shape, strides;
  for (const auto d : dims) {
    shape.push_back(t.shape()[static_cast<std::size_t>(d)]);
    strides.push_back(t.strides()[static_cast<std::size_t>(d)]);
  }
  return t.alias(shape, strides, t.offset());
}

void register_shape(Registry& r) {
  register_reshaping(r);
  register_reordering(r);
  register_resizing(r);
  register_strided(r);
  register_movement(r);
  if constexpr (kTraining) register_arrange(r);
}

}  // namespace gradbox
