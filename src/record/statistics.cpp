#include "record/statistics.h"

#include <cmath>
#include <limits>

namespace gradbox::record {

namespace {

// Mean and squared deviations by Welford's update would cost a division an element; two passes over
// memory that is in the cache cost less.
template <class T>
void first_pass(const T* p, std::int64_t n, Statistics& s, double& sum) {
  for (std::int64_t i = 0; i < n; ++i) {
    const auto v = static_cast<double>(p[i]);
    if (std::isfinite(v)) {
      ++s.finite;
      sum += v;
      if (v < s.min) s.min = v;
      if (v > s.max) s.max = v;
    } else if (std::isnan(v)) {
      ++s.nans;
    } else {
      ++s.infs;
    }
  }
}

template <class T>
double squared_deviations(const T* p, std::int64_t n, double mean) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double d = static_cast<double>(p[i]) - mean;
    if (std::isfinite(d)) sum += d * d;
  }
  return sum;
}

}  // namespace

Statistics summarize(const TensorList& tensors) {
  Statistics s;
  s.min = std::numeric_limits<double>::infinity();
  s.max = -s.min;
  TensorList flat;
  double sum = 0, squares = 0;
  for (const Tensor& t : tensors)
    if (t.defined()) flat.push_back(t.to_raw(carrier(t.dtype())).contiguous_raw());
  for (const Tensor& t : flat)
    dispatch(t.dtype(), [&](auto tag) { first_pass(t.data<decltype(tag)>(), t.numel(), s, sum); });
  if (s.finite == 0) return s;
  s.mean = sum / static_cast<double>(s.finite);
  for (const Tensor& t : flat)
    dispatch(t.dtype(), [&](auto tag) { squares += squared_deviations(t.data<decltype(tag)>(), t.numel(), s.mean); });
  s.std = std::sqrt(squares / static_cast<double>(s.finite));
  return s;
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
