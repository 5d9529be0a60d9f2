// Running sums, products and extremes along a dimension; differences and integrals.
#include <cmath>

#include "kernels/wrap.h"
#include "ops/lanes.h"

namespace gradbox {

namespace {

// out[k] = step(out[k - 1], x[k]) along dim, in the lane of the dtype.
template <class F>
Tensor running(const Tensor& given, std::int64_t dim, DType want, F step) {
  const DType lane = lane_of(want);
  const Tensor t = given.to_raw(want).to_raw(lane).contiguous_raw(),
               out = Tensor::empty(t.shape(), lane);
  const Lanes lanes(t, dim);
  wrap_dim(dim, t.dim());
  dispatch_lane(lane, [&](auto tag) {
    using T = decltype(tag);
    const T* p = t.data<T>();
    T* o = out.data<T>();
    lanes.each([&](std::int64_t start, std::int64_t stride) {
      // Long sums of floats lose little in double.
      std::conditional_t<std::is_floating_point_v<T>, double, T> total{};
      for (std::int64_t k = 0; k < lanes.n; ++k) {
        const T x = p[start + k * stride];
        total =
            k == 0 ? static_cast<decltype(total)>(x) : step(total, static_cast<decltype(total)>(x));
        o[start + k * stride] = static_cast<T>(total);
      }
    });
  });
  return out.to_raw(want);
}

DType scan_dtype(const Tensor& t, const Value& dtype) {
  if (dtype.is<DType>()) return dtype.get<DType>();
  return is_integral(t.dtype(), true) ? DType::Int64 : t.dtype();
}

// The sum of everything from each position on: what the gradient of a running sum is.
Tensor from_here_on(const Tensor& g, long long dim) {
  return ops::sub(ops::sum(g, dim, true), ops::sub(ops::cumsum(g, dim), g));
}

// d/dx_i of the running products is g_j times the product of the others up to j, summed over
// j >= i. Where no element is 0, that is the product itself over x_i.
TensorList cumprod_backward(BackwardContext& c, const TensorList& g) {
  const long long dim = c.args().integer(1);
  const Tensor x = c.tensor(0);
  if (c.shape(0).empty()) return {g[0]};
  if (ops::sum(ops::eq(x.detach(), 0)).item() == 0)
    return {ops::div(from_here_on(ops::mul(g[0], c.output()), dim), x)};
  static const OpHandle cumprod{"cumprod"};
  TensorList parts;
  const long long n = x.size(dim);
  for (long long i = 0; i < n; ++i) {
    const Tensor here = ops::ones_like(ops::slice(x, dim, i, i + 1));
    const Tensor after =
        cumprod(ops::cat(TensorList{here, ops::slice(x, dim, i + 1, n)}, dim), dim);
    const Tensor sum = ops::sum(ops::mul(ops::slice(g[0], dim, i, n), after), dim, true);
    parts.push_back(ops::mul(sum, ops::prod(ops::slice(x, dim, 0, i), dim, true)));
  }
  return {ops::cat(parts, dim)};
}

Value running_extreme(const Args& a, bool largest) {
  const Tensor t = as_number(a.tensor(0));
  const Tensor index = Tensor::empty(t.shape(), DType::Int64);
  const Lanes lanes(t, a.integer(1));
  wrap_dim(a.integer(1), t.dim());
  dispatch_number(t.dtype(), largest ? "cummax" : "cummin", [&](auto tag) {
    using T = decltype(tag);
    const T* p = t.data<T>();
    lanes.each([&](std::int64_t start, std::int64_t stride) {
      std::int64_t best = 0;
      for (std::int64_t k = 0; k < lanes.n; ++k) {
        const T x = p[start + k * stride], y = p[start + best * stride];
        if (x != x || (y == y && (largest ? x >= y : x <= y))) best = k;
        index.data<std::int64_t>()[start + k * stride] = best;
      }
    });
  });
  return take_at(a, index, a.integer(1), true);
}

void register_scans(Registry& r) {
  r.op("cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")
      .doc("Running sum along dim. torch.cumsum")
      .forward([](const Args& a) {
        return running(a.tensor(0), a.integer(1), scan_dtype(a.tensor(0), a[2]),
                       [](auto x, auto y) { return kernels::wrap_add(x, y); });
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        if (c.shape(0).empty()) return {g[0]};
        return {from_here_on(g[0], c.args().integer(1))};
      })
      .inplace()
      .onnx("CumSum")
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1});
      });
  r.op("cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")
      .doc("Running product along dim. torch.cumprod")
      .forward([](const Args& a) {
        return running(a.tensor(0), a.integer(1), scan_dtype(a.tensor(0), a[2]),
                       [](auto x, auto y) { return kernels::wrap_mul(x, y); });
      })
      .saves({"self"})
      .saves_output()
      .backward(cumprod_backward)
      .inplace()
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.5, 2), 1});
      });
  r.op("logcumsumexp(Tensor self, int dim) -> Tensor")
      .doc("Logarithm of the running sum of exp(self). torch.logcumsumexp")
      .forward([](const Args& a) {
        if (!is_floating(a.tensor(0).dtype()))
          not_implemented("logcumsumexp_out_cpu", a.tensor(0).dtype());
        return running(a.tensor(0), a.integer(1), a.tensor(0).dtype(), [](auto x, auto y) {
          if constexpr (std::is_floating_point_v<decltype(x)>) {
            if (std::isinf(x) && x == y) return x;
            const auto m = x > y ? x : y;
            return m + std::log1p(std::exp(-std::abs(x - y)));
          } else {
            return x;
          }
        });
      })
      .saves({"self"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        if (c.shape(0).empty()) return {g[0]};
        const Tensor weighted = ops::mul(g[0], ops::exp(ops::neg(c.output())));
        return {ops::mul(ops::exp(c.tensor(0)), from_here_on(weighted, c.args().integer(1)))};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1});
      });
  for (const bool largest : {true, false}) {
    const std::string name = largest ? "cummax" : "cummin";
    r.op(name + "(Tensor self, int dim) -> (Tensor values, Tensor indices)")
        .doc(std::string("Running ") + (largest ? "maximum" : "minimum") +
             " along dim, and where it stands. torch." + name)
        .non_differentiable({1})
        .forward([largest](const Args& a) { return running_extreme(a, largest); })
        .backward([](BackwardContext& c, const TensorList& g) { return scatter_back(c, g, 1); })
        .samples([](Samples& s) {
          s.add({s.distinct({2, 3}), 1});
        });
  }
}

