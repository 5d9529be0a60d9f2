// Writing into parts of a copy: by index vectors, masks, reductions, or where a view would lie.
#include <cmath>

#include "kernels/wrap.h"
#include "ops/families.h"
#include "ops/views.h"

namespace gradbox {
namespace {

const OpHandle scatter{"scatter"};
const OpHandle isolated_put{"index_put"};

// A vector of indices along dim, repeated to `shape` but for that dimension.
Tensor spread_index(const Tensor& index, const Dims& shape, std::int64_t dim) {
  if (index.dim() > 1)
    fail(ErrorKind::Index, "index_copy_(): Index should have dimension 1 or 0 (got ", index.dim(),
         ")");
  check(index.dtype() == DType::Int64, "index_copy_(): Expected a long tensor for index, but got ",
        scalar_type_name(index.dtype()));
  if (shape.empty()) return ops::reshape(index, Dims{});
  Dims one(shape.size(), 1), full = shape;
  one[static_cast<std::size_t>(dim)] = full[static_cast<std::size_t>(dim)] = index.numel();
  return ops::expand(ops::reshape(index, one), full);
}

void register_by_index(Registry& r) {
  r.op("index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor")
      .doc("A copy of self with the slices that index names taken from source. torch.index_copy")
      .fused([](const Args& a) {
        const Tensor self = a.tensor(0), source = a.tensor(3);
        const long long dim = wrap_dim(a.integer(1), self.dim());
        check(self.dtype() == source.dtype(),
              "index_copy_(): self and source expected to have the same dtype, but got (self) ",
              scalar_type_name(self.dtype()), " and (source) ", scalar_type_name(source.dtype()));
        return scatter(self, dim, spread_index(a.tensor(2), source.shape(), dim), source);
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({3, 2}), 0, s.fixed({2, 0}, {2}, DType::Int64), s.randn({2, 2})});
      });
  r.op("index_fill(Tensor self, int dim, Tensor index, Tensor|Scalar value) -> Tensor")
      .doc("A copy of self with value in the slices that index names. torch.index_fill")
      .node([](const Values& a) {
        return std::string(a[3].get<Tensor>().is_wrapped_number() ? "IndexFillBackward0"
                                                                  : "IndexFillBackward1");
      })
      .fused([](const Args& a) {
        const Tensor self = a.tensor(0);
        const long long dim = wrap_dim(a.integer(1), self.dim());
        check(a.tensor(3).dim() == 0,
              "index_fill_ only supports a 0-dimensional value tensor, but got tensor with ",
              a.tensor(3).dim(), " dimension(s).");
        const Tensor at = spread_index(a.tensor(2), self.shape(), dim);
        return scatter(self, dim, at, ops::expand(ops::to(a.tensor(3), self.dtype()), at.shape()));
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({3, 2}), 0, s.fixed({2, 0}, {2}, DType::Int64), s.randn({})});
      });
  r.op("masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor")
      .doc(
          "A copy of self that takes the elements of source, in order, where mask holds. "
          "torch.Tensor.masked_scatter")
      .in(kTensor | kTorch)
      .fused([](const Args& a) {
        const Tensor self = a.tensor(0), source = ops::reshape(a.tensor(2), Dims{-1});
        check(a.tensor(1).dtype() == DType::Bool || a.tensor(1).dtype() == DType::UInt8,
              "masked_scatter_ only supports boolean masks, but got mask with dtype ",
              scalar_type_name(a.tensor(1).dtype()));
        const Tensor mask = ops::expand(ops::to(a.tensor(1), DType::Bool), self.shape());
        const Tensor order =
            ops::sub(ops::cumsum(ops::to(ops::reshape(mask, Dims{-1}), DType::Int64), 0), 1);
        check(self.numel() == 0 || ops::amax(order).item_int() < source.numel(),
              "Number of elements of source < number of ones in mask");
        const Tensor chosen = ops::index_select(source, 0, ops::clamp(order, 0));
        return ops::where(mask, ops::reshape(chosen, self.shape()), self);
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.fixed({1, 0, 1}, {3}, DType::Bool), s.randn({4})});
      });
  r.op("put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor")
      .doc("A copy of self, seen as flat, with source at index, or added there. torch.put")
      .fused([](const Args& a) {
        const Tensor flat = ops::reshape(a.tensor(0), Dims{-1});
        return ops::reshape(isolated_put(flat, TensorList{ops::reshape(a.tensor(1), Dims{-1})},
                                         ops::reshape(a.tensor(2), Dims{-1}), a[3]),
                            a.tensor(0).shape());
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.fixed({4, 0}, {2}, DType::Int64), s.randn({2})});
      });
}

