#include "kernels/copy.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

#include "kernels/iterator.h"
#include "kernels/stored.h"
#include "kernels/vectors.h"

namespace gradbox::kernels {
namespace {

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

}  // namespace

void copy_bytes(char* out, const char* in, std::size_t n) {
  using B = Vec<std::uint8_t>;
  if (n < 16 || n > (1U << 16)) {
    std::memcpy(out, in, n);
    return;
  }
  const auto at = [](char* p) { return reinterpret_cast<std::uint8_t*>(p); };
  const auto* from = reinterpret_cast<const std::uint8_t*>(in);
  const B::type last = B::load(from + n - 16);  // overlaps what comes before it
  for (std::size_t i = 0; i + 16 < n; i += 16) B::store(at(out + i), B::load(from + i));
  B::store(at(out + n - 16), last);
}

namespace {

template <std::size_t Bytes>
void copy_row(char** p, const std::int64_t* s, std::int64_t n) {
  char* out = p[0];
  const char* in = p[1];
  if (s[0] == Bytes && s[1] == Bytes) {
    copy_bytes(out, in, static_cast<std::size_t>(n) * Bytes);
    return;
  }
  if constexpr (Bytes == 4) {
    if (s[0] == Bytes && s[1] == 0) {
      std::uint32_t one;
      std::memcpy(&one, in, Bytes);
      auto* o = reinterpret_cast<std::uint32_t*>(out);
      for (std::int64_t k = 0; k < n; ++k) o[k] = one;
      return;
    }
  }
  for (std::int64_t k = 0; k < n; ++k, out += s[0], in += s[1]) std::memcpy(out, in, Bytes);
}

// out[i][j] = in[j * line + i], rows x columns.
void transpose(float* out, const float* in, std::int64_t line, std::int64_t rows,
               std::int64_t columns) {
  constexpr std::int64_t kBlock =
      64;  // lines that the first level cache holds while they are walked along
  for (std::int64_t first = 0; first < columns; first += kBlock) {
    const std::int64_t last = std::min(first + kBlock, columns),
                       whole = first + (last - first) / 4 * 4;
    std::int64_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      for (std::int64_t j = first; j < whole; j += 4)
        transpose4(out + i * columns + j, columns, in + j * line + i, line);
      for (std::int64_t j = whole; j < last; ++j)
        for (std::int64_t k = 0; k < 4; ++k) out[(i + k) * columns + j] = in[j * line + i + k];
    }
    for (; i < rows; ++i)
      for (std::int64_t j = first; j < last; ++j) out[i * columns + j] = in[j * line + i];
  }
}

// Copies of transposed matrices of floats, or of batches of them; false if it isn't that.
bool copy_transposed(const Tensor& dst, const Tensor& src) {
  const std::size_t rank = src.shape().size();
  if (rank < 2 || src.dtype() != DType::Float32 || !dst.is_contiguous()) return false;
  const Dims &shape = src.shape(), &strides = src.strides();
  const std::int64_t rows = shape[rank - 2], columns = shape[rank - 1];
  if (strides[rank - 2] != 1 || rows < 4 || columns < 4 || dst.shape() != shape) return false;
  std::vector<std::int64_t> index(rank - 2, 0);
  const float* in = src.data<float>();
  float* out = dst.data<float>();
  for (std::int64_t left = src.numel() / (rows * columns); left > 0;
       --left, out += rows * columns) {
    transpose(out, in, strides[rank - 1], rows, columns);
    for (std::size_t d = rank - 2; d-- > 0;) {
      in += strides[d];
      if (++index[d] < shape[d]) break;
      in -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
  return true;
}

void copy_same(const Tensor& dst, const Tensor& src) {
  if (copy_transposed(dst, src)) return;
  const std::int64_t bytes = item_size(dst.dtype());
  for_each_row(dst.shape(), {&dst, &src},
               bytes == 1   ? copy_row<1>
               : bytes == 2 ? copy_row<2>
               : bytes == 4 ? copy_row<4>
                            : copy_row<8>);
}

template <class T>
void add_row(const Tensor& dst, const Tensor& src) {
  T* out = dst.data<T>();
  const T* in = src.data<T>();
  for (std::int64_t i = 0, n = dst.numel(); i < n; ++i) out[i] += in[i];
}

}  // namespace

bool add_dense(const Tensor& dst, const Tensor& src) {
  if (!dst.is_contiguous() || !src.is_contiguous() || dst.dtype() != src.dtype() ||
      dst.shape() != src.shape())
    return false;
  if (dst.dtype() == DType::Float32) add_row<float>(dst, src);
  else if (dst.dtype() == DType::Float64) add_row<double>(dst, src);
  else return false;
  return true;
}

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
