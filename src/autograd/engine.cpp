#include "autograd/engine.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

#include "autograd/variable.h"
#include "kernels/copy.h"
#include "ops/ops.h"

namespace gradbox {
namespace {

GraphObserver* g_observer = nullptr;

bool g_anomaly_mode = false;

void check_anomaly(const Node& node, const TensorList& gradients) {
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const Tensor& g = gradients[i];
    if (!g.defined() || !is_floating(g.dtype())) continue;
    GradModeGuard off(false);
    if (ops::sum(ops::ne(g, g)).item_int() != 0)
      fail(ErrorKind::Runtime, "Function '", node.name(), "' returned nan values in its ", i,
           "th output.");
  }
}

// What one run knows about a node.
struct Task {
  int dependencies = 0;  // edges into it that haven't delivered yet
  bool seen = false;     // reached from a root
  bool queued = false;
  bool needed = true;      // leads to a wanted input
  bool accumulate = true;  // an AccumulateGrad that may write
  TensorList buffer;       // gradients gathered so far, one an output
  std::vector<std::pair<std::uint32_t, std::size_t>>
      captures;  // output number, index of the wanted input
};

class Run {
 public:
  explicit Run(BackwardOptions options) : options_(options), id_(++last_id()) {}
  // A backward inside a hook may meet nodes of the run around it: they get their place back.
  ~Run() {
    if (observer_) observer_->on_end();
    for (const Entered& e : entered_) {
      e.node->run = e.run;
      e.node->run_slot = e.slot;
    }
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void add_root(const Edge& edge, const Tensor& g) {
    deliver(task(edge.node.get()), *edge.node, edge.input_nr, g);
    roots_.push_back(edge.node);
  }

  // Restricts the run to what leads to these edges; gradients arriving there are captured.
  void want(const std::vector<Edge>& inputs, bool accumulate) {
    restricted_ = true;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!inputs[i].node) continue;
      if (accumulate && inputs[i].node->is_sink()) {
        allowed_.push_back(inputs[i].node.get());
      } else {
        wanted_[inputs[i].node.get()].emplace_back(inputs[i].input_nr, i);
      }
    }
    captured.resize(inputs.size());
  }

  // Reports the run, unless it is inside another.
  void report(const TensorList& outputs, bool accumulates) {
    if (depth() > 0 || !g_observer) return;
    observer_ = g_observer;
    observer_->on_begin(outputs, accumulates, options_);
  }

  TensorList captured;

  void execute() {
    const Inside inside;
    count_dependencies();
    if (restricted_) mark_needed();
    GradModeGuard mode(options_.create_graph);
    for (const auto& root : roots_) {
      Task& t = task(root.get());
      if (t.dependencies == 0 && !t.queued) push(root.get(), t);
    }
    while (!ready_.empty()) {
      Node* node = ready_.top().second;
      ready_.pop();
      step(*node);
    }
  }

 private:
  using Entry = std::pair<std::uint64_t, Node*>;
  struct Entered {
    Ref<Node> node;  // also keeps the node alive while the run knows it
    std::uint64_t run;
    std::size_t slot;
  };

  static int& depth() {
    static int runs = 0;
    return runs;
  }
  struct Inside {
    Inside() { ++depth(); }
    ~Inside() { --depth(); }
  };

  static std::uint64_t& last_id() {
    static std::uint64_t id = 0;
    return id;
  }

  bool knows(const Node* n) const { return n->run == id_; }

  // References stay good until a node is met for the first time, which ends with counting.
  Task& task(Node* n) {
    if (!knows(n)) {
      entered_.push_back({Ref<Node>(n), n->run, n->run_slot});
      n->run = id_;
      n->run_slot = tasks_.size();
      tasks_.emplace_back();
    }
    return tasks_[n->run_slot];
  }

  void push(Node* n, Task& t) {
    t.queued = true;
    ready_.emplace(n->sequence, n);
  }

  void count_dependencies() {
    std::vector<Node*> stack;
    const auto visit = [&](Node* n, Task& t) {
      if (t.seen) return;
      t.seen = true;
      stack.push_back(n);
    };
    for (const auto& r : roots_) visit(r.get(), task(r.get()));
    while (!stack.empty()) {
      Node* n = stack.back();
      stack.pop_back();
      order_.push_back(n);
      for (const Edge& e : n->next) {
        if (!e.node) continue;
        Task& t = task(e.node.get());
        ++t.dependencies;
        visit(e.node.get(), t);
      }
    }
  }

  // A node is needed when it is wanted or an edge of it leads to a needed node. Nodes are visited
  // so that a node's successors come first: a successor was always created earlier, but for
  // AccumulateGrad, which has none.
  void mark_needed() {
    for (Task& t : tasks_) t.needed = t.accumulate = false;
    for (Node* n : allowed_)
      if (knows(n)) task(n).needed = task(n).accumulate = true;
    for (auto& [n, captures] : wanted_) {
      if (!knows(n)) continue;
      task(n).needed = true;
      task(n).captures = captures;
    }
    std::vector<Node*> pending = order_;
    bool changed = true;
    std::sort(pending.begin(), pending.end(),
              [](const Node* a, const Node* b) { return a->id < b->id; });
    while (changed) {  // one pass in nearly every graph; more when in-place writes reorder history
      changed = false;
      for (Node* n : pending) {
        Task& t = task(n);
        if (t.needed) continue;
        for (const Edge& e : n->next)
          if (e.node && task(e.node.get()).needed) {
            t.needed = changed = true;
            break;
          }
      }
    }
  }

