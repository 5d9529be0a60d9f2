#include "onnx/run/integers.h"

#include <algorithm>

#include "autograd/variable.h"
#include "onnx/run/observer.h"

namespace gradbox::onnx {
namespace {

// As many products of two numbers up to 255 as float32 adds up without rounding.
constexpr std::int64_t kExact = (1 << 24) / (255 * 255);

// Sums of whole numbers as int32, when they are so small that no sum on the way was rounded: blocks
// of 256 products always are exact (kernels/gemm.cpp), and what they add up to leaves 2^22 for 2^24
// and back only by design. Undefined otherwise.
Tensor exact_or_none(const Tensor& y) {
  float low = 0, high = 0;
  range_of(y, low, high);
  return std::max(-low, high) < static_cast<float>(1 << 22) ? as(y, DType::Int32) : Tensor();
}

// sum += part, whole numbers in float32.
void add_to(Tensor& sum, const Tensor& part) {
  const Tensor whole = as(part, DType::Int32);
  sum = sum.defined() ? ops::add(sum, whole) : whole;
}

}  // namespace

bool goes_raw(const Tensor& x) {
  return !node_observer() && !(grad_enabled() && x.requires_grad());
}

namespace {

// f(elements, of their type) for bytes and for int32.
template <class F>
void visit(const Tensor& t, F f) {
  if (t.dtype() == DType::UInt8) f(t.data<std::uint8_t>());
  else if (t.dtype() == DType::Int32) f(t.data<std::int32_t>());
  else f(reinterpret_cast<std::int8_t*>(t.raw()));
}

}  // namespace

Tensor to_bytes(const Tensor& x, const Steps& steps, DType dtype) {
  const Tensor in = x.contiguous_raw(), out = Tensor::empty(x.shape(), dtype);
  const auto write = [&](const auto* from) {
    if (dtype == DType::UInt8)
      kernels::quantize(from, out.data<std::uint8_t>(), out.numel(), steps);
    else kernels::quantize(from, reinterpret_cast<std::int8_t*>(out.raw()), out.numel(), steps);
  };
  if (in.dtype() == DType::Int32) write(in.data<std::int32_t>());
  else write(in.data<float>());
  return out;
}

Tensor from_bytes(const Tensor& q, const Steps& steps) {
  const Tensor in = q.contiguous_raw(), out = Tensor::empty(q.shape(), DType::Float32);
  visit(in,
        [&](const auto* from) { kernels::dequantize(from, out.data<float>(), in.numel(), steps); });
  return out;
}

void range_of(const Tensor& x, float& low, float& high) {
  const Tensor in = x.contiguous_raw();
  kernels::range(in.data<float>(), in.numel(), low, high);
}

Tensor exact_matmul(const Tensor& a, const Tensor& b) {
  const std::int64_t k = a.size(-1), rows = b.dim() > 1 ? -2 : -1;
  Tensor sum = exact_or_none(ops::matmul(a, b));
  if (sum.defined()) return sum;
  for (std::int64_t at = 0; at == 0 || at < k; at += kExact) {
    const std::int64_t end = std::min(at + kExact, k);
    add_to(sum, ops::matmul(ops::slice(a, -1, at, end), ops::slice(b, rows, at, end)));
  }
  return sum;
}

Tensor exact_convolution(NodeRun& r, const Tensor& x, const Tensor& weight, const Window& w,
                         std::int64_t groups) {
  const std::int64_t area = product(w.kernel), channels = weight.size(1),
                     block = kExact / std::max<std::int64_t>(area, 1);
  Tensor sum = exact_or_none(convolve(r, x, weight, Tensor(), w, groups));
  if (sum.defined()) return sum;
  if (groups != 1 || block == 0)
    return as(convolve(r, as(x, DType::Float64), as(weight, DType::Float64), Tensor(), w, groups),
              DType::Int32);
  for (std::int64_t at = 0; at < channels; at += block) {
    const std::int64_t end = std::min(at + block, channels);
    add_to(sum, convolve(r, ops::slice(x, 1, at, end), ops::slice(weight, 1, at, end), Tensor(), w,
                         groups));
  }
  return sum;
}

}  // namespace gradbox::onnx
