#include "record/recorder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <map>
#include <unordered_map>

#include "autograd/engine.h"
#include "core/json.h"
#include "record/graph.h"
#include "record/notes.h"
#include "record/pictures.h"
#include "record/statistics.h"

namespace gradbox::record {

namespace detail {
bool g_enabled = false;
}

namespace {

constexpr std::size_t kMaxEvents = 5000;
constexpr std::size_t kMaxLosses = 20000;  // values a series keeps between drains
constexpr std::size_t kMaxSeries = 16;

struct Event {
  std::string module, class_name;
  const char* kind;
  std::string shapes;
  const char* dtype;
  Statistics statistics;
  Histogram histogram;
  double ms;  // negative: no duration
  std::size_t depth;
};

struct Series {
  std::string label;
  std::int64_t first = 0;
  std::deque<double> values;
};

struct Frame {
  Module* module;
  std::string path;
  Ref<CallNote> note;
};

struct Log {
  std::deque<Event> events;
  std::int64_t dropped = 0, skipped = 0;
  std::vector<Series> losses;
  std::vector<Frame> calls;  // modules that are running, outermost first
  std::unordered_map<const Module*, std::string> paths;  // below the outermost one, when looked up
  bool has_paths = false;
};
// Lives until the process ends: modules may be destroyed after statics.
Log& log() {
  static Log* l = new Log;
  return *l;
}

// depth: how many modules are around.
void add_event(std::string module, std::string class_name, const char* kind,
               const TensorList& tensors, double ms, std::size_t depth) {
  Log& l = log();
  const Statistics s = summarize(tensors);
  if (l.events.size() >= kMaxEvents) {
    l.events.pop_front();
    ++l.dropped;
  }
  const char* dtype = "";
  for (const Tensor& t : tensors)
    if (t.defined()) {
      dtype = dtype_name(t.dtype());
      break;
    }
  l.events.push_back({std::move(module), std::move(class_name), kind, shapes_text(tensors), dtype,
                      s, histogram(tensors, s), ms, depth});
}

// Path of a module that is called while `calls` run: relative to the outermost one, which is shown
// by its class name.
std::string path_of(const Module& module) {
  Log& l = log();
  if (l.calls.empty()) return "";
  const Frame& caller = l.calls.back();
  for (const Module::Child& c : caller.module->own_children())
    if (c.module.get() == &module) return caller.path.empty() ? c.name : caller.path + "." + c.name;
  if (!l.has_paths) {
    for (const auto& [path, m] : l.calls.front().module->named_modules()) l.paths.emplace(m, path);
    l.has_paths = true;
  }
  const auto it = l.paths.find(&module);
  return it == l.paths.end() ? module.name() : it->second;
}

std::string shown(const std::string& path, const Module& m) {
  return path.empty() ? m.name() : path;
}

std::string bins_json(const Histogram& h) {
  std::string out = "[";
  for (const auto n : h) out += (out.size() > 1 ? "," : "") + std::to_string(n);
  return out + "]";
}

std::string event_json(const Event& e) {
  const Statistics& s = e.statistics;
  const auto number = [&](double v) { return s.finite ? json_rounded(v, 7) : std::string("null"); };
  return "{\"module\":" + json_quote(e.module) + ",\"class\":" + json_quote(e.class_name) +
         ",\"kind\":\"" + e.kind + "\",\"shapes\":\"" + e.shapes + "\",\"dtype\":\"" + e.dtype +
         "\",\"min\":" + number(s.min) + ",\"mean\":" + number(s.mean) +
         ",\"max\":" + number(s.max) + ",\"std\":" + number(s.std) +
         ",\"nans\":" + std::to_string(s.nans) + ",\"infs\":" + std::to_string(s.infs) +
         ",\"ms\":" + (e.ms < 0 ? "null" : json_rounded(e.ms, 4)) +
         ",\"depth\":" + std::to_string(e.depth) + ",\"bins\":" + bins_json(e.histogram) + "}";
}

// "MseLossBackward0" -> "MseLoss"
std::string loss_label(const Tensor& t) {
  const Ref<Node> fn = t.grad_fn();
  if (!fn) return "leaf";
  std::string name = fn->name();
  const std::size_t at = name.rfind("Backward");
  if (at != std::string::npos && at > 0) name.resize(at);
  return name;
}

void note_loss(const Tensor& t) {
  Log& l = log();
  std::string label = loss_label(t);
  auto it = std::find_if(l.losses.begin(), l.losses.end(),
                         [&](const Series& s) { return s.label == label; });
  if (it == l.losses.end()) {
    if (l.losses.size() >= kMaxSeries) return;
    l.losses.push_back({std::move(label), 0, {}});
    it = l.losses.end() - 1;
  }
  if (it->values.size() >= kMaxLosses) {
    it->values.pop_front();
    ++it->first;
  }
  it->values.push_back(t.item());
}

// Never destroyed, as the log.
ForwardTracer& tracer() {
  static auto* t = new ForwardTracer;
  return *t;
}

class Observer : public GraphObserver {
 public:
  void on_node(Node& node, const TensorList& outputs) override { notes_.on_node(node, outputs); }
  void on_leaf(const Tensor& leaf) override { notes_.on_leaf(leaf); }
  void on_begin(const TensorList& outputs, bool accumulates,
                const BackwardOptions& options) override {
    if (accumulates)
      for (const Tensor& t : outputs)
        if (t.defined() && t.numel() == 1) note_loss(t);
    if (notes_.on_begin(outputs, options)) keep_graph(outputs);
    if (accumulates && outputs.size() == 1) keep_forward(tracer().take(outputs[0]));
    tracer().watch(false);
  }
  void on_step(Node& node, const TensorList& grads) override { notes_.on_step(node, grads); }
  void on_edge(Node& node, std::size_t i, const Tensor& grad) override {
    notes_.on_edge(node, i, grad);
  }
  void on_end() override {
    notes_.on_end();
    tracer().watch(looks_closely());
  }
  void on_tensor_hook(const Node& node, const Tensor& grad) override {
    std::string name;
    if (node.is_sink()) name = parameter_name(static_cast<const AccumulateGrad&>(node).variable);
    if (name.empty()) name = node.is_sink() ? "leaf" : node.name();
    add_event(std::move(name), node.name(), "tensor", {grad}, -1, 0);
  }

