// Argument binding: which overload a call means, defaults, keyword names, and PyTorch's
// TypeErrors (torch/csrc/utils/python_arg_parser is the behaviour followed).
#include <algorithm>
#include <initializer_list>
#include <optional>

#include "ops/call_style.h"
#include "ops/registry.h"

namespace gradbox {
namespace {

bool g_as_function = false;

bool one_of(const std::string& name, std::initializer_list<const char*> names) {
  for (const char* n : names)
    if (name == n) return true;
  return false;
}

// PyTorch 1.13 shows some of its lists of ints by the type that they have inside.
bool takes_sizes(const std::string& op) {
  return one_of(op, {"zeros", "ones", "empty", "full", "view", "reshape", "expand", "repeat",
                     "new_zeros", "new_ones", "new_empty", "new_full", "narrow"});
}

std::string expected_type(const ArgSpec& a, const std::string& op) {
  switch (a.kind) {
    case ArgKind::Tensor: return "Tensor";
    case ArgKind::TensorOrScalar: return "Tensor";
    case ArgKind::TensorList: return "tuple of Tensors";
    case ArgKind::Scalar: return "Number";
    case ArgKind::Int: return "int";
    case ArgKind::Float: return "float";
    case ArgKind::Bool: return "bool";
    case ArgKind::String: return "str";
    case ArgKind::IntList: return takes_sizes(op) ? "tuple of SymInts" : "tuple of ints";
    case ArgKind::FloatList: return "tuple of floats";
    case ArgKind::DType: return "torch.dtype";
  }
  return "";
}

// A list's type is Python's; front ends put "tuple" in its place where it was one.
std::string given_type(const Value& v) {
  if (v.is<TensorList>() || v.is<IntList>() || v.is<FloatList>()) return "list";
  return v.type_name();
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
        if (a.list_size > 1 && items.size() == 1)
          return Value(IntList(static_cast<std::size_t>(a.list_size), items[0]));
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

// Operators of which PyTorch takes a number for any tensor: torch.add(1, t). Of others the number
// is another overload.
bool takes_number_first(const std::string& name) {
  return one_of(name, {"add", "sub", "mul", "div", "true_divide", "floor_divide", "multiply",
                       "subtract", "divide"});
}

// Whether PyTorch lists one overload where the schema's "Tensor|Scalar" could be two.
bool is_one_overload(const std::string& name) {
  const bool in_place = name.size() > 1 && name.back() == '_';
  return takes_number_first(in_place ? name.substr(0, name.size() - 1) : name);
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
  const std::size_t uncounted = g_as_function ? 0 : first;
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
    std::size_t least = 0;
    while (least < slots && !specs[least].has_default) ++least;
    const std::size_t most = slots - uncounted, count = pos.size() - uncounted;
    least -= std::min(least, uncounted);
    if (most == 0) {
      out.why =
          "_TensorBase." + prefix + " takes no arguments (" + std::to_string(count) + " given)";
    } else if (least != most) {
      out.why = prefix + " takes from " + std::to_string(least) + " to " + std::to_string(most) +
                " positional arguments but " + std::to_string(count) + " were given";
    } else {
      out.why = prefix + " takes " + std::to_string(most) + " positional argument" +
                (most == 1 ? "" : "s") + " but " + std::to_string(count) +
                (count == 1 ? " was" : " were") + " given";
    }
    return out;
  }
  const auto set = [&](std::size_t i, const Value& v, bool by_name) {
    auto converted = convert(specs[i], v);
    if (!converted) {
      const bool self = i == 0 && first == 1;
      if (specs[i].kind == ArgKind::TensorList && (v.is<IntList>() || v.is<FloatList>())) {
        out.why = "expected Tensor as element 0 in argument " +
                  std::to_string(i - std::min(i, uncounted)) + ", but got " +
                  (v.is<IntList>() ? "int" : "float");
        return false;
      }
      out.why = prefix + ": argument '" + (self ? "input" : specs[i].name) + "'";
      if (!by_name) out.why += " (position " + std::to_string(self ? 1 : i + 1 - uncounted) + ")";
      out.why += " must be " + expected_type(specs[i], op.schema.name) + ", not " + given_type(v);
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
    missing += (missing_count++ ? ", \"" : "\"") +
               (specs[i].name == "self" ? std::string("input") : specs[i].name) + "\"";
  }
  if (missing_count) {
    out.why = prefix + " missing " + std::to_string(missing_count) +
              " required positional argument" + (missing_count == 1 ? "s" : "") + ": " +
              missing;  // the plural is PyTorch's
    return out;
  }
  out.ok = true;
  return out;
}

// One way to call an operator as PyTorch lists it: "Tensor|Scalar" makes two of one schema.
struct Option {
  const OpDef* op;
  bool number = false;  // what may be a tensor or a number is a number here

  std::size_t first() const {
    return !g_as_function && !op->schema.args.empty() && op->schema.args[0].name == "self" ? 1 : 0;
  }
  ArgSpec spec(std::size_t i) const {
    ArgSpec a = op->schema.args[i];
    if (a.kind == ArgKind::TensorOrScalar && !is_one_overload(op->schema.name))
      a.kind = number ? ArgKind::Scalar : ArgKind::Tensor;
    return a;
  }
};

std::vector<Option> options_of(const std::vector<const OpDef*>& overloads) {
  std::vector<Option> out;
  for (const OpDef* op : overloads) {
    out.push_back({op, false});
    bool either = false;
    for (const ArgSpec& a : op->schema.args) either = either || a.kind == ArgKind::TensorOrScalar;
    if (either && !is_one_overload(op->schema.name)) out.push_back({op, true});
  }
  return out;
}

std::string describe(const Option& o) {
  std::string s = "(";
  bool star = false;
  for (std::size_t i = o.first(); i < o.op->schema.args.size(); ++i) {
    const ArgSpec a = o.spec(i);
    if (a.kwarg_only && !star) {
      s += s.size() > 1 ? ", *" : "*";
      star = true;
    }
    if (s.size() > 1) s += ", ";
    s += expected_type(a, o.op->schema.name) + " " + (a.name == "self" ? "input" : a.name);
  }
  return s + ")";
}

// "(Tensor, !str!)": the types given, marked where they don't fit; unmarked without an option.
std::string describe_given(const Values& positional, const std::vector<Keyword>& keywords,
                           bool method, const Option* o = nullptr) {
  std::string s = "(";
  const auto add = [&](const std::string& name, const Value& v, int i) {
    if (s.size() > 1) s += ", ";
    const std::string mark =
        o && i >= 0 && !convert(o->spec(static_cast<std::size_t>(i)), v) ? "!" : "";
    s += mark + name + given_type(v) + mark;
  };
  for (std::size_t i = method ? 1 : 0; i < positional.size(); ++i)
    add("", positional[i], static_cast<int>(i));
  for (const Keyword& k : keywords)
    add(k.name + "=", k.value, o ? o->op->schema.index_of(k.name) : -1);
  // PyTorch forgets to take the last comma off where there are keywords only.
  if (s.size() > 1 && positional.size() <= (method ? 1u : 0u)) s += ", ";
  return s + ")";
}

}  // namespace

FunctionStyle::FunctionStyle(bool on) : previous_(g_as_function) { g_as_function = on; }
FunctionStyle::~FunctionStyle() { g_as_function = previous_; }

BoundCall bind(const std::vector<const OpDef*>& overloads, const Values& positional,
               const std::vector<Keyword>& keywords) {
  std::vector<std::string> whys;
  for (const OpDef* op : overloads) {
    Attempt a = attempt(*op, positional, keywords);
    if (a.ok) return {op, std::move(a.args)};
    whys.push_back(std::move(a.why));
  }
  // torch/csrc/utils/python_arg_parser.cpp: when the number of arguments leaves one overload, it
  // says what is wrong; otherwise all are listed.
  const std::vector<Option> options = options_of(overloads);
  const bool method = !g_as_function && !positional.empty() && positional[0].is<Tensor>();
  const std::size_t given = positional.size() + keywords.size();
  std::vector<std::size_t> plausible;
  for (std::size_t k = 0; k < options.size(); ++k) {
    const auto& specs = options[k].op->schema.args;
    std::size_t least = 0;
    for (const ArgSpec& a : specs) least += a.has_default ? 0 : 1;
    if (given >= least && given <= specs.size()) plausible.push_back(k);
  }
  if (options.size() == 1 || (plausible.size() == 1)) {
    const OpDef* op = options[options.size() == 1 ? 0 : plausible[0]].op;
    for (std::size_t i = 0; i < overloads.size(); ++i)
      if (overloads[i] == op) fail(ErrorKind::Type, whys[i]);
  }
  std::string text = overloads.at(0)->schema.name +
                     "() received an invalid combination of arguments - got " +
                     describe_given(positional, keywords, method) + ", but expected one of:\n";
  for (const Option& o : options) {
    text += " * " + describe(o) + "\n";
    if (given != o.op->schema.args.size()) continue;
    std::string unknown;
    for (const Keyword& k : keywords)
      if (o.op->schema.index_of(k.name) < 0) unknown += (unknown.empty() ? "" : ", ") + k.name;
    text += unknown.empty()
                ? "      didn't match because some of the arguments have invalid types: " +
                      describe_given(positional, keywords, method, &o)
                : "      didn't match because some of the keywords were incorrect: " + unknown;
    text += "\n";
  }
  fail(ErrorKind::Type, text);
}

BoundCall bind(const std::string& name, const Values& positional,
               const std::vector<Keyword>& keywords) {
  const auto& overloads = Registry::instance().overloads(name);
  if (overloads.empty()) fail(ErrorKind::Attribute, "module 'torch' has no attribute '", name, "'");
  return bind(overloads, positional, keywords);
}

}  // namespace gradbox
