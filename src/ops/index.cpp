// Indexing by tensors: gather and scatter, advanced indexing, embeddings.
#include <algorithm>

#include "ops/families.h"

namespace gradbox {
namespace {

Tensor as_index(const Tensor& t, const char* op) {
  if (t.dtype() != DType::Int64) {
    if (t.dtype() == DType::Int32) return t.to_raw(DType::Int64).contiguous_raw();
    fail(ErrorKind::Runtime, op, "(): Expected dtype int64 for index");
  }
  return t.contiguous_raw();
}

// Where every element of `index` points to in a contiguous tensor of shape `shape`, along dim.
template <class F>
void for_each_target(const Tensor& index, const Dims& shape, std::int64_t dim, const char* op, F f) {
  const Dims strides = contiguous_strides(shape);
  const Dims& extent = index.shape();
  const auto d = static_cast<std::size_t>(dim);
  const auto* p = index.data<std::int64_t>();
  Dims at(extent.size(), 0);
  for (std::int64_t i = 0; i < index.numel(); ++i) {
    const std::int64_t n = shape.empty() ? 1 : shape[d];
    if (p[i] < 0 || p[i] >= n)
      fail(ErrorKind::Runtime, "index ", p[i], " is out of bounds for dimension ", dim, " with size ", n);
    std::int64_t target = 0;
    for (std::size_t k = 0; k < at.size(); ++k) target += (k == d ? p[i] : at[k]) * strides[k];
    f(i, target);
    for (std::size_t k = at.size(); k-- > 0;) {
      if (++at[k] < extent[k]) break;
      at[k] = 0;
    }
  }
  (void)op;
}

void check_fits(const Tensor& index, const Dims& shape, std::int64_t dim, const char* what) {
  check(index.dim() == static_cast<std::int64_t>(shape.size()) || index.numel() == 0, "Index tensor must have the same number of dimensions as ", what, " tensor");
  for (std::size_t i = 0; i < shape.size() && index.numel(); ++i)
    if (static_cast<std::int64_t>(i) != dim && index.shape()[i] > shape[i])
      fail(ErrorKind::Runtime, "Size does not match at dimension ", i, " expected index ", to_string(index.shape()),
           " to be smaller than ", what, " ", to_string(shape), " apart from dimension ", dim);
}

Tensor gather(const Tensor& t, std::int64_t dim, const Tensor& given) {
  const Tensor index = as_index(given, "gather"), source = t.contiguous_raw();
  const auto d = wrap_dim(dim, t.dim());
  check_fits(index, t.shape(), d, "self");
  Tensor out = Tensor::empty(index.shape(), t.dtype());
  dispatch(t.dtype(), [&](auto tag) {
    using T = decltype(tag);
    for_each_target(index, t.shape(), d, "gather", [&](std::int64_t i, std::int64_t at) { out.data<T>()[i] = source.data<T>()[at]; });
  });
  return out;
}

Tensor scatter(const Tensor& self, std::int64_t dim, const Tensor& given, const Tensor& src, bool add) {
  const Tensor index = as_index(given, "scatter");
  const auto d = wrap_dim(dim, self.dim());
  check_fits(index, self.shape(), d, "self");
  Tensor out = Tensor::empty(self.shape(), self.dtype());
  out.copy_raw(self);
  if (!add || src.dim() > 0 || index.dim() == 0)
    if (src.dtype() != self.dtype() && !src.is_wrapped_number())
      fail(ErrorKind::Runtime, "scatter(): Expected self.dtype to be equal to src.dtype");
  Tensor from = src.to_raw(self.dtype());
  if (from.shape() != index.shape()) {
    if (from.dim() == 0) {
      from = from.alias(index.shape(), Dims(index.shape().size(), 0), from.offset());
    } else {
      check_fits(index, from.shape(), d, "src");
      from = from.alias(index.shape(), from.strides(), from.offset());
    }
  }
  from = from.contiguous_raw();
  dispatch(self.dtype(), [&](auto tag) {
    using T = decltype(tag);
    for_each_target(index, self.shape(), d, "scatter", [&](std::int64_t i, std::int64_t at) {
      T& slot = out.data<T>()[at];
      slot = add ? static_cast<T>(slot + from.data<T>()[i]) : from.data<T>()[i];
    });
  });
  return out;
}

// Advanced indexing, resolved: every result element's place in a contiguous copy of self.
struct Resolved {
  Dims shape;          // of the result
  Tensor flat;         // int64, one place a result element
};

Resolved resolve(const Tensor& self, const TensorList& given) {
  // Bool masks become one int64 index a masked dimension.
  TensorList indices;
  for (const Tensor& t : given) {
    if (!t.defined()) {
      indices.push_back(t);
    } else if (t.dtype() == DType::Bool || t.dtype() == DType::UInt8) {
      for (std::int64_t k = 0; k < t.dim(); ++k) {
        const auto at = indices.size();
        const std::int64_t have = at < self.shape().size() ? self.shape()[at] : -1;
        if (have >= 0 && t.shape()[static_cast<std::size_t>(k)] != have)
          fail(ErrorKind::Index, "The shape of the mask ", to_string(t.shape()), " at index ", k,
               " does not match the shape of the indexed tensor ", to_string(self.shape()), " at index ", at);
        const Tensor places = call("nonzero", {t}).get<Tensor>();
        indices.push_back(ops::select(places, 1, static_cast<long long>(k)));
      }
    } else {
      if (!is_integral(t.dtype())) fail(ErrorKind::Index, "tensors used as indices must be long, byte or bool tensors");
      indices.push_back(t.to_raw(DType::Int64));
    }
  }
  if (static_cast<std::int64_t>(indices.size()) > self.dim())
    fail(ErrorKind::Index, "too many indices for tensor of dimension ", self.dim());
  while (static_cast<std::int64_t>(indices.size()) < self.dim()) indices.emplace_back();
  Dims common;
  bool any = false;
  for (const Tensor& t : indices) {
    if (!t.defined()) continue;
    const std::string shapes = to_string(t.shape());
    try {
      common = any ? broadcast_shapes(common, t.shape()) : t.shape();
    } catch (const Error&) {
      std::string all;
      for (const Tensor& u : indices)
        if (u.defined()) all += (all.empty() ? "" : ", ") + to_string(u.shape());
      fail(ErrorKind::Index, "shape mismatch: indexing tensors could not be broadcast together with shapes ", all);
    }
    any = true;
  }
  // Neighbouring tensor indices put their common shape in their place; separated ones at the front.
  std::size_t first = indices.size(), last = 0;
  bool adjacent = true;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (!indices[i].defined()) continue;
    if (first == indices.size()) first = i;
    else if (i != last + 1) adjacent = false;
    last = i;
  }
  if (!adjacent || first == indices.size()) first = 0;
  Resolved out;
  for (std::size_t i = 0; i < first; ++i)
    if (!indices[i].defined()) out.shape.push_back(self.shape()[i]);
  out.shape.insert(out.shape.end(), common.begin(), common.end());
  for (std::size_t i = first; i < indices.size(); ++i)
    if (!indices[i].defined()) out.shape.push_back(self.shape()[i]);
  const Dims strides = contiguous_strides(self.shape());
  // Sum of one broadcast contribution a dimension of self.
  Tensor flat = Tensor::full({}, 0, DType::Int64);
  std::size_t plain = 0;  // plain dimensions met so far
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::int64_t n = self.shape()[i];
    Tensor part;
    Dims shape(out.shape.size(), 1);
    if (indices[i].defined()) {
      part = indices[i].clone_raw();
      auto* p = part.data<std::int64_t>();
      for (std::int64_t k = 0; k < part.numel(); ++k) {
        if (p[k] < -n || p[k] >= n)
          fail(ErrorKind::Index, "index ", p[k], " is out of bounds for dimension ", i, " with size ", n);
        p[k] = (p[k] < 0 ? p[k] + n : p[k]) * strides[i];
      }
      const std::size_t end = first + common.size();
      for (std::size_t k = 0; k < part.shape().size(); ++k) shape[end - part.shape().size() + k] = part.shape()[k];
    } else {
      part = ops::mul(ops::arange(static_cast<long long>(n)), static_cast<long long>(strides[i]));
      const std::size_t at = plain < first ? plain : plain + common.size();
      shape[at] = n;
      ++plain;
    }
    flat = ops::add(flat, ops::reshape(part, shape));
  }
  Tensor full = Tensor::empty(out.shape, DType::Int64);
  full.copy_raw(flat);
  out.flat = full;
  return out;
}

