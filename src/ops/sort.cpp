// Operators that look for positions: max/min with indices, argmax, sorting, top k, running sums.
#include <algorithm>
#include <numeric>
#include <xtensor/xmath.hpp>

#include "core/xt.h"
#include "ops/families.h"
#include "ops/reduce_util.h"

namespace gradbox {
namespace {

// One slice of a contiguous tensor along a dimension.
struct Lanes {
  std::int64_t outer = 1, n = 1, inner = 1;
  Lanes(const Tensor& t, std::int64_t dim) {
    if (t.dim() == 0) return;
    const auto d = static_cast<std::size_t>(wrap_dim(dim, t.dim()));
    n = t.shape()[d];
    for (std::size_t i = 0; i < d; ++i) outer *= t.shape()[i];
    for (std::size_t i = d + 1; i < t.shape().size(); ++i) inner *= t.shape()[i];
  }
  template <class F>
  void each(F f) const {  // f(start, step) for every lane
    for (std::int64_t o = 0; o < outer; ++o)
      for (std::int64_t i = 0; i < inner; ++i) f(o * n * inner + i, inner);
  }
};

Tensor as_number(const Tensor& t) { return (t.dtype() == DType::Bool ? t.to_raw(DType::UInt8) : t).contiguous_raw(); }

// Index of the first largest (smallest) element of every lane; NaN counts as extreme.
Tensor arg_extreme(const Tensor& given, std::int64_t dim, bool largest, const char* name) {
  const Tensor t = as_number(given);
  if (t.numel() == 0)
    fail(ErrorKind::Index, name, "(): Expected reduction dim ", wrap_dim(dim, t.dim()), " to have non-zero size.");
  const Lanes lanes(t, dim);
  Dims shape = t.shape();
  if (!shape.empty()) shape[static_cast<std::size_t>(wrap_dim(dim, t.dim()))] = 1;
  Tensor out = Tensor::empty(shape, DType::Int64);
  std::int64_t* o = out.data<std::int64_t>();
  dispatch_number(t.dtype(), name, [&](auto tag) {
    using T = decltype(tag);
    const T* p = t.data<T>();
    lanes.each([&](std::int64_t start, std::int64_t step) {
      std::int64_t best = 0;
      for (std::int64_t k = 1; k < lanes.n; ++k) {
        const T x = p[start + k * step], y = p[start + best * step];
        if (y != y) break;
        if (x != x || (largest ? x > y : x < y)) best = k;
      }
      *o++ = best;
    });
  });
  return out;
}

Tensor drop_dim(const Tensor& t, std::int64_t dim, bool keepdim) {
  if (keepdim || t.dim() == 0) return t;
  Dims shape = t.shape();
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(wrap_dim(dim, t.dim())));
  return t.alias(shape, contiguous_strides(shape), t.offset());
}

Value max_dim(const Args& a, bool largest) {
  const Tensor t = a.tensor(0);
  const std::int64_t dim = a.integer(1);
  const Tensor index = arg_extreme(t, dim, largest, largest ? "max" : "min");
  const Tensor values = t.dim() ? ops::gather(t, static_cast<long long>(dim), index) : t.clone_raw();
  a.stash(index);
  return TensorList{drop_dim(values, dim, a.boolean(2)), drop_dim(index, dim, a.boolean(2))};
}

// Puts gradients back where the values came from. stash(0): indices with the dimension kept.
TensorList scatter_back(BackwardContext& c, const TensorList& g) {
  const Tensor index = c.stash(0);
  const Tensor zeros = Tensor::full(c.shape(0), 0, g[0].dtype());
  if (c.shape(0).empty()) return {g[0]};
  return {ops::scatter_add(zeros, static_cast<long long>(c.args().integer(1)), index, ops::reshape(g[0], index.shape()))};
}

template <class Compare>
void sort_lane(std::vector<std::int64_t>& order, Compare less, bool stable) {
  std::iota(order.begin(), order.end(), 0);
  if (stable) std::stable_sort(order.begin(), order.end(), less);
  else std::sort(order.begin(), order.end(), less);
}

// Indices that sort every lane; NaN is larger than everything. k > 0 keeps only the first k.
Tensor sort_indices(const Tensor& given, std::int64_t dim, bool descending, std::int64_t k = -1) {
  const Tensor t = as_number(given);
  const Lanes lanes(t, dim);
  const std::int64_t keep = k < 0 ? lanes.n : k;
  Dims shape = t.shape();
  if (!shape.empty()) shape[static_cast<std::size_t>(wrap_dim(dim, t.dim()))] = keep;
  Tensor out = Tensor::empty(shape, DType::Int64);
  std::int64_t* o = out.data<std::int64_t>();
  std::vector<std::int64_t> order(static_cast<std::size_t>(lanes.n));
  dispatch_number(t.dtype(), "sort", [&](auto tag) {
    using T = decltype(tag);
    const T* p = t.data<T>();
    std::int64_t lane = 0;
    lanes.each([&](std::int64_t start, std::int64_t step) {
      const auto at = [&](std::int64_t i) { return p[start + i * step]; };
      if (descending)
        sort_lane(order, [&](std::int64_t i, std::int64_t j) { return (at(i) != at(i) && at(j) == at(j)) || at(i) > at(j); }, true);
      else
        sort_lane(order, [&](std::int64_t i, std::int64_t j) { return (at(j) != at(j) && at(i) == at(i)) || at(i) < at(j); }, true);
      const std::int64_t base = (lane / lanes.inner) * keep * lanes.inner + lane % lanes.inner;
      for (std::int64_t i = 0; i < keep; ++i) o[base + i * lanes.inner] = order[static_cast<std::size_t>(i)];
      ++lane;
    });
  });
  return out;
}

Value take_sorted(const Args& a, const Tensor& index, std::int64_t dim) {
  const Tensor t = a.tensor(0);
  a.stash(index);
  return TensorList{t.dim() ? ops::gather(t, static_cast<long long>(dim), index) : t.clone_raw(), index};
}

void register_extremes(Registry& r) {
  for (const bool largest : {true, false}) {
    const std::string name = largest ? "max" : "min";
    const std::string what = largest ? "Largest" : "Smallest";
    const auto ties = [](Samples& s) { s.add({s.distinct({2, 3})}); };
    r.op(name + "(Tensor self) -> Tensor").doc(what + " element; ties share the gradient. torch." + name)
        .forward([largest](const Args& a) -> Value {
          if (a.tensor(0).numel() == 0)
            fail(ErrorKind::Runtime, largest ? "max" : "min", "(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.");
          return largest ? ops::amax(a.tensor(0)) : ops::amin(a.tensor(0));
        })
        .node(largest ? "MaxBackward1" : "MinBackward1").saves({"self"}).saves_output()
        .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
          const Tensor hit = ops::to(ops::eq(c.tensor(0).detach(), c.output().detach()), g[0].dtype());
          return {ops::mul(hit, ops::div(g[0], ops::sum(hit)))};
        })
        .samples(ties);
    r.op(name + ".dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")
        .doc(what + " element of each slice along dim, and its index. torch." + name)
        .forward([largest](const Args& a) { return max_dim(a, largest); })
        .node(largest ? "MaxBackward0" : "MinBackward0").non_differentiable({1}).backward(scatter_back)
        .samples([](Samples& s) { s.add({s.distinct({2, 3}), 1, false}); s.add({s.distinct({2, 3}), 0, true}); });
    r.op(name + ".other(Tensor self, Tensor other) -> Tensor").doc("Alias of " + name + "imum. torch." + name)
        .composite([largest](const Args& a) { return largest ? ops::maximum(a.tensor(0), a.tensor(1)) : ops::minimum(a.tensor(0), a.tensor(1)); });
    const std::string arg = "arg" + name;
    r.op(arg + "(Tensor self, int? dim=None, bool keepdim=False) -> Tensor")
        .doc("Index of the " + std::string(largest ? "largest" : "smallest") + " element, of the flattened tensor or along dim. torch." + arg)
        .forward([largest, arg](const Args& a) {
          const Tensor t = a.tensor(0).contiguous_raw();
          if (a.has(1)) return drop_dim(arg_extreme(t, a.integer(1), largest, arg.c_str()), a.integer(1), a.boolean(2));
          if (t.numel() == 0) fail(ErrorKind::Index, arg, "(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.");
          const Tensor flat = t.alias({t.numel()}, {1}, t.offset());
          return drop_dim(arg_extreme(flat, 0, largest, arg.c_str()), 0, false);
        })
        .onnx(largest ? "ArgMax" : "ArgMin");
  }
}

