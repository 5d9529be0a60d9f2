// Rearranged copies: flip, roll, repeat, tile, triangles.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "ops/views.h"

namespace gradbox {
namespace {

Tensor flipped(const Tensor& t, const IntList& dims) {
  Dims strides = t.strides();
  std::int64_t offset = t.offset();
  std::vector<char> seen(strides.size(), 0);
  for (const auto dim : dims) {
    const auto d = static_cast<std::size_t>(wrap_dim(dim, t.dim()));
    if (t.dim() == 0) continue;
    check(!seen[d], "dim ", d, " appears multiple times in the list of dims");
    seen[d] = 1;
    if (t.shape()[d] > 0) offset += (t.shape()[d] - 1) * strides[d];
    strides[d] = -strides[d];
  }
  return t.alias(t.shape(), strides, offset).clone_raw();
}

Tensor rolled(const Tensor& t, std::int64_t shift, std::int64_t dim) {
  const std::int64_t n = t.shape()[static_cast<std::size_t>(dim)];
  if (n == 0) return t.clone_raw();
  const std::int64_t s = ((shift % n) + n) % n;
  const Tensor out = Tensor::empty(t.shape(), t.dtype());
  narrow_raw(out, dim, s, n - s).copy_raw(narrow_raw(t, dim, 0, n - s));
  narrow_raw(out, dim, 0, s).copy_raw(narrow_raw(t, dim, n - s, s));
  return out;
}

Tensor rolled(const Tensor& t, const IntList& shifts, const IntList& dims) {
  if (dims.empty()) {
    check(shifts.size() == 1, "shifts and dimensions must align. shifts: ", shifts.size(),
          ", dims:0");
    const Tensor flat = t.contiguous_raw();
    const Tensor out = rolled(flat.alias({t.numel()}, {1}, flat.offset()), shifts[0], 0);
    return out.alias(t.shape(), contiguous_strides(t.shape()), 0);
  }
  check(shifts.size() == dims.size(), "shifts and dimensions must align. shifts: ", shifts.size(),
        ", dims:", dims.size());
  Tensor out = t;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const auto dim = wrap_dim(dims[i], t.dim());
    if (t.dim()) out = rolled(out, shifts[i], dim);
  }
  return out;
}

// Shape of the result of repeat seen as blocks: [r0, s0, r1, s1, ...]; s is padded with ones.
Dims repeat_blocks(const Dims& shape, const IntList& repeats) {
  Dims out;
  const std::size_t skip = repeats.size() - shape.size();
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    out.push_back(repeats[i]);
    out.push_back(i < skip ? 1 : shape[i - skip]);
  }
  return out;
}

Tensor repeated(const Tensor& t, const IntList& repeats) {
  check(
      static_cast<std::int64_t>(repeats.size()) >= t.dim(),
      "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor");
  for (const auto n : repeats)
    if (n < 0)
      fail(ErrorKind::Runtime, "Trying to create tensor with negative dimension ", n, ": ",
           to_string(repeats));
  const Dims blocks = repeat_blocks(t.shape(), repeats);
  const std::size_t skip = repeats.size() - t.shape().size();
  Dims strides, shape;
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    strides.push_back(0);
    strides.push_back(i < skip ? 0 : t.strides()[i - skip]);
    shape.push_back(product({blocks[2 * i], blocks[2 * i + 1]}));
  }
  const Tensor out = t.alias(blocks, strides, t.offset()).clone_raw();
  return out.alias(shape, contiguous_strides(shape), 0);
}

// A copy in which the elements above (lower) or below (upper) a diagonal are zero.
Tensor triangle(const Tensor& t, std::int64_t diagonal, bool lower) {
  if (t.dim() == 0)
    fail(ErrorKind::Index, "Dimension specified as -2 but tensor has no dimensions");
  wrap_dim(-2, t.dim());  // throws for vectors
  const Tensor out = t.clone_raw();
  const std::int64_t rows = t.size(-2), columns = t.size(-1), item = item_size(t.dtype());
  if (out.numel() == 0) return out;
  char* p = out.raw();
  for (std::int64_t n = 0; n < out.numel() / columns; ++n, p += columns * item) {
    // The first column right of the diagonal.
    const std::int64_t edge = n % rows + diagonal + (lower ? 1 : 0);
    const std::int64_t cut = std::clamp<std::int64_t>(edge, 0, columns);
    if (lower) std::memset(p + cut * item, 0, static_cast<std::size_t>((columns - cut) * item));
    else std::memset(p, 0, static_cast<std::size_t>(cut * item));
  }
  return out;
}

void register_triangle(Registry& r, const char* name, bool lower) {
  const OpHandle self(name);
  r.op(std::string(name) + "(Tensor self, int diagonal=0) -> Tensor")
      .doc(std::string(lower ? "Lower" : "Upper") +
           " triangle of the last two dimensions; the rest is zero. torch." + name)
      .forward([lower](const Args& a) { return triangle(a.tensor(0), a.integer(1), lower); })
      .backward([self](BackwardContext& c, const TensorList& g) -> TensorList {
        return {self(g[0], c.args()[1])};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3, 4}), 1});
        s.add({s.randn({3, 3}), -1});
      });
}

