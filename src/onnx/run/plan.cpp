#include "onnx/run/plan.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "autograd/variable.h"
#include "onnx/run/execute.h"
#include "onnx/run/in_place.h"

namespace gradbox::onnx {
namespace {

constexpr int kFirstOpset = 1, kLastOpset = 21;
// How many nodes functions may be expanded to: a small file could ask for 2^60.
constexpr std::size_t kMaxExpanded = 40000;
// Results of folding larger than this many elements are computed at each run instead.
constexpr std::int64_t kMaxFolded = std::int64_t{1} << 22;
// What folding one node may take on the way, and all of them together: after that they wait for the
// run, as they do when they fail. A file of a few kilobytes can ask for hours.
constexpr std::int64_t kMaxFoldingBytes = std::int64_t{1} << 28;
constexpr std::chrono::seconds kMaxFolding(2);
constexpr std::int64_t kMaxFoldingSteps = 4096;  // of StepLimit::kStepWork operations, for a node

using Opsets = std::map<std::string, std::int64_t>;

// What isn't folded: the result differs from run to run, or is much larger than the inputs.
bool is_foldable(const NodeProto& n) {
  static const char* const kNever[] = {"RandomNormal",  "RandomNormalLike",
                                       "RandomUniform", "RandomUniformLike",
                                       "Bernoulli",     "Multinomial",
                                       "Dropout",       "ConstantOfShape",
                                       "Expand",        "Tile",
                                       "Range",         "Resize",
                                       "Upsample",      "Pad",
                                       "OneHot",        "EyeLike"};
  return std::none_of(std::begin(kNever), std::end(kNever),
                      [&](const char* op) { return n.op_type == op; });
}

// Names of values, where they stand in the model.
using Names = std::vector<const std::string*>;

// Adds the names that a node uses, its subgraphs included.
void add_uses(const NodeProto& n, Names& out);

// Adds the names that a graph takes from the graphs around it.
void add_free_names(const GraphProto& graph, Names& out) {
  std::unordered_set<std::string> own;
  for (const auto& v : graph.inputs) own.insert(v.name);
  for (const auto& t : graph.initializers) own.insert(t.name);
  for (const auto& n : graph.nodes)
    for (const auto& o : n.outputs) own.insert(o);
  Names used;
  for (const auto& n : graph.nodes) add_uses(n, used);
  for (const auto& v : graph.outputs) used.push_back(&v.name);
  for (const std::string* name : used)
    if (own.count(*name) == 0) out.push_back(name);
}

void add_uses(const NodeProto& n, Names& out) {
  for (const auto& i : n.inputs)
    if (!i.empty()) out.push_back(&i);
  for (const auto& a : n.attributes)
    if (a.g) add_free_names(*a.g, out);
}

Names uses_of(const NodeProto& n) {
  Names out;
  add_uses(n, out);
  return out;
}

// What all graphs of a model share while they are planned.
struct Shared {
  const ModelProto& model;
  const PlanOptions& options;
  std::map<std::pair<std::string, std::string>, const FunctionProto*> functions;
  std::vector<const FunctionProto*> calls;  // the functions that we are in
  std::size_t expanded = 0;
  std::chrono::steady_clock::duration folding{};  // the time it has taken
};

class Planner {
 public:
  Planner(Shared& shared, const Opsets& opsets, Planner* outer)
      : shared_(shared), opsets_(opsets), outer_(outer), plan_(std::make_unique<Plan>()) {}

  std::unique_ptr<Plan> run(const GraphProto& graph, bool is_main);

 private:
  std::uint32_t add_slot(const std::string& name);
  void add_constant(const std::string& name, Any value);
  std::vector<const NodeProto*> ordered(const GraphProto& graph);
  std::vector<const NodeProto*> alive(const std::vector<const NodeProto*>& nodes) const;
  void add_step(const NodeProto& n);
  bool fold(Step& step);
  Place find(const std::string& name);
  std::unique_ptr<Plan> expand(const NodeProto& n, const FunctionProto& f);
  void find_last_uses();

