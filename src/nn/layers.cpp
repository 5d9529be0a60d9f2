#include "nn/layers.h"

#include <algorithm>
#include <cmath>

#include "core/json.h"
#include "nn/layer_table.h"
#include "print/tensor_text.h"

namespace gradbox {

namespace {

std::string missing_text(const std::vector<std::string>& names) {
  std::string s;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i) s += names.size() == 2 ? " and " : i + 1 == names.size() ? ", and " : ", ";
    s += "'" + names[i] + "'";
  }
  return s;
}

}  // namespace

// ---- LayerConfig ----

void LayerConfig::set(const std::string& name, Value value) {
  for (auto& [key, old] : entries_)
    if (key == name) {
      old = std::move(value);
      return;
    }
  entries_.emplace_back(name, std::move(value));
}

const Value* LayerConfig::find(const std::string& name) const {
  for (const auto& [key, value] : entries_)
    if (key == name) return &value;
  return nullptr;
}

// ---- NativeLayer ----

NativeLayer::NativeLayer(const LayerSpec& spec, Values args) : spec_(spec), args_(std::move(args)) {
  if (spec_.setup) spec_.setup(*this);
}

TensorList NativeLayer::forward(const TensorList& inputs, CallContext& context) {
  context.from_core(CallContext::kOutputs);
  const std::size_t most = spec_.slots(), least = spec_.required_slots();
  if (inputs.size() > most && most != LayerSpec::kAny)
    fail(ErrorKind::Type, name(), ".forward() takes ",
         least == most ? "" : "from " + std::to_string(least + 1) + " to ", most + 1,
         " positional arguments but ", inputs.size() + 1, " were given");
  if (inputs.size() < least) {
    std::vector<std::string> missing;
    for (std::size_t i = inputs.size(); i < least; ++i) missing.push_back(spec_.takes.args[i].name);
    fail(ErrorKind::Type, name(), ".forward() missing ", missing.size(),
         " required positional argument", missing.size() == 1 ? "" : "s", ": ",
         missing_text(missing));
  }
  if (inputs.size() == most || most == LayerSpec::kAny) return spec_.forward(*this, inputs);
  TensorList all = inputs;
  all.resize(most);
  return spec_.forward(*this, all);
}

std::size_t LayerSpec::slots() const {
  if (takes.args.empty()) return kAny;
  std::size_t n = 0;
  for (const ArgSpec& a : takes.args)
    n += a.kind == ArgKind::TensorList ? static_cast<std::size_t>(a.list_size) : 1;
  return n;
}

std::size_t LayerSpec::required_slots() const {
  std::size_t n = 0;
  for (const ArgSpec& a : takes.args) n += a.has_default ? 0 : 1;
  return n;
}

LayerBuilder& LayerBuilder::takes(const std::string& arguments) {
  spec_.takes = parse_schema("forward(" + arguments + ") -> Tensor");
  return *this;
}

bool flag_input(const TensorList& inputs, std::size_t slot, bool otherwise) {
  return slot < inputs.size() && inputs[slot].defined() ? inputs[slot].item() != 0 : otherwise;
}

Ref<Module> NativeLayer::add_child(const std::string& name, const std::string& kind,
                                   const LayerConfig& config) {
  Ref<Module> child = make_layer(kind, config);
  register_module(name, child);
  return child;
}

IntList NativeLayer::ints(std::size_t i, std::size_t n) const {
  if (!arg(i).is<IntList>()) return IntList(n, arg(i).as_int());
  return arg(i).get<IntList>();
}

DType NativeLayer::dtype() const {
  const int i = spec_.schema.index_of("dtype");
  return i < 0 || args_[static_cast<std::size_t>(i)].is_none()
             ? default_dtype()
             : args_[static_cast<std::size_t>(i)].get<DType>();
}

