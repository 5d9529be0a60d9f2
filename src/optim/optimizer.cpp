#include "optim/optimizer.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "core/json.h"
#include "nn/utils.h"
#include "optim/rules.h"
#include "print/tensor_text.h"
#include "record/updates.h"

namespace gradbox {

namespace {

const Value* find_option(const Optimizer::Options& options, const std::string& name) {
  for (const auto& [key, value] : options)
    if (key == name) return &value;
  return nullptr;
}

void set_option(Optimizer::Options& options, const std::string& name, const Value& value) {
  for (auto& [key, old] : options)
    if (key == name) {
      // A whole number from a language without integers stays what the option was.
      old = old.is<bool>() && value.is_number() ? Value(value.as_bool()) : value;
      return;
    }
  options.emplace_back(name, value);
}

std::string tensor_json(const Tensor& t) {
  std::string s = "{\"dtype\":" + json_quote(dtype_name(t.dtype())) +
                  ",\"shape\":" + json_ints(t.shape()) + ",\"data\":[";
  bool first = true;
  for (const double v : t.to_vector()) {
    if (!first) s += ",";
    first = false;
    s += std::isnan(v)   ? "\"nan\""
         : std::isinf(v) ? (v > 0 ? "\"inf\"" : "\"-inf\"")
                         : json_number(v);
  }
  return s + "]}";
}

const Json& member(const Json& object, const char* name) {
  const Json* v = object.find(name);
  if (!v) fail(ErrorKind::Key, "'", name, "'");
  return *v;
}

Tensor tensor_from_json(const Json& j) {
  const Json& shape = member(j, "shape");
  Dims dims;
  for (const Json& n : shape.items()) dims.push_back(n.integer());
  std::vector<double> values;
  for (const Json& v : member(j, "data").items())
    values.push_back(v.kind() == Json::Kind::String ? std::strtod(v.string().c_str(), nullptr)
                                                    : v.number());
  if (static_cast<std::int64_t>(values.size()) != product(dims))
    fail(ErrorKind::Value, "a tensor of shape ", to_string(dims), " can't have ", values.size(),
         " elements");
  return Tensor::from_vector<double>(values, dims).to_raw(parse_dtype(member(j, "dtype").string()));
}

}  // namespace

Tensor& Optimizer::State::get(const char* name, const Tensor& like, double fill) {
  for (auto& [key, t] : tensors)
    if (key == name) return t;
  tensors.emplace_back(name, Tensor::full(like.shape(), fill, like.dtype()));
  return tensors.back().second;
}

bool Optimizer::State::has(const char* name) const {
  return std::any_of(tensors.begin(), tensors.end(),
                     [&](const auto& e) { return e.first == name; });
}

void Optimizer::add_param_group(const TensorList& params, const Options& options) {
  Group group;
  group.params = params;
  group.options = defaults_;
  for (const auto& [key, value] : options) set_option(group.options, key, value);
  for (const auto& [key, value] : group.options)
    if (key == "lr" && value.is_none())
      fail(ErrorKind::Value,
           "parameter group didn't specify a value of required optimization parameter lr");
  check_options(group.options);
  std::unordered_set<const TensorImpl*> known;
  for (const Group& g : groups_)
    for (const Tensor& t : g.params) known.insert(t.impl());
  for (const Tensor& t : params) {
    if (!t.is_leaf() && !t.retains_grad())
      fail(ErrorKind::Value, "can't optimize a non-leaf Tensor");
    if (known.count(t.impl()))
      fail(ErrorKind::Value, "some parameters appear in more than one parameter group");
  }
  for (const Tensor& t : params) init_state(state_[t.uid()], t, group.options);
  groups_.push_back(std::move(group));
}

const Value& Optimizer::get(std::size_t group, const std::string& option) const {
  if (group >= groups_.size()) fail(ErrorKind::Index, "list index out of range");
  const Value* value = find_option(groups_[group].options, option);
  if (!value) fail(ErrorKind::Key, "'", option, "'");
  return *value;
}

void Optimizer::set(std::size_t group, const std::string& option, const Value& value) {
  if (group >= groups_.size()) fail(ErrorKind::Index, "list index out of range");
  set_option(groups_[group].options, option, value);
}

void Optimizer::step() {
  record::StepWatch watch;
  if (watch && !groups_.empty())
    if (const Value* lr = find_option(groups_[0].options, "lr"))
      watch.learning_rate(lr->as_double());
  for (const Group& group : groups_)
    for (const Tensor& p : group.params) {
      const Tensor g = p.grad();
      if (!g.defined()) continue;
      if (watch) watch.before(p);
      if (p.is_contiguous()) {
        update(p, g.contiguous_raw(), state_[p.uid()], group.options);
      } else {
        const Tensor flat = p.contiguous_raw();
        update(flat, g.contiguous_raw(), state_[p.uid()], group.options);
        p.copy_raw(flat);
      }
      p.bump_version();
      if (watch) watch.after(p, g);
    }
}

void Optimizer::zero_grad(bool set_to_none) {
  for (const Group& group : groups_)
    for (const Tensor& p : group.params) zero_gradient(p, set_to_none);
}

std::vector<Tensor> Optimizer::ordered_params() const {
  std::vector<Tensor> out;
  for (const Group& group : groups_)
    out.insert(out.end(), group.params.begin(), group.params.end());
  return out;
}

std::string Optimizer::state_json() const {
  const auto params = ordered_params();
  std::string out = "{\"state\":{";
  bool first = true;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const auto it = state_.find(params[i].uid());
    if (it == state_.end() || (it->second.tensors.empty() && it->second.step == 0)) continue;
    if (!first) out += ",";
    first = false;
    out += "\"" + std::to_string(i) + "\":{\"step\":" + std::to_string(it->second.step);
    for (const auto& [name, t] : it->second.tensors)
      out += "," + json_quote(name) + ":" + tensor_json(t);
    out += "}";
  }
  out += "},\"param_groups\":[";
  std::size_t index = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    out += g ? ",{" : "{";
    for (const auto& [name, value] : groups_[g].options)
      out += json_quote(name) + ":" + json_value(value) + ",";
    out += "\"params\":[";
    for (std::size_t i = 0; i < groups_[g].params.size(); ++i)
      out += (i ? "," : "") + std::to_string(index++);
    out += "]}";
  }
  return out + "]}";
}

