#include "onnx/export/resample.h"

#include <algorithm>

#include "ops/ops.h"

namespace gradbox::onnx {
namespace {

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
}

bool is_reshape(const std::string& name) {
  return is_one_of(name, {"view", "reshape", "_reshape_alias", "_unsafe_view", "unflatten"});
}

// Operators with an argument that may be some tensor's size; kernels, strides and the like are not.
bool takes_sizes(const std::string& name) {
  return is_reshape(name) ||
         is_one_of(name, {"expand",       "broadcast_to", "repeat",       "tile",
                          "zeros",        "ones",         "empty",        "full",
                          "new_zeros",    "new_ones",     "new_empty",    "new_full",
                          "arange",       "linspace",     "eye",          "rand",
                          "randn",        "slice",        "narrow",       "select",
                          "split",        "chunk",        "tensor_split", "split_with_sizes",
                          "as_strided",   "roll",         "one_hot",      "tril",
                          "triu",         "topk",         "clamp",        "repeat_interleave",
                          "index_select", "interpolate",  "squeeze",      "squeeze_"});
}

// Whether a number may have been computed from a dynamic size.
bool may_follow(std::int64_t v, std::int64_t size) {
  if (v < 0) v = -v;
  if (v == size) return true;
  if (size <= 1 || v == 0) return false;
  return v % size == 0 || v == size - 1 || v == size + 1 || v == size / 2;
}

bool any_follows(const std::vector<Variable>& variables, std::int64_t v) {
  return std::any_of(variables.begin(), variables.end(),
                     [&](const Variable& x) { return may_follow(v, x.size); });
}

// A reshape needs no second look where it keeps x's leading dimensions and the rest is constant.
bool is_ambiguous_reshape(const Call& call, const std::vector<Variable>& variables) {
  const Dims& before = call.args[0].get<Tensor>().shape();
  const Dims& after = call.results[0].shape();
  const IntList given = call.args[1].is<IntList>() ? call.args[1].get<IntList>() : IntList();
  const bool has_open = std::find(given.begin(), given.end(), -1) != given.end();
  bool kept = true;
  for (std::size_t i = 0; i < after.size(); ++i) {
    kept = kept && i < before.size() && before[i] == after[i];
    if (kept || (i < given.size() && given[i] == -1)) continue;
    if (any_follows(variables, after[i])) return true;
    // A sample of size 1 multiplies into anything.
    const bool hidden = std::any_of(variables.begin(), variables.end(),
                                    [](const Variable& x) { return x.size == 1; });
    if (hidden && i == 0 && !has_open) return true;
  }
  return false;
}

bool is_ambiguous(const Call& call, const std::vector<Variable>& variables) {
  if (!call.op) return false;
  const std::string& name = call.op->schema.name;
  if (is_reshape(name) && !call.results.empty()) return is_ambiguous_reshape(call, variables);
  const bool sizes = takes_sizes(name);
  // In these a 1 is one element, whatever a sample's size of 1 is.
  const bool counts = is_one_of(
      name, {"slice", "narrow", "select", "split", "chunk", "topk", "roll", "tril", "triu"});
  const auto follows = [&](std::int64_t n) {
    return std::any_of(variables.begin(), variables.end(), [&](const Variable& x) {
      return may_follow(n, x.size) && !(counts && x.size == 1);
    });
  };
  // Any place further in along a dynamic dimension may have been counted from its end.
  if (is_one_of(name, {"slice", "narrow", "select"})) {
    const Tensor& x = call.args[0].get<Tensor>();
    const std::int64_t n = x.size(call.args[1].as_int());
    for (std::size_t i = 2; i < std::min<std::size_t>(call.args.size(), 4); ++i)
      if (!call.args[i].is_none() && call.args[i].as_int() > 1 && any_follows(variables, n))
        return true;
  }
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    const Value& v = call.args[i];
    if (v.is<Tensor>() && v.get<Tensor>().is_wrapped_number()) {
      const double x = v.get<Tensor>().item();
      const auto n = static_cast<std::int64_t>(x);
      if (static_cast<double>(n) == x && any_follows(variables, n)) return true;
      continue;
    }
    const std::string& arg = call.op->schema.args[i].name;
    if (!sizes || arg.rfind("dim", 0) == 0 || arg == "step") continue;
    if (v.is<std::int64_t>() && follows(v.get<std::int64_t>())) return true;
    if (v.is<IntList>())
      for (const auto n : v.get<IntList>())
        if (n != -1 && follows(n)) return true;
  }
  // Which dimensions are 1 decides what goes.
  if (name == "squeeze" && !call.results.empty())
    return std::any_of(variables.begin(), variables.end(),
                       [](const Variable& x) { return x.size == 1; });
  return false;
}

}  // namespace

std::vector<Variable> find_variables(const TensorList& inputs, const ExportOptions& options,
                                     const std::vector<std::string>& input_names) {
  std::vector<Variable> out;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto axes = options.dynamic_axes.find(input_names[i]);
    if (axes == options.dynamic_axes.end()) continue;
    for (const auto& [axis, name] : axes->second) {
      const std::int64_t d = wrap_dim(axis, inputs[i].dim());
      const std::int64_t n = inputs[i].size(d);
      auto at = std::find_if(out.begin(), out.end(), [&, &wanted = name](const Variable& v) {
        return v.name == wanted && v.size == n;
      });
      if (at == out.end()) at = out.insert(out.end(), {name, n, {}});
      at->places.emplace_back(i, d);
    }
  }
  return out;
}

bool is_ambiguous(const Trace& trace, const std::vector<Variable>& variables) {
  return std::any_of(trace.calls.begin(), trace.calls.end(),
                     [&](const Call& c) { return is_ambiguous(c, variables); });
}

TensorList resized(const TensorList& inputs, const std::vector<Variable>& variables, bool larger) {
  TensorList out = inputs;
  // Different factors, so that the variables can be told apart.
  static constexpr std::int64_t kFactors[] = {2, 3, 5, 7};
  std::size_t k = 0;
  for (const Variable& v : variables) {
    const std::int64_t factor = kFactors[k++ % 4];
    std::int64_t size = v.size * factor;
    if (!larger)
      size = v.size % factor == 0 ? v.size / factor : std::max<std::int64_t>(v.size - 1, 1);
    for (const auto& [i, d] : v.places) {
      TensorList copies(larger ? static_cast<std::size_t>(factor) : 1, out[i]);
      out[i] = ops::slice(ops::cat(copies, static_cast<long long>(d)), static_cast<long long>(d), 0,
                          static_cast<long long>(size));
    }
  }
  for (Tensor& t : out) t = t.clone_raw();
  return out;
}

bool same_operators(const Trace& a, const Trace& b) {
  return a.outputs.size() == b.outputs.size() &&
         std::equal(a.calls.begin(), a.calls.end(), b.calls.begin(), b.calls.end(),
                    [](const Call& x, const Call& y) {
                      return x.op == y.op && x.node == y.node &&
                             x.results.size() == y.results.size();
                    });
}

}  // namespace gradbox::onnx