void register_turning(Registry& r) {
  r.op("flip(Tensor self, int[] dims) -> Tensor")
      .doc("Reverses the order along the dimensions; a copy. torch.flip")
      .forward([](const Args& a) { return flipped(a.tensor(0), a.ints(1)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {call("flip", {g[0], c.args()[1]}).get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3, 2}), IntList{0, -1}});
      });
  r.op("fliplr(Tensor self) -> Tensor")
      .doc("Flips the second dimension. torch.fliplr")
      .composite([](const Args& a) -> Tensor {
        check(a.tensor(0).dim() >= 2, "Input must be >= 2-d.");
        return call("flip", {a.tensor(0), IntList{1}}).get<Tensor>();
      });
  r.op("flipud(Tensor self) -> Tensor")
      .doc("Flips the first dimension. torch.flipud")
      .composite([](const Args& a) -> Tensor {
        check(a.tensor(0).dim() >= 1, "Input must be >= 1-d.");
        return call("flip", {a.tensor(0), IntList{0}}).get<Tensor>();
      });
  r.op("roll(Tensor self, int[1] shifts, int[1] dims=[]) -> Tensor")
      .doc(
          "Shifts elements along dimensions; those that fall off come back at the other end. "
          "torch.roll")
      .forward([](const Args& a) { return rolled(a.tensor(0), a.ints(1), a.ints(2)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        IntList shifts = c.args().ints(1);
        for (auto& s : shifts) s = -s;
        return {call("roll", {g[0], shifts, c.args()[2]}).get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), IntList{2}});
        s.add({s.randn({4, 3}), IntList{1, -1}, IntList{0, 1}});
      });
}

void register_repeating(Registry& r) {
  r.op("repeat(Tensor self, int[] repeats) -> Tensor")
      .doc("Copies the tensor side by side, this often a dimension. torch.Tensor.repeat")
      .in(kTensor)
      .forward([](const Args& a) { return repeated(a.tensor(0), a.ints(1)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const IntList& repeats = c.args().ints(1);
        if (repeats.empty()) return {g[0]};
        IntList summed;
        for (std::size_t i = 0; i < repeats.size(); ++i)
          summed.push_back(static_cast<std::int64_t>(2 * i));
        const Tensor blocks = ops::reshape(g[0], repeat_blocks(c.shape(0), repeats));
        return {ops::reshape(ops::sum(blocks, summed), c.shape(0))};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), IntList{2, 1, 3}});
      });
  r.op("tile(Tensor self, int[] dims) -> Tensor")
      .doc("repeat, with missing leading counts taken as 1. torch.tile")
      .composite([](const Args& a) -> Tensor {
        IntList dims = a.ints(1);
        const auto n = static_cast<std::size_t>(a.tensor(0).dim());
        if (dims.size() < n) dims.insert(dims.begin(), n - dims.size(), 1);
        return call("repeat", {a.tensor(0), dims}).get<Tensor>();
      });
  // How often each element is taken, as a list of indices for index_select.
  const auto interleave = [](const Tensor& t, const Value& dim, const std::vector<double>& counts) {
    const Tensor source = dim.is_none() ? ops::flatten(t) : t;
    const auto d = dim.is_none() ? 0 : wrap_dim(dim.as_int(), t.dim());
    const std::int64_t n = source.size(d);
    check(counts.size() == 1 || static_cast<std::int64_t>(counts.size()) == n,
          "repeats must have the same size as input along dim");
    const auto count = [&](std::int64_t i) {
      return counts[counts.size() == 1 ? 0 : static_cast<std::size_t>(i)];
    };
    double total = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      check(count(i) >= 0, "repeats can not be negative");
      total += count(i);
    }
    check(total < 9e18, "Storage size calculation overflowed");
    const Tensor index = Tensor::empty({static_cast<std::int64_t>(total)}, DType::Int64);
    auto* at = index.data<std::int64_t>();
    for (std::int64_t i = 0; i < n; ++i)
      at = std::fill_n(at, static_cast<std::int64_t>(count(i)), i);
    return ops::index_select(source, d, index);
  };
  r.op("repeat_interleave(Tensor self, int repeats, int? dim=None) -> Tensor")
      .doc("Repeats each element, along a dimension or in the flat tensor. torch.repeat_interleave")
      .composite(
          [interleave](const Args& a) { return interleave(a.tensor(0), a[2], {a.number(1)}); });
  r.op("repeat_interleave.counts(Tensor repeats) -> Tensor")
      .doc("Each position as often as its element says. torch.repeat_interleave")
      .composite([interleave](const Args& a) {
        const Tensor n = a.tensor(0);
        return interleave(call("arange", {n.numel()}).get<Tensor>(), 0, n.to_vector());
      });
  r.op("repeat_interleave.Tensor(Tensor self, Tensor repeats, int? dim=None) -> Tensor")
      .doc("Repeats each element its own number of times. torch.repeat_interleave")
      .composite([interleave](const Args& a) {
        const Tensor n = a.tensor(1);
        check(n.dim() <= 1, "repeat_interleave only accept 1D vector as repeat");
        check(n.dtype() == DType::Int64 || n.dtype() == DType::Int32,
              "repeats has to be Long or Int tensor");
        return interleave(a.tensor(0), a[2], n.to_vector());
      });
}

}  // namespace

void register_movement(Registry& r) {
  register_turning(r);
  register_repeating(r);
  register_triangle(r, "tril", true);
  register_triangle(r, "triu", false);
}

}  // namespace gradbox
