// ONNX: export, and models that were read from files.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include "boundary.h"
#include "buffer.h"
#include "core/json.h"
#include "modules.h"
#include "onnx/export/export.h"
#include "onnx/ir/read.h"
#include "onnx/ir/write.h"
#include "onnx/run/describe.h"
#include "onnx/run/module.h"
#include "onnx/run/session.h"

namespace gradbox::wasm {
namespace {

// A copy of bytes as Uint8Array.
emscripten::val array_of(const std::string& bytes) {
  const emscripten::val view(emscripten::typed_memory_view(
      bytes.size(), reinterpret_cast<const unsigned char*>(bytes.data())));
  return view.call<emscripten::val>("slice");
}

// ---- export ----

// What the last export warned of.
std::vector<std::string> g_onnx_warnings;

// A copy of the file's bytes as Uint8Array; null after a failure.
emscripten::val onnx_export(int m, int frame, const std::string& options, int count) {
  std::string bytes;
  const int ok = attempt([&] {
    const TensorList inputs = read_tensors(count);
    const Ref<Module> module = modules().get(m);
    CallContext context(frame);
    bytes = onnx::export_model(*module, inputs, onnx::parse_options(options), context,
                               &g_onnx_warnings);
  });
  return ok ? array_of(bytes) : emscripten::val::null();
}

// As a JSON list of strings.
std::string onnx_warnings() {
  std::string out = "[";
  for (const auto& w : g_onnx_warnings) out += (out.size() > 1 ? "," : "") + json_quote(w);
  return out + "]";
}

// ---- sessions ----

struct Loaded {
  std::shared_ptr<const onnx::ModelProto> model;
  std::shared_ptr<onnx::Session> session;
};

HandleTable<Loaded>& sessions() {
  static HandleTable<Loaded> table("session");
  return table;
}

// Files with the external data of the model that is loaded next.
onnx::ExternalData g_external;

// A Uint8Array's bytes, moved at once: Embind would fill a string byte by byte.
std::string bytes_of(const emscripten::val& array) {
  std::string out(array["length"].as<std::size_t>(), '\0');
  const emscripten::val view(
      emscripten::typed_memory_view(out.size(), reinterpret_cast<unsigned char*>(out.data())));
  view.call<void>("set", array);
  return out;
}

int onnx_external(const std::string& location, const emscripten::val& bytes) {
  return attempt([&] { g_external[location] = bytes_of(bytes); });
}

// A session; `run` 0: only read, to be looked at.
int onnx_load(const emscripten::val& array, int run) {
  const onnx::ExternalData external = std::move(g_external);
  g_external.clear();
  return guard(0, [&] {
    const onnx::FileBytes file(array["length"].as<std::size_t>());
    const emscripten::val view(emscripten::typed_memory_view(
        file.size, reinterpret_cast<unsigned char*>(file.data.get())));
    view.call<void>("set", array);
    Loaded loaded;
    loaded.model = std::make_shared<const onnx::ModelProto>(onnx::read_model(file, external));
    if (run) loaded.session = std::make_shared<onnx::Session>(loaded.model);
    return sessions().add(loaded);
  });
}

int onnx_free(int id) { return sessions().remove(id) ? 1 : 0; }

// The model as a file, with its external data inside; null after a failure.
emscripten::val onnx_write(int id) {
  std::string bytes;
  const int ok = attempt([&] { bytes = onnx::write_model(*sessions().get(id).model); });
  return ok ? array_of(bytes) : emscripten::val::null();
}

std::string onnx_describe(int id) {
  return guard(std::string(), [&] { return onnx::describe_json(*sessions().get(id).model); });
}

std::string onnx_graph(int id) {
  return guard(std::string(), [&] { return onnx::graph_json(*sessions().get(id).model); });
}

// A tensor of the file, by its initializer's name.
int onnx_initializer(int id, const std::string& name) {
  return guard(0, [&] {
    for (const auto& t : sessions().get(id).model->graph.initializers)
      if (t.name == name) {
        check(t.value.is_tensor(), "'", name, "' is no tensor of numbers");
        return give(t.value.tensor());
      }
    fail(ErrorKind::Key, "the model has no initializer '", name, "'");
  });
}

// The model as a module.
int onnx_module(int id) {
  return guard(0, [&] {
    const Ref<Module> m = onnx::make_module(sessions().get(id).model);
    m->front_end_id = modules().add(m);
    return m->front_end_id;
  });
}

// Values cross as JSON: {"tensor":handle}, {"strings":[...],"shape":[...]}, {"sequence":[...]},
// null for an optional that holds nothing.
onnx::Any value_from(const Json& j) {
  if (j.is_null()) return onnx::Nothing{};
  if (const Json* t = j.find("tensor")) return tensors().get(static_cast<int>(t->integer()));
  if (const Json* s = j.find("strings")) {
    onnx::StringTensor out;
    for (const Json& item : s->items()) out.values.push_back(item.string());
    if (const Json* shape = j.find("shape"))
      for (const Json& d : shape->items()) out.shape.push_back(d.integer());
    check(product(out.shape) == static_cast<std::int64_t>(out.values.size()), "a tensor of shape ",
          to_string(out.shape), " can't hold ", out.values.size(), " strings");
    return out;
  }
  auto items = std::make_shared<std::vector<onnx::Any>>();
  if (const Json* s = j.find("sequence"))
    for (const Json& item : s->items()) items->push_back(value_from(item));
  return onnx::Sequence(std::move(items));
}

std::string value_text(const onnx::Any& v) {
  if (v.is_tensor()) return "{\"tensor\":" + std::to_string(give(v.tensor())) + "}";
  if (v.is_strings()) {
    std::string list;
    for (const auto& s : v.strings().values) list += (list.empty() ? "" : ",") + json_quote(s);
    return "{\"strings\":[" + list + "],\"shape\":" + json_ints(v.strings().shape) + "}";
  }
  if (!v.is_sequence()) return "null";
  std::string list;
  for (const auto& item : v.sequence()) list += (list.empty() ? "" : ",") + value_text(item);
  return "{\"sequence\":[" + list + "]}";
}

// {"inputs":[[name,value],...],"outputs":[name,...],"times":bool} gives {"outputs":[value,...],
// "times":[[name,op_type,milliseconds],...]}. The handles given are the receiver's.
std::string onnx_run(int id, const std::string& request) {
  return guard(std::string(), [&] {
    const Loaded loaded = sessions().get(id);
    check(loaded.session != nullptr, "this model was only read, not made ready to run");
    const Json j = Json::parse(request);
    onnx::Feeds feeds;
    if (const Json* inputs = j.find("inputs"))
      for (const Json& pair : inputs->items())
        feeds.emplace_back(pair.items().at(0).string(), value_from(pair.items().at(1)));
    std::vector<std::string> wanted;
    if (const Json* outputs = j.find("outputs"))
      for (const Json& name : outputs->items()) wanted.push_back(name.string());
    const Json* timed = j.find("times");
    std::vector<onnx::NodeTime> times;
    const auto results =
        loaded.session->run(feeds, wanted, timed && timed->boolean() ? &times : nullptr);
    std::string list, took;
    for (const auto& v : results) list += (list.empty() ? "" : ",") + value_text(v);
    for (const auto& t : times)
      took += (took.empty() ? "[" : ",[") + json_quote(t.name) + "," + json_quote(t.op_type) + "," +
              json_number(t.milliseconds) + "]";
    return "{\"outputs\":[" + list + "],\"times\":[" + took + "]}";
  });
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox::wasm;

EMSCRIPTEN_BINDINGS(onnx) {
  emscripten::function("onnxExport", &onnx_export);
  emscripten::function("onnxWarnings", &onnx_warnings);
  emscripten::function("onnxExternal", &onnx_external);
  emscripten::function("onnxLoad", &onnx_load);
  emscripten::function("onnxFree", &onnx_free);
  emscripten::function("onnxWrite", &onnx_write);
  emscripten::function("onnxDescribe", &onnx_describe);
  emscripten::function("onnxGraph", &onnx_graph);
  emscripten::function("onnxInitializer", &onnx_initializer);
  emscripten::function("onnxModule", &onnx_module);
  emscripten::function("onnxRun", &onnx_run);
}
