#include "record/graph.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "autograd/variable.h"
#include "core/json.h"
#include "record/notes.h"
#include "record/recorder.h"

namespace gradbox::record {

namespace {

// Live modules in order of creation. Never destroyed, see recorder.cpp.
std::vector<Module*>& modules() {
  static auto* list = new std::vector<Module*>;
  return *list;
}

struct LastGraph {
  std::vector<Ref<Node>> roots;
  std::string json;
};
LastGraph& last() {
  static auto* g = new LastGraph;
  return *g;
}

class GraphWriter {
 public:
  explicit GraphWriter(std::size_t max_nodes) : max_nodes_(max_nodes), labels_(parameter_names()) {}

  std::string write(const std::vector<Ref<Node>>& roots) {
    for (const auto& r : roots) reach(r.get(), "root");
    while (!queue_.empty()) {
      const Node* n = queue_.front();
      queue_.pop_front();
      for (std::size_t i = 0; i < n->next.size(); ++i) {
        const Edge& e = n->next[i];
        if (e.node && reach(e.node.get(), e.node->is_sink() ? "leaf" : "op")) add_edge(*n, i);
      }
    }
    return "{\"nodes\":[" + nodes_ + "],\"edges\":[" + edges_ + "],\"calls\":[" + calls_ +
           "],\"run\":" + std::to_string(current_run()) +
           ",\"truncated\":" + (truncated_ ? "true" : "false") + "}";
  }

 private:
  // Whether the node is part of the picture.
  bool reach(const Node* n, const char* kind) {
    if (seen_.count(n)) return true;
    if (seen_.size() >= max_nodes_) {
      truncated_ = true;
      return false;
    }
    seen_.insert(n);
    queue_.push_back(n);
    std::string label = "null";
    if (n->is_sink()) {
      const auto it = labels_.find(static_cast<const AccumulateGrad*>(n)->variable.impl());
      if (it != labels_.end()) label = json_quote(it->second);
    }
    std::string shape = "null", dtype = "null";
    if (!n->outputs.empty()) {
      shape = json_ints(n->outputs[0].shape());
      dtype = json_quote(dtype_name(n->outputs[0].dtype));
    }
    nodes_ += (nodes_.empty() ? "" : ",") + ("{\"id\":" + std::to_string(n->id)) +
              ",\"name\":" + json_quote(n->name()) + ",\"kind\":\"" + kind +
              "\",\"shape\":" + shape + ",\"dtype\":" + dtype + ",\"label\":" + label;
    add_operator(*n);
    add_note(*n);
    nodes_ += "}";
    return true;
  }

  // The operator and what of its arguments is no tensor.
  void add_operator(const Node& n) {
    const OpNode* op = n.as_op();
    if (!op) return;
    nodes_ += ",\"op\":" + json_quote(op->op.schema.name) + ",\"args\":{";
    bool first = true;
    for (std::size_t i = 0; i < op->plain_args.size(); ++i) {
      if (op->plain_args[i].is_none()) continue;
      nodes_ += (first ? "" : ",") + json_quote(op->op.schema.args[i].name) + ":" +
                json_value(op->plain_args[i]);
      first = false;
    }
    nodes_ += "}";
  }

  void add_note(const Node& n) {
    const NodeNote* note = note_of(n);
    int line = note ? note->line : 0;
    if (n.is_sink()) line = autograd_meta(static_cast<const AccumulateGrad&>(n).variable).line;
    if (line > 0) nodes_ += ",\"line\":" + std::to_string(line);
    if (!note) return;
    if (note->call) nodes_ += ",\"call\":" + std::to_string(reach_call(*note->call));
    add_sample(nodes_, "value", note->value);
    const StepNote* last = last_of(n);
    if (!last) return;
    nodes_ += ",\"step\":" + std::to_string(last->step) + ",\"grads\":[";
    for (std::size_t i = 0; i < last->grads.size(); ++i)
      nodes_ += (i ? "," : "") + last->grads[i].json();
    nodes_ += "]";
    if (n.is_sink()) nodes_ += ",\"before\":" + last->before.json();
    if (last->saved.empty()) return;
    nodes_ += ",\"saved\":[";
    for (std::size_t i = 0; i < last->saved.size(); ++i)
      nodes_ += (i ? ",{\"arg\":" : "{\"arg\":") +
                json_quote(n.as_op()->op.schema.args[last->saved[i].first].name) +
                ",\"value\":" + last->saved[i].second.json() + "}";
    nodes_ += "]";
  }

