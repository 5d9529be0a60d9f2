// Integer arithmetic that wraps round, as PyTorch's does: overflow is undefined in C++.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

namespace gradbox::kernels {

// What an integer is computed in; bools and floats as they are. Narrow integers are widened, so
// that C++ doesn't widen them to a signed type.
template <class T>
struct Wide {
  using type = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
};
template <class T>
constexpr bool wraps = std::is_integral_v<T> && !std::is_same_v<T, bool>;

template <class T>
T wrap_add(T a, T b) {
  using U = typename Wide<T>::type;
  if constexpr (wraps<T>) return static_cast<T>(static_cast<U>(a) + static_cast<U>(b));
  else return static_cast<T>(a + b);
}
template <class T>
T wrap_sub(T a, T b) {
  using U = typename Wide<T>::type;
  if constexpr (wraps<T>) return static_cast<T>(static_cast<U>(a) - static_cast<U>(b));
  else return static_cast<T>(a - b);
}
template <class T>
T wrap_mul(T a, T b) {
  using U = typename Wide<T>::type;
  if constexpr (wraps<T>) return static_cast<T>(static_cast<U>(a) * static_cast<U>(b));
  else return static_cast<T>(a * b);
}
template <class T>
T wrap_neg(T a) {
  if constexpr (wraps<T>) return wrap_sub(T(0), a);
  else return static_cast<T>(-a);
}
// b isn't 0. The one quotient that doesn't fit, of the least number and -1, is the least number.
template <class T>
T wrap_div(T a, T b) {
  if constexpr (std::is_signed_v<T> && wraps<T>)
    if (b == T(-1)) return wrap_neg(a);
  return static_cast<T>(a / b);
}
template <class T>
T wrap_mod(T a, T b) {
  if constexpr (std::is_signed_v<T> && wraps<T>)
    if (b == T(-1)) return T(0);
  return static_cast<T>(a % b);
}

}  // namespace gradbox::kernels
