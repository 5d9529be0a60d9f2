// A model that is run: the counterpart of onnxruntime's InferenceSession.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "onnx/ir/model.h"
#include "onnx/run/plan.h"

namespace gradbox::onnx {

using Feeds = std::vector<std::pair<std::string, Any>>;

// How long one node took.
struct NodeTime {
  std::string name, op_type;
  double milliseconds;
};

class Session {
 public:
  // Throws RuntimeError on models that can't be run, see make_plan.
  explicit Session(std::shared_ptr<const ModelProto> model);
  ~Session();

  const ModelProto& model() const { return *model_; }
  // What run must be given: the graph's inputs that no initializer fills.
  const std::vector<const ValueInfoProto*>& inputs() const { return inputs_; }
  const std::vector<ValueInfoProto>& outputs() const { return model_->graph.outputs; }

  // Runs the model in inference mode. `wanted`: names of outputs or of any other values of the main
  // graph, all outputs when empty. `times`, unless null, gets what each node took.
  //
  // Throws ValueError on inputs that are missing, unknown, or of another dtype or shape than the
  // model declares; RuntimeError when a node can't be computed.
  std::vector<Any> run(const Feeds& feeds, const std::vector<std::string>& wanted = {},
                       std::vector<NodeTime>* times = nullptr);

 private:
  const Plan& plan_for(const std::vector<std::string>& wanted);
  std::shared_ptr<const ModelProto> model_;
  std::vector<const ValueInfoProto*> inputs_;
  // What runs: the model rewritten for inference. Other values than the outputs come from the model
  // as it is.
  ModelProto fused_;
  std::unique_ptr<Plan> plan_;
  std::map<std::vector<std::string>, std::unique_ptr<Plan>> other_plans_;
};

// Checks values against what a graph declares for its inputs: kind, dtype, rank and the dimensions
// that it gives a size. Throws ValueError.
void check_inputs(const std::vector<const ValueInfoProto*>& declared,
                  const std::vector<Any>& values);

}  // namespace gradbox::onnx
