// Sequences, optionals, constants, and what passes a value on.
#include <algorithm>

#include "onnx/run/control.h"
#include "onnx/run/kernel.h"
#include "ops/ops.h"

namespace gradbox::onnx {
namespace {

using Items = std::vector<Any>;

Sequence sequence_of(Items items) { return std::make_shared<const Items>(std::move(items)); }

const Items& sequence(const NodeRun& r, std::size_t i = 0) {
  if (!r.any(i).is_sequence()) r.fail(detail::concat("its input ", i, " must be a sequence"));
  return r.any(i).sequence();
}

// A position from -n on, as one from 0 on.
std::size_t position(const NodeRun& r, std::size_t input, std::size_t n, bool end_allowed) {
  const auto size = static_cast<std::int64_t>(n);
  const std::int64_t given = r.integer(input);
  const std::int64_t at = given < 0 ? given + size : given;
  if (at < 0 || at > size || (at == size && !end_allowed))
    r.fail(detail::concat("position ", given, " is outside of a sequence of ", n));
  return static_cast<std::size_t>(at);
}

void identity(NodeRun& r) { r.give(r.any(0)); }

void constant(NodeRun& r) {
  for (const char* name : {"value", "sparse_value"})
    if (r.has_attribute(name)) return r.give(r.attr_tensor(name));
  if (r.has_attribute("value_float"))
    return r.give(Tensor::scalar(r.attr("value_float", 0.0), DType::Float32));
  if (r.has_attribute("value_int"))
    return r.give(Tensor::scalar_int(r.attr("value_int", std::int64_t{0})));
  if (r.has_attribute("value_ints")) {
    const IntList v = r.attr_ints("value_ints");
    return r.give(Tensor::from_vector(v, {static_cast<std::int64_t>(v.size())}));
  }
  if (r.has_attribute("value_floats")) {
    const FloatList v = r.attr_floats("value_floats");
    return r.give(Tensor::from_vector(std::vector<float>(v.begin(), v.end()),
                                      {static_cast<std::int64_t>(v.size())}));
  }
  if (r.has_attribute("value_string"))
    return r.give(StringTensor{{}, {r.attr("value_string", "")}});
  if (r.has_attribute("value_strings")) {
    const auto v = r.attr_strings("value_strings");
    return r.give(StringTensor{{static_cast<std::int64_t>(v.size())}, v});
  }
  r.fail("it has no value");
}

// ---- sequences ----

void sequence_empty(NodeRun& r) { r.give(sequence_of({})); }

void sequence_construct(NodeRun& r) {
  Items items;
  for (std::size_t i = 0; i < r.inputs(); ++i) items.push_back(r.any(i));
  r.give(sequence_of(std::move(items)));
}

void sequence_insert(NodeRun& r) {
  Items items = sequence(r);
  const std::size_t at = r.has(2) ? position(r, 2, items.size(), true) : items.size();
  items.insert(items.begin() + static_cast<std::ptrdiff_t>(at), r.any(1));
  r.give(sequence_of(std::move(items)));
}

void sequence_erase(NodeRun& r) {
  Items items = sequence(r);
  if (items.empty()) r.fail("the sequence is empty");
  const std::size_t at = r.has(1) ? position(r, 1, items.size(), false) : items.size() - 1;
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
  r.give(sequence_of(std::move(items)));
}

void sequence_at(NodeRun& r) {
  const Items& items = sequence(r);
  r.give(items[position(r, 1, items.size(), false)]);
}

void sequence_length(NodeRun& r) {
  r.give(Tensor::scalar_int(static_cast<std::int64_t>(sequence(r).size())));
}

constexpr std::int64_t kMostParts = 1 << 20;

void split_to_sequence(NodeRun& r) {
  const Tensor& x = r.in();
  if (x.dim() == 0) r.fail("a scalar can't be split");
  const std::int64_t axis = wrap_dim(r.attr("axis", std::int64_t{0}), x.dim());
  const std::int64_t n = x.size(axis);
  const bool whole = !r.has(1);
  // Without sizes: parts of one, with the axis kept or not.
  const bool keep = !whole || r.attr("keepdims", std::int64_t{1}) != 0;
  IntList sizes;
  if (whole || r.in(1).dim() == 0) {
    const std::int64_t part = whole ? 1 : r.integer(1);
    if (part <= 0) r.fail("the size of the parts must be positive");
    // A list of many small tensors takes far more memory than their elements do.
    if (n / part > kMostParts) r.fail("so many parts are not supported");
    for (std::int64_t at = 0; at < n; at += part) sizes.push_back(std::min(part, n - at));
  } else {
    sizes = r.ints(1);
    if (static_cast<std::int64_t>(sizes.size()) > kMostParts)
      r.fail("so many parts are not supported");
  }
  Items items;
  std::int64_t first = 0;
  for (const std::int64_t size : sizes) {
    if (size < 0 || size > n - first) r.fail("the sizes of the parts don't add up to the axis");
    const Tensor part = ops::slice(x, axis, first, first + size);
    items.push_back(keep ? part : ops::squeeze(part, axis));
    first += size;
  }
  if (first != n) r.fail("the sizes of the parts don't add up to the axis");
  r.give(sequence_of(std::move(items)));
}

void concat_from_sequence(NodeRun& r) {
  TensorList parts;
  for (const Any& v : sequence(r)) {
    if (!v.is_tensor()) r.fail("the sequence must hold tensors");
    parts.push_back(v.tensor());
  }
  if (parts.empty()) r.fail("the sequence is empty");
  const std::int64_t axis = r.attr("axis", std::int64_t{0});
  r.give(r.attr("new_axis", std::int64_t{0}) != 0 ? ops::stack(parts, axis)
                                                  : ops::cat(parts, axis));
}

// ---- optionals ----

void optional(NodeRun& r) { r.give(r.has(0) ? r.any(0) : Any(Nothing{})); }

void optional_has_element(NodeRun& r) {
  r.give(Tensor::full({}, r.has(0) && !r.any(0).is_nothing() ? 1 : 0, DType::Bool));
}

void optional_get_element(NodeRun& r) {
  if (!r.has(0) || r.any(0).is_nothing()) r.fail("the optional holds nothing");
  r.give(r.any(0));
}

}  // namespace

void add_sequence_kernels() {
  add_kernel("Identity", 1, identity);
  add_kernel("Constant", 1, constant);
  add_kernel("SequenceEmpty", 11, sequence_empty);
  add_kernel("SequenceConstruct", 11, sequence_construct);
  add_kernel("SequenceInsert", 11, sequence_insert);
  add_kernel("SequenceErase", 11, sequence_erase);
  add_kernel("SequenceAt", 11, sequence_at);
  add_kernel("SequenceLength", 11, sequence_length);
  add_kernel("SplitToSequence", 11, split_to_sequence);
  add_kernel("ConcatFromSequence", 11, concat_from_sequence);
  add_kernel("Optional", 15, optional);
  add_kernel("OptionalHasElement", 15, optional_has_element);
  add_kernel("OptionalGetElement", 15, optional_get_element);
}

}  // namespace gradbox::onnx
