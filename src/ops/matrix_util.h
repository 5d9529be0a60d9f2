// What the functions of batches of matrices share.
#pragma once

#include "ops/families.h"

namespace gradbox {

inline Tensor mt(const Tensor& t) { return ops::transpose(t, -2, -1); }
inline Tensor diagonal(const Tensor& t) { return call("diagonal", {t, 0, -2, -1}).get<Tensor>(); }

inline void check_square(const Tensor& t, const char* name) {
  check(t.dim() >= 2, name, ": The input tensor A must have at least 2 dimensions.");
  check(t.size(-1) == t.size(-2), name, ": A must be batches of square matrices, but they are ",
        t.size(-2), " by ", t.size(-1), " matrices");
  check(is_floating(t.dtype()), name,
        ": Expected a floating point or complex tensor as input. Got ",
        scalar_type_name(t.dtype()));
}

inline Tensor as_double(const Tensor& t) { return t.to_raw(DType::Float64).contiguous_raw(); }
inline std::int64_t batch_of(const Tensor& t) {
  return t.numel() ? t.numel() / (t.size(-1) * t.size(-2)) : 0;
}

inline Dims with_last(const Tensor& t, std::initializer_list<std::int64_t> last,
                      std::int64_t drop = 2) {
  Dims shape(t.shape().begin(), t.shape().end() - drop);
  shape.insert(shape.end(), last);
  return shape;
}
inline Tensor diag_embed(const Tensor& t) { return call("diag_embed", {t}).get<Tensor>(); }

}  // namespace gradbox
