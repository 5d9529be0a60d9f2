// Quantised operators: real numbers are (q - zero point) * scale. Computed on raw numbers; only
// DequantizeLinear has a gradient, with respect to its scale.
#include <algorithm>
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/window.h"

namespace gradbox::onnx {
namespace {

// Scale or zero point, shaped to broadcast to x: one number, one an index of `axis`, or one a block
// of block_size along it.
Tensor spread(NodeRun& r, const Tensor& t, const Tensor& x, std::int64_t axis,
              std::int64_t block_size) {
  if (t.numel() == 1 && t.dim() <= 1) return ops::reshape(t, Dims{});
  axis = wrap_axis(r, axis, x.dim());
  if (block_size > 0)
    return ops::slice(op("repeat_interleave", t, block_size, axis), axis, 0, x.size(axis));
  if (t.dim() != 1 || t.numel() != x.size(axis))
    r.fail("scale and zero point don't fit axis " + std::to_string(axis) + " of " +
           to_string(x.shape()));
  Dims shape(static_cast<std::size_t>(x.dim()), 1);
  shape[static_cast<std::size_t>(axis)] = t.numel();
  return ops::reshape(t, shape);
}

// Rounded to even, shifted by the zero point and kept within the dtype's range.
Tensor saturated(const Tensor& x, const Tensor& zero, DType dtype) {
  Tensor y = op("round", as(x, DType::Float64));
  if (zero.defined()) y = ops::add(y, as(zero, DType::Float64));
  return as(ops::clamp(y, lowest(dtype), highest(dtype)), dtype);
}

Tensor optional(NodeRun& r, std::size_t i) { return r.has(i) ? r.in(i) : Tensor(); }

void quantize(NodeRun& r) {
  const Tensor x = as_float(r.in(0));
  const std::int64_t axis = r.attr("axis", std::int64_t{1}),
                     block = r.attr("block_size", std::int64_t{0});
  const Tensor scale = spread(r, as(r.in(1), x.dtype()), x, axis, block);
  const Tensor zero = r.has(2) ? spread(r, r.in(2), x, axis, block) : Tensor();
  const DType dtype = zero.defined() ? zero.dtype() : r.attr_dtype("output_dtype", DType::UInt8);
  if (is_floating(dtype)) r.fail("quantising to float8 is not supported");
  r.give(saturated(ops::div(x, scale), zero, dtype));
}

void dequantize(NodeRun& r) {
  const Tensor& q = r.in(0);
  const std::int64_t axis = r.attr("axis", std::int64_t{1}),
                     block = r.attr("block_size", std::int64_t{0});
  const Tensor& scale = r.in(1);
  Tensor x = as(q, DType::Int32);
  if (r.has(2)) x = ops::sub(x, as(spread(r, r.in(2), q, axis, block), DType::Int32));
  r.give(as(ops::mul(as(x, as_float(scale).dtype()), spread(r, scale, q, axis, block)),
            scale.dtype()));
}

// x as uint8 with the scale and zero point that its range, 0 included, asks for.
struct Quantized {
  Tensor values, scale, zero;
};
Quantized quantized(const Tensor& x) {
  float low = 0, high = 0;
  for (const double v : x.to_vector()) {
    low = std::min(low, static_cast<float>(v));
    high = std::max(high, static_cast<float>(v));
  }
  const float step = high == low ? 1.0F : (high - low) / 255.0F;
  // Of infinities there is none.
  if (!std::isfinite(step)) fail(ErrorKind::Runtime, "the range of its input isn't finite");
  const Tensor scale = Tensor::scalar(step, DType::Float32),
               zero = Tensor::scalar(std::min(std::nearbyint(-low / step), 255.0F), DType::UInt8);
  return {saturated(ops::div(x, scale), zero, DType::UInt8), scale, zero};
}

void dynamic_quantize(NodeRun& r) {
  const Quantized q = quantized(r.in());
  r.give(q.values);
  r.out(1, q.scale);
  r.out(2, q.zero);
}

// q - zero in a wide dtype; a zero point of one dimension belongs to dimension d. One of more has
// as many as q.
Tensor centred(NodeRun& r, const Tensor& q, const Tensor& zero, std::int64_t d, DType wide) {
  const Tensor x = as(q, wide);
  if (!zero.defined()) return x;
  if (zero.dim() > q.dim()) r.fail("a zero point has more dimensions than what it belongs to");
  return ops::sub(x, as(zero.dim() > 1 ? zero : spread(r, zero, q, d, 0), wide));
}

void matmul_integer(NodeRun& r) {
  const Tensor &a = r.in(0), &b = r.in(1);
  // One zero point a row of A, one a column of B.
  r.give(ops::matmul(
      centred(r, a, optional(r, 2), std::max<std::int64_t>(a.dim() - 2, 0), DType::Int32),
      centred(r, b, optional(r, 3), b.dim() - 1, DType::Int32)));
}

void conv_integer(NodeRun& r) {
  const Tensor &x = r.in(0), &w = r.in(1);
  const Tensor y = convolve(r, centred(r, x, optional(r, 2), 1, DType::Float64),
                            centred(r, w, optional(r, 3), 0, DType::Float64), Tensor(),
                            window_of(r, x.shape(), kernel_of(w)), groups_of(r));
  r.give(as(y, DType::Int32));
}

void qlinear_matmul(NodeRun& r) {
  const Tensor &a = r.in(0), &b = r.in(3);
  const std::int64_t rows = std::max<std::int64_t>(a.dim() - 2, 0);
  const Tensor y = ops::matmul(centred(r, a, r.in(2), rows, DType::Int32),
                               centred(r, b, r.in(5), b.dim() - 1, DType::Int32));
  const auto scale = [&](std::size_t i, const Tensor& t, std::int64_t d) {
    return as(r.in(i).dim() > 1 ? r.in(i) : spread(r, r.in(i), t, d, 0), DType::Float64);
  };
  const Tensor factor = ops::div(ops::mul(scale(1, a, rows), scale(4, b, b.dim() - 1)),
                                 as(ops::reshape(r.in(6), Dims{}), DType::Float64));
  r.give(saturated(ops::mul(as(y, DType::Float64), factor), ops::reshape(r.in(7), Dims{}),
                   r.in(7).dtype()));
}

void qlinear_conv(NodeRun& r) {
  const Tensor &x = r.in(0), &w = r.in(3);
  const Tensor bias = r.has(8) ? as(r.in(8), DType::Float64) : Tensor();
  const Tensor y = convolve(r, centred(r, x, r.in(2), 1, DType::Float64),
                            centred(r, w, r.in(5), 0, DType::Float64), bias,
                            window_of(r, x.shape(), kernel_of(w)), groups_of(r));
  const auto scale = [&](std::size_t i) { return as(spread(r, r.in(i), y, 1, 0), DType::Float64); };
  const Tensor factor = ops::div(ops::mul(scale(1), scale(4)), scale(6));
  r.give(saturated(ops::mul(y, factor), ops::reshape(r.in(7), Dims{}), r.in(7).dtype()));
}

// ---- com.microsoft ----

// The real numbers behind inputs i, i + 1 (scale) and i + 2 (zero point).
Tensor real(NodeRun& r, std::size_t i) {
  return ops::mul(centred(r, r.in(i), optional(r, i + 2), 1, DType::Float64),
                  as(ops::reshape(r.in(i + 1), Dims{}), DType::Float64));
}

// x quantised with scale and zero point at inputs i and i + 1; by default the dtype of input 0.
void give_quantized(NodeRun& r, const Tensor& x, std::size_t i) {
  const Tensor zero = r.has(i + 1) ? ops::reshape(r.in(i + 1), Dims{}) : Tensor();
  r.give(saturated(ops::div(x, as(ops::reshape(r.in(i), Dims{}), DType::Float64)), zero,
                   zero.defined() ? zero.dtype() : r.in(0).dtype()));
}

void qlinear_add(NodeRun& r) { give_quantized(r, ops::add(real(r, 0), real(r, 3)), 6); }
void qlinear_mul(NodeRun& r) { give_quantized(r, ops::mul(real(r, 0), real(r, 3)), 6); }
void qlinear_sigmoid(NodeRun& r) { give_quantized(r, ops::sigmoid(real(r, 0)), 3); }
void qlinear_leaky_relu(NodeRun& r) {
  give_quantized(r, op("leaky_relu", real(r, 0), r.attr("alpha", 0.01)), 3);
}
void qlinear_global_average_pool(NodeRun& r) {
  Tensor x = real(r, 0);
  if (r.attr("channels_last", std::int64_t{0})) r.fail("channels_last is not supported");
  IntList dims;
  for (std::int64_t d = 2; d < x.dim(); ++d) dims.push_back(d);
  give_quantized(r, ops::mean(x, dims, true), 3);
}
void qlinear_average_pool(NodeRun& r) {
  if (r.attr("channels_last", std::int64_t{0})) r.fail("channels_last is not supported");
  give_quantized(r, average_pooled(r, real(r, 0)), 3);
}
void qlinear_softmax(NodeRun& r) {
  const Tensor x = real(r, 0);
  const std::int64_t axis = axis_of(r, -1, x.dim());
  if (r.attr("opset", std::int64_t{13}) >= 13) return give_quantized(r, ops::softmax(x, axis), 3);
  const Tensor flat = ops::reshape(x, Dims{elements_before(x, axis), elements_from(x, axis)});
  give_quantized(r, ops::reshape(ops::softmax(flat, -1), x.shape()), 3);
}
// condition, then (x, scale, zero point) twice.
void qlinear_where(NodeRun& r) {
  give_quantized(r, op("where", r.in(0), real(r, 1), real(r, 4)), 7);
}
// y_scale, y_zero_point, then (x, scale, zero point) each.
void qlinear_concat(NodeRun& r) {
  TensorList parts;
  for (std::size_t i = 2; i < r.inputs(); i += 3) parts.push_back(real(r, i));
  if (parts.empty()) r.fail("has nothing to join");
  const Tensor y = ops::cat(parts, axis_of(r, 1, parts[0].dim()));
  const Tensor zero = ops::reshape(r.in(1), Dims{});
  r.give(saturated(ops::div(y, as(ops::reshape(r.in(0), Dims{}), DType::Float64)), zero,
                   zero.dtype()));
}

// (A, B) with integer products, scaled to real numbers.
void matmul_integer_to_float(NodeRun& r) {
  const Tensor &a = r.in(0), &b = r.in(1);
  const Tensor y = ops::matmul(centred(r, a, optional(r, 4), a.dim() - 2, DType::Int32),
                               centred(r, b, optional(r, 5), b.dim() - 1, DType::Int32));
  Tensor out = ops::mul(as(y, DType::Float32), ops::mul(r.in(2), r.in(3)));
  r.give(r.has(6) ? ops::add(out, r.in(6)) : out);
}

// A real, quantised on the way; B with scale and zero point.
void dynamic_quantize_matmul(NodeRun& r) {
  const Tensor &a = r.in(0), &b = r.in(1);
  const Quantized q = quantized(a);
  const Tensor y = ops::matmul(centred(r, q.values, q.zero, 0, DType::Int32),
                               centred(r, b, optional(r, 3), b.dim() - 1, DType::Int32));
  const Tensor out = ops::mul(as(y, DType::Float32), ops::mul(q.scale, r.in(2)));
  r.give(r.has(4) ? ops::add(out, r.in(4)) : out);
}

// alpha A' B' + C in integers, then requantised, or real when no output scale is given.
void qgemm(NodeRun& r) {
  const auto factor = [&](std::size_t i, const char* transposed) {
    const Tensor t = r.attr(transposed, std::int64_t{0}) ? ops::t(r.in(i)) : r.in(i);
    return centred(r, t, optional(r, i + 2), 1, DType::Float64);
  };
  Tensor y = ops::matmul(factor(0, "transA"), factor(3, "transB"));
  if (r.has(6)) y = ops::add(y, as(r.in(6), DType::Float64));
  const auto scale = [&](std::size_t i) {
    return as(r.in(i).numel() == 1 ? ops::reshape(r.in(i), Dims{}) : r.in(i), DType::Float64);
  };
  y = ops::mul(ops::mul(y, r.attr("alpha", 1.0)), ops::mul(scale(1), scale(4)));
  if (r.has(7)) give_quantized(r, y, 7);
  else r.give(as(y, DType::Float32));
}

const KernelRow kRows[] = {
    {"QuantizeLinear", 10, quantize},
    {"DequantizeLinear", 10, dequantize},
    {"DynamicQuantizeLinear", 11, dynamic_quantize},
    {"MatMulInteger", 10, matmul_integer},
    {"ConvInteger", 10, conv_integer},
    {"QLinearMatMul", 10, qlinear_matmul},
    {"QLinearConv", 10, qlinear_conv},
};

const KernelRow kContrib[] = {
    {"QuantizeLinear", 1, quantize},
    {"DequantizeLinear", 1, dequantize},
    {"QLinearAdd", 1, qlinear_add},
    {"QLinearMul", 1, qlinear_mul},
    {"QLinearSigmoid", 1, qlinear_sigmoid},
    {"QLinearLeakyRelu", 1, qlinear_leaky_relu},
    {"QLinearGlobalAveragePool", 1, qlinear_global_average_pool},
    {"QLinearAveragePool", 1, qlinear_average_pool},
    {"QLinearSoftmax", 1, qlinear_softmax},
    {"QLinearWhere", 1, qlinear_where},
    {"QLinearConcat", 1, qlinear_concat},
    {"MatMulIntegerToFloat", 1, matmul_integer_to_float},
    {"DynamicQuantizeMatMul", 1, dynamic_quantize_matmul},
    {"QGemm", 1, qgemm},
};

}  // namespace

void add_quantized_kernels() {
  add_kernels(kRows);
  add_kernels(kContrib, "com.microsoft");
}

}  // namespace gradbox::onnx
