// Elementary functions that are rarer than those of elementary.cpp, and special functions
// (torch.special). They compute in double precision, by way of one loop.
#include "kernels/special.h"

#include <cmath>
#include <iterator>

#include "ops/families.h"

namespace gradbox {

namespace {

template <class F>
void each_as_double(const Tensor& out, const Tensor& in, F f) {
  dispatch_floating(out.dtype(), "special", [&](auto tag) {
    using T = decltype(tag);
    T* o = out.data<T>();
    const T* p = in.data<T>();
    for (std::int64_t i = 0; i < out.numel(); ++i)
      o[i] = static_cast<T>(f(static_cast<double>(p[i]), i));
  });
}

}  // namespace

Tensor map_double(const Tensor& a, double (*f)(double)) {
  const DType t = to_floating(a.dtype());
  const Tensor out = Tensor::empty(a.shape(), t);
  each_as_double(out, a.to_raw(t).contiguous_raw(), [f](double x, std::int64_t) { return f(x); });
  return out;
}

Tensor map_double(const Tensor& a, const Tensor& b, double (*f)(double, double)) {
  const DType t = result_type_float(a, b);
  const Tensor out = Tensor::empty(broadcast_shapes(a.shape(), b.shape()), t),
               x = Tensor::empty(out.shape(), t);
  x.copy_raw(a);
  const Tensor y = Tensor::empty(out.shape(), DType::Float64);
  y.copy_raw(b.to_raw(t));
  const double* second = y.data<double>();
  each_as_double(out, x, [f, second](double v, std::int64_t i) { return f(v, second[i]); });
  return out;
}

namespace {

using Factor = Tensor (*)(const Tensor& x);

struct Row {
  const char* name;
  const char* doc;
  double (*f)(double);
  Factor factor;
  double low, high;  // where the gradient check samples
};

Tensor one(const char* name, const Tensor& x) { return call(name, {x}).get<Tensor>(); }
Tensor squared(const Tensor& x) { return ops::mul(x, x); }

double sinc(double x) { return x == 0 ? 1 : std::sin(M_PI * x) / (M_PI * x); }
double entropy(double x) { return x > 0 ? -x * std::log(x) : x == 0 ? 0 : x < 0 ? -HUGE_VAL : x; }

// 0 where x is 0, else f.
Tensor unless_zero(const Tensor& x, double at_zero, const std::function<Tensor(const Tensor&)>& f) {
  const Tensor zero = ops::eq(x.detach(), 0);
  return ops::where(zero, at_zero, f(ops::masked_fill(x, zero, 1.0)));
}

const Row kHyperbolic[] = {
    {"acosh", "Inverse hyperbolic cosine. torch.acosh", std::acosh,
     [](const Tensor& x) { return ops::rsqrt(ops::sub(squared(x), 1)); }, 1.2, 2},
    {"asinh", "Inverse hyperbolic sine. torch.asinh", std::asinh,
     [](const Tensor& x) { return ops::rsqrt(ops::add(squared(x), 1)); }, -1, 1},
    {"atanh", "Inverse hyperbolic tangent. torch.atanh", std::atanh,
     [](const Tensor& x) { return ops::reciprocal(ops::sub(1, squared(x))); }, -0.8, 0.8},
};

const Row kRows[] = {
    {"erfc", "1 - erf(self). torch.erfc", std::erfc,
     [](const Tensor& x) { return ops::mul(ops::exp(ops::neg(squared(x))), -2 / std::sqrt(M_PI)); },
     -1, 1},
    {"erfinv", "Inverse error function. torch.erfinv", kernels::erfinv,
     [](const Tensor& x) {
       return ops::mul(ops::exp(squared(one("erfinv", x))), std::sqrt(M_PI) / 2);
     },
     -0.8, 0.8},
    {"lgamma", "Logarithm of |gamma(self)|. torch.lgamma", std::lgamma,
     [](const Tensor& x) { return one("digamma", x); }, 0.5, 3},
    {"digamma", "Derivative of lgamma. torch.digamma", kernels::digamma,
     [](const Tensor& x) {
       return call("polygamma", {1, x}).get<Tensor>();
     },
     0.5, 3},
    {"i0", "Modified Bessel function of order 0. torch.i0",
     [](double x) { return kernels::bessel_i0e(x) * std::exp(std::abs(x)); },
     [](const Tensor& x) { return one("special_i1", x); }, -2, 2},
    {"special_i0e", "exp(-|self|) i0(self). torch.special.i0e", kernels::bessel_i0e,
     [](const Tensor& x) {
       return ops::sub(one("special_i1e", x), ops::mul(ops::sign(x), one("special_i0e", x)));
     },
     0.2, 2},
    {"special_i1", "Modified Bessel function of order 1. torch.special.i1",
     [](double x) { return kernels::bessel_i1e(x) * std::exp(std::abs(x)); },
     [](const Tensor& x) {
       return unless_zero(x, 0.5, [](const Tensor& t) {
         return ops::sub(one("i0", t), ops::div(one("special_i1", t), t));
       });
     },
     0.2, 2},
    {"special_i1e", "exp(-|self|) i1(self). torch.special.i1e", kernels::bessel_i1e,
     [](const Tensor& x) {
       return unless_zero(x, 0.5, [](const Tensor& t) {
         return ops::sub(
             one("special_i0e", t),
             ops::mul(one("special_i1e", t), ops::add(ops::sign(t), ops::reciprocal(t))));
       });
     },
     0.2, 2},
    {"sinc", "sin(pi self) / (pi self). torch.sinc", sinc,
     [](const Tensor& x) {
       return unless_zero(x, 0, [](const Tensor& t) {
         const Tensor turned = ops::mul(t, M_PI);
         return ops::div(ops::sub(ops::cos(turned), ops::div(ops::sin(turned), turned)), t);
       });
     },
     0.2, 0.9},
    {"special_entr", "-self log(self). torch.special.entr", entropy,
     [](const Tensor& x) { return ops::sub(-1, ops::log(x)); }, 0.5, 2},
    {"special_erfcx", "exp(self^2) erfc(self). torch.special.erfcx", kernels::erfcx,
     [](const Tensor& x) {
       return ops::sub(ops::mul(ops::mul(x, 2), one("special_erfcx", x)), 2 / std::sqrt(M_PI));
     },
     -1, 1},
    {"special_ndtri", "Inverse of special_ndtr. torch.special.ndtri", kernels::ndtri,
     [](const Tensor& x) {
       return ops::mul(ops::exp(ops::mul(squared(one("special_ndtri", x)), 0.5)),
                       std::sqrt(2 * M_PI));
     },
     0.2, 0.8},
    {"special_log_ndtr", "Logarithm of special_ndtr. torch.special.log_ndtr", kernels::log_ndtr,
     [](const Tensor& x) {
       return ops::div(std::sqrt(2 / M_PI), one("special_erfcx", ops::mul(x, -M_SQRT1_2)));
     },
     -2, 2},
};

unsigned namespaces_of(const std::string& name) {
  return name.rfind("special_", 0) == 0 ? unsigned{kSpecial} : kTorch | kTensor;
}

void register_two(Registry& r) {
  r.op("polygamma(int n, Tensor self) -> Tensor")
      .doc("n-th derivative of digamma. torch.polygamma")
      .in(kTorch)
      .forward([](const Args& a) {
        const Tensor n = Tensor::scalar(a.number(0), to_floating(a.tensor(1).dtype()));
        check(a.integer(0) >= 0, "polygamma(n, x) does not support negative n.");
        return map_double(n, a.tensor(1), kernels::polygamma);
      })
      .saves({"self"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const long long n = c.args().integer(0) + 1;
        return {ops::mul(g[0], call("polygamma", {n, c.tensor(1)}))};
      })
      .samples([](Samples& s) {
        s.add({2, s.uniform({2, 3}, 0.5, 3)});
      });
  // Neither has a derivative in the first argument in PyTorch.
  const auto no_first = [](const char* name) {
    return [name]() {
      fail(ErrorKind::Runtime, "the derivative for '", name, "' is not implemented");
    };
  };
  for (const bool upper : {false, true}) {
    const std::string name = upper ? "igammac" : "igamma";
    r.op(name + "(Tensor self, Tensor other) -> Tensor")
        .doc(std::string("Regularised ") + (upper ? "upper" : "lower") +
             " incomplete gamma function. torch." + name)
        .forward([upper, name](const Args& a) {
          const DType t = result_type(a.tensor(0), a.tensor(1));
          if (!is_floating(t)) not_implemented((name + "_cpu").c_str(), t);
          return map_double(a.tensor(0), a.tensor(1), upper ? kernels::igammac : kernels::igamma);
        })
        .saves({"self", "other"})
        .backward([upper, name, fail_first = no_first("igamma: input")](
                      BackwardContext& c, const TensorList& g) -> TensorList {
          if (c.needs(0)) fail_first();
          const Tensor a = c.tensor(0), x = c.tensor(1);
          const Tensor power =
              ops::sub(ops::sub(ops::mul(ops::sub(a, 1), ops::log(x)), x), one("lgamma", a));
          return {Tensor(), ops::mul(g[0], upper ? ops::neg(ops::exp(power)) : ops::exp(power))};
        })
        .samples([](Samples& s) {
          s.add({s.fixed({0.5, 1.5, 3}, {3}, DType::Float64), s.uniform({3}, 0.5, 2)});
        });
  }
  r.op("special_zeta(Tensor|Scalar self, Tensor|Scalar other) -> Tensor")
      .doc("Hurwitz zeta function. torch.special.zeta")
      .in(kSpecial)
      .forward(
          [](const Args& a) { return map_double(a.tensor(0), a.tensor(1), kernels::hurwitz_zeta); })
      .saves({"self", "other"})
      .backward([fail_first = no_first("zeta")](BackwardContext& c,
                                                const TensorList& g) -> TensorList {
        if (c.needs(0)) fail_first();
        const Tensor s = c.tensor(0);
        return {Tensor(), ops::neg(ops::mul(ops::mul(g[0], s),
                                            call("special_zeta", {ops::add(s, 1), c.tensor(1)})))};
      })
      .samples([](Samples& s) {
        s.add({s.fixed({1.5, 2, 3}, {3}, DType::Float64), s.uniform({3}, 0.5, 2)});
      });
  r.op("mvlgamma(Tensor self, int p) -> Tensor")
      .doc("Logarithm of the multivariate gamma function. torch.mvlgamma")
      .fused([](const Args& a) {
        const double p = a.number(1);
        Tensor sum =
            Tensor::full({}, p * (p - 1) / 4 * std::log(M_PI), to_floating(a.tensor(0).dtype()));
        for (double i = 0; i < p; ++i)
          sum = ops::add(one("lgamma", ops::sub(a.tensor(0), i / 2)), sum);
        return sum;
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 2, 3), 3});
      });
  r.op("logit(Tensor self, float? eps=None) -> Tensor")
      .doc("log(self / (1 - self)); self is limited to [eps, 1 - eps] first. torch.logit")
      .fused([](const Args& a) {
        Tensor x = ops::to(a.tensor(0), to_floating(a.tensor(0).dtype()));
        if (a.has(1)) x = ops::clamp(x, a.number(1), 1 - a.number(1));
        return ops::log(ops::div(x, ops::sub(1, x)));
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.2, 0.8)});
        s.add({s.uniform({2, 3}, 0.2, 0.8), 0.3});
      });
  r.op("special_ndtr(Tensor self) -> Tensor")
      .doc("Normal distribution function. torch.special.ndtr")
      .in(kSpecial)
      .composite([](const Args& a) {
        return ops::mul(one("erfc", ops::mul(a.tensor(0), -M_SQRT1_2)), 0.5);
      });
  for (const bool to_degrees : {true, false}) {
    const std::string name = to_degrees ? "rad2deg" : "deg2rad";
    r.op(name + "(Tensor self) -> Tensor")
        .doc(std::string("From ") + (to_degrees ? "radians to degrees" : "degrees to radians") +
             ". torch." + name)
        .fused([to_degrees](const Args& a) {
          return ops::mul(a.tensor(0), to_degrees ? 180 / M_PI : M_PI / 180);
        })
        .inplace()
        .samples(sample_randn());
  }
}

void register_rows(Registry& r, const Row* rows, std::size_t count) {
  for (const Row* at = rows; at != rows + count; ++at) {
    const Row& row = *at;
    auto op = r.op(std::string(row.name) + "(Tensor self) -> Tensor");
    op.doc(row.doc).in(namespaces_of(row.name)).forward([f = row.f](const Args& a) {
      return map_double(a.tensor(0), f);
    });
    op.saves({"self"}).backward(
        [factor = row.factor](BackwardContext& c, const TensorList& g) -> TensorList {
          return {ops::mul(g[0], factor(c.tensor(0)))};
        });
    op.samples(sample_uniform(row.low, row.high));
    if (namespaces_of(row.name) & kTensor) op.inplace();
  }
}

}  // namespace

void register_special(Registry& r) {
  register_rows(r, kHyperbolic, std::size(kHyperbolic));
  if constexpr (kTraining) {
    register_rows(r, kRows, std::size(kRows));
    register_two(r);
    r.alias("special_gammaln", "lgamma");
    r.alias("special_psi", "digamma");
    r.alias("special_polygamma", "polygamma");
    r.alias("special_multigammaln", "mvlgamma");
  }
}

}  // namespace gradbox
