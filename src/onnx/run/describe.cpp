#include "onnx/run/describe.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/json.h"

namespace gradbox::onnx {
namespace {

// Tensors of more elements are described without them.
constexpr std::int64_t kSmall = 64;

std::string data_type_text(std::int32_t data_type) {
  std::string name = proto::data_type_name(data_type);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name;
}

// The core's name of a data type where it has one, ONNX's otherwise.
std::string dtype_text(std::int32_t data_type) {
  DType t;
  return proto::find_dtype(data_type, t) ? dtype_name(t) : data_type_text(data_type);
}

// [f(a), f(b)], written by f.
template <class List, class F>
std::string json_list(const List& list, F f) {
  std::string out = "[";
  for (const auto& item : list) {
    if (out.size() > 1) out += ',';
    out += f(item);
  }
  return out + "]";
}

std::string member(const char* name, const std::string& value) {
  return detail::concat('"', name, "\":", value);
}
std::string text_member(const char* name, const std::string& value) {
  return member(name, json_quote(value));
}

std::string dim_json(const TypeProto::Dim& d) {
  if (!d.variable.empty()) return json_quote(d.variable);
  return d.size < 0 ? "null" : std::to_string(d.size);
}

std::string info_json(const ValueInfoProto& v) {
  const TypeProto& t = v.type;
  std::string out = "{" + text_member("name", v.name) + "," + text_member("type", type_text(t));
  if (t.kind == TypeProto::Dense) {
    out += "," + text_member("dtype", dtype_text(t.elem_type));
    if (t.has_shape) out += "," + member("shape", json_list(t.shape, dim_json));
  }
  return out + "}";
}

// For readers: floats with the digits that their type has. Exact text takes 50 times as long.
std::string elements_json(const Tensor& t) {
  const int digits = t.dtype() == DType::Float64 ? 15 : 7;
  constexpr double kExact = 9007199254740992;  // whole numbers up to here are exact doubles
  const bool whole = !is_floating(t.dtype());
  return json_list(t.to_vector(), [&](double x) -> std::string {
    if (std::isnan(x)) return "\"nan\"";
    if (std::isinf(x)) return x > 0 ? "\"inf\"" : "\"-inf\"";
    if (!whole) return json_rounded(x, digits);
    return std::fabs(x) < kExact ? std::to_string(static_cast<std::int64_t>(x)) : json_number(x);
  });
}

std::string value_json(const Any& v, const std::string* name) {
  std::string out = "{";
  if (name) out += text_member("name", *name) + ",";
  if (v.is_strings()) {
    const StringTensor& s = v.strings();
    out += text_member("dtype", "string") + "," + member("shape", json_ints(s.shape));
    if (s.values.size() <= kSmall) out += "," + member("data", json_list(s.values, json_quote));
  } else if (v.is_tensor()) {
    const Tensor& t = v.tensor();
    out +=
        text_member("dtype", dtype_name(t.dtype())) + "," + member("shape", json_ints(t.shape()));
    if (t.numel() <= kSmall) out += "," + member("data", elements_json(t));
  }
  return out + "}";
}

std::string tensor_json(const TensorProto& t) { return value_json(t.value, nullptr); }

std::string to_json(const GraphProto& graph);

std::string attribute_json(const AttributeProto& a) {
  using Type = proto::attribute::Type;
  static const char* const kTypes[] = {
      "UNDEFINED",      "FLOAT",      "INT",        "STRING",  "TENSOR", "GRAPH",
      "FLOATS",         "INTS",       "STRINGS",    "TENSORS", "GRAPHS", "SPARSE_TENSOR",
      "SPARSE_TENSORS", "TYPE_PROTO", "TYPE_PROTOS"};
  if (!a.ref_attr_name.empty())
    return "{" + text_member("name", a.name) + "," + text_member("type", "REF") + "," +
           text_member("value", a.ref_attr_name) + "}";
  const bool known = a.type >= 0 && a.type <= Type::TYPE_PROTOS;
  std::string value = "null";
  switch (a.type) {
    case Type::FLOAT: value = json_number(static_cast<double>(a.f)); break;
    case Type::INT: value = std::to_string(a.i); break;
    case Type::STRING: value = json_quote(a.s); break;
    case Type::TENSOR:
    case Type::SPARSE_TENSOR: value = tensor_json(a.t); break;
    case Type::GRAPH: value = a.g ? to_json(*a.g) : value; break;
    case Type::FLOATS: value = json_list(a.floats, json_number); break;
    case Type::INTS: value = json_ints(a.ints); break;
    case Type::STRINGS: value = json_list(a.strings, json_quote); break;
    case Type::TENSORS: value = json_list(a.tensors, tensor_json); break;
    case Type::GRAPHS:
      value = json_list(a.graphs, [](const auto& g) { return to_json(*g); });
      break;
    case Type::TYPE_PROTO: value = a.tp ? json_quote(type_text(*a.tp)) : value; break;
    default: break;
  }
  return "{" + text_member("name", a.name) + "," +
         text_member("type", known ? kTypes[a.type] : kTypes[0]) + "," + member("value", value) +
         "}";
}

std::string node_json(const NodeProto& n) {
  return "{" + text_member("name", n.name) + "," + text_member("op_type", n.op_type) + "," +
         text_member("domain", n.domain) + "," + member("inputs", json_list(n.inputs, json_quote)) +
         "," + member("outputs", json_list(n.outputs, json_quote)) + "," +
         member("attributes", json_list(n.attributes, attribute_json)) + "}";
}

std::string to_json(const GraphProto& g) {
  return "{" + text_member("name", g.name) + "," + member("nodes", json_list(g.nodes, node_json)) +
         "," +
         member("initializers",
                json_list(g.initializers,
                          [](const TensorProto& t) { return value_json(t.value, &t.name); })) +
         "," + member("inputs", json_list(g.inputs, info_json)) + "," +
         member("outputs", json_list(g.outputs, info_json)) + "," +
         member("value_infos", json_list(g.value_infos, info_json)) + "}";
}

std::string function_json(const FunctionProto& f) {
  return "{" + text_member("name", f.name) + "," + text_member("domain", f.domain) + "," +
         member("inputs", json_list(f.inputs, json_quote)) + "," +
         member("outputs", json_list(f.outputs, json_quote)) + "," +
         member("attributes", json_list(f.attributes, json_quote)) + "," +
         member("nodes", json_list(f.nodes, node_json)) + "}";
}

struct Counts {
  std::map<std::string, int> ops;
  std::int64_t nodes = 0, parameters = 0;
  void add(const std::vector<NodeProto>& list) {
    for (const NodeProto& n : list) {
      ++nodes;
      ++ops[n.domain.empty() ? n.op_type : n.domain + "." + n.op_type];
      for (const AttributeProto& a : n.attributes)
        if (a.g) add(*a.g);
    }
  }
  void add(const GraphProto& g) {
    add(g.nodes);
    for (const TensorProto& t : g.initializers)
      if (t.value.is_tensor()) parameters += t.value.tensor().numel();
  }
};

// As members of an object.
std::string inputs_and_outputs(const ModelProto& m) {
  std::vector<ValueInfoProto> inputs;
  const auto& given = m.graph.initializers;
  for (const ValueInfoProto& v : m.graph.inputs)
    if (std::none_of(given.begin(), given.end(), [&](const auto& t) { return t.name == v.name; }))
      inputs.push_back(v);
  return member("inputs", json_list(inputs, info_json)) + "," +
         member("outputs", json_list(m.graph.outputs, info_json));
}

}  // namespace

std::string type_text(const TypeProto& type) {
  const auto element = [&] { return type.element ? type_text(*type.element) : "?"; };
  const auto tensor = [&] { return "tensor(" + data_type_text(type.elem_type) + ")"; };
  switch (type.kind) {
    case TypeProto::Dense: return tensor();
    case TypeProto::Sparse: return "sparse_" + tensor();
    case TypeProto::List: return "seq(" + element() + ")";
    case TypeProto::Optional: return "optional(" + element() + ")";
    case TypeProto::Map: return "map(" + data_type_text(type.elem_type) + "," + element() + ")";
    case TypeProto::Unknown: break;
  }
  return "?";
}

std::string graph_json(const ModelProto& model) {
  std::string graph = to_json(model.graph);
  graph.pop_back();
  return graph + "," + member("functions", json_list(model.functions, function_json)) + "}";
}

std::string interface_json(const ModelProto& model) {
  return "{" + inputs_and_outputs(model) + "}";
}

std::string describe_json(const ModelProto& m) {
  Counts counts;
  counts.add(m.graph);
  for (const FunctionProto& f : m.functions) counts.add(f.nodes);
  const auto pair_json = [](const std::pair<std::string, std::string>& e) {
    return json_quote(e.first) + ":" + json_quote(e.second);
  };
  const auto object = [](std::string list) {
    list.front() = '{';
    list.back() = '}';
    return list;
  };
  std::string producer = m.producer_name;
  if (!m.producer_version.empty()) producer += " " + m.producer_version;
  return "{" + member("ir_version", std::to_string(m.ir_version)) + "," +
         text_member("producer", producer) + "," + text_member("domain", m.domain) + "," +
         text_member("doc", m.doc_string) + "," +
         member("metadata", object(json_list(m.metadata, pair_json))) + "," +
         member("opsets", json_list(m.opset_imports,
                                    [](const OperatorSetId& o) {
                                      return "{" + text_member("domain", o.domain) + "," +
                                             member("version", std::to_string(o.version)) + "}";
                                    })) +
         "," + inputs_and_outputs(m) + "," +
         member("ops", object(json_list(counts.ops,
                                        [](const auto& e) {
                                          return json_quote(e.first) + ":" +
                                                 std::to_string(e.second);
                                        }))) +
         "," + member("nodes", std::to_string(counts.nodes)) + "," +
         member("parameters", std::to_string(counts.parameters)) + "," +
         member("functions",
                json_list(m.functions, [](const FunctionProto& f) { return json_quote(f.name); })) +
         "}";
}

}  // namespace gradbox::onnx