Tensor cut(const Tensor& t, long long dim, long long from, long long to) {
  return ops::slice(t, dim, from, to);
}

// The integral along dim by the trapezoidal rule, or the running one.
Tensor trapezia(const Args& a, bool running) {
  static const OpHandle times{"_times"}, over{"_over"};
  const Tensor y = a.tensor(0), x = a.tensor(1);
  const long long dim = wrap_dim(a.integer(3), y.dim()), n = y.size(dim);
  const auto sums = [&] { return ops::add(cut(y, dim, 1, n), cut(y, dim, 0, n - 1)); };
  if (!x.defined()) {
    if (running) return ops::cumsum(times(sums(), a.number(2) / 2), a[3]);
    const Tensor ends = ops::add(ops::select(y, dim, 0), ops::select(y, dim, -1));
    return times(ops::sub(ops::sum(y, IntList{dim}), ops::mul(ends, 0.5)), a[2]);
  }
  Tensor widths;
  if (x.dim() == 1) {
    widths = ops::sub(cut(x, 0, 1, n), cut(x, 0, 0, n - 1));
    Dims shape(static_cast<std::size_t>(y.dim()), 1);
    shape[static_cast<std::size_t>(dim)] = n - 1;
    if (y.dim() > 1) widths = ops::reshape(widths, shape);
  } else {
    widths = ops::sub(cut(x, dim, 1, n), cut(x, dim, 0, n - 1));
  }
  const Tensor areas = ops::mul(sums(), widths);
  if (running) return over(ops::cumsum(areas, a[3]), 2);
  return over(ops::sum(areas, IntList{dim}), 2);
}

