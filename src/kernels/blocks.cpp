#include "kernels/blocks.h"

#include <cstring>

#include "kernels/copy.h"

namespace gradbox::kernels {
namespace {

// Copies blocks of `bytes` between chosen and consecutive places. One-element blocks, the common
// case, are copied by their fixed size.
template <class Copy>
void move(const Blocks& l, std::int64_t bytes, const std::int64_t* at, std::int64_t n, Copy copy) {
  for (std::int64_t o = 0; o < l.outer; ++o)
    for (std::int64_t k = 0; k < n; ++k) copy((o * l.count + at[k]) * bytes, (o * n + k) * bytes);
}

template <class F>
void with_copier(std::int64_t bytes, F f) {
  switch (bytes) {
    case 1: return f([](char* d, const char* s) { std::memcpy(d, s, 1); });
    case 2: return f([](char* d, const char* s) { std::memcpy(d, s, 2); });
    case 4: return f([](char* d, const char* s) { std::memcpy(d, s, 4); });
    case 8: return f([](char* d, const char* s) { std::memcpy(d, s, 8); });
    default:
      return f(
          [bytes](char* d, const char* s) { copy_bytes(d, s, static_cast<std::size_t>(bytes)); });
  }
}

}  // namespace

Blocks blocks_of(const Dims& shape, std::size_t first, std::size_t last) {
  Blocks l{1, 1, 1};
  for (std::size_t d = 0; d < shape.size(); ++d)
    (d < first ? l.outer : d < last ? l.count : l.block) *= shape[d];
  return l;
}

void take_blocks(const Tensor& out, const Tensor& src, const Blocks& layout, const std::int64_t* at,
                 std::int64_t n) {
  const std::int64_t bytes = layout.block * item_size(src.dtype());
  char* to = out.raw();
  const char* from = src.raw();
  with_copier(bytes, [&](auto copy) {
    move(layout, bytes, at, n,
         [&](std::int64_t chosen, std::int64_t next) { copy(to + next, from + chosen); });
  });
}

void put_blocks(const Tensor& dst, const Tensor& values, const Blocks& layout,
                const std::int64_t* at, std::int64_t n) {
  const std::int64_t bytes = layout.block * item_size(dst.dtype());
  char* to = dst.raw();
  const char* from = values.raw();
  with_copier(bytes, [&](auto copy) {
    move(layout, bytes, at, n,
         [&](std::int64_t chosen, std::int64_t next) { copy(to + chosen, from + next); });
  });
}

void add_blocks(const Tensor& dst, const Tensor& values, const Blocks& layout,
                const std::int64_t* at, std::int64_t n) {
  dispatch(dst.dtype(), [&](auto tag) {
    using T = decltype(tag);
    T* to = dst.data<T>();
    const T* from = values.data<T>();
    move(layout, layout.block, at, n, [&](std::int64_t chosen, std::int64_t next) {
      for (std::int64_t i = 0; i < layout.block; ++i)
        to[chosen + i] = static_cast<T>(to[chosen + i] + from[next + i]);
    });
  });
}

}  // namespace gradbox::kernels
