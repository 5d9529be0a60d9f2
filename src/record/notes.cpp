#include "record/notes.h"

#include <algorithm>
#include <cmath>

#include "autograd/variable.h"
#include "core/error.h"
#include "core/json.h"
#include "record/recorder.h"

namespace gradbox::record {

namespace {

constexpr std::int64_t kSmall = 16;  // elements of a tensor that is kept whole
constexpr std::int64_t kFew = 3;
// Up to these sizes a node's derivative is computed on its own, which runs its backward twice.
constexpr std::int64_t kLocalOutput = 64, kLocalInput = 4096;

// Iterations that are looked at in any case, and the time between others.
constexpr std::uint64_t kFirstRuns = 6;
// Of the first ones, those that are asked for lines: asking costs as much as a small operator.
constexpr std::uint64_t kFirstAsked = 2;
constexpr double kEveryMs = 50;

std::uint64_t g_runs = 0, g_run = 0;  // all, and the last that was looked at
double g_looked = 0;                  // when
bool g_closely = true, g_asks = true, g_always = false;
int (*g_line_source)() = nullptr;

bool is_small(const OpNode& node) {
  if (node.released || node.outputs.size() != 1 || product(node.outputs[0].shape()) > kLocalOutput)
    return false;
  return std::all_of(node.info.begin(), node.info.end(), [](const OpNode::ArgInfo& a) {
    return product(a.meta.shape()) <= kLocalInput;
  });
}

// What the node makes of ones. Says nothing where the node can't run: it is about to say so itself.
TensorList derivative(OpNode& node) {
  const OutputMeta& out = node.outputs[0];
  GradModeGuard off(false);
  try {
    return node.apply({Tensor::full(out.shape(), 1, out.dtype)});
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

Sample::Sample(const Tensor& of) {
  if (!of.defined()) return;
  const Tensor t = of.to_raw(carrier(of.dtype()));
  const Dims& shape = t.shape();
  const std::size_t ndim = shape.size();
  const auto count = static_cast<std::size_t>(t.numel() <= kSmall ? t.numel() : kFew);
  data_.resize(1 + ndim + count);
  double* out = data_.data();
  *out++ = static_cast<double>(ndim);
  for (const auto d : shape) *out++ = static_cast<double>(d);
  dispatch(t.dtype(), [&](auto tag) {
    const auto* p = t.data<decltype(tag)>();
    if (t.is_contiguous()) {
      for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(p[i]);
      return;
    }
    const Dims& strides = t.strides();
    for (std::size_t i = 0; i < count; ++i) {
      std::int64_t at = 0;
      auto rest = static_cast<std::int64_t>(i);
      for (std::size_t d = ndim; d-- > 0;) {
        at += rest % shape[d] * strides[d];
        rest /= shape[d];
      }
      out[i] = static_cast<double>(p[at]);
    }
  });
}

std::string Sample::json() const {
  if (!defined()) return "null";
  const auto ndim = static_cast<std::size_t>(data_[0]);
  std::string out = "{\"shape\":[";
  for (std::size_t i = 1; i < data_.size(); ++i) {
    if (i == ndim + 1) out += "],\"values\":[";
    const double v = data_[i];
    out += (i == 1 || i == ndim + 1 ? "" : ",");
    out += std::isfinite(v) ? json_rounded(v, 7)
           : std::isnan(v)  ? "\"nan\""
           : v > 0          ? "\"inf\""
                            : "\"-inf\"";
  }
  if (data_.size() == ndim + 1) out += "],\"values\":[";
  return out + "]}";
}

const NodeNote* note_of(const Node& node) { return static_cast<const NodeNote*>(node.note.get()); }

bool looks_closely() { return g_closely; }
void look_always(bool on) { g_always = on; }
std::uint64_t current_run() { return g_run; }
void set_line_source(int (*source)()) { g_line_source = source; }

int Notes::line(const void* what) {
  const std::size_t at = place_++;
  // Other iterations are taken for ones like the last.
  if (!g_asks && at < places_.size() && places_[at].what == what && places_[at].line > 0)
    return places_[at].line;
  const int found = g_line_source ? g_line_source() : 0;
  if (found < 0) return at < places_.size() && places_[at].what == what ? places_[at].line : 0;
  if (at >= places_.size()) places_.resize(at + 1);
  places_[at] = {what, found};
  return found;
}

NodeNote& Notes::note(Node& node) {
  if (!node.note) node.note = make_ref<NodeNote>();
  return static_cast<NodeNote&>(*node.note);
}

Notes::Notes() {
  g_runs = g_run = 0;
  g_closely = g_asks = true;
}

void Notes::on_node(Node& node, const TensorList& outputs) {
  if (running_) return;
  NodeNote& n = note(node);
  const OpNode* op = node.as_op();
  n.line = line(op ? static_cast<const void*>(&op->op) : nullptr);
  if (!g_closely) return;
  n.call = current_call();
  if (!outputs.empty()) n.value = Sample(outputs[0]);
}

void Notes::on_leaf(const Tensor& leaf) {
  autograd_meta(leaf).line = g_line_source ? std::max(0, g_line_source()) : 0;
}

bool Notes::on_begin(const TensorList& outputs, const BackwardOptions& options) {
  const Ref<Node> fn =
      outputs.empty() || !outputs[0].defined() ? Ref<Node>() : outputs[0].grad_fn();
  std::string root = fn ? fn->name() : std::string();
  watching_ = g_closely || place_ != made_ || root != root_;
  root_ = std::move(root);
  made_ = place_;
  place_ = 0;
  step_ = 0;
  ++g_runs;
  if (watching_) g_run = g_runs;
  running_ = !options.create_graph;
  return watching_;
}

void Notes::on_end() {
  running_ = false;
  const double now = now_ms();
  if (watching_) g_looked = now;
  watching_ = false;
  const bool due = g_always || now - g_looked >= kEveryMs;
  g_closely = due || g_runs < kFirstRuns;
  g_asks = due || g_runs < kFirstAsked;
}

void Notes::on_step(Node& node, const TensorList& grads) {
  if (!watching_) return;
  NodeNote& whole = note(node);
  whole.last = std::make_unique<StepNote>();
  StepNote& n = *whole.last;
  n.run = g_run;
  n.step = ++step_;
  n.grads.reserve(grads.size());
  for (const Tensor& g : grads) n.grads.emplace_back(g);
  if (node.is_sink()) {
    const Tensor& leaf = static_cast<AccumulateGrad&>(node).variable;
    whole.value = Sample(leaf);
    n.before = Sample(leaf.grad());
    return;
  }
  n.edges.resize(node.next.size());
  if (!node.as_op()) return;
  auto& op = static_cast<OpNode&>(node);
  n.saved.reserve(op.saved.size());
  for (const auto& s : op.saved)
    if (s.value.data().defined()) n.saved.emplace_back(s.arg, Sample(s.value.data()));
  if (!is_small(op)) return;
  const TensorList local = derivative(op);
  for (std::size_t i = 0; i < local.size() && i < n.edges.size(); ++i)
    n.edges[i].local = Sample(local[i]);
}

void Notes::on_edge(Node& node, std::size_t i, const Tensor& grad) {
  if (watching_) note(node).last->edges[i].grad = Sample(grad);
}

}  // namespace gradbox::record
