#include "nn/utils.h"

#include <algorithm>
#include <cmath>

#include "print/tensor_text.h"

namespace gradbox {

namespace {

// Element by element on a gradient's memory, whatever its strides.
template <class F>
void rewrite(const Tensor& g, F&& f) {
  const Tensor flat = g.contiguous_raw();
  dispatch_floating(g.dtype(), "clip_grad", [&](auto tag) {
    using T = decltype(tag);
    T* p = flat.data<T>();
    for (std::int64_t i = 0; i < flat.numel(); ++i) p[i] = static_cast<T>(f(p[i]));
  });
  if (!flat.is_same(g)) g.copy_raw(flat);
  g.bump_version();
}

}  // namespace

Tensor clip_grad_norm_(const TensorList& parameters, double max_norm, double norm_type,
                       bool error_if_nonfinite) {
  TensorList grads;
  for (const Tensor& p : parameters)
    if (p.grad().defined()) grads.push_back(p.grad());
  if (grads.empty()) return Tensor::scalar(0, DType::Float32);
  double total = 0;
  bool nan = false;
  for (const Tensor& g : grads)
    for (const double v : g.to_vector()) {
      const double a = std::abs(v);
      nan = nan || std::isnan(a);
      total = std::isinf(norm_type) ? std::max(total, a)
                                    : total + (norm_type == 2 ? a * a : std::pow(a, norm_type));
    }
  if (nan) total = std::nan("");
  if (!std::isinf(norm_type)) total = std::pow(total, 1 / norm_type);
  if (error_if_nonfinite && !std::isfinite(total))
    fail(ErrorKind::Runtime, "The total norm of order ", python_float(norm_type),
         " for gradients from `parameters` is non-finite, so it cannot be clipped. To disable this "
         "error and scale "
         "the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`");
  const double scale = std::isnan(total) ? total : std::min(1.0, max_norm / (total + 1e-6));
  for (const Tensor& g : grads) rewrite(g, [scale](double v) { return v * scale; });
  return Tensor::scalar(total, grads[0].dtype());
}

void clip_grad_value_(const TensorList& parameters, double clip_value) {
  for (const Tensor& p : parameters)
    if (p.grad().defined())
      rewrite(p.grad(), [clip_value](double v) {
        return std::isnan(v) ? v : std::min(std::max(v, -clip_value), clip_value);
      });
}

void zero_gradient(const Tensor& parameter, bool set_to_none) {
  Tensor g = parameter.grad();
  if (!g.defined()) return;
  if (set_to_none) {
    parameter.set_grad({});
    return;
  }
  if (g.requires_grad()) {
    g = g.detach();
    parameter.set_grad(g);
  }
  g.copy_raw(Tensor::full({}, 0, g.dtype()));
  g.bump_version();
}

}  // namespace gradbox
