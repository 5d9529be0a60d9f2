#include "record/trace.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "autograd/variable.h"
#include "record/notes.h"
#include "record/recorder.h"

namespace gradbox::record {

namespace {

// A longer iteration has no picture.
constexpr std::size_t kMaxOps = 3000;

// A tensor that was computed, or that a module was called with.
struct Slot {
  Tensor held;           // what a module was called with
  Tensor value;          // of what was computed from data alone
  bool learned = false;  // a parameter has part in it
  Ref<Storage> storage;
  Dims shape, strides;
  std::int64_t offset = 0;
  std::vector<int> writers;  // the operators that made it or wrote to it
  std::uint64_t module = 0;  // of an input: the module's key
  // It depends on something that wasn't seen: an operation of the front end's own, a tensor from an
  // earlier iteration.
  bool opaque = false;
};

bool is_loss(const std::string& name) {
  static const std::unordered_set<std::string> names = {
      "cross_entropy",     "nll_loss",
      "mse_loss",          "l1_loss",
      "huber_loss",        "smooth_l1_loss",
      "soft_margin_loss",  "binary_cross_entropy",
      "multi_margin_loss", "binary_cross_entropy_with_logits"};
  return names.count(name) != 0;
}

bool is_convolution(const std::string& name) { return name.compare(0, 4, "conv") == 0; }

// A batch of points with one or two features.
bool is_points(const Tensor& t) {
  return t.dim() == 1 || (t.dim() == 2 && t.size(1) <= 2 && t.size(1) >= 1);
}

}  // namespace

struct ForwardTracer::State {
  std::vector<TracedOp> ops;
  std::vector<Slot> slots;
  std::unordered_map<std::uint64_t, int> by_uid;
  std::unordered_multimap<const Storage*, int> by_storage;
  // Memory outside of the trace that something computed was written to.
  std::unordered_map<const Storage*, Ref<Storage>> tainted;
  bool writes = false;  // an operator wrote in place
  bool full = false;

  int add(const Tensor& t) {
    Slot s;
    s.storage = t.storage();
    s.shape = t.shape();
    s.strides = t.strides();
    s.offset = t.offset();
    const int slot = static_cast<int>(slots.size());
    by_uid[t.uid()] = slot;
    by_storage.emplace(s.storage.get(), slot);
    slots.push_back(std::move(s));
    return slot;
  }

  int find(const Tensor& t) const {
    const auto it = by_uid.find(t.uid());
    return it == by_uid.end() ? -1 : it->second;
  }

