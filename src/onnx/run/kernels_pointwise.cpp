// Element by element: arithmetic, functions of one number, comparisons, logic, bits.
#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// ---- operators that ONNX and the core define alike ----

struct Same {
  const char* onnx;
  int since;
  OpHandle core;
};

template <std::size_t N>
const OpHandle& core_of(NodeRun& r, const Same (&rows)[N]) {
  const Same* row = rows;  // registered by these rows: it is there
  while (r.op_type() != row->onnx) ++row;
  return row->core;
}

const Same kUnary[] = {
    {"Abs", 1, OpHandle("abs")},
    {"Acos", 7, OpHandle("acos")},
    {"Acosh", 9, OpHandle("acosh")},
    {"Asin", 7, OpHandle("asin")},
    {"Asinh", 9, OpHandle("asinh")},
    {"Atan", 7, OpHandle("atan")},
    {"Atanh", 9, OpHandle("atanh")},
    {"BitwiseNot", 18, OpHandle("bitwise_not")},
    {"Ceil", 1, OpHandle("ceil")},
    {"Cos", 7, OpHandle("cos")},
    {"Cosh", 9, OpHandle("cosh")},
    {"Erf", 9, OpHandle("erf")},
    {"Exp", 1, OpHandle("exp")},
    {"Floor", 1, OpHandle("floor")},
    {"IsNaN", 9, OpHandle("isnan")},
    {"Log", 1, OpHandle("log")},
    {"Neg", 1, OpHandle("neg")},
    {"Not", 1, OpHandle("logical_not")},
    {"Reciprocal", 1, OpHandle("reciprocal")},
    {"Round", 11, OpHandle("round")},
    {"Sigmoid", 1, OpHandle("sigmoid")},
    {"Sign", 9, OpHandle("sign")},
    {"Sin", 7, OpHandle("sin")},
    {"Sinh", 9, OpHandle("sinh")},
    {"Sqrt", 1, OpHandle("sqrt")},
    {"Tan", 7, OpHandle("tan")},
    {"Tanh", 1, OpHandle("tanh")},
};
void unary(NodeRun& r) { r.give(core_of(r, kUnary)(r.in())); }

const Same kBinary[] = {
    {"Add", 1, OpHandle("add")},
    {"And", 1, OpHandle("logical_and")},
    {"BitwiseAnd", 18, OpHandle("bitwise_and")},
    {"BitwiseOr", 18, OpHandle("bitwise_or")},
    {"BitwiseXor", 18, OpHandle("bitwise_xor")},
    {"Greater", 1, OpHandle("gt")},
    {"GreaterOrEqual", 12, OpHandle("ge")},
    {"Less", 1, OpHandle("lt")},
    {"LessOrEqual", 12, OpHandle("le")},
    {"Mul", 1, OpHandle("mul")},
    {"Or", 1, OpHandle("logical_or")},
    {"Sub", 1, OpHandle("sub")},
    {"Xor", 1, OpHandle("logical_xor")},
};
void binary(NodeRun& r) { r.give(core_of(r, kBinary)(r.in(0), legacy_operand(r, r.in(0), 1))); }

// ---- with a twist ----

// Integers are truncated.
void div(NodeRun& r) {
  const Tensor &a = r.in(0), b = legacy_operand(r, a, 1);
  if (is_floating(a.dtype())) return r.give(ops::div(a, b));
  for (const auto v : to_ints(b))
    if (v == 0) r.fail("division by zero");
  r.give(as(op_with("div", {a, b}, "rounding_mode", "trunc"), a.dtype()));
}

void mod(NodeRun& r) {
  const bool c = r.attr("fmod", std::int64_t{0}) != 0;
  const Tensor &a = r.in(0), &b = r.in(1);
  if (!is_floating(a.dtype()))
    for (const auto v : to_ints(b))
      if (v == 0) r.fail("division by zero");
  r.give(op(c ? "fmod" : "remainder", a, b));
}

