#include "core/json.h"

#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "print/tensor_text.h"

namespace gradbox {

class JsonReader {
 public:
  explicit JsonReader(const std::string& text) : text_(text) {}

  Json read() {
    Json v = value(0);
    space();
    if (at_ != text_.size()) bad();
    return v;
  }

 private:
  static constexpr int kMaxDepth = 100;

  [[noreturn]] void bad() const { fail(ErrorKind::Value, "invalid JSON at position ", at_); }
  void space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool take(char c) {
    space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word(const char* w) {
    const std::string s(w);
    if (text_.compare(at_, s.size(), s) != 0) return false;
    at_ += s.size();
    return true;
  }

  Json value(int depth) {
    if (depth > kMaxDepth) bad();
    space();
    if (at_ >= text_.size()) bad();
    Json v;
    const char c = text_[at_];
    if (c == '{') {
      object(v, depth);
    } else if (c == '[') {
      array(v, depth);
    } else if (c == '"') {
      v.kind_ = Json::Kind::String;
      v.string_ = string();
    } else if (word("true") || word("false")) {
      v.kind_ = Json::Kind::Bool;
      v.number_ = c == 't' ? 1 : 0;
    } else if (!word("null")) {
      number(v);
    }
    return v;
  }

  void object(Json& v, int depth) {
    ++at_;
    v.kind_ = Json::Kind::Object;
    if (take('}')) return;
    do {
      space();
      if (at_ >= text_.size() || text_[at_] != '"') bad();
      std::string key = string();
      if (!take(':')) bad();
      v.members_.emplace_back(std::move(key), value(depth + 1));
    } while (take(','));
    if (!take('}')) bad();
  }

  void array(Json& v, int depth) {
    ++at_;
    v.kind_ = Json::Kind::Array;
    if (take(']')) return;
    do v.items_.push_back(value(depth + 1));
    while (take(','));
    if (!take(']')) bad();
  }

  void number(Json& v) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    v.kind_ = Json::Kind::Float;
    if (word("NaN")) {
      v.number_ = std::numeric_limits<double>::quiet_NaN();
    } else if (word("Infinity")) {
      v.number_ = kInfinity;
    } else if (word("-Infinity")) {
      v.number_ = -kInfinity;
    } else {
      const std::size_t begin = at_;
      while (at_ < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[at_])) ||
                                    std::string("+-.eE").find(text_[at_]) != std::string::npos))
        ++at_;
      const std::string token = text_.substr(begin, at_ - begin);
      char* end = nullptr;
      v.number_ = std::strtod(token.c_str(), &end);
      if (token.empty() || *end != '\0') bad();
      if (token.find_first_of(".eE") == std::string::npos) {
        v.kind_ = Json::Kind::Int;
        v.integer_ = std::strtoll(token.c_str(), nullptr, 10);
      }
    }
  }

  std::string string() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') {
        out += text_[at_];
        continue;
      }
      if (++at_ >= text_.size()) bad();
      switch (text_[at_]) {
        case 'n': out += '\n'; break;
        case 't': out += '\t'; break;
        case 'r': out += '\r'; break;
        case 'b': out += '\b'; break;
        case 'f': out += '\f'; break;
        case 'u': utf8(out, code_point()); break;
        default: out += text_[at_];
      }
    }
    if (at_ >= text_.size()) bad();
    ++at_;
    return out;
  }

  std::uint32_t hex4() {
    if (at_ + 4 >= text_.size()) bad();
    const std::string digits = text_.substr(at_ + 1, 4);
    char* end = nullptr;
    const auto v = static_cast<std::uint32_t>(std::strtoul(digits.c_str(), &end, 16));
    if (*end != '\0') bad();
    at_ += 4;
    return v;
  }

  // Joins a surrogate pair.
  std::uint32_t code_point() {
    const std::uint32_t high = hex4();
    if (high < 0xd800 || high > 0xdbff || text_.compare(at_ + 1, 2, "\\u") != 0) return high;
    at_ += 2;
    return 0x10000 + ((high - 0xd800) << 10) + (hex4() - 0xdc00);
  }

  static void utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
      out += static_cast<char>(c);
      return;
    }
    const int extra = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static constexpr unsigned kLead[] = {0, 0xc0, 0xe0, 0xf0};
    out += static_cast<char>(kLead[extra] | (c >> (6 * extra)));
    for (int i = extra - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3f));
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