Tensor NativeLayer::add_parameter(const std::string& name, const Dims& shape) {
  for (const auto n : shape)
    check(n >= 0, "Trying to create tensor with negative dimension ", n, ": ", to_string(shape));
  const Tensor p = make_parameter(Tensor::empty(shape, dtype()));
  register_parameter(name, p);
  return p;
}

// ---- text ----

std::string python_text(const Value& v) {
  if (v.is_none()) return "None";
  if (v.is<bool>()) return v.get<bool>() ? "True" : "False";
  if (v.is<double>()) return python_float(v.get<double>());
  if (v.is<std::string>()) return v.get<std::string>();
  if (v.is<FloatList>()) {
    std::string s = "(";
    for (const double x : v.get<FloatList>()) s += (s.size() > 1 ? ", " : "") + python_float(x);
    return s + (v.get<FloatList>().size() == 1 ? ",)" : ")");
  }
  if (v.is<IntList>()) {
    const auto& list = v.get<IntList>();
    std::string s = "(";
    for (std::size_t i = 0; i < list.size(); ++i) s += (i ? ", " : "") + std::to_string(list[i]);
    return s + (list.size() == 1 ? ",)" : ")");
  }
  return std::to_string(v.as_int());
}

std::string inplace_text(bool inplace, bool first) {
  if (!inplace) return "";
  return first ? "inplace=True" : ", inplace=True";
}

// ---- the table ----

LayerTable& LayerTable::instance() {
  static LayerTable* table = [] {
    auto* t = new LayerTable;
    register_basic_layers(*t);
    register_activation_layers(*t);
    register_conv_layers(*t);
    register_norm_layers(*t);
    register_loss_layers(*t);
    register_pool_layers(*t);
    register_recurrent_layers(*t);
    register_transformer_layers(*t);
    return t;
  }();
  return *table;
}

LayerBuilder LayerTable::layer(const std::string& signature) {
  specs_.emplace_back();
  specs_.back().schema = parse_schema(signature + " -> Module");
  return LayerBuilder(specs_.back()).takes("Tensor input");
}

const LayerSpec* LayerTable::find(const std::string& name) const {
  const auto it = std::find_if(specs_.begin(), specs_.end(),
                               [&](const LayerSpec& s) { return s.schema.name == name; });
  return it == specs_.end() ? nullptr : &*it;
}

namespace {

[[noreturn]] void bad_argument(const LayerSpec& spec, const ArgSpec& arg, const Value& v) {
  fail(ErrorKind::Type, spec.schema.name, "(): argument '", arg.name, "' must be ", arg.type_text,
       ", not ", v.type_name());
}

Value fit(const LayerSpec& spec, const ArgSpec& arg, const Value& v) {
  if (v.is_none()) {
    if (arg.optional || (arg.has_default && arg.default_value.is_none())) return v;
    bad_argument(spec, arg, v);
  }
  switch (arg.kind) {
    case ArgKind::Int:
      if (v.is<std::int64_t>() ||
          (v.is<double>() && v.get<double>() == std::floor(v.get<double>())))
        return Value(static_cast<long long>(v.as_int()));
      break;
    case ArgKind::Float:
      if (v.is_number() && !v.is<bool>()) return v;
      break;
    case ArgKind::Bool:
      if (v.is_number()) return v.as_bool();
      break;
    case ArgKind::IntList:
      // "same" and "valid" are paddings too.
      if (v.is<IntList>() || v.is<std::int64_t>() || (v.is<std::string>() && arg.name == "padding"))
        return v;
      break;
    case ArgKind::FloatList:
      if (v.is<FloatList>() || v.is<IntList>() || (v.is_number() && !v.is<bool>())) return v;
      break;
    case ArgKind::String:
      if (v.is<std::string>()) return v;
      break;
    case ArgKind::DType:
      if (v.is<DType>()) return v;
      if (v.is<std::string>()) return parse_dtype(v.get<std::string>());
      break;
    case ArgKind::Tensor:
      if (v.is<Tensor>()) return v;
      break;
    default: break;
  }
  bad_argument(spec, arg, v);
}

}  // namespace