Tensor take_flat(const Tensor& source, const Resolved& r) {
  const Tensor c = source.contiguous_raw();
  Tensor out = Tensor::empty(r.shape, c.dtype());
  const auto* at = r.flat.data<std::int64_t>();
  dispatch(c.dtype(), [&](auto tag) {
    using T = decltype(tag);
    for (std::int64_t i = 0; i < out.numel(); ++i) out.data<T>()[i] = c.data<T>()[at[i]];
  });
  return out;
}

Tensor put_flat(const Tensor& self, const Resolved& r, const Tensor& values, bool accumulate) {
  Tensor out = Tensor::empty(self.shape(), self.dtype());
  out.copy_raw(self);
  if (values.dtype() != self.dtype() && !values.is_wrapped_number() && values.dim() > 0)
    fail(ErrorKind::Runtime, "Index put requires the source and destination dtypes match, got ", scalar_type_name(self.dtype()),
         " for the destination and ", scalar_type_name(values.dtype()), " for the source.");
  if (!is_expandable_to(values.shape(), r.shape))
    fail(ErrorKind::Runtime, "shape mismatch: value tensor of shape ", to_string(values.shape()),
         " cannot be broadcast to indexing result of shape ", to_string(r.shape));
  Tensor v = Tensor::empty(r.shape, self.dtype());
  v.copy_raw(values.to_raw(self.dtype()));
  const auto* at = r.flat.data<std::int64_t>();
  dispatch(self.dtype(), [&](auto tag) {
    using T = decltype(tag);
    for (std::int64_t i = 0; i < v.numel(); ++i) {
      T& slot = out.data<T>()[at[i]];
      slot = accumulate ? static_cast<T>(slot + v.data<T>()[i]) : v.data<T>()[i];
    }
  });
  return out;
}

