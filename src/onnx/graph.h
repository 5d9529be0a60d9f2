// An ONNX graph in memory, and its bytes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/value.h"

namespace gradbox::onnx {

// Every value of a graph goes by its name; the empty name stands for an input left out.
using Name = std::string;

// An attribute's value: an int, a float, a string, a list of ints or floats, or a tensor.
using Attributes = std::vector<std::pair<const char*, Value>>;

struct Node {
  std::string op_type, name;
  std::vector<Name> inputs, outputs;
  Attributes attributes;
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
  std::vector<Node> nodes;
  std::vector<std::pair<Name, Tensor>> initializers;
  std::vector<ValueInfo> inputs, outputs;
};

// Drops nodes and initializers that no output depends on.
void remove_unused(Graph& graph);

// The bytes of a ModelProto for one version of the default operator set.
std::string write_model(const Graph& graph, int opset_version);

}  // namespace gradbox::onnx
