// Order along an axis: TopK, CumSum, Unique, NonZero, Compress.
#include <algorithm>
#include <numeric>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

void top_k(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t axis = axis_of(r, -1, x.dim()),
                     k = r.opset() < 10 ? r.attr("k", std::int64_t{1}) : r.integer(1);
  if (k < 0 || k > x.size(axis))
    r.fail("k is " + std::to_string(k) + ", but axis has " + std::to_string(x.size(axis)) +
           " elements");
  const TensorList both =
      op_list("topk", x, k, axis, r.attr("largest", std::int64_t{1}) != 0, true);
  r.give(both[0]);
  r.out(1, as(both[1], DType::Int64));
}

void cum_sum(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t d = wrap_axis(r, r.integer(1), x.dim());
  const bool reverse = r.attr("reverse", std::int64_t{0}) != 0;
  const auto turned = [&](const Tensor& t) { return reverse ? op("flip", t, IntList{d}) : t; };
  Tensor y = as(ops::cumsum(turned(x), d), x.dtype());
  if (r.attr("exclusive", std::int64_t{0}) != 0 && x.size(d) > 0) {
    Dims first = x.shape();
    first[static_cast<std::size_t>(d)] = 1;
    y = ops::cat(TensorList{Tensor::full(first, 0, x.dtype()), ops::slice(y, d, 0, x.size(d) - 1)},
                 d);
  }
  r.give(turned(y));
}

void nonzero(NodeRun& r) {
  const Tensor& x = r.in();
  if (x.dim() == 0) {
    const bool any = x.item() != 0;
    return r.give(Tensor::full({1, any ? 1 : 0}, 0, DType::Int64));
  }
  r.give(ops::contiguous(ops::t(op("nonzero", x))));
}

void compress(NodeRun& r) {
  const bool flat = !r.has_attribute("axis");
  const Tensor x = flat ? ops::reshape(r.in(), Dims{-1}) : r.in();
  const std::int64_t axis = flat ? 0 : axis_of(r, 0, x.dim());
  IntList chosen;
  const IntList condition = to_ints(r.in(1));
  for (std::size_t i = 0; i < condition.size(); ++i)
    if (condition[i]) chosen.push_back(static_cast<std::int64_t>(i));
  r.give(ops::index_select(x, axis, wrap_indices(r, int_tensor(chosen), x.size(axis))));
}

// The slices of x along an axis, compared element by element; n of them.
struct Slices {
  FloatList values;  // [n, width]
  std::size_t n, width;
  int compare(std::size_t a, std::size_t b) const {
    for (std::size_t k = 0; k < width; ++k) {
      const double x = values[a * width + k], y = values[b * width + k];
      if (x < y) return -1;
      if (x > y) return 1;
    }
    return 0;
  }
};

void unique(NodeRun& r) {
  const bool flat = !r.has_attribute("axis");
  const Tensor x = flat ? ops::reshape(r.in(), Dims{-1}) : r.in();
  const std::int64_t axis = flat ? 0 : axis_of(r, 0, x.dim());
  const auto n = static_cast<std::size_t>(x.size(axis));
  const Slices s{ops::transpose(x.detach(), 0, axis).to_vector(), n,
                 n ? static_cast<std::size_t>(x.numel()) / n : 0};
  check_room(r, static_cast<double>(n), 64);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return s.compare(a, b) < 0; });
  // Groups of equal slices, by value; `first` is where each is met first.
  IntList group(n), first, counts;
  for (std::size_t k = 0; k < n; ++k) {
    if (k == 0 || s.compare(order[k - 1], order[k]) != 0) {
      first.push_back(static_cast<std::int64_t>(order[k]));
      counts.push_back(0);
    }
    ++counts.back();
    group[order[k]] = static_cast<std::int64_t>(first.size()) - 1;
  }
  IntList rank(first.size());  // the order in which groups are given
  std::iota(rank.begin(), rank.end(), 0);
  if (r.attr("sorted", std::int64_t{1}) == 0)
    std::sort(rank.begin(), rank.end(), [&](std::int64_t a, std::int64_t b) {
      return first[static_cast<std::size_t>(a)] < first[static_cast<std::size_t>(b)];
    });
  IntList place(rank.size()), indices, ordered_counts;
  for (std::size_t k = 0; k < rank.size(); ++k) {
    const auto g = static_cast<std::size_t>(rank[k]);
    place[g] = static_cast<std::int64_t>(k);
    indices.push_back(first[g]);
    ordered_counts.push_back(counts[g]);
  }
  for (auto& g : group) g = place[static_cast<std::size_t>(g)];
  r.give(ops::index_select(x, axis, int_tensor(indices)));
  r.out(1, int_tensor(indices));
  r.out(2, int_tensor(group));
  r.out(3, int_tensor(ordered_counts));
}

const KernelRow kRows[] = {
    {"TopK", 1, top_k},      {"CumSum", 11, cum_sum},
    {"NonZero", 9, nonzero}, {"Compress", 9, moves<compress>},
    {"Unique", 11, unique},
};

}  // namespace

void add_order_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
