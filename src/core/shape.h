// Shapes, strides and broadcasting.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradbox {

using Dims = std::vector<std::int64_t>;

std::int64_t product(const Dims& d);
Dims contiguous_strides(const Dims& shape);
// "[2, 3]": how shapes stand in PyTorch's messages.
std::string to_string(const Dims& d);
// "(2, 3)"
std::string tuple_text(const Dims& d);
// "torch.Size([2, 3])"
std::string size_text(const Dims& d);
// The dimensions from the largest stride to the smallest; of equal ones the first comes first.
std::vector<std::size_t> by_stride(const Dims& strides);
// Maps a possibly negative dimension into [0, ndim); throws IndexError in PyTorch's words.
// A zero-dim tensor accepts -1 and 0.
std::int64_t wrap_dim(std::int64_t dim, std::int64_t ndim);
// Torch's broadcasting of two shapes; throws
// "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1".
Dims broadcast_shapes(const Dims& a, const Dims& b);
// Whether `shape` broadcasts to `target`.
bool is_expandable_to(const Dims& shape, const Dims& target);
// Resolves a single -1 in a reshape target; throws "shape '[2, -1]' is invalid for input of size
// 3".
Dims infer_size(const Dims& shape, std::int64_t numel);

}  // namespace gradbox
