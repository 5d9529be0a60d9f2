// A plain array to compare the core with, and tensors in every layout that views can give.
#pragma once

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "property.h"

namespace gradbox::property {

// Row-major; values are small integers or halves, which every dtype holds exactly.
struct Array {
  Dims shape;
  DType dtype = DType::Float32;
  std::vector<double> values;
  std::int64_t dim() const { return static_cast<std::int64_t>(shape.size()); }
};

inline const std::vector<DType>& dtypes() {
  static const std::vector<DType> all = {
      DType::Float32, DType::Int64, DType::Bool,  DType::Float64, DType::UInt8,
      DType::Int32,   DType::Int8,  DType::Int16, DType::Float16, DType::BFloat16};
  return all;
}

inline bool is_float(DType t) {
  return t == DType::Float32 || t == DType::Float64 || t == DType::Float16 || t == DType::BFloat16;
}
inline int bits(DType t) {
  switch (t) {
    case DType::UInt8:
    case DType::Int8: return 8;
    case DType::Int16: return 16;
    case DType::Int32: return 32;
    default: return 64;
  }
}

// What storing v as t gives.
inline double stored(double v, DType t) {
  if (is_float(t)) return v;
  if (t == DType::Bool) return v != 0;
  v = std::trunc(v);
  if (bits(t) == 64) return v;
  const double range = std::ldexp(1, bits(t));
  const double wrapped = v - range * std::floor(v / range);
  return t != DType::UInt8 && wrapped >= range / 2 ? wrapped - range : wrapped;
}

// PyTorch's promotion of two dtypes: https://pytorch.org/docs/stable/tensor_attributes.html
inline DType promoted(DType a, DType b) {
  if (a == b) return a;
  if (a == DType::Bool) return b;
  if (b == DType::Bool) return a;
  if (is_float(a) != is_float(b)) return is_float(a) ? a : b;
  if (is_float(a)) {
    if (a == DType::Float64 || b == DType::Float64) return DType::Float64;
    return DType::Float32;  // of two different ones that are at most 32 bits wide
  }
  if (a == DType::UInt8) return b == DType::Int8 ? DType::Int16 : b;
  if (b == DType::UInt8) return a == DType::Int8 ? DType::Int16 : a;
  return bits(a) > bits(b) ? a : b;
}

inline int category(DType t) { return t == DType::Bool ? 0 : is_float(t) ? 2 : 1; }

// Of operands, of which those without dimensions only count where their category is higher.
inline DType promoted(const Array& a, const Array& b) {
  if ((a.dim() > 0) == (b.dim() > 0)) return promoted(a.dtype, b.dtype);
  const DType strong = a.dim() > 0 ? a.dtype : b.dtype, weak = a.dim() > 0 ? b.dtype : a.dtype;
  return category(weak) > category(strong) ? weak : strong;
}

inline std::int64_t count(const Dims& shape) {
  std::int64_t n = 1;
  for (const auto d : shape) n *= d;
  return n;
}

// Calls f(index) for every multi-index, in row-major order.
template <class F>
void each_index(const Dims& shape, F f) {
  Dims index(shape.size(), 0);
  for (std::int64_t left = count(shape); left > 0; --left) {
    f(index);
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
}

// Where the element of an array that is broadcast to index's shape stands.
inline std::size_t broadcast_at(const Array& a, const Dims& index) {
  const std::size_t missing = index.size() - a.shape.size();
  std::int64_t at = 0;
  for (std::size_t d = 0; d < a.shape.size(); ++d)
    at = at * a.shape[d] + (a.shape[d] == 1 ? 0 : index[d + missing]);
  return static_cast<std::size_t>(at);
}

// Element number `at` of a contiguous tensor's storage.
inline double element(const Tensor& t, std::int64_t at) {
  switch (t.dtype()) {
    case DType::Float32: return static_cast<double>(t.data<float>()[at]);
    case DType::Float64: return t.data<double>()[at];
    case DType::Int64: return static_cast<double>(t.data<std::int64_t>()[at]);
    case DType::Int32: return t.data<std::int32_t>()[at];
    case DType::Int16: return t.data<std::int16_t>()[at];
    case DType::Int8: return t.data<std::int8_t>()[at];
    case DType::UInt8: return t.data<std::uint8_t>()[at];
    case DType::Bool: return t.data<bool>()[at];
    case DType::BFloat16: {
      const std::uint32_t wide = static_cast<std::uint32_t>(t.data<std::uint16_t>()[at]) << 16U;
      float f = 0;
      std::memcpy(&f, &wide, sizeof f);
      return static_cast<double>(f);
    }
    default: {  // float16; the numbers here are 0 or normal
      const std::uint16_t h = t.data<std::uint16_t>()[at];
      if ((h & 0x7fffU) == 0) return 0;
      const double size = std::ldexp(1 + (h & 0x3ffU) / 1024.0, (h >> 10U & 31U) - 15);
      return h & 0x8000U ? -size : size;
    }
  }
}

// What a tensor holds, read by its strides.
inline Array read(const Tensor& t) {
  Array a{t.shape(), t.dtype(), {}};
  each_index(t.shape(), [&](const Dims& index) {
    std::int64_t at = 0;
    for (std::size_t d = 0; d < index.size(); ++d) at += index[d] * t.strides()[d];
    a.values.push_back(element(t, at));
  });
  return a;
}

inline std::string show(const Dims& shape) {
  std::string s;
  for (const auto d : shape) s += (s.empty() ? "" : ", ") + std::to_string(d);
  return "[" + s + "]";
}
inline std::string show(const Array& a) {
  std::string s;
  for (const double v : a.values) {
    std::string text = std::to_string(v);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    s += (s.empty() ? "" : ", ") + text;
  }
  return std::string(dtype_name(a.dtype)) + show(a.shape) + "{" + s + "}";
}
inline std::string show(const Tensor& t) {
  return show(read(t)) + (t.is_contiguous() ? "" : " with strides " + show(t.strides()));
}

// "" when t is the array: dtype, shape, and values up to a relative tolerance.
inline std::string compare(const Tensor& t, const Array& expected, double tolerance = 0) {
  const Array got = read(t);
  bool same = got.dtype == expected.dtype && got.shape == expected.shape;
  for (std::size_t i = 0; same && i < got.values.size(); ++i)
    same = std::abs(got.values[i] - expected.values[i]) <= tolerance * std::abs(expected.values[i]);
  return same ? "" : "\n  gives    " + show(got) + "\n  expected " + show(expected);
}

// As compare, with the case that the source tells about in front.
inline std::string failure(const Source& s, const Tensor& t, const Array& expected,
                           double tolerance = 0) {
  const std::string wrong = compare(t, expected, tolerance);
  return wrong.empty() ? "" : s.about + wrong;
}

// ---- random tensors ----

inline Dims draw_shape(Source& s, std::int64_t most_dims, std::int64_t fewest = 0) {
  Dims shape(static_cast<std::size_t>(s.between(fewest, most_dims)));
  for (auto& d : shape) d = s.once_in(24) ? 0 : s.between(1, 4);
  return shape;
}

inline DType draw_dtype(Source& s) {
  return dtypes()[s.below(static_cast<std::uint32_t>(dtypes().size()))];
}

// A tensor of small numbers: contiguous, permuted, a slice with steps of a larger one, or (with
// `expanded`) one element repeated along some dimensions.
inline Tensor draw_tensor(Source& s, const Dims& shape, DType dtype, bool expanded = true) {
  const auto layout = s.below(expanded ? 4 : 3);
  const std::size_t n = shape.size();
  // The memory's shape, by the tensor's dimensions; and how many of its steps one step is.
  Dims memory = shape, step(n, 1), first(n, 0);
  std::vector<std::size_t> order(n);
  for (std::size_t d = 0; d < n; ++d) order[d] = d;
  for (std::size_t d = 0; d < n; ++d) {
    if (layout == 1) std::swap(order[d], order[s.below(static_cast<std::uint32_t>(n))]);
    if (layout == 2) {
      step[d] = s.between(1, 3);
      first[d] = s.between(0, 1);
      memory[d] = first[d] + shape[d] * step[d];
    }
    if (layout == 3 && s.below(2)) {
      memory[d] = std::min<std::int64_t>(shape[d], 1);
      step[d] = 0;
    }
  }
  Dims strides(n), physical(n);
  std::int64_t stride = 1, offset = 0;
  for (std::size_t i = n; i-- > 0;) {
    physical[i] = memory[order[i]];
    strides[order[i]] = stride * step[order[i]];
    offset += first[order[i]] * stride;
    stride *= memory[order[i]];
  }
  const double low = is_float(dtype) || (dtype != DType::UInt8 && dtype != DType::Bool) ? -3 : 0;
  std::vector<double> values;
  for (std::int64_t i = 0; i < stride; ++i) {
    const auto v = static_cast<std::int64_t>(s.below(dtype == DType::Bool ? 2 : 7));
    values.push_back(low < 0 && v > 3 ? static_cast<double>(3 - v) : static_cast<double>(v));
  }
  const Tensor base = Tensor::from_vector(values, physical).to_raw(dtype);
  return layout == 0 ? base : base.alias(shape, strides, offset);
}

// One that broadcasts to `shape`.
inline Tensor draw_operand(Source& s, const Dims& shape, DType dtype) {
  const auto missing = s.between(0, static_cast<std::int64_t>(shape.size()));
  Dims own(shape.begin() + (s.below(3) ? 0 : missing), shape.end());
  for (auto& d : own)
    if (s.once_in(4)) d = 1;
  return draw_tensor(s, own, dtype);
}

}  // namespace gradbox::property
