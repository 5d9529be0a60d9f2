// The emitter's part that makes nodes and constants, and hides how operators changed with the
// opset.
#include <cstring>
#include <utility>

#include "onnx/emitter.h"
#include "onnx/proto.h"

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

std::vector<Name> Emitter::nodes(const char* op_type, std::vector<Name> inputs,
                                 Attributes attributes, std::size_t outputs) {
  // Trailing inputs that are left out aren't written.
  while (!inputs.empty() && inputs.back() == Name::None) inputs.pop_back();
  const std::string name = fresh(scope() + "/" + op_type);
  std::vector<Name> names;
  for (std::size_t i = 0; i < outputs; ++i)
    names.push_back(named(name + "_output_" + std::to_string(i)));
  graph_.nodes.push_back({op_type, name, std::move(inputs), names, std::move(attributes)});
  return names;
}

Name Emitter::node(const char* op_type, std::vector<Name> inputs, Attributes attributes) {
  return nodes(op_type, std::move(inputs), std::move(attributes), 1)[0];
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

Name Emitter::ints(const IntList& values) {
  return constant(
      Tensor::from_vector<std::int64_t>(values, {static_cast<std::int64_t>(values.size())}));
}

// ---- small operators ----

Name Emitter::cast(const Name x, DType dtype) {
  return node("Cast", {x}, {{"to", static_cast<long long>(proto::data_type(dtype))}});
}

Name Emitter::transpose(const Name x, const IntList& perm) {
  return node("Transpose", {x}, {{"perm", perm}});
}

Name Emitter::reshape(const Name x, const IntList& shape) {
  return node("Reshape", {x, ints(shape)});
}

// Axes became an input with opset 13.
Name Emitter::unsqueeze(const Name x, const IntList& axes) {
  if (opset_ >= 13) return node("Unsqueeze", {x, ints(axes)});
  return node("Unsqueeze", {x}, {{"axes", axes}});
}

Name Emitter::squeeze(const Name x, const IntList& axes) {
  if (opset_ >= 13) return node("Squeeze", {x, ints(axes)});
  return node("Squeeze", {x}, {{"axes", axes}});
}

// With opset 13 for ReduceSum, with 18 for the others.
Name Emitter::reduce(const char* op_type, const Name x, const IntList& axes, bool keepdims) {
  Attributes attributes{{"keepdims", keepdims ? 1 : 0}};
  const bool as_input = opset_ >= (std::strcmp(op_type, "ReduceSum") == 0 ? 13 : 18);
  if (axes.empty()) return node(op_type, {x}, attributes);
  if (as_input) return node(op_type, {x, ints(axes)}, attributes);
  attributes.emplace_back("axes", axes);
  return node(op_type, {x}, attributes);
}

Name Emitter::slice(const Name x, std::int64_t axis, const Name start, const Name end,
                    std::int64_t step) {
  std::vector<Name> inputs{x, start, end, ints({axis})};
  if (step != 1) inputs.push_back(ints({step}));
  return node("Slice", inputs);
}

}  // namespace gradbox::onnx
