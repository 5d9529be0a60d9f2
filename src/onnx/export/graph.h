// An ONNX graph in memory, and its bytes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/value.h"
#include "onnx/ir/model.h"

namespace gradbox::onnx {

// A value of a graph, by the place of its name in the graph's list. Translations pass many of them
// around: numbers keep their code small.
enum class Name : std::uint32_t { None = 0 };  // None stands for an input left out

struct Node {
  const char* op_type;
  std::string name;
  std::vector<Name> inputs, outputs;
  // An int, a float, a string, a list of ints, or a tensor.
  std::vector<std::pair<const char*, Value>> attributes;
  // Unless null, a node of an imported model, whose domain and attributes it has.
  std::shared_ptr<const NodeProto> imported = nullptr;
  // What the imported node's subgraphs take from the graph around them, by the name there.
  std::vector<std::pair<std::string, Name>> captured = {};
};

// One dimension of a graph's input or output: a size, a variable, or (-1 and no name) anything.
struct Dimension {
  std::int64_t size = -1;
  std::string variable;
};

struct ValueInfo {
  Name name;
  DType dtype;
  std::vector<Dimension> shape;
};

struct Graph {
  std::string name;
  std::vector<std::string> value_names{""};
  std::vector<Node> nodes;
  std::vector<std::pair<Name, Tensor>> initializers;
  std::vector<ValueInfo> inputs, outputs;
  std::map<std::string, std::int64_t> domains;  // further operator sets, with their versions

  Name add_name(std::string text);
  const std::string& text(Name n) const { return value_names[static_cast<std::size_t>(n)]; }
  void rename(Name n, std::string text) {
    value_names[static_cast<std::size_t>(n)] = std::move(text);
  }
};

// Drops nodes and initializers that no output depends on.
void remove_unused(Graph& graph);

// The bytes of a ModelProto for one version of the default operator set.
std::string write_model(const Graph& graph, int opset_version);

}  // namespace gradbox::onnx
