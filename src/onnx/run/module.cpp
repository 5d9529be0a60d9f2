#include "onnx/run/module.h"

#include <algorithm>
#include <cstring>

#include "core/json.h"
#include "onnx/run/execute.h"
#include "onnx/run/lift.h"
#include "onnx/run/observer.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// ---- names ----

using Path = std::vector<std::string>;

Path split(const std::string& text, const char* separators) {
  Path out;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// "/features/features.0/Conv" as features, 0, Conv: PyTorch repeats the container's name.
Path node_path(const NodeProto& n, std::size_t number) {
  if (n.name.empty()) return {n.op_type + "_" + std::to_string(number)};
  Path out;
  std::string before;
  for (const std::string& part : split(n.name, "/")) {
    const bool repeats = !before.empty() && part.compare(0, before.size() + 1, before + ".") == 0;
    for (auto& piece : split(repeats ? part.substr(before.size() + 1) : part, "."))
      out.push_back(std::move(piece));
    before = part;
  }
  if (out.empty()) out.push_back(n.op_type + "_" + std::to_string(number));
  return out;
}

// A piece of the path to weights and nodes.
class Scope : public Module {
 public:
  std::string name() const override { return "Scope"; }
  TensorList forward(const TensorList&, CallContext&) override {
    fail(ErrorKind::NotImplemented,
         "Module [Scope] is missing the required \"forward\" function: the nodes of an imported "
         "model run in the order of its graph");
  }
};

// Where something is registered. No parent stands for the root, which must not own itself.
struct Registered {
  Ref<Module> parent;
  std::string name;
  Module& in(Module& root) const { return parent ? *parent : root; }
};

// The place for a path, with the modules on the way made where they are missing and a name that is
// free.
Registered place_for(Module& root, Path path) {
  Registered out{{}, path.back()};
  path.pop_back();
  for (std::string& piece : path) {
    Module& m = out.in(root);
    while (m.has(piece) && !m.child(piece)) piece += "_";
    if (!m.child(piece)) m.register_module(piece, make_ref<Scope>());
    out.parent = m.child(piece);
  }
  while (out.in(root).has(out.name)) out.name += "_";
  return out;
}

// ---- weights ----

// Inputs that configure a node, or that no gradient reaches.
bool is_setting(const NodeProto& n, std::size_t input) {
  static const char* const kFirstOnly[] = {
      "Resize",  "Upsample", "Clip", "Pad",   "TopK",           "OneHot",
      "Dropout", "Shape",    "Size", "Range", "QuantizeLinear", "DequantizeLinear"};
  if (n.op_type == "BatchNormalization") return input > 2;
  if (n.op_type == "If" || n.op_type == "Constant" || n.op_type == "ConstantOfShape") return true;
  return input > 0 && std::any_of(std::begin(kFirstOnly), std::end(kFirstOnly),
                                  [&](const char* op) { return n.op_type == op; });
}

bool is_weight(const ModelProto& model, const TensorProto& t) {
  if (!t.value.is_tensor() || !is_floating(t.value.tensor().dtype())) return false;
  // Scalars are nearly always constants of a formula.
  if (t.value.tensor().dim() == 0) return false;
  for (const NodeProto& n : model.graph.nodes)
    for (std::size_t i = 0; i < n.inputs.size(); ++i)
      if (n.inputs[i] == t.name && is_setting(n, i)) return false;
  return true;
}

// ---- nodes ----

// In training, the kernel that a node's operator has then; null when it has no other.
void train_batch_norm(NodeRun& r) {
  r.give(op("batch_norm", r.in(0), r.in(3), r.in(4), r.in(1), r.in(2), true,
            1 - r.attr("momentum", 0.9), r.attr("epsilon", 1e-5)));
}

void train_dropout(NodeRun& r) {
  const double ratio = r.opset() < 12 ? r.attr("ratio", 0.5) : r.has(1) ? r.number(1) : 0.5;
  const Tensor kept = ops::dropout(ops::ones_like(r.in()), ratio, true);
  r.give(ops::mul(r.in(), kept));
  if (r.wants(1)) r.out(1, ops::ne(kept, Tensor::wrapped_number(std::int64_t{0})));
}

Kernel training_kernel(const NodeProto& n) {
  if (n.op_type == "BatchNormalization" && n.domain.empty()) return train_batch_norm;
  if (n.op_type == "Dropout" && n.domain.empty()) return train_dropout;
  return nullptr;
}

std::string attribute_text(const AttributeProto& a) {
  using Type = proto::attribute::Type;
  switch (a.type) {
    case Type::INT: return std::to_string(a.i);
    case Type::FLOAT: return json_number(static_cast<double>(a.f));
    case Type::STRING: return "'" + a.s + "'";
    case Type::INTS: return to_string(a.ints);
    default: return "...";
  }
}

// Hides operators while it lives.
class Hidden {
 public:
  Hidden() : operators_(set_op_observer(nullptr)), nodes_(set_node_observer(nullptr)) {}
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;
  ~Hidden() {
    set_op_observer(operators_);
    set_node_observer(nodes_);
  }

 private:
  OpObserver* operators_;
  NodeObserver* nodes_;
};

// Computes the step for an observer that takes it whole; false when there is none.
bool show(const ModelProto& model, const Plan& plan, Run& run) {
  NodeObserver* observer = node_observer();
  if (!observer) return false;
  const Step& step = run.step();
  NodeCall call{model, step, {}, {}, {}};
  for (std::size_t i = 0; i < run.inputs(); ++i) call.inputs.push_back(run.any(i));
  for (const std::string& name : captured_names(*step.node)) {
    const auto constant = plan.named_constants.find(name);
    const auto slot = std::find(plan.names.begin(), plan.names.end(), name);
    if (constant != plan.named_constants.end()) call.captured.emplace_back(name, *constant->second);
    else if (slot != plan.names.end())
      call.captured.emplace_back(
          name, run.frame().values[static_cast<std::size_t>(slot - plan.names.begin())]);
    else return false;
  }
  if (!observer->takes(call)) return false;
  {
    const Hidden hidden;
    run.compute();
  }
  for (const std::uint32_t slot : step.outputs)
    call.outputs.push_back(slot == Place::kNone ? Any() : run.frame().values[slot]);
  return observer->on_node(call);
}

class NodeModule : public Module {
 public:
  // The model and the plan are of the module around it, without which it isn't called.
  NodeModule(const ModelProto& model, const Plan& plan, const Step& step, std::vector<bool> data)
      : model_(model), plan_(plan), op_type_(step.node->op_type), data_(std::move(data)) {
    for (const AttributeProto& a : step.node->attributes)
      text_ += (text_.empty() ? "" : ", ") + a.name + "=" + attribute_text(a);
  }
  std::string name() const override { return op_type_; }
  std::string extra_repr() const override { return text_; }
  TensorList forward(const TensorList& inputs, CallContext& context) override;

  // Which inputs of the step are those of the module: what other nodes or the graph's inputs give.
  const std::vector<bool>& data() const { return data_; }
  // The execution that the next call belongs to.
  Run* run = nullptr;

 private:
  const ModelProto& model_;
  const Plan& plan_;
  std::string op_type_, text_;
  std::vector<bool> data_;
};

// Which inputs of a step come from other nodes or the graph's inputs.
std::vector<bool> data_inputs(const Plan& plan, const Step& step) {
  std::vector<bool> out;
  for (const Place& p : step.inputs) {
    bool data = p.is_local();
    for (const auto& parameter : plan.parameters) data = data && parameter.first != p.slot;
    out.push_back(data);
  }
  return out;
}

class ImportedModel : public Module, private Watcher {
 public:
  explicit ImportedModel(std::shared_ptr<const ModelProto> model);
  ~ImportedModel() override { living().erase(this); }
  // Those that there are: a Module doesn't tell what it is.
  static std::map<const Module*, const ImportedModel*>& living() {
    static std::map<const Module*, const ImportedModel*> all;
    return all;
  }
  std::string name() const override { return "OnnxModule"; }
  int opset() const {
    for (const auto& o : model_->opset_imports)
      if (o.domain.empty()) return static_cast<int>(o.version);
    return 1;
  }
  TensorList forward(const TensorList& inputs, CallContext& context) override;

 private:
  // Where the module of a step is registered.
  struct NodeChild {
    Registered place;
    Ref<NodeModule> module;
  };
  const NodeChild& child_of(const Step& step) const {
    return children_[static_cast<std::size_t>(&step - plan_->steps.data())];
  }
  void add_weights();
  void add_nodes();
  void step(const Step& step, Run& run) override;

  std::shared_ptr<const ModelProto> model_;
  std::unique_ptr<Plan> plan_;
  // Where each of the plan's parameters is registered.
  std::map<std::string, Registered> weights_;
  std::vector<NodeChild> children_;
  std::vector<std::size_t> inputs_;  // places in the plan's list of those that forward takes
};

ImportedModel::ImportedModel(std::shared_ptr<const ModelProto> model) : model_(std::move(model)) {
  PlanOptions options;
  for (const TensorProto& t : model_->graph.initializers)
    if (t.value.is_tensor()) options.parameters.insert(t.name);
  options.names = true;
  plan_ = make_plan(*model_, options);
  for (std::size_t i = 0; i < plan_->inputs.size(); ++i)
    if (plan_->inputs[i] != Place::kNone) inputs_.push_back(i);
  add_weights();
  add_nodes();
  living()[this] = this;
}

void ImportedModel::add_weights() {
  for (const TensorProto& t : model_->graph.initializers) {
    if (!t.value.is_tensor()) continue;
    Path path = split(t.name, ".");
    if (path.empty()) path.push_back("initializer");
    const Registered place = place_for(*this, std::move(path));
    Module& m = place.in(*this);
    const Tensor copy = t.value.tensor().clone_raw();
    if (is_weight(*model_, t)) m.register_parameter(place.name, make_parameter(copy));
    else m.register_buffer(place.name, copy);
    weights_[t.name] = place;
  }
}

void ImportedModel::add_nodes() {
  std::size_t number = 0;
  for (const Step& s : plan_->steps) {
    NodeChild child{place_for(*this, node_path(*s.node, number++)),
                    make_ref<NodeModule>(*model_, *plan_, s, data_inputs(*plan_, s))};
    child.place.in(*this).register_module(child.place.name, child.module);
    children_.push_back(std::move(child));
  }
}

TensorList ImportedModel::forward(const TensorList& inputs, CallContext& context) {
  check(inputs.size() == inputs_.size(), "The model takes ", inputs_.size(), " inputs, not ",
        inputs.size());
  context.from_core(CallContext::kOutputs);
  Frame frame;
  frame.values.resize(plan_->names.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    frame.values[plan_->inputs[inputs_[i]]] = inputs[i];
  for (const auto& [slot, name] : plan_->parameters) {
    const Registered& place = weights_.at(name);
    const Tensor t = place.in(*this).get(place.name);
    check(t.defined(), "'", name, "' has been removed from the model");
    frame.values[slot] = t;
  }
  TensorList out;
  for (Any& v : run_plan(*plan_, frame, this)) {
    check(v.is_tensor(), "an output of the model is no tensor: run it as a session");
    out.push_back(v.tensor());
  }
  return out;
}

void ImportedModel::step(const Step& step, Run& run) {
  const NodeChild& child = child_of(step);
  const Ref<Module> module = child.place.in(*this).child(child.place.name);
  if (!module) run.fail("its module '" + child.place.name + "' has been removed from the model");
  TensorList inputs;
  bool tensors = true;
  for (std::size_t i = 0; i < step.inputs.size(); ++i) {
    if (!child.module->data()[i]) continue;
    const Any& v = run.any(i);
    tensors = tensors && v.is_tensor();
    if (v.is_tensor()) inputs.push_back(v.tensor());
  }
  // Sequences, strings and optionals don't fit through a module.
  if (!tensors) {
    if (!show(*model_, *plan_, run)) run.compute();
    return;
  }
  child.module->run = &run;
  CallContext context;
  const TensorList outputs = module->call(inputs, context);
  std::size_t next = 0;
  for (const std::uint32_t slot : step.outputs) {
    if (slot == Place::kNone) continue;
    if (next < outputs.size() && outputs[next].defined()) run.frame().values[slot] = outputs[next];
    ++next;
  }
}

TensorList NodeModule::forward(const TensorList& inputs, CallContext&) {
  check(run != nullptr, name(), ": a node of an imported model runs as part of it");
  Run& outer = *std::exchange(run, nullptr);
  const Step& step = outer.step();
  // The inputs as hooks left them, among the weights.
  std::vector<Any> arguments;
  std::size_t next = 0;
  for (std::size_t i = 0; i < step.inputs.size(); ++i) {
    const bool takes = data_[i] && next < inputs.size();
    arguments.push_back(takes ? Any(inputs[next++]) : outer.any(i));
  }
  Run inner(step, outer.frame(), &arguments);
  const Kernel training_form = training() ? training_kernel(*step.node) : nullptr;
  if (training_form) training_form(inner);
  else if (!show(model_, plan_, inner)) inner.compute();
  TensorList out;
  for (const std::uint32_t slot : step.outputs) {
    if (slot == Place::kNone) continue;
    const Any& v = outer.frame().values[slot];
    out.push_back(v.is_tensor() ? v.tensor() : Tensor());
  }
  return out;
}

}  // namespace

Ref<Module> make_module(std::shared_ptr<const ModelProto> model) {
  const auto module = make_ref<ImportedModel>(with_weights_lifted(std::move(model)));
  module->eval();
  return module;
}

int imported_opset(Module& module) {
  int latest = 0;
  const auto& all = ImportedModel::living();
  for (const auto& [path, m] : module.named_modules()) {
    const auto it = all.find(m);
    if (it != all.end()) latest = std::max(latest, it->second->opset());
  }
  return latest;
}

}  // namespace gradbox::onnx