void Optimizer::load_json(const std::string& text) {
  const Json json = Json::parse(text);
  const auto& groups = member(json, "param_groups").items();
  if (groups.size() != groups_.size())
    fail(ErrorKind::Value, "loaded state dict has a different number of parameter groups");
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (member(groups[g], "params").items().size() != groups_[g].params.size())
      fail(ErrorKind::Value,
           "loaded state dict contains a parameter group that doesn't match the size of "
           "optimizer's group");
  // Everything is read before anything is changed.
  const auto params = ordered_params();
  std::map<std::uint64_t, State> state;
  for (const auto& [key, entry] : member(json, "state").members()) {
    const auto i = static_cast<std::size_t>(std::strtoull(key.c_str(), nullptr, 10));
    if (i >= params.size())
      fail(ErrorKind::Value, "loaded state dict has a state for parameter ", key);
    State& s = state[params[i].uid()];
    for (const auto& [name, value] : entry.members()) {
      if (name == "step") {
        s.step = value.integer();
      } else if (value.kind() == Json::Kind::Object) {
        // Numbers of their own, which rules keep as PyTorch does, whatever the parameter's dtype.
        if (name == "mu_product" || name == "eta" || name == "mu") {
          s.tensors.emplace_back(name,
                                 Tensor::full({}, tensor_from_json(value).item(), DType::Float32));
          continue;
        }
        Tensor t = tensor_from_json(value).to_raw(params[i].dtype());
        // PyTorch keeps one number a parameter where there is one an element here.
        if (t.numel() == 1) t = Tensor::full(params[i].shape(), t.item(), t.dtype());
        if (t.shape() != params[i].shape())
          fail(ErrorKind::Value, "loaded state dict has a '", name, "' of shape ",
               to_string(t.shape()), " for a parameter of shape ", to_string(params[i].shape()));
        s.tensors.emplace_back(name, t);
      }
    }
  }
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (const auto& [name, value] : groups[g].members())
      if (name != "params") set_option(groups_[g].options, name, value.to_value());
  state_ = std::move(state);
}

// ---- making them ----

Ref<Optimizer> make_optimizer(const std::string& kind, const TensorList& params,
                              const Optimizer::Options& options) {
  const OptimizerKind* found = nullptr;
  for (const OptimizerKind& k : optimizer_kinds())
    if (kind == k.name) found = &k;
  if (!found) fail(ErrorKind::Value, "there is no optimizer '", kind, "' in torch.optim");
  Optimizer::Options all = found->defaults;
  for (const auto& [key, value] : options) {
    // How PyTorch runs its loops; there is one way here.
    if (key == "foreach" || key == "fused" || key == "capturable" || key == "differentiable")
      continue;
    if (!find_option(all, key))
      fail(ErrorKind::Type, kind, ".__init__() got an unexpected keyword argument '", key, "'");
    set_option(all, key, value);
  }
  if (params.empty()) fail(ErrorKind::Value, "optimizer got an empty parameter list");
  Ref<Optimizer> made = found->make(all);
  made->add_param_group(params);
  return made;
}

Optimizer::Options parse_optimizer_options(const std::string& text) {
  const Json json = Json::parse(text);
  if (json.kind() != Json::Kind::Object)
    fail(ErrorKind::Type, "an optimizer's options must be an object");
  Optimizer::Options out;
  for (const auto& [key, value] : json.members())
    if (key != "params") out.emplace_back(key, value.to_value());
  return out;
}

Ref<Optimizer> make_optimizer_json(const std::string& kind, const TensorList& params,
                                   const std::string& json) {
  return make_optimizer(kind, params, parse_optimizer_options(json));
}

std::string optimizers_json() {
  std::string out = "[";
  for (const OptimizerKind& k : optimizer_kinds()) {
    if (out.size() > 1) out += ",\n";
    out += "{\"name\":" + json_quote(k.name) + ",\"args\":[";
    bool first = true;
    for (const auto& [name, value] : k.defaults) {
      if (!first) out += ",";
      first = false;
      out += "{\"name\":" + json_quote(name);
      if (!value.is_none()) out += ",\"default\":" + json_value(value);
      out += "}";
    }
    out += "]}";
  }
  return out + "]";
}

}  // namespace gradbox
