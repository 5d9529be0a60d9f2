#include "ops/registry.h"

#include "autograd/node.h"
#include "ops/ops.h"

namespace gradbox {

const Tensor& Args::undefined() {
  static const Tensor none;
  return none;
}

void OpBuilder::set_saved(std::initializer_list<const char*> names) {
  OpDef& d = *d_;
  d.saved_args.clear();
  for (const char* n : names) {
    const int i = d.schema.index_of(n);
    if (i < 0) fail(ErrorKind::Value, d.schema.full_name(), " saves unknown argument ", n);
    d.saved_args.push_back(i);
  }
}

void OpBuilder::replay([[maybe_unused]] OpDef& d) {
  if constexpr (kTraining) {
    for (std::size_t i = 0; i < d.schema.args.size(); ++i)
      if (d.schema.args[i].is_tensor()) d.saved_args.push_back(static_cast<int>(i));
    d.backward = Backward(replay_backward);
  }
}

void Registry::alias(const std::string& name, const std::string& target) {
  const std::size_t declared = ops_.size();
  for (std::size_t i = 0; i < declared; ++i) {
    if (ops_[i].schema.name != target) continue;
    OpDef d = ops_[i];
    d.id = static_cast<int>(ops_.size());
    d.schema.name = name;
    d.schema.text.replace(0, target.size(), name);
    if (name.rfind("special_", 0) == 0) {
      d.namespaces = kSpecial;
      d.has_inplace = false;
    }
    if constexpr (kTraining) {
      d.doc = "Alias of " + target + ". " + ops_[i].doc;
      if (!d.node_name && !d.composite)
        d.node_name = [target](const Values&) { return camel_case(target) + "Backward0"; };
    }
    ops_.push_back(std::move(d));
  }
}

OpDef* Registry::declare(const std::string& schema) {
  ops_.emplace_back();
  OpDef& d = ops_.back();
  d.schema = parse_schema(schema);
  d.id = static_cast<int>(ops_.size()) - 1;
  return &d;
}

const OpDef* Registry::find(const std::string& full_name) const {
  const auto it = by_full_name_.find(full_name);
  return it == by_full_name_.end() ? nullptr : it->second;
}

const std::vector<const OpDef*>& Registry::overloads(const std::string& name) const {
  static const std::vector<const OpDef*> none;
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? none : it->second;
}

void Registry::finish() {
  const std::size_t declared = ops_.size();
  for (std::size_t i = 0; i < declared; ++i) {
    if (!ops_[i].has_inplace) continue;
    OpDef d = ops_[i];
    d.id = static_cast<int>(ops_.size());
    d.inplace_of = &ops_[i];
    if (d.inplace_node_name) d.node_name = d.inplace_node_name;
    d.schema.name += "_";
    d.schema.text.insert(ops_[i].schema.name.size(), "_");
    if constexpr (kTraining) d.doc = "In-place version of " + ops_[i].schema.name + ".";
    // relu_ and its kin are functions too; the rest are methods only.
    d.namespaces = kTensor | (ops_[i].namespaces & kFunctional) |
                   ((ops_[i].namespaces & kFunctional) ? (ops_[i].namespaces & kTorch) : 0u);
    ops_.push_back(std::move(d));
  }
  for (const OpDef& d : ops_) {
    if (!by_full_name_.emplace(d.schema.full_name(), &d).second)
      fail(ErrorKind::Value, "operator ", d.schema.full_name(), " is declared twice");
    by_name_[d.schema.name].push_back(&d);
  }
}

Registry& Registry::instance() {
  static Registry* registry = [] {
    auto* r = new Registry;
    register_pointwise(*r);
    register_activations(*r);
    register_compare(*r);
    register_special(*r);
    register_binary_functions(*r);
    register_reduce(*r);
    register_sort(*r);
    register_order(*r);
    register_scans_and_calculus(*r);
    register_statistics(*r);
    register_creation(*r);
    register_random(*r);
    register_shape(*r);
    register_join(*r);
    register_index(*r);
    register_linalg(*r);
    register_conv(*r);
    register_pool(*r);
    register_norm(*r);
    register_loss(*r);
    register_attention(*r);
    r->finish();
    return r;
  }();
  return *registry;
}

namespace {

std::string quote(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    out += c;
  }
  return out + "\"";
}

std::string default_text(const ArgSpec& a) {
  const Value& v = a.default_value;
  if (v.is_none()) return "null";
  if (v.is<bool>()) return v.get<bool>() ? "true" : "false";
  if (v.is<std::string>()) return quote(v.get<std::string>());
  if (v.is<DType>()) return quote(dtype_name(v.get<DType>()));
  if (v.is<IntList>()) {
    std::string s = "[";
    for (const auto x : v.get<IntList>()) s += (s.size() > 1 ? "," : "") + std::to_string(x);
    return s + "]";
  }
  std::string s =
      detail::concat(v.is<double>() ? v.get<double>() : static_cast<double>(v.as_int()));
  if (s.find("inf") != std::string::npos || s.find("nan") != std::string::npos) return quote(s);
  return s;
}

}  // namespace

std::string Registry::to_json() const {
  std::string out = "[";
  for (const OpDef& d : ops_) {
    if (out.size() > 1) out += ",\n";
    out += "{\"name\":" + quote(d.schema.name) + ",\"overload\":" + quote(d.schema.overload) +
           ",\"id\":" + std::to_string(d.id) + ",\"schema\":" + quote(d.schema.text) +
           ",\"args\":[";
    bool first = true;
    for (const ArgSpec& a : d.schema.args) {
      if (!first) out += ",";
      first = false;
      out += "{\"name\":" + quote(a.name) + ",\"type\":" + quote(a.type_text);
      if (a.has_default) out += ",\"default\":" + default_text(a);
      if (a.kwarg_only) out += ",\"kwarg_only\":true";
      out += "}";
    }
    out += "],\"returns\":[";
    first = true;
    for (const auto& r : d.schema.returns) {
      if (!first) out += ",";
      first = false;
      out += quote(r);
    }
    out += "],\"torch\":" + std::string(d.namespaces & kTorch ? "1" : "0") +
           ",\"method\":" + (d.namespaces & kTensor ? "1" : "0") +
           ",\"functional\":" + (d.namespaces & kFunctional ? "1" : "0") +
           ",\"linalg\":" + (d.namespaces & kLinalg ? "1" : "0") +
           ",\"special\":" + (d.namespaces & kSpecial ? "1" : "0") +
           ",\"differentiable\":" + (d.differentiable() || d.composite ? "1" : "0") +
           ",\"inplace\":" + (d.inplace_of ? "1" : "0") +
           ",\"onnx\":" + (d.onnx_type.empty() ? "null" : quote(d.onnx_type)) +
           ",\"doc\":" + quote(d.doc) + "}";
  }
  return out + "]";
}

}  // namespace gradbox
