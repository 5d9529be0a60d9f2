#include "onnx/export/graph.h"

#include <algorithm>
#include <protozero/pbf_writer.hpp>

#include "onnx/export/imported.h"
#include "onnx/ir/proto.h"
#include "onnx/ir/write.h"

namespace gradbox::onnx {
namespace {

using protozero::pbf_writer;

// The lowest IR version that may hold an operator set, which the most runtimes can read.
int ir_version(int opset_version) {
  if (opset_version < 12) return 6;
  if (opset_version < 15) return 7;
  return opset_version < 19 ? 8 : opset_version < 21 ? 9 : 10;
}

// Writes a submessage: f fills it in.
template <class F>
void message(pbf_writer& parent, proto::Field field, F f) {
  pbf_writer w(parent, field);
  f(w);
}

// As message, for one that may be empty and must be there all the same: the writer drops those.
template <class F>
void small_message(pbf_writer& parent, proto::Field field, F f) {
  std::string bytes;
  {
    pbf_writer w(bytes);
    f(w);
  }
  parent.add_message(field, bytes);
}

void write_tensor(pbf_writer& w, const std::string& name, const Tensor& t) {
  for (const auto n : t.shape()) w.add_int64(proto::tensor::dims, n);
  w.add_int32(proto::tensor::data_type, proto::data_type(t.dtype()));
  if (!name.empty()) w.add_string(proto::tensor::name, name);
  const Tensor c = t.contiguous_raw();
  w.add_bytes(proto::tensor::raw_data, c.raw(),
              static_cast<std::size_t>(c.numel() * item_size(c.dtype())));
}

void write_attribute(pbf_writer& w, const char* name, const Value& v) {
  namespace attribute = proto::attribute;
  w.add_string(attribute::name, name);
  attribute::Type type = attribute::INT;
  if (v.is<double>()) {
    type = attribute::FLOAT;
    w.add_float(attribute::f, static_cast<float>(v.get<double>()));
  } else if (v.is<std::string>()) {
    type = attribute::STRING;
    w.add_bytes(attribute::s, v.get<std::string>());
  } else if (v.is<Tensor>()) {
    type = attribute::TENSOR;
    message(w, attribute::t, [&](pbf_writer& t) { write_tensor(t, "", v.get<Tensor>()); });
  } else if (v.is<IntList>()) {
    type = attribute::INTS;
    for (const auto i : v.get<IntList>()) w.add_int64(attribute::ints, i);
  } else if (v.is<FloatList>()) {
    type = attribute::FLOATS;
    for (const auto f : v.get<FloatList>()) w.add_float(attribute::floats, static_cast<float>(f));
  } else {
    w.add_int64(attribute::i, v.as_int());
  }
  w.add_enum(attribute::type, type);
}

void write_node(pbf_writer& w, const Graph& graph, const Node& node) {
  for (const Name n : node.inputs) w.add_string(proto::node::input, graph.text(n));
  for (const Name n : node.outputs) w.add_string(proto::node::output, graph.text(n));
  w.add_string(proto::node::name, node.name);
  w.add_string(proto::node::op_type, node.op_type);
  for (const auto& [name, value] : node.attributes)
    message(w, proto::node::attribute,
            [&, n = name, &v = value](pbf_writer& a) { write_attribute(a, n, v); });
  if (!node.imported) return;
  std::map<std::string, std::string> names;
  for (const auto& [name, value] : node.captured) names[name] = graph.text(value);
  for (const AttributeProto& a : node.imported->attributes)
    w.add_message(proto::node::attribute, write_attribute(renamed(a, names, node.name)));
  if (!node.imported->domain.empty()) w.add_string(proto::node::domain, node.imported->domain);
}

void write_value_info(pbf_writer& w, const Graph& graph, const ValueInfo& info) {
  w.add_string(proto::value_info::name, graph.text(info.name));
  message(w, proto::value_info::type, [&](pbf_writer& type) {
    message(type, proto::type::tensor_type, [&](pbf_writer& tensor) {
      tensor.add_int32(proto::tensor_type::elem_type, proto::data_type(info.dtype));
      small_message(tensor, proto::tensor_type::shape, [&](pbf_writer& shape) {
        for (const Dimension& d : info.shape)
          small_message(shape, proto::tensor_shape::dim, [&](pbf_writer& dim) {
            if (!d.variable.empty()) dim.add_string(proto::dimension::dim_param, d.variable);
            else if (d.size >= 0) dim.add_int64(proto::dimension::dim_value, d.size);
          });
      });
    });
  });
}

void write_graph(pbf_writer& w, const Graph& graph) {
  for (const Node& n : graph.nodes)
    message(w, proto::graph::node, [&](pbf_writer& m) { write_node(m, graph, n); });
  w.add_string(proto::graph::name, graph.name);
  for (const auto& [name, t] : graph.initializers)
    message(w, proto::graph::initializer,
            [&, n = name, &x = t](pbf_writer& m) { write_tensor(m, graph.text(n), x); });
  for (const ValueInfo& v : graph.inputs)
    message(w, proto::graph::input, [&](pbf_writer& m) { write_value_info(m, graph, v); });
  for (const ValueInfo& v : graph.outputs)
    message(w, proto::graph::output, [&](pbf_writer& m) { write_value_info(m, graph, v); });
}

}  // namespace

Name Graph::add_name(std::string text) {
  value_names.push_back(std::move(text));
  return static_cast<Name>(value_names.size() - 1);
}

void remove_unused(Graph& graph) {
  std::vector<char> used(graph.value_names.size(), 0);
  const auto is_used = [&](Name n) { return used[static_cast<std::size_t>(n)] != 0; };
  const auto use = [&](Name n) { used[static_cast<std::size_t>(n)] = 1; };
  for (const ValueInfo& v : graph.outputs) use(v.name);
  std::vector<Node> kept;
  for (auto it = graph.nodes.rbegin(); it != graph.nodes.rend(); ++it) {
    if (!std::any_of(it->outputs.begin(), it->outputs.end(), is_used)) continue;
    for (const Name n : it->inputs) use(n);
    for (const auto& [name, value] : it->captured) use(value);
    kept.push_back(std::move(*it));
  }
  std::reverse(kept.begin(), kept.end());
  graph.nodes = std::move(kept);
  auto& init = graph.initializers;
  init.erase(
      std::remove_if(init.begin(), init.end(), [&](const auto& i) { return !is_used(i.first); }),
      init.end());
}

std::string write_model(const Graph& graph, int opset_version) {
  std::string bytes;
  pbf_writer w(bytes);
  w.add_int64(proto::model::ir_version, ir_version(opset_version));
  w.add_string(proto::model::producer_name, "gradbox");
  w.add_string(proto::model::producer_version, "0.1.0");
  message(w, proto::model::graph, [&](pbf_writer& m) { write_graph(m, graph); });
  const auto import = [&](const std::string& domain, std::int64_t version) {
    message(w, proto::model::opset_import, [&](pbf_writer& m) {
      m.add_string(proto::opset_id::domain, domain);
      m.add_int64(proto::opset_id::version, version);
    });
  };
  import("", opset_version);
  for (const auto& [domain, version] : graph.domains) import(domain, version);
  return bytes;
}

}  // namespace gradbox::onnx
