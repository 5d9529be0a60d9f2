#include "onnx/export/imported.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace gradbox::onnx {
namespace {

// Versions from which an operator's nodes are written, or meant, in another way than before;
// versions that only add to it aren't listed. The changelog of the ONNX operators.
struct Change {
  const char* op_type;
  int version;
  // Attributes that became inputs, in order, after the first; none where the change is of another
  // kind.
  const char* inputs[3];
};
constexpr Change kChanges[] = {
    {"BatchNormalization", 9, {}},
    {"Clip", 11, {"min", "max"}},
    {"DFT", 20, {}},
    {"Dropout", 12, {}},
    {"GridSample", 20, {}},
    {"GroupNormalization", 21, {}},
    {"Hardmax", 13, {}},
    {"LogSoftmax", 13, {}},
    {"Pad", 11, {"pads", "value"}},
    {"ReduceL1", 18, {"axes"}},
    {"ReduceL2", 18, {"axes"}},
    {"ReduceLogSum", 18, {"axes"}},
    {"ReduceLogSumExp", 18, {"axes"}},
    {"ReduceMax", 18, {"axes"}},
    {"ReduceMean", 18, {"axes"}},
    {"ReduceMin", 18, {"axes"}},
    {"ReduceProd", 18, {"axes"}},
    {"ReduceSum", 13, {"axes"}},
    {"ReduceSumSquare", 18, {"axes"}},
    {"Resize", 11, {}},
    {"RoiAlign", 16, {}},
    {"Scan", 9, {}},
    {"Scatter", 11, {}},
    {"Slice", 10, {"starts", "ends", "axes"}},
    {"Softmax", 13, {}},
    {"Split", 13, {"split"}},
    {"Split", 18, {}},
    {"Squeeze", 13, {"axes"}},
    {"TopK", 10, {"k"}},
    {"Unsqueeze", 13, {"axes"}},
    {"Upsample", 9, {"scales"}},
    {"Upsample", 10, {}},
};
// Before this, operators broadcast in a way of their own.
constexpr int kFirstOpset = 7;

bool is_one_of(const NodeProto& n, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* x) { return n.op_type == x; });
}

bool is_softmax(const NodeProto& n) { return is_one_of(n, {"Softmax", "LogSoftmax", "Hardmax"}); }

int opset_of(const ModelProto& model) {
  for (const auto& o : model.opset_imports)
    if (o.domain.empty()) return static_cast<int>(o.version);
  return 1;
}

std::int64_t integer(const NodeProto& n, const char* attribute, std::int64_t otherwise) {
  const AttributeProto* a = n.find(attribute);
  return a ? a->i : otherwise;
}

void drop(NodeProto& n, const char* name) {
  auto& list = n.attributes;
  list.erase(
      std::remove_if(list.begin(), list.end(), [&](const auto& a) { return a.name == name; }),
      list.end());
}

void set(NodeProto& n, const char* name, std::int64_t value) {
  drop(n, name);
  auto& list = n.attributes;
  list.emplace_back();
  list.back().name = name;
  list.back().type = proto::attribute::INT;
  list.back().i = value;
}

void set(NodeProto& n, const char* name, const char* value) {
  set(n, name, std::int64_t{0});
  n.attributes.back().type = proto::attribute::STRING;
  n.attributes.back().s = value;
}

// An attribute as an input beside a first input of dtype `dtype`.
Tensor as_input(const AttributeProto& a, DType dtype) {
  const auto count = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
  switch (a.type) {
    case proto::attribute::INT: return Tensor::from_vector<std::int64_t>({a.i}, {1});
    case proto::attribute::INTS: return Tensor::from_vector<std::int64_t>(a.ints, {count(a.ints)});
    case proto::attribute::FLOAT: return Tensor::full({}, static_cast<double>(a.f), dtype);
    default: return Tensor::from_vector<double>(a.floats, {count(a.floats)}).to_raw(DType::Float32);
  }
}

// Whether form_of knows how a node that a change meets is written. A rank of -1: unknown.
bool follows(const Change& change, const NodeProto& n, std::int64_t rank) {
  if (change.inputs[0]) return true;
  if (is_one_of(n, {"Resize", "RoiAlign", "Scatter", "Split", "Upsample"})) return true;
  // They made the tensor a matrix, which is of no matter along the last dimension.
  if (is_softmax(n)) {
    const std::int64_t axis = integer(n, "axis", 1);
    return axis == -1 || (rank > 0 && axis == rank - 1);
  }
  return n.op_type == "BatchNormalization" && integer(n, "spatial", 1) == 1;
}

bool has_form(const ModelProto& model, const NodeProto& n, int from, int to, std::int64_t rank) {
  for (const FunctionProto& f : model.functions)
    if (f.domain == n.domain && f.name == n.op_type) return false;
  if (n.domain.empty()) {
    for (const Change& c : kChanges)
      if (n.op_type == c.op_type && c.version > from && c.version <= to && !follows(c, n, rank))
        return false;
    // Its outputs for training came in another order.
    if (n.op_type == "BatchNormalization" && n.outputs.size() > 1 && from < 14 && to >= 14)
      return false;
  }
  return std::all_of(n.attributes.begin(), n.attributes.end(), [&](const AttributeProto& a) {
    return !a.g || std::all_of(a.g->nodes.begin(), a.g->nodes.end(), [&](const NodeProto& inner) {
      return has_form(model, inner, from, to, -1);
    });
  });
}

