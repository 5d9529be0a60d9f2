// Activation functions.
#include <cmath>

#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

void plain(Emitter& e, const char* op_type) { e.give(e.node(op_type, {e.in(0, e.out().dtype())})); }

void silu(Emitter& e) {
  const Name x = e.in(0);
  e.give(e.node("Mul", {x, e.node("Sigmoid", {x})}));
}

Name hard_sigmoid(Emitter& e, const Name x) {
  return e.node("HardSigmoid", {x}, {{"alpha", 1.0 / 6}, {"beta", 0.5}});
}

// ONNX has HardSwish from opset 14 on.
void hard_swish(Emitter& e) {
  const Name x = e.in(0);
  e.give(e.opset() >= 14 ? e.node("HardSwish", {x}) : e.node("Mul", {x, hard_sigmoid(e, x)}));
}

Name softplus(Emitter& e, const Name x) { return e.node("Softplus", {x}); }

// ONNX has Gelu from opset 20 on.
void gelu(Emitter& e) {
  const DType t = e.out().dtype();
  const Name x = e.in(0), one = e.number(1, t), half = e.number(0.5, t);
  Name phi;
  if (e.args().string(1) == "tanh") {
    const Name cube = e.node("Mul", {x, e.node("Mul", {x, x})});
    const Name inner = e.node("Add", {x, e.node("Mul", {cube, e.number(0.044715, t)})});
    phi = e.node("Tanh", {e.node("Mul", {inner, e.number(std::sqrt(2 / M_PI), t)})});
  } else {
    phi = e.node("Erf", {e.node("Div", {x, e.number(std::sqrt(2.0), t)})});
  }
  e.give(e.node("Mul", {e.node("Mul", {x, e.node("Add", {phi, one})}), half}));
}

void clipped(Emitter& e, double low, double high) {
  const DType t = e.out().dtype();
  e.give(e.node("Clip", {e.in(0, t), e.number(low, t), e.number(high, t)}));
}

// softmax over `axis`, which opset 12 and older take as the first of the axes that are flattened
// together: there the axis must be the last one.
Name softmax(Emitter& e, const char* op_type, const Name x, std::int64_t axis, std::int64_t rank) {
  if (e.opset() >= 13 || axis == rank - 1) return e.node(op_type, {x}, {{"axis", axis}});
  IntList perm(static_cast<std::size_t>(rank));
  for (std::size_t i = 0; i < perm.size(); ++i) perm[i] = static_cast<std::int64_t>(i);
  std::swap(perm[static_cast<std::size_t>(axis)], perm.back());
  const Name moved = e.transpose(x, perm);
  return e.transpose(e.node(op_type, {moved}, {{"axis", rank - 1}}), perm);
}

void softmax_over(Emitter& e, const char* op_type) {
  const std::int64_t rank = e.rank();
  if (rank == 0) e.unsupported("a softmax of a scalar");
  // Without a dimension PyTorch picks one by rank.
  const std::int64_t dim = e.has(1) ? e.args().integer(1) : rank == 1 || rank == 3 ? 0 : 1;
  e.give(softmax(e, op_type, e.in(0, e.out().dtype()), e.axis(dim), rank));
}

const Row table[] = {
    {"relu", [](Emitter& e) { plain(e, "Relu"); }},
    {"relu6", [](Emitter& e) { clipped(e, 0, 6); }},
    {"hardtanh", [](Emitter& e) { clipped(e, e.args().number(1), e.args().number(2)); }},
    {"tanh", [](Emitter& e) { plain(e, "Tanh"); }},
    {"sigmoid", [](Emitter& e) { plain(e, "Sigmoid"); }},
    {"softsign", [](Emitter& e) { plain(e, "Softsign"); }},
    {"silu", silu},
    {"gelu", gelu},
    {"hardswish", hard_swish},
    {"hardsigmoid", [](Emitter& e) { e.give(hard_sigmoid(e, e.in(0))); }},
    {"leaky_relu",
     [](Emitter& e) {
       e.give(e.node("LeakyRelu", {e.in(0)}, {{"alpha", e.args().number(1)}}));
     }},
    {"elu",
     [](Emitter& e) {
       e.give(e.node("Elu", {e.in(0)}, {{"alpha", e.args().number(1)}}));
     }},
    {"softplus",
     [](Emitter& e) {
       const Name beta = e.number(e.args().number(1), e.out().dtype());
       if (e.args().number(1) == 1) return e.give(softplus(e, e.in(0)));
       e.give(e.node("Div", {softplus(e, e.node("Mul", {e.in(0), beta})), beta}));
     }},
    {"logsigmoid",
     [](Emitter& e) { e.give(e.node("Neg", {softplus(e, e.node("Neg", {e.in(0)}))})); }},
    {"mish",
     [](Emitter& e) {
       const Name x = e.in(0);
       e.give(e.node("Mul", {x, e.node("Tanh", {softplus(e, x)})}));
     }},
    {"softmax", [](Emitter& e) { softmax_over(e, "Softmax"); }},
    {"log_softmax", [](Emitter& e) { softmax_over(e, "LogSoftmax"); }},
};

}  // namespace

Rows activation_rows() { return rows(table); }

}  // namespace gradbox::onnx
