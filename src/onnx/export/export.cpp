#include "onnx/export/export.h"

#include <algorithm>
#include <optional>

#include "core/json.h"
#include "onnx/export/emitter.h"
#include "onnx/export/resample.h"
#include "onnx/run/module.h"

namespace gradbox::onnx {
namespace {

std::map<std::int64_t, std::string> parse_axes(const std::string& name, const Json& axes) {
  std::map<std::int64_t, std::string> out;
  // A list of dimensions: they get names.
  for (const Json& axis : axes.items())
    out[axis.integer()] = name + "_dynamic_axes_" + std::to_string(out.size() + 1);
  for (const auto& [axis, variable] : axes.members()) out[std::stoll(axis)] = variable.string();
  return out;
}

std::vector<std::string> strings(const Json& list) {
  std::vector<std::string> out;
  for (const Json& s : list.items()) out.push_back(s.string());
  return out;
}

// The training flags of all modules, restored when it goes.
class EvalMode {
 public:
  explicit EvalMode(Module& module) {
    for (const auto& [path, m] : module.named_modules()) saved_.emplace_back(m, m->training());
    module.eval();
  }
  EvalMode(const EvalMode&) = delete;
  EvalMode& operator=(const EvalMode&) = delete;
  // Parents come first, so that a child's own flag is set last.
  ~EvalMode() {
    for (const auto& [m, training] : saved_) m->train(training);
  }

 private:
  std::vector<std::pair<Ref<Module>, bool>> saved_;
};

bool takes(const OpDef& op) { return find_translation(op) != nullptr; }

constexpr const char* kDataDependent =
    "The module takes another path for inputs of other sizes. The exported graph holds the path of "
    "the sample inputs, and may not generalize to inputs of other sizes.";

// A trace with other sizes that is the same program. None when no size is in question, or when
// there is no such trace, which is warned of.
std::optional<Trace> other_trace(Module& module, const Trace& first, const ExportOptions& options,
                                 const CallContext& context, std::vector<std::string>& warnings) {
  const auto variables =
      find_variables(first.inputs, options, input_names(first.inputs.size(), options));
  if (variables.empty() || !is_ambiguous(first, variables)) return std::nullopt;
  // Smaller where a table of positions ends at the sample's size, and the first variable alone,
  // which is the batch, where a loop runs along the others.
  const std::vector<Variable> batch{variables[0]};
  const std::pair<const std::vector<Variable>*, bool> attempts[] = {
      {&variables, true}, {&variables, false}, {&batch, true}};
  bool fits = false;
  for (const auto& [which, larger] : attempts) {
    if (fits && !larger) continue;
    try {
      Trace other = trace(module, resized(first.inputs, *which, larger), context, true, takes,
                          options.opset_version);
      fits = true;
      if (!same_operators(first, other)) continue;
      if (which->size() < variables.size()) warnings.emplace_back(kDataDependent);
      return other;
    } catch (const Error&) {
      // The next attempt may fit.
    }
  }
  warnings.emplace_back(kDataDependent);
  return std::nullopt;
}

}  // namespace

std::vector<std::string> input_names(std::size_t count, const ExportOptions& options) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    if (i < options.input_names.size()) names.push_back(options.input_names[i]);
    else names.push_back(i == 0 ? "input" : "input." + std::to_string(i));
  }
  return names;
}

ExportOptions parse_options(const std::string& json) {
  ExportOptions o;
  const Json all = Json::parse(json);
  for (const auto& [key, v] : all.members()) {
    if (v.is_null()) continue;
    if (key == "export_params") o.export_params = v.boolean();
    else if (key == "training") o.training = v.boolean();
    else if (key == "do_constant_folding") o.do_constant_folding = v.boolean();
    else if (key == "opset_version") {
      o.opset_version = static_cast<int>(v.integer());
      o.opset_given = true;
    } else if (key == "input_names") o.input_names = strings(v);
    else if (key == "output_names") o.output_names = strings(v);
    else if (key == "dynamic_axes")
      for (const auto& [name, axes] : v.members()) o.dynamic_axes[name] = parse_axes(name, axes);
  }
  return o;
}

std::string export_model(Module& module, const TensorList& inputs, const ExportOptions& given,
                         CallContext& context, std::vector<std::string>* warnings) {
  ExportOptions options = given;
  if (!options.opset_given)
    options.opset_version = std::max(options.opset_version, imported_opset(module));
  else if (options.opset_version < kFirstOpset || options.opset_version > kLastOpset)
    fail(ErrorKind::Value, "Unsupported ONNX opset version: ", options.opset_version, ". From ",
         kFirstOpset, " to ", kLastOpset, " are supported.");
  const Ref<Module> keep(&module);
  std::optional<EvalMode> eval;
  if (!options.training) eval.emplace(module);
  const Trace first = trace(module, inputs, context, false, takes, options.opset_version);
  std::vector<std::string> notes;
  for (const std::string& path : first.readers)
    notes.push_back("Module '" + path + "' decides by values that depend on the inputs. The " +
                    "exported graph holds what it does for the sample inputs.");
  const std::optional<Trace> other = other_trace(module, first, options, context, notes);
  if (warnings) *warnings = std::move(notes);
  Graph graph;
  graph.name = module.name();
  Emitter emitter(graph, options, module);
  emitter.run(first, other ? &*other : nullptr);
  return write_model(graph, options.opset_version);
}

}  // namespace gradbox::onnx
