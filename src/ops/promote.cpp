#include "ops/promote.h"

#include "ops/families.h"

namespace gradbox {
namespace {

int category(DType t) { return t == DType::Bool ? 0 : is_floating(t) ? 2 : 1; }

// 2: has dimensions, 1: 0-dim tensor, 0: wrapped number.
int priority(const Tensor& t) { return t.is_wrapped_number() ? 0 : t.dim() == 0 ? 1 : 2; }

// A wrapped float counts as the default dtype, a wrapped int as int64.
DType effective(const Tensor& t) {
  return t.is_wrapped_number() && is_floating(t.dtype()) ? default_dtype() : t.dtype();
}

}  // namespace

DType result_type(const Tensor& a, const Tensor& b) {
  if (a.dtype() == b.dtype() && !a.is_wrapped_number() && !b.is_wrapped_number()) return a.dtype();
  const DType x = effective(a), y = effective(b);
  const int p = priority(a), q = priority(b);
  if (p == q) return promote_types(x, y);
  const DType strong = p > q ? x : y;
  const DType weak = p > q ? y : x;
  return category(weak) > category(strong) ? weak : strong;
}

Pair::Pair(const Tensor& a, const Tensor& b, DType t, DType result) : x(a), y(b) {
  const DType lane = lane_of(t);
  if (a.dtype() != lane || t != lane) x = a.to_raw(t).to_raw(lane);
  if (b.dtype() != lane || t != lane) y = b.to_raw(t).to_raw(lane);
  // Of a number or a row that meets a tensor, the tensor has the result's shape.
  if (a.shape() == b.shape() || b.dim() == 0) {
    out = Tensor::empty_like(a, result);
  } else if (a.dim() == 0) {
    out = Tensor::empty_like(b, result);
  } else {
    out = Tensor::empty(broadcast_shapes(a.shape(), b.shape()), result);
  }
}

DType result_type_float(const Tensor& a, const Tensor& b) { return to_floating(result_type(a, b)); }

}  // namespace gradbox
