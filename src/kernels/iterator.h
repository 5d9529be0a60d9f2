// Strided iteration over several operands at once: broadcasting, coalescing of dimensions, and a
// call of an inner loop for every innermost row. The inner loop owns the speed.
#pragma once

#include <array>
#include <cstdint>

#include "core/tensor.h"

namespace gradbox::kernels {

inline constexpr int kMaxOperands = 4;

// ptrs[i] is where operand i's row starts, strides[i] its step in bytes, n the row's length.
using InnerLoop = void (*)(char** ptrs, const std::int64_t* strides, std::int64_t n);

class StridedIterator {
 public:
  explicit StridedIterator(const Dims& shape) : shape_(shape) {}
  // Adds an operand that broadcasts to the iteration's shape.
  StridedIterator& add(const Tensor& t);
  // Calls f(ptrs, strides, n) for every row.
  template <class F>
  void run(F&& f);

 private:
  void coalesce();

  Dims shape_;
  int count_ = 0;
  std::array<char*, kMaxOperands> base_{};
  std::array<Dims, kMaxOperands> strides_;  // bytes
};

template <class F>
void StridedIterator::run(F&& f) {
  coalesce();
  for (const auto d : shape_)
    if (d == 0) return;
  std::array<char*, kMaxOperands> ptrs = base_;
  std::array<std::int64_t, kMaxOperands> inner{};
  const std::size_t dims = shape_.size();
  if (dims == 0) {
    f(ptrs.data(), inner.data(), 1);
    return;
  }
  for (int i = 0; i < count_; ++i) inner[static_cast<std::size_t>(i)] = strides_[static_cast<std::size_t>(i)][dims - 1];
  const std::int64_t n = shape_[dims - 1];
  Dims index(dims, 0);
  for (;;) {
    std::array<char*, kMaxOperands> row = ptrs;
    f(row.data(), inner.data(), n);
    std::size_t d = dims - 1;
    for (;;) {
      if (d == 0) return;
      --d;
      ++index[d];
      for (int i = 0; i < count_; ++i) ptrs[static_cast<std::size_t>(i)] += strides_[static_cast<std::size_t>(i)][d];
      if (index[d] < shape_[d]) break;
      for (int i = 0; i < count_; ++i)
        ptrs[static_cast<std::size_t>(i)] -= strides_[static_cast<std::size_t>(i)][d] * shape_[d];
      index[d] = 0;
    }
  }
}

}  // namespace gradbox::kernels
