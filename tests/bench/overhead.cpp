// Microseconds a call of an operator on small tensors, where the arithmetic is next to nothing.
// Prints "CASE MICROSECONDS" lines, the best of some rounds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>

#include "autograd/engine.h"
#include "ops/ops.h"

using namespace gradbox;

namespace {

template <class F>
void measure(const char* what, F once) {
  using Clock = std::chrono::steady_clock;
  constexpr int kCalls = 1000, kRounds = 200;
  double best = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    const auto began = Clock::now();
    for (int i = 0; i < kCalls; ++i) once();
    const std::chrono::duration<double, std::micro> took = Clock::now() - began;
    best = std::min(best, took.count() / kCalls);
  }
  std::printf("%s %.4f\n", what, best);
}

}  // namespace

int main() {
  const Tensor a = Tensor::full({4, 4}, 0.5, DType::Float32),
               b = Tensor::full({4, 4}, 2, DType::Float32);
  const Tensor w = Tensor::full({4, 4}, 0.25, DType::Float32);
  w.set_requires_grad(true);
  measure("add", [&] { ops::add(a, b); });
  measure("mul", [&] { ops::mul(a, b); });
  measure("mul_number", [&] { ops::mul(a, 2.0); });
  measure("relu", [&] { ops::relu(a); });
  measure("matmul", [&] { ops::matmul(a, b); });
  measure("sum", [&] { ops::sum(a); });
  measure("add_grad", [&] { ops::add(w, b); });
  measure("mul_grad", [&] { ops::mul(w, b); });
  measure("relu_grad", [&] { ops::relu(w); });
  measure("matmul_grad", [&] { ops::matmul(w, b); });
  measure("step", [&] {
    backward({ops::sum(ops::relu(ops::add(ops::matmul(a, w), b)))}, {}, {});
    w.set_grad(Tensor());
  });
}
