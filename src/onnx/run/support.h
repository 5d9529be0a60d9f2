// What the kernels share: calling operators by name, axes, numbers, broadcasting of old opsets.
#pragma once

#include "onnx/run/kernel.h"
#include "ops/ops.h"

namespace gradbox::onnx {

// Operators of the core by name, for those without a handle in ops/ops.h; trailing defaults may be
// left out. Out of line, and by reference: kernels are full of such calls.
Value invoke(const char* name, Value* args, std::size_t count);
template <class... A>
[[gnu::noinline]] Tensor op(const char* name, const A&... args) {
  const PassedValues<sizeof...(A)> values(args...);
  return invoke(name, values.first(), sizeof...(A)).template get<Tensor>();
}
template <class... A>
[[gnu::noinline]] TensorList op_list(const char* name, const A&... args) {
  const PassedValues<sizeof...(A)> values(args...);
  return invoke(name, values.first(), sizeof...(A)).template get<TensorList>();
}
// With one keyword.
Tensor op_with(const char* name, const Values& args, const char* keyword, const Value& value);

// t in another dtype; t itself when it has it.
Tensor as(const Tensor& t, DType dtype);
// t in a floating dtype that it, or float32 for an integer, is exact enough in.
Tensor as_float(const Tensor& t);

// A possibly negative axis of a tensor with `rank` dimensions; fails when it is out of range.
std::int64_t wrap_axis(NodeRun& r, std::int64_t axis, std::int64_t rank);
// Attribute "axis" as one.
std::int64_t axis_of(NodeRun& r, std::int64_t otherwise, std::int64_t rank);
// Attribute "axes" up to opset `since` - 1, input i from there on; empty when there is none.
IntList axes_of(NodeRun& r, std::size_t i, int since);
IntList wrap_axes(NodeRun& r, IntList axes, std::int64_t rank);

// The only element of a tensor, as an argument of an operator.
Value scalar_of(const Tensor& t);
// The least and the greatest value of a dtype (infinities for floats).
Value lowest(DType t);
Value highest(DType t);

Tensor int_tensor(const IntList& values, const Dims& shape);
Tensor int_tensor(const IntList& values);  // one dimension
Tensor float_tensor(const FloatList& values, const Dims& shape, DType dtype);
// Row-major elements as integers.
IntList to_ints(const Tensor& t);

// Indices into a dimension of n elements: int64, negative ones counted from the end; fails on those
// that are out of range.
Tensor wrap_indices(NodeRun& r, const Tensor& indices, std::int64_t n);

// What indices [batch..., ..., coordinates] into a tensor name: rows of it once it is seen as
// `flat`, and the shape of what stands there. GatherND, ScatterND
struct Places {
  Tensor rows;  // [count]
  Dims flat;    // [rows, ...]
  Dims shape;
};
Places places_of(NodeRun& r, const Dims& shape, const Tensor& indices, std::int64_t batch_dims);

// Input i, shaped so that it broadcasts to `a` as opsets before 7 wanted it: its dimensions stand
// at attribute "axis".
Tensor legacy_operand(NodeRun& r, const Tensor& a, std::size_t i);

// The shape of t from dimension d on, or before it, as a number of elements.
std::int64_t elements_from(const Tensor& t, std::int64_t d);
std::int64_t elements_before(const Tensor& t, std::int64_t d);

// The value of an attribute that must be one of some words.
std::string word(NodeRun& r, const char* attribute, const char* otherwise,
                 std::initializer_list<const char*> known);

// Fails unless a list of `count` items would fit in memory, or in what a MemoryLimit leaves: lists
// whose length a few attributes or dimensions say are asked about before they are made.
void check_room(NodeRun& r, double count, std::int64_t bytes_each = 8);

// Tells of a loop of so many operations, which isn't seen from the sizes of inputs and results, so
// that a StepLimit holds for it.
void spend(NodeRun& r, double operations);

// The number of multiplications of a b, and a b with that spent.
double work_of(const Tensor& a, const Tensor& b);
Tensor multiplied(NodeRun& r, const Tensor& a, const Tensor& b);

// A floating number as an integer; fails on what is none, or is out of range.
std::int64_t whole(NodeRun& r, double number, const char* what);

// Rows of a table: ONNX's name, since which version, the kernel.
struct KernelRow {
  const char* op_type;
  int since;
  Kernel kernel;
};
template <std::size_t N>
void add_kernels(const KernelRow (&rows)[N], const char* domain = "") {
  for (const KernelRow& row : rows) add_kernel(row.op_type, row.since, row.kernel, domain);
}

// Runs a kernel that only moves elements about: tensors of strings go through it as positions.
void moving(NodeRun& r, Kernel kernel);
template <Kernel K>
void moves(NodeRun& r) {
  moving(r, K);
}

}  // namespace gradbox::onnx
