// Argument binding: which overload a call means, defaults, keyword names, and PyTorch's
// TypeErrors (torch/csrc/utils/python_arg_parser is the behaviour followed).
#include <optional>

#include "ops/registry.h"

namespace gradbox {
namespace {

const char* expected_type(const ArgSpec& a) {
  switch (a.kind) {
    case ArgKind::Tensor: return "Tensor";
    case ArgKind::TensorOrScalar: return "Tensor";
    case ArgKind::TensorList: return "tuple of Tensors";
    case ArgKind::Scalar: return "Number";
    case ArgKind::Int: return "int";
    case ArgKind::Float: return "float";
    case ArgKind::Bool: return "bool";
    case ArgKind::String: return "str";
    case ArgKind::IntList: return "tuple of ints";
    case ArgKind::FloatList: return "tuple of floats";
    case ArgKind::DType: return "torch.dtype";
  }
  return "";
}

// A 0-dim tensor that doesn't require grad may stand where a number is wanted.
bool is_scalar_tensor(const Value& v) {
  return v.is<Tensor>() && v.get<Tensor>().dim() == 0 && !v.get<Tensor>().requires_grad();
}

// Converts v to what `a` wants; nothing when it can't be.
std::optional<Value> convert(const ArgSpec& a, const Value& v) {
  if (v.is_none()) {
    if (a.optional) return Value();
    return std::nullopt;
  }
  switch (a.kind) {
    case ArgKind::Tensor:
      if (v.is<Tensor>()) return v;
      return std::nullopt;
    case ArgKind::TensorOrScalar:
      if (v.is<Tensor>()) return v;
      if (v.is<bool>()) return Value(Tensor::wrapped_number(v.get<bool>()));
      if (v.is<std::int64_t>()) return Value(Tensor::wrapped_number(v.get<std::int64_t>()));
      if (v.is<double>()) return Value(Tensor::wrapped_number(v.get<double>()));
      return std::nullopt;
    case ArgKind::TensorList:
      if (v.is<TensorList>()) return v;
      if (v.is<IntList>() && v.get<IntList>().empty()) return Value(TensorList{});
      return std::nullopt;
    case ArgKind::Scalar:
      if (v.is_number()) return v;
      if (is_scalar_tensor(v)) {
        const Tensor& t = v.get<Tensor>();
        if (is_floating(t.dtype())) return Value(t.item());
        if (t.dtype() == DType::Bool) return Value(t.item_int() != 0);
        return Value(static_cast<long long>(t.item_int()));
      }
      return std::nullopt;
    case ArgKind::Int:
      if (v.is<std::int64_t>()) return v;
      if (is_scalar_tensor(v) && is_integral(v.get<Tensor>().dtype()))
        return Value(static_cast<long long>(v.get<Tensor>().item_int()));
      return std::nullopt;
    case ArgKind::Float:
      if (v.is<double>() || v.is<std::int64_t>()) return Value(v.as_double());
      if (is_scalar_tensor(v)) return Value(v.get<Tensor>().item());
      return std::nullopt;
    case ArgKind::Bool:
      if (v.is<bool>()) return v;
      return std::nullopt;
    case ArgKind::String:
      if (v.is<std::string>()) return v;
      return std::nullopt;
    case ArgKind::IntList:
      if (v.is<IntList>()) {
        const auto& items = v.get<IntList>();
        if (a.list_size > 1 && items.size() == 1) return Value(IntList(static_cast<std::size_t>(a.list_size), items[0]));
        return v;
      }
      if (v.is<FloatList>() && v.get<FloatList>().empty()) return Value(IntList{});
      if (v.is<TensorList>() && v.get<TensorList>().empty()) return Value(IntList{});
      if (v.is<std::int64_t>() && a.list_size > 0)
        return Value(IntList(static_cast<std::size_t>(a.list_size), v.get<std::int64_t>()));
      if (a.list_size == 0 && is_scalar_tensor(v) && is_integral(v.get<Tensor>().dtype()))
        return Value(IntList{v.get<Tensor>().item_int()});
      if (v.is<TensorList>()) {  // sizes taken from 0-dim integer tensors
        IntList items;
        for (const Tensor& t : v.get<TensorList>()) {
          if (!t.defined() || t.dim() != 0 || !is_integral(t.dtype())) return std::nullopt;
          items.push_back(t.item_int());
        }
        return Value(items);
      }
      return std::nullopt;
    case ArgKind::FloatList:
      if (v.is<FloatList>()) return v;
      if (v.is_number() && !v.is<bool>() && a.list_size > 0)
        return Value(FloatList(static_cast<std::size_t>(a.list_size), v.as_double()));
      if (v.is<IntList>()) {
        const auto& items = v.get<IntList>();
        return Value(FloatList(items.begin(), items.end()));
      }
      return std::nullopt;
    case ArgKind::DType:
      if (v.is<DType>()) return v;
      return std::nullopt;
  }
  return std::nullopt;
}

bool is_size(const Value& v) {
  return v.is<std::int64_t>() || (is_scalar_tensor(v) && is_integral(v.get<Tensor>().dtype()));
}

// Operators of which PyTorch takes a number for the first tensor, too: torch.add(1, t).
bool takes_number_first(const std::string& name) {
  for (const char* n : {"add", "sub", "mul", "div", "true_divide", "floor_divide", "multiply",
                        "subtract", "divide"})
    if (name == n) return true;
  return false;
}

// Outcome of trying one overload: bound arguments, or why it doesn't fit.
struct Attempt {
  bool ok = false;
  Values args;
  std::string why;
};

Attempt attempt(const OpDef& op, const Values& positional, const std::vector<Keyword>& keywords) {
  const auto& specs = op.schema.args;
  const std::string prefix = op.schema.name + "()";
  // Argument positions in messages don't count self, as for PyTorch's methods.
  const std::size_t first = !specs.empty() && specs[0].name == "self" ? 1 : 0;
  Attempt out;
  out.args.resize(specs.size());
  std::vector<char> given(specs.size(), 0);

  std::size_t slots = 0;
  while (slots < specs.size() && !specs[slots].kwarg_only) ++slots;

  Values pos = positional;
  // x.view(2, 3): trailing ints gather into an int list when it is the first parameter.
  if (slots > first && pos.size() > first && specs[first].kind == ArgKind::IntList &&
      is_size(pos[first]) && (specs[first].list_size == 0 || pos.size() > slots)) {
    IntList gathered;
    bool all_ints = true;
    for (std::size_t i = first; i < pos.size(); ++i) {
      all_ints = all_ints && is_size(pos[i]);
      if (all_ints)
        gathered.push_back(pos[i].is<Tensor>() ? pos[i].get<Tensor>().item_int() : pos[i].as_int());
    }
    if (all_ints) {
      pos.resize(first);
      pos.emplace_back(gathered);
    }
  }
  if (first == 1 && !pos.empty() && pos[0].is_number() && takes_number_first(op.schema.name)) {
    ArgSpec either = specs[0];
    either.kind = ArgKind::TensorOrScalar;
    pos[0] = *convert(either, pos[0]);
  }
  if (pos.size() > slots) {
    out.why = prefix + " takes " + std::to_string(slots) + " positional argument" + (slots == 1 ? "" : "s") +
              " but " + std::to_string(pos.size()) + (pos.size() == 1 ? " was" : " were") + " given";
    return out;
  }
  const auto set = [&](std::size_t i, const Value& v, bool by_name) {
    auto converted = convert(specs[i], v);
    if (!converted) {
      const bool self = i == 0 && first == 1;
      out.why = prefix + ": argument '" + (self ? "input" : specs[i].name) + "'";
      if (!by_name) out.why += " (position " + std::to_string(self ? 1 : i + 1 - first) + ")";
      out.why += std::string(" must be ") + expected_type(specs[i]) + ", not " + v.type_name();
      return false;
    }
    out.args[i] = std::move(*converted);
    given[i] = 1;
    return true;
  };
  for (std::size_t i = 0; i < pos.size(); ++i)
    if (!set(i, pos[i], false)) return out;
  for (const auto& kw : keywords) {
    std::string name = kw.name;
    int i = op.schema.index_of(name);
    // NumPy's names, which PyTorch takes too.
    if (i < 0 && name == "axis") i = op.schema.index_of("dim");
    if (i < 0 && name == "keepdims") i = op.schema.index_of("keepdim");
    if (i < 0 && name == "input") i = op.schema.index_of("self");
    if (i < 0) {
      out.why = prefix + " got an unexpected keyword argument '" + name + "'";
      return out;
    }
    if (given[static_cast<std::size_t>(i)]) {
      out.why = prefix + " got multiple values for argument '" + name + "'";
      return out;
    }
    if (!set(static_cast<std::size_t>(i), kw.value, true)) return out;
  }
  std::string missing;
  int missing_count = 0;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (given[i]) continue;
    if (specs[i].has_default) {
      out.args[i] = specs[i].default_value;
      continue;
    }
    missing += (missing_count++ ? ", \"" : "\"") + (specs[i].name == "self" ? std::string("input") : specs[i].name) + "\"";
  }
  if (missing_count) {
    out.why = prefix + " missing " + std::to_string(missing_count) + " required positional argument" +
              (missing_count == 1 ? "" : "s") + ": " + missing;
    return out;
  }
  out.ok = true;
  return out;
}

std::string describe_given(const Values& positional, const std::vector<Keyword>& keywords, bool method) {
  std::string s;
  for (std::size_t i = method ? 1 : 0; i < positional.size(); ++i) {
    if (!s.empty()) s += ", ";
    s += positional[i].type_name();
  }
  for (const auto& k : keywords) {
    if (!s.empty()) s += ", ";
    s += k.name + "=" + k.value.type_name();
  }
  return s;
}

std::string describe_schema(const Schema& schema) {
  std::string s = "(";
  bool star = false;
  bool first = true;
  for (const auto& a : schema.args) {
    if (a.kwarg_only && !star) {
      s += first ? "*" : ", *";
      star = true;
      first = false;
    }
    if (!first) s += ", ";
    first = false;
    s += std::string(expected_type(a)) + " " + (a.name == "self" ? "input" : a.name);
  }
  return s + ")";
}

}  // namespace

