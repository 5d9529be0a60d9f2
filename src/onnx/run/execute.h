// Running plans.
#pragma once

#include <string>
#include <vector>

#include "onnx/run/plan.h"

namespace gradbox::onnx {

// An error that names its node already.
class NodeError : public Error {
 public:
  using Error::Error;
};

// The values of a graph while it runs.
struct Frame {
  std::vector<Any> values;
  Frame* outer = nullptr;
};

class Run;

// Stands between the executor and the nodes of the main graph: timing, modules.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Runs the step, in the end by run.compute().
  virtual void step(const Step& step, Run& run) = 0;
};

// One execution of one step.
class Run : public NodeRun {
 public:
  // `arguments`, unless null, stand for the step's inputs.
  Run(const Step& step, Frame& frame, const std::vector<Any>* arguments = nullptr)
      : step_(step), frame_(frame), arguments_(arguments) {}
  // Calls the kernel; complaints name the node.
  void compute();

  int opset() const override { return step_.opset; }
  const std::string& op_type() const override { return step_.node->op_type; }
  [[noreturn]] void fail(const std::string& why) const override;
  std::size_t inputs() const override { return step_.inputs.size(); }
  std::size_t outputs() const override { return step_.outputs.size(); }
  bool wants(std::size_t i) const override;
  const Any& any(std::size_t i) const override;
  void out(std::size_t i, Any value) override;
  bool has_attribute(const char* name) const override { return step_.node->find(name); }
  std::int64_t attr(const char* name, std::int64_t otherwise) const override;
  double attr(const char* name, double otherwise) const override;
  std::string attr(const char* name, const char* otherwise) const override;
  IntList attr_ints(const char* name, const IntList& otherwise) const override;
  FloatList attr_floats(const char* name) const override;
  std::vector<std::string> attr_strings(const char* name) const override;
  Any attr_tensor(const char* name) const override;
  const GraphProto& attr_graph(const char* name) const override;
  std::vector<Any> run(const GraphProto& graph, const std::vector<Any>& inputs) override;

  const Step& step() const { return step_; }
  Frame& frame() const { return frame_; }

 private:
  const AttributeProto* find(const char* name, proto::attribute::Type type) const;
  const Step& step_;
  Frame& frame_;
  const std::vector<Any>* arguments_;
};

// While it lives, runs take no more than `steps` steps, iterations of loops counted; the next one
// throws. One with a large result or a long loop within counts as several: one for every kStepWork
// elements or operations. A model may well loop for ever, which is for its owner to judge: there is
// no other limit.
class StepLimit {
 public:
  explicit StepLimit(std::int64_t steps);
  ~StepLimit();
  StepLimit(const StepLimit&) = delete;
  StepLimit& operator=(const StepLimit&) = delete;

  static constexpr double kStepWork = 65536;
  // Takes `operations` off what is left; false when nothing is left.
  static bool spend(double operations);

 private:
  std::int64_t before_;
};

// The value at a place.
const Any& at(const Place& place, Frame& frame);

// Runs a plan; `frame` has its inputs and parameters in their slots.
std::vector<Any> run_plan(const Plan& plan, Frame& frame, Watcher* watcher = nullptr);
// The same, with the inputs given in order.
std::vector<Any> run_plan(const Plan& plan, const std::vector<Any>& inputs, Frame* outer);

}  // namespace gradbox::onnx