  // A tensor that no operator gave, over the memory of one that an operator did (detach, .data).
  int find_alias(const Tensor& t, bool& opaque) {
    const auto [first, last] = by_storage.equal_range(t.storage().get());
    for (auto it = first; it != last; ++it) {
      const Slot& s = slots[static_cast<std::size_t>(it->second)];
      if (s.shape == t.shape() && s.strides == t.strides() && s.offset == t.offset())
        return it->second;
    }
    opaque = opaque || first != last;
    return -1;
  }
};

ForwardTracer::ForwardTracer() : s_(std::make_unique<State>()) {}
ForwardTracer::~ForwardTracer() { watch(false); }

void ForwardTracer::watch(bool on) {
  if (!on && !watching_) return;
  *s_ = State();
  if (on == watching_) return;
  OpObserver* previous = set_op_observer(on ? this : nullptr);
  if (previous == (on ? nullptr : this)) watching_ = on;
  else set_op_observer(previous);
}

void ForwardTracer::on_input(const Module& module, const TensorList& inputs) {
  if (!watching_ || !grad_enabled()) return;
  for (const Tensor& t : inputs) {
    bool opaque = false;
    if (!t.defined() || !is_floating(t.dtype()) || s_->find(t) >= 0 ||
        (t.requires_grad() && !t.is_leaf()))
      continue;
    if (s_->find_alias(t, opaque) >= 0 || opaque) continue;
    Slot& slot = s_->slots[static_cast<std::size_t>(s_->add(t))];
    slot.held = t;
    slot.module = reinterpret_cast<std::uintptr_t>(&module);
  }
}

void ForwardTracer::on_op(const OpDef& op, const Values& args, const Value& result) {
  State& s = *s_;
  if (!grad_enabled() || s.full) return;
  TracedOp traced{&op, {}, {}, {}, {}, {}};
  bool opaque = false, follows = false, learned = false;
  const auto look = [&](std::size_t arg, int item, const Tensor& t) {
    if (!t.defined()) return;
    int slot = s.find(t);
    if (slot < 0) slot = s.find_alias(t, opaque);
    if (slot >= 0) {
      traced.computed.push_back({arg, item, slot});
      opaque = opaque || s.slots[static_cast<std::size_t>(slot)].opaque;
      learned = learned || s.slots[static_cast<std::size_t>(slot)].learned;
      follows = true;
    } else if (t.requires_grad()) {
      opaque = opaque || !t.is_leaf();
      follows = learned = true;
    }
    opaque = opaque || s.tainted.count(t.storage().get()) != 0;
  };
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i].is<Tensor>()) look(i, -1, args[i].get<Tensor>());
    else if (args[i].is<TensorList>())
      for (std::size_t k = 0; k < args[i].get<TensorList>().size(); ++k)
        look(i, static_cast<int>(k), args[i].get<TensorList>()[k]);
  }
  if (!follows) return;
  if (s.ops.size() >= kMaxOps) {
    s = State();
    s.full = true;
    return;
  }
  if (op.inplace_of) {
    const Tensor& self = args[0].get<Tensor>();
    if (traced.computed.empty() || traced.computed[0].arg != 0) {
      s.tainted.emplace(self.storage().get(), self.storage());
      return;
    }
    s.writes = true;
  }
  traced.args = args;
  for (const TracedOp::Computed& c : traced.computed) {
    if (c.item < 0) {
      traced.args[c.arg] = Value();
    } else if (traced.args[c.arg].is<TensorList>()) {
      TensorList rest = traced.args[c.arg].get<TensorList>();
      rest[static_cast<std::size_t>(c.item)] = Tensor();
      traced.args[c.arg] = Value(std::move(rest));
    }
  }
  if (const Ref<CallNote> call = current_call()) {
    traced.path = call->path.empty() ? call->class_name : call->path;
    const CallNote* outer = call.get();
    while (outer->parent) outer = outer->parent.get();
    traced.root = outer->class_name;
  }
  const int index = static_cast<int>(s.ops.size());
  const auto made = [&](const Tensor& t) {
    if (!t.defined()) return traced.results.push_back(-1);
    int slot = s.find(t);
    if (slot < 0) slot = s.add(t);
    Slot& of = s.slots[static_cast<std::size_t>(slot)];
    of.opaque = of.opaque || opaque;
    of.learned = of.learned || learned;
    if (!of.learned) of.value = t;
    of.writers.push_back(index);
    traced.results.push_back(slot);
  };
  if (result.is<Tensor>()) {
    made(result.get<Tensor>());
  } else if (result.is<TensorList>()) {
    for (const Tensor& t : result.get<TensorList>()) made(t);
  }
  s.ops.push_back(std::move(traced));
}

namespace {

// Finds in the operators of an iteration how a loss came about.
class Search {
 public:
  Search(std::vector<TracedOp>& ops, std::vector<Slot>& slots, bool writes)
      : ops_(ops), slots_(slots), writes_(writes) {}

  std::unique_ptr<TracedForward> run(int loss) {
    if (!find_comparison(loss)) return nullptr;
    const Slot& output = slots_[static_cast<std::size_t>(output_)];
    if (output.opaque || output.shape.empty()) return nullptr;
    collect();
    auto f = std::make_unique<TracedForward>();
    if (!find_input(*f, output.shape[0])) return nullptr;
    f->slots = static_cast<int>(slots_.size());
    f->output = output_;
    f->output_shape = output.shape;
    f->loss = loss_;
    f->target = target_;
    if (roots_.size() == 1) f->model = *roots_.begin();
    for (const int slot : inputs_)
      if (slot != f->input_slot)
        f->given.emplace_back(slot, slots_[static_cast<std::size_t>(slot)].held);
    for (std::size_t i = 0; i < end_; ++i)
      if (needed_[i]) f->ops.push_back(std::move(ops_[i]));
    return f;
  }

