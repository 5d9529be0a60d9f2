// Order statistics, and sets of values: median, mode, quantile, unique, searchsorted.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "ops/lanes.h"

namespace gradbox {

namespace {

// Position in each lane of its k-th smallest element, k as f(lane's values, its sorted order).
template <class F>
Tensor pick_lane(const Tensor& t, std::int64_t dim, F choose) {
  const Tensor order = sort_indices(t, dim, false);
  const Lanes lanes(order, dim);
  Dims shape = t.shape();
  if (!shape.empty()) shape[static_cast<std::size_t>(wrap_dim(dim, t.dim()))] = 1;
  const Tensor out = Tensor::empty(shape, DType::Int64),
               values = t.to_raw(DType::Float64).contiguous_raw();
  auto* o = out.data<std::int64_t>();
  const auto* by = order.data<std::int64_t>();
  const double* v = values.data<double>();
  lanes.each([&](std::int64_t start, std::int64_t step) {
    // at(i): the i-th smallest; where(i): its position.
    const auto where = [&](std::int64_t i) { return by[start + i * step]; };
    const auto at = [&](std::int64_t i) { return v[start + where(i) * step]; };
    *o++ = where(choose(lanes.n, at));
  });
  return out;
}

// The middle one, the lower of two. NaN sorts last: median gives it when there is any.
template <bool kIgnoreNan>
Tensor median_index(const Tensor& t, std::int64_t dim) {
  return pick_lane(t, dim, [](std::int64_t n, const auto& at) {
    std::int64_t numbers = n;
    while (numbers > 0 && at(numbers - 1) != at(numbers - 1)) --numbers;
    if (!kIgnoreNan && numbers < n) return numbers;
    return numbers == 0 ? std::int64_t{0} : (numbers - 1) / 2;
  });
}

// The most frequent value, the smallest of equally frequent ones; its last position.
Tensor mode_index(const Tensor& t, std::int64_t dim) {
  return pick_lane(t, dim, [](std::int64_t n, const auto& at) {
    std::int64_t best = 0, best_count = 0;
    for (std::int64_t i = 0; i < n;) {
      std::int64_t end = i + 1;
      while (end < n && at(end) == at(i)) ++end;
      if (end - i > best_count) {
        best_count = end - i;
        best = end - 1;
      }
      i = end;
    }
    return best;
  });
}

void check_lane(const Tensor& t, std::int64_t dim, const char* name) {
  const auto d = wrap_dim(dim, t.dim());
  if (t.dim() && t.size(d) == 0)
    fail(ErrorKind::Index, name, "(): Expected reduction dim ", d, " to have non-zero size.");
}

using Finder = Tensor (*)(const Tensor&, std::int64_t);

void register_medians(Registry& r) {
  const auto along_1 = [](BackwardContext& c, const TensorList& g) {
    return scatter_back(c, g, 1);
  };
  const auto cases = [](Samples& s) {
    s.add({s.distinct({2, 3}), 1});
    s.add({s.distinct({2, 3}), 0, true});
  };
  for (const bool ignore : {false, true}) {
    const std::string name = ignore ? "nanmedian" : "median",
                      title = ignore ? "Nanmedian" : "Median";
    const std::string what = ignore ? ", NaN apart" : "";
    const Finder find = ignore ? median_index<true> : median_index<false>;
    r.op(name + "(Tensor self) -> Tensor")
        .doc("Middle element, the lower of two" + what + ". torch." + name)
        .forward([find](const Args& a) {
          const Tensor t = a.tensor(0).contiguous_raw();
          if (t.numel() == 0) return Tensor::full({}, std::nan(""), t.dtype());
          const Tensor flat = t.alias({t.numel()}, {1}, t.offset());
          return drop_dim(ops::gather(flat, 0, find(flat, 0)), 0, false);
        })
        .saves({"self"})
        .saves_output()
        .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
          const Tensor x = c.tensor(0).detach(), y = c.output().detach();
          const Tensor hit = y.item() == y.item() ? ops::eq(x, y) : ops::ne(x, x);
          return {ops::where(hit, ops::div(g[0], ops::sum(hit)), zero_of(g[0]))};
        })
        .samples([](Samples& s) {
          s.add({s.distinct({2, 3})});
        });
    r.op(name + ".dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")
        .doc("Middle element along dim" + what + ", and its index. torch." + name)
        .node(title + "Backward1")
        .non_differentiable({1})
        .forward([find, name](const Args& a) {
          check_lane(a.tensor(0), a.integer(1), name.c_str());
          return take_at(a, find(a.tensor(0), a.integer(1)), a.integer(1), a.boolean(2));
        })
        .backward(along_1)
        .samples(cases);
  }
  r.op("mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)")
      .doc("Most frequent element along dim, and an index of it. torch.mode")
      .non_differentiable({1})
      .forward([](const Args& a) {
        check_lane(a.tensor(0), a.integer(1), "mode");
        return take_at(a, mode_index(a.tensor(0), a.integer(1)), a.integer(1), a.boolean(2));
      })
      .backward(along_1)
      .samples(cases);
  r.op("kthvalue(Tensor self, int k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor "
       "indices)")
      .doc("The k-th smallest element along dim, and its index. torch.kthvalue")
      .non_differentiable({1})
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const std::int64_t k = a.integer(1), d = wrap_dim(a.integer(2), t.dim());
        check(k >= 1 && k <= (t.dim() ? t.size(d) : 1),
              "kthvalue(): selected number k out of range for dimension ", d);
        const Tensor index = pick_lane(t, d, [k](std::int64_t, const auto&) { return k - 1; });
        return take_at(a, index, d, a.boolean(3));
      })
      .backward([](BackwardContext& c, const TensorList& g) { return scatter_back(c, g, 2); })
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), 2, 1});
      });
  r.op("aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)")
      .doc("Smallest and largest element. torch.aminmax")
      .fused([](const Args& a) {
        const Value dim = a.has(1) ? Value(IntList{a.integer(1)}) : Value();
        const auto in_shape = [&](const Tensor& t) {
          return a.boolean(2) && !a.has(1)
                     ? ops::reshape(t, Dims(static_cast<std::size_t>(a.tensor(0).dim()), 1))
                     : t;
        };
        return TensorList{in_shape(ops::amin(a.tensor(0), dim, a.boolean(2) && a.has(1))),
                          in_shape(ops::amax(a.tensor(0), dim, a.boolean(2) && a.has(1)))};
      })
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), 1});
      });
}

