// Products of matrices.
#include <algorithm>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

void matmul(NodeRun& r) { r.give(multiplied(r, r.in(0), r.in(1))); }

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
    return spend(r, work_of(a, b)), r.give(ops::addmm(r.in(2), a, b));
  Tensor y = multiplied(r, a, b);
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
  const TensorList operands = r.rest();
  // The product of the sizes of all subscripts, at most.
  double work = 1;
  std::size_t k = 0, place = 0;
  std::string seen;
  for (const char c : equation.substr(0, equation.find('-'))) {
    if (c == ',') {
      ++k;
      place = 0;
    } else if (k < operands.size() && place < operands[k].shape().size()) {
      const auto size = static_cast<double>(operands[k].shape()[place++]);
      if (size > 1 && (c == '.' || seen.find(c) == std::string::npos)) work *= size;
      if (size > 1) seen += c;
    }
  }
  spend(r, work);
  r.give(op("einsum", equation, operands));
}

void det(NodeRun& r) {
  const Tensor& x = r.in();
  if (x.dim() > 0) spend(r, static_cast<double>(x.numel()) * static_cast<double>(x.size(-1)));
  r.give(op("det", x));
}

const KernelRow kRows[] = {
    {"MatMul", 1, matmul}, {"Gemm", 1, gemm}, {"Einsum", 12, einsum}, {"Det", 11, det}};

}  // namespace

void add_matrix_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
