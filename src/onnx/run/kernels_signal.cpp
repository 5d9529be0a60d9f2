// Signals: DFT, STFT, windows, mel filters.
#include <algorithm>
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

constexpr double kPi = 3.14159265358979323846;

// The Fourier transform along the last dimension of a complex signal, as products with matrices of
// cosines and sines; the imaginary part may be undefined. [..., n] to [..., bins, 2].
Tensor transformed(const Tensor& real, const Tensor& imaginary, std::int64_t bins, bool inverse) {
  const std::int64_t n = real.size(-1);
  check(n <= 4096 && bins <= n,
        "transforms of more than 4096 elements are not supported, but this one has ", n);
  FloatList cosines, sines;
  for (std::int64_t t = 0; t < n; ++t)
    for (std::int64_t k = 0; k < bins; ++k) {
      const double angle = 2 * kPi * static_cast<double>(t * k % n) / static_cast<double>(n);
      const double scale = inverse ? 1 / static_cast<double>(n) : 1;
      cosines.push_back(std::cos(angle) * scale);
      sines.push_back(std::sin(angle) * (inverse ? scale : -scale));
    }
  const Tensor c = float_tensor(cosines, {n, bins}, real.dtype()),
               s = float_tensor(sines, {n, bins}, real.dtype());
  Tensor out_real = ops::matmul(real, c), out_imaginary = ops::matmul(real, s);
  if (imaginary.defined()) {
    out_real = ops::sub(out_real, ops::matmul(imaginary, s));
    out_imaginary = ops::add(out_imaginary, ops::matmul(imaginary, c));
  }
  return ops::stack(TensorList{out_real, out_imaginary}, -1);
}

// Part i of [..., 1 or 2]; undefined for the imaginary part of a real signal.
Tensor component(const Tensor& x, std::int64_t i) {
  return i < x.size(-1) ? ops::select(x, -1, i) : Tensor();
}

void dft(NodeRun& r) {
  const Tensor& x = r.in();
  const bool inverse = r.attr("inverse", std::int64_t{0}) != 0,
             onesided = r.attr("onesided", std::int64_t{0}) != 0;
  if (x.dim() < 2 || x.size(-1) < 1 || x.size(-1) > 2)
    r.fail("the last dimension must be 1 (real) or 2 (complex)");
  if (inverse && onesided) r.fail("an inverse transform can't be onesided");
  const std::int64_t given = r.opset() < 20 ? r.attr("axis", std::int64_t{1})
                             : r.has(2)     ? r.integer(2)
                                            : -2;
  const std::int64_t axis = wrap_axis(r, given, x.dim());
  if (axis == x.dim() - 1) r.fail("axis can't be the last dimension");
  const std::int64_t n = r.has(1) ? r.integer(1) : x.size(axis);
  if (n < 1 || n > 4096) r.fail("dft_length must be positive, and at most 4096");
  const auto part = [&](std::int64_t i) {
    Tensor t = component(x, i);
    if (!t.defined()) return t;
    t = ops::transpose(t, axis, -1);
    return op("constant_pad_nd", t, IntList{0, n - t.size(-1)}, 0);
  };
  const Tensor y = transformed(part(0), part(1), onesided ? n / 2 + 1 : n, inverse);
  r.give(ops::transpose(y, axis, -2));
}

void stft(NodeRun& r) {
  const Tensor& x = r.in();
  if (x.dim() != 3 || x.size(2) < 1 || x.size(2) > 2)
    r.fail("the signal must be [batch, length, 1 or 2]");
  const std::int64_t step = r.integer(1);
  const std::int64_t length = r.has(3) ? r.integer(3) : r.has(2) ? r.in(2).numel() : x.size(1);
  if (step < 1 || length < 1 || length > x.size(1))
    r.fail("frame_step or frame_length doesn't fit");
  const bool onesided = r.attr("onesided", std::int64_t{1}) != 0 && x.size(2) == 1;
  const auto frames = [&](std::int64_t i) {
    Tensor t = component(x, i);
    if (!t.defined()) return t;
    t = op("unfold", t, 1, length, step);
    return r.has(2) ? ops::mul(t, r.in(2)) : t;
  };
  r.give(transformed(frames(0), frames(1), onesided ? length / 2 + 1 : length, false));
}