// Along `dim` (or of everything): values between the two elements around q (n - 1). A NaN in a lane
// makes its result NaN, or is left out.
Tensor quantile(const Args& a, bool ignore_nan, const char* name) {
  Tensor x = a.tensor(0);
  const Tensor q = a.tensor(1);
  const std::string& mode = a.string(4);
  check(x.numel() > 0, name, "() input tensor must be non-empty");
  check(is_floating(x.dtype()), name, "() input tensor must be either float or double dtype");
  check(q.dim() <= 1, name, "() q must be a scalar or 1D tensor");
  for (const double v : q.to_vector())
    check(v >= 0 && v <= 1, name, "() q values must be in the range [0, 1]");
  check(mode == "linear" || mode == "lower" || mode == "higher" || mode == "midpoint" ||
            mode == "nearest",
        name,
        "() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ",
        mode);
  const bool all = !a.has(2), keep = a.boolean(3);
  const std::int64_t rank = x.dim(), d = all ? 0 : wrap_dim(a.integer(2), rank);
  const Dims original = x.shape();
  if (all) x = ops::reshape(x, Dims{-1});
  if (x.dim() == 0) x = ops::reshape(x, Dims{1});
  const Tensor sorted = call("sort", {x, d}).get<TensorList>()[0];
  const Tensor numbers = ops::sum(ops::eq(x.detach(), x.detach()), d, true);  // NaN apart
  const Tensor spoiled = ops::lt(numbers, static_cast<double>(x.size(d)));
  TensorList out;
  for (const double v : q.to_vector()) {
    Tensor at = ops::mul(
        ops::to(ignore_nan ? ops::clamp(ops::sub(numbers, 1), 0)
                           : Tensor::full(numbers.shape(), static_cast<double>(x.size(d) - 1),
                                          DType::Int64),
                DType::Float64),
        v);
    if (mode == "lower") at = call("floor", {at}).get<Tensor>();
    if (mode == "higher") at = call("ceil", {at}).get<Tensor>();
    if (mode == "nearest") at = call("round", {at}).get<Tensor>();
    const Tensor below = call("floor", {at}).get<Tensor>(),
                 above = call("ceil", {at}).get<Tensor>();
    const Tensor part = mode == "midpoint"
                            ? ops::mul(ops::to(ops::ne(below, above), x.dtype()), 0.5)
                            : ops::to(ops::sub(at, below), x.dtype());
    const Tensor low = ops::gather(sorted, d, ops::to(below, DType::Int64)),
                 high = ops::gather(sorted, d, ops::to(above, DType::Int64));
    Tensor y = ops::add(low, ops::mul(part, ops::sub(high, low)));
    if (!ignore_nan) y = ops::masked_fill(y, spoiled, std::nan(""));
    out.push_back(all    ? ops::reshape(y, keep ? Dims(original.size(), 1) : Dims{})
                     : keep ? y
                         : ops::squeeze(y, d));
  }
  return q.dim() == 0 ? out[0] : ops::stack(out, 0);
}