void register_advanced(Registry& r) {
  r.op("index(Tensor self, Tensor?[] indices) -> Tensor").doc("self[i, j, ...] with integer or bool tensors. Tensor indexing").in(kTensor)
      .forward([](const Args& a) { return take_flat(a.tensor(0), resolve(a.tensor(0), a.tensors(1))); })
      .saves({"indices"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor zeros = Tensor::full(c.shape(0), 0, g[0].dtype());
        return {call("index_put", {zeros, c.tensors(1), g[0], true}).get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 4}), TensorList{s.fixed({0, 2, 2}, {3}, DType::Int64)}});
        s.add({s.randn({3, 4}), TensorList{s.fixed({0, 2}, {2}, DType::Int64), s.fixed({1, 3}, {2}, DType::Int64)}});
      });
  r.op("index_put(Tensor self, Tensor?[] indices, Tensor|Scalar values, bool accumulate=False) -> Tensor")
      .doc("self with values at the given indices. torch.index_put")
      .forward([](const Args& a) { return put_flat(a.tensor(0), resolve(a.tensor(0), a.tensors(1)), a.tensor(2), a.boolean(3)); })
      .saves({"indices"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        TensorList out(2 + c.list_size(1));
        const bool accumulate = c.args().boolean(3);
        if (c.needs(0))
          out[0] = accumulate ? g[0] : call("index_put", {g[0], c.tensors(1), Tensor::full({}, 0, g[0].dtype()), false}).get<Tensor>();
        if (c.needs(2)) out.back() = call("index", {g[0], c.tensors(1)}).get<Tensor>();
        return out;
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({3, 4}), TensorList{s.fixed({0, 2}, {2}, DType::Int64)}, s.randn({2, 4}), false});
        s.add({s.randn({3}), TensorList{s.fixed({0, 0}, {2}, DType::Int64)}, s.randn({2}), true});
      });
  r.op("nonzero(Tensor self) -> Tensor").doc("Indices of the non-zero elements, one row each. torch.nonzero")
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const auto v = t.to_vector();
        IntList rows;
        std::int64_t count = 0;
        const Dims strides = contiguous_strides(t.shape());
        for (std::size_t i = 0; i < v.size(); ++i) {
          if (v[i] == 0) continue;
          ++count;
          for (std::size_t k = 0; k < strides.size(); ++k) rows.push_back(static_cast<std::int64_t>(i) / strides[k] % t.shape()[k]);
        }
        return Tensor::from_vector<std::int64_t>(rows, {count, t.dim()});
      })
      .onnx("NonZero");
  r.op("masked_select(Tensor self, Tensor mask) -> Tensor").doc("The elements where mask holds, as a 1-D tensor. torch.masked_select")
      .composite([](const Args& a) {
        if (a.tensor(1).dtype() != DType::Bool) fail(ErrorKind::Runtime, "masked_select: expected BoolTensor for mask");
        const Dims shape = broadcast_shapes(a.tensor(0).shape(), a.tensor(1).shape());
        return call("index", {ops::expand(a.tensor(0), shape), TensorList{ops::expand(a.tensor(1), shape)}});
      });
}

