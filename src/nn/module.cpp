#include "nn/module.h"

#include <algorithm>
#include <unordered_set>

#include "autograd/variable.h"
#include "nn/backward_hooks.h"
#include "nn/utils.h"
#include "record/recorder.h"

namespace gradbox {

namespace {

std::string join(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

template <class List>
auto find_named(List& list, const std::string& name) {
  return std::find_if(list.begin(), list.end(), [&](const auto& e) {
    if constexpr (std::is_same_v<std::decay_t<decltype(e)>, std::pair<std::string, Tensor>>)
      return e.first == name;
    else return e.name == name;
  });
}

template <class List>
bool erase_named(List& list, const std::string& name) {
  const auto it = find_named(list, name);
  if (it == list.end()) return false;
  list.erase(it);
  return true;
}

enum SlotKind { kParameter, kBuffer, kModule };

std::uint64_t g_next_hook = 1;

// "a\nb" with the lines after the first one shifted to the right.
std::string indented(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

void check_parameter(const std::string& name, const Tensor& t) {
  if (t.defined() && !t.is_leaf())
    fail(ErrorKind::Value, "Cannot assign non-leaf Tensor to parameter '", name,
         "'. Model parameters must be created explicitly. To express '", name,
         "' as a function of another Tensor, compute the value in the forward() method.");
}

// The pieces between the dots.
std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> out(1);
  for (const char c : path) {
    if (c == '.') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

}  // namespace

Module::Module() { record::note_module(*this, true); }
Module::~Module() { record::note_module(*this, false); }

// ---- calling ----

TensorList Module::call(TensorList inputs, CallContext& context) {
  if (!record::enabled()) {
    if (hooks_.empty()) return forward(inputs, context);
    return call_hooked(std::move(inputs), context);
  }
  const Ref<Module> keep(this);
  record::CallScope scope(*this, inputs);
  TensorList outputs =
      hooks_.empty() ? forward(inputs, context) : call_hooked(std::move(inputs), context);
  scope.finish(outputs);
  return outputs;
}

TensorList Module::call_hooked(TensorList inputs, CallContext& context) {
  const Ref<Module> keep(this);
  for (const auto& hook : hooks_of(HookKind::ForwardPre))
    if (auto replaced = hook(*this, HookKind::ForwardPre, context, inputs, {})) {
      inputs = std::move(*replaced);
      context.from_front_end(CallContext::kInputs);
    }
  std::optional<BackwardHooks> backward;
  if (has_hooks(HookKind::Backward) || has_hooks(HookKind::BackwardPre)) {
    backward.emplace(*this, hooks_of(HookKind::BackwardPre), hooks_of(HookKind::Backward));
    if (backward->watch_inputs(inputs)) context.from_core(CallContext::kInputs);
  }
  TensorList outputs = forward(inputs, context);
  for (const auto& hook : hooks_of(HookKind::Forward))
    if (auto replaced = hook(*this, HookKind::Forward, context, inputs, outputs)) {
      outputs = std::move(*replaced);
      context.from_front_end(CallContext::kOutputs);
    }
  if (backward && backward->watch_outputs(outputs)) context.from_core(CallContext::kOutputs);
  return outputs;
}

Tensor Module::operator()(const Tensor& input) { return (*this)(TensorList{input}); }

Tensor Module::operator()(const TensorList& inputs) {
  CallContext context;
  TensorList outputs = call(inputs, context);
  check(outputs.size() == 1, name(), " gives ", outputs.size(), " outputs where one is wanted");
  return outputs[0];
}

void Module::note_bypass(const TensorList& inputs) {
  if (record::enabled() && has_hooks()) record::note_bypassed(*this, inputs);
}

// ---- hooks ----

std::uint64_t Module::register_hook(HookKind kind, ModuleHook hook) {
  hooks_.push_back({g_next_hook, kind, std::move(hook)});
  return g_next_hook++;
}

bool Module::remove_hook(std::uint64_t id) {
  const auto it =
      std::find_if(hooks_.begin(), hooks_.end(), [&](const Hook& h) { return h.id == id; });
  if (it == hooks_.end()) return false;
  // What the hook owns may be this module's last outside reference: it dies after the list is
  // whole.
  const ModuleHook dying = std::move(it->run);
  hooks_.erase(it);
  return true;
}

bool Module::has_hooks(HookKind kind) const {
  return std::any_of(hooks_.begin(), hooks_.end(), [&](const Hook& h) { return h.kind == kind; });
}

std::vector<ModuleHook> Module::hooks_of(HookKind kind) const {
  std::vector<ModuleHook> out;
  for (const Hook& h : hooks_)
    if (h.kind == kind) out.push_back(h.run);
  return out;
}

// ---- registration ----

void Module::check_free(const std::string& name, int kind) const {
  static constexpr const char* kWhat[] = {"parameter", "buffer", "module"};
  const std::string what = kWhat[kind];
  if (name.find('.') != std::string::npos) {
    if (kind == kModule) fail(ErrorKind::Key, "module name can't contain \".\", got: ", name);
    fail(ErrorKind::Key, what, " name can't contain \".\"");
  }
  if (name.empty()) fail(ErrorKind::Key, what, " name can't be empty string \"\"");
  const bool taken = (kind != kParameter && find_named(parameters_, name) != parameters_.end()) ||
                     (kind != kBuffer && find_named(buffers_, name) != buffers_.end()) ||
                     (kind != kModule && find_named(children_, name) != children_.end());
  if (taken) fail(ErrorKind::Key, "attribute '", name, "' already exists");
}

void Module::register_parameter(const std::string& name, const Tensor& value) {
  check_free(name, kParameter);
  check_parameter(name, value);
  const auto it = find_named(parameters_, name);
  if (it != parameters_.end()) {
    it->second = value;
  } else {
    parameters_.emplace_back(name, value);
  }
}

void Module::register_buffer(const std::string& name, const Tensor& value, bool persistent) {
  check_free(name, kBuffer);
  const auto it = find_named(buffers_, name);
  if (it != buffers_.end()) {
    it->value = value;
    it->persistent = persistent;
  } else {
    buffers_.push_back({name, value, persistent});
  }
}

void Module::register_module(const std::string& name, const Ref<Module>& child) {
  check_free(name, kModule);
  const auto it = find_named(children_, name);
  if (it != children_.end()) {
    it->module = child;
  } else {
    children_.push_back({name, child});
  }
}

void Module::assign_parameter(const std::string& name, const Tensor& value) {
  check_parameter(name, value);
  erase_named(buffers_, name);
  erase_named(children_, name);
  register_parameter(name, value);
}

void Module::compute_parameter(const std::string& name, const Tensor& value) {
  const auto it = find_named(parameters_, name);
  if (it == parameters_.end()) fail(ErrorKind::Key, "there is no parameter '", name, "'");
  it->second = value;
}

void Module::assign_buffer(const std::string& name, const Tensor& value) {
  const auto it = find_named(buffers_, name);
  const bool persistent = it == buffers_.end() || it->persistent;
  erase_named(parameters_, name);
  erase_named(children_, name);
  register_buffer(name, value, persistent);
}

void Module::assign_module(const std::string& name, const Ref<Module>& child) {
  erase_named(parameters_, name);
  erase_named(buffers_, name);
  register_module(name, child);
}

bool Module::remove(const std::string& name) {
  return erase_named(parameters_, name) || erase_named(buffers_, name) ||
         erase_named(children_, name);
}

bool Module::has(const std::string& name) const {
  return find_named(parameters_, name) != parameters_.end() ||
         find_named(buffers_, name) != buffers_.end() ||
         find_named(children_, name) != children_.end();
}

Tensor Module::get(const std::string& path) const {
  const Module* m = this;
  const auto parts = split(path);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto it = find_named(m->children_, parts[i]);
    if (it == m->children_.end() || !it->module) return {};
    m = it->module.get();
  }
  const auto p = find_named(m->parameters_, parts.back());
  if (p != m->parameters_.end()) return p->second;
  const auto b = find_named(m->buffers_, parts.back());
  return b == m->buffers_.end() ? Tensor() : b->value;
}

Ref<Module> Module::child(const std::string& name) const {
  const auto it = find_named(children_, name);
  return it == children_.end() ? Ref<Module>() : it->module;
}

Ref<Module> Module::get_submodule(const std::string& path) {
  Ref<Module> m(this);
  if (path.empty()) return m;
  for (const auto& part : split(path)) {
    Ref<Module> next = m->child(part);
    if (!next) fail(ErrorKind::Attribute, m->name(), " has no attribute `", part, "`");
    m = next;
  }
  return m;
}

// ---- walking ----

std::vector<std::pair<std::string, Module*>> Module::named_modules() {
  std::vector<std::pair<std::string, Module*>> out;
  std::unordered_set<const Module*> seen;
  const std::function<void(Module&, const std::string&)> visit = [&](Module& m,
                                                                     const std::string& path) {
    if (!seen.insert(&m).second) return;
    out.emplace_back(path, &m);
    for (const Child& c : m.children_)
      if (c.module) visit(*c.module, join(path, c.name));
  };
  visit(*this, "");
  return out;
}

NamedTensors Module::named_parameters() {
  NamedTensors out;
  std::unordered_set<const TensorImpl*> seen;
  for (const auto& [path, m] : named_modules())
    for (const auto& [name, t] : m->parameters_)
      if (t.defined() && seen.insert(t.impl()).second) out.emplace_back(join(path, name), t);
  return out;
}

NamedTensors Module::named_buffers() {
  NamedTensors out;
  std::unordered_set<const TensorImpl*> seen;
  for (const auto& [path, m] : named_modules())
    for (const Buffer& b : m->buffers_)
      if (b.value.defined() && seen.insert(b.value.impl()).second)
        out.emplace_back(join(path, b.name), b.value);
  return out;
}

TensorList Module::parameters() {
  TensorList out;
  for (auto& [name, t] : named_parameters()) out.push_back(std::move(t));
  return out;
}

// ---- modes ----

void Module::train(bool on) {
  for (const auto& [path, m] : named_modules()) m->training_ = on;
}

void Module::requires_grad(bool on) {
  for (const Tensor& t : parameters()) t.set_requires_grad(on);
}

void Module::zero_grad(bool set_to_none) {
  for (const Tensor& t : parameters()) zero_gradient(t, set_to_none);
}

void Module::to(DType dtype) {
  if (!is_floating(dtype))
    fail(ErrorKind::Type,
         "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.",
         dtype_name(dtype));
  // `param.data = param.data.to(dtype)`: the tensor object stays, so optimizers keep following it.
  const auto cast = [&](const Tensor& t) {
    if (!t.defined() || !is_floating(t.dtype()) || t.dtype() == dtype) return;
    const Tensor converted = t.to_raw(dtype);
    TensorImpl& impl = *t.impl();
    impl.storage = converted.storage();
    impl.geometry = converted.impl()->geometry;
    impl.offset = converted.offset();
    impl.dtype = dtype;
  };
  for (const auto& [name, t] : named_parameters()) {
    const Tensor g = t.grad();
    cast(t);
    cast(g);
    // The accumulator remembers the dtype its gradients must have.
    if (t.impl()->meta && t.impl()->meta->accumulator)
      t.impl()->meta->accumulator->outputs = {OutputMeta(t)};
  }
  for (const auto& [name, t] : named_buffers()) cast(t);
}

void Module::apply(const std::function<void(Module&)>& f) {
  for (const Child& c : std::vector<Child>(children_))
    if (c.module) c.module->apply(f);
  f(*this);
}

// ---- state ----

void Module::collect_state(const std::string& prefix, NamedTensors& out) const {
  for (const auto& [name, t] : parameters_)
    if (t.defined()) out.emplace_back(prefix + name, t.detach());
  for (const Buffer& b : buffers_)
    if (b.value.defined() && b.persistent) out.emplace_back(prefix + b.name, b.value.detach());
  for (const Child& c : children_)
    if (c.module) c.module->collect_state(prefix + c.name + ".", out);
}

NamedTensors Module::state_dict() const {
  NamedTensors out;
  collect_state("", out);
  return out;
}

void Module::load(const std::string& prefix, const NamedTensors& state, bool strict,
                  KeyReport& report, std::vector<std::string>& problems) {
  NamedTensors local;
  for (const auto& [name, t] : parameters_)
    if (t.defined()) local.emplace_back(name, t);
  for (const Buffer& b : buffers_)
    if (b.value.defined() && b.persistent) local.emplace_back(b.name, b.value);
  for (const auto& [name, t] : local) {
    const auto given = find_named(state, prefix + name);
    if (given == state.end()) {
      report.missing.push_back(prefix + name);
      continue;
    }
    Tensor source = given->second;
    if (t.dim() == 0 && source.dim() == 1 && source.numel() > 0)
      source = source.alias({}, {}, source.offset());
    if (source.shape() != t.shape()) {
      problems.push_back(detail::concat("size mismatch for ", prefix, name,
                                        ": copying a param with shape ", size_text(source.shape()),
                                        " from checkpoint, the shape in current model is ",
                                        size_text(t.shape()), "."));
      continue;
    }
    t.copy_raw(source);
    t.bump_version();
  }
  if (strict)
    for (const auto& [key, value] : state) {
      if (key.compare(0, prefix.size(), prefix) != 0) continue;
      const std::string first = split(key.substr(prefix.size()))[0];
      if (find_named(children_, first) == children_.end() &&
          find_named(local, first) == local.end())
        report.unexpected.push_back(key);
    }
  for (const Child& c : children_)
    if (c.module) c.module->load(prefix + c.name + ".", state, strict, report, problems);
}

Module::KeyReport Module::load_state_dict(const NamedTensors& state, bool strict) {
  KeyReport report;
  std::vector<std::string> problems;
  // What is missing and unexpected is told in any case; strict makes it an error.
  load("", state, true, report, problems);
  const auto quoted = [](const std::vector<std::string>& keys) {
    std::string s;
    for (const auto& k : keys) s += (s.empty() ? "\"" : ", \"") + k + "\"";
    return s;
  };
  if (strict) {
    if (!report.unexpected.empty())
      problems.insert(problems.begin(),
                      "Unexpected key(s) in state_dict: " + quoted(report.unexpected) + ". ");
    if (!report.missing.empty())
      problems.insert(problems.begin(),
                      "Missing key(s) in state_dict: " + quoted(report.missing) + ". ");
  }
  if (!problems.empty()) {
    std::string text = "Error(s) in loading state_dict for " + name() + ":";
    for (const auto& p : problems) text += "\n\t" + p;
    fail(ErrorKind::Runtime, text);
  }
  return report;
}

// ---- text ----

std::string Module::repr() const {
  const std::string extra = extra_repr();
  std::vector<std::string> lines;
  if (!extra.empty()) {
    lines.emplace_back();
    for (const char c : extra) {
      if (c == '\n') {
        lines.emplace_back();
      } else {
        lines.back() += c;
      }
    }
  }
  const std::size_t extra_lines = lines.size();
  for (const Child& c : children_)
    lines.push_back("(" + c.name + "): " + (c.module ? indented(c.module->repr()) : "None"));
  if (lines.empty()) return name() + "()";
  if (extra_lines == 1 && children_.empty()) return name() + "(" + lines[0] + ")";
  std::string out = name() + "(";
  for (const auto& line : lines) out += "\n  " + line;
  return out + "\n)";
}

// ---- CallbackModule ----

TensorList CallbackModule::forward(const TensorList& inputs, CallContext& context) {
  if (!fn_)
    fail(ErrorKind::NotImplemented, "Module [", name_,
         "] is missing the required \"forward\" function");
  TensorList outputs = fn_(*this, inputs, context);
  context.from_front_end(CallContext::kOutputs);
  return outputs;
}

Tensor make_parameter(const Tensor& t) {
  Tensor p = t.is_leaf() && !t.requires_grad() ? t : t.detach();
  p.set_requires_grad(true);
  return p;
}

}  // namespace gradbox