// The result has the base's dtype.
void pow(NodeRun& r) {
  const Tensor &a = r.in(0), b = legacy_operand(r, a, 1);
  if (!is_floating(a.dtype()) && is_floating(b.dtype()))
    return r.give(as(ops::pow(as(a, DType::Float64), as(b, DType::Float64)), a.dtype()));
  r.give(as(ops::pow(a, b), a.dtype()));
}

// Max, Min, Sum and Mean of any number of inputs.
void fold(NodeRun& r, const OpHandle& f) {
  Tensor t = r.in(0);
  const TensorList others = r.rest(1);
  for (const Tensor& o : others) t = f(t, o);
  if (r.op_type() == "Mean") t = ops::div(t, static_cast<double>(others.size() + 1));
  r.give(t);
}
void max(NodeRun& r) { fold(r, ops::maximum); }
void min(NodeRun& r) { fold(r, ops::minimum); }
void sum(NodeRun& r) { fold(r, ops::add); }

void clip(NodeRun& r) {
  const Tensor& x = r.in();
  Value low, high;
  if (r.opset() < 11) {
    if (r.has_attribute("min")) low = r.attr("min", 0.0);
    if (r.has_attribute("max")) high = r.attr("max", 0.0);
  } else {
    if (r.has(1)) low = scalar_of(r.in(1));
    if (r.has(2)) high = scalar_of(r.in(2));
  }
  r.give(low.is_none() && high.is_none() ? x : ops::clamp(x, low, high));
}

void where(NodeRun& r) { r.give(ops::where(r.in(0), r.in(1), r.in(2))); }

void is_inf(NodeRun& r) {
  const bool minus = r.attr("detect_negative", std::int64_t{1}) != 0,
             plus = r.attr("detect_positive", std::int64_t{1}) != 0;
  const Tensor& x = r.in();
  if (minus && plus) return r.give(op("isinf", x));
  if (minus || plus) return r.give(op(minus ? "isneginf" : "isposinf", x));
  r.give(Tensor::full(x.shape(), 0, DType::Bool));
}

void bit_shift(NodeRun& r) {
  const bool left = word(r, "direction", "", {"LEFT", "RIGHT"}) == "LEFT";
  r.give(op(left ? "bitwise_left_shift" : "bitwise_right_shift", r.in(0), r.in(1)));
}

// Strings are compared by numbers that stand for them.
void equal(NodeRun& r) {
  if (!r.any(0).is_strings()) return r.give(ops::eq(r.in(0), legacy_operand(r, r.in(0), 1)));
  std::vector<std::string> seen;
  const auto numbered = [&](const StringTensor& s) {
    IntList ids;
    for (const auto& v : s.values) {
      std::size_t k = 0;
      while (k < seen.size() && seen[k] != v) ++k;
      if (k == seen.size()) seen.push_back(v);
      ids.push_back(static_cast<std::int64_t>(k));
    }
    return int_tensor(ids, s.shape);
  };
  const Tensor a = numbered(r.strings(0)), b = numbered(r.strings(1));
  r.give(ops::eq(a, b));
}

const KernelRow kRows[] = {
    {"Div", 1, div},
    {"Mod", 10, mod},
    {"Pow", 1, pow},
    {"Max", 1, max},
    {"Min", 1, min},
    {"Sum", 1, sum},
    {"Mean", 1, sum},
    {"Clip", 1, clip},
    {"Where", 9, moves<where>},
    {"IsInf", 10, is_inf},
    {"BitShift", 11, bit_shift},
    {"Equal", 1, equal},
};

}  // namespace

void add_pointwise_kernels() {
  for (const Same& row : kUnary) add_kernel(row.onnx, row.since, unary);
  for (const Same& row : kBinary) add_kernel(row.onnx, row.since, binary);
  add_kernels(kRows);
}

}  // namespace gradbox::onnx
