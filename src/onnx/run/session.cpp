#include "onnx/run/session.h"

#include <algorithm>
#include <chrono>

#include "autograd/variable.h"
#include "onnx/run/describe.h"
#include "onnx/run/execute.h"
#include "onnx/run/fuse.h"

namespace gradbox::onnx {
namespace {

std::string tensor_text(std::int32_t data_type) {
  TypeProto type;
  type.kind = TypeProto::Dense;
  type.elem_type = data_type;
  return type_text(type);
}

std::string kind_text(const Any& v) {
  if (v.is_tensor()) return tensor_text(proto::data_type(v.tensor().dtype()));
  if (v.is_strings()) return "tensor(string)";
  return v.is_sequence() ? "a sequence" : v.is_nothing() ? "an optional" : "nothing";
}

class Clock : public Watcher {
 public:
  explicit Clock(std::vector<NodeTime>& times) : times_(times) {}
  void step(const Step& step, Run& run) override {
    using std::chrono::steady_clock;
    const auto began = steady_clock::now();
    run.compute();
    const std::chrono::duration<double, std::milli> took = steady_clock::now() - began;
    times_.push_back({step.node->name, step.node->op_type, took.count()});
  }

 private:
  std::vector<NodeTime>& times_;
};

// Sizes that a file gives the same name needn't be the same: exporters name them as they like, and
// onnxruntime doesn't look either.
void check_input(const ValueInfoProto& declared, const Any& v) {
  const TypeProto& type = declared.type;
  const auto complain = [&](const auto&... why) {
    fail(ErrorKind::Value, "Input '", declared.name, "': ", why...);
  };
  if (type.kind == TypeProto::Unknown) return;
  if (type.kind == TypeProto::Optional) {
    if (v.is_nothing() || !type.element) return;
    ValueInfoProto inner;
    inner.name = declared.name;
    inner.type = *type.element;
    return check_input(inner, v);
  }
  if (type.kind == TypeProto::List) {
    if (!v.is_sequence()) complain("the model wants ", type_text(type), ", but got ", kind_text(v));
    return;
  }
  const bool is_tensor = v.is_tensor() || v.is_strings();
  const std::int32_t data_type = v.is_strings()  ? proto::STRING
                                 : v.is_tensor() ? proto::data_type(v.tensor().dtype())
                                                 : 0;
  if (!is_tensor || (type.elem_type != 0 && type.elem_type != data_type))
    complain("the model wants ", type_text(type), ", but got ", kind_text(v));
  if (!type.has_shape) return;
  const Dims& shape = v.is_strings() ? v.strings().shape : v.tensor().shape();
  if (shape.size() != type.shape.size())
    complain("the model wants ", type.shape.size(), " dimensions, but got ", shape.size(),
             " (shape ", to_string(shape), ")");
  for (std::size_t d = 0; d < shape.size(); ++d) {
    const TypeProto::Dim& dim = type.shape[d];
    // A size of 0 is how some writers say "any".
    if (dim.size > 0 && dim.size != shape[d])
      complain("dimension ", d, " must be ", dim.size, ", but is ", shape[d], " (shape ",
               to_string(shape), ")");
  }
}

}  // namespace

void check_inputs(const std::vector<const ValueInfoProto*>& declared,
                  const std::vector<Any>& values) {
  for (std::size_t i = 0; i < declared.size(); ++i) check_input(*declared[i], values[i]);
}

Session::Session(std::shared_ptr<const ModelProto> model) : model_(std::move(model)) {
  for (const auto& v : model_->graph.inputs) {
    const auto& given = model_->graph.initializers;
    if (std::none_of(given.begin(), given.end(), [&](const auto& t) { return t.name == v.name; }))
      inputs_.push_back(&v);
  }
  fused_ = fused(*model_);
  plan_ = make_plan(fused_);
}

Session::~Session() = default;

const Plan& Session::plan_for(const std::vector<std::string>& wanted) {
  if (wanted.empty()) return *plan_;
  auto& plan = other_plans_[wanted];
  if (!plan) {
    PlanOptions options;
    options.outputs = wanted;
    plan = make_plan(*model_, options);
  }
  return *plan;
}

std::vector<Any> Session::run(const Feeds& feeds, const std::vector<std::string>& wanted,
                              std::vector<NodeTime>* times) {
  const Plan& plan = plan_for(wanted);
  const auto& declared = model_->graph.inputs;
  Frame frame;
  frame.values.resize(plan.names.size());
  std::vector<const ValueInfoProto*> given;
  std::vector<Any> values;
  for (const auto& [name, value] : feeds) {
    const auto it = std::find_if(declared.begin(), declared.end(),
                                 [&, &n = name](const ValueInfoProto& v) { return v.name == n; });
    if (it == declared.end()) {
      std::string all;
      for (const ValueInfoProto* v : inputs_) all += (all.empty() ? "'" : ", '") + v->name + "'";
      fail(ErrorKind::Value, "The model has no input '", name, "'. Its inputs: ", all, ".");
    }
    given.push_back(&*it);
    values.push_back(value);
    const std::uint32_t slot = plan.inputs[static_cast<std::size_t>(it - declared.begin())];
    if (slot != Place::kNone) frame.values[slot] = value;
  }
  check_inputs(given, values);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (plan.inputs[i] == Place::kNone || !frame.values[plan.inputs[i]].is_absent()) continue;
    const auto& initial = model_->graph.initializers;
    const auto it = std::find_if(initial.begin(), initial.end(),
                                 [&](const TensorProto& t) { return t.name == declared[i].name; });
    if (it == initial.end())
      fail(ErrorKind::Value, "Input '", declared[i].name, "' (", type_text(declared[i].type),
           ") is missing.");
    frame.values[plan.inputs[i]] = it->value;
  }
  const GradModeGuard no_grad(false);
  if (!times) return run_plan(plan, frame);
  Clock clock(*times);
  return run_plan(plan, frame, &clock);
}

}  // namespace gradbox::onnx
