// Moving elements between tensors of equal shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/tensor.h"

namespace gradbox::kernels {

// A number as another type holds it.
template <class To, class From>
To convert(From v) {
  if constexpr (std::is_same_v<To, bool>) return v != From(0);
  else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Undefined in C++ when out of range (or NaN); give what x86, hence PyTorch, gives.
    if constexpr (std::is_same_v<To, std::int32_t>) {
      if (!(v > From(-2147483649.0) && v < From(2147483648.0)))
        return std::int32_t{-2147483647} - 1;
    }
    if (!(v > From(-9.2e18) && v < From(9.2e18)))
      return static_cast<To>(std::numeric_limits<std::int64_t>::min());
    return static_cast<To>(static_cast<std::int64_t>(v));
  } else {
    return static_cast<To>(v);
  }
}

// memcpy for rows, which are often short: a call of it, which in WebAssembly leaves the module from
// 512 bytes on, would take longer than the copy.
void copy_bytes(char* out, const char* in, std::size_t n);

// dst[...] = src[...] for two tensors of the same shape, converting the dtype where they differ
// (C++ conversions; to bool: != 0, as Tensor.to does).
void copy_strided(const Tensor& dst, const Tensor& src);

// dst[...] += src[...] for two tensors of the same shape and dtype; false, and nothing done, unless
// both are dense and of floats or doubles.
bool add_dense(const Tensor& dst, const Tensor& src);

}  // namespace gradbox::kernels