  Shared& shared_;
  const Opsets& opsets_;
  Planner* outer_;
  std::unique_ptr<Plan> plan_;
  std::unordered_map<std::string, Place> places_;
  std::vector<std::string> outputs_;
  // Slots that each step uses, by itself or in its subgraphs.
  std::vector<std::vector<std::uint32_t>> uses_;
};

std::uint32_t Planner::add_slot(const std::string& name) {
  const auto slot = static_cast<std::uint32_t>(plan_->names.size());
  plan_->names.push_back(name);
  Place p;
  p.slot = slot;
  places_[name] = p;
  return slot;
}

void Planner::add_constant(const std::string& name, Any value) {
  plan_->constants.push_back(std::make_unique<Any>(std::move(value)));
  Place p;
  p.constant = plan_->constants.back().get();
  places_[name] = p;
}

Place Planner::find(const std::string& name) {
  Place p;
  p.slot = Place::kNone;
  if (name.empty()) return p;
  const auto it = places_.find(name);
  if (it != places_.end()) {
    if (it->second.is_local() && !uses_.empty()) uses_.back().push_back(it->second.slot);
    return it->second;
  }
  if (!outer_) return p;
  p = outer_->find(name);
  if (!p.constant && p.slot != Place::kNone) ++p.up;
  return p;
}

std::unique_ptr<Plan> Planner::run(const GraphProto& graph, bool is_main) {
  std::unordered_set<std::string> inputs;
  for (const auto& v : graph.inputs) {
    check(!v.name.empty(), "graph '", graph.name, "': an input has no name");
    check(inputs.insert(v.name).second, "graph '", graph.name, "': two inputs are named '", v.name,
          "'");
  }
  // Before IR version 4 every initializer had to be an input as well.
  const bool overridable = is_main && shared_.model.ir_version >= 4;
  std::unordered_set<std::string> seen;
  for (const auto& t : graph.initializers) {
    check(seen.insert(t.name).second, "graph '", graph.name, "': two initializers are named '",
          t.name, "'");
    if (is_main && shared_.options.parameters.count(t.name) != 0)
      plan_->parameters.emplace_back(add_slot(t.name), t.name);
    else if (!overridable || inputs.count(t.name) == 0) add_constant(t.name, t.value);
  }
  for (const auto& v : graph.inputs) {
    // An input that an initializer fills: it keeps its place in the list.
    if (places_.count(v.name) != 0) plan_->inputs.push_back(Place::kNone);
    else plan_->inputs.push_back(add_slot(v.name));
  }
  if (is_main && !shared_.options.outputs.empty()) outputs_ = shared_.options.outputs;
  else
    for (const auto& v : graph.outputs) outputs_.push_back(v.name);

  for (const NodeProto* n : alive(ordered(graph))) add_step(*n);
  uses_.emplace_back();
  for (const auto& name : outputs_) {
    const Place p = find(name);
    check(p.constant || p.slot != Place::kNone, "graph '", graph.name,
          "': nothing makes its output '", name, "'");
    plan_->outputs.push_back(p);
  }
  if (is_main && shared_.options.names)
    for (const auto& [name, place] : places_)
      if (place.constant) plan_->named_constants[name] = place.constant;
  find_last_uses();
  return std::move(plan_);
}

// The nodes, each after those that make what it uses. Files should come so already.
std::vector<const NodeProto*> Planner::ordered(const GraphProto& graph) {
  std::unordered_map<std::string, std::size_t> maker;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const auto& o : graph.nodes[i].outputs) {
      if (o.empty()) continue;
      check(places_.count(o) == 0, graph.nodes[i].title(), ": its output '", o,
            "' is an input or initializer of the graph as well");
      const auto [it, fresh] = maker.emplace(o, i);
      check(fresh, graph.nodes[i].title(), ": its output '", o, "' is made by the ",
            graph.nodes[it->second].title(), " as well");
    }
  std::vector<std::size_t> missing(graph.nodes.size(), 0);
  std::vector<std::vector<std::size_t>> users(graph.nodes.size());
  std::vector<const NodeProto*> out;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const std::string* name : uses_of(graph.nodes[i])) {
      const auto it = maker.find(*name);
      if (it != maker.end()) {
        ++missing[i];
        users[it->second].push_back(i);
        continue;
      }
      const bool known =
          places_.count(*name) != 0 || (outer_ && outer_->find(*name).slot != Place::kNone);
      check(known, graph.nodes[i].title(), ": its input '", *name,
            "' is no input or initializer of the graph, and no node makes it");
    }
  // In the file's order as far as it goes: `ready` is a heap of places in the file.
  std::vector<std::size_t> ready;
  const auto later = [](std::size_t a, std::size_t b) { return a > b; };
  for (std::size_t i = graph.nodes.size(); i-- > 0;)
    if (missing[i] == 0) ready.push_back(i);
  std::make_heap(ready.begin(), ready.end(), later);
  while (!ready.empty()) {
    std::pop_heap(ready.begin(), ready.end(), later);
    const std::size_t i = ready.back();
    ready.pop_back();
    out.push_back(&graph.nodes[i]);
    for (const std::size_t user : users[i])
      if (--missing[user] == 0) {
        ready.push_back(user);
        std::push_heap(ready.begin(), ready.end(), later);
      }
  }
  for (std::size_t i = 0; i < missing.size(); ++i)
    check(missing[i] == 0, graph.nodes[i].title(),
          ": it depends on its own output: the graph has a cycle");
  return out;
}