void register_orders(Registry& r) {
  r.op("sort(Tensor self, int dim=-1, bool descending=False, *, bool stable=False) -> (Tensor values, Tensor indices)")
      .doc("Elements in order along dim, and where they stood. torch.sort")
      .forward([](const Args& a) { return take_sorted(a, sort_indices(a.tensor(0), a.integer(1), a.boolean(2)), a.integer(1)); })
      .non_differentiable({1}).backward(scatter_back)
      .samples([](Samples& s) { s.add({s.distinct({2, 3}), 1, true}); });
  r.op("argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor")
      .doc("Indices that sort along dim. torch.argsort")
      .forward([](const Args& a) { return sort_indices(a.tensor(0), a.integer(1), a.boolean(2)); });
  r.op("topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)")
      .doc("The k largest (smallest) elements along dim, in order. torch.topk")
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const std::int64_t n = t.dim() ? t.size(a.integer(2)) : 1;
        check(a.integer(1) >= 0 && a.integer(1) <= n, "selected index k out of range");
        return take_sorted(a, sort_indices(t, a.integer(2), a.boolean(3), a.integer(1)), a.integer(2));
      })
      .non_differentiable({1})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::scatter_add(Tensor::full(c.shape(0), 0, g[0].dtype()), static_cast<long long>(c.args().integer(2)), c.stash(0), g[0])};
      })
      .samples([](Samples& s) { s.add({s.distinct({2, 4}), 2, 1}); });
  r.op("median(Tensor self) -> Tensor").doc("Middle element; the lower of two. torch.median")
      .composite([](const Args& a) -> Tensor {
        const Tensor flat = ops::reshape(a.tensor(0), IntList{-1});
        const Value sorted = call("sort", {flat});
        return ops::select(sorted.get<TensorList>()[0], 0, static_cast<long long>((flat.numel() - 1) / 2));
      });
  r.op("unique(Tensor self) -> Tensor").doc("The distinct elements, sorted. torch.unique")
      .forward([](const Args& a) {
        const Tensor t = as_number(a.tensor(0));
        return dispatch_number(t.dtype(), "unique", [&](auto tag) {
          using T = decltype(tag);
          std::vector<T> v(t.data<T>(), t.data<T>() + t.numel());
          std::sort(v.begin(), v.end());
          v.erase(std::unique(v.begin(), v.end()), v.end());
          const auto n = static_cast<std::int64_t>(v.size());
          return Tensor::from_vector<T>(v, {n}).to_raw(a.tensor(0).dtype());
        });
      });
}

