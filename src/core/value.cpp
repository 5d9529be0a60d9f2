#include "core/value.h"

namespace gradbox {

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
