// Value: what crosses the borders of operators, modules and bindings.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/tensor.h"

namespace gradbox {

using TensorList = std::vector<Tensor>;
using IntList = std::vector<std::int64_t>;
using FloatList = std::vector<double>;

class Value {
 public:
  using Variant = std::variant<std::monostate, Tensor, TensorList, std::int64_t, double, bool,
                               std::string, IntList, FloatList, DType>;
  Value() = default;
  Value(std::nullptr_t) {}
  Value(Tensor t) {
    if (t.defined()) v_ = std::move(t);
  }
  Value(TensorList t) : v_(std::move(t)) {}
  Value(bool b) : v_(b) {}
  Value(int i) : v_(static_cast<std::int64_t>(i)) {}
  Value(long i) : v_(static_cast<std::int64_t>(i)) {}
  Value(long long i) : v_(static_cast<std::int64_t>(i)) {}
  Value(double d) : v_(d) {}
  Value(const char* s) : v_(std::string(s)) {}
  Value(std::string s) : v_(std::move(s)) {}
  Value(IntList l) : v_(std::move(l)) {}
  Value(FloatList l) : v_(std::move(l)) {}
  Value(DType d) : v_(d) {}

  template <class T>
  bool is() const {
    return std::holds_alternative<T>(v_);
  }
  template <class T>
  const T& get() const {
    return std::get<T>(v_);
  }
  bool is_none() const { return is<std::monostate>(); }
  bool is_number() const { return is<std::int64_t>() || is<double>() || is<bool>(); }
  // Conversions of any number; throw std::bad_variant_access otherwise.
  double as_double() const;
  std::int64_t as_int() const;
  bool as_bool() const;
  // "Tensor", "int", "list of ints", ...: Python's name of the type, for messages.
  const char* type_name() const;

 private:
  Variant v_;
};

using Values = std::vector<Value>;

}  // namespace gradbox
