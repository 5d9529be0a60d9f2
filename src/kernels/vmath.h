// Transcendental functions of float rows, four at a time, within 3 units in the last place of the
// exact value (exp, sigmoid, silu, softmax: PyTorch's bits but for one in some hundred values,
// where the last differs; gelu: of self where it is small beside that). NaN, infinities and signed
// zeros come out as from <cmath>.
#pragma once

#include <cstdint>

namespace gradbox::kernels::vmath {

// out may be a.
void exp(float* out, const float* a, std::int64_t n);
void tanh(float* out, const float* a, std::int64_t n);
void sigmoid(float* out, const float* a, std::int64_t n);
void silu(float* out, const float* a, std::int64_t n);
void erf(float* out, const float* a, std::int64_t n);
void gelu(float* out, const float* a, std::int64_t n);
void gelu_tanh(float* out, const float* a, std::int64_t n);

// Of one row of n > 0 values.
void softmax(float* out, const float* a, std::int64_t n);
void log_softmax(float* out, const float* a, std::int64_t n);

}  // namespace gradbox::kernels::vmath
