// Summary of the numbers in some tensors, for recorder events.
#pragma once

#include <string>
#include <vector>

#include "core/value.h"

namespace gradbox::record {

struct Statistics {
  std::int64_t finite = 0, nans = 0, infs = 0;
  double min = 0, mean = 0, max = 0,
         std = 0;  // over finite elements; meaningless when there are none
};
Statistics summarize(const TensorList& tensors);
// How many of up to 256 elements, spread over the first tensor, lie in each of equal parts from min
// to max; empty when no element is finite.
using Histogram = std::vector<std::uint16_t>;
Histogram histogram(const TensorList& tensors, const Statistics& s);
// "[4, 3], [4]"
std::string shapes_text(const TensorList& tensors);

}  // namespace gradbox::record