  void deliver(Task& t, Node& node, std::uint32_t nr, Tensor g) {
    if (t.buffer.size() < node.outputs.size()) t.buffer.resize(node.outputs.size());
    if (!g.defined()) return;
    Tensor& slot = t.buffer.at(nr);
    if (!slot.defined()) {
      slot = std::move(g);
      return;
    }
    // What nobody else can see may be written to.
    const bool own =
        !options_.create_graph && slot.use_count() == 1 && slot.impl()->storage->use_count() == 1;
    if (!own || !kernels::add_dense(slot, g)) slot = ops::add(slot, g);
  }

  void step(Node& node) {
    Task& t = task(&node);
    const Ref<Node> keep(&node);
    TensorList grads = std::move(t.buffer);
    grads.resize(node.outputs.size());
    run_tensor_hooks(node, grads);
    for (auto& [nr, impl] : node.retainers) retain(impl, grads[nr]);
    for (const auto& [nr, index] : t.captures) captured[index] = grads.at(nr);
    const bool run = t.needed && (node.is_sink() ? t.accumulate : has_needed_edge(node));
    if (run) {
      TensorList out;
      for (std::size_t i = 0; i < node.pre_hooks.size(); ++i) {
        const auto hook = node.pre_hooks[i];  // it may add another
        TensorList replaced = hook(grads);
        if (!replaced.empty()) grads = std::move(replaced);
      }
      if (observer_) observer_->on_step(node, grads);
      if (node.post_hooks.empty()) {
        out = node.apply(std::move(grads));
      } else {
        out = node.apply(grads);
        for (const auto& hook : node.post_hooks) {
          TensorList replaced = hook(out, grads);
          if (!replaced.empty()) out = std::move(replaced);
        }
      }
      if (g_anomaly_mode) check_anomaly(node, out);
      if (!options_.retain_graph) node.release_saved();
      if (out.size() < node.next.size()) out.resize(node.next.size());
      for (std::size_t i = 0; i < node.next.size(); ++i) {
        const Edge& e = node.next[i];
        if (!e.node) continue;
        Tensor g = fit(node, i, e, std::move(out[i]));
        if (observer_) observer_->on_edge(node, i, g);
        deliver(task(e.node.get()), *e.node, e.input_nr, std::move(g));
      }
    }
    for (const Edge& e : node.next) {
      if (!e.node) continue;
      Task& receiver = task(e.node.get());
      if (--receiver.dependencies == 0) push(e.node.get(), receiver);
    }
  }

  bool has_needed_edge(const Node& node) {
    if (!restricted_) return true;
    for (const Edge& e : node.next)
      if (e.node && task(e.node.get()).needed) return true;
    return false;
  }

  static void run_tensor_hooks(Node& node, TensorList& grads) {
    const auto run = [&node](const Ref<TensorHookList>& list, Tensor& g) {
      if (!g.defined() || list->hooks.empty()) return;
      const auto hooks = list->hooks;  // a hook may remove itself
      for (const auto& [id, hook] : hooks) {
        Tensor r = hook(g);
        if (r.defined()) g = r;
      }
      if (g_observer) g_observer->on_tensor_hook(node, g);
    };
    if (node.is_sink()) {
      const AutogradMeta& m = autograd_meta(static_cast<AccumulateGrad&>(node).variable);
      if (m.hooks) run(m.hooks, grads[0]);
      return;
    }
    for (std::size_t i = 0; i < node.hooks.size(); ++i) {
      const auto entry = node.hooks[i];
      run(entry.second, grads.at(entry.first));
    }
  }

  void retain(TensorImpl* impl, const Tensor& g) {
    if (!g.defined()) return;
    AutogradMeta& m = *impl->meta;
    if (!m.grad.defined()) m.grad = options_.create_graph ? ops::clone(g) : g.clone_raw();
    else m.grad = ops::add(m.grad, g);
  }

  // Sums and casts a gradient to what the receiving input looks like.
  static Tensor fit(const Node& node, std::size_t index, const Edge& e, Tensor g) {
    if (!g.defined()) return g;
    const OutputMeta& want = e.node->outputs.at(e.input_nr);
    if (g.shape() != want.shape()) {
      if (!is_expandable_to(want.shape(), g.shape()))
        fail(ErrorKind::Runtime, "Function ", node.name(),
             " returned an invalid gradient at index ", index, " - got ", to_string(g.shape()),
             " but expected shape compatible with ", to_string(want.shape()));
      g = ops::sum_to(g, want.shape());
    }
    if (g.dtype() != want.dtype) g = ops::to(g, want.dtype);
    return g;
  }

