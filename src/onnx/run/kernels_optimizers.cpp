// Optimizers as operators (ai.onnx.preview.training). Inputs: learning rate R, step count T, then
// for n tensors X1..Xn, their gradients, and each kind of state; outputs: new X, then new states.
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// How many tensors are optimised, when each has `kinds` inputs.
std::size_t tensors_of(NodeRun& r, std::size_t kinds) {
  if (r.inputs() < 2 || (r.inputs() - 2) % kinds)
    r.fail("inputs don't come in groups of " + std::to_string(kinds));
  return (r.inputs() - 2) / kinds;
}

Tensor scaled(const Tensor& t, double factor) { return ops::mul(t, factor); }

// The gradient of tensor i with that of the L2 penalty.
Tensor regularised(NodeRun& r, std::size_t i, std::size_t n) {
  return ops::add(scaled(r.in(2 + i), r.attr("norm_coefficient", 0.0)), r.in(2 + n + i));
}

void adagrad(NodeRun& r) {
  const std::size_t n = tensors_of(r, 3);
  const double rate =
      r.number(0) / (1 + static_cast<double>(r.integer(1)) * r.attr("decay_factor", 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    const Tensor g = regularised(r, i, n);
    const Tensor h = ops::add(r.in(2 + 2 * n + i), ops::square(g));
    const Tensor root = ops::add(ops::sqrt(h), r.attr("epsilon", 1e-6));
    r.out(i, ops::sub(r.in(2 + i), ops::div(scaled(g, rate), root)));
    r.out(n + i, h);
  }
}

void adam(NodeRun& r) {
  const std::size_t n = tensors_of(r, 4);
  const double alpha = r.attr("alpha", 0.9), beta = r.attr("beta", 0.999);
  const auto step = static_cast<double>(r.integer(1));
  double rate = r.number(0);
  if (step > 0) rate *= std::sqrt(1 - std::pow(beta, step)) / (1 - std::pow(alpha, step));
  for (std::size_t i = 0; i < n; ++i) {
    const Tensor g = regularised(r, i, n);
    const Tensor v = ops::add(scaled(r.in(2 + 2 * n + i), alpha), scaled(g, 1 - alpha));
    const Tensor h = ops::add(scaled(r.in(2 + 3 * n + i), beta), scaled(ops::square(g), 1 - beta));
    const Tensor root = ops::add(ops::sqrt(h), r.attr("epsilon", 1e-6));
    const Tensor x = ops::sub(r.in(2 + i), ops::div(scaled(v, rate), root));
    r.out(i, scaled(x, 1 - r.attr("norm_coefficient_post", 0.0)));
    r.out(n + i, v);
    r.out(2 * n + i, h);
  }
}

void momentum(NodeRun& r) {
  const std::size_t n = tensors_of(r, 3);
  const bool nesterov = word(r, "mode", "", {"standard", "nesterov"}) == "nesterov";
  const double rate = r.number(0), alpha = r.attr("alpha", 0.0),
               beta = r.integer(1) > 0 ? r.attr("beta", 0.0) : 1;
  for (std::size_t i = 0; i < n; ++i) {
    const Tensor g = regularised(r, i, n);
    const Tensor v = ops::add(scaled(r.in(2 + 2 * n + i), alpha), scaled(g, beta));
    const Tensor way = nesterov ? ops::add(g, scaled(v, alpha)) : v;
    r.out(i, ops::sub(r.in(2 + i), scaled(way, rate)));
    r.out(n + i, v);
  }
}

const KernelRow kRows[] = {{"Adagrad", 1, adagrad}, {"Adam", 1, adam}, {"Momentum", 1, momentum}};

}  // namespace

void add_optimizer_kernels() { add_kernels(kRows, "ai.onnx.preview.training"); }

}  // namespace gradbox::onnx