// Without the nodes that no output depends on.
std::vector<const NodeProto*> Planner::alive(const std::vector<const NodeProto*>& nodes) const {
  std::unordered_set<std::string> wanted(outputs_.begin(), outputs_.end());
  std::vector<const NodeProto*> out;
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    const auto& outputs = (*it)->outputs;
    if (std::none_of(outputs.begin(), outputs.end(),
                     [&](const std::string& o) { return !o.empty() && wanted.count(o) != 0; }))
      continue;
    for (const std::string* name : uses_of(**it)) wanted.insert(*name);
    out.push_back(*it);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

void Planner::add_step(const NodeProto& n) {
  Step step;
  step.node = &n;
  uses_.emplace_back();
  const auto version = opsets_.find(n.domain);
  step.opset = version == opsets_.end() ? 1 : static_cast<int>(version->second);
  for (const auto& i : n.inputs) step.inputs.push_back(find(i));

  const auto function = shared_.functions.find({n.domain, n.op_type});
  if (function != shared_.functions.end()) {
    step.function = expand(n, *function->second);
  } else {
    step.kernel = find_kernel(n.domain, n.op_type, step.opset);
    check(step.kernel, n.title(), ": the operator ", n.op_type, " of ",
          n.domain.empty() ? "ai.onnx" : n.domain, " version ", step.opset, " is not supported");
  }
  for (const auto& a : n.attributes) {
    check(a.ref_attr_name.empty(), n.title(), ": its attribute ", a.name,
          " refers to an attribute of a function, outside of one");
    if (a.g) step.bodies.emplace_back(a.g.get(), Planner(shared_, opsets_, this).run(*a.g, false));
  }
  if (shared_.options.fold && fold(step)) {
    uses_.pop_back();
    return;
  }
  for (const auto& o : n.outputs) step.outputs.push_back(o.empty() ? Place::kNone : add_slot(o));
  plan_->steps.push_back(std::move(step));
}

// Computes a node whose inputs are all constants. One that fails is left to the run, which may
// never reach it.
bool Planner::fold(Step& step) {
  if (!step.bodies.empty() || !is_foldable(*step.node) || shared_.folding > kMaxFolding)
    return false;
  for (const Place& p : step.inputs)
    if (!p.constant && p.slot != Place::kNone) return false;
  const auto& names = step.node->outputs;
  Frame frame;
  frame.values.resize(names.size());
  for (std::uint32_t i = 0; i < names.size(); ++i)
    step.outputs.push_back(names[i].empty() ? Place::kNone : i);
  const auto began = std::chrono::steady_clock::now();
  bool done = true;
  try {
    const GradModeGuard no_grad(false);
    const MemoryLimit limit(kMaxFoldingBytes);
    const StepLimit steps(kMaxFoldingSteps);
    Run(step, frame).compute();
  } catch (const Error&) {
    done = false;
  }
  shared_.folding += std::chrono::steady_clock::now() - began;
  step.outputs.clear();
  if (!done) return false;
  // An empty sequence doesn't tell any more of what: its node stays.
  for (const Any& v : frame.values)
    if (v.is_sequence() || (v.is_tensor() && v.tensor().numel() > kMaxFolded)) return false;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!names[i].empty()) add_constant(names[i], std::move(frame.values[i]));
  return true;
}

