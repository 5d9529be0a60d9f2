// Comparisons and limits of dense float rows. A step is 1, or 0 for one value all along.
#pragma once

#include <cstdint>

namespace gradbox::kernels {

// out = (a == b) == expected
void equal_row(bool* out, const float* a, std::int64_t a_step, const float* b, std::int64_t b_step,
               std::int64_t n, bool expected);
// out = a < b
void less_row(bool* out, const float* a, std::int64_t a_step, const float* b, std::int64_t b_step,
              std::int64_t n);
// out = a <= b
void less_equal_row(bool* out, const float* a, std::int64_t a_step, const float* b,
                    std::int64_t b_step, std::int64_t n);

// out = a limited to [low, high]; NaN stays.
void clamp_row(float* out, const float* a, float low, float high, std::int64_t n);

}  // namespace gradbox::kernels
