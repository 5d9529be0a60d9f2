// Running an operator: forward, recording for autograd, the rules of views and in-place writes.
#include <algorithm>
#include <iterator>
#include <numeric>

#include "autograd/engine.h"
#include "autograd/variable.h"
#include "ops/autocast.h"
#include "ops/carried.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

OpObserver* g_observer = nullptr;

// Reports to the observer, if any, unless a composite further out has been taken as a whole.
class ObserverPause {
 public:
  ObserverPause() : saved_(g_observer) { g_observer = nullptr; }
  ~ObserverPause() { g_observer = saved_; }

 private:
  OpObserver* saved_;
};

// Whether a call of op is to be recorded.
bool is_recorded(const OpDef& op, const Values& args) {
  if (!kTraining || !grad_enabled() || !op.differentiable()) return false;
  for (const Value& v : args) {
    if (v.is<Tensor>()) {
      if (v.get<Tensor>().requires_grad()) return true;
    } else if (v.is<TensorList>()) {
      for (const Tensor& t : v.get<TensorList>())
        if (t.defined() && t.requires_grad()) return true;
    }
  }
  return false;
}

// Builds the node of a recorded call: edges, shapes of the inputs, saved arguments.
// `original_self`: for an in-place operator, a copy of self from before the write (may be
// undefined).
Ref<OpNode> make_node(const OpDef& op, const Values& args, const Tensor& original_self) {
  auto node = make_ref<OpNode>(op);
  if (op.node_name) node->node_name = op.node_name(args);
  node->info.reserve(args.size());
  node->next.reserve(args.size());
  node->saved.reserve(op.saved_args.size());
  const auto add = [&](std::size_t i, const Tensor& t) {
    OpNode::ArgInfo info;
    info.arg = i;
    if (t.defined()) {
      info.meta = OutputMeta(t);
      Edge e = gradient_edge(t);
      if (e.node) {
        info.edge = static_cast<int>(node->next.size());
        node->next.push_back(std::move(e));
      }
    }
    node->info.push_back(std::move(info));
  };
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (!op.schema.args[i].is_tensor()) continue;
    if (args[i].is<TensorList>()) {
      for (const Tensor& t : args[i].get<TensorList>()) add(i, t);
    } else {
      add(i, args[i].is_none() ? Tensor() : args[i].get<Tensor>());
    }
  }
  for (const int position : op.saved_args) {
    const auto i = static_cast<std::size_t>(position);
    if (args[i].is<TensorList>()) {
      for (const Tensor& t : args[i].get<TensorList>())
        node->saved.push_back({i, SavedTensor(t, false)});
    } else if (args[i].is<Tensor>()) {
      const Tensor& t = args[i].get<Tensor>();
      if (i == 0 && original_self.defined()) {
        node->saved.push_back({i, SavedTensor::of_original(original_self, t)});
      } else {
        node->saved.push_back({i, SavedTensor(t, false)});
      }
    }
  }
  return node;
}

void keep_plain_args(OpNode& node, Values&& args) {
  for (Value& v : args)
    if (v.is<Tensor>() || v.is<TensorList>()) v = Value();
  node.plain_args = std::move(args);
}

bool is_differentiable_output(const OpDef& op, std::size_t i, const Tensor& t) {
  if (!is_floating(t.dtype())) return false;
  for (const int n : op.non_differentiable_outputs)
    if (static_cast<std::size_t>(n) == i) return false;
  return true;
}

void record_outputs(const OpDef& op, const Ref<OpNode>& node, const Value& result) {
  const auto record = [&](std::size_t i, const Tensor& t) {
    if (is_differentiable_output(op, i, t)) {
      set_history(t, node);
    } else {
      node->add_output(t);
    }
  };
  if (result.is<Tensor>()) {
    record(0, result.get<Tensor>());
    if (op.saves_output) node->saved_outputs.emplace_back(result.get<Tensor>(), true);
  } else if (result.is<TensorList>()) {
    const auto& list = result.get<TensorList>();
    for (std::size_t i = 0; i < list.size(); ++i) record(i, list[i]);
    if (op.saves_output)
      for (const Tensor& t : list) node->saved_outputs.emplace_back(t, true);
  }
}

// Tells who watches the graph, once the node is whole.
void report_node(OpNode& node, const Value& result) {
  GraphObserver* observer = graph_observer();
  if (!observer) return;
  observer->on_node(
      node, result.is<Tensor>() ? TensorList{result.get<Tensor>()} : result.get<TensorList>());
}

void mark_views(const Value& result, const Tensor& base) {
  if (result.is<Tensor>()) {
    set_view(result.get<Tensor>(), base);
  } else if (result.is<TensorList>()) {
    for (const Tensor& t : result.get<TensorList>()) set_view(t, base);
  }
}