void register_gathers(Registry& r) {
  r.op("gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor").doc("out[i][j] = self[index[i][j]][j] for dim 0. torch.gather")
      .forward([](const Args& a) { return gather(a.tensor(0), a.integer(1), a.tensor(2)); })
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::scatter_add(Tensor::full(c.shape(0), 0, g[0].dtype()), c.args()[1], c.tensor(2), g[0])};
      })
      .onnx("GatherElements")
      .samples([](Samples& s) { s.add({s.randn({2, 3}), 1, s.fixed({0, 2, 1, 1}, {2, 2}, DType::Int64)}); });
  r.op("scatter(Tensor self, int dim, Tensor index, Tensor|Scalar src) -> Tensor").doc("self with src written where index points. torch.scatter")
      .forward([](const Args& a) { return scatter(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3), false); })
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor index = c.tensor(2);
        return {call("scatter", {g[0], c.args()[1], index, 0.0}).get<Tensor>(), Tensor(), c.needs(3) ? ops::gather(g[0], c.args()[1], index) : Tensor()};
      })
      .inplace()
      .samples([](Samples& s) { s.add({s.randn({2, 3}), 1, s.fixed({0, 2, 1, 0}, {2, 2}, DType::Int64), s.randn({2, 2})}); });
  r.op("scatter.value(Tensor self, int dim, Tensor index, *, Scalar value) -> Tensor").doc("self with value where index points. torch.scatter")
      .composite([](const Args& a) { return call("scatter", {a.tensor(0), a[1], a.tensor(2), a[3]}); }).inplace();
  r.op("scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor").doc("self plus src where index points. torch.scatter_add")
      .forward([](const Args& a) { return scatter(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3), true); })
      .saves({"index"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {g[0], Tensor(), c.needs(3) ? ops::gather(g[0], c.args()[1], c.tensor(2)) : Tensor()};
      })
      .inplace()
      .samples([](Samples& s) { s.add({s.randn({2, 3}), 1, s.fixed({0, 2, 1, 1}, {2, 2}, DType::Int64), s.randn({2, 2})}); });
  r.op("index_select(Tensor self, int dim, Tensor index) -> Tensor").doc("The given indices of a dimension. torch.index_select")
      .composite([](const Args& a) {
        const Tensor t = a.tensor(0), index = a.tensor(2);
        if (index.dim() > 1) fail(ErrorKind::Index, "index_select(): Index is supposed to be a vector");
        TensorList list(static_cast<std::size_t>(wrap_dim(a.integer(1), t.dim())));
        list.push_back(index.dim() == 0 ? ops::reshape(index, IntList{1}) : index);
        return call("index", {t, list});
      });
  r.op("index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor").doc("self plus rows of source at the given indices. torch.index_add")
      .composite([](const Args& a) {
        TensorList list(static_cast<std::size_t>(wrap_dim(a.integer(1), a.tensor(0).dim())));
        list.push_back(a.tensor(2));
        return call("index_put", {a.tensor(0), list, ops::mul(a.tensor(3), wrap(a[4])), true});
      })
      .inplace();
  r.op("take(Tensor self, Tensor index) -> Tensor").doc("Elements of the flattened tensor. torch.take")
      .composite([](const Args& a) { return call("index", {ops::reshape(a.tensor(0), IntList{-1}), TensorList{a.tensor(1)}}); });
  r.op("take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor").doc("gather with broadcasting. torch.take_along_dim")
      .composite([](const Args& a) {
        if (!a.has(2)) return call("take", {a.tensor(0), ops::reshape(a.tensor(1), IntList{-1})});
        return Value(ops::gather(a.tensor(0), a[2], a.tensor(1)));
      });
}

}  // namespace

