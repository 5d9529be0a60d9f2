#include "record/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/vectors.h"

namespace gradbox::record {

namespace {

// What one pass gathers: sums of differences from the first element, which keeps the variance exact
// enough when the mean is large.
struct Sums {
  double shift = 0, sum = 0, squares = 0, min = 0, max = 0;
};

// Nearly every tensor is finite throughout: this loop has no branch, so that it becomes SIMD. What
// it gives is finite only if all elements are.
template <class T>
Sums sums_of(const T* p, std::int64_t n) {
  Sums s;
  s.shift = s.min = s.max = static_cast<double>(p[0]);
  constexpr int kLanes = 4;
  double sum[kLanes] = {}, squares[kLanes] = {}, min[kLanes], max[kLanes];
  for (int k = 0; k < kLanes; ++k) min[k] = max[k] = s.shift;
  const auto take = [&](double v, int k) {
    const double d = v - s.shift;
    sum[k] += d;
    squares[k] += d * d;
    min[k] = v < min[k] ? v : min[k];
    max[k] = v > max[k] ? v : max[k];
  };
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int k = 0; k < kLanes; ++k) take(static_cast<double>(p[i + k]), k);
  for (; i < n; ++i) take(static_cast<double>(p[i]), 0);
  for (int k = 0; k < kLanes; ++k) {
    s.sum += sum[k];
    s.squares += squares[k];
    s.min = std::min(s.min, min[k]);
    s.max = std::max(s.max, max[k]);
  }
  return s;
}

// Floats in vectors of four, whose sums go over into doubles before they lose digits.
template <>
Sums sums_of(const float* p, std::int64_t n) {
  using F = kernels::Vec<float>;
  constexpr std::int64_t kBlock = 16 * F::lanes;
  Sums s;
  s.shift = static_cast<double>(p[0]);
  const F::type shift = F::splat(p[0]);
  F::type min = shift, max = shift;
  std::int64_t i = 0;
  while (i + F::lanes <= n) {
    F::type sum = F::splat(0), squares = F::splat(0);
    for (const std::int64_t end = std::min(n - F::lanes, i + kBlock - F::lanes); i <= end;
         i += F::lanes) {
      const F::type v = F::load(p + i), d = v - shift;
      sum += d;
      squares += d * d;
      min = v < min ? v : min;
      max = v > max ? v : max;
    }
    for (int k = 0; k < F::lanes; ++k) {
      s.sum += static_cast<double>(sum[k]);
      s.squares += static_cast<double>(squares[k]);
    }
  }
  s.min = s.max = s.shift;
  const auto reach = [&s](double v) {
    s.min = std::min(s.min, v);
    s.max = std::max(s.max, v);
  };
  for (int k = 0; k < F::lanes; ++k) {
    reach(static_cast<double>(min[k]));
    reach(static_cast<double>(max[k]));
  }
  for (; i < n; ++i) {
    const double v = static_cast<double>(p[i]), d = v - s.shift;
    s.sum += d;
    s.squares += d * d;
    reach(v);
  }
  return s;
}

// Count, mean and squared deviations of two groups together.
void merge(Statistics& s, double& deviations, double n, double mean, double squares) {
  const double total = static_cast<double>(s.finite) + n;
  const double d = mean - s.mean;
  deviations += squares + d * d * static_cast<double>(s.finite) * n / total;
  s.mean += d * n / total;
  s.finite += static_cast<std::int64_t>(n);
}

template <class T>
void add(const T* p, std::int64_t n, Statistics& s, double& deviations) {
  if (n == 0) return;
  const Sums all = sums_of(p, n);
  if (std::isfinite(all.squares)) {
    const double count = static_cast<double>(n);
    merge(s, deviations, count, all.shift + all.sum / count,
          all.squares - all.sum * all.sum / count);
    s.min = std::min(s.min, all.min);
    s.max = std::max(s.max, all.max);
    return;
  }
  // One by one, with the elements that are no numbers apart.
  for (std::int64_t i = 0; i < n; ++i) {
    const auto v = static_cast<double>(p[i]);
    if (std::isfinite(v)) {
      merge(s, deviations, 1, v, 0);
      s.min = std::min(s.min, v);
      s.max = std::max(s.max, v);
    } else if (std::isnan(v)) {
      ++s.nans;
    } else {
      ++s.infs;
    }
  }
}

Statistics compute(const TensorList& tensors) {
  Statistics s;
  s.min = std::numeric_limits<double>::infinity();
  s.max = -s.min;
  double deviations = 0;
  for (const Tensor& t : tensors) {
    if (!t.defined()) continue;
    const Tensor flat = t.to_raw(carrier(t.dtype())).contiguous_raw();
    dispatch(flat.dtype(),
             [&](auto tag) { add(flat.data<decltype(tag)>(), flat.numel(), s, deviations); });
  }
  if (s.finite > 0) s.std = std::sqrt(std::max(0.0, deviations) / static_cast<double>(s.finite));
  return s;
}

}  // namespace

Statistics summarize(const TensorList& tensors) {
  if (tensors.size() != 1 || !tensors[0].defined()) return compute(tensors);
  // A layer's output is the next one's input.
  static std::uint64_t uid = 0;
  static std::uint32_t version = 0;
  static Statistics last;
  const Tensor& t = tensors[0];
  if (t.uid() != uid || t.version() != version) {
    last = compute(tensors);
    uid = t.uid();
    version = t.version();
  }
  return last;
}

Histogram histogram(const TensorList& tensors, const Statistics& s) {
  constexpr std::int64_t kSampled = 256;
  constexpr int kBins = 12;
  if (s.finite == 0) return {};
  const auto first =
      std::find_if(tensors.begin(), tensors.end(), [](const Tensor& t) { return t.defined(); });
  const Tensor flat = first->to_raw(carrier(first->dtype())).contiguous_raw();
  Histogram bins(kBins);
  const double scale = s.max > s.min ? kBins / (s.max - s.min) : 0;
  // An odd stride, so that it doesn't keep to the columns of a matrix.
  const std::int64_t stride = flat.numel() <= kSampled ? 1 : (flat.numel() / kSampled) | 1;
  dispatch(flat.dtype(), [&](auto tag) {
    const auto* p = flat.data<decltype(tag)>();
    for (std::int64_t i = 0; i < flat.numel(); i += stride) {
      const auto v = static_cast<double>(p[i]);
      if (std::isfinite(v))
        ++bins[static_cast<std::size_t>(
            std::min(kBins - 1, static_cast<int>((v - s.min) * scale)))];
    }
  });
  return bins;
}

std::string shapes_text(const TensorList& tensors) {
  std::string out;
  for (const Tensor& t : tensors) {
    if (!out.empty()) out += ", ";
    out += t.defined() ? to_string(t.shape()) : "None";
  }
  return out;
}

}  // namespace gradbox::record
