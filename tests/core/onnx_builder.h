// Writes small ONNX models for tests, piece by piece, independently of the exporter.
#pragma once

#include <functional>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <vector>

#include "onnx/ir/proto.h"

namespace onnx_builder {

namespace proto = gradbox::onnx::proto;
using protozero::pbf_writer;

using Fill = std::function<void(pbf_writer&)>;

inline void message(pbf_writer& parent, proto::Field field, const Fill& fill) {
  std::string bytes;
  pbf_writer w(bytes);
  fill(w);
  parent.add_message(field, bytes);
}

struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> dims;
  std::int32_t data_type = proto::FLOAT;
  std::string raw;
};

inline std::string zeros(std::size_t floats) { return std::string(4 * floats, '\0'); }

inline void write_tensor(pbf_writer& w, const TensorSpec& t) {
  for (const auto d : t.dims) w.add_int64(proto::tensor::dims, d);
  w.add_int32(proto::tensor::data_type, t.data_type);
  w.add_string(proto::tensor::name, t.name);
  w.add_bytes(proto::tensor::raw_data, t.raw);
}

inline Fill node(std::string op, std::vector<std::string> in, std::vector<std::string> out,
                 Fill more = nullptr, std::string domain = "") {
  return [=](pbf_writer& w) {
    for (const auto& i : in) w.add_string(proto::node::input, i);
    for (const auto& o : out) w.add_string(proto::node::output, o);
    w.add_string(proto::node::name, "the_" + op);
    w.add_string(proto::node::op_type, op);
    if (!domain.empty()) w.add_string(proto::node::domain, domain);
    if (more) more(w);
  };
}

inline Fill attribute(std::string name, const Fill& value, int type) {
  return [=](pbf_writer& w) {
    message(w, proto::node::attribute, [&](pbf_writer& a) {
      a.add_string(proto::attribute::name, name);
      value(a);
      a.add_enum(proto::attribute::type, type);
    });
  };
}

inline Fill ints(std::string name, std::vector<std::int64_t> values) {
  return attribute(
      name,
      [=](pbf_writer& a) {
        for (const auto v : values) a.add_int64(proto::attribute::ints, v);
      },
      proto::attribute::INTS);
}

struct GraphSpec {
  std::vector<Fill> nodes;
  std::vector<TensorSpec> initializers;
  std::vector<std::string> inputs{"x"}, outputs{"y"};
};

inline void write_graph(pbf_writer& w, const GraphSpec& g) {
  for (const auto& n : g.nodes) message(w, proto::graph::node, n);
  w.add_string(proto::graph::name, "g");
  for (const auto& t : g.initializers)
    message(w, proto::graph::initializer, [&](pbf_writer& m) { write_tensor(m, t); });
  const auto info = [](const std::string& name) {
    return [=](pbf_writer& m) { m.add_string(proto::value_info::name, name); };
  };
  for (const auto& i : g.inputs) message(w, proto::graph::input, info(i));
  for (const auto& o : g.outputs) message(w, proto::graph::output, info(o));
}

inline Fill opset(std::int64_t version, std::string domain = "") {
  return [=](pbf_writer& m) {
    m.add_string(proto::opset_id::domain, domain);
    m.add_int64(proto::opset_id::version, version);
  };
}

inline std::string model(const GraphSpec& g, std::int64_t version = 13,
                         const Fill& more = nullptr) {
  std::string bytes;
  pbf_writer w(bytes);
  w.add_int64(proto::model::ir_version, 8);
  message(w, proto::model::graph, [&](pbf_writer& m) { write_graph(m, g); });
  message(w, proto::model::opset_import, opset(version));
  if (more) more(w);
  return bytes;
}

}  // namespace onnx_builder