BoundCall bind(const std::vector<const OpDef*>& overloads, const Values& positional,
               const std::vector<Keyword>& keywords) {
  std::string why;
  for (const OpDef* op : overloads) {
    Attempt a = attempt(*op, positional, keywords);
    if (a.ok) return {op, std::move(a.args)};
    why = a.why;
  }
  if (overloads.size() == 1) fail(ErrorKind::Type, why);
  const bool method = !positional.empty() && positional[0].is<Tensor>();
  std::string text = overloads.at(0)->schema.name + "() received an invalid combination of arguments - got (" +
                     describe_given(positional, keywords, method) + "), but expected one of:";
  for (const OpDef* op : overloads) text += "\n * " + describe_schema(op->schema);
  fail(ErrorKind::Type, text, "\n");
}

namespace {

// Whether v is what `a` declares, or becomes it in place (a number where a tensor may stand).
bool fits(const ArgSpec& a, Value& v) {
  if (v.is_none()) return a.optional;
  switch (a.kind) {
    case ArgKind::Tensor: return v.is<Tensor>();
    case ArgKind::TensorOrScalar:
      if (v.is<double>()) v = Tensor::wrapped_number(v.get<double>());
      else if (v.is<std::int64_t>()) v = Tensor::wrapped_number(v.get<std::int64_t>());
      return v.is<Tensor>();
    case ArgKind::TensorList: return v.is<TensorList>();
    case ArgKind::Scalar: return v.is_number();
    case ArgKind::Int: return v.is<std::int64_t>();
    case ArgKind::Float: return v.is<double>();
    case ArgKind::Bool: return v.is<bool>();
    case ArgKind::String: return v.is<std::string>();
    case ArgKind::IntList: return a.list_size <= 1 && v.is<IntList>();
    case ArgKind::FloatList: return v.is<FloatList>();
    case ArgKind::DType: return v.is<DType>();
  }
  return false;
}

}  // namespace

BoundCall bind(const std::vector<const OpDef*>& overloads, Values positional) {
  // Only the first overload: an earlier one must win whenever it fits.
  const OpDef& op = *overloads.front();
  const auto& specs = op.schema.args;
  bool direct = positional.size() <= specs.size();
  for (std::size_t i = 0; direct && i < positional.size(); ++i)
    direct = !specs[i].kwarg_only && fits(specs[i], positional[i]);
  for (std::size_t i = positional.size(); direct && i < specs.size(); ++i) direct = specs[i].has_default;
  if (!direct) return bind(overloads, positional, {});
  positional.reserve(specs.size());
  for (std::size_t i = positional.size(); i < specs.size(); ++i) positional.push_back(specs[i].default_value);
  return {&op, std::move(positional)};
}

BoundCall bind(const std::string& name, const Values& positional, const std::vector<Keyword>& keywords) {
  const auto& overloads = Registry::instance().overloads(name);
  if (overloads.empty()) fail(ErrorKind::Attribute, "module 'torch' has no attribute '", name, "'");
  return bind(overloads, positional, keywords);
}

}  // namespace gradbox
