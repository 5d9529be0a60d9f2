// Module: a piece of a model with parameters, buffers, children and hooks (torch.nn.Module).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/value.h"

namespace gradbox {

class Module;

// What one call of a module carries besides tensors.
struct CallContext {
  // Bits of `changed`.
  static constexpr int kInputs = 1;
  static constexpr int kOutputs = 2;

  CallContext() = default;
  explicit CallContext(std::int64_t f) : frame(f), changed(f ? 0 : kInputs | kOutputs) {}

  // The front end's token for its own arguments (non-tensor ones included); 0 when the core itself
  // calls, as Sequential does with its children.
  std::int64_t frame = 0;
  // Which tensors the front end hasn't got: a bit is clear while the inputs (outputs) are, one for
  // one, those that the front end holds for this frame. A front end's callback that was handed the
  // tensors may clear the bit. With frame 0 both bits stay set.
  int changed = kInputs | kOutputs;

  bool inputs_changed() const { return (changed & kInputs) != 0; }
  bool outputs_changed() const { return (changed & kOutputs) != 0; }
  void from_core(int bits) { changed |= bits; }
  void from_front_end(int bits) {
    if (frame != 0) changed &= ~bits;
  }
};

enum class HookKind { ForwardPre, Forward, BackwardPre, Backward };

// What a hook is given as `inputs` and `outputs`, and what its result replaces:
//   ForwardPre   the inputs, nothing           -> the inputs
//   Forward      the inputs, the outputs       -> the outputs
//   BackwardPre  nothing, the grad_outputs     -> the grad_outputs
//   Backward     the grad_inputs, grad_outputs -> the grad_inputs
// No result leaves everything as it is. Gradients may be undefined tensors (None). Backward hooks
// run long after the call: their context is a fresh one with frame 0.
using ModuleHook = std::function<std::optional<TensorList>(
    Module&, HookKind, CallContext&, const TensorList& inputs, const TensorList& outputs)>;

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

class Module : public RefCounted {
 public:
  struct Buffer {
    std::string name;
    Tensor value;  // undefined for None
    bool persistent = true;
  };
  struct Child {
    std::string name;
    Ref<Module> module;  // null for None
  };
  struct KeyReport {
    std::vector<std::string> missing, unexpected;
  };

  // ---- what a subclass says ----

  // Class name, as print shows it.
  virtual std::string name() const = 0;
  // The computation itself. Call the module (operator()), not this: only a call runs hooks.
  virtual TensorList forward(const TensorList& inputs, CallContext& context) = 0;
  // What stands between the parentheses of the printed text before any children.
  virtual std::string extra_repr() const { return {}; }
  // For modules of a front end, which says it; layers of the core know it themselves.
  virtual void set_extra_repr(std::string /*text*/) {}

  // ---- calling ----

  // Pre-forward hooks, forward, forward hooks; full backward hooks are put into the graph. What a
  // hook throws passes through.
  TensorList call(TensorList inputs, CallContext& context);
  // As call, for a module with one output.
  Tensor operator()(const Tensor& input);
  Tensor operator()(const TensorList& inputs);
  // For a front end whose user called forward() directly: recorded as "hooks bypassed" when the
  // module has hooks.
  void note_bypass(const TensorList& inputs);

  // ---- hooks; ids are unique over all modules ----

  std::uint64_t register_hook(HookKind kind, ModuleHook hook);
  // Whether there was such a hook.
  bool remove_hook(std::uint64_t id);
  bool has_hooks() const { return !hooks_.empty(); }

  // ---- registration ----
  // register_* are PyTorch's methods of those names: KeyError on names that are empty, hold a dot,
  // or are taken by something of another kind. assign_* is `module.name = value`: what had the
  // name before gives way. An undefined tensor or null module registers None.