Json Json::parse(const std::string& text) { return JsonReader(text).read(); }

const Json* Json::find(const std::string& name) const {
  for (const auto& [key, value] : members_)
    if (key == name) return &value;
  return nullptr;
}

Value Json::to_value() const {
  switch (kind_) {
    case Kind::Null: return {};
    case Kind::Bool: return boolean();
    case Kind::Int: return Value(static_cast<long long>(integer_));
    case Kind::Float: return number_;
    case Kind::String: return string_;
    case Kind::Array: break;
    case Kind::Object: fail(ErrorKind::Type, "an object can't stand here");
  }
  IntList ints;
  FloatList floats;
  bool whole = true;
  for (const Json& item : items_) {
    if (!item.is_number()) fail(ErrorKind::Type, "a list of numbers is needed here");
    whole = whole && item.kind_ == Kind::Int;
    ints.push_back(item.integer());
    floats.push_back(item.number());
  }
  return whole ? Value(std::move(ints)) : Value(std::move(floats));
}

std::string json_quote(const std::string& s) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : s) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (u < 0x20) {
      out += "\\u00";
      out += kHex[u >> 4];
      out += kHex[u & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string json_number(double v) {
  if (!std::isfinite(v)) return "null";
  if (v == std::floor(v) && std::abs(v) < 1e15) return std::to_string(static_cast<long long>(v));
  return python_float(v);
}

std::string json_rounded(double v, int digits) {
  if (!std::isfinite(v)) return "null";
  if (v == 0) return "0";
  constexpr int kExact = 22;  // powers of ten up to here are exact doubles
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  // How far the point moves to the right.
  int shift = digits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(v))));
  if (shift > kExact || shift < -kExact) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", digits, v);
    return text;
  }
  std::int64_t whole = std::llround(shift >= 0 ? v * powers[shift] : v / powers[-shift]);
  for (; whole % 10 == 0; whole /= 10) --shift;
  std::string out = std::to_string(whole < 0 ? -whole : whole);
  if (shift > 0) {
    const auto decimals = static_cast<std::size_t>(shift);
    if (out.size() <= decimals) out.insert(0, decimals + 1 - out.size(), '0');
    out.insert(out.size() - decimals, ".");
  } else if (shift < 0) {
    out += "e" + std::to_string(-shift);
  }
  return whole < 0 ? "-" + out : out;
}

std::string json_ints(const IntList& list) {
  std::string s = "[";
  for (const auto x : list) s += (s.size() > 1 ? "," : "") + std::to_string(x);
  return s + "]";
}

std::string json_value(const Value& v) {
  if (v.is<bool>()) return v.get<bool>() ? "true" : "false";
  if (v.is<std::int64_t>()) return std::to_string(v.get<std::int64_t>());
  // Floats keep their point, so that reading gives a float again.
  if (v.is<double>())
    return std::isfinite(v.get<double>()) ? python_float(v.get<double>()) : "null";
  if (v.is<std::string>()) return json_quote(v.get<std::string>());
  if (v.is<IntList>()) return json_ints(v.get<IntList>());
  if (v.is<DType>()) return json_quote(dtype_name(v.get<DType>()));
  if (v.is<FloatList>()) {
    std::string s = "[";
    for (const double x : v.get<FloatList>()) s += (s.size() > 1 ? "," : "") + json_value(x);
    return s + "]";
  }
  return "null";
}

}  // namespace gradbox