// Running sum or product along a dimension, by xtensor.
template <bool kProduct>
Tensor running(const Tensor& given, std::int64_t dim, const Value& dtype) {
  const DType want = dtype.is<DType>() ? dtype.get<DType>() : is_integral(given.dtype(), true) ? DType::Int64 : given.dtype();
  const Tensor t = given.to_raw(want).contiguous_raw();
  Tensor out = Tensor::empty(t.shape(), want);
  if (t.dim() == 0) {
    wrap_dim(dim, 0);
    out.copy_raw(t);
    return out;
  }
  const auto axis = static_cast<std::ptrdiff_t>(wrap_dim(dim, t.dim()));
  dispatch_number(want, "cumsum", [&](auto tag) {
    using T = decltype(tag);
    auto target = as_xt<T>(out);
    if constexpr (kProduct) target = xt::cumprod<T>(as_xt<T>(t), axis);
    else target = xt::cumsum<T>(as_xt<T>(t), axis);
  });
  return out;
}

}  // namespace

void register_sort(Registry& r) {
  register_extremes(r);
  register_orders(r);
  r.op("cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")
      .doc("Running sum along dim. torch.cumsum")
      .forward([](const Args& a) { return running<false>(a.tensor(0), a.integer(1), a[2]); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const long long dim = c.args().integer(1);
        if (c.shape(0).empty()) return {g[0]};
        // Sum of everything from here on: total minus what came before.
        const Tensor before = ops::sub(ops::cumsum(g[0], dim), g[0]);
        return {ops::sub(ops::sum(g[0], dim, true), before)};
      })
      .onnx("CumSum")
      .samples([](Samples& s) { s.add({s.randn({2, 3}), 1}); });
  r.op("cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")
      .doc("Running product along dim. torch.cumprod")
      .forward([](const Args& a) { return running<true>(a.tensor(0), a.integer(1), a[2]); })
      .saves({"self"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const long long dim = c.args().integer(1);
        const Tensor gy = ops::mul(g[0], c.output());
        const Tensor before = ops::sub(ops::cumsum(gy, dim), gy);
        return {ops::div(ops::sub(ops::sum(gy, dim, true), before), c.tensor(0))};
      })
      .samples([](Samples& s) { s.add({s.uniform({2, 3}, 0.5, 2), 1}); });
}

}  // namespace gradbox