// out[place] = step(out[place], src): what is there already counts unless it is replaced first.
Tensor reduced_into(const Tensor& start, std::int64_t dim, const Tensor& index_given,
                    const Tensor& src_given, const std::string& how) {
  const Tensor out = start.clone_raw(), index = index_given.contiguous_raw();
  const Tensor src =
      src_given.alias(index.shape(), src_given.strides(), src_given.offset()).contiguous_raw();
  const Dims strides = contiguous_strides(out.shape());
  const auto d = static_cast<std::size_t>(dim);
  Dims at(index.shape().size(), 0);
  dispatch_number(out.dtype(), "scatter_reduce", [&](auto tag) {
    using T = decltype(tag);
    for (std::int64_t i = 0; i < index.numel(); ++i) {
      const std::int64_t chosen = index.data<std::int64_t>()[i];
      check(chosen >= 0 && chosen < out.shape()[d], "index ", chosen,
            " is out of bounds for dimension ", dim, " with size ", out.shape()[d]);
      std::int64_t place = 0;
      for (std::size_t k = 0; k < at.size(); ++k) place += (k == d ? chosen : at[k]) * strides[k];
      T& o = out.data<T>()[place];
      const T v = src.data<T>()[i];
      if (how == "prod") o = kernels::wrap_mul(o, v);
      else if (how == "amax") o = v > o || v != v ? v : o;
      else if (how == "amin") o = v < o || v != v ? v : o;
      else o = kernels::wrap_add(o, v);
      for (std::size_t k = at.size(); k-- > 0;) {
        if (++at[k] < index.shape()[k]) break;
        at[k] = 0;
      }
    }
  });
  return out;
}

// What each reduction starts from where self isn't included.
double neutral(const std::string& how) {
  return how == "prod" ? 1 : how == "amax" ? -HUGE_VAL : how == "amin" ? HUGE_VAL : 0;
}

// How many values met at each place.
Tensor scatter_count(const Tensor& self, long long dim, const Tensor& index, bool include_self) {
  const Tensor ones = ops::ones_like(self);
  const Tensor start = include_self ? ones : scatter(ones, dim, index, 0.0);
  return ops::clamp(
      ops::scatter_add(start, dim, index, Tensor::full(index.shape(), 1, self.dtype())), 1);
}

TensorList scatter_reduce_backward(BackwardContext& c, const TensorList& grads) {
  const Args a = c.args();
  const long long dim = a.integer(1);
  const Tensor self = c.tensor(0), index = c.tensor(2), src = c.tensor(3), y = c.output();
  const std::string& how = a.string(4);
  const bool include = a.boolean(5);
  Tensor g = grads[0];
  TensorList out(3);
  const Tensor taken = ops::slice(src, 0, 0, src.size(0));
  if (how == "mean") g = ops::div(g, scatter_count(self.detach(), dim, index, include));
  if (how == "sum" || how == "mean") {
    out[0] = g;
    out[2] = ops::gather(g, dim, index);
  } else if (how == "prod") {
    out[0] = ops::masked_fill(ops::div(ops::mul(g, y), self), ops::eq(self.detach(), 0), 0.0);
    out[2] = ops::masked_fill(ops::div(ops::gather(ops::mul(g, y), dim, index), taken),
                              ops::eq(taken.detach(), 0), 0.0);
  } else {
    const Tensor own = ops::to(ops::eq(self.detach(), y.detach()), g.dtype());
    const Tensor theirs =
        ops::to(ops::eq(taken.detach(), ops::gather(y.detach(), dim, index)), g.dtype());
    const Tensor start = include ? own : scatter(own, dim, index, 0.0);
    const Tensor share = ops::div(g, ops::clamp(ops::scatter_add(start, dim, index, theirs), 1));
    out[0] = ops::mul(own, share);
    out[2] = ops::mul(theirs, ops::gather(share, dim, index));
  }
  if (!include) out[0] = scatter(out[0], dim, index, 0.0);
  return out;
}

