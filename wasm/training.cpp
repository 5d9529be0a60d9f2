// Optimizers and the recorder.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include "boundary.h"
#include "buffer.h"
#include "core/json.h"
#include "modules.h"
#include "optim/optimizer.h"
#include "record/notes.h"
#include "record/pictures.h"
#include "record/recorder.h"
#include "record/updates.h"

// The line of the snippet that runs, see record::set_line_source.
EM_JS(int, gb_snippet_line, (), { return Module["snippetLine"] ? Module["snippetLine"]() : 0; });

namespace gradbox::wasm {
namespace {

HandleTable<Ref<Optimizer>>& optimizers() {
  static HandleTable<Ref<Optimizer>> table("optimizer");
  return table;
}

// The parameters' handles stand in the slots.
int optim_new(const std::string& kind, const std::string& options, int count) {
  return guard(
      0, [&] { return optimizers().add(make_optimizer_json(kind, read_tensors(count), options)); });
}

int optim_add_group(int id, const std::string& options, int count) {
  return attempt([&] {
    const TensorList params = read_tensors(count);
    optimizers().get(id)->add_param_group(params, parse_optimizer_options(options));
  });
}

// param_groups[group][name] as JSON.
std::string optim_get(int id, int group, const std::string& name) {
  return guard(std::string(), [&] {
    return json_value(optimizers().get(id)->get(static_cast<std::size_t>(group), name));
  });
}

// param_groups[group][name] = value, the value as JSON.
int optim_set(int id, int group, const std::string& name, const std::string& value) {
  return attempt([&] {
    optimizers().get(id)->set(static_cast<std::size_t>(group), name, Json::parse(value).to_value());
  });
}

std::string optim_state(int id) {
  return guard(std::string(), [&] { return optimizers().get(id)->state_json(); });
}

int optim_load(int id, const std::string& text) {
  return attempt([&] { optimizers().get(id)->load_json(text); });
}

std::string graph_of(int h) {
  return guard(std::string(), [&] { return record::graph_json(tensors().get(h)); });
}

std::string last_graph() {
  return guard(std::string(), [] { return record::last_graph_json(); });
}

}  // namespace
}  // namespace gradbox::wasm

using namespace gradbox;
using namespace gradbox::wasm;

extern "C" {

EMSCRIPTEN_KEEPALIVE int gb_optim_step(int id) {
  return attempt([&] { optimizers().get(id)->step(); });
}
EMSCRIPTEN_KEEPALIVE int gb_optim_zero(int id, int set_to_none) {
  return attempt([&] { optimizers().get(id)->zero_grad(set_to_none != 0); });
}
EMSCRIPTEN_KEEPALIVE int gb_optim_free(int id) { return optimizers().remove(id) ? 1 : 0; }

// 0: off, 1: on, 2: on, and no iteration of a loop is passed over. Gives whether it was on.
EMSCRIPTEN_KEEPALIVE int gb_record_enable(int on) {
  const int previous = record::enabled() ? 1 : 0;
  record::set_line_source(gb_snippet_line);
  record::enable(on != 0, on == 2);
  return previous;
}
EMSCRIPTEN_KEEPALIVE double gb_record_dropped() { return static_cast<double>(record::dropped()); }
EMSCRIPTEN_KEEPALIVE double gb_record_skipped() { return static_cast<double>(record::skipped()); }

}  // extern "C"

EMSCRIPTEN_BINDINGS(training) {
  emscripten::function("optimizersJson", &optimizers_json);
  emscripten::function("optimNew", &optim_new);
  emscripten::function("optimAddGroup", &optim_add_group);
  emscripten::function("optimGet", &optim_get);
  emscripten::function("optimSet", &optim_set);
  emscripten::function("optimState", &optim_state);
  emscripten::function("optimLoad", &optim_load);
  emscripten::function("recordDrain", &record::drain);
  emscripten::function("updatesDrain", &record::drain_updates);
  emscripten::function("picturesDrain", &record::drain_pictures);
  emscripten::function("lossesDrain", &record::drain_losses);
  emscripten::function("graphJson", &graph_of);
  emscripten::function("lastGraphJson", &last_graph);
}
