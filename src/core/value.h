// Value: what crosses the borders of operators, modules and bindings.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/tensor.h"

namespace gradbox {

using TensorList = std::vector<Tensor>;
using IntList = std::vector<std::int64_t>;
using FloatList = std::vector<double>;

class Value;
namespace detail {
[[noreturn]] void wrong_kind();

// Which number Value keeps for a type, and whether it keeps it by pointer.
template <class T>
struct Held;
#define GRADBOX_HELD(T, number, pointer)         \
  template <>                                    \
  struct Held<T> {                               \
    static constexpr std::uint8_t kind = number; \
    static constexpr bool by_pointer = pointer;  \
  }
GRADBOX_HELD(std::monostate, 0, false);
GRADBOX_HELD(std::int64_t, 1, false);
GRADBOX_HELD(double, 2, false);
GRADBOX_HELD(bool, 3, false);
GRADBOX_HELD(DType, 4, false);
// What follows owns something.
GRADBOX_HELD(Tensor, 5, false);
GRADBOX_HELD(TensorList, 6, true);
GRADBOX_HELD(std::string, 7, true);
GRADBOX_HELD(IntList, 8, true);
GRADBOX_HELD(FloatList, 9, true);
#undef GRADBOX_HELD
}  // namespace detail

// A union with its tag written by hand: std::variant moves and destroys by way of tables of
// functions, which was a tenth of the time of a small operator.
class Value {
 public:
  // Out of line, most of it: values are made wherever an operator is called, and copies and
  // destructors inlined there would be most of the core's size.
  Value() = default;
  Value(std::nullptr_t) {}
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
  Value(Value&& o) noexcept : bits_(o.bits_), kind_(std::exchange(o.kind_, std::uint8_t{0})) {}
  Value& operator=(const Value& o);
  Value& operator=(Value&& o) noexcept;
  ~Value();

  template <class T>
  bool is() const {
    return kind_ == detail::Held<T>::kind;
  }
  // Throws std::bad_variant_access when it is another type.
  template <class T>
  const T& get() const {
    if (!is<T>()) detail::wrong_kind();
    return held<T>();
  }
  bool is_none() const { return kind_ == 0; }
  bool is_number() const { return kind_ >= 1 && kind_ <= 3; }
  // Conversions of any number; throw std::bad_variant_access otherwise.
  double as_double() const;
  std::int64_t as_int() const;
  bool as_bool() const;
  // "Tensor", "int", "list of ints", ...: Python's name of the type, for messages.
  const char* type_name() const;

 private:
  template <class T>
  const T& held() const {
    if constexpr (detail::Held<T>::by_pointer) return **reinterpret_cast<T* const*>(&bits_);
    else return *reinterpret_cast<const T*>(&bits_);
  }
  template <class T>
  void put(T x);
  void destroy();

  // The number, the tensor (a pointer, which may be moved as bits) or a pointer to the list.
  struct alignas(8) Bits {
    unsigned char at[8];
  };
  Bits bits_{};
  std::uint8_t kind_ = 0;
};

using Values = std::vector<Value>;

}  // namespace gradbox
