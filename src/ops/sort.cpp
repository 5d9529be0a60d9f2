// Operators that look for positions: max/min with indices, argmax, sorting, top k, running sums.
#include <algorithm>

#include "kernels/reduce.h"
#include "ops/lanes.h"

namespace gradbox {

Tensor as_number(const Tensor& t) {
  return (t.dtype() == DType::Bool ? t.to_raw(DType::UInt8) : t).contiguous_raw();
}

// t as its lane's dtype, contiguous.
static Tensor in_lane(const Tensor& t) { return t.to_raw(lane_of(t.dtype())).contiguous_raw(); }

Tensor drop_dim(const Tensor& t, std::int64_t dim, bool keepdim) {
  if (keepdim || t.dim() == 0) return t;
  Dims shape = t.shape();
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(wrap_dim(dim, t.dim())));
  return t.alias(shape, contiguous_strides(shape), t.offset());
}

Value take_at(const Args& a, const Tensor& index, std::int64_t dim, bool keepdim) {
  const Tensor t = a.tensor(0);
  a.stash(index);
  const Tensor values =
      t.dim() ? ops::gather(t, static_cast<long long>(dim), index) : t.clone_raw();
  return TensorList{drop_dim(values, dim, keepdim), drop_dim(index, dim, keepdim)};
}

TensorList scatter_back(BackwardContext& c, const TensorList& g, std::size_t dim_arg) {
  if (c.shape(0).empty()) return {g[0]};
  const Tensor index = c.stash(0), zeros = Tensor::full(c.shape(0), 0, g[0].dtype());
  return {ops::scatter_add(zeros, static_cast<long long>(c.args().integer(dim_arg)), index,
                           ops::reshape(g[0], index.shape()))};
}

namespace {

// Leaves in `order` the places of the n keys, sorted; NaN is larger than everything. Merges runs
// from the bottom up: stable, and a tenth of the code of std::stable_sort.
template <class T>
void sort_order(const T* keys, std::int64_t n, bool descending, std::vector<std::int64_t>& order,
                std::vector<std::int64_t>& scratch) {
  const auto before = [&](std::int64_t i, std::int64_t j) {
    T a = keys[i], b = keys[j];
    if (descending) std::swap(a, b);
    return a < b || (b != b && a == a);
  };
  constexpr std::int64_t kRun = 8;
  std::int64_t *from = order.data(), *to = scratch.data();
  for (std::int64_t i = 0; i < n; ++i) {  // runs by insertion
    std::int64_t at = i;
    for (; at % kRun != 0 && before(i, from[at - 1]); --at) from[at] = from[at - 1];
    from[at] = i;
  }
  for (std::int64_t width = kRun; width < n; width *= 2, std::swap(from, to))
    for (std::int64_t first = 0; first < n; first += 2 * width) {
      const std::int64_t middle = std::min(first + width, n), end = std::min(middle + width, n);
      std::int64_t a = first, b = middle;
      for (std::int64_t k = first; k < end; ++k)
        to[k] = a < middle && (b == end || !before(from[b], from[a])) ? from[a++] : from[b++];
    }
  if (from != order.data()) order.swap(scratch);
}

}  // namespace

Tensor sort_indices(const Tensor& given, std::int64_t dim, bool descending, std::int64_t k) {
  const Tensor t = in_lane(given);
  const Lanes lanes(t, dim);
  const std::int64_t keep = k < 0 ? lanes.n : k;
  Dims shape = t.shape();
  if (!shape.empty()) shape[static_cast<std::size_t>(wrap_dim(dim, t.dim()))] = keep;
  Tensor out = Tensor::empty(shape, DType::Int64);
  std::int64_t* o = out.data<std::int64_t>();
  std::vector<std::int64_t> order(static_cast<std::size_t>(lanes.n)), scratch(order.size());
  dispatch_lane(t.dtype(), [&](auto tag) {
    using T = decltype(tag);
    const T* p = t.data<T>();
    std::vector<T> keys(order.size());
    std::int64_t lane = 0;
    lanes.each([&](std::int64_t start, std::int64_t step) {
      for (std::size_t i = 0; i < keys.size(); ++i)
        keys[i] = p[start + static_cast<std::int64_t>(i) * step];
      sort_order(keys.data(), lanes.n, descending, order, scratch);
      const std::int64_t base = (lane / lanes.inner) * keep * lanes.inner + lane % lanes.inner;
      for (std::int64_t i = 0; i < keep; ++i)
        o[base + i * lanes.inner] = order[static_cast<std::size_t>(i)];
      ++lane;
    });
  });
  return out;
}