// Whether t's elements fill a stretch of memory, each in a place of its own, in whatever order.
bool is_dense(const Tensor& t) {
  const std::vector<std::size_t> order = by_stride(t.strides());
  std::int64_t step = 1;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    if (t.shape()[*i] == 1) continue;
    if (t.strides()[*i] != step) return false;
    step *= t.shape()[*i];
  }
  return true;
}

// What PyTorch refuses to write to: memory in which elements lie on each other, or that an argument
// shares in part. What it can't tell cheaply it lets pass (at::MemoryOverlap).
void check_overlap(const OpDef& op, const Values& args) {
  const Tensor& self = args[0].get<Tensor>();
  if (self.numel() == 0) return;
  if (op.schema.name != "index_put" && op.schema.name != "masked_fill" &&
      op.schema.name != "fill" && op.schema.name != "zero")
    for (std::size_t i = 0; i < self.shape().size(); ++i)
      check(self.strides()[i] != 0 || self.shape()[i] == 1,
            "unsupported operation: more than one element of the written-to tensor refers to a "
            "single memory location. Please clone() the tensor before performing the operation.");
  for (std::size_t i = 1; i < args.size(); ++i) {
    if (!args[i].is<Tensor>()) continue;
    const Tensor& other = args[i].get<Tensor>();
    const char *a = self.raw(), *b = other.raw();
    const char* a_end = a + self.numel() * item_size(self.dtype());
    const char* b_end = b + other.numel() * item_size(other.dtype());
    if (a >= b_end || b >= a_end || self.is_same(other)) continue;
    if (a == b && a_end == b_end && self.strides() == other.strides()) continue;
    check(
        !is_dense(self) || !is_dense(other),
        "unsupported operation: some elements of the input tensor and the written-to tensor refer "
        "to a single memory location. Please clone() the tensor before performing the operation.");
  }
}

Value call_inplace(const OpDef& inplace, Values args) {
  const OpDef& op = *inplace.inplace_of;
  const Tensor self = args[0].get<Tensor>();
  check_inplace(self);
  check_overlap(op, args);
  if (op.composite) {
    const Value result = call(op, std::move(args));
    const DType found = result.get<Tensor>().dtype();
    if (!can_cast(found, self.dtype()))
      fail(ErrorKind::Runtime, "result type ", scalar_type_name(found),
           " can't be cast to the desired output type ", scalar_type_name(self.dtype()));
    static const OpDef* copy = Registry::instance().find("copy_");
    return call(*copy, {self, result});
  }
  const bool record = is_recorded(op, args);
  TensorList stash;
  Value result;
  {
    GradModeGuard off(false);
    result = run_forward(op, args, record ? &stash : nullptr);
  }
  const Tensor& value = result.get<Tensor>();
  if (value.shape() != self.shape())
    fail(ErrorKind::Runtime, "output with shape ", to_string(self.shape()),
         " doesn't match the broadcast shape ", to_string(value.shape()));
  if (!can_cast(value.dtype(), self.dtype()))
    fail(ErrorKind::Runtime, "result type ", scalar_type_name(value.dtype()),
         " can't be cast to the desired output type ", scalar_type_name(self.dtype()));
  Ref<OpNode> node;
  if (record) {
    bool saves_self = false;
    for (const int i : op.saved_args) saves_self = saves_self || i == 0;
    node = make_node(op, args, saves_self ? self.clone_raw() : Tensor());
    if (inplace.node_name) node->node_name = inplace.node_name(args);
    node->stash = std::move(stash);
  }
  self.copy_raw(value);
  self.bump_version();
  if (record) {
    rebase_history(self, node);
    if (op.saves_output) node->saved_outputs.emplace_back(self, true);
    keep_plain_args(*node, std::move(args));
    report_node(*node, self);
  }
  return self;
}

}  // namespace

OpObserver* set_op_observer(OpObserver* observer) {
  OpObserver* previous = g_observer;
  g_observer = observer;
  return previous;
}

Value call(const OpDef& op, Values args) {
  if constexpr (kTraining) cast_for_autocast(op, args);
  if (op.inplace_of) {
    if (!g_observer) return call_inplace(op, std::move(args));
    OpObserver* observer = g_observer;
    observer->before_write(args[0].get<Tensor>());
    Value result;
    {
      ObserverPause pause;
      result = call_inplace(op, args);
    }
    observer->on_op(op, args, result);
    return result;
  }
  if (g_observer && op.decomposition && !g_observer->takes(op))
    return op.decomposition(Args(args, nullptr));
  if (op.composite) {
    if (!g_observer || !g_observer->takes(op)) return op.forward(Args(args, nullptr));
    OpObserver* observer = g_observer;
    Value result;
    {
      ObserverPause pause;
      result = op.forward(Args(args, nullptr));
    }
    observer->on_op(op, args, result);
    return result;
  }
  const bool record = is_recorded(op, args);
  TensorList stash;
  Value result;
  {
    GradModeGuard off(false);
    ObserverPause pause;
    result = run_forward(op, args, record ? &stash : nullptr);
  }
  if (g_observer) g_observer->on_op(op, args, result);
  // An operator that had nothing to do gives its input back.
  if (result.is<Tensor>() && !args.empty() && args[0].is<Tensor>() &&
      result.get<Tensor>().is_same(args[0].get<Tensor>()))
    return result;
  if (kTraining && op.view && grad_enabled()) mark_views(result, args[0].get<Tensor>());
  if (record) {
    Ref<OpNode> node = make_node(op, args, Tensor());
    node->stash = std::move(stash);
    record_outputs(op, node, result);
    keep_plain_args(*node, std::move(args));
    report_node(*node, result);
  }
  return result;
}

