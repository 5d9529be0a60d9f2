// Reductions and orders.
#include <algorithm>
#include <cmath>

#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

// The argument `dim`: axes counted from the front; none for all.
IntList axes_of(Emitter& e, const Value& dim) {
  IntList axes;
  if (dim.is_none()) return axes;
  const IntList dims = dim.is<IntList>() ? dim.get<IntList>() : IntList{dim.as_int()};
  if (e.rank() == 0) return axes;
  for (const auto d : dims) axes.push_back(e.axis(d));
  std::sort(axes.begin(), axes.end());
  return axes;
}

// A reduction in dtype t, of the dimensions that argument `dim` names.
Name reduced(Emitter& e, const char* op_type, std::size_t dim, bool keep, DType t) {
  return e.reduce(op_type, e.in(0, t), axes_of(e, e.args()[dim]), keep);
}

void sum(Emitter& e) {
  const DType t = e.out().dtype() == DType::Bool ? DType::Int64 : e.out().dtype();
  const Name y = reduced(e, "ReduceSum", 1, e.args().boolean(2), t);
  e.give(t == e.out().dtype() ? y : e.cast(y, e.out().dtype()));
}

void mean(Emitter& e) { e.give(reduced(e, "ReduceMean", 1, e.args().boolean(2), e.out().dtype())); }

// Bools and bytes have no order in ONNX.
DType ordered(DType t) { return t == DType::Bool || t == DType::UInt8 ? DType::Int32 : t; }

void extreme(Emitter& e, const char* op_type) {
  const DType t = ordered(e.out().dtype());
  const bool whole = e.args().size() < 3;
  const Name y = whole ? e.reduce(op_type, e.in(0, t), {}, false)
                       : reduced(e, op_type, 1, e.args().boolean(2), t);
  e.give(t == e.out().dtype() ? y : e.cast(y, e.out().dtype()));
}

Name place(Emitter& e, const char* op_type, const Name x, std::int64_t axis, bool keep) {
  return e.node(op_type, {x}, {{"axis", axis}, {"keepdims", keep ? 1 : 0}});
}

// Values and indices.
void extreme_and_place(Emitter& e, const char* op_type, const char* place_type) {
  const std::int64_t axis = e.axis(e.args().integer(1));
  const bool keep = e.args().boolean(2);
  const DType t = ordered(e.out().dtype());
  const Name x = e.in(0, t), y = e.reduce(op_type, x, {axis}, keep);
  e.give(t == e.out().dtype() ? y : e.cast(y, e.out().dtype()), 0);
  e.give(place(e, place_type, x, axis, keep), 1);
}

void place_only(Emitter& e, const char* op_type) {
  const Name x = e.in(0, ordered(e.tensor(0).dtype()));
  if (!e.has(1)) return e.give(place(e, op_type, e.reshape(x, {-1}), 0, false));
  e.give(place(e, op_type, x, e.axis(e.args().integer(1)), e.args().boolean(2)));
}

// How many elements go into one result, as a float.
Name count(Emitter& e, const IntList& axes, DType t) {
  std::int64_t n = 1;
  bool known = !e.is_dynamic() || e.knows_sizes();
  const std::vector<Size> shape = e.shape(e.tensor(0));
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (!axes.empty() && !std::count(axes.begin(), axes.end(), static_cast<std::int64_t>(d)))
      continue;
    n *= shape[d].value;
    known = known && !shape[d].is_dynamic();
  }
  if (known) return e.number(static_cast<double>(n), t);
  Name sizes = e.shape_of(e.in(0));
  if (!axes.empty()) sizes = e.gather(sizes, e.ints(axes), 0);
  return e.cast(e.reduce("ReduceProd", sizes, {}, false), t);
}

Name variance(Emitter& e, const Value& dim, bool unbiased, bool keep) {
  const DType t = e.out().dtype();
  const IntList axes = axes_of(e, dim);
  const Name x = e.in(0);
  const Name centred = e.node("Sub", {x, e.reduce("ReduceMean", x, axes, true)});
  const Name square = e.node("Mul", {centred, centred});
  if (!unbiased) return e.reduce("ReduceMean", square, axes, keep);
  const Name n = e.node("Sub", {count(e, axes, t), e.number(1, t)});
  return e.node("Div", {e.reduce("ReduceSum", square, axes, keep), n});
}

Name variance_over(Emitter& e) {
  return variance(e, e.args()[1], e.args().boolean(2), e.args().boolean(3));
}
Name variance_of_all(Emitter& e) { return variance(e, Value(), e.args().boolean(1), false); }

