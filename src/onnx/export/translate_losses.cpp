// Losses, for models that give one.
#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

// The argument `reduction`, applied.
void give_reduced(Emitter& e, const Name terms, std::size_t reduction) {
  const std::string& how = e.args().string(reduction);
  if (how == "none") return e.give(terms);
  e.give(e.reduce(how == "sum" ? "ReduceSum" : "ReduceMean", terms, {}, false));
}

Name times(Emitter& e, const Name x, double factor) {
  return factor == 1 ? x : e.node("Mul", {x, e.number(factor, e.out().dtype())});
}

Name error(Emitter& e) {
  const DType t = e.out().dtype();
  return e.node("Sub", {e.in(0, t), e.in(1, t)});
}

void mse(Emitter& e) {
  const Name d = error(e);
  give_reduced(e, e.node("Mul", {d, d}), 2);
}

// Squared up to a width, straight from there on: `scale` times what smooth_l1_loss is.
void smooth(Emitter& e, double scale) {
  const DType t = e.out().dtype();
  const double width = e.args().number(3);
  const Name d = error(e), size = e.node("Abs", {d});
  if (width == 0) return give_reduced(e, size, 2);
  const Name square = times(e, e.node("Mul", {d, d}), 0.5 / width);
  const Name straight = e.node("Sub", {size, e.number(0.5 * width, t)});
  const Name near = e.node("Less", {size, e.number(width, t)});
  give_reduced(e, times(e, e.node("Where", {near, square, straight}), scale), 2);
}

// log x, cut off at -100 as PyTorch does.
Name cut_log(Emitter& e, const Name x) {
  return e.node("Clip", {e.node("Log", {x}), e.number(-100, e.out().dtype())});
}

void binary_cross_entropy(Emitter& e) {
  const DType t = e.out().dtype();
  const Name x = e.in(0), y = e.in(1, t), one = e.number(1, t);
  const Name yes = e.node("Mul", {y, cut_log(e, x)});
  const Name no = e.node("Mul", {e.node("Sub", {one, y}), cut_log(e, e.node("Sub", {one, x}))});
  Name terms = e.node("Neg", {e.node("Add", {yes, no})});
  if (e.has(2)) terms = e.node("Mul", {terms, e.in(2, t)});
  give_reduced(e, terms, 3);
}

// (1 - y) x + (1 + (pos_weight - 1) y) softplus(-x)
void binary_cross_entropy_with_logits(Emitter& e) {
  const DType t = e.out().dtype();
  const Name x = e.in(0), y = e.in(1, t), one = e.number(1, t);
  Name tail = e.node("Softplus", {e.node("Neg", {x})});
  if (e.has(4)) {
    const Name more = e.node("Mul", {e.node("Sub", {e.in(4, t), one}), y});
    tail = e.node("Mul", {e.node("Add", {one, more}), tail});
  }
  Name terms = e.node("Add", {e.node("Mul", {e.node("Sub", {one, y}), x}), tail});
  if (e.has(2)) terms = e.node("Mul", {terms, e.in(2, t)});
  give_reduced(e, terms, 3);
}

// Arguments: input, target, weight, ignore_index, reduction.
void nll(Emitter& e) {
  if (e.opset() < 12) e.unsupported("ONNX has NegativeLogLikelihoodLoss since opset 12");
  const bool single = e.rank() == 1;
  const std::string& how = e.args().string(4);
  Name x = e.in(0), target = e.in(1);
  if (single) {
    x = e.unsqueeze(x, {0});
    target = e.unsqueeze(target, {0});
  }
  const Name y = e.node("NegativeLogLikelihoodLoss", {x, target, e.in(2)},
                        {{"reduction", how.c_str()}, {"ignore_index", e.args().integer(3)}});
  e.give(single && how == "none" ? e.squeeze(y, {0}) : y);
}

const Row table[] = {
    {"mse_loss", mse},
    {"smooth_l1_loss", [](Emitter& e) { smooth(e, 1); }},
    {"huber_loss", [](Emitter& e) { smooth(e, e.args().number(3)); }},
    {"binary_cross_entropy", binary_cross_entropy},
    {"binary_cross_entropy_with_logits", binary_cross_entropy_with_logits},
    {"nll_loss", nll},
};

}  // namespace

Rows loss_rows() { return rows(table); }

}  // namespace gradbox::onnx