void register_quantiles(Registry& r) {
  for (const bool ignore : {false, true}) {
    const std::string name = ignore ? "nanquantile" : "quantile";
    r.op(name +
         "(Tensor self, Tensor|Scalar q, int? dim=None, bool keepdim=False, *, str "
         "interpolation='linear') -> Tensor")
        .doc(std::string("Values below which the fraction q of the elements lies") +
             (ignore ? ", NaN apart" : "") + ". torch." + name)
        .composite([ignore, name](const Args& a) { return quantile(a, ignore, name.c_str()); });
  }
}

// Rows of a matrix of doubles, compared as wholes; equal neighbours are one group.
struct Groups {
  std::vector<std::int64_t> first;    // the row that stands for each group
  std::vector<std::int64_t> inverse;  // each row's group
  std::vector<std::int64_t> counts;
};

Groups group_rows(const Tensor& rows, bool sorted) {
  const std::int64_t n = rows.size(0), width = rows.size(1);
  const double* p = rows.data<double>();
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  const auto less = [&](std::int64_t i, std::int64_t j) {
    return std::lexicographical_compare(p + i * width, p + (i + 1) * width, p + j * width,
                                        p + (j + 1) * width);
  };
  if (sorted) std::stable_sort(order.begin(), order.end(), less);
  Groups g;
  g.inverse.resize(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::int64_t i = order[k];
    if (k == 0 || !std::equal(p + i * width, p + (i + 1) * width, p + order[k - 1] * width)) {
      g.first.push_back(i);
      g.counts.push_back(0);
    }
    ++g.counts.back();
    g.inverse[static_cast<std::size_t>(i)] = static_cast<std::int64_t>(g.first.size()) - 1;
  }
  return g;
}

Tensor to_tensor(const std::vector<std::int64_t>& v) {
  return Tensor::from_vector(v, {static_cast<std::int64_t>(v.size())});
}

// int64 beyond 2^53 would not survive as double; none of the uses here comes near.
Value unique(const Tensor& t, bool sorted, bool inverse, bool counts, const Value& dim) {
  const bool flat = dim.is_none();
  const Tensor source = flat ? ops::reshape(t, Dims{-1}) : t;
  const long long d = flat ? 0 : wrap_dim(dim.as_int(), t.dim());
  const std::int64_t n = source.size(d);
  const Tensor rows = ops::reshape(ops::to(ops::transpose(source, 0, d), DType::Float64),
                                   Dims{n, n ? source.numel() / n : 1})
                          .contiguous_raw();
  const Groups g = group_rows(rows, sorted);
  TensorList out{ops::index_select(source, d, to_tensor(g.first))};
  if (inverse)
    out.push_back(flat ? ops::reshape(to_tensor(g.inverse), t.shape()) : to_tensor(g.inverse));
  if (counts) out.push_back(to_tensor(g.counts));
  if (out.size() == 1) return out[0];
  return out;
}

