// Moving whole blocks of elements by index: what indexing, embeddings and their gradients do.
#pragma once

#include "core/tensor.h"

namespace gradbox::kernels {

// A contiguous tensor seen as [outer, count, block]; indices choose along `count`.
struct Blocks {
  std::int64_t outer;
  std::int64_t count;
  std::int64_t block;
};

// The view of a contiguous tensor of this shape in which dimensions [first, last) are the count.
Blocks blocks_of(const Dims& shape, std::size_t first, std::size_t last);

// out[o, k, :] = src[o, at[k], :] for k < n. Both are contiguous and of one dtype; at is in range.
void take_blocks(const Tensor& out, const Tensor& src, const Blocks& layout, const std::int64_t* at,
                 std::int64_t n);
// dst[o, at[k], :] = values[o, k, :]; the last of equal indices wins.
void put_blocks(const Tensor& dst, const Tensor& values, const Blocks& layout,
                const std::int64_t* at, std::int64_t n);
// dst[o, at[k], :] += values[o, k, :]; equal indices add up.
void add_blocks(const Tensor& dst, const Tensor& values, const Blocks& layout,
                const std::int64_t* at, std::int64_t n);

}  // namespace gradbox::kernels
