// Tensors from nothing, copies and conversions.
#include <cmath>
#include <xtensor/xbuilder.hpp>

#include "core/xt.h"
#include "ops/families.h"

namespace gradbox {
namespace {

Tensor filled(const Dims& shape, const Value& v, DType dtype) {
  if (dtype == DType::Int64 && v.is<std::int64_t>()) {
    Tensor t = Tensor::empty(shape, dtype);
    std::fill_n(t.data<std::int64_t>(), t.numel(), v.get<std::int64_t>());
    return t;
  }
  return Tensor::full(shape, v.as_double(), dtype);
}

DType infer_dtype(const Value& v) {
  if (v.is<bool>()) return DType::Bool;
  return v.is<double>() ? default_dtype() : DType::Int64;
}

Tensor arange(const Value& start, const Value& end, const Value& step, const Value& dtype) {
  const double a = start.as_double(), b = end.as_double(), s = step.as_double();
  check(s != 0, "step must be nonzero");
  check(std::isfinite(a) && std::isfinite(b), "unsupported range: ", a, " -> ", b);
  check((s > 0 && b >= a) || (s < 0 && b <= a),
        "upper bound and larger bound inconsistent with step sign");
  const bool floating = start.is<double>() || end.is<double>() || step.is<double>();
  const DType t = dtype.is<DType>() ? dtype.get<DType>()
                  : floating        ? default_dtype()
                                    : DType::Int64;
  const auto n = static_cast<std::int64_t>(std::ceil((b - a) / s));
  Tensor out = Tensor::empty({n}, t);
  dispatch(t, [&](auto tag) {
    using T = decltype(tag);
    T* p = out.data<T>();
    // Computed from the index in double, as PyTorch does, so that errors don't add up.
    std::int64_t i = 0;
    if constexpr (std::is_floating_point_v<T>) {
      const std::int64_t lanes = 32 / sizeof(T);
      for (; i + 2 * lanes <= n; i += 2 * lanes)
        for (std::int64_t k = 0; k < 2 * lanes; ++k) {
          const T first =
              static_cast<T>(std::fma(s, static_cast<double>(i + k / lanes * lanes), a));
          p[i + k] = static_cast<T>(
              std::fma(s, static_cast<double>(k % lanes), static_cast<double>(first)));
        }
    }
    for (; i < n; ++i) p[i] = static_cast<T>(std::fma(s, static_cast<double>(i), a));
  });
  return out;
}

Tensor linspace(double start, double end, std::int64_t steps, DType dtype) {
  check(steps >= 0, "number of steps must be non-negative");
  Tensor out = Tensor::empty({steps}, dtype);
  if (steps == 0) return out;
  if (steps == 1) {
    out.copy_raw(Tensor::scalar(start, dtype));
    return out;
  }
  dispatch(dtype, [&](auto tag) {
    using T = decltype(tag);
    T* p = out.data<T>();
    // From both ends to the middle, in the dtype's own arithmetic, for symmetry (as PyTorch).
    using S = std::conditional_t<std::is_floating_point_v<T>, T, double>;
    const S step = (static_cast<S>(end) - static_cast<S>(start)) / static_cast<S>(steps - 1);
    const std::int64_t half = steps / 2;
    const auto at = [&](std::int64_t i) {
      return i < half ? std::fma(step, static_cast<S>(i), static_cast<S>(start))
                      : std::fma(-step, static_cast<S>(steps - i - 1), static_cast<S>(end));
    };
    std::int64_t i = 0;
    if constexpr (std::is_floating_point_v<T>) {
      const std::int64_t lanes = 32 / sizeof(T);
      for (; i + 2 * lanes <= steps; i += 2 * lanes)
        for (std::int64_t k = 0; k < 2 * lanes; ++k)
          p[i + k] = at(i + k / lanes * lanes) + step * static_cast<T>(k % lanes);
    }
    for (; i < steps; ++i) p[i] = static_cast<T>(at(i));
  });
  return out;
}

void factory(Registry& r, const std::string& name, double value, const std::string& doc) {
  r.op(name + "(int[] size, *, ScalarType? dtype=None, bool requires_grad=False) -> Tensor")
      .doc(doc + " torch." + name)
      .in(kTorch)
      .forward([value](const Args& a) {
        const Tensor t = Tensor::full(a.ints(0), value, a.dtype(1, default_dtype()));
        if (a.boolean(2)) t.set_requires_grad(true);
        return t;
      });
  r.op(name + "_like(Tensor self, *, ScalarType? dtype=None, bool requires_grad=False) -> Tensor")
      .doc(doc + " Shaped like self. torch." + name + "_like")
      .in(kTorch)
      .forward([value](const Args& a) {
        const Tensor t = Tensor::full(a.tensor(0).shape(), value, a.dtype(1, a.tensor(0).dtype()));
        if (a.boolean(2)) t.set_requires_grad(true);
        return t;
      });
  r.op("new_" + name +
       "(Tensor self, int[] size, *, ScalarType? dtype=None, bool requires_grad=False) -> Tensor")
      .doc(doc + " With self's dtype. torch.Tensor.new_" + name)
      .in(kTensor)
      .forward([value](const Args& a) {
        const Tensor t = Tensor::full(a.ints(1), value, a.dtype(2, a.tensor(0).dtype()));
        if (a.boolean(3)) t.set_requires_grad(true);
        return t;
      });
}

void register_factories(Registry& r) {
  factory(r, "zeros", 0, "Zeros.");
  factory(r, "ones", 1, "Ones.");
  factory(r, "empty", 0, "A tensor whose values mean nothing (zeros here).");
  r.op("full(int[] size, Scalar fill_value, *, ScalarType? dtype=None, bool requires_grad=False) "
       "-> Tensor")
      .doc("One value everywhere. torch.full")
      .in(kTorch)
      .forward([](const Args& a) {
        const Tensor t = filled(a.ints(0), a[1], a.dtype(2, infer_dtype(a[1])));
        if (a.boolean(3)) t.set_requires_grad(true);
        return t;
      });
  r.op("full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, bool "
       "requires_grad=False) -> Tensor")
      .doc("One value everywhere, shaped like self. torch.full_like")
      .in(kTorch)
      .forward([](const Args& a) {
        const Tensor t = filled(a.tensor(0).shape(), a[1], a.dtype(2, a.tensor(0).dtype()));
        if (a.boolean(3)) t.set_requires_grad(true);
        return t;
      });
  r.op("new_full(Tensor self, int[] size, Scalar fill_value, *, ScalarType? dtype=None) -> Tensor")
      .doc("One value everywhere, with self's dtype. torch.Tensor.new_full")
      .in(kTensor)
      .forward(
          [](const Args& a) { return filled(a.ints(1), a[2], a.dtype(3, a.tensor(0).dtype())); });
  r.op("arange(Scalar end, *, ScalarType? dtype=None, bool requires_grad=False) -> Tensor")
      .doc("0, 1, ... below end. torch.arange")
      .in(kTorch)
      .forward([](const Args& a) {
        const Tensor t = arange(Value(0), a[0], Value(1), a[1]);
        if (a.boolean(2)) t.set_requires_grad(true);
        return t;
      });
  r.op("arange.start(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, bool "
       "requires_grad=False) -> Tensor")
      .doc("start, start + step, ... before end. torch.arange")
      .in(kTorch)
      .forward([](const Args& a) {
        const Tensor t = arange(a[0], a[1], a[2], a[3]);
        if (a.boolean(4)) t.set_requires_grad(true);
        return t;
      });
  r.op("linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, bool "
       "requires_grad=False) -> Tensor")
      .doc("steps numbers from start to end, both included. torch.linspace")
      .in(kTorch)
      .forward([](const Args& a) {
        const Tensor t =
            linspace(a.number(0), a.number(1), a.integer(2), a.dtype(3, default_dtype()));
        if (a.boolean(4)) t.set_requires_grad(true);
        return t;
      });
  r.op("logspace(Scalar start, Scalar end, int steps, float base=10.0, *, ScalarType? dtype=None) "
       "-> Tensor")
      .doc("base to the power of linspace. torch.logspace")
      .in(kTorch)
      .composite([](const Args& a) {
        return ops::pow(
            Tensor::wrapped_number(a.number(3)),
            linspace(a.number(0), a.number(1), a.integer(2), a.dtype(4, default_dtype())));
      });
  r.op("eye(int n, int? m=None, *, ScalarType? dtype=None, bool requires_grad=False) -> Tensor")
      .doc("Ones on the diagonal. torch.eye")
      .in(kTorch)
      .forward([](const Args& a) {
        const std::int64_t m = a.has(1) ? a.integer(1) : a.integer(0);
        check(a.integer(0) >= 0, "n must be greater or equal to 0, got ", a.integer(0));
        const Tensor t = Tensor::full({a.integer(0), m}, 0, a.dtype(2, default_dtype()));
        dispatch(t.dtype(), [&](auto tag) {
          using T = decltype(tag);
          auto target = as_xt<T>(t);
          target = xt::eye<T>(std::vector<std::size_t>{static_cast<std::size_t>(a.integer(0)),
                                                       static_cast<std::size_t>(m)});
        });
        if (a.boolean(3)) t.set_requires_grad(true);
        return t;
      });
}

TensorList pass(BackwardContext&, const TensorList& g) { return {g[0]}; }

void register_copies(Registry& r) {
  r.op("clone(Tensor self) -> Tensor")
      .doc("A copy with its own memory. torch.clone")
      .any_dtype()
      .forward([](const Args& a) { return a.tensor(0).clone_raw(); })
      .backward(pass)
      .onnx("Identity")
      .samples(sample_randn());
  r.op("to(Tensor self, ScalarType dtype, bool copy=False) -> Tensor")
      .doc("Converted to dtype; self where there is nothing to do. torch.Tensor.to")
      .in(kTensor)
      .node("ToCopyBackward0")
      .any_dtype()
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0).to_raw(a.dtype(1));
        return a.boolean(2) && t.is_same(a.tensor(0)) ? t.clone_raw() : t;
      })
      .backward(pass)
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), DType::Float64, true});
      });
  r.op("to.other(Tensor self, Tensor other) -> Tensor")
      .doc("Converted to other's dtype. torch.Tensor.to")
      .in(kTensor)
      .composite([](const Args& a) { return ops::to(a.tensor(0), a.tensor(1).dtype()); });
  r.op("type_as(Tensor self, Tensor other) -> Tensor")
      .doc("Converted to other's dtype. torch.Tensor.type_as")
      .in(kTensor)
      .composite([](const Args& a) { return ops::to(a.tensor(0), a.tensor(1).dtype()); });
  const std::pair<const char*, DType> casts[] = {
      {"float", DType::Float32}, {"double", DType::Float64},    {"long", DType::Int64},
      {"int", DType::Int32},     {"bool", DType::Bool},         {"byte", DType::UInt8},
      {"half", DType::Float16},  {"bfloat16", DType::BFloat16}, {"char", DType::Int8},
      {"short", DType::Int16}};
  for (const auto& [name, dtype] : casts)
    r.op(std::string(name) + "(Tensor self) -> Tensor")
        .doc(std::string("Converted to ") + dtype_name(dtype) + ". torch.Tensor." + name)
        .in(kTensor)
        .composite([d = dtype](const Args& a) { return ops::to(a.tensor(0), d); });
  // The in-place forms below are copy_, fill_ and zero_; the out-of-place ones are their values.
  r.op("copy(Tensor self, Tensor|Scalar src, bool non_blocking=False) -> Tensor")
      .doc("src, broadcast to self's shape and converted to its dtype. torch.Tensor.copy_")
      .in(kTensor)
      .node("CopyBackwards")
      .any_dtype()
      .forward([](const Args& a) {
        const Tensor self = a.tensor(0), src = a.tensor(1);
        const Dims both = broadcast_shapes(self.shape(), src.shape());
        check(both == self.shape(), "output with shape ", to_string(self.shape()),
              " doesn't match the broadcast shape ", to_string(both));
        Tensor out = Tensor::empty(self.shape(), self.dtype());
        out.copy_raw(src);
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {c.needs(0) ? ops::zeros_like(g[0]) : Tensor(), g[0]};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({3})});
      });
  // A value that is a tensor gets a gradient. PyTorch has four operators of which we need two.
  r.op("fill(Tensor self, Tensor|Scalar value) -> Tensor")
      .doc("value, a number or a 0-dim tensor, everywhere. torch.Tensor.fill_")
      .in(kTensor | kTorch)
      .node([](const Values& a) {
        return std::string(a[1].get<Tensor>().is_wrapped_number() ? "FillBackward0"
                                                                  : "FillBackward1");
      })
      .forward([](const Args& a) {
        const Tensor self = a.tensor(0), value = a.tensor(1);
        check(value.dim() == 0, "fill_ only supports 0-dimension value tensor but got tensor with ",
              value.dim(), " dimensions.");
        Tensor out = Tensor::empty(self.shape(), self.dtype());
        out.copy_raw(value);
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {c.needs(0) ? ops::zeros_like(g[0]) : Tensor(),
                c.needs(1) ? ops::sum(g[0]) : Tensor()};
      })
      .inplace([](const Values& a) {
        return std::string(a[1].get<Tensor>().is_wrapped_number() ? "FillBackward2"
                                                                  : "FillBackward3");
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1.5});
        s.add({s.randn({2, 3}), s.randn({})});
      });
  r.op("zero(Tensor self) -> Tensor")
      .doc("Zeros. torch.Tensor.zero_")
      .in(kTensor)
      .forward(
          [](const Args& a) { return Tensor::full(a.tensor(0).shape(), 0, a.tensor(0).dtype()); })
      .backward([](BackwardContext&, const TensorList& g) -> TensorList {
        return {ops::zeros_like(g[0])};
      })
      .inplace()
      .samples(sample_randn());
}

}  // namespace

void register_creation(Registry& r) {
  register_factories(r);
  register_copies(r);
}

}  // namespace gradbox