void register_sets(Registry& r) {
  r.op("unique(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False, "
       "int? dim=None) -> Tensor|Tensor[]")
      .doc(
          "The distinct elements (or slices along dim), sorted; with the group of each and their "
          "counts on request. torch.unique")
      .forward([](const Args& a) {
        return unique(a.tensor(0).detach(), true, a.boolean(2), a.boolean(3), a[4]);
      });
  r.op("unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? "
       "dim=None) -> Tensor|Tensor[]")
      .doc(
          "The elements (or slices along dim) that differ from the one before. "
          "torch.unique_consecutive")
      .forward([](const Args& a) {
        return unique(a.tensor(0).detach(), false, a.boolean(1), a.boolean(2), a[3]);
      });
  r.op("isin(Tensor elements, Tensor|Scalar test_elements, *, bool assume_unique=False, bool "
       "invert=False) -> Tensor")
      .doc("Whether each element is among test_elements. torch.isin")
      .in(kTorch)
      .forward([](const Args& a) {
        std::vector<double> set = a.tensor(1).to_vector(), x = a.tensor(0).to_vector();
        std::sort(set.begin(), set.end());
        const Tensor out = Tensor::empty(a.tensor(0).shape(), DType::Bool);
        for (std::size_t i = 0; i < x.size(); ++i)
          out.data<bool>()[i] = std::binary_search(set.begin(), set.end(), x[i]) != a.boolean(3);
        return out;
      });
}

Tensor search(const Tensor& sequence, const Tensor& values, bool right, DType dtype) {
  check(sequence.dim() > 0,
        "torch.searchsorted(): boundaries tensor should have positive dimension, but got 0 "
        "dimension");
  Dims lead_s(sequence.shape().begin(), sequence.shape().end() - 1), lead_v;
  if (values.dim()) lead_v = Dims(values.shape().begin(), values.shape().end() - 1);
  check(sequence.dim() == 1 || (values.dim() == sequence.dim() && lead_s == lead_v),
        "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions "
        "of boundaries tensor and input "
        "value tensor must match, but we got boundaries tensor ",
        to_string(sequence.shape()), " and input value tensor ", to_string(values.shape()));
  const std::vector<double> s = sequence.to_vector(), v = values.to_vector();
  const Tensor out = Tensor::empty(values.shape(), DType::Int64);
  const auto n = static_cast<std::size_t>(sequence.size(-1)),
             row = values.dim() ? static_cast<std::size_t>(values.size(-1)) : 1;
  for (std::size_t i = 0; i < v.size(); ++i) {
    const auto first =
        s.begin() + static_cast<std::ptrdiff_t>(sequence.dim() == 1 ? 0 : i / row * n);
    const auto last = first + static_cast<std::ptrdiff_t>(n);
    out.data<std::int64_t>()[i] =
        (right ? std::upper_bound(first, last, v[i]) : std::lower_bound(first, last, v[i])) - first;
  }
  return out.to_raw(dtype);
}

void register_searches(Registry& r) {
  r.op("searchsorted(Tensor sorted_sequence, Tensor|Scalar self, *, bool out_int32=False, bool "
       "right=False, str? side=None, Tensor? sorter=None) -> Tensor")
      .doc(
          "Where each value would have to be inserted into the (rows of the) sorted sequence. "
          "torch.searchsorted")
      .in(kTorch)
      .forward([](const Args& a) {
        const bool right = a.boolean(3) || (a.has(4) && a.string(4) == "right");
        const Tensor sequence = a.has(5) ? ops::gather(a.tensor(0), -1, a.tensor(5)) : a.tensor(0);
        return search(sequence, a.tensor(1), right, a.boolean(2) ? DType::Int32 : DType::Int64);
      });
  r.op("bucketize(Tensor|Scalar self, Tensor boundaries, *, bool out_int32=False, bool "
       "right=False) -> Tensor")
      .doc("searchsorted of self in boundaries. torch.bucketize")
      .in(kTorch)
      .forward([](const Args& a) {
        check(a.tensor(1).dim() == 1, "boundaries tensor must be 1 dimension, but got dim(",
              a.tensor(1).dim(), ")");
        return search(a.tensor(1), a.tensor(0), a.boolean(3),
                      a.boolean(2) ? DType::Int32 : DType::Int64);
      });
}

}  // namespace

void register_order(Registry& r) {
  if constexpr (kTraining) {
    register_medians(r);
    register_quantiles(r);
  }
  register_sets(r);
  register_searches(r);
}

}  // namespace gradbox
