// Element types and the rules that relate them (torch.dtype, torch.promote_types).
#pragma once

#include <cstdint>
#include <string>

#include "core/error.h"

namespace gradbox {

// The numbers are part of the bridge's contract (web/docs/ARCHITECTURE.md). Those from Int8 on are
// stored in their own width and computed in that of their carrier: kernels are written, and
// downloaded, for the first six alone.
enum class DType : std::uint8_t {
  UInt8 = 0,
  Int32 = 1,
  Int64 = 2,
  Float32 = 3,
  Float64 = 4,
  Bool = 5,
  Int8 = 6,
  Int16 = 7,
  Float16 = 8,
  BFloat16 = 9,
  UInt16 = 10,
  UInt32 = 11,
  UInt64 = 12
};
inline constexpr int kDTypeCount = 13;

inline bool is_stored_only(DType t) { return t >= DType::Int8; }
// The dtype that kernels compute in: t itself, unless it is only stored.
DType carrier(DType t);

std::int64_t item_size(DType t);
// "float32": what torch.dtype prints after "torch.".
const char* dtype_name(DType t);
// "Float": the name PyTorch's error messages use ("expected scalar type Float but found Long").
const char* scalar_type_name(DType t);
// "torch.FloatTensor": the legacy type name some error messages use.
std::string tensor_type_name(DType t);
// Parses "float32", "torch.float32", "float", "long", ...; throws TypeError.
DType parse_dtype(const std::string& name);

inline bool is_floating(DType t) {
  return t == DType::Float32 || t == DType::Float64 || t == DType::Float16 || t == DType::BFloat16;
}
inline bool is_integral(DType t, bool include_bool = false) {
  return !is_floating(t) && (include_bool || t != DType::Bool);
}

// torch.promote_types
DType promote_types(DType a, DType b);
// torch.can_cast: whether a result of type `from` may be stored into `to` by an in-place operator.
bool can_cast(DType from, DType to);

DType default_dtype();
void set_default_dtype(DType t);

template <class T>
struct dtype_of;
template <>
struct dtype_of<std::uint8_t> {
  static constexpr DType value = DType::UInt8;
};
template <>
struct dtype_of<std::int32_t> {
  static constexpr DType value = DType::Int32;
};
template <>
struct dtype_of<std::int64_t> {
  static constexpr DType value = DType::Int64;
};
template <>
struct dtype_of<float> {
  static constexpr DType value = DType::Float32;
};
template <>
struct dtype_of<double> {
  static constexpr DType value = DType::Float64;
};
template <>
struct dtype_of<bool> {
  static constexpr DType value = DType::Bool;
};

// PyTorch's "\"op\" not implemented for 'Half'".
[[noreturn]] void fail_unimplemented(const char* op, DType t);

// Calls f with a value-initialised element of the C++ type behind `t`:
//   dispatch(t, [&](auto tag) { using T = decltype(tag); ... });
template <class F>
decltype(auto) dispatch(DType t, F&& f) {
  switch (t) {
    case DType::UInt8: return f(std::uint8_t{});
    case DType::Int32: return f(std::int32_t{});
    case DType::Int64: return f(std::int64_t{});
    case DType::Float32: return f(float{});
    case DType::Float64: return f(double{});
    case DType::Bool: return f(bool{});
    default: break;
  }
  fail_unimplemented("kernel", t);
}

// As dispatch, without bool, which throws PyTorch's "not implemented for" error.
template <class F>
decltype(auto) dispatch_number(DType t, const char* op, F&& f) {
  switch (t) {
    case DType::UInt8: return f(std::uint8_t{});
    case DType::Int32: return f(std::int32_t{});
    case DType::Int64: return f(std::int64_t{});
    case DType::Float32: return f(float{});
    case DType::Float64: return f(double{});
    default: break;
  }
  fail_unimplemented(op, t);
}

// As dispatch, for floating types only; others throw PyTorch's "not implemented for" error.
template <class F>
decltype(auto) dispatch_floating(DType t, const char* op, F&& f) {
  if (t == DType::Float32) return f(float{});
  if (t != DType::Float64) fail_unimplemented(op, t);
  return f(double{});
}

}  // namespace gradbox