namespace {

// Whether v is what `a` declares, or becomes it in place (a number where a tensor may stand).
bool fits(const ArgSpec& a, Value& v) {
  if (v.is_none()) return a.optional;
  switch (a.kind) {
    case ArgKind::Tensor: return v.is<Tensor>();
    case ArgKind::TensorOrScalar:
      if (v.is<double>()) v = Tensor::wrapped_number(v.get<double>());
      else if (v.is<std::int64_t>()) v = Tensor::wrapped_number(v.get<std::int64_t>());
      return v.is<Tensor>();
    case ArgKind::TensorList: return v.is<TensorList>();
    case ArgKind::Scalar: return v.is_number();
    case ArgKind::Int: return v.is<std::int64_t>();
    case ArgKind::Float: return v.is<double>();
    case ArgKind::Bool: return v.is<bool>();
    case ArgKind::String: return v.is<std::string>();
    case ArgKind::IntList: return a.list_size <= 1 && v.is<IntList>();
    case ArgKind::FloatList: return v.is<FloatList>();
    case ArgKind::DType: return v.is<DType>();
  }
  return false;
}

}  // namespace

BoundCall bind(const std::vector<const OpDef*>& overloads, Values positional) {
  // Only the first overload: an earlier one must win whenever it fits.
  const OpDef& op = *overloads.front();
  const auto& specs = op.schema.args;
  bool direct = positional.size() <= specs.size();
  for (std::size_t i = 0; direct && i < positional.size(); ++i)
    direct = !specs[i].kwarg_only && fits(specs[i], positional[i]);
  for (std::size_t i = positional.size(); direct && i < specs.size(); ++i)
    direct = specs[i].has_default;
  if (!direct) return bind(overloads, positional, {});
  positional.reserve(specs.size());
  for (std::size_t i = positional.size(); i < specs.size(); ++i)
    positional.push_back(specs[i].default_value);
  return {&op, std::move(positional)};
}

Value call(const std::string& name, const Values& positional,
           const std::vector<Keyword>& keywords) {
  const auto& overloads = Registry::instance().overloads(name);
  const bool plain = keywords.empty() && !overloads.empty();  // what needs no text unless it fails
  BoundCall b = plain ? bind(overloads, positional) : bind(name, positional, keywords);
  return call(*b.op, std::move(b.args));
}

Tensor OpHandle::tensor(Value* values, std::size_t n) const {
  return invoke(values, n).get<Tensor>();
}

Value OpHandle::invoke(Value* values, std::size_t n) const {
  if (!overloads_) {
    static std::map<std::string, std::vector<const OpDef*>>
        exact;  // handles to one overload: "max.dim"
    const auto& all = Registry::instance().overloads(name_);
    if (!all.empty()) {
      overloads_ = &all;
    } else if (const OpDef* op = Registry::instance().find(name_)) {
      overloads_ = &(exact[name_] = {op});
    } else {
      fail(ErrorKind::Runtime, "operator ", name_, " is not registered");
    }
  }
  Values args;
  args.reserve(std::max(n, overloads_->front()->schema.args.size()));  // defaults are to follow
  for (std::size_t i = 0; i < n; ++i) args.push_back(std::move(values[i]));
  // C++ formulas may put a number first: `ops::sub(1, x)`.
  if (!args.empty() && args[0].is_number() &&
      overloads_->front()->schema.args[0].kind == ArgKind::Tensor) {
    if (args[0].is<double>()) args[0] = Tensor::wrapped_number(args[0].get<double>());
    else args[0] = Tensor::wrapped_number(args[0].as_int());
  }
  BoundCall b = bind(*overloads_, std::move(args));
  return call(*b.op, std::move(b.args));
}

namespace ops {

Tensor sum_to(const Tensor& t, const Dims& shape) {
  if (t.shape() == shape) return t;
  IntList dims;
  const std::size_t extra = t.shape().size() - shape.size();
  for (std::size_t i = 0; i < t.shape().size(); ++i)
    if (i < extra || (shape[i - extra] == 1 && t.shape()[i] != 1))
      dims.push_back(static_cast<std::int64_t>(i));
  const Tensor summed = dims.empty() ? t : sum(t, dims, true);
  return summed.shape() == shape ? summed : reshape(summed, shape);
}

}  // namespace ops

}  // namespace gradbox
