// Views: operators whose result shares its input's storage.
#include <algorithm>
#include <optional>

#include "ops/ops.h"

namespace gradbox {
namespace {

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
    const bool chunk_ends = d == 0 || (t.shape()[i - 1] != 1 && t.strides()[i - 1] != tensor_numel * base_stride);
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
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = static_cast<std::int64_t>(i);
  return d;
}

Tensor permuted(const Tensor& t, const IntList& dims) {
  if (static_cast<std::int64_t>(dims.size()) != t.dim())
    fail(ErrorKind::Runtime, "permute(sparse_coo): number of dimensions in the tensor input does not match the length of "
         "the desired ordering of dimensions i.e. input.dim() = ", t.dim(), " is not equal to len(dims) = ", dims.size());
  Dims shape, strides;
  std::vector<char> seen(dims.size(), 0);
  for (const auto d : dims) {
    const auto i = static_cast<std::size_t>(wrap_dim(d, t.dim()));
    check(!seen[i], "permute(): duplicate dims are not allowed.");
    seen[i] = 1;
    shape.push_back(t.shape()[i]);
    strides.push_back(t.strides()[i]);
  }
  return t.alias(shape, strides, t.offset());
}

}  // namespace

void register_shape(Registry& r) {
  r.op("view(Tensor self, int[] size) -> Tensor")
      .doc("Another shape over the same memory; one size may be -1. torch.Tensor.view")
      .in(kTensor)
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const Dims shape = infer_size(a.ints(1), t.numel());
        const auto strides = view_strides(t, shape);
        check(strides.has_value(),
              "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
              "contiguous subspaces). Use .reshape(...) instead.");
        return t.alias(shape, *strides, t.offset());
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList { return {ops::reshape(g[0], c.shape(0))}; })
      .samples([](Samples& s) { s.add({s.randn({2, 3}), IntList{3, 2}}); });
  r.op("reshape(Tensor self, int[] shape) -> Tensor")
      .doc("The same elements in another shape; a view where possible, else a copy. torch.reshape")
      .composite([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        const Dims shape = infer_size(a.ints(1), t.numel());
        if (view_strides(t, shape)) return ops::view(t, shape);
        return ops::view(ops::clone(t), shape);
      });
  r.op("permute(Tensor self, int[] dims) -> Tensor")
      .doc("Reorders the dimensions. torch.permute")
      .view()
      .forward([](const Args& a) { return permuted(a.tensor(0), a.ints(1)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const IntList& dims = c.args().ints(1);
        IntList inverse(dims.size());
        for (std::size_t i = 0; i < dims.size(); ++i)
          inverse[static_cast<std::size_t>(wrap_dim(dims[i], static_cast<std::int64_t>(dims.size())))] = static_cast<std::int64_t>(i);
        return {ops::permute(g[0], inverse)};
      })
      .samples([](Samples& s) { s.add({s.randn({2, 3, 4}), IntList{2, 0, 1}}); });
  r.op("transpose(Tensor self, int dim0, int dim1) -> Tensor")
      .doc("Swaps two dimensions. torch.transpose")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        IntList dims = all_dims(t);
        const auto i = wrap_dim(a.integer(1), t.dim()), j = wrap_dim(a.integer(2), t.dim());
        if (t.dim()) std::swap(dims[static_cast<std::size_t>(i)], dims[static_cast<std::size_t>(j)]);
        return permuted(t, dims);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::transpose(g[0], static_cast<long long>(c.args().integer(1)), static_cast<long long>(c.args().integer(2)))};
      })
      .samples([](Samples& s) { s.add({s.randn({2, 3, 4}), 0, 2}); });
  r.op("t(Tensor self) -> Tensor")
      .doc("Transpose of a matrix; vectors stay as they are. torch.t")
      .view()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        check(t.dim() <= 2, "t() expects a tensor with <= 2 dimensions, but self is ", t.dim(), "D");
        IntList dims = all_dims(t);
        std::reverse(dims.begin(), dims.end());
        return permuted(t, dims);
      })
      .backward([](BackwardContext&, const TensorList& g) -> TensorList { return {ops::t(g[0])}; })
      .samples([](Samples& s) { s.add({s.randn({2, 3})}); });
}

}  // namespace gradbox
