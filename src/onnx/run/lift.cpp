#include "onnx/run/lift.h"

#include <algorithm>
#include <map>
#include <string>

namespace gradbox::onnx {
namespace {

bool is_weight(const Any& v) {
  return v.is_tensor() && is_floating(v.tensor().dtype()) && v.tensor().dim() > 0;
}

// The value of a Constant node that is a weight; null for any other node.
const TensorProto* weight_of(const NodeProto& n) {
  if (n.op_type != "Constant" || !n.domain.empty() || n.outputs.size() != 1) return nullptr;
  const AttributeProto* a = n.find("value");
  return a && is_weight(a->t.value) ? &a->t : nullptr;
}

// How many graphs have a value of each name.
void count_names(const GraphProto& graph, std::map<std::string, int>& count) {
  for (const auto& v : graph.inputs) ++count[v.name];
  for (const auto& t : graph.initializers) ++count[t.name];
  for (const auto& n : graph.nodes) {
    for (const auto& o : n.outputs) ++count[o];
    for (const auto& a : n.attributes)
      if (a.g) count_names(*a.g, count);
  }
}

class Lifter {
 public:
  Lifter(GraphProto& main) : main_(main) { count_names(main, count_); }

  void lift(GraphProto& graph) {
    auto& nodes = graph.nodes;
    for (NodeProto& n : nodes) {
      if (const TensorProto* t = weight_of(n)) add(n.outputs[0], t->value);
      for (AttributeProto& a : n.attributes) {
        if (!a.g) continue;
        auto body = std::make_shared<GraphProto>(*a.g);
        lift(*body);
        a.g = body;
      }
    }
    nodes.erase(
        std::remove_if(nodes.begin(), nodes.end(),
                       [&](const NodeProto& n) { return weight_of(n) && is_free(n.outputs[0]); }),
        nodes.end());
    if (&graph == &main_) return;
    auto& own = graph.initializers;
    for (const TensorProto& t : own)
      if (is_weight(t.value)) add(t.name, t.value);
    own.erase(
        std::remove_if(own.begin(), own.end(),
                       [&](const TensorProto& t) { return is_weight(t.value) && is_free(t.name); }),
        own.end());
  }

 private:
  bool is_free(const std::string& name) const { return count_.at(name) == 1; }
  void add(const std::string& name, const Any& value) {
    if (is_free(name)) main_.initializers.push_back({name, value});
  }
  GraphProto& main_;
  std::map<std::string, int> count_;
};

}  // namespace

std::shared_ptr<const ModelProto> with_weights_lifted(std::shared_ptr<const ModelProto> model) {
  const auto& given = model->graph.initializers;
  if (std::any_of(given.begin(), given.end(), [](const auto& t) { return is_weight(t.value); }))
    return model;
  auto out = std::make_shared<ModelProto>(*model);
  Lifter(out->graph).lift(out->graph);
  return out;
}

}  // namespace gradbox::onnx