void norm(Emitter& e) {
  const Args a = e.args();
  const double p = e.has(1) ? a.number(1) : 2;
  const DType t = e.out().dtype();
  const IntList axes = axes_of(e, a[2]);
  const bool keep = a.boolean(3);
  const Name x = e.in(0, t);
  if (p == 1 || p == 2) return e.give(e.reduce(p == 1 ? "ReduceL1" : "ReduceL2", x, axes, keep));
  const Name size = e.node("Abs", {x});
  if (std::isinf(p)) return e.give(e.reduce(p > 0 ? "ReduceMax" : "ReduceMin", size, axes, keep));
  if (p == 0) {
    const Name set = e.cast(e.cast(x, DType::Bool), t);
    return e.give(e.reduce("ReduceSum", set, axes, keep));
  }
  const Name sum = e.reduce("ReduceSum", e.node("Pow", {size, e.number(p, t)}), axes, keep);
  e.give(e.node("Pow", {sum, e.number(1 / p, t)}));
}

// all and any, as the smallest and largest of 0 and 1.
void holds(Emitter& e, const char* op_type) {
  const bool whole = e.args().size() < 3;
  const Name x = e.cast(e.in(0, DType::Bool), DType::Int32);
  const IntList axes = whole ? IntList() : axes_of(e, e.args()[1]);
  e.give(e.cast(e.reduce(op_type, x, axes, !whole && e.args().boolean(2)), DType::Bool));
}

void count_nonzero(Emitter& e) {
  const Name set = e.cast(e.in(0, DType::Bool), DType::Int64);
  e.give(e.reduce("ReduceSum", set, axes_of(e, e.args()[1]), false));
}

void cumsum(Emitter& e) {
  const Name axis = e.number(static_cast<double>(e.axis(e.args().integer(1))), DType::Int64);
  e.give(e.node("CumSum", {e.in(0, e.out().dtype()), axis}));
}

// The `k` first elements in order, and their places.
std::vector<Name> top(Emitter& e, const Name k, std::int64_t dim, bool largest, bool sorted) {
  return e.nodes("TopK", {e.in(0), k},
                 {{"axis", e.axis(dim)}, {"largest", largest ? 1 : 0}, {"sorted", sorted ? 1 : 0}},
                 2);
}

void topk(Emitter& e) {
  const Args a = e.args();
  const std::vector<Name> y = top(e, e.one(e.size(1)), a.integer(2), a.boolean(3), a.boolean(4));
  e.give(y[0], 0);
  e.give(y[1], 1);
}

std::vector<Name> sorted(Emitter& e) {
  const std::int64_t dim = e.args().integer(1);
  const Name whole = e.gather(e.shape_of(e.in(0)), e.ints({e.axis(dim)}), 0);
  return top(e, whole, dim, e.args().boolean(2), true);
}

const Row table[] = {
    {"sum", sum},
    {"mean", mean},
    {"amax", [](Emitter& e) { extreme(e, "ReduceMax"); }},
    {"amin", [](Emitter& e) { extreme(e, "ReduceMin"); }},
    {"max", [](Emitter& e) { extreme(e, "ReduceMax"); }},
    {"min", [](Emitter& e) { extreme(e, "ReduceMin"); }},
    {"max.dim", [](Emitter& e) { extreme_and_place(e, "ReduceMax", "ArgMax"); }},
    {"min.dim", [](Emitter& e) { extreme_and_place(e, "ReduceMin", "ArgMin"); }},
    {"argmax", [](Emitter& e) { place_only(e, "ArgMax"); }},
    {"argmin", [](Emitter& e) { place_only(e, "ArgMin"); }},
    {"prod",
     [](Emitter& e) { e.give(e.reduce("ReduceProd", e.in(0, e.out().dtype()), {}, false)); }},
    {"prod.dim_int",
     [](Emitter& e) { e.give(reduced(e, "ReduceProd", 1, e.args().boolean(2), e.out().dtype())); }},
    {"var", [](Emitter& e) { e.give(variance_over(e)); }},
    {"var.unbiased", [](Emitter& e) { e.give(variance_of_all(e)); }},
    {"std", [](Emitter& e) { e.give(e.node("Sqrt", {variance_over(e)})); }},
    {"std.unbiased", [](Emitter& e) { e.give(e.node("Sqrt", {variance_of_all(e)})); }},
    {"norm", norm},
    {"logsumexp",
     [](Emitter& e) {
       e.give(reduced(e, "ReduceLogSumExp", 1, e.args().boolean(2), e.out().dtype()));
     }},
    {"all", [](Emitter& e) { holds(e, "ReduceMin"); }},
    {"all.dim", [](Emitter& e) { holds(e, "ReduceMin"); }},
    {"any", [](Emitter& e) { holds(e, "ReduceMax"); }},
    {"any.dim", [](Emitter& e) { holds(e, "ReduceMax"); }},
    {"count_nonzero", count_nonzero},
    {"cumsum", cumsum},
    {"topk", topk},
    {"sort",
     [](Emitter& e) {
       const std::vector<Name> y = sorted(e);
       e.give(y[0], 0);
       e.give(y[1], 1);
     }},
    {"argsort", [](Emitter& e) { e.give(sorted(e)[1]); }},
};

}  // namespace

Rows reduction_rows() { return rows(table); }

}  // namespace gradbox::onnx