  BackwardOptions options_;
  GraphObserver* observer_ = nullptr;
  bool restricted_ = false;
  std::vector<Ref<Node>> roots_;
  std::vector<Node*> order_;
  std::vector<Node*> allowed_;
  std::unordered_map<Node*, std::vector<std::pair<std::uint32_t, std::size_t>>> wanted_;
  std::uint64_t id_;
  std::vector<Task> tasks_;
  std::vector<Entered> entered_;
  std::priority_queue<Entry> ready_;
};

void add_roots(Run& run, const TensorList& outputs, const TensorList& grads) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& out = outputs[i];
    Tensor g = i < grads.size() ? grads[i] : Tensor();
    if (!g.defined()) {
      if (!out.requires_grad())
        fail(ErrorKind::Runtime, "element ", i,
             " of tensors does not require grad and does not have a grad_fn");
      if (out.numel() != 1)
        fail(ErrorKind::Runtime, "grad can be implicitly created only for scalar outputs");
      g = Tensor::full(out.shape(), 1, out.dtype());
    } else {
      if (g.shape() != out.shape())
        fail(ErrorKind::Runtime, "Mismatch in shape: grad_output[", i, "] has a shape of ",
             size_text(g.shape()), " and output[", i, "] has a shape of ", size_text(out.shape()),
             ".");
      if (!out.requires_grad())
        fail(ErrorKind::Runtime, "element ", i,
             " of tensors does not require grad and does not have a grad_fn");
      if (g.dtype() != out.dtype()) g = ops::to(g, out.dtype());
    }
    run.add_root(gradient_edge(out), g);
  }
}

}  // namespace

bool set_anomaly_mode(bool on) {
  const bool previous = g_anomaly_mode;
  g_anomaly_mode = on;
  return previous;
}

void set_graph_observer(GraphObserver* observer) { g_observer = observer; }
GraphObserver* graph_observer() { return g_observer; }

void backward(const TensorList& outputs, const TensorList& grads, BackwardOptions options,
              const TensorList& inputs) {
  Run run(options);
  add_roots(run, outputs, grads);
  if (!inputs.empty()) {
    std::vector<Edge> edges;
    for (const Tensor& t : inputs) {
      if (!t.requires_grad())
        fail(ErrorKind::Runtime, "One of the differentiated Tensors does not require grad");
      if (!t.is_leaf()) t.retain_grad();
      edges.push_back(gradient_edge(t));
    }
    run.want(edges, true);
  }
  run.report(outputs, true);
  run.execute();
}

TensorList grad(const TensorList& outputs, const TensorList& inputs, const TensorList& grads,
                BackwardOptions options, bool allow_unused) {
  Run run(options);
  add_roots(run, outputs, grads);
  std::vector<Edge> edges;
  for (const Tensor& t : inputs) {
    if (!t.requires_grad())
      fail(ErrorKind::Runtime, "One of the differentiated Tensors does not require grad");
    edges.push_back(gradient_edge(t));
  }
  run.want(edges, false);
  run.report(outputs, false);
  run.execute();
  if (!allow_unused)
    for (const Tensor& g : run.captured)
      if (!g.defined())
        fail(ErrorKind::Runtime,
             "One of the differentiated Tensors appears to not have been used in the graph. Set "
             "allow_unused=True "
             "if this is the desired behavior.");
  return std::move(run.captured);
}

TensorList apply_function(const std::string& name, const TensorList& inputs,
                          const std::function<TensorList(const TensorList&)>& forward,
                          const std::function<TensorList(const TensorList&)>& backward,
                          const std::function<TensorList()>& dirty) {
  TensorList outputs;
  {
    GradModeGuard off(false);
    outputs = forward(inputs);
  }
  bool record = false;
  for (const Tensor& t : inputs) record = record || (t.defined() && t.requires_grad());
  const TensorList changed = dirty ? dirty() : TensorList();
  for (const Tensor& t : changed) t.bump_version();
  if (!record || !grad_enabled()) return outputs;
  for (const Tensor& t : changed)
    check(!t.is_leaf() || !t.requires_grad(),
          "a leaf Variable that requires grad has been used in an in-place operation.");
  auto node = make_ref<FunctionNode>(name + "Backward",
                                     [backward](const TensorList& g) { return backward(g); });
  for (const Tensor& t : inputs) node->next.push_back(gradient_edge(t));
  for (Tensor& out : outputs) {
    if (!out.defined()) continue;
    bool written = false;
    for (const Tensor& t : changed) written = written || t.is_same(out);
    if (written && is_floating(out.dtype())) {
      check_inplace(out);
      rebase_history(out, node);
      continue;
    }
    for (const Tensor& in : inputs)
      if (in.defined() && in.is_same(out)) out = out.alias();
    if (is_floating(out.dtype())) {
      set_history(out, node);
    } else {
      node->add_output(out);
    }
  }
  if (g_observer) g_observer->on_node(*node, outputs);
  return outputs;
}

}  // namespace gradbox
