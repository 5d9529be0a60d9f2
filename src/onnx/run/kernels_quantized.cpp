// Quantised operators: real numbers are (q - zero point) * scale. Bytes are computed in raw memory
// (integers.h), the rest by operators; only DequantizeLinear has a gradient, with respect to its
// scale.
#include <algorithm>
#include <cmath>

#include "onnx/run/integers.h"
#include "onnx/run/kernels.h"

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

// Scale and zero point (either may be undefined) of one number, or of one for each index of a
// dimension of x; false for other forms, which are left to operators.
bool steps_of(const Tensor& scale, const Tensor& zero, const Tensor& x, std::int64_t axis,
              Steps& out) {
  if (scale.defined() && scale.dtype() != DType::Float32) return false;
  if (zero.defined() && !is_byte(zero.dtype()) && zero.dtype() != DType::Int32) return false;
  std::int64_t n = 1;
  for (const Tensor& t : {scale, zero}) {
    if (!t.defined() || t.numel() == 1) continue;
    if (t.dim() != 1 || axis < -x.dim() || axis >= x.dim() || t.numel() != x.size(axis))
      return false;
    n = t.numel();
  }
  const auto at = [&](const FloatList& list, std::size_t i) {
    return list[list.size() > 1 ? i : 0];
  };
  const FloatList scales = scale.defined() ? scale.to_vector() : FloatList{1},
                  zeros = zero.defined() ? zero.to_vector() : FloatList{0};
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    out.scales.push_back(static_cast<float>(at(scales, i)));
    out.zeros.push_back(static_cast<std::int32_t>(at(zeros, i)));
  }
  if (n > 1) out.inner = elements_from(x, axis < 0 ? axis + x.dim() : axis) / n;
  return true;
}

// q - zero of bytes as float32; a zero point of one dimension belongs to dimension d. Undefined for
// other forms.
Tensor centred_bytes(const Tensor& q, const Tensor& zero, std::int64_t d) {
  Steps steps;
  if (!is_byte(q.dtype()) || !goes_raw(q) || !steps_of(Tensor(), zero, q, d, steps)) return {};
  return from_bytes(q, steps);
}

