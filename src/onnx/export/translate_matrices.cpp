// Matrix products.
#include <numeric>

#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

void product(Emitter& e) {
  const DType t = e.out().dtype();
  e.give(e.node("MatMul", {e.in(0, t), e.in(1, t)}));
}

// The transpose of a weight: computed now when it is constant.
Name transposed(Emitter& e, const Tensor& w) {
  if (e.is_constant(w))
    return e.constant(
        w.alias({w.size(1), w.size(0)}, {w.strides()[1], w.strides()[0]}, w.offset()).clone_raw());
  return e.transpose(e.value(w), {1, 0});
}

// Gemm is for matrices; for batches of them, MatMul and Add.
void linear(Emitter& e) {
  const Tensor& w = e.tensor(1);
  if (e.rank() == 2 && w.dim() == 2) {
    std::vector<Name> inputs{e.in(0), e.in(1)};
    if (e.has(2)) inputs.push_back(e.in(2));
    return e.give(e.node("Gemm", inputs, {{"alpha", 1.0}, {"beta", 1.0}, {"transB", 1}}));
  }
  const Name y = e.node("MatMul", {e.in(0), w.dim() == 2 ? transposed(e, w) : e.in(1)});
  e.give(e.has(2) ? e.node("Add", {y, e.in(2)}) : y);
}

void addmm(Emitter& e) {
  const double beta = e.args().number(3), alpha = e.args().number(4);
  if (is_floating(e.out().dtype()))
    return e.give(e.node("Gemm", {e.in(1), e.in(2), e.in(0)}, {{"alpha", alpha}, {"beta", beta}}));
  if (alpha != 1 || beta != 1) e.unsupported("factors on a product of integers");
  e.give(e.node("Add", {e.node("MatMul", {e.in(1), e.in(2)}), e.in(0)}));
}

// beta * self + alpha * (a b), of batches or vectors.
void add_product(Emitter& e) {
  const DType t = e.out().dtype();
  const auto scaled = [&](const Name x, double factor) {
    return factor == 1 ? x : e.node("Mul", {x, e.number(factor, t)});
  };
  const Name y = e.node("MatMul", {e.in(1, t), e.in(2, t)});
  e.give(e.node("Add", {scaled(e.in(0, t), e.args().number(3)), scaled(y, e.args().number(4))}));
}

void einsum(Emitter& e) {
  if (e.opset() < 12) e.unsupported("ONNX has Einsum since opset 12");
  e.give(e.node("Einsum", e.list(1, e.out().dtype()), {{"equation", e.args().string(0).c_str()}}));
}

const Row table[] = {
    {"mm", product},          {"bmm", product},        {"mv", product},    {"dot", product},
    {"matmul", product},      {"__matmul__", product}, {"linear", linear}, {"addmm", addmm},
    {"baddbmm", add_product}, {"addmv", add_product},  {"einsum", einsum},
};

}  // namespace

Rows matrix_rows() { return rows(table); }

}  // namespace gradbox::onnx
