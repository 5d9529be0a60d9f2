// Comparisons, limits and choices of dense rows of floats. A step is 1, or 0 for one value all
// along.
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

// out = condition ? a : b, for values of 4 bytes
void where_row(std::uint32_t* out, const bool* condition, const std::uint32_t* a,
               std::int64_t a_step, const std::uint32_t* b, std::int64_t b_step, std::int64_t n);
// out = 0 where b <= 0, a elsewhere
void zero_unless_positive_row(float* out, const float* a, std::int64_t a_step, const float* b,
                              std::int64_t b_step, std::int64_t n);
// out = a limited to [low, high]; NaN stays.
void clamp_row(float* out, const float* a, float low, float high, std::int64_t n);

}  // namespace gradbox::kernels
