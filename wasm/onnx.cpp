// ONNX: export, and models that were read from files.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include "boundary.h"
#include "buffer.h"
#include "core/json.h"
#include "modules.h"
#include "onnx/export/export.h"
#include "onnx/ir/write.h"
#include "onnx/run/describe.h"
#include "onnx/run/module.h"
#include "onnx/run/session.h"
#include "opening.h"
#include "values.h"

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

// A session of the file that was opened, see opening.h; `run` 0: only read, to be looked at.
int onnx_load(int run) {
  return guard(0, [&] {
    Loaded loaded;
    loaded.model = opened_model();
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

// See values.h for the request and the answer.
std::string onnx_run(int id, const std::string& request) {
  return guard(std::string(), [&] {
    const Loaded loaded = sessions().get(id);
    check(loaded.session != nullptr, "this model was only read, not made ready to run");
    return run_session(*loaded.session, request);
  });
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox::wasm;

EMSCRIPTEN_BINDINGS(onnx) {
  emscripten::function("onnxExport", &onnx_export);
  emscripten::function("onnxWarnings", &onnx_warnings);
  emscripten::function("onnxLoad", &onnx_load);
  emscripten::function("onnxFree", &onnx_free);
  emscripten::function("onnxWrite", &onnx_write);
  emscripten::function("onnxDescribe", &onnx_describe);
  emscripten::function("onnxGraph", &onnx_graph);
  emscripten::function("onnxInitializer", &onnx_initializer);
  emscripten::function("onnxModule", &onnx_module);
  emscripten::function("onnxRun", &onnx_run);
}
