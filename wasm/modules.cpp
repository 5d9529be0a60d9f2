// Modules: layers of the core and classes of a front end, their registration, hooks and calls.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <map>

#include "boundary.h"
#include "buffer.h"
#include "callbacks.h"
#include "core/json.h"
#include "modules.h"
#include "nn/layers.h"

namespace gradbox::wasm {

HandleTable<Ref<Module>>& modules() {
  static HandleTable<Ref<Module>> table("module");
  return table;
}

namespace {

// Module of every hook id, to find it again for removal.
std::map<std::uint64_t, int>& hook_owners() {
  static std::map<std::uint64_t, int> owners;
  return owners;
}

int adopt(const Ref<Module>& m) {
  m->front_end_id = modules().add(m);
  return m->front_end_id;
}

// ---- what runs in the front end ----

TensorList run_forward(const Callback& cb, Module& m, const TensorList& inputs, CallContext& c) {
  const bool hand = c.inputs_changed();
  CallbackReply r =
      call_front_end(CallbackKind::Forward, cb->id(), m.front_end_id, static_cast<int>(c.frame),
                     hand ? CallContext::kInputs : 0, hand ? inputs : TensorList());
  c.from_front_end(CallContext::kOutputs);
  return std::move(r.tensors);
}

std::optional<TensorList> run_hook(const Callback& cb, Module& m, HookKind kind, CallContext& c,
                                   const TensorList& inputs, const TensorList& outputs) {
  const int frame = static_cast<int>(c.frame);
  const auto joined = [&](bool with_inputs, bool with_outputs) {
    TensorList all;
    if (with_inputs) all = inputs;
    if (with_outputs) all.insert(all.end(), outputs.begin(), outputs.end());
    return all;
  };
  CallbackReply r;
  int replaced = 0;
  switch (kind) {
    case HookKind::ForwardPre: {
      const bool hand = c.inputs_changed();
      r = call_front_end(CallbackKind::PreForward, cb->id(), m.front_end_id, frame,
                         hand ? CallContext::kInputs : 0, joined(hand, false));
      replaced = CallContext::kInputs;
      break;
    }
    case HookKind::Forward: {
      const bool in = c.inputs_changed();
      const bool out = c.outputs_changed();
      r = call_front_end(CallbackKind::ForwardHook, cb->id(), m.front_end_id, frame, c.changed,
                         joined(in, out),
                         in          ? static_cast<int>(inputs.size())
                         : in || out ? 0
                                     : -1);
      replaced = CallContext::kOutputs;
      break;
    }
    case HookKind::BackwardPre:
      r = call_front_end(CallbackKind::BackwardPre, cb->id(), m.front_end_id, 0,
                         CallContext::kOutputs, outputs);
      break;
    case HookKind::Backward:
      r = call_front_end(CallbackKind::BackwardHook, cb->id(), m.front_end_id, 0,
                         CallContext::kInputs | CallContext::kOutputs, joined(true, true),
                         static_cast<int>(inputs.size()));
      break;
  }
  if (!r.given) return std::nullopt;
  c.from_front_end(replaced);
  return std::move(r.tensors);
}

HookKind hook_kind(const std::string& name) {
  if (name == "pre_forward" || name == "pre_forward_kw") return HookKind::ForwardPre;
  if (name == "forward" || name == "forward_kw") return HookKind::Forward;
  if (name == "backward_pre") return HookKind::BackwardPre;
  if (name == "backward") return HookKind::Backward;
  fail(ErrorKind::Value, "unknown kind of module hook '", name, "'");
}

// ---- the functions that carry text ----

int module_new(const std::string& kind, const std::string& config, int cb) {
  return guard(0, [&] {
    if (kind != "callback") return adopt(make_layer_json(kind, config));
    const Json* name = nullptr;
    const Json given = Json::parse(config);
    if (given.kind() == Json::Kind::Object) name = given.find("name");
    const Callback forward = callback(cb);
    return adopt(
        make_ref<CallbackModule>(name ? name->string() : "Module",
                                 [forward](Module& m, const TensorList& inputs, CallContext& c) {
                                   return run_forward(forward, m, inputs, c);
                                 }));
  });
}

// The module at a dotted path below m, made known to the front end: children that a layer made
// itself.
int module_adopt(int m, const std::string& path) {
  return guard(0, [&] {
    for (const auto& [name, child] : modules().get(m)->named_modules())
      if (name == path)
        return child->front_end_id ? child->front_end_id : adopt(Ref<Module>(child));
    fail(ErrorKind::Attribute, "there is no module '", path, "'");
  });
}

std::string module_name(int m) {
  return guard(std::string(), [&] { return modules().get(m)->name(); });
}

std::string module_text(int m) {
  return guard(std::string(), [&] { return modules().get(m)->repr(); });
}

// What a front end's class puts between the parentheses of its printed text.
int module_extra(int m, const std::string& text) {
  return attempt([&] { modules().get(m)->set_extra_repr(text); });
}

int module_param(int m, const std::string& name, int h) {
  return attempt([&] { modules().get(m)->assign_parameter(name, take(h)); });
}

int module_computed(int m, const std::string& name, int h) {
  return attempt([&] { modules().get(m)->compute_parameter(name, take(h)); });
}

int module_set(int m, const std::string& json) {
  return attempt([&] { set_arguments_json(*modules().get(m), json); });
}

// persistent: 0 or 1 registers; -1 assigns, and keeps the persistence that was.
int module_buffer(int m, const std::string& name, int h, int persistent) {
  return attempt([&] {
    const Ref<Module> module = modules().get(m);
    if (persistent < 0) module->assign_buffer(name, take(h));
    else module->register_buffer(name, take(h), persistent != 0);
  });
}

int module_child(int m, const std::string& name, int child) {
  return attempt(
      [&] { modules().get(m)->assign_module(name, child ? modules().get(child) : Ref<Module>()); });
}

int module_del(int m, const std::string& name) {
  return attempt([&] {
    const Ref<Module> module = modules().get(m);
    if (!module->remove(name))
      fail(ErrorKind::Attribute, "'", module->name(), "' object has no attribute '", name, "'");
  });
}

// A parameter or buffer by dotted path: handle, 0 when None or absent, -1 after a failure.
int module_get(int m, const std::string& path) {
  return guard(-1, [&] { return give(modules().get(m)->get(path)); });
}

std::string named(const NamedTensors& tensors) {
  std::string s = "[";
  for (const auto& [name, t] : tensors) {
    if (s.size() > 1) s += ",";
    s += "[" + json_quote(name) + "," + std::to_string(t.uid()) + "]";
  }
  return s + "]";
}

// {"params":[[path,uid],...],"buffers":[[path,uid],...],"modules":[[path,id],...],"state":[path,...]}
std::string module_listing(int m) {
  return guard(std::string(), [&] {
    const Ref<Module> module = modules().get(m);
    std::string s = "{\"params\":" + named(module->named_parameters()) +
                    ",\"buffers\":" + named(module->named_buffers()) + ",\"modules\":[";
    bool first = true;
    for (const auto& [path, child] : module->named_modules()) {
      if (!first) s += ",";
      first = false;
      s += "[" + json_quote(path) + "," + std::to_string(child->front_end_id) + "]";
    }
    s += "],\"state\":[";
    first = true;
    for (const auto& [path, value] : module->state_dict()) {
      if (!first) s += ",";
      first = false;
      s += json_quote(path);
    }
    return s + "]}";
  });
}

int module_hook(int m, const std::string& kind, int cb) {
  return guard(0, [&] {
    const Callback hook = callback(cb);
    const Ref<Module> module = modules().get(m);
    const std::uint64_t id = module->register_hook(
        hook_kind(kind), [hook](Module& module, HookKind k, CallContext& c,
                                const TensorList& inputs, const TensorList& outputs) {
          return run_hook(Callback(hook), module, k, c, inputs, outputs);
        });
    hook_owners()[id] = m;
    return static_cast<int>(id);
  });
}

std::string names_json(const std::vector<std::string>& names) {
  std::string s = "[";
  for (const auto& n : names) s += (s.size() > 1 ? "," : "") + json_quote(n);
  return s + "]";
}

// load_state_dict: the buffer holds names and tensors in turn (tags "stst...").
std::string module_load(int m, int strict, int count) {
  return guard(std::string(), [&] {
    const Arguments a = read_arguments(count);
    NamedTensors state;
    for (std::size_t i = 0; i + 1 < a.positional.size(); i += 2)
      state.emplace_back(a.positional[i].get<std::string>(), a.positional[i + 1].get<Tensor>());
    const Module::KeyReport r = modules().get(m)->load_state_dict(state, strict != 0);
    return "{\"missing\":" + names_json(r.missing) + ",\"unexpected\":" + names_json(r.unexpected) +
           "}";
  });
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

extern "C" {

EMSCRIPTEN_KEEPALIVE int gb_module_free(int m) {
  if (!modules().valid(m)) return 0;
  modules().get(m)->front_end_id = 0;
  auto& owners = hook_owners();
  for (auto it = owners.begin(); it != owners.end();)
    it = it->second == m ? owners.erase(it) : std::next(it);
  return modules().remove(m) ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE int gb_module_train(int m, int on) {
  return attempt([&] { modules().get(m)->train(on != 0); });
}
EMSCRIPTEN_KEEPALIVE int gb_module_training(int m) {
  return guard(-1, [&] { return modules().get(m)->training() ? 1 : 0; });
}
EMSCRIPTEN_KEEPALIVE int gb_module_zero_grad(int m, int set_to_none) {
  return attempt([&] { modules().get(m)->zero_grad(set_to_none != 0); });
}
EMSCRIPTEN_KEEPALIVE int gb_module_to(int m, int dtype) {
  return attempt([&] {
    if (dtype < 0 || dtype >= kDTypeCount) fail(ErrorKind::Type, "unknown dtype code ", dtype);
    modules().get(m)->to(static_cast<DType>(dtype));
  });
}
EMSCRIPTEN_KEEPALIVE int gb_remove_module_hook(int id) {
  return attempt([&] {
    const auto it = hook_owners().find(static_cast<std::uint64_t>(id));
    if (it == hook_owners().end()) return;
    modules().get(it->second)->remove_hook(it->first);
    hook_owners().erase(it);
  });
}

// Calls module m on the tensors in the slots. Gives the number of outputs in out; -2 when they are
// those that the front end has for this frame; -1 after a failure.
EMSCRIPTEN_KEEPALIVE int gb_module_call(int m, int frame, int count) {
  return guard(-1, [&] {
    const Ref<Module> module = modules().get(m);
    CallContext context(frame);
    const TensorList outputs = module->call(read_tensors(count), context);
    if (frame != 0 && !context.outputs_changed()) return -2;
    return write_tensors(outputs);
  });
}
// forward() called directly: no hooks, and the recorder notes what was passed by.
EMSCRIPTEN_KEEPALIVE int gb_module_forward(int m, int frame, int count) {
  return guard(-1, [&] {
    const Ref<Module> module = modules().get(m);
    CallContext context(frame);
    const TensorList inputs = read_tensors(count);
    module->note_bypass(inputs);
    return write_tensors(module->forward(inputs, context));
  });
}
EMSCRIPTEN_KEEPALIVE int gb_module_bypass(int m, int count) {
  return attempt([&] { modules().get(m)->note_bypass(read_tensors(count)); });
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(modules) {
  emscripten::function("layersJson", &layers_json);
  emscripten::function("moduleNew", &module_new);
  emscripten::function("moduleAdopt", &module_adopt);
  emscripten::function("moduleName", &module_name);
  emscripten::function("moduleText", &module_text);
  emscripten::function("moduleExtra", &module_extra);
  emscripten::function("moduleParam", &module_param);
  emscripten::function("moduleComputed", &module_computed);
  emscripten::function("moduleSet", &module_set);
  emscripten::function("moduleBuffer", &module_buffer);
  emscripten::function("moduleChild", &module_child);
  emscripten::function("moduleDel", &module_del);
  emscripten::function("moduleGet", &module_get);
  emscripten::function("moduleListing", &module_listing);
  emscripten::function("moduleHook", &module_hook);
  emscripten::function("moduleLoad", &module_load);
}