void register_reductions(Registry& r) {
  r.op("scatter_reduce(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool "
       "include_self=True) -> Tensor")
      .doc(
          "A copy of self with src reduced into the places that index names: sum, prod, mean, amax "
          "or amin. torch.scatter_reduce")
      .forward([](const Args& a) {
        const Tensor self = a.tensor(0), index = a.tensor(2), src = a.tensor(3);
        const std::string& how = a.string(4);
        check(how == "sum" || how == "prod" || how == "mean" || how == "amax" || how == "amin",
              "reduce argument must be either sum, prod, mean, amax or amin, got ", how, ".");
        const long long dim = wrap_dim(a.integer(1), self.dim());
        check(index.dtype() == DType::Int64, "scatter_reduce(): Expected dtype int64 for index");
        check(self.dtype() == src.dtype(),
              "scatter(): Expected self.dtype to be equal to src.dtype");
        check(index.dim() == self.dim(),
              "Index tensor must have the same number of dimensions as self tensor");
        check(index.dim() == src.dim(),
              "Index tensor must have the same number of dimensions as src tensor");
        for (std::size_t d = 0; d < index.shape().size(); ++d)
          check(index.shape()[d] <= src.shape()[d] &&
                    (static_cast<long long>(d) == dim || index.shape()[d] <= self.shape()[d]),
                "Expected index ", to_string(index.shape()), " to be smaller than self ",
                to_string(self.shape()), " apart from dimension ", dim,
                " and to be smaller size than src ", to_string(src.shape()));
        if (self.dim() == 0) {  // one place
          const Dims one{1};
          return ops::reshape(call("scatter_reduce",
                                   {ops::reshape(self, one), 0, ops::reshape(index, one),
                                    ops::reshape(src, one), how},
                                   {{"include_self", a.boolean(5)}})
                                  .get<Tensor>(),
                              Dims{});
        }
        const Tensor start = a.boolean(5) ? self : scatter(self, dim, index, neutral(how));
        const Tensor out = reduced_into(start, dim, index, src, how);
        return how == "mean" ? ops::to(ops::div(out, scatter_count(self, dim, index, a.boolean(5))),
                                       self.dtype())
                             : out;
      })
      .saves({"self", "index", "src"})
      .saves_output()
      .backward(scatter_reduce_backward)
      .inplace()
      .samples([](Samples& s) {
        for (const char* how : {"sum", "mean", "amax", "prod"})
          s.add({s.distinct({2, 3}), 1, s.fixed({0, 2, 1, 1}, {2, 2}, DType::Int64),
                 s.distinct({2, 2}), how});
      });
  r.op("scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor")
      .doc("scatter_reduce with 'add' or 'multiply'. torch.scatter")
      .composite([](const Args& a) {
        check(a.string(4) == "add" || a.string(4) == "multiply",
              "reduce argument must be either add or multiply.");
        return call("scatter_reduce",
                    {a[0], a[1], a[2], a[3], a.string(4) == "add" ? "sum" : "prod"})
            .get<Tensor>();
      })
      .inplace();
  r.op("scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> "
       "Tensor")
      .doc("As scatter.reduce, of one number. torch.scatter")
      .composite([](const Args& a) {
        const Tensor src = Tensor::full(a.tensor(2).shape(), a.number(3), a.tensor(0).dtype());
        return call("scatter", {a[0], a[1], a[2], src}, {{"reduce", a[4]}}).get<Tensor>();
      })
      .inplace();
}

// A copy of self with src where a view of it would lie.
Tensor written(const Tensor& self, const Tensor& src, const Tensor& view) {
  return ops::as_strided_scatter(self, src, view.shape(), view.strides(), view.offset());
}

void register_by_view(Registry& r) {
  r.op("select_scatter(Tensor self, Tensor src, int dim, int index) -> Tensor")
      .doc("A copy of self with src as one slice of dim. torch.select_scatter")
      .fused([](const Args& a) {
        const Tensor plain = Tensor::empty(a.tensor(0).shape(), a.tensor(0).dtype());
        return written(ops::contiguous(a.tensor(0)), a.tensor(1), ops::select(plain, a[2], a[3]));
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({2}), 1, 0});
      });
  r.op("slice_scatter(Tensor self, Tensor src, int dim=0, int? start=None, int? end=None, int "
       "step=1) -> Tensor")
      .doc("A copy of self with src as a range of slices of dim. torch.slice_scatter")
      .fused([](const Args& a) {
        const Tensor plain = Tensor::empty(a.tensor(0).shape(), a.tensor(0).dtype());
        return written(ops::contiguous(a.tensor(0)), a.tensor(1),
                       ops::slice(plain, a[2], a[3], a[4], a[5]));
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 2}), s.randn({2, 2}), 0, 1, 3});
      });
  r.op("diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor")
      .doc("A copy of self with src as a diagonal. torch.diagonal_scatter")
      .fused([](const Args& a) {
        const Tensor plain = Tensor::empty(a.tensor(0).shape(), a.tensor(0).dtype());
        return written(ops::contiguous(a.tensor(0)), a.tensor(1),
                       call("diagonal", {plain, a[2], a[3], a[4]}).get<Tensor>());
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 3}), s.randn({3})});
      });
}

}  // namespace

void register_scatter(Registry& r) {
  register_by_index(r);
  register_reductions(r);
  register_by_view(r);
}

}  // namespace gradbox
