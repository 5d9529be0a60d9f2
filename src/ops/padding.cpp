// Padding: with a constant, or with what is at the edges or at the other end.
#include "ops/families.h"

namespace gradbox {
namespace {

// Source index of a padded position.
std::int64_t padded_source(std::int64_t i, std::int64_t n, const std::string& mode) {
  if (i >= 0 && i < n) return i;
  if (mode == "replicate") return i < 0 ? 0 : n - 1;
  if (mode == "circular") return ((i % n) + n) % n;
  const std::int64_t period = 2 * (n - 1);  // reflect
  if (period == 0) return 0;
  i = ((i % period) + period) % period;
  return i < n ? i : period - i;
}

// Pads whose elements come from the tensor itself.
Tensor from_inside(Tensor t, const IntList& pad, const std::string& mode) {
  for (std::size_t k = 0; k < pad.size() / 2; ++k) {
    const long long d = t.dim() - 1 - static_cast<long long>(k);
    const std::int64_t n = t.size(d), before = pad[2 * k], after = pad[2 * k + 1];
    if (before == 0 && after == 0) continue;
    std::vector<std::int64_t> source;
    for (std::int64_t i = -before; i < n + after; ++i) source.push_back(padded_source(i, n, mode));
    t = ops::index_select(
        t, d,
        Tensor::from_vector<std::int64_t>(source, {static_cast<std::int64_t>(source.size())}));
  }
  return t;
}

// A new tensor around `t`; negative pads cut it.
Tensor with_constant(const Tensor& t, const IntList& pad, double value) {
  Dims shape = t.shape();
  for (std::size_t k = 0; k < pad.size() / 2; ++k)
    shape[shape.size() - 1 - k] += pad[2 * k] + pad[2 * k + 1];
  const Tensor out = Tensor::full(shape, value, t.dtype());
  Tensor from = t, to = out;
  for (std::size_t k = 0; k < pad.size() / 2; ++k) {
    const long long d = t.dim() - 1 - static_cast<long long>(k);
    const std::int64_t before = pad[2 * k], after = pad[2 * k + 1], n = t.size(d);
    const auto cut = [](std::int64_t side) { return std::max<std::int64_t>(-side, 0); };
    from = ops::slice(from, d, cut(before), n - cut(after));
    to = ops::slice(to, d, cut(-before), to.size(d) - cut(-after));
  }
  to.copy_raw(from);
  return out;
}

}  // namespace

void register_padding(Registry& r) {
  r.op("_constant_pad(Tensor self, int[] pad, float value) -> Tensor")
      .doc("pad with a constant.")
      .in(0)
      .node("ConstantPadNdBackward0")
      .forward([](const Args& a) { return with_constant(a.tensor(0), a.ints(1), a.number(2)); })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        IntList back = c.args().ints(1);
        for (auto& n : back) n = -n;
        return {call("_constant_pad", {g[0], back, 0.0}).get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3, 4}), IntList{1, -1, 0, 2}, 0.5});
      });
  r.op("_edge_pad(Tensor self, int[] pad, str mode) -> Tensor")
      .doc("pad with what is at the edges: reflect or replicate.")
      .in(0)
      .node([](const Values& a) {
        return std::string(a[2].get<std::string>() == "reflect" ? "Reflection" : "Replication") +
               "Pad" + std::to_string(a[1].get<IntList>().size() / 2) + "DBackward0";
      })
      .fused([](const Args& a) { return from_inside(a.tensor(0), a.ints(1), a.string(2)); })
      .samples([](Samples& s) {
        s.add({s.randn({1, 3, 4}), IntList{1, 2}, "reflect"});
        s.add({s.randn({2, 3, 4}), IntList{1, 0, 2, 1}, "replicate"});
      });
  r.op("pad(Tensor self, int[] pad, str mode='constant', float? value=None) -> Tensor")
      .doc(
          "Pads from the last dimension backwards: (left, right, top, bottom, ...). "
          "torch.nn.functional.pad")
      .in(kFunctional)
      .composite([](const Args& a) {
        const Tensor t = a.tensor(0);
        const IntList& pad = a.ints(1);
        const std::string& mode = a.string(2);
        check(pad.size() % 2 == 0, "Padding length must be divisible by 2");
        check(static_cast<std::int64_t>(pad.size()) / 2 <= t.dim(), "Padding length too large");
        if (mode != "constant" && mode != "reflect" && mode != "replicate" && mode != "circular")
          fail(ErrorKind::NotImplemented, "Unrecognised padding mode ", mode);
        if (mode != "constant") {
          if (a.has(3) && a.number(3) != 0)
            fail(ErrorKind::Runtime, "Padding mode \"", mode, "\" doesn't take in value argument");
          const auto sides = static_cast<std::int64_t>(pad.size()) / 2;
          if (sides < 1 || sides > 3 || (t.dim() != sides + 1 && t.dim() != sides + 2))
            fail(ErrorKind::NotImplemented,
                 "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now");
        }
        for (std::size_t k = 0; k < pad.size() / 2; ++k) {
          const long long d = t.dim() - 1 - static_cast<long long>(k);
          const std::int64_t n = t.size(d), before = pad[2 * k], after = pad[2 * k + 1];
          constexpr std::int64_t kMost = std::int64_t{1} << 60;  // so that sums don't overflow
          check(std::max(n, std::max(before, after)) < kMost && std::min(before, after) > -kMost,
                "Storage size calculation overflowed with padding (", before, ", ", after, ")");
          check(n + before + after >= 0 &&
                    n + std::min<std::int64_t>(before, 0) + std::min<std::int64_t>(after, 0) >= 0,
                "narrow(): length must be non-negative.");
          if (mode == "reflect")
            check(before < n && after < n,
                  "Argument #4: Padding size should be less than the corresponding input "
                  "dimension, but got: padding (",
                  before, ", ", after, ") at dimension ", d, " of input ", to_string(t.shape()));
        }
        if (mode == "constant")
          return call("_constant_pad", {a[0], a[1], a.has(3) ? a.number(3) : 0.0}).get<Tensor>();
        if (mode == "circular") return from_inside(t, pad, mode);
        return call("_edge_pad", {a[0], a[1], a[2]}).get<Tensor>();
      })
      .onnx("Pad");
  r.op("constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor")
      .doc("pad with a constant. torch.constant_pad_nd")
      .in(kTorch)
      .composite([](const Args& a) {
        return call("pad", {a[0], a[1], "constant", a.number(2)}).get<Tensor>();
      });
}

}  // namespace gradbox
