#include "core/shape.h"

#include <algorithm>

#include "core/error.h"

namespace gradbox {

namespace {

// n *= x; false on overflow. Looks first whether both are small: WebAssembly has no multiplication
// that tells, and calls a function of 128 bits.
bool times(std::int64_t& n, std::int64_t x) {
  constexpr std::int64_t kSmall = std::int64_t{1} << 31;
  if (static_cast<std::uint64_t>(n | x) < static_cast<std::uint64_t>(kSmall)) {
    n *= x;
    return true;
  }
  return !__builtin_mul_overflow(n, x, &n);
}

}  // namespace

std::int64_t product(const Dims& d) {
  std::int64_t n = 1;
  for (const auto x : d)
    if (!times(n, x)) fail(ErrorKind::Runtime, "numel: integer multiplication overflow");
  return n;
}

Dims contiguous_strides(const Dims& shape) {
  Dims strides(shape.size());
  std::int64_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = step;
    if (!times(step, std::max<std::int64_t>(shape[i], 1)))
      fail(ErrorKind::Runtime, "Stride calculation overflowed");
  }
  return strides;
}

std::vector<std::size_t> by_stride(const Dims& strides) {
  std::vector<std::size_t> order;
  for (std::size_t d = 0; d < strides.size(); ++d) {
    auto place = order.end();
    while (place != order.begin() && strides[*(place - 1)] < strides[d]) --place;
    order.insert(place, d);
  }
  return order;
}

std::string to_string(const Dims& d) {
  std::string s = "[";
  for (std::size_t i = 0; i < d.size(); ++i) {
    if (i) s += ", ";
    s += std::to_string(d[i]);
  }
  return s + "]";
}

std::string tuple_text(const Dims& d) {
  std::string s = to_string(d);
  s.front() = '(';
  s.back() = ')';
  return s;
}

std::string size_text(const Dims& d) { return "torch.Size(" + to_string(d) + ")"; }

std::int64_t wrap_dim(std::int64_t dim, std::int64_t ndim) {
  const std::int64_t n = std::max<std::int64_t>(ndim, 1);
  if (dim < -n || dim >= n)
    fail(ErrorKind::Index, "Dimension out of range (expected to be in range of [", -n, ", ", n - 1,
         "], but got ", dim, ")");
  return dim < 0 ? dim + n : dim;
}

Dims broadcast_shapes(const Dims& a, const Dims& b) {
  if (a == b) return a;
  const std::size_t n = std::max(a.size(), b.size());
  Dims out(n);
  for (std::size_t i = 0; i < n; ++i) {  // i counts from the last dimension
    const std::int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1)
      fail(ErrorKind::Runtime, "The size of tensor a (", x, ") must match the size of tensor b (",
           y, ") at non-singleton dimension ", n - 1 - i);
    out[n - 1 - i] = x == 1 ? y : x;
  }
  return out;
}

bool is_expandable_to(const Dims& shape, const Dims& target) {
  if (shape.size() > target.size()) return false;
  const std::size_t skip = target.size() - shape.size();
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] != 1 && shape[i] != target[i + skip]) return false;
  return true;
}

Dims infer_size(const Dims& shape, std::int64_t numel) {
  Dims out = shape;
  std::int64_t known = 1;
  int unknown = -1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == -1) {
      check(unknown < 0, "only one dimension can be inferred");
      unknown = static_cast<int>(i);
    } else {
      check(shape[i] >= 0, "invalid shape dimension ", shape[i]);
      if (__builtin_mul_overflow(known, shape[i], &known))
        fail(ErrorKind::Runtime, "numel: integer multiplication overflow");
    }
  }
  if (unknown >= 0 && known == 0)
    fail(ErrorKind::Runtime, "cannot reshape tensor of 0 elements into shape ", to_string(shape),
         " because the unspecified dimension size -1 can be any value and is ambiguous");
  const bool fits = unknown < 0 ? known == numel : numel % known == 0;
  if (!fits)
    fail(ErrorKind::Runtime, "shape '", to_string(shape), "' is invalid for input of size ", numel);
  if (unknown >= 0) out[static_cast<std::size_t>(unknown)] = numel / known;
  return out;
}

}  // namespace gradbox
