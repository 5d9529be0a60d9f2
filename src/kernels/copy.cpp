#include "kernels/copy.h"

#include <cstring>
#include <limits>
#include <type_traits>

#include "kernels/iterator.h"
#include "kernels/stored.h"

namespace gradbox::kernels {
namespace {

template <class To, class From>
To convert(From v) {
  if constexpr (std::is_same_v<To, bool>) return v != From(0);
  else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Undefined in C++ when out of range (or NaN); give what x86, hence PyTorch, gives.
    if constexpr (std::is_same_v<To, std::int32_t>) {
      if (!(v > From(-2147483649.0) && v < From(2147483648.0)))
        return std::int32_t{-2147483647} - 1;
    }
    if (!(v > From(-9.2e18) && v < From(9.2e18)))
      return static_cast<To>(std::numeric_limits<std::int64_t>::min());
    return static_cast<To>(static_cast<std::int64_t>(v));
  } else {
    return static_cast<To>(v);
  }
}

template <class To, class From>
void convert_row(char** p, const std::int64_t* s, std::int64_t n) {
  char* out = p[0];
  const char* in = p[1];
  if (s[0] == sizeof(To) && s[1] == sizeof(From)) {
    auto* o = reinterpret_cast<To*>(out);
    const auto* i = reinterpret_cast<const From*>(in);
    for (std::int64_t k = 0; k < n; ++k) o[k] = convert<To>(i[k]);
    return;
  }
  for (std::int64_t k = 0; k < n; ++k, out += s[0], in += s[1])
    *reinterpret_cast<To*>(out) = convert<To>(*reinterpret_cast<const From*>(in));
}

template <std::size_t Bytes>
void copy_row(char** p, const std::int64_t* s, std::int64_t n) {
  char* out = p[0];
  const char* in = p[1];
  if (s[0] == Bytes && s[1] == Bytes) {
    std::memcpy(out, in, static_cast<std::size_t>(n) * Bytes);
    return;
  }
  for (std::int64_t k = 0; k < n; ++k, out += s[0], in += s[1]) std::memcpy(out, in, Bytes);
}

void copy_same(const Tensor& dst, const Tensor& src) {
  const std::int64_t bytes = item_size(dst.dtype());
  for_each_row(dst.shape(), {&dst, &src},
               bytes == 1   ? copy_row<1>
               : bytes == 2 ? copy_row<2>
               : bytes == 4 ? copy_row<4>
                            : copy_row<8>);
}

}  // namespace

void copy_strided(const Tensor& dst, const Tensor& src) {
  if (dst.dtype() == src.dtype()) return copy_same(dst, src);
  if (is_stored_only(dst.dtype()) || is_stored_only(src.dtype())) return copy_stored(dst, src);
  dispatch(dst.dtype(), [&](auto to) {
    dispatch(src.dtype(), [&](auto from) {
      for_each_row(dst.shape(), {&dst, &src}, convert_row<decltype(to), decltype(from)>);
    });
  });
}

}  // namespace gradbox::kernels
