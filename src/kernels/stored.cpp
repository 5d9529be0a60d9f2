#include "kernels/stored.h"

#include <cstring>
#include <type_traits>

#include "kernels/iterator.h"

namespace gradbox::kernels {
namespace {

template <class To, class From>
To bits(From v) {
  static_assert(sizeof(To) == sizeof(From));
  To out;
  std::memcpy(&out, &v, sizeof out);
  return out;
}

// IEEE 754 binary16, rounded to nearest, ties to even.
struct Half {
  std::uint16_t code;
  Half() = default;
  explicit Half(float v) {
    const auto x = bits<std::uint32_t>(v);
    const std::uint32_t sign = (x >> 16) & 0x8000u, magnitude = x & 0x7fffffffu;
    std::uint32_t out;
    if (magnitude > 0x7f800000u) {
      out = 0x7e00u;  // NaN
    } else if (magnitude >= 0x47800000u) {
      out = 0x7c00u;  // 2^16 and above
    } else if (magnitude < 0x38800000u) {
      // Subnormal: adding 0.5 leaves the rounded multiple of 2^-24 in the low bits.
      out = bits<std::uint32_t>(bits<float>(magnitude) + 0.5f) - 0x3f000000u;
    } else {
      // The exponent's bias goes from 127 to 15; the carry of rounding may reach infinity.
      out = (magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
    }
    code = static_cast<std::uint16_t>(sign | out);
  }
  explicit operator float() const {
    const std::uint32_t sign = (code & 0x8000u) << 16, magnitude = code & 0x7fffu;
    if (magnitude >= 0x7c00u) return bits<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
    if (magnitude >= 0x400u) return bits<float>(sign | ((magnitude << 13) + 0x38000000u));
    return bits<float>(sign | bits<std::uint32_t>(static_cast<float>(magnitude) * 0x1p-24f));
  }
};

// The upper half of a float32, rounded to nearest, ties to even.
struct BFloat {
  std::uint16_t code;
  BFloat() = default;
  explicit BFloat(float v) {
    const auto x = bits<std::uint32_t>(v);
    code = static_cast<std::uint16_t>(v != v ? 0x7fc0u : (x + 0x7fffu + ((x >> 16) & 1u)) >> 16);
  }
  explicit operator float() const { return bits<float>(std::uint32_t{code} << 16); }
};

// Loops of one dtype against one it is carried by.
struct Loops {
  DType carrier;
  InnerLoop widen, narrow;
};

template <class To, class From>
void row(char** p, const std::int64_t* s, std::int64_t n) {
  char* out = p[0];
  const char* in = p[1];
  for (std::int64_t k = 0; k < n; ++k, out += s[0], in += s[1])
    *reinterpret_cast<To*>(out) = static_cast<To>(*reinterpret_cast<const From*>(in));
}

// A double beyond the range of uint64 is clamped: C++ leaves it open, PyTorch 1.13 has no uint64.
void uint64_from_double(char** p, const std::int64_t* s, std::int64_t n) {
  char* out = p[0];
  const char* in = p[1];
  for (std::int64_t k = 0; k < n; ++k, out += s[0], in += s[1]) {
    const double v = *reinterpret_cast<const double*>(in);
    *reinterpret_cast<std::uint64_t*>(out) =
        !(v > -0x1p63) ? 0
        : v < 0x1p63   ? static_cast<std::uint64_t>(static_cast<std::int64_t>(v))
        : v < 0x1p64   ? static_cast<std::uint64_t>(v)
                       : ~std::uint64_t{0};
  }
}

// `other`: the dtype on the far side. Large uint64 are numbers to floats, bits to integers.
Loops loops(DType t, DType other) {
  switch (t) {
    case DType::Int8:
      return {DType::Int32, row<std::int32_t, std::int8_t>, row<std::int8_t, std::int32_t>};
    case DType::Int16:
      return {DType::Int32, row<std::int32_t, std::int16_t>, row<std::int16_t, std::int32_t>};
    case DType::UInt16:
      return {DType::Int32, row<std::int32_t, std::uint16_t>, row<std::uint16_t, std::int32_t>};
    case DType::UInt32:
      return {DType::Int64, row<std::int64_t, std::uint32_t>, row<std::uint32_t, std::int64_t>};
    case DType::Float16: return {DType::Float32, row<float, Half>, row<Half, float>};
    case DType::BFloat16: return {DType::Float32, row<float, BFloat>, row<BFloat, float>};
    default:
      if (is_floating(other))
        return {DType::Float64, row<double, std::uint64_t>, uint64_from_double};
      return {DType::Int64, row<std::int64_t, std::uint64_t>, row<std::uint64_t, std::int64_t>};
  }
}

}  // namespace

void copy_stored(const Tensor& dst, const Tensor& src) {
  if (is_stored_only(src.dtype())) {
    const Loops l = loops(src.dtype(), dst.dtype());
    if (dst.dtype() == l.carrier) return for_each_row(dst.shape(), {&dst, &src}, l.widen);
    const Tensor wide = Tensor::empty(src.shape(), l.carrier);
    for_each_row(wide.shape(), {&wide, &src}, l.widen);
    return dst.copy_raw(wide);
  }
  const Loops l = loops(dst.dtype(), src.dtype());
  const Tensor wide = src.to_raw(l.carrier);
  for_each_row(dst.shape(), {&dst, &wide}, l.narrow);
}

}  // namespace gradbox::kernels