void register_index(Registry& r) {
  register_advanced(r);
  register_gathers(r);
  r.op("one_hot(Tensor self, int num_classes=-1) -> Tensor").doc("1 at each class index, else 0; int64. torch.nn.functional.one_hot").in(kFunctional)
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        if (t.dtype() != DType::Int64) fail(ErrorKind::Runtime, "one_hot is only applicable to index tensor.");
        const auto v = t.to_vector();
        std::int64_t n = a.integer(1);
        for (const double x : v) {
          check(x >= 0, "Class values must be non-negative.");
          check(a.integer(1) < 0 || x < static_cast<double>(n), "Class values must be smaller than num_classes.");
          if (a.integer(1) < 0) n = std::max(n, static_cast<std::int64_t>(x) + 1);
        }
        Dims shape = t.shape();
        shape.push_back(n);
        Tensor out = Tensor::full(shape, 0, DType::Int64);
        for (std::size_t i = 0; i < v.size(); ++i) out.data<std::int64_t>()[static_cast<std::int64_t>(i) * n + static_cast<std::int64_t>(v[i])] = 1;
        return out;
      });
  r.op("embedding(Tensor input, Tensor weight, int? padding_idx=None) -> Tensor").doc("Rows of weight. torch.nn.functional.embedding").in(kFunctional)
      .composite([](const Args& a) {
        Tensor weight = a.tensor(1);
        const std::int64_t n = weight.size(0);
        for (const double v : a.tensor(0).to_vector())
          if (v < 0 || v >= static_cast<double>(n)) fail(ErrorKind::Index, "index out of range in self");
        return call("index", {weight, TensorList{a.tensor(0)}});
      })
      .onnx("Gather");
  r.op("bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor").doc("How often each non-negative integer occurs. torch.bincount")
      .forward([](const Args& a) {
        const auto v = a.tensor(0).to_vector();
        std::int64_t n = a.integer(2);
        for (const double x : v) {
          check(x >= 0, "bincount only supports 1-d non-negative integral inputs.");
          n = std::max(n, static_cast<std::int64_t>(x) + 1);
        }
        std::vector<double> counts(static_cast<std::size_t>(n), 0);
        const auto w = a.has(1) ? a.tensor(1).to_vector() : std::vector<double>(v.size(), 1);
        for (std::size_t i = 0; i < v.size(); ++i) counts[static_cast<std::size_t>(v[i])] += w[i];
        return Tensor::from_vector<double>(counts, {n}).to_raw(a.has(1) ? DType::Float64 : DType::Int64);
      });
}

}  // namespace gradbox