  // What the last backward that was looked at left; null if it didn't come by.
  static const StepNote* last_of(const Node& n) {
    const NodeNote* note = note_of(n);
    return note && note->last && note->last->run == current_run() ? note->last.get() : nullptr;
  }

  std::uint64_t reach_call(const CallNote& call) {
    if (!seen_calls_.insert(call.id).second) return call.id;
    const std::string parent = call.parent ? std::to_string(reach_call(*call.parent)) : "null";
    calls_ += (calls_.empty() ? "" : ",") + ("{\"id\":" + std::to_string(call.id)) +
              ",\"parent\":" + parent + ",\"path\":" + json_quote(call.path) +
              ",\"class\":" + json_quote(call.class_name) + "}";
    return call.id;
  }

  void add_edge(const Node& n, std::size_t i) {
    const Edge& e = n.next[i];
    edges_ += (edges_.empty() ? "" : ",") + ("{\"from\":" + std::to_string(n.id)) +
              ",\"to\":" + std::to_string(e.node->id) + ",\"output\":" + std::to_string(e.input_nr);
    if (const OpNode* op = n.as_op())
      for (const OpNode::ArgInfo& a : op->info)
        if (a.edge == static_cast<int>(i))
          edges_ += ",\"arg\":" + json_quote(op->op.schema.args[a.arg].name);
    const StepNote* last = last_of(n);
    if (last && i < last->edges.size()) {
      add_sample(edges_, "grad", last->edges[i].grad);
      add_sample(edges_, "local", last->edges[i].local);
    }
    edges_ += "}";
  }

  static void add_sample(std::string& out, const char* name, const Sample& s) {
    if (s.defined()) out += ",\"" + std::string(name) + "\":" + s.json();
  }

  std::size_t max_nodes_;
  std::unordered_map<const TensorImpl*, std::string> labels_;
  std::unordered_set<const Node*> seen_;
  std::unordered_set<std::uint64_t> seen_calls_;
  std::deque<const Node*> queue_;
  std::string nodes_, edges_, calls_;
  bool truncated_ = false;
};

}  // namespace

void note_module(Module& module, bool alive) {
  auto& list = modules();
  if (alive) {
    list.push_back(&module);
  } else {
    // Young modules die first, as a rule.
    const auto it = std::find(list.rbegin(), list.rend(), &module);
    if (it != list.rend()) list.erase(std::next(it).base());
  }
}

// From the modules that are in no other module.
std::unordered_map<const TensorImpl*, std::string> parameter_names() {
  std::unordered_set<const Module*> inner;
  for (const Module* m : modules())
    for (const Module::Child& c : m->own_children()) inner.insert(c.module.get());
  std::unordered_map<const TensorImpl*, std::string> names;
  for (Module* m : modules()) {
    if (inner.count(m)) continue;
    for (const auto& [name, t] : m->named_parameters()) names.emplace(t.impl(), name);
  }
  return names;
}

std::string parameter_name(const Tensor& t) {
  const auto labels = parameter_names();
  const auto it = labels.find(t.impl());
  return it == labels.end() ? std::string() : it->second;
}

void keep_graph(const TensorList& outputs) {
  LastGraph& g = last();
  g.json.clear();
  std::vector<Ref<Node>> roots;
  for (const Tensor& t : outputs)
    if (Edge e = gradient_edge(t); e.node) roots.push_back(std::move(e.node));
  g.roots = std::move(roots);
}

void forget_graph() {
  last().roots.clear();
  last().json.clear();
}

std::string last_graph_json(std::size_t max_nodes) {
  LastGraph& g = last();
  if (!g.roots.empty()) {
    g.json = GraphWriter(max_nodes).write(g.roots);
    g.roots.clear();
  }
  return g.json;
}

std::string graph_json(const Tensor& t, std::size_t max_nodes) {
  std::vector<Ref<Node>> roots;
  if (Edge e = gradient_edge(t); e.node) roots.push_back(std::move(e.node));
  return GraphWriter(max_nodes).write(roots);
}

}  // namespace gradbox::record
