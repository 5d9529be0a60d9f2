#include "kernels/iterator.h"

#include <vector>

namespace gradbox::kernels {
namespace {

using Strides = std::array<std::int64_t, kMaxOperands>;  // one a operand, in bytes

// One dimension of the iteration: its length and every operand's step along it.
struct Axis {
  std::int64_t length = 1;
  Strides step{};
};

// The axes, outermost first, without those of length 1, and with neighbours merged where every
// operand walks through both with one step.
std::vector<Axis> coalesced_axes(const Dims& shape, std::initializer_list<const Tensor*> operands) {
  std::vector<Axis> axes;
  axes.reserve(shape.size());
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1) continue;
    Axis axis;
    axis.length = shape[d];
    std::size_t i = 0;
    for (const Tensor* t : operands) {
      const std::size_t missing = shape.size() - t->shape().size();  // leading dimensions
      if (d >= missing && t->shape()[d - missing] != 1)
        axis.step[i] = t->strides()[d - missing] * item_size(t->dtype());
      ++i;
    }
    bool merges = !axes.empty();
    for (std::size_t k = 0; merges && k < operands.size(); ++k)
      merges = axes.back().step[k] == axis.step[k] * axis.length;
    if (merges) {
      axis.length *= axes.back().length;
      axes.back() = axis;
    } else {
      axes.push_back(axis);
    }
  }
  return axes;
}

}  // namespace

void for_each_row(const Dims& shape, std::initializer_list<const Tensor*> operands,
                  InnerLoop loop) {
  const std::int64_t total = product(shape);
  if (total == 0) return;
  std::array<char*, kMaxOperands> ptrs{};
  Strides flat{};
  bool one_row = true;
  std::size_t count = 0;
  for (const Tensor* t : operands) {
    ptrs[count] = t->raw();
    const bool whole = t->numel() == total && t->is_contiguous();
    flat[count] = whole && total != 1 ? item_size(t->dtype()) : 0;
    one_row = one_row && (whole || t->numel() == 1);
    ++count;
  }
  if (one_row) {
    // A single element's step is never used; the element size lets loops take their dense branch.
    if (total == 1) {
      std::size_t i = 0;
      for (const Tensor* t : operands) flat[i++] = item_size(t->dtype());
    }
    loop(ptrs.data(), flat.data(), total);
    return;
  }

  std::vector<Axis> axes = coalesced_axes(shape, operands);
  const Axis inner = axes.back();  // total > 1, so there is one
  axes.pop_back();
  std::vector<std::int64_t> index(axes.size(), 0);
  for (;;) {
    std::array<char*, kMaxOperands> row = ptrs;  // loops may advance their pointers
    loop(row.data(), inner.step.data(), inner.length);
    std::size_t d = axes.size();
    for (;; --d) {
      if (d == 0) return;
      const Axis& axis = axes[d - 1];
      if (++index[d - 1] < axis.length) {
        for (std::size_t i = 0; i < count; ++i) ptrs[i] += axis.step[i];
        break;
      }
      index[d - 1] = 0;
      for (std::size_t i = 0; i < count; ++i) ptrs[i] -= axis.step[i] * (axis.length - 1);
    }
  }
}

}  // namespace gradbox::kernels