Form upgrade(const NodeProto& node, DType dtype, int from, int opset);

// A subgraph with its nodes in the form of a version; new inputs become initializers.
GraphProto upgraded(const GraphProto& graph, int from, int opset) {
  GraphProto out = graph;
  for (NodeProto& n : out.nodes) {
    // Floats in subgraphs are nearly always of this dtype.
    const Form form = upgrade(n, DType::Float32, from, opset);
    std::vector<std::string> added;
    for (const Tensor& t : form.inputs) {
      added.emplace_back();
      if (!t.defined()) continue;
      added.back() = n.outputs.at(0) + "_input_" + std::to_string(n.inputs.size() + added.size());
      out.initializers.push_back({added.back(), t});
    }
    n = *form.node;
    n.inputs.insert(n.inputs.end(), added.begin(), added.end());
    if (form.skips_second) n.inputs.insert(n.inputs.begin() + 1, "");
    while (!n.inputs.empty() && n.inputs.back().empty()) n.inputs.pop_back();
  }
  return out;
}

Form upgrade(const NodeProto& node, DType dtype, int from, int opset) {
  auto n = std::make_shared<NodeProto>(node);
  Form out;
  for (AttributeProto& a : n->attributes)
    if (a.g && from < opset) a.g = std::make_shared<GraphProto>(upgraded(*a.g, from, opset));
  if (!node.domain.empty()) {
    out.node = n;
    return out;
  }
  const auto passes = [&](int version) { return version > from && version <= opset; };
  for (const Change& c : kChanges) {
    if (node.op_type != c.op_type || !passes(c.version)) continue;
    for (const char* name : c.inputs) {
      if (!name) break;
      const AttributeProto* a = node.find(name);
      out.inputs.push_back(a ? as_input(*a, dtype) : Tensor());
      drop(*n, name);
    }
  }
  if (is_softmax(node) && passes(13)) set(*n, "axis", std::int64_t{-1});
  if (node.op_type == "Scatter" && passes(11)) n->op_type = "ScatterElements";
  if (node.op_type == "RoiAlign" && passes(16))
    set(*n, "coordinate_transformation_mode", "output_half_pixel");
  const auto is_given = [&](std::size_t i) {
    return i < node.inputs.size() && !node.inputs[i].empty();
  };
  const bool has_sizes = is_given(1) || (!out.inputs.empty() && out.inputs[0].defined());
  if (node.op_type == "Split" && passes(18) && !has_sizes)
    set(*n, "num_outputs", static_cast<std::int64_t>(node.outputs.size()));
  if (node.op_type == "BatchNormalization" && passes(9)) drop(*n, "spatial");
  if ((node.op_type == "Upsample" && opset >= 10) || (node.op_type == "Resize" && passes(11))) {
    n->op_type = "Resize";
    set(*n, "coordinate_transformation_mode", "asymmetric");
    set(*n, "nearest_mode", "floor");
    out.skips_second = true;  // roi
  }
  out.node = n;
  return out;
}

using Names = std::map<std::string, std::string>;

void rename(std::string& name, const Names& names) {
  const auto it = names.find(name);
  if (it != names.end()) name = it->second;
}

GraphProto renamed(const GraphProto& graph, Names names, const std::string& prefix) {
  GraphProto out = graph;
  const auto own = [&](std::string& name) {
    if (!name.empty()) name = names[name] = prefix + "/" + name;
  };
  for (auto& v : out.inputs) own(v.name);
  for (auto& t : out.initializers) own(t.name);
  for (auto& n : out.nodes)
    for (auto& o : n.outputs) own(o);
  for (auto& n : out.nodes) {
    for (auto& i : n.inputs) rename(i, names);
    for (auto& a : n.attributes) a = gradbox::onnx::renamed(a, names, prefix);
    if (!n.name.empty()) n.name = prefix + "/" + n.name;
  }
  for (auto& v : out.outputs) rename(v.name, names);
  for (auto& v : out.value_infos) rename(v.name, names);
  return out;
}

}  // namespace

bool has_form(const NodeCall& call, int opset) {
  const int from = opset_of(call.model);
  const bool known = !call.inputs.empty() && call.inputs[0].is_tensor();
  return call.step.kernel && from >= kFirstOpset && from <= opset &&
         has_form(call.model, *call.step.node, from, opset,
                  known ? call.inputs[0].tensor().dim() : -1);
}

Form form_of(const ModelProto& model, const NodeProto& node, DType dtype, int opset) {
  return upgrade(node, dtype, opset_of(model), opset);
}

bool is_random(const NodeProto& node) {
  static const char* const kNames[] = {"RandomNormal",      "RandomNormalLike", "RandomUniform",
                                       "RandomUniformLike", "Bernoulli",        "Multinomial"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](const char* name) { return node.op_type == name; });
}

AttributeProto renamed(const AttributeProto& attribute, const Names& names,
                       const std::string& prefix) {
  AttributeProto out = attribute;
  if (attribute.g) out.g = std::make_shared<GraphProto>(renamed(*attribute.g, names, prefix));
  return out;
}

void add_domains(const ModelProto& model, const NodeProto& node,
                 std::map<std::string, std::int64_t>& domains) {
  if (!node.domain.empty())
    for (const auto& o : model.opset_imports)
      if (o.domain == node.domain) domains[o.domain] = o.version;
  for (const auto& a : node.attributes)
    if (a.g)
      for (const NodeProto& inner : a.g->nodes) add_domains(model, inner, domains);
}

}  // namespace gradbox::onnx
