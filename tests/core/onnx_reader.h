// Reads back what the tests look at in an ONNX file, independently of the writer's structures.
#pragma once

#include <map>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <vector>

namespace onnx_reader {

struct Node {
  std::string op_type, name;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, std::int64_t> ints;
  std::map<std::string, float> floats;
  std::map<std::string, std::vector<std::int64_t>> lists;
};

struct Tensor {
  std::vector<std::int64_t> dims;
  int data_type = 0;
  std::string raw;
};

struct Value {
  std::string name;
  int elem_type = 0;
  std::vector<std::string> dims;  // a number, a variable's name, or "?"
};

struct Model {
  std::int64_t ir_version = 0, opset = 0;
  std::vector<Node> nodes;
  std::map<std::string, Tensor> initializers;
  std::vector<Value> inputs, outputs;
  std::vector<std::string> op_types() const {
    std::vector<std::string> out;
    for (const Node& n : nodes) out.push_back(n.op_type);
    return out;
  }
  const Node& node(const std::string& op_type) const {
    for (const Node& n : nodes)
      if (n.op_type == op_type) return n;
    throw std::out_of_range("no node " + op_type);
  }
};

inline Node read_node(protozero::pbf_reader r) {
  Node n;
  while (r.next()) {
    switch (r.tag()) {
      case 1: n.inputs.push_back(r.get_string()); break;
      case 2: n.outputs.push_back(r.get_string()); break;
      case 3: n.name = r.get_string(); break;
      case 4: n.op_type = r.get_string(); break;
      case 5: {
        protozero::pbf_reader a = r.get_message();
        std::string name;
        while (a.next()) {
          switch (a.tag()) {
            case 1: name = a.get_string(); break;
            case 2: n.floats[name] = a.get_float(); break;
            case 3: n.ints[name] = a.get_int64(); break;
            case 8: n.lists[name].push_back(a.get_int64()); break;
            default: a.skip();
          }
        }
        break;
      }
      default: r.skip();
    }
  }
  return n;
}

inline std::pair<std::string, Tensor> read_tensor(protozero::pbf_reader r) {
  std::string name;
  Tensor t;
  while (r.next()) {
    switch (r.tag()) {
      case 1: t.dims.push_back(r.get_int64()); break;
      case 2: t.data_type = r.get_int32(); break;
      case 8: name = r.get_string(); break;
      case 9: t.raw = r.get_bytes(); break;
      default: r.skip();
    }
  }
  return {name, t};
}

inline std::string read_dim(protozero::pbf_reader r) {
  std::string text = "?";
  while (r.next()) {
    if (r.tag() == 1) text = std::to_string(r.get_int64());
    else if (r.tag() == 2) text = r.get_string();
    else r.skip();
  }
  return text;
}

inline Value read_value(protozero::pbf_reader r) {
  Value v;
  while (r.next()) {
    if (r.tag() == 1) {
      v.name = r.get_string();
    } else if (r.tag() == 2) {
      protozero::pbf_reader type = r.get_message();
      type.next(1);
      protozero::pbf_reader tensor = type.get_message();
      while (tensor.next()) {
        if (tensor.tag() == 1) {
          v.elem_type = tensor.get_int32();
        } else {
          protozero::pbf_reader shape = tensor.get_message();
          while (shape.next(1)) v.dims.push_back(read_dim(shape.get_message()));
        }
      }
    } else {
      r.skip();
    }
  }
  return v;
}

inline Model read_model(const std::string& bytes) {
  Model m;
  protozero::pbf_reader r(bytes);
  while (r.next()) {
    if (r.tag() == 1) {
      m.ir_version = r.get_int64();
    } else if (r.tag() == 8) {
      protozero::pbf_reader o = r.get_message();
      while (o.next())
        if (o.tag() == 2) m.opset = o.get_int64();
        else o.skip();
    } else if (r.tag() == 7) {
      protozero::pbf_reader g = r.get_message();
      while (g.next()) {
        switch (g.tag()) {
          case 1: m.nodes.push_back(read_node(g.get_message())); break;
          case 5: m.initializers.insert(read_tensor(g.get_message())); break;
          case 11: m.inputs.push_back(read_value(g.get_message())); break;
          case 12: m.outputs.push_back(read_value(g.get_message())); break;
          default: g.skip();
        }
      }
    } else {
      r.skip();
    }
  }
  return m;
}

}  // namespace onnx_reader