 private:
  Notes notes_;
};

}  // namespace

void enable(bool on, bool every_call) {
  look_always(every_call);
  if (on == detail::g_enabled) return;
  detail::g_enabled = on;
  log().calls.clear();
  if (on) {
    log().events.clear();
    log().losses.clear();
    log().dropped = log().skipped = 0;
    forget_graph();
    forget_forwards();
    static auto* observer = new Observer;
    *observer = Observer();
    set_graph_observer(observer);
  } else {
    set_graph_observer(nullptr);
  }
  tracer().watch(on);
}

std::string drain() {
  std::string out = "[";
  for (const Event& e : log().events) {
    if (out.size() > 1) out += ",";
    out += event_json(e);
  }
  log().events.clear();
  return out + "]";
}

std::int64_t dropped() { return log().dropped; }
std::int64_t skipped() { return log().skipped; }

std::string drain_losses() {
  std::string out = "[";
  for (Series& s : log().losses) {
    if (s.values.empty()) continue;
    if (out.size() > 1) out += ",";
    out += "{\"label\":" + json_quote(s.label) + ",\"first\":" + std::to_string(s.first) +
           ",\"values\":[";
    bool first = true;
    for (const double v : s.values) {
      if (!first) out += ",";
      first = false;
      out += json_rounded(v, 9);
    }
    out += "]}";
    s.first += static_cast<std::int64_t>(s.values.size());
    s.values.clear();
  }
  return out + "]";
}

double now_ms() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

CallScope::CallScope(Module& module, const TensorList& inputs) : watched_(looks_closely()) {
  if (!watched_) {
    ++log().skipped;
    return;
  }
  static std::uint64_t calls = 0;
  std::string path = path_of(module);
  add_event(shown(path, module), module.name(), "pre_forward", inputs, -1, log().calls.size());
  auto note = make_ref<CallNote>();
  note->parent = current_call();
  note->path = path;
  note->class_name = module.name();
  note->id = ++calls;
  if (log().calls.empty()) tracer().on_input(module, inputs);
  log().calls.push_back({&module, std::move(path), std::move(note)});
  begin_ = now_ms();
}

CallScope::~CallScope() {
  if (!watched_) return;
  Log& l = log();
  // Empty when recording was switched off and on during the call.
  if (!l.calls.empty()) l.calls.pop_back();
  if (l.calls.empty()) {
    l.paths.clear();
    l.has_paths = false;
  }
}

void CallScope::finish(const TensorList& outputs) {
  if (!watched_) return;
  const double ms = now_ms() - begin_;
  if (!enabled() || log().calls.empty()) return;
  const Frame& frame = log().calls.back();
  const std::string name = shown(frame.path, *frame.module);
  const std::string class_name = frame.module->name();
  const std::size_t depth = log().calls.size() - 1;
  add_event(name, class_name, "forward", outputs, ms, depth);
  for (const Tensor& t : outputs) {
    if (!t.defined()) continue;
    const Ref<Node> fn = t.grad_fn();
    if (!fn) continue;
    const std::uint32_t nr = t.output_nr();
    // First, so that an outer module, which ends later, reports before the inner one that made its
    // output.
    fn->post_hooks.insert(fn->post_hooks.begin(), [name, class_name, nr, depth](
                                                      const TensorList&, const TensorList& grads) {
      if (enabled() && nr < grads.size() && grads[nr].defined())
        add_event(name, class_name, "backward", {grads[nr]}, -1, depth);
      return TensorList();
    });
  }
}

Ref<CallNote> current_call() {
  return log().calls.empty() ? Ref<CallNote>() : log().calls.back().note;
}

void note_bypassed(Module& module, const TensorList& inputs) {
  const std::string path = path_of(module);
  add_event(shown(path, module), module.name(), "bypassed", inputs, -1, log().calls.size());
}

}  // namespace gradbox::record
