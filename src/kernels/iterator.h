// Strided iteration over several operands at once: broadcasting, coalescing of dimensions, and a
// call of an inner loop for every innermost row. The inner loop owns the speed.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "core/tensor.h"

namespace gradbox::kernels {

inline constexpr std::size_t kMaxOperands = 4;

// ptrs[i] is where operand i's row starts, strides[i] its step in bytes, n the row's length.
// Captureless lambdas convert to it.
using InnerLoop = void (*)(char** ptrs, const std::int64_t* strides, std::int64_t n);

// Runs `loop` over `shape`, to which every operand broadcasts. Operands that are all contiguous
// (or hold one element) are one row, whatever their rank: the case that matters for small tensors,
// where setting up an iteration would cost more than the arithmetic.
void for_each_row(const Dims& shape, std::initializer_list<const Tensor*> operands, InnerLoop loop);

}  // namespace gradbox::kernels
