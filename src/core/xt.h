// xtensor views of tensor memory. Include in .cpp files only: xtensor is heavy to compile.
#pragma once

#include <xtensor/xadapt.hpp>

#include "core/tensor.h"

namespace gradbox {

// An xtensor adaptor over a contiguous tensor's memory; nothing is copied. The tensor must outlive
// it, and T must be its element type.
template <class T>
auto as_xt(const Tensor& t) {
  const std::vector<std::size_t> shape(t.shape().begin(), t.shape().end());
  return xt::adapt(t.data<T>(), static_cast<std::size_t>(t.numel()), xt::no_ownership(), shape);
}

}  // namespace gradbox
