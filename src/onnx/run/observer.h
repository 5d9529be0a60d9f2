// Seeing the nodes of imported models as they run as modules: the exporter writes them again.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "onnx/run/plan.h"

namespace gradbox::onnx {

// A node that ran.
struct NodeCall {
  const ModelProto& model;
  const Step& step;
  std::vector<Any> inputs;  // absent: left out
  // What its subgraphs take from the graph around them, by the names there.
  std::vector<std::pair<std::string, Any>> captured;
  std::vector<Any> outputs;  // absent: left out
};

class NodeObserver {
 public:
  virtual ~NodeObserver() = default;
  // Whether the observer wants a node that is about to run whole: then the operators that compute
  // it are hidden from the observer of operators.
  virtual bool takes(const NodeCall& call) = 0;
  // False when it has no use for what the node gave: then the operators are shown after all.
  virtual bool on_node(const NodeCall& call) = 0;
  // A kernel has looked at the elements of a tensor, as numbers that tell it what to do.
  virtual void on_read(const Tensor& t) = 0;
};

NodeObserver* node_observer();
// Returns the previous observer.
NodeObserver* set_node_observer(NodeObserver* observer);

}  // namespace gradbox::onnx
