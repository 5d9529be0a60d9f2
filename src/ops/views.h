// Geometry that the view operators and the operators built on them share.
#pragma once

#include "ops/ops.h"

namespace gradbox {

// Zeros of `shape` to which g is added where a tensor with these strides and offset lies: the
// gradient of a view. Differentiable; elements that lie on each other add up.
Tensor into_zeros(const Tensor& g, const Dims& shape, const Dims& strides, std::int64_t offset);

// t narrowed to [start, start + length) of a dimension, without autograd.
Tensor narrow_raw(const Tensor& t, std::int64_t dim, std::int64_t start, std::int64_t length);
// t seen with `shape`, to which it broadcasts, without autograd.
Tensor expand_raw(const Tensor& t, const Dims& shape);
// t with its dimensions reordered, without autograd. `dims` must be a permutation.
Tensor permute_raw(const Tensor& t, const IntList& dims);

// Where the diagonal of the two dimensions lies in a tensor of this shape and these strides.
struct Geometry {
  Dims shape;
  Dims strides;
  std::int64_t offset;
};
Geometry diagonal_geometry(const Dims& shape, const Dims& strides, std::int64_t offset,
                           std::int64_t diagonal, std::int64_t dim1, std::int64_t dim2);

}  // namespace gradbox