// Slopes along one dimension: central differences inside, one-sided at the ends.
Tensor slopes(const Tensor& t, long long d, double spacing) {
  const long long n = t.size(d);
  check(n >= 2, "torch.gradient expected each dimension size to be at least edge_order+1");
  const Tensor first = ops::sub(cut(t, d, 1, 2), cut(t, d, 0, 1));
  const Tensor last = ops::sub(cut(t, d, n - 1, n), cut(t, d, n - 2, n - 1));
  const Tensor middle = ops::mul(ops::sub(cut(t, d, 2, n), cut(t, d, 0, n - 2)), 0.5);
  return ops::div(ops::cat(TensorList{first, middle, last}, d), spacing);
}

void register_calculus(Registry& r) {
  r.op("diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> "
       "Tensor")
      .doc("n-th difference of neighbours along dim. torch.diff")
      .composite([](const Args& a) {
        Tensor t = a.tensor(0);
        const long long dim = wrap_dim(a.integer(2), t.dim());
        check(t.dim() >= 1, "diff expects input to be at least one-dimensional");
        check(a.integer(1) >= 0, "order must be non-negative but got ", a.integer(1));
        TensorList parts;
        if (a.has(3)) parts.push_back(a.tensor(3));
        parts.push_back(t);
        if (a.has(4)) parts.push_back(a.tensor(4));
        if (parts.size() > 1) t = ops::cat(parts, dim);
        for (std::int64_t i = 0; i < a.integer(1); ++i) {
          const long long n = t.size(dim);
          const Tensor after = cut(t, dim, 1, n), before = cut(t, dim, 0, std::max(n - 1, 0LL));
          t = t.dtype() == DType::Bool ? call("logical_xor", {after, before}).get<Tensor>()
                                       : ops::sub(after, before);
        }
        return t;
      });
  for (const char* name : {"trapezoid", "trapz"})
    r.op(std::string(name) + "(Tensor y, Tensor? x=None, *, Scalar dx=1, int dim=-1) -> Tensor")
        .doc(
            "Integral along dim by the trapezoidal rule; x holds the places, or dx their distance. "
            "torch.trapezoid")
        .in(kTorch)
        .composite([](const Args& a) { return trapezia(a, false); });
  r.op("cumulative_trapezoid(Tensor y, Tensor? x=None, *, Scalar dx=1, int dim=-1) -> Tensor")
      .doc("Running integral along dim by the trapezoidal rule. torch.cumulative_trapezoid")
      .in(kTorch)
      .composite([](const Args& a) { return trapezia(a, true); });
  r.op("gradient(Tensor self, *, Scalar? spacing=None, int[1]? dim=None, int edge_order=1) -> "
       "Tensor[]")
      .doc("Slopes along each dimension, by central differences. torch.gradient")
      .in(kTorch)
      .composite([](const Args& a) {
        check(a.integer(3) == 1, "torch.gradient: only edge_order=1 is supported");
        IntList dims;
        if (a.has(2)) dims = a.ints(2);
        else
          for (std::int64_t d = 0; d < a.tensor(0).dim(); ++d) dims.push_back(d);
        TensorList out;
        for (const auto d : dims)
          out.push_back(
              slopes(a.tensor(0), wrap_dim(d, a.tensor(0).dim()), a.has(1) ? a.number(1) : 1));
        return out;
      });
}

}  // namespace

void register_scans_and_calculus(Registry& r) {
  register_scans(r);
  if constexpr (kTraining) register_calculus(r);
}

}  // namespace gradbox