void NativeLayer::set_argument(const std::string& name, const Value& value) {
  const int i = spec_.schema.index_of(name);
  if (i < 0) return;
  const auto at = static_cast<std::size_t>(i);
  args_[at] = fit(spec_, spec_.schema.args[at], value);
}

Ref<Module> make_layer(const std::string& kind, const LayerConfig& config) {
  const LayerSpec* spec = LayerTable::instance().find(kind);
  if (!spec) fail(ErrorKind::Value, "there is no layer '", kind, "' in torch.nn");
  for (const auto& [key, value] : config.entries())
    if (spec->schema.index_of(key) < 0)
      fail(ErrorKind::Type, kind, ".__init__() got an unexpected keyword argument '", key, "'");
  Values args;
  std::vector<std::string> missing;
  for (const ArgSpec& arg : spec->schema.args) {
    if (const Value* v = config.find(arg.name)) {
      args.push_back(fit(*spec, arg, *v));
    } else if (arg.has_default) {
      // A default that stands for all places prints as one number unless it is given as a list.
      args.push_back(arg.default_value.is<IntList>() && !arg.default_value.get<IntList>().empty()
                         ? Value(static_cast<long long>(arg.default_value.get<IntList>()[0]))
                         : arg.default_value);
    } else {
      missing.push_back(arg.name);
      args.emplace_back();
    }
  }
  if (!missing.empty())
    fail(ErrorKind::Type, kind, ".__init__() missing ", missing.size(),
         " required positional argument", missing.size() == 1 ? "" : "s", ": ",
         missing_text(missing));
  return make_ref<NativeLayer>(*spec, std::move(args));
}

Ref<Module> make_layer_json(const std::string& kind, const std::string& json) {
  const Json config = Json::parse(json);
  if (config.kind() != Json::Kind::Object)
    fail(ErrorKind::Type, "a layer's configuration must be an object");
  LayerConfig out;
  for (const auto& [key, value] : config.members()) out.set(key, value.to_value());
  return make_layer(kind, out);
}

void set_arguments_json(Module& layer, const std::string& json) {
  const Json given = Json::parse(json);
  for (const auto& [key, value] : given.members()) layer.set_argument(key, value.to_value());
}

std::string layers_json() {
  std::string out = "[";
  for (const LayerSpec& spec : LayerTable::instance().all()) {
    if (out.size() > 1) out += ",\n";
    out += "{\"name\":" + json_quote(spec.schema.name) + ",\"args\":[";
    for (std::size_t i = 0; i < spec.schema.args.size(); ++i) {
      const ArgSpec& arg = spec.schema.args[i];
      if (i) out += ",";
      out += "{\"name\":" + json_quote(arg.name) + ",\"type\":" + json_quote(arg.type_text);
      if (arg.has_default) {
        const Value& v = arg.default_value;
        out += ",\"default\":" + (v.is<IntList>() && !v.get<IntList>().empty()
                                      ? std::to_string(v.get<IntList>()[0])
                                      : json_value(v));
      }
      if (arg.kwarg_only) out += ",\"kwarg_only\":true";
      out += "}";
    }
    out += "],\"inputs\":" + std::to_string(spec.slots() == LayerSpec::kAny ? 1 : spec.slots()) +
           ",\"takes\":[";
    for (std::size_t i = 0; i < spec.takes.args.size(); ++i) {
      const ArgSpec& arg = spec.takes.args[i];
      out += (i ? ",{\"name\":" : "{\"name\":") + json_quote(arg.name) +
             ",\"type\":" + json_quote(arg.type_text) +
             (arg.has_default ? ",\"default\":" + json_value(arg.default_value) : "") + "}";
    }
    out += "],\"gives\":" + json_quote(spec.gives) + ",\"doc\":" + json_quote(spec.doc) + "}";
  }
  return out + "]";
}

}  // namespace gradbox