namespace {

// Index of the first largest (smallest) element of every lane; NaN counts as extreme.
Tensor arg_extreme(const Tensor& given, std::int64_t dim, bool largest, const char* name) {
  const Tensor t = in_lane(given);
  const Lanes lanes(t, dim);
  if (lanes.n == 0)
    fail(ErrorKind::Index, name, "(): Expected reduction dim ", wrap_dim(dim, t.dim()),
         " to have non-zero size.");
  Dims shape = t.shape();
  if (!shape.empty()) shape[static_cast<std::size_t>(wrap_dim(dim, t.dim()))] = 1;
  Tensor out = Tensor::empty(shape, DType::Int64);
  std::int64_t* o = out.data<std::int64_t>();
  dispatch_lane(t.dtype(), [&](auto tag) {
    using T = decltype(tag);
    const T* p = t.data<T>();
    const auto beats = [&](T x, T y) { return y == y && (x != x || (largest ? x > y : x < y)); };
    if (lanes.inner == 1) {
      for (std::int64_t i = 0; i < lanes.outer; ++i, p += lanes.n) {
        // The value first, many at a time, then where it stands.
        const T best = largest ? kernels::fold_dense<T, T, kernels::Largest>(p[0], p, lanes.n)
                               : kernels::fold_dense<T, T, kernels::Smallest>(p[0], p, lanes.n);
        std::int64_t k = 0;
        while (p[k] != best && (best == best || p[k] == p[k])) ++k;
        *o++ = k;
      }
      return;
    }
    // Row by row, as they lie in memory.
    std::vector<T> best(static_cast<std::size_t>(lanes.inner));
    for (std::int64_t i = 0; i < lanes.outer; ++i, o += lanes.inner) {
      for (std::int64_t k = 0; k < lanes.n; ++k, p += lanes.inner)
        for (std::int64_t j = 0; j < lanes.inner; ++j) {
          T& y = best[static_cast<std::size_t>(j)];
          if (k > 0 && !beats(p[j], y)) continue;
          y = p[j];
          o[j] = k;
        }
    }
  });
  return out;
}

Value max_dim(const Args& a, bool largest) {
  return take_at(a, arg_extreme(a.tensor(0), a.integer(1), largest, largest ? "max" : "min"),
                 a.integer(1), a.boolean(2));
}

TensorList back_along_1(BackwardContext& c, const TensorList& g) { return scatter_back(c, g, 1); }

Tensor equal_or_nan(const Tensor& x, const Tensor& y) {
  return y.item() == y.item() ? ops::eq(x, y) : call("isnan", {x}).get<Tensor>();
}

void register_extremes(Registry& r) {
  for (const bool largest : {true, false}) {
    const std::string name = largest ? "max" : "min";
    const std::string what = largest ? "Largest" : "Smallest";
    const auto ties = [](Samples& s) { s.add({s.distinct({2, 3})}); };
    r.op(name + "(Tensor self) -> Tensor")
        .doc(what + " element; ties share the gradient. torch." + name)
        .forward([largest](const Args& a) -> Value {
          if (a.tensor(0).numel() == 0)
            fail(ErrorKind::Runtime, largest ? "max" : "min",
                 "(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
                 "reduction dim with the 'dim' argument.");
          return largest ? ops::amax(a.tensor(0)) : ops::amin(a.tensor(0));
        })
        .node(largest ? "MaxBackward1" : "MinBackward1")
        .saves({"self"})
        .saves_output()
        .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
          const Tensor hit = equal_or_nan(c.tensor(0).detach(), c.output().detach());
          return {ops::where(hit, ops::div(g[0], ops::sum(hit)), zero_of(g[0]))};
        })
        .samples(ties);
    r.op(name + ".dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")
        .doc(what + " element of each slice along dim, and its index. torch." + name)
        .forward([largest](const Args& a) { return max_dim(a, largest); })
        .node(largest ? "MaxBackward0" : "MinBackward0")
        .non_differentiable({1})
        .backward(back_along_1)
        .samples([](Samples& s) {
          s.add({s.distinct({2, 3}), 1, false});
          s.add({s.distinct({2, 3}), 0, true});
        });
    r.op(name + ".other(Tensor self, Tensor other) -> Tensor")
        .doc("Alias of " + name + "imum. torch." + name)
        .composite([largest](const Args& a) {
          return largest ? ops::maximum(a.tensor(0), a.tensor(1))
                         : ops::minimum(a.tensor(0), a.tensor(1));
        });
    const std::string arg = "arg" + name;
    r.op(arg + "(Tensor self, int? dim=None, bool keepdim=False) -> Tensor")
        .doc("Index of the " + std::string(largest ? "largest" : "smallest") +
             " element, of the flattened tensor or along dim. torch." + arg)
        .forward([largest, arg](const Args& a) {
          const Tensor t = a.tensor(0).contiguous_raw();
          if (a.has(1))
            return drop_dim(arg_extreme(t, a.integer(1), largest, arg.c_str()), a.integer(1),
                            a.boolean(2));
          if (t.numel() == 0)
            fail(ErrorKind::Index, arg,
                 "(): Expected reduction dim to be specified for input.numel() == 0.");
          const Tensor flat = t.alias({t.numel()}, {1}, t.offset());
          return drop_dim(arg_extreme(flat, 0, largest, arg.c_str()), 0, false);
        })
        .onnx(largest ? "ArgMax" : "ArgMin");
  }
}

