// JSON, as far as the borders of the core need it: configurations in, events and state out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/value.h"

namespace gradbox {

// A parsed JSON text. Objects keep the order of their members.
class Json {
 public:
  enum class Kind { Null, Bool, Int, Float, String, Array, Object };
  using Members = std::vector<std::pair<std::string, Json>>;

  // Throws ValueError with the position of what isn't JSON. NaN and Infinity are taken too, as
  // Python's json module writes them.
  static Json parse(const std::string& text);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::Null; }
  bool is_number() const { return kind_ == Kind::Int || kind_ == Kind::Float; }
  bool boolean() const { return number_ != 0; }
  double number() const { return kind_ == Kind::Int ? static_cast<double>(integer_) : number_; }
  std::int64_t integer() const {
    return kind_ == Kind::Int ? integer_ : static_cast<std::int64_t>(number_);
  }
  const std::string& string() const { return string_; }
  const std::vector<Json>& items() const { return items_; }
  const Members& members() const { return members_; }
  const Json* find(const std::string& name) const;  // of an object; null when absent
  // A scalar, or a list of ints (of floats when any item is one).
  Value to_value() const;

 private:
  friend class JsonReader;
  Kind kind_ = Kind::Null;
  double number_ = 0;
  std::int64_t integer_ = 0;
  std::string string_;
  std::vector<Json> items_;
  Members members_;
};

std::string json_quote(const std::string& s);
// Shortest text that reads back as the same double; "null" for what JSON has no number for.
std::string json_number(double v);
// Rounded to that many significant digits, at most 15; "null" likewise. Much faster: for what is
// drawn.
std::string json_rounded(double v, int digits);
std::string json_ints(const IntList& list);
// Scalars and lists of numbers; a dtype as its name.
std::string json_value(const Value& v);

}  // namespace gradbox
