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
  // Out of line, all of it: values are made wherever an operator is called, and the variant's
  // copies and destructors inlined there would be most of the core's size.
  Value();
  Value(std::nullptr_t);
  Value(Tensor t);
  Value(TensorList t);
  Value(bool b);
  Value(int i);
  Value(long i);
  Value(long long i);
  Value(double d);
  Value(const char* s);
  Value(std::string s);
  Value(IntList l);
  Value(FloatList l);
  Value(DType d);
  Value(const Value& o);
  Value(Value&& o) noexcept;
  Value& operator=(const Value& o);
  Value& operator=(Value&& o) noexcept;
  ~Value();

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
