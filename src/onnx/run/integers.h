// Quantised numbers in raw memory, for where no gradient is wanted: loops over bytes instead of a
// row of operators, and exact products of them in float32.
#pragma once

#include "kernels/bytes.h"
#include "onnx/run/window.h"

namespace gradbox::onnx {

using kernels::Steps;

// Whether the loops below may stand in for operators: nobody wants gradients or watches nodes.
bool goes_raw(const Tensor& x);
inline bool is_byte(DType t) { return t == DType::UInt8 || t == DType::Int8; }

// x (float32, or int32 sums with a scale of 1 / what they are worth) divided by scale, rounded to
// even, shifted by zero and kept in the range of a byte.
Tensor to_bytes(const Tensor& x, const Steps& steps, DType dtype);
// (q - zero) * scale of bytes or int32 as float32.
Tensor from_bytes(const Tensor& q, const Steps& steps);
// The least and greatest of a float32 tensor's elements and 0.
void range_of(const Tensor& x, float& low, float& high);

// Products of whole numbers within [-255, 255] that come as float32: exact, as int32.
Tensor exact_matmul(const Tensor& a, const Tensor& b);
Tensor exact_convolution(NodeRun& r, const Tensor& x, const Tensor& weight, const Window& w,
                         std::int64_t groups);

}  // namespace gradbox::onnx
