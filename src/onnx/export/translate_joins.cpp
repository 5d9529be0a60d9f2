// Putting tensors together, taking them apart, repeating and turning them.
#include <numeric>

#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

constexpr std::int64_t kEnd = INT64_MAX;

void cat(Emitter& e) {
  const DType t = e.out().dtype();
  const std::int64_t rank = e.out().dim();
  std::vector<Name> parts;
  // Vectors without elements join anything.
  for (const Tensor& x : e.args().tensors(0))
    if (x.dim() == rank || x.numel() != 0) parts.push_back(e.value(x, t));
  e.give(e.concat(parts, wrap_dim(e.args().integer(1), rank)));
}

void stack(Emitter& e) {
  const std::int64_t axis = wrap_dim(e.args().integer(1), e.out().dim());
  std::vector<Name> parts;
  for (const Name x : e.list(0, e.out().dtype())) parts.push_back(e.unsqueeze(x, {axis}));
  e.give(e.concat(parts, axis));
}

// The parts' sizes are those of the results.
void split(Emitter& e) {
  const std::int64_t axis = e.axis(e.args().integer(2));
  if (e.outs() == 1) return e.give(e.in(0));
  std::vector<Size> sizes;
  IntList numbers;
  bool dynamic = false;
  for (std::size_t i = 0; i < e.outs(); ++i) {
    sizes.push_back(e.shape(e.out(i))[static_cast<std::size_t>(axis)]);
    numbers.push_back(sizes.back().value);
    dynamic = dynamic || sizes.back().is_dynamic();
  }
  const Name x = e.in(0);
  const Attribute along("axis", axis);
  std::vector<Name> parts;
  // The sizes became an input with opset 13.
  if (e.opset() >= 13) parts = e.nodes("Split", {x, e.vector(sizes)}, {along}, e.outs());
  else if (dynamic) e.unsupported("splitting a dynamic dimension needs opset 13");
  else parts = e.nodes("Split", {x}, {along, {"split", numbers}}, e.outs());
  for (std::size_t i = 0; i < parts.size(); ++i) e.give(parts[i], i);
}

void unbind(Emitter& e) {
  const std::int64_t axis = e.axis(e.args().integer(1));
  if (e.shape(e.tensor(0))[static_cast<std::size_t>(axis)].is_dynamic())
    e.unsupported("the number of results depends on a dynamic dimension");
  for (std::size_t i = 0; i < e.outs(); ++i)
    e.give(e.gather(e.in(0), e.number(static_cast<double>(i), DType::Int64), axis), i);
}

void flip(Emitter& e) {
  IntList axes, starts, ends, steps;
  for (const auto d : e.args().ints(1)) {
    axes.push_back(e.axis(d));
    starts.push_back(-1);
    ends.push_back(INT64_MIN);
    steps.push_back(-1);
  }
  if (axes.empty()) return e.give(e.in(0));
  e.give(e.node("Slice", {e.in(0), e.ints(starts), e.ints(ends), e.ints(axes), e.ints(steps)}));
}

Name rolled(Emitter& e, const Name x, std::int64_t shift, std::int64_t axis) {
  if (shift == 0) return x;
  const Name at = e.ints({-shift});
  return e.concat({e.slice(x, axis, at, e.ints({kEnd})), e.slice(x, axis, e.ints({0}), at)}, axis);
}

void roll(Emitter& e) {
  const IntList &shifts = e.args().ints(1), &dims = e.args().ints(2);
  Name x = e.in(0);
  if (dims.empty()) {
    const Name flat = rolled(e, e.reshape(x, {-1}), shifts[0], 0);
    return e.give(e.node("Reshape", {flat, e.shape_of(x)}));
  }
  for (std::size_t i = 0; i < dims.size(); ++i) x = rolled(e, x, shifts[i], e.axis(dims[i]));
  e.give(x);
}

void repeat(Emitter& e) {
  const std::vector<Size> counts = e.sizes(1);
  Name x = e.in(0);
  const std::int64_t fresh = static_cast<std::int64_t>(counts.size()) - e.rank();
  if (fresh > 0) {
    IntList axes(static_cast<std::size_t>(fresh));
    std::iota(axes.begin(), axes.end(), 0);
    x = e.unsqueeze(x, axes);
  }
  e.give(e.node("Tile", {x, e.vector(counts)}));
}

// Each element several times: a new dimension of that size behind its own, merged into it.
void repeat_interleave(Emitter& e) {
  Name x = e.in(0);
  std::int64_t rank = e.rank(), axis = 0;
  if (!e.has(2)) {
    x = e.reshape(x, {-1});
    rank = 1;
  } else {
    axis = e.axis(e.args().integer(2));
  }
  const std::vector<Size> one(static_cast<std::size_t>(axis) + 1, {1, 1});
  std::vector<Size> counts = one;
  counts.push_back(e.size(1));
  counts.resize(static_cast<std::size_t>(rank) + 1, {1, 1});
  const Name many = e.node("Tile", {e.unsqueeze(x, {axis + 1}), e.vector(counts)});
  IntList wanted(static_cast<std::size_t>(axis), 0);
  wanted.push_back(-1);
  if (axis == rank - 1) return e.give(e.reshape(many, wanted));
  const Name rest = e.slice(e.shape_of(x), 0, e.ints({axis + 1}), e.ints({kEnd}));
  e.give(e.node("Reshape", {many, e.concat({e.ints(wanted), rest}, 0)}));
}

// The lower or upper triangle. Older opsets have no Trilu: a constant mask does it there.
void triangle(Emitter& e, bool lower) {
  const long long k = e.args().integer(1);
  const DType t = e.out().dtype();
  if (e.opset() >= 14) {
    // A mask of bools: runtimes have Trilu for numbers.
    const bool is_bool = t == DType::Bool;
    const Name x = e.in(0, is_bool ? DType::Int64 : t);
    const Name y = e.node("Trilu", {x, e.one(e.size(1))}, {{"upper", lower ? 0 : 1}});
    return e.give(is_bool ? e.cast(y, t) : y);
  }
  const std::vector<Size> shape = e.shape(e.out());
  const std::int64_t rows = e.out().size(-2), columns = e.out().size(-1);
  if (shape.back().is_dynamic() || shape[shape.size() - 2].is_dynamic())
    e.unsupported("a triangle of dynamic size needs opset 14");
  const Tensor mask = Tensor::full({rows, columns}, 0, DType::Bool);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      mask.data<bool>()[i * columns + j] = lower ? j - i <= k : j - i >= k;
  e.give(e.node("Where", {e.constant(mask), e.in(0), e.number(0, t)}));
}

const Row table[] = {
    {"cat", cat},
    {"concat", cat},
    {"concatenate", cat},
    {"stack", stack},
    {"split", split},
    {"split.sizes", split},
    {"split_with_sizes", split},
    {"unbind", unbind},
    {"flip", flip},
    {"roll", roll},
    {"repeat", repeat},
    {"repeat_interleave", repeat_interleave},
    {"tril", [](Emitter& e) { triangle(e, true); }},
    {"triu", [](Emitter& e) { triangle(e, false); }},
};

}  // namespace

Rows join_rows() { return rows(table); }

}  // namespace gradbox::onnx
