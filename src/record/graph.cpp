#include "record/graph.h"

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "autograd/variable.h"
#include "core/json.h"
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

using Labels = std::unordered_map<const TensorImpl*, std::string>;

// Names of all parameters, from the modules that are in no other module.
Labels parameter_labels() {
  std::unordered_set<const Module*> inner;
  for (const Module* m : modules())
    for (const Module::Child& c : m->own_children()) inner.insert(c.module.get());
  Labels labels;
  for (Module* m : modules()) {
    if (inner.count(m)) continue;
    for (const auto& [name, t] : m->named_parameters()) labels.emplace(t.impl(), name);
  }
  return labels;
}

class GraphWriter {
 public:
  explicit GraphWriter(std::size_t max_nodes) : max_nodes_(max_nodes), labels_(parameter_labels()) {}

  std::string write(const std::vector<Ref<Node>>& roots) {
    for (const auto& r : roots) reach(r.get(), "root");
    while (!queue_.empty()) {
      const Node* n = queue_.front();
      queue_.pop_front();
      for (const Edge& e : n->next) {
        if (!e.node || !reach(e.node.get(), e.node->is_sink() ? "leaf" : "op")) continue;
        if (!drawn_.emplace(n->id, e.node->id).second) continue;
        edges_ += (edges_.empty() ? "" : ",") + ("{\"from\":" + std::to_string(n->id)) +
                  ",\"to\":" + std::to_string(e.node->id) + "}";
      }
    }
    return "{\"nodes\":[" + nodes_ + "],\"edges\":[" + edges_ + "],\"truncated\":" + (truncated_ ? "true" : "false") +
           "}";
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
      shape = json_ints(n->outputs[0].shape);
      dtype = json_quote(dtype_name(n->outputs[0].dtype));
    }
    nodes_ += (nodes_.empty() ? "" : ",") + ("{\"id\":" + std::to_string(n->id)) + ",\"name\":" + json_quote(n->name()) +
              ",\"kind\":\"" + kind + "\",\"shape\":" + shape + ",\"dtype\":" + dtype + ",\"label\":" + label + "}";
    return true;
  }

  std::size_t max_nodes_;
  Labels labels_;
  std::unordered_set<const Node*> seen_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> drawn_;
  std::deque<const Node*> queue_;
  std::string nodes_, edges_;
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

std::string parameter_name(const Tensor& t) {
  const Labels labels = parameter_labels();
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
