#include "kernels/iterator.h"

namespace gradbox::kernels {

StridedIterator& StridedIterator::add(const Tensor& t) {
  const auto i = static_cast<std::size_t>(count_++);
  base_[i] = t.raw();
  Dims strides(shape_.size(), 0);
  const std::size_t skip = shape_.size() - t.shape().size();
  const std::int64_t item = item_size(t.dtype());
  for (std::size_t d = 0; d < t.shape().size(); ++d)
    if (t.shape()[d] != 1) strides[d + skip] = t.strides()[d] * item;
  strides_[i] = std::move(strides);
  return *this;
}

// Merges neighbouring dimensions that every operand walks through with one step.
void StridedIterator::coalesce() {
  if (shape_.size() < 2) return;
  std::size_t out = 0;
  for (std::size_t d = 1; d < shape_.size(); ++d) {
    bool mergeable = shape_[out] == 1 || shape_[d] == 1;
    if (!mergeable) {
      mergeable = true;
      for (int i = 0; i < count_; ++i) {
        const Dims& s = strides_[static_cast<std::size_t>(i)];
        mergeable = mergeable && s[out] == s[d] * shape_[d];
      }
    }
    if (mergeable) {
      for (int i = 0; i < count_; ++i) {
        Dims& s = strides_[static_cast<std::size_t>(i)];
        if (shape_[d] != 1) s[out] = s[d];
      }
      shape_[out] *= shape_[d];
    } else {
      ++out;
      shape_[out] = shape_[d];
      for (int i = 0; i < count_; ++i) {
        Dims& s = strides_[static_cast<std::size_t>(i)];
        s[out] = s[d];
      }
    }
  }
  shape_.resize(out + 1);
  for (int i = 0; i < count_; ++i) strides_[static_cast<std::size_t>(i)].resize(out + 1);
}

}  // namespace gradbox::kernels