 private:
  // The tensor that stands at an argument, as a slot or as itself.
  int slot_at(const TracedOp& op, std::size_t arg) const {
    for (const auto& c : op.computed)
      if (c.arg == arg && c.item < 0) return c.slot;
    return -1;
  }
  Tensor data_at(const TracedOp& op, std::size_t arg) const {
    const int slot = slot_at(op, arg);
    if (slot >= 0) {
      const Slot& s = slots_[static_cast<std::size_t>(slot)];
      return s.held.defined() ? s.held : s.value;
    }
    return op.args[arg].is<Tensor>() ? op.args[arg].get<Tensor>() : Tensor();
  }
  bool is_computed(const TracedOp& op, std::size_t arg) const {
    const int slot = slot_at(op, arg);
    return slot >= 0 && slots_[static_cast<std::size_t>(slot)].learned;
  }

  // Takes argument `arg` for the prediction and the other one of the first two for the target.
  bool take(std::size_t at, std::size_t arg) {
    const TracedOp& op = ops_[at];
    output_ = slot_at(op, arg);
    target_ = data_at(op, 1 - arg);
    loss_ = op.op->schema.name;
    end_ = at;
    return true;
  }

  // Back from the loss, nearest first: the operator that compares a prediction with data.
  bool find_comparison(int loss) {
    std::deque<int> queue = {loss};
    std::unordered_set<int> seen = {loss};
    int difference = -1, likelihood = -1;
    while (!queue.empty()) {
      const int slot = queue.front();
      queue.pop_front();
      for (const int writer : slots_[static_cast<std::size_t>(slot)].writers) {
        const auto at = static_cast<std::size_t>(writer);
        const TracedOp& op = ops_[at];
        const std::string& name = op.op->schema.name;
        if (is_loss(name)) {
          if (is_computed(op, 0)) return take(at, 0);
          if (is_computed(op, 1)) return take(at, 1);
        }
        if (difference < 0 && (name == "sub" || name == "mul") && is_difference(op))
          difference = writer;
        if (likelihood < 0 && name == "mul") likelihood = likelihood_in(op);
        for (const auto& c : op.computed)
          if (seen.insert(c.slot).second) queue.push_back(c.slot);
      }
    }
    // Losses that were written out: target * log(prediction), (prediction - target) ** 2,
    // 1 - target * prediction.
    if (likelihood >= 0) {
      end_ = static_cast<std::size_t>(likelihood);
      output_ = slot_at(ops_[end_], 0);
      loss_ = "binary_cross_entropy";
      return true;
    }
    if (difference >= 0) {
      const auto at = static_cast<std::size_t>(difference);
      return take(at, is_computed(ops_[at], 0) ? 0 : 1);
    }
    return false;
  }

  // The logarithm of a probability that a product weighs with labels that are 0 and 1, -1 for none.
  // That of the other class, 1 - p, is passed over.
  int likelihood_in(const TracedOp& op) {
    const bool first = is_computed(op, 0);
    if (first == is_computed(op, 1)) return -1;
    const Tensor data = data_at(op, first ? 1 : 0);
    const Slot& score = slots_[static_cast<std::size_t>(slot_at(op, first ? 0 : 1))];
    if (!data.defined() || data.requires_grad() || data.dim() == 0 ||
        product(score.shape) != data.numel() || score.writers.size() != 1)
      return -1;
    const TracedOp& log = ops_[static_cast<std::size_t>(score.writers[0])];
    if (log.op->schema.name != "log" || !is_computed(log, 0)) return -1;
    const Slot& probability = slots_[static_cast<std::size_t>(slot_at(log, 0))];
    if (probability.writers.size() != 1) return -1;
    const std::string& made =
        ops_[static_cast<std::size_t>(probability.writers[0])].op->schema.name;
    const std::vector<double> labels = data.to_vector();
    if (made == "sub" || made == "rsub" ||
        !std::all_of(labels.begin(), labels.end(), [](double v) { return v == 0 || v == 1; }))
      return -1;
    target_ = data;
    return score.writers[0];
  }

