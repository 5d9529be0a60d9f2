#include "core/value.h"

namespace gradbox {

Value::Value() = default;
Value::Value(std::nullptr_t) {}
Value::Value(Tensor t) {
  if (t.defined()) v_ = std::move(t);
}
Value::Value(TensorList t) : v_(std::move(t)) {}
Value::Value(bool b) : v_(b) {}
Value::Value(int i) : v_(static_cast<std::int64_t>(i)) {}
Value::Value(long i) : v_(static_cast<std::int64_t>(i)) {}
Value::Value(long long i) : v_(static_cast<std::int64_t>(i)) {}
Value::Value(double d) : v_(d) {}
Value::Value(const char* s) : v_(std::string(s)) {}
Value::Value(std::string s) : v_(std::move(s)) {}
Value::Value(IntList l) : v_(std::move(l)) {}
Value::Value(FloatList l) : v_(std::move(l)) {}
Value::Value(DType d) : v_(d) {}
Value::Value(const Value& o) = default;
Value::Value(Value&& o) noexcept = default;
Value& Value::operator=(const Value& o) = default;
Value& Value::operator=(Value&& o) noexcept = default;
Value::~Value() = default;

double Value::as_double() const {
  if (is<double>()) return get<double>();
  if (is<std::int64_t>()) return static_cast<double>(get<std::int64_t>());
  return get<bool>() ? 1.0 : 0.0;
}

std::int64_t Value::as_int() const {
  if (is<std::int64_t>()) return get<std::int64_t>();
  if (is<double>()) return static_cast<std::int64_t>(get<double>());
  return get<bool>() ? 1 : 0;
}

bool Value::as_bool() const {
  if (is<bool>()) return get<bool>();
  if (is<std::int64_t>()) return get<std::int64_t>() != 0;
  return get<double>() != 0;
}

const char* Value::type_name() const {
  static constexpr const char* kNames[] = {"NoneType", "Tensor", "tuple of Tensors", "int",
                                           "float",    "bool",   "str",              "tuple of ints",
                                           "tuple of floats", "torch.dtype"};
  return kNames[v_.index()];
}

}  // namespace gradbox
