// Arithmetic, comparison, logic and selection, element by element. ONNX wants operands of one
// dtype: they are brought to the result's, as PyTorch's promotion does.
#include <cmath>

#include "onnx/export/translate.h"
#include "ops/promote.h"

namespace gradbox::onnx {
namespace {

void binary(Emitter& e, const char* op_type) {
  const DType t = e.out().dtype();
  e.give(e.node(op_type, {e.in(0, t), e.in(1, t)}));
}

// b, multiplied by the argument `alpha`.
Name scaled(Emitter& e, std::size_t i, std::size_t alpha, DType t) {
  const double a = e.args().number(alpha);
  return a == 1 ? e.in(i, t) : e.node("Mul", {e.in(i, t), e.number(a, t)});
}

Name truncated(Emitter& e, const Name x) {
  return e.node("Mul", {e.node("Sign", {x}), e.node("Floor", {e.node("Abs", {x})})});
}

// x // y in Python's sense, given x and y in dtype t.
Name floor_quotient(Emitter& e, const Name x, const Name y, DType t) {
  const Name q = e.node("Div", {x, y});
  if (is_floating(t)) return e.node("Floor", {q});
  // Integer Div rounds towards zero: one less where the signs differ and something remains.
  const Name rest = e.node("Sub", {x, e.node("Mul", {q, y})});
  const Name zero = e.number(0, t);
  const Name differ = e.node("Xor", {e.node("Less", {x, zero}), e.node("Less", {y, zero})});
  const Name remains = e.node("Not", {e.node("Equal", {rest, zero})});
  return e.node("Sub", {q, e.cast(e.node("And", {differ, remains}), t)});
}

void divide(Emitter& e) {
  const DType t = e.out().dtype();
  const Name x = e.in(0, t), y = e.in(1, t);
  if (e.args().size() < 3 || !e.has(2)) return e.give(e.node("Div", {x, y}));
  if (e.args().string(2) == "floor") return e.give(floor_quotient(e, x, y, t));
  const Name q = e.node("Div", {x, y});
  e.give(is_floating(t) ? truncated(e, q) : q);
}

void floor_divide(Emitter& e) {
  const DType t = e.out().dtype();
  e.give(floor_quotient(e, e.in(0, t), e.in(1, t), t));
}

void remainder(Emitter& e) {
  const DType t = e.out().dtype();
  const Name x = e.in(0, t), y = e.in(1, t);
  if (!is_floating(t)) return e.give(e.node("Mod", {x, y}));
  const Name whole = e.node("Floor", {e.node("Div", {x, y})});
  e.give(e.node("Sub", {x, e.node("Mul", {whole, y})}));
}

// The dtype in which two operands are compared. Bools and bytes have no order in ONNX.
DType comparable(Emitter& e, bool ordered) {
  const DType t = result_type(e.tensor(0), e.tensor(1));
  const bool small = t == DType::UInt8 || (ordered && t == DType::Bool);
  return small ? DType::Int32 : t;
}

void compare(Emitter& e, const char* op_type, bool negated) {
  const DType t = comparable(e, op_type[0] != 'E');
  const Name y = e.node(op_type, {e.in(0, t), e.in(1, t)});
  e.give(negated ? e.node("Not", {y}) : y);
}

void logic(Emitter& e, const char* op_type) {
  e.give(e.node(op_type, {e.in(0, DType::Bool), e.in(1, DType::Bool)}));
}

// Logic for bools; for integers since opset 18.
void bits(Emitter& e, const char* of_bools, const char* of_integers) {
  const DType t = e.out().dtype();
  if (t == DType::Bool) return logic(e, of_bools);
  if (e.opset() < 18) e.unsupported("ONNX has bitwise operators since opset 18");
  e.give(e.node(of_integers, {e.in(0, t), e.in(1, t)}));
}

void clip(Emitter& e, const Value& low, const Value& high) {
  const DType t = e.out().dtype();
  const auto bound = [&](const Value& v) {
    return v.is_none() ? Name::None : e.number(v.as_double(), t);
  };
  e.give(e.node("Clip", {e.in(0, t), bound(low), bound(high)}));
}

void clamp_by_tensors(Emitter& e) {
  const DType t = e.out().dtype();
  Name x = e.in(0, t);
  if (e.has(1)) x = e.node("Max", {x, e.in(1, t)});
  if (e.has(2)) x = e.node("Min", {x, e.in(2, t)});
  e.give(x);
}

void where(Emitter& e) {
  const DType t = e.out().dtype();
  e.give(e.node("Where", {e.in(0, DType::Bool), e.in(1, t), e.in(2, t)}));
}

void masked_fill(Emitter& e) {
  const DType t = e.out().dtype();
  e.give(e.node("Where", {e.in(1, DType::Bool), e.in(2, t), e.in(0, t)}));
}

Name unary(Emitter& e, const char* op_type) { return e.node(op_type, {e.in(0, e.out().dtype())}); }

void logarithm(Emitter& e, double base) {
  e.give(e.node("Div", {unary(e, "Log"), e.number(std::log(base), e.out().dtype())}));
}

// The dtype in which rounding makes sense; integers are rounded already.
void rounding(Emitter& e, const char* op_type) {
  if (!is_floating(e.out().dtype())) return e.give(e.in(0));
  e.give(unary(e, op_type));
}

void is_finite(Emitter& e) {
  const Name x = e.in(0);
  if (!is_floating(e.tensor(0).dtype())) return e.give(e.node("Equal", {x, x}));
  e.give(e.node("Not", {e.node("Or", {e.node("IsInf", {x}), e.node("IsNaN", {x})})}));
}

void predicate(Emitter& e, const char* op_type) {
  const bool floating = is_floating(e.tensor(0).dtype());
  e.give(e.node(op_type, {e.in(0, floating ? e.tensor(0).dtype() : DType::Float32)}));
}

void arc_tangent_2(Emitter& e) {
  const DType t = e.out().dtype();
  const Name y = e.in(0, t), x = e.in(1, t), zero = e.number(0, t);
  const Name angle = e.node("Atan", {e.node("Div", {y, x})});
  // The left half-plane is half a turn away, to the side of y.
  const Name half_turn =
      e.node("Where", {e.node("Less", {y, zero}), e.number(-M_PI, t), e.number(M_PI, t)});
  const Name left = e.node("Less", {x, zero});
  e.give(e.node("Where", {left, e.node("Add", {angle, half_turn}), angle}));
}

const Row table[] = {
    {"add",
     [](Emitter& e) {
       const DType t = e.out().dtype();
       if (t == DType::Bool) return logic(e, "Or");
       e.give(e.node("Add", {e.in(0, t), scaled(e, 1, 2, t)}));
     }},
    {"sub",
     [](Emitter& e) {
       const DType t = e.out().dtype();
       e.give(e.node("Sub", {e.in(0, t), scaled(e, 1, 2, t)}));
     }},
    {"rsub",
     [](Emitter& e) {
       const DType t = e.out().dtype();
       e.give(e.node("Sub", {e.in(1, t), scaled(e, 0, 2, t)}));
     }},
    {"mul",
     [](Emitter& e) { e.out().dtype() == DType::Bool ? logic(e, "And") : binary(e, "Mul"); }},
    {"div", divide},
    {"true_divide", divide},
    {"floor_divide", floor_divide},
    {"remainder", remainder},
    {"fmod",
     [](Emitter& e) {
       const DType t = e.out().dtype();
       e.give(e.node("Mod", {e.in(0, t), e.in(1, t)}, {{"fmod", 1}}));
     }},
    {"pow", [](Emitter& e) { binary(e, "Pow"); }},
    {"square",
     [](Emitter& e) {
       const Name x = e.in(0);
       e.give(e.node("Mul", {x, x}));
     }},
    {"atan2", arc_tangent_2},
    {"maximum", [](Emitter& e) { binary(e, "Max"); }},
    {"minimum", [](Emitter& e) { binary(e, "Min"); }},
    {"max.other", [](Emitter& e) { binary(e, "Max"); }},
    {"min.other", [](Emitter& e) { binary(e, "Min"); }},
    {"eq", [](Emitter& e) { compare(e, "Equal", false); }},
    {"ne", [](Emitter& e) { compare(e, "Equal", true); }},
    {"lt", [](Emitter& e) { compare(e, "Less", false); }},
    {"ge",
     [](Emitter& e) {
       e.opset() < 12 ? compare(e, "Less", true) : compare(e, "GreaterOrEqual", false);
     }},
    {"gt", [](Emitter& e) { compare(e, "Greater", false); }},
    {"le",
     [](Emitter& e) {
       e.opset() < 12 ? compare(e, "Greater", true) : compare(e, "LessOrEqual", false);
     }},
    {"logical_and", [](Emitter& e) { logic(e, "And"); }},
    {"logical_or", [](Emitter& e) { logic(e, "Or"); }},
    {"logical_xor", [](Emitter& e) { logic(e, "Xor"); }},
    {"logical_not", [](Emitter& e) { e.give(e.node("Not", {e.in(0, DType::Bool)})); }},
    {"bitwise_and", [](Emitter& e) { bits(e, "And", "BitwiseAnd"); }},
    {"bitwise_or", [](Emitter& e) { bits(e, "Or", "BitwiseOr"); }},
    {"bitwise_xor", [](Emitter& e) { bits(e, "Xor", "BitwiseXor"); }},
    {"bitwise_not",
     [](Emitter& e) {
       if (e.out().dtype() == DType::Bool) return e.give(e.node("Not", {e.in(0)}));
       if (e.opset() < 18) e.unsupported("ONNX has bitwise operators since opset 18");
       e.give(e.node("BitwiseNot", {e.in(0)}));
     }},
    {"where", where},
    {"masked_fill", masked_fill},
    {"clamp", [](Emitter& e) { clip(e, e.args()[1], e.args()[2]); }},
    {"clamp.Tensor", clamp_by_tensors},
    {"isnan", [](Emitter& e) { predicate(e, "IsNaN"); }},
    {"isinf", [](Emitter& e) { predicate(e, "IsInf"); }},
    {"isfinite", is_finite},
    {"exp2",
     [](Emitter& e) {
       e.give(e.node("Pow", {e.number(2, e.out().dtype()), e.in(0, e.out().dtype())}));
     }},
    {"expm1",
     [](Emitter& e) {
       e.give(e.node("Sub", {unary(e, "Exp"), e.number(1, e.out().dtype())}));
     }},
    {"log2", [](Emitter& e) { logarithm(e, 2); }},
    {"log10", [](Emitter& e) { logarithm(e, 10); }},
    {"log1p",
     [](Emitter& e) {
       const DType t = e.out().dtype();
       e.give(e.node("Log", {e.node("Add", {e.in(0, t), e.number(1, t)})}));
     }},
    {"rsqrt", [](Emitter& e) { e.give(e.node("Reciprocal", {unary(e, "Sqrt")})); }},
    {"floor", [](Emitter& e) { rounding(e, "Floor"); }},
    {"ceil", [](Emitter& e) { rounding(e, "Ceil"); }},
    {"round", [](Emitter& e) { rounding(e, "Round"); }},
    {"trunc",
     [](Emitter& e) { e.give(is_floating(e.out().dtype()) ? truncated(e, e.in(0)) : e.in(0)); }},
    {"clone", [](Emitter& e) { e.give(e.in(0)); }},
    {"contiguous", [](Emitter& e) { e.give(e.in(0)); }},
    {"alias", [](Emitter& e) { e.give(e.in(0)); }},
    {"detach", [](Emitter& e) { e.give(e.in(0)); }},
    {"to", [](Emitter& e) { e.give(e.in(0, e.out().dtype())); }},
};

}  // namespace

Rows pointwise_rows() { return rows(table); }

}  // namespace gradbox::onnx