  void register_parameter(const std::string& name, const Tensor& value);
  void register_buffer(const std::string& name, const Tensor& value, bool persistent = true);
  void register_module(const std::string& name, const Ref<Module>& child);
  void assign_parameter(const std::string& name, const Tensor& value);
  // Puts a tensor that was computed from other parameters in a parameter's place (weight_norm).
  void compute_parameter(const std::string& name, const Tensor& value);
  // Changes an argument that the constructor took: `dropout.p = 0.1`. Only layers of the table have
  // some.
  virtual void set_argument(const std::string&, const Value&) {}
  // Keeps the persistence of a buffer that exists.
  void assign_buffer(const std::string& name, const Tensor& value);
  void assign_module(const std::string& name, const Ref<Module>& child);
  // Forgets a parameter, buffer or child; false when there is none of that name.
  bool remove(const std::string& name);

  bool has(const std::string& name) const;
  // A parameter or buffer by dotted path; undefined when it is None or absent.
  Tensor get(const std::string& path) const;
  Ref<Module> child(const std::string& name) const;
  // Throws AttributeError, as PyTorch's get_submodule.
  Ref<Module> get_submodule(const std::string& path);

  const NamedTensors& own_parameters() const { return parameters_; }
  const std::vector<Buffer>& own_buffers() const { return buffers_; }
  const std::vector<Child>& own_children() const { return children_; }

  // Depth first, this module first; what is shared comes once, None never.
  std::vector<std::pair<std::string, Module*>> named_modules();
  NamedTensors named_parameters();
  NamedTensors named_buffers();
  TensorList parameters();

  // ---- modes ----

  bool training() const { return training_; }
  void train(bool on = true);  // recursive, as are all below
  void eval() { train(false); }
  void requires_grad(bool on);
  void zero_grad(bool set_to_none = false);
  // Casts floating parameters and buffers in place (their identity stays).
  void to(DType dtype);
  // Children first, then this module.
  void apply(const std::function<void(Module&)>& f);

  // ---- state ----

  // Parameters and persistent buffers in PyTorch's order, outside the graph, over the same memory.
  NamedTensors state_dict() const;
  // Copies values of that form into this module. Throws RuntimeError with PyTorch's list of
  // problems; what fits has been copied by then, as there.
  KeyReport load_state_dict(const NamedTensors& state, bool strict = true);

  // print(model)
  std::string repr() const;

  // A front end's number for this module, handed to its callbacks.
  int front_end_id = 0;

 protected:
  Module();
  ~Module() override;

 private:
  struct Hook {
    std::uint64_t id;
    HookKind kind;
    ModuleHook run;
  };
  bool has_hooks(HookKind kind) const;
  // The hooks of a kind as they are now: a hook may add or remove hooks.
  std::vector<ModuleHook> hooks_of(HookKind kind) const;
  TensorList call_hooked(TensorList inputs, CallContext& context);
  void check_free(const std::string& name, int kind) const;
  void collect_state(const std::string& prefix, NamedTensors& out) const;
  void load(const std::string& prefix, const NamedTensors& state, bool strict, KeyReport& report,
            std::vector<std::string>& problems);

  NamedTensors parameters_;
  std::vector<Buffer> buffers_;
  std::vector<Child> children_;
  std::vector<Hook> hooks_;
  bool training_ = true;
};

// A module whose forward is a function of a front end: how classes written in Python or JavaScript
// exist in the core. Containers that only register (ModuleList, ModuleDict) are such modules too.
class CallbackModule : public Module {
 public:
  using Fn = std::function<TensorList(Module&, const TensorList& inputs, CallContext&)>;
  CallbackModule(std::string class_name, Fn fn)
      : name_(std::move(class_name)), fn_(std::move(fn)) {}
  std::string name() const override { return name_; }
  TensorList forward(const TensorList& inputs, CallContext& context) override;
  std::string extra_repr() const override { return extra_repr_; }
  void set_extra_repr(std::string text) override { extra_repr_ = std::move(text); }

 private:
  std::string name_, extra_repr_;
  Fn fn_;
};

// Makes a leaf that requires grad of t (torch.nn.Parameter).
Tensor make_parameter(const Tensor& t);

}  // namespace gradbox