void Planner::find_last_uses() {
  std::vector<char> done(plan_->names.size(), 0);
  for (const std::uint32_t slot : uses_.back()) done[slot] = 1;  // the outputs
  // A slot that outer frames fill, or that nothing uses, is dropped when the frame is.
  for (std::size_t i = plan_->steps.size(); i-- > 0;) {
    Step& step = plan_->steps[i];
    const auto drop = [&](std::uint32_t slot) {
      if (slot == Place::kNone || done[slot] != 0) return;
      done[slot] = 1;
      step.last_uses.push_back(slot);
    };
    for (const std::uint32_t slot : uses_[i]) drop(slot);
    for (const std::uint32_t slot : step.outputs) drop(slot);
    step.reuses = may_reuse(step);
  }
}

// ---- functions ----

// The attribute that a call gives to a function, or the function's own; null when neither is.
const AttributeProto* given(const NodeProto& call, const FunctionProto& f,
                            const std::string& name) {
  if (const AttributeProto* a = call.find(name.c_str())) return a;
  for (const AttributeProto& a : f.defaults)
    if (a.name == name) return &a;
  return nullptr;
}

// Nodes of a function with the attributes of one call filled in.
std::vector<NodeProto> filled(const std::vector<NodeProto>& nodes, const NodeProto& call,
                              const FunctionProto& f) {
  std::vector<NodeProto> out = nodes;
  for (NodeProto& n : out) {
    std::vector<AttributeProto> attributes;
    for (AttributeProto& a : n.attributes) {
      if (!a.ref_attr_name.empty()) {
        const AttributeProto* value = given(call, f, a.ref_attr_name);
        if (!value) continue;
        attributes.push_back(*value);
        attributes.back().name = a.name;
        continue;
      }
      if (a.g) {
        auto body = std::make_shared<GraphProto>(*a.g);
        body->nodes = filled(body->nodes, call, f);
        a.g = body;
      }
      attributes.push_back(std::move(a));
    }
    n.attributes = std::move(attributes);
  }
  return out;
}

std::unique_ptr<Plan> Planner::expand(const NodeProto& n, const FunctionProto& f) {
  auto& calls = shared_.calls;
  check(std::find(calls.begin(), calls.end(), &f) == calls.end(), n.title(), ": function ", f.name,
        " calls itself");
  shared_.expanded += f.nodes.size();
  check(shared_.expanded <= kMaxExpanded, n.title(), ": functions expand to more than ",
        kMaxExpanded, " nodes");
  auto graph = std::make_unique<GraphProto>();
  graph->name = f.name;
  for (const auto& name : f.inputs) {
    graph->inputs.emplace_back();
    graph->inputs.back().name = name;
  }
  for (const auto& name : f.outputs) {
    graph->outputs.emplace_back();
    graph->outputs.back().name = name;
  }
  graph->nodes = filled(f.nodes, n, f);
  Opsets opsets = opsets_;
  for (const auto& o : f.opset_imports) opsets[o.domain] = o.version;
  calls.push_back(&f);
  std::unique_ptr<Plan> plan = Planner(shared_, opsets, nullptr).run(*graph, false);
  calls.pop_back();
  plan->own_graph = std::move(graph);
  return plan;
}

}  // namespace

std::set<std::string> captured_names(const NodeProto& node) {
  Names names;
  for (const auto& a : node.attributes)
    if (a.g) add_free_names(*a.g, names);
  std::set<std::string> out;
  for (const std::string* name : names) out.insert(*name);
  return out;
}

std::unique_ptr<Plan> make_plan(const ModelProto& model, const PlanOptions& options) {
  Opsets opsets;
  for (const auto& o : model.opset_imports) opsets[o.domain] = o.version;
  // Files older than IR version 3 import nothing.
  opsets.emplace("", 1);
  const std::int64_t version = opsets[""];
  check(version >= kFirstOpset && version <= kLastOpset, "The model imports version ", version,
        " of the operators; versions ", kFirstOpset, " to ", kLastOpset, " are supported.");
  Shared shared{model, options, {}, {}, 0, {}};
  for (const auto& f : model.functions) shared.functions[{f.domain, f.name}] = &f;
  return Planner(shared, opsets, nullptr).run(model.graph, true);
}

}  // namespace gradbox::onnx
