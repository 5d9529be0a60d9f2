// Rows chosen by a vector of indices: index_select, index_add, embeddings; and counting of indices.
#include <algorithm>

#include "kernels/blocks.h"
#include "ops/families.h"

namespace gradbox {
namespace {

const OpHandle index_add{"index_add"};

// int64, contiguous, each within [0, n).
Tensor checked_rows(const Tensor& index, std::int64_t n, const char* out_of_range) {
  const Tensor rows = index.to_raw(DType::Int64).contiguous_raw();
  const auto* p = rows.data<std::int64_t>();
  for (std::int64_t k = 0; k < rows.numel(); ++k)
    if (p[k] < 0 || p[k] >= n) fail(ErrorKind::Index, out_of_range);
  return rows;
}

void check_vector(const Tensor& index, const char* op) {
  if (index.dim() > 1) fail(ErrorKind::Index, op, "(): Index is supposed to be a vector");
  check(index.dtype() == DType::Int64 || index.dtype() == DType::Int32, op,
        "(): Expected dtype int32 or int64 for index");
}

Tensor selected(const Args& a) {
  const Tensor self = a.tensor(0).contiguous_raw(), index = a.tensor(2);
  const auto dim = static_cast<std::size_t>(wrap_dim(a.integer(1), self.dim()));
  check_vector(index, "index_select");
  if (self.dim() == 0) {
    check(index.numel() == 1, "index_select(): Index to scalar can have only 1 value, got ",
          index.numel(), " value(s)");
    checked_rows(index, 1, "index out of range in self");
    return self.clone_raw();
  }
  const Tensor rows = checked_rows(index, self.shape()[dim], "index out of range in self");
  Dims shape = self.shape();
  shape[dim] = rows.numel();
  const Tensor out = Tensor::empty(shape, self.dtype());
  kernels::take_blocks(out, self, kernels::blocks_of(self.shape(), dim, dim + 1),
                       rows.data<std::int64_t>(), rows.numel());
  return out;
}

Tensor added(const Args& a) {
  const Tensor self = a.tensor(0), index = a.tensor(2);
  const auto dim = static_cast<std::size_t>(wrap_dim(a.integer(1), self.dim()));
  check_vector(index, "index_add_");
  Tensor source = a.tensor(3);
  check(self.dtype() == source.dtype(), "index_add_(): self (", scalar_type_name(self.dtype()),
        ") and source (", scalar_type_name(source.dtype()), ") must have the same scalar type");
  const std::int64_t given = source.dim() ? source.shape().at(dim) : 1;
  check(index.numel() == given, "index_add_(): Number of indices (", index.numel(),
        ") should be equal to source.size(dim): (", given, "), for dim: ", dim);
  if (a.number(4) != 1) source = ops::mul(source, wrap(a[4]));
  const Tensor out = self.clone_raw();
  Dims wanted = self.shape();
  if (!wanted.empty()) wanted[dim] = index.numel();
  if (!(source.numel() == product(wanted) && source.dim() == self.dim()))
    fail(ErrorKind::Runtime,
         "source tensor shape must match self tensor shape, excluding the specified dimension. Got "
         "self.shape = ",
         to_string(self.shape()), " source.shape = ", to_string(source.shape()));
  const Tensor rows =
      checked_rows(index, self.dim() ? self.shape()[dim] : 1, "index out of range in self");
  kernels::add_blocks(out, source.contiguous_raw(),
                      kernels::blocks_of(self.shape(), dim, std::min(dim + 1, self.shape().size())),
                      rows.data<std::int64_t>(), rows.numel());
  return out;
}

// Scales the rows of weight that are asked for down to max_norm, in place, as PyTorch does.
void limit_rows(const Tensor& weight, const Tensor& rows, double max_norm, double p) {
  const Tensor index = call("unique", {rows}).get<Tensor>();
  const Tensor chosen = ops::index_select(weight.detach(), 0, index);
  const Tensor limited = call("renorm", {chosen, p, 0, max_norm}).get<Tensor>();
  const Tensor whole = weight.detach().contiguous_raw();
  kernels::put_blocks(whole, limited.contiguous_raw(), kernels::blocks_of(whole.shape(), 0, 1),
                      index.data<std::int64_t>(), index.numel());
  if (!weight.is_contiguous()) weight.copy_raw(whole);
  weight.bump_version();
}

void register_rows(Registry& r) {
  r.op("index_select(Tensor self, int dim, Tensor index) -> Tensor")
      .doc("The slices of a dimension that a vector of indices names. torch.index_select")
      .forward(selected)
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor zeros = Tensor::full(c.shape(0), 0, g[0].dtype());
        return {index_add(zeros, c.args()[1], c.tensor(2), g[0])};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 2}), 0, s.fixed({2, 0, 0}, {3}, DType::Int64)});
        s.add({s.randn({2, 3}), -1, s.fixed({1}, {1}, DType::Int64)});
      });
  r.op("index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor")
      .doc(
          "A copy of self with alpha * source added to the slices that index names; equal indices "
          "add up. torch.index_add")
      .forward(added)
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        TensorList out{g[0], Tensor(), Tensor()};
        if (c.needs(3)) {
          const Tensor picked = ops::index_select(g[0], c.args()[1], c.tensor(2));
          out[2] = c.args().number(4) == 1 ? picked : ops::mul(picked, c.args()[4]);
        }
        return out;
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({3, 2}), 0, s.fixed({2, 0, 0}, {3}, DType::Int64), s.randn({3, 2})});
      });
  r.op("embedding(Tensor input, Tensor weight, int? padding_idx=None, float? max_norm=None, "
       "float norm_type=2.0, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor")
      .doc(
          "Rows of weight [rows, width] for indices of any shape [...]: [..., width]. The row "
          "padding_idx gets no gradient. torch.nn.functional.embedding")
      .in(kFunctional)
      .forward([](const Args& a) {
        const Tensor index = a.tensor(0), weight = a.tensor(1).contiguous_raw();
        check(weight.dim() == 2, "'weight' must be 2-D");
        check(
            index.dtype() == DType::Int64 || index.dtype() == DType::Int32,
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: "
            "Long, Int; but got ",
            tensor_type_name(index.dtype()), " instead (while checking arguments for embedding)");
        if (a.has(2))
          expect(a.integer(2) >= -weight.size(0) && a.integer(2) < weight.size(0),
                 "Padding_idx must be within num_embeddings");
        const Tensor rows = checked_rows(index, weight.size(0), "index out of range in self");
        if (a.has(3)) {
          limit_rows(a.tensor(1), rows, a.number(3), a.number(4));
          weight.copy_raw(a.tensor(1));
        }
        Dims shape = index.shape();
        shape.push_back(weight.size(1));
        const Tensor out = Tensor::empty(shape, weight.dtype());
        kernels::take_blocks(out, weight, kernels::blocks_of(weight.shape(), 0, 1),
                             rows.data<std::int64_t>(), rows.numel());
        return out;
      })
      .saves({"input"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& shape = c.shape(1);
        const Tensor zeros = Tensor::full(shape, 0, g[0].dtype());
        const Tensor index = ops::reshape(c.tensor(0), Dims{-1});
        Tensor grad = index_add(zeros, 0, index, ops::reshape(g[0], Dims{index.numel(), shape[1]}));
        if (c.args().has(2)) {
          std::int64_t padding = c.args().integer(2);
          if (padding < 0) padding += shape[0];
          const Tensor none = Tensor::full({shape[0], 1}, 0, DType::Bool);
          none.data<bool>()[padding] = true;
          grad = ops::masked_fill(grad, none, 0.0);
        }
        if (c.args().boolean(5)) {
          const Tensor ones = Tensor::full({index.numel(), 1}, 1, g[0].dtype());
          const Tensor counts =
              index_add(Tensor::full({shape[0], 1}, 0, g[0].dtype()), 0, index, ones);
          grad = ops::div(grad, ops::clamp(counts, 1));
        }
        return {Tensor(), grad};
      })
      .samples([](Samples& s) {
        s.add({s.fixed({2, 0, 2, 1}, {2, 2}, DType::Int64), s.randn({3, 2})});
        s.add({s.fixed({2, 0, 2}, {3}, DType::Int64), s.randn({3, 2})});
      });
}