  // Of a prediction and as many data; a product, of a score and labels that are 1 and -1.
  bool is_difference(const TracedOp& op) const {
    const bool first = is_computed(op, 0);
    if (first == is_computed(op, 1)) return false;
    const Tensor data = data_at(op, first ? 1 : 0);
    const int slot = slot_at(op, first ? 0 : 1);
    if (!data.defined() || data.requires_grad() || data.dim() == 0 ||
        product(slots_[static_cast<std::size_t>(slot)].shape) != data.numel())
      return false;
    if (op.op->schema.name == "sub") return true;
    const std::vector<double> labels = data.to_vector();
    return std::all_of(labels.begin(), labels.end(), [](double v) { return v == 1 || v == -1; });
  }

  // What the prediction depends on.
  void collect() {
    needed_.assign(ops_.size(), false);
    std::vector<int> stack = {output_};
    std::unordered_set<int> seen = {output_};
    while (!stack.empty()) {
      const int slot = stack.back();
      stack.pop_back();
      if (slots_[static_cast<std::size_t>(slot)].held.defined()) inputs_.insert(slot);
      for (const int writer : slots_[static_cast<std::size_t>(slot)].writers) {
        const auto at = static_cast<std::size_t>(writer);
        if (at >= end_ || needed_[at]) continue;
        needed_[at] = true;
        for (const auto& c : ops_[at].computed)
          if (seen.insert(c.slot).second) stack.push_back(c.slot);
      }
    }
    for (std::size_t i = 0; i < end_; ++i)
      if (needed_[i] && !ops_[i].root.empty()) roots_.insert(ops_[i].root);
    // A write may go through a view: then all stays, in order.
    if (writes_)
      std::fill(needed_.begin(), needed_.begin() + static_cast<std::ptrdiff_t>(end_), true);
  }

  bool find_input(TracedForward& f, std::int64_t rows) const {
    bool convolves = false, flattens = false;
    for (std::size_t i = 0; i < end_; ++i) {
      if (!needed_[i]) continue;
      convolves = convolves || is_convolution(ops_[i].op->schema.name);
      flattens = flattens || ops_[i].op->schema.name == "linear";
    }
    const auto fits = [&](const Tensor& t) {
      if (t.dim() == 0 || t.size(0) != rows || rows == 0) return false;
      return is_points(t) || (t.dim() == 4 && (convolves || flattens));
    };
    int found = -1;
    for (const int slot : inputs_) {
      if (!fits(slots_[static_cast<std::size_t>(slot)].held)) continue;
      if (found >= 0) return false;
      found = slot;
    }
    if (found >= 0) {
      const Slot& slot = slots_[static_cast<std::size_t>(found)];
      f.input = slot.held;
      f.input_slot = found;
      f.key = slot.module;
      return true;
    }
    if (!inputs_.empty()) return false;
    // Without modules: the data among the arguments.
    for (std::size_t i = 0; i < end_; ++i) {
      if (!needed_[i]) continue;
      for (const Value& v : ops_[i].args) {
        if (!v.is<Tensor>()) continue;
        const Tensor& t = v.get<Tensor>();
        if (!t.defined() || t.requires_grad() || !is_floating(t.dtype()) || !fits(t)) continue;
        if (f.input.defined() && !f.input.is_same(t)) return false;
        f.input = t;
      }
    }
    return f.input.defined();
  }

  std::vector<TracedOp>& ops_;
  const std::vector<Slot>& slots_;
  const bool writes_;
  int output_ = -1;
  Tensor target_;
  std::string loss_;
  std::size_t end_ = 0;
  std::vector<bool> needed_;
  std::unordered_set<int> inputs_;
  std::unordered_set<std::string> roots_;
};

}  // namespace

std::unique_ptr<TracedForward> ForwardTracer::take(const Tensor& loss) {
  std::unique_ptr<TracedForward> f;
  if (!watching_) return f;
  const int slot = loss.defined() ? s_->find(loss) : -1;
  if (slot >= 0) f = Search(s_->ops, s_->slots, s_->writes).run(slot);
  *s_ = State();
  return f;
}

}  // namespace gradbox::record