// a0 - a1 cos(x) + a2 cos(2 x)
void window(NodeRun& r, double a0, double a1, double a2) {
  const std::int64_t n = r.integer(0);
  const bool periodic = r.attr("periodic", std::int64_t{1}) != 0;
  if (n < 0 || n > 1 << 24) r.fail("a window of so many elements is not supported");
  const auto whole = static_cast<double>(periodic ? n : n - 1);
  FloatList values;
  for (std::int64_t i = 0; i < n; ++i) {
    const double x = n > 1 || periodic ? 2 * kPi * static_cast<double>(i) / whole : kPi;
    values.push_back(a0 - a1 * std::cos(x) + a2 * std::cos(2 * x));
  }
  const std::int64_t count = static_cast<std::int64_t>(values.size());
  r.give(float_tensor(values, {count}, r.attr_dtype("output_datatype", DType::Float32)));
}
void hann(NodeRun& r) { window(r, 0.5, 0.5, 0); }
void hamming(NodeRun& r) { window(r, 25.0 / 46, 21.0 / 46, 0); }
void blackman(NodeRun& r) { window(r, 0.42, 0.5, 0.08); }

void mel_weight_matrix(NodeRun& r) {
  const std::int64_t bands = r.integer(0), length = r.integer(1);
  const double rate = static_cast<double>(r.integer(2));
  const std::int64_t bins = length / 2 + 1;
  if (bands < 1 || length < 1 || rate <= 0) r.fail("sizes and the rate must be positive");
  if (length > 1 << 24 || bands > (1 << 24) / bins) r.fail("so large a matrix is not supported");
  const auto mel = [](double hertz) { return 2595 * std::log10(1 + hertz / 700); };
  const double low = mel(r.number(3)), high = mel(r.number(4));
  if (!(std::isfinite(low) && std::isfinite(high))) r.fail("its edges must be numbers above -700");
  IntList edges;
  for (std::int64_t i = 0; i < bands + 2; ++i) {
    const double at = low + static_cast<double>(i) * (high - low) / static_cast<double>(bands + 2);
    const double hertz = 700 * (std::pow(10, at / 2595) - 1);
    edges.push_back(whole(r, std::floor(static_cast<double>(length + 1) * hertz / rate), "a band"));
    if (edges.back() < 0 || edges.back() >= bins) r.fail("a band lies outside the spectrum");
  }
  FloatList out(static_cast<std::size_t>(bins * bands), 0);
  for (std::int64_t i = 0; i < bands; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const std::int64_t from = edges[k], top = edges[k + 1], to = edges[k + 2];
    const auto at = [&](std::int64_t j) -> double& {
      return out[static_cast<std::size_t>(j * bands + i)];
    };
    for (std::int64_t j = from; j <= top; ++j)
      at(j) = top == from ? 1 : static_cast<double>(j - from) / static_cast<double>(top - from);
    for (std::int64_t j = top; j < to; ++j)
      at(j) = static_cast<double>(to - j) / static_cast<double>(to - top);
  }
  r.give(float_tensor(out, {bins, bands}, r.attr_dtype("output_datatype", DType::Float32)));
}

const KernelRow kRows[] = {
    {"DFT", 17, dft},
    {"STFT", 17, stft},
    {"HannWindow", 17, hann},
    {"HammingWindow", 17, hamming},
    {"BlackmanWindow", 17, blackman},
    {"MelWeightMatrix", 17, mel_weight_matrix},
};

}  // namespace

void add_signal_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
