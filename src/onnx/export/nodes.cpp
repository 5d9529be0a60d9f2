// The emitter's part that makes nodes and constants, and hides how operators changed with the
// opset.
#include <cstring>
#include <utility>

#include "onnx/export/emitter.h"
#include "onnx/ir/proto.h"

namespace gradbox::onnx {

std::string Emitter::fresh(const std::string& wanted) {
  int& count = taken_[wanted];
  return count++ == 0 ? wanted : fresh(wanted + "_" + std::to_string(count - 1));
}

// "/net/net.0" for a module at "net.0": children of a container carry its name, as in PyTorch.
std::string Emitter::scope() const {
  std::string out, part, parent;
  if (!call_ || call_->path.empty()) return out;
  for (const char c : call_->path + ".") {
    if (c != '.') {
      part += c;
      continue;
    }
    const bool is_item = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    out += "/" + (is_item && !parent.empty() ? parent + "." + part : part);
    parent = std::exchange(part, "");
  }
  return out;
}

std::pair<const char*, Value> Attribute::owned() const {
  switch (kind_) {
    case Kind::Int: return {name_, Value(static_cast<long long>(int_))};
    case Kind::Float: return {name_, Value(float_)};
    case Kind::String: return {name_, Value(string_)};
    case Kind::Ints: return {name_, Value(*ints_)};
    case Kind::Tensor: break;
  }
  return {name_, Value(*tensor_)};
}

std::vector<Name> Emitter::nodes(const char* op_type, Span<Name> inputs, Span<Attribute> attributes,
                                 std::size_t outputs) {
  const std::string name = fresh(scope() + "/" + op_type);
  Node n{op_type, name, {inputs.begin(), inputs.end()}, {}, {}};
  // Trailing inputs that are left out aren't written.
  while (!n.inputs.empty() && n.inputs.back() == Name::None) n.inputs.pop_back();
  for (std::size_t i = 0; i < outputs; ++i)
    n.outputs.push_back(named(name + "_output_" + std::to_string(i)));
  for (const Attribute& a : attributes) n.attributes.push_back(a.owned());
  graph_.nodes.push_back(std::move(n));
  return graph_.nodes.back().outputs;
}

Name Emitter::node(const char* op_type, Span<Name> inputs, Span<Attribute> attributes) {
  return nodes(op_type, inputs, attributes, 1)[0];
}

// ---- constants ----

// One initializer for equal contents: a layer that runs many times has one transposed weight.
Name Emitter::constant(const Tensor& t) {
  const Tensor c = t.contiguous_raw();
  const auto bytes = static_cast<std::size_t>(c.numel() * item_size(c.dtype()));
  const std::string kind = to_string(c.shape()) + dtype_name(c.dtype());
  auto& alike = constants_[kind];
  for (const auto& [known, name] : alike)
    if (std::memcmp(known.raw(), c.raw(), bytes) == 0) return name;
  const Name name = named("onnx::Constant");
  alike.emplace_back(c, name);
  graph_.initializers.emplace_back(name, c);
  return name;
}

Name Emitter::number(double value, DType dtype) { return constant(Tensor::full({}, value, dtype)); }

Name Emitter::ints(Span<std::int64_t> values) {
  return constant(Tensor::from_vector(IntList(values.begin(), values.end()),
                                      {static_cast<std::int64_t>(values.size())}));
}

// ---- small operators ----

Name Emitter::cast(Name x, DType dtype) {
  return node("Cast", {x}, {{"to", proto::data_type(dtype)}});
}

Name Emitter::transpose(Name x, Span<std::int64_t> perm) {
  return node("Transpose", {x}, {{"perm", IntList(perm.begin(), perm.end())}});
}

Name Emitter::reshape(Name x, Span<std::int64_t> shape) {
  return node("Reshape", {x, ints(shape)});
}

// Axes became an input with opset 13.
Name Emitter::unsqueeze(Name x, Span<std::int64_t> axes) {
  if (opset_ >= 13) return node("Unsqueeze", {x, ints(axes)});
  return node("Unsqueeze", {x}, {{"axes", IntList(axes.begin(), axes.end())}});
}

Name Emitter::squeeze(Name x, Span<std::int64_t> axes) {
  if (opset_ >= 13) return node("Squeeze", {x, ints(axes)});
  return node("Squeeze", {x}, {{"axes", IntList(axes.begin(), axes.end())}});
}

// With opset 13 for ReduceSum, with 18 for the others.
Name Emitter::reduce(const char* op_type, Name x, Span<std::int64_t> axes, bool keepdims) {
  const Attribute keep("keepdims", keepdims ? 1 : 0);
  const bool as_input = opset_ >= (std::strcmp(op_type, "ReduceSum") == 0 ? 13 : 18);
  if (axes.size() == 0) return node(op_type, {x}, {keep});
  if (as_input) return node(op_type, {x, ints(axes)}, {keep});
  return node(op_type, {x}, {keep, {"axes", IntList(axes.begin(), axes.end())}});
}

Name Emitter::slice(Name x, std::int64_t axis, Name start, Name end, std::int64_t step) {
  return node("Slice", {x, start, end, ints({axis}), step == 1 ? Name::None : ints({step})});
}

Name Emitter::concat(Span<Name> parts, std::int64_t axis) {
  return parts.size() == 1 ? *parts.begin() : node("Concat", parts, {{"axis", axis}});
}

Name Emitter::gather(Name x, Name index, std::int64_t axis) {
  return node("Gather", {x, index}, {{"axis", axis}});
}

}  // namespace gradbox::onnx