void register_counting(Registry& r) {
  r.op("one_hot(Tensor self, int num_classes=-1) -> Tensor")
      .doc(
          "1 at each class index, 0 elsewhere, int64: [...] gives [..., classes]. "
          "torch.nn.functional.one_hot")
      .in(kFunctional)
      .forward([](const Args& a) {
        check(a.tensor(0).dtype() == DType::Int64, "one_hot is only applicable to index tensor.");
        const Tensor t = a.tensor(0).contiguous_raw();
        const auto* p = t.data<std::int64_t>();
        std::int64_t classes = a.integer(1);
        check(t.numel() > 0 || classes > 0,
              "Can not infer total number of classes from empty tensor.");
        std::int64_t top = -1;
        for (std::int64_t i = 0; i < t.numel(); ++i) {
          check(p[i] >= 0, "Class values must be non-negative.");
          top = std::max(top, p[i]);
        }
        if (classes == -1) classes = top + 1;
        check(classes >= 1, "num_classes should be positive");
        check(top < classes, "Class values must be smaller than num_classes.");
        Dims shape = t.shape();
        shape.push_back(classes);
        const Tensor out = Tensor::full(shape, 0, DType::Int64);
        for (std::int64_t i = 0; i < t.numel(); ++i)
          out.data<std::int64_t>()[i * classes + p[i]] = 1;
        return out;
      });
  r.op("bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor")
      .doc(
          "How often each value occurs in a vector of non-negative integers, or the sum of its "
          "weights. torch.bincount")
      .forward([](const Args& a) -> Tensor {
        if (is_floating(a.tensor(0).dtype())) not_implemented("bincount_cpu", a.tensor(0).dtype());
        const char* wrong = "bincount only supports 1-d non-negative integral inputs.";
        check(a.integer(2) >= 0, "minlength should be >= 0");
        check(a.tensor(0).dim() == 1 && is_integral(a.tensor(0).dtype()), wrong);
        const Tensor t = a.tensor(0).to_raw(DType::Int64).contiguous_raw();
        const auto* p = t.data<std::int64_t>();
        std::int64_t n = a.integer(2);
        for (std::int64_t i = 0; i < t.numel(); ++i) {
          check(p[i] >= 0, wrong);
          n = std::max(n, p[i] + 1);
        }
        if (!a.has(1)) {
          const Tensor out = Tensor::full({n}, 0, DType::Int64);
          for (std::int64_t i = 0; i < t.numel(); ++i) ++out.data<std::int64_t>()[p[i]];
          return out;
        }
        const Tensor weights = a.tensor(1);
        check(weights.dim() == 1 && weights.numel() == t.numel(),
              "weights should be 1-d and have the same length as input");
        const std::vector<double> w = weights.to_vector();
        const Tensor out = Tensor::full({n}, 0, DType::Float64);
        for (std::int64_t i = 0; i < t.numel(); ++i)
          out.data<double>()[p[i]] += w[static_cast<std::size_t>(i)];
        return weights.dtype() == DType::Float32 ? out.to_raw(DType::Float32) : out;
      });
}

}  // namespace

void register_embedding(Registry& r) {
  register_rows(r);
  register_counting(r);
}

}  // namespace gradbox
