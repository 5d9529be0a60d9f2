#include "onnx/export/trace.h"

#include <algorithm>
#include <unordered_set>

#include "autograd/variable.h"
#include "onnx/export/imported.h"

namespace gradbox::onnx {
namespace {

TensorList tensors_of(const Value& v) {
  if (v.is<Tensor>()) return {v.get<Tensor>()};
  if (v.is<TensorList>()) return v.get<TensorList>();
  return {};
}

// Follows which module is running, by hooks on all of them.
class ModulePath {
 public:
  explicit ModulePath(Module& root) {
    for (const auto& [path, m] : root.named_modules()) {
      Watched w{Ref<Module>(m), 0, 0};
      w.enter = m->register_hook(
          HookKind::ForwardPre,
          [this, p = path](Module&, HookKind, CallContext&, const TensorList&, const TensorList&) {
            stack_.push_back(p);
            return std::optional<TensorList>();
          });
      w.leave = m->register_hook(
          HookKind::Forward,
          [this, p = path](Module&, HookKind, CallContext&, const TensorList&, const TensorList&) {
            leave(p);
            return std::optional<TensorList>();
          });
      watched_.push_back(std::move(w));
    }
  }
  ModulePath(const ModulePath&) = delete;
  ModulePath& operator=(const ModulePath&) = delete;
  ~ModulePath() {
    for (const Watched& w : watched_) {
      w.module->remove_hook(w.enter);
      w.module->remove_hook(w.leave);
    }
  }
  std::string current() const { return stack_.empty() ? std::string() : stack_.back(); }

 private:
  struct Watched {
    Ref<Module> module;
    std::uint64_t enter, leave;
  };
  // A forward that threw, and was caught further out, has left its path behind.
  void leave(const std::string& path) {
    const auto at = std::find(stack_.rbegin(), stack_.rend(), path);
    if (at != stack_.rend()) stack_.erase(std::prev(at.base()), stack_.end());
  }

  std::vector<Watched> watched_;
  std::vector<std::string> stack_;
};

class Tracer : public OpObserver, public NodeObserver {
 public:
  Tracer(Trace& trace, const ModulePath& path, bool (*takes)(const OpDef&), int opset)
      : trace_(trace), path_(path), takes_(takes), opset_(opset) {
    for (const Tensor& t : trace.inputs) computed_.insert(t.storage().get());
    previous_ = set_op_observer(this);
    previous_of_nodes_ = set_node_observer(this);
  }
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;
  ~Tracer() override {
    set_op_observer(previous_);
    set_node_observer(previous_of_nodes_);
  }

  bool takes(const OpDef& op) override { return takes_(op); }

  void before_write(const Tensor& self) override {
    const Ref<Storage> storage = self.storage();
    if (computed_.count(storage.get()) != 0) return;
    const Tensor all = self.alias({storage->bytes() / item_size(self.dtype())}, {1}, 0);
    trace_.earlier.emplace(storage.get(), std::make_pair(self.version(), all.clone_raw()));
  }

  void on_op(const OpDef& op, const Values& args, const Value& result) override {
    Call call{&op, args, tensors_of(result), path_.current(), {}};
    bool computed = false;
    for_each_tensor(args, [&](const Tensor& t) {
      call.versions.push_back(t.version());
      computed = computed || computed_.count(t.storage().get()) != 0;
    });
    if (computed)
      for (const Tensor& t : call.results) computed_.insert(t.storage().get());
    trace_.calls.push_back(std::move(call));
  }

  bool takes(const NodeCall& call) override {
    bool known = has_form(call, opset_);
    const auto look = [&](const Any& v) {
      known = known && (v.is_absent() || v.is_tensor() ||
                        (v.is_sequence() && sequences_.count(&v.sequence()) != 0));
    };
    for (const Any& v : call.inputs) look(v);
    for (const auto& [name, v] : call.captured) look(v);
    return known;
  }

  bool on_node(const NodeCall& node) override {
    Call call{nullptr, {}, {}, path_.current(), {}, &node.model, node.step.node, {}, false};
    for (const Any& v : node.outputs) {
      if (!v.is_absent() && !v.is_tensor() && !v.is_sequence()) return false;
      call.results.push_back(v.is_absent() ? Tensor() : stand_in(v));
      call.gives_sequences = call.gives_sequences || v.is_sequence();
    }
    for (const Any& v : node.inputs)
      call.args.push_back(v.is_absent() ? Value() : Value(stand_in(v)));
    for (const auto& [name, v] : node.captured) {
      call.args.emplace_back(stand_in(v));
      call.captured.push_back(name);
    }
    for_each_tensor(call.args, [&](const Tensor& t) { call.versions.push_back(t.version()); });
    for (const Tensor& t : call.results)
      if (t.defined()) computed_.insert(t.storage().get());
    trace_.calls.push_back(std::move(call));
    return true;
  }

  void on_read(const Tensor& t) override {
    if (computed_.count(t.storage().get()) != 0) trace_.readers.insert(path_.current());
  }

 private:
  Trace& trace_;
  const ModulePath& path_;
  bool (*takes_)(const OpDef&);
  int opset_;
  OpObserver* previous_;
  NodeObserver* previous_of_nodes_;
  // The tensor itself, or the one that stands for a sequence.
  Tensor stand_in(const Any& v) {
    if (v.is_tensor()) return v.tensor();
    auto& known = sequences_[&v.sequence()];
    if (!known.second.defined()) known = {v, Tensor::empty({0}, DType::Float32)};
    return known.second;
  }

  // What stands for the sequences that nodes gave; they are held, so that their addresses stay
  // theirs.
  std::unordered_map<const std::vector<Any>*, std::pair<Any, Tensor>> sequences_;
  // Storages that hold something computed from the inputs.
  std::unordered_set<const Storage*> computed_;
};

}  // namespace

void for_each_tensor(const Values& args, const std::function<void(const Tensor&)>& f) {
  for (const Value& v : args) {
    if (v.is<Tensor>()) {
      f(v.get<Tensor>());
    } else if (v.is<TensorList>()) {
      for (const Tensor& t : v.get<TensorList>())
        if (t.defined()) f(t);
    }
  }
}

Tensor Trace::data(const Tensor& t, std::uint32_t version) const {
  if (version == t.version()) return t;
  const auto [first, last] = earlier.equal_range(t.storage().get());
  for (auto it = first; it != last; ++it)
    if (it->second.first == version)
      return it->second.second.alias(t.shape(), t.strides(), t.offset());
  return {};
}

Trace trace(Module& module, const TensorList& inputs, CallContext context, bool fresh_inputs,
            bool (*takes)(const OpDef&), int opset) {
  Trace out;
  out.inputs = inputs;
  if (fresh_inputs) context.from_core(CallContext::kInputs);
  const GradModeGuard no_grad(false);
  const ModulePath path(module);
  const Tracer tracer(out, path, takes, opset);
  out.outputs = module.call(inputs, context);
  return out;
}

}  // namespace gradbox::onnx
