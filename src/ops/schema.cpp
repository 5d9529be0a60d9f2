#include "ops/schema.h"

#include <cctype>
#include <cstdlib>

namespace gradbox {

int Schema::index_of(const std::string& arg) const {
  for (std::size_t i = 0; i < args.size(); ++i)
    if (args[i].name == arg) return static_cast<int>(i);
  return -1;
}

namespace {

[[noreturn]] void bad(const std::string& text, const std::string& why) {
  fail(ErrorKind::Value, "bad operator schema '", text, "': ", why);
}

std::string trim(const std::string& s) {
  std::size_t a = 0, b = s.size();
  while (a < b && std::isspace(static_cast<unsigned char>(s[a]))) ++a;
  while (b > a && std::isspace(static_cast<unsigned char>(s[b - 1]))) --b;
  return s.substr(a, b - a);
}

// Splits at commas that stand outside brackets and quotes.
std::vector<std::string> split(const std::string& s) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  bool quoted = false;
  for (const char c : s) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '[' || c == '(')) ++depth;
    if (!quoted && (c == ']' || c == ')')) --depth;
    if (c == ',' && depth == 0 && !quoted) {
      parts.push_back(trim(part));
      part.clear();
    } else {
      part += c;
    }
  }
  if (!trim(part).empty()) parts.push_back(trim(part));
  return parts;
}

void parse_type(const std::string& text, std::string type, ArgSpec& arg) {
  arg.type_text = type;
  if (!type.empty() && type.back() == '?') {
    arg.optional = true;
    type.pop_back();
  }
  if (type == "Tensor|Scalar") {
    arg.kind = ArgKind::TensorOrScalar;
    return;
  }
  std::string list;
  const std::size_t bracket = type.find('[');
  if (bracket != std::string::npos) {
    list = type.substr(bracket);
    type = type.substr(0, bracket);
    if (list.size() > 2) arg.list_size = std::atoi(list.c_str() + 1);
  }
  if (!list.empty()) {
    if (type == "Tensor" || type == "Tensor?") arg.kind = ArgKind::TensorList;
    else if (type == "int" || type == "SymInt") arg.kind = ArgKind::IntList;
    else if (type == "float") arg.kind = ArgKind::FloatList;
    else bad(text, "unknown list type " + type);
    return;
  }
  if (type == "Tensor") arg.kind = ArgKind::Tensor;
  else if (type == "Scalar") arg.kind = ArgKind::Scalar;
  else if (type == "int") arg.kind = ArgKind::Int;
  else if (type == "float") arg.kind = ArgKind::Float;
  else if (type == "bool") arg.kind = ArgKind::Bool;
  else if (type == "str") arg.kind = ArgKind::String;
  else if (type == "ScalarType") arg.kind = ArgKind::DType;
  else bad(text, "unknown type " + type);
}

Value parse_default(const std::string& text, const std::string& s, const ArgSpec& arg) {
  if (s == "None") return Value();
  if (s == "True") return Value(true);
  if (s == "False") return Value(false);
  if (s.front() == '\'' || s.front() == '"') return Value(s.substr(1, s.size() - 2));
  if (s.front() == '[') {
    IntList items;
    for (const auto& item : split(s.substr(1, s.size() - 2)))
      items.push_back(std::atoll(item.c_str()));
    return Value(items);
  }
  if (arg.kind == ArgKind::DType) return Value(parse_dtype(s));
  if (arg.kind == ArgKind::IntList)
    return Value(IntList(static_cast<std::size_t>(arg.list_size > 0 ? arg.list_size : 1),
                         std::atoll(s.c_str())));
  char* end = nullptr;
  if (arg.kind == ArgKind::Int) {
    const long long v = std::strtoll(s.c_str(), &end, 10);
    if (*end == 0) return Value(v);
  }
  if (s.find_first_of(".einf") == std::string::npos) return Value(std::atoll(s.c_str()));
  const double v = std::strtod(s.c_str(), &end);
  if (*end != 0) bad(text, "bad default " + s);
  return Value(v);
}

}  // namespace

Schema parse_schema(const std::string& text) {
  Schema out;
  out.text = text;
  const std::size_t open = text.find('(');
  const std::size_t arrow = text.rfind("->");
  if (open == std::string::npos || arrow == std::string::npos)
    bad(text, "expected name(args) -> returns");
  const std::size_t close = text.rfind(')', arrow);
  std::string name = trim(text.substr(0, open));
  const std::size_t dot = name.find('.');
  if (dot != std::string::npos) {
    out.overload = name.substr(dot + 1);
    name.resize(dot);
  }
  out.name = name;
  bool kwarg_only = false;
  for (const std::string& part : split(text.substr(open + 1, close - open - 1))) {
    if (part == "*") {
      kwarg_only = true;
      continue;
    }
    ArgSpec arg;
    arg.kwarg_only = kwarg_only;
    std::string decl = part;
    std::string fallback;
    const std::size_t eq = part.find('=');
    if (eq != std::string::npos) {
      decl = trim(part.substr(0, eq));
      fallback = trim(part.substr(eq + 1));
      if (fallback.empty()) bad(text, "empty default");
    }
    const std::size_t space = decl.rfind(' ');
    if (space == std::string::npos) bad(text, "argument '" + decl + "' lacks a name");
    arg.name = trim(decl.substr(space + 1));
    parse_type(text, trim(decl.substr(0, space)), arg);
    if (!fallback.empty()) {
      arg.has_default = true;
      arg.default_value = parse_default(text, fallback, arg);
    }
    out.args.push_back(std::move(arg));
  }
  std::string returns = trim(text.substr(arrow + 2));
  if (!returns.empty() && returns.front() == '(') returns = returns.substr(1, returns.size() - 2);
  out.returns = split(returns);
  return out;
}

}  // namespace gradbox