void quantize(NodeRun& r) {
  const std::int64_t axis = r.attr("axis", std::int64_t{1}),
                     block = r.attr("block_size", std::int64_t{0});
  Steps steps;
  const DType wanted = r.has(2) ? r.in(2).dtype() : r.attr_dtype("output_dtype", DType::UInt8);
  if (r.in(0).dtype() == DType::Float32 && is_byte(wanted) && block == 0 && goes_raw(r.in(0)) &&
      steps_of(r.in(1), optional(r, 2), r.in(0), axis, steps))
    return r.give(to_bytes(r.in(0), steps, wanted));
  const Tensor x = as_float(r.in(0));
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
  Steps steps;
  if ((is_byte(q.dtype()) || q.dtype() == DType::Int32) && block == 0 && goes_raw(scale) &&
      steps_of(scale, optional(r, 2), q, axis, steps))
    return r.give(from_bytes(q, steps));
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
  range_of(as(x, DType::Float32), low, high);
  const float step = high == low ? 1.0F : (high - low) / 255.0F;
  // Of infinities there is none.
  if (!std::isfinite(step)) fail(ErrorKind::Runtime, "the range of its input isn't finite");
  const float origin = std::min(std::nearbyint(-low / step), 255.0F);
  const Tensor scale = Tensor::scalar(step, DType::Float32),
               zero = Tensor::scalar(origin, DType::UInt8);
  if (x.dtype() == DType::Float32 && goes_raw(x))
    return {to_bytes(x, {{step}, {static_cast<std::int32_t>(origin)}, 1}, DType::UInt8), scale,
            zero};
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

// The product of two matrices of integers: one zero point a row of A, one a column of B.
Tensor product_of(NodeRun& r, const Tensor& a, const Tensor& za, const Tensor& b,
                  const Tensor& zb) {
  const std::int64_t rows = std::max<std::int64_t>(a.dim() - 2, 0);
  const Tensor x = centred_bytes(a, za, rows), y = centred_bytes(b, zb, b.dim() - 1);
  if (x.defined() && y.defined() && x.dim() > 0 && y.dim() > 0) {
    spend(r, work_of(x, y));
    return exact_matmul(x, y);
  }
  return ops::matmul(centred(r, a, za, rows, DType::Int32),
                     centred(r, b, zb, b.dim() - 1, DType::Int32));
}

void matmul_integer(NodeRun& r) {
  r.give(product_of(r, r.in(0), optional(r, 2), r.in(1), optional(r, 3)));
}

void conv_integer(NodeRun& r) {
  const Tensor &x = r.in(0), &w = r.in(1);
  const Tensor bytes = centred_bytes(x, optional(r, 2), 1),
               taps = centred_bytes(w, optional(r, 3), 0);
  if (bytes.defined() && taps.defined())
    return r.give(
        exact_convolution(r, bytes, taps, window_of(r, x.shape(), kernel_of(w)), groups_of(r)));
  const Tensor y = convolve(r, centred(r, x, optional(r, 2), 1, DType::Float64),
                            centred(r, w, optional(r, 3), 0, DType::Float64), Tensor(),
                            window_of(r, x.shape(), kernel_of(w)), groups_of(r));
  r.give(as(y, DType::Int32));
}

// Sums y times a factor, one number or one for each index of dimension d, as bytes with the zero
// point of input 7; false for other forms.
bool give_bytes(NodeRun& r, const Tensor& y, const Tensor& factor, std::int64_t d) {
  Steps steps;
  const Tensor worth = as(ops::reciprocal(as(factor, DType::Float64)), DType::Float32);
  const Tensor flat = worth.numel() == 1           ? ops::reshape(worth, Dims{})
                      : worth.numel() == y.size(d) ? ops::reshape(worth, Dims{-1})
                                                   : worth;
  if (y.dtype() != DType::Int32 || !is_byte(r.in(7).dtype()) || !goes_raw(y) ||
      !steps_of(flat, r.in(7), y, d, steps))
    return false;
  r.give(to_bytes(y, steps, r.in(7).dtype()));
  return true;
}

void qlinear_matmul(NodeRun& r) {
  const Tensor &a = r.in(0), &b = r.in(3);
  const std::int64_t rows = std::max<std::int64_t>(a.dim() - 2, 0);
  const Tensor y = product_of(r, a, r.in(2), b, r.in(5));
  const auto scale = [&](std::size_t i, const Tensor& t, std::int64_t d) {
    return as(r.in(i).dim() > 1 ? r.in(i) : spread(r, r.in(i), t, d, 0), DType::Float64);
  };
  const Tensor factor = ops::div(ops::mul(scale(1, a, rows), scale(4, b, b.dim() - 1)),
                                 as(ops::reshape(r.in(6), Dims{}), DType::Float64));
  if (give_bytes(r, y, factor, y.dim() - 1)) return;
  r.give(saturated(ops::mul(as(y, DType::Float64), factor), ops::reshape(r.in(7), Dims{}),
                   r.in(7).dtype()));
}

void qlinear_conv(NodeRun& r) {
  const Tensor &x = r.in(0), &w = r.in(3);
  const Tensor bytes = centred_bytes(x, r.in(2), 1), taps = centred_bytes(w, r.in(5), 0);
  if (bytes.defined() && taps.defined()) {
    Tensor y =
        exact_convolution(r, bytes, taps, window_of(r, x.shape(), kernel_of(w)), groups_of(r));
    if (r.has(8)) {
      Dims shape(static_cast<std::size_t>(y.dim()), 1);
      shape[1] = -1;
      y = ops::add(y, ops::reshape(as(r.in(8), DType::Int32), shape));
    }
    const auto wide = [&](std::size_t i) { return as(r.in(i), DType::Float64); };
    if (give_bytes(r, y, ops::div(ops::mul(wide(1), wide(4)), wide(6)), 1)) return;
  }
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
  const Tensor y = product_of(r, a, optional(r, 4), b, optional(r, 5));
  Tensor out = ops::mul(as(y, DType::Float32), ops::mul(r.in(2), r.in(3)));
  r.give(r.has(6) ? ops::add(out, r.in(6)) : out);
}

// A real, quantised on the way; B with scale and zero point.
void dynamic_quantize_matmul(NodeRun& r) {
  const Tensor &a = r.in(0), &b = r.in(1);
  const Quantized q = quantized(a);
  const Tensor y = product_of(r, q.values, q.zero, b, optional(r, 3));
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
