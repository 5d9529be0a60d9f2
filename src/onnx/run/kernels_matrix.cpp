// Products of matrices.
#include <algorithm>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

void matmul(NodeRun& r) { r.give(ops::matmul(r.in(0), r.in(1))); }

// alpha A' B' + beta C, where A' may be A transposed.
void gemm(NodeRun& r) {
  const auto factor = [&](std::size_t i, const char* transposed) {
    const Tensor& t = r.in(i);
    if (t.dim() != 2) r.fail("operands must be matrices, but one is " + to_string(t.shape()));
    return r.attr(transposed, std::int64_t{0}) ? ops::t(t) : t;
  };
  const Tensor a = factor(0, "transA"), b = factor(1, "transB");
  const double alpha = r.attr("alpha", 1.0), beta = r.attr("beta", 1.0);
  if (is_floating(a.dtype()) && r.has(2) && alpha == 1 && beta == 1 && r.in(2).dim() == 1)
    return r.give(ops::addmm(r.in(2), a, b));
  Tensor y = ops::matmul(a, b);
  if (alpha != 1) y = as(ops::mul(y, alpha), a.dtype());
  if (r.has(2) && beta != 0) {
    const Tensor c = legacy_operand(r, y, 2);
    y = ops::add(y, beta == 1 ? c : as(ops::mul(c, beta), c.dtype()));
  }
  r.give(y);
}

void einsum(NodeRun& r) {
  std::string equation = r.attr("equation", "");
  equation.erase(std::remove(equation.begin(), equation.end(), ' '), equation.end());
  r.give(op("einsum", equation, r.rest()));
}

void det(NodeRun& r) { r.give(op("det", r.in())); }

const KernelRow kRows[] = {
    {"MatMul", 1, matmul}, {"Gemm", 1, gemm}, {"Einsum", 12, einsum}, {"Det", 11, det}};

}  // namespace

void add_matrix_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