void register_orders(Registry& r) {
  r.op("sort(Tensor self, int dim=-1, bool descending=False, *, bool stable=False) -> (Tensor "
       "values, Tensor indices)")
      .doc("Elements in order along dim, and where they stood. torch.sort")
      .forward([](const Args& a) {
        return take_at(a, sort_indices(a.tensor(0), a.integer(1), a.boolean(2)), a.integer(1),
                       true);
      })
      .non_differentiable({1})
      .backward(back_along_1)
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), 1, true});
      });
  r.op("msort(Tensor self) -> Tensor")
      .doc("sort along the first dimension. torch.msort")
      .composite([](const Args& a) -> Tensor {
        return call("sort", {a.tensor(0), 0}).get<TensorList>()[0];
      });
  r.op("argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor")
      .doc("Indices that sort along dim. torch.argsort")
      .forward([](const Args& a) { return sort_indices(a.tensor(0), a.integer(1), a.boolean(2)); });
  r.op("topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor "
       "values, Tensor indices)")
      .doc("The k largest (smallest) elements along dim, in order. torch.topk")
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const std::int64_t n = t.dim() ? t.size(a.integer(2)) : 1;
        check(a.integer(1) >= 0 && a.integer(1) <= n, "selected index k out of range");
        return take_at(a, sort_indices(t, a.integer(2), a.boolean(3), a.integer(1)), a.integer(2),
                       true);
      })
      .non_differentiable({1})
      .backward([](BackwardContext& c, const TensorList& g) { return scatter_back(c, g, 2); })
      .samples([](Samples& s) {
        s.add({s.distinct({2, 4}), 2, 1});
      });
}

}  // namespace

void register_sort(Registry& r) {
  register_extremes(r);
  register_orders(r);
}

}  // namespace gradbox
