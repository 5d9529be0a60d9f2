// Walking along one dimension: what sorting, scanning and looking for positions share.
#pragma once

#include "ops/families.h"

namespace gradbox {

// The slices of a contiguous tensor along a dimension.
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

// Contiguous; bools as uint8.
Tensor as_number(const Tensor& t);
// t, of size 1 in dim, without that dimension; raw.
Tensor drop_dim(const Tensor& t, std::int64_t dim, bool keepdim);
// Indices that sort every lane stably; NaN is larger than everything. k >= 0 keeps only the first
// k.
Tensor sort_indices(const Tensor& given, std::int64_t dim, bool descending, std::int64_t k = -1);
// (values, index) for an index that keeps the dimension; stashes it for scatter_back, where the
// dimension is argument number `dim_arg`.
Value take_at(const Args& a, const Tensor& index, std::int64_t dim, bool keepdim);
TensorList scatter_back(BackwardContext& c, const TensorList& g, std::size_t dim_arg);

}  // namespace gradbox
