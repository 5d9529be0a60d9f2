// Loss functions of torch.nn.functional that compare predictions with targets.
#include <algorithm>
#include <cmath>

#include "ops/families.h"

namespace gradbox {

void register_classification(Registry& r);  // classification.cpp
void register_distance(Registry& r);        // distance.cpp
void register_margin_losses(Registry& r);   // margins.cpp

namespace {

const OpHandle clamp_min{"clamp_min"};

void check_reduction(const std::string& reduction) {
  if (reduction != "mean" && reduction != "sum" && reduction != "none")
    fail(ErrorKind::Value, reduction, " is not a valid value for reduction");
}

Tensor reduced(const Tensor& losses, const std::string& reduction) {
  check_reduction(reduction);
  if (reduction == "none") return losses;
  return reduction == "sum" ? ops::sum(losses) : ops::mean(losses);
}

// The gradient of each element's loss, from that of the reduced one.
Tensor per_element(const Tensor& g, const Dims& a, const Dims& b, const std::string& reduction) {
  if (reduction != "mean") return g;
  return ops::div(g, static_cast<double>(product(broadcast_shapes(a, b))));
}

Tensor per_element(BackwardContext& c, const Tensor& g, std::size_t reduction) {
  return per_element(g, c.shape(0), c.shape(1), c.args().string(reduction));
}

struct SquaredError {
  template <class T>
  T operator()(T a, T b) const {
    return (a - b) * (a - b);
  }
};

Tensor squared_error(const Tensor& x, const Tensor& y) {
  const DType t = result_type(x, y);
  Tensor out = Tensor::empty(broadcast_shapes(x.shape(), y.shape()), t);
  dispatch_floating(t, "mse_cpu", [&](auto tag) {
    using T = decltype(tag);
    kernels::binary<T, T, SquaredError>(out, x.to_raw(t), y.to_raw(t));
  });
  return out;
}

// Gradients with respect to both sides of a function of input - target.
TensorList opposite(BackwardContext& c, const Tensor& g) {
  return {g, c.needs(1) ? ops::neg(g) : Tensor()};
}

void pair_samples(Samples& s) {
  s.add({s.randn({2, 3}), s.randn({2, 3})});
  s.add({s.randn({2, 3}), s.randn({2, 3}), "sum"});
  s.add({s.randn({2, 3}), s.randn({3}), "none"});
}

void register_regression(Registry& r) {
  r.op("mse_loss(Tensor input, Tensor target, str reduction='mean') -> Tensor")
      .doc("(input - target)^2, reduced. torch.nn.functional.mse_loss")
      .in(kFunctional)
      .forward([](const Args& a) {
        return reduced(squared_error(a.tensor(0), a.tensor(1)), a.string(2));
      })
      .saves({"input", "target"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double n =
            c.args().string(2) == "mean"
                ? static_cast<double>(product(broadcast_shapes(c.shape(0), c.shape(1))))
                : 1.0;
        const Tensor error = ops::sub(c.tensor(0), c.tensor(1));
        return opposite(c, ops::mul(error, ops::mul(g[0], 2.0 / n)));
      })
      .samples(pair_samples);
  r.op("l1_loss(Tensor input, Tensor target, str reduction='mean') -> Tensor")
      .doc("|input - target|, reduced. torch.nn.functional.l1_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        return reduced(ops::abs(ops::sub(a.tensor(0), a.tensor(1))), a.string(2));
      });
  r.op("smooth_l1_loss(Tensor input, Tensor target, str reduction='mean', float beta=1.0) -> "
       "Tensor")
      .doc(
          "Quadratic where |input - target| < beta, linear beyond. "
          "torch.nn.functional.smooth_l1_loss")
      .in(kFunctional)
      .node("SmoothL1LossBackward0")
      .forward([](const Args& a) {
        const double beta = a.number(3);
        if (beta < 0)
          fail(ErrorKind::Runtime, "smooth_l1_loss does not support negative values for beta.");
        const Tensor d = ops::abs(ops::sub(a.tensor(0), a.tensor(1)));
        if (beta == 0) return reduced(d, a.string(2));
        const Tensor near = ops::mul(ops::mul(d, d), 0.5 / beta);
        return reduced(ops::where(ops::lt(d, beta), near, ops::sub(d, 0.5 * beta)), a.string(2));
      })
      .saves({"input", "target"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double beta = c.args().number(3);
        const Tensor d = ops::sub(c.tensor(0), c.tensor(1));
        const Tensor slope = beta == 0 ? ops::sign(d) : ops::clamp(ops::div(d, beta), -1.0, 1.0);
        return opposite(c, ops::mul(slope, per_element(c, g[0], 2)));
      })
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), s.fixed({0, 0, 0, 0, 0, 0}, {2, 3}, DType::Float64), "mean",
               0.35});
      });
  r.op("huber_loss(Tensor input, Tensor target, str reduction='mean', float delta=1.0) -> Tensor")
      .doc(
          "Quadratic where |input - target| < delta, delta-scaled linear beyond. "
          "torch.nn.functional.huber_loss")
      .in(kFunctional)
      .forward([](const Args& a) {
        const double delta = a.number(3);
        check(delta > 0, "huber_loss does not support non-positive values for delta.");
        const Tensor d = ops::abs(ops::sub(a.tensor(0), a.tensor(1)));
        const Tensor near = ops::mul(ops::mul(d, d), 0.5);
        const Tensor far = ops::mul(ops::sub(d, 0.5 * delta), delta);
        return reduced(ops::where(ops::lt(d, delta), near, far), a.string(2));
      })
      .saves({"input", "target"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double delta = c.args().number(3);
        const Tensor slope = ops::clamp(ops::sub(c.tensor(0), c.tensor(1)), -delta, delta);
        return opposite(c, ops::mul(slope, per_element(c, g[0], 2)));
      })
      .samples([](Samples& s) {
        s.add(
            {s.distinct({2, 3}), s.fixed({0, 0, 0, 0, 0, 0}, {2, 3}, DType::Float64), "sum", 0.35});
      });
}

// log(x), not below -100, as binary_cross_entropy limits it.
Tensor limited_log(const Tensor& x) { return ops::clamp(ops::log(x), -100.0); }

Tensor weighted(const Tensor& t, const Tensor& weight) {
  return weight.defined() ? ops::mul(t, weight) : t;
}

// log(1 + exp(-x)) without overflow.
Tensor softplus_of_minus(const Tensor& x) {
  return ops::add(ops::log1p(ops::exp(ops::neg(ops::abs(x)))), ops::clamp(ops::neg(x), 0.0));
}

void register_binary(Registry& r) {
  r.op("binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, str "
       "reduction='mean')"
       " -> Tensor")
      .doc(
          "-(target log(input) + (1 - target) log(1 - input)) for probabilities; logarithms are "
          "not "
          "below -100. torch.nn.functional.binary_cross_entropy")
      .in(kFunctional)
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        if (x.shape() != y.shape())
          fail(ErrorKind::Value, "Using a target size (", size_text(y.shape()),
               ") that is different to the input size (", size_text(x.shape()),
               ") is deprecated. Please ensure they have the same size.");
        check(x.dtype() == y.dtype(), "Found dtype ", scalar_type_name(y.dtype()), " but expected ",
              scalar_type_name(x.dtype()));
        for (const double p : x.to_vector())
          check(p >= 0 && p <= 1, "all elements of input should be between 0 and 1");
        const Tensor one_minus = ops::sub(1, x);
        const Tensor loss =
            ops::sub(ops::mul(ops::sub(y, 1), limited_log(one_minus)), ops::mul(y, limited_log(x)));
        return reduced(weighted(loss, a.tensor(2)), a.string(3));
      })
      .saves({"input", "target", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), y = c.tensor(1);
        const Tensor each = weighted(per_element(c, g[0], 3), c.tensor(2));
        TensorList out(3);
        if (c.needs(0)) {
          const Tensor scale = ops::clamp(ops::mul(ops::sub(1, x), x), 1e-12);
          out[0] = ops::mul(each, ops::div(ops::sub(x, y), scale));
        }
        if (c.needs(1))
          out[1] = ops::mul(each, ops::sub(limited_log(ops::sub(1, x)), limited_log(x)));
        return out;
      })
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.2, 0.8), s.uniform({2, 3}, 0.2, 0.8)});
        s.add({s.uniform({2, 3}, 0.2, 0.8), s.uniform({2, 3}, 0.2, 0.8),
               s.fixed({0.5, 1, 2}, {3}, DType::Float64), "sum"});
      });
  r.op("binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, "
       "str reduction='mean', Tensor? pos_weight=None) -> Tensor")
      .doc(
          "binary_cross_entropy of sigmoid(input), computed without overflow; pos_weight scales "
          "the "
          "loss of positive targets. torch.nn.functional.binary_cross_entropy_with_logits")
      .in(kFunctional)
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        if (x.shape() != y.shape())
          fail(ErrorKind::Value, "Target size (", size_text(y.shape()),
               ") must be the same as input size (", size_text(x.shape()), ")");
        check(is_floating(y.dtype()), "result type ", scalar_type_name(x.dtype()),
              " can't be cast to the desired output type ", scalar_type_name(y.dtype()));
        Tensor negative = softplus_of_minus(x);
        if (a.has(4))
          negative = ops::mul(negative, ops::add(ops::mul(ops::sub(a.tensor(4), 1), y), 1));
        const Tensor loss = ops::add(ops::mul(ops::sub(1, y), x), negative);
        return reduced(weighted(loss, a.tensor(2)), a.string(3));
      })
      .saves({"input", "target", "weight", "pos_weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), y = c.tensor(1), positive = c.tensor(4);
        const Tensor each = weighted(per_element(c, g[0], 3), c.tensor(2));
        TensorList out(5);
        if (c.needs(0)) {
          const Tensor p = ops::sigmoid(x);
          if (positive.defined()) {
            const Tensor t = ops::mul(positive, y);
            out[0] = ops::mul(each, ops::sub(ops::mul(ops::add(t, ops::sub(1, y)), p), t));
          } else {
            out[0] = ops::mul(each, ops::sub(p, y));
          }
        }
        if (c.needs(1)) {
          Tensor slope = ops::neg(x);
          if (positive.defined())
            slope = ops::add(slope, ops::mul(ops::sub(positive, 1), softplus_of_minus(x)));
          out[1] = ops::mul(each, slope);
        }
        return out;
      })
      .samples([](Samples& s) {
        s.add({s.distinct({2, 3}), s.uniform({2, 3}, 0.2, 0.8)});
        s.add({s.distinct({2, 3}), s.uniform({2, 3}, 0.2, 0.8),
               s.fixed({0.5, 1, 2}, {3}, DType::Float64), "sum",
               s.fixed({3, 1, 2}, {3}, DType::Float64)});
      });
}

void register_divergences(Registry& r) {
  r.op("kl_div(Tensor input, Tensor target, str reduction='mean', bool log_target=False) -> Tensor")
      .doc(
          "target (log(target) - input), for log-probabilities input; 'batchmean' divides the sum "
          "by "
          "the batch size. torch.nn.functional.kl_div")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        Tensor loss;
        if (a.boolean(3)) {
          loss = ops::mul(ops::exp(y), ops::sub(y, x));
        } else {
          // 0 log(0) is 0 here.
          const Tensor zero = ops::eq(y.detach(), 0);
          const Tensor entropy = ops::mul(y, ops::log(ops::masked_fill(y, zero, 1.0)));
          loss = ops::sub(entropy, ops::mul(y, x));
        }
        if (a.string(2) == "batchmean")
          return ops::div(ops::sum(loss), static_cast<double>(x.dim() ? x.size(0) : 1));
        return reduced(loss, a.string(2));
      });
  r.op("poisson_nll_loss(Tensor input, Tensor target, bool log_input=True, bool full=False, "
       "float eps=1e-08, str reduction='mean') -> Tensor")
      .doc(
          "exp(input) - target input, the negative log likelihood of a Poisson distribution. "
          "torch.nn.functional.poisson_nll_loss")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        Tensor loss = a.boolean(2) ? ops::sub(ops::exp(x), ops::mul(y, x))
                                   : ops::sub(x, ops::mul(y, ops::log(ops::add(x, a.number(4)))));
        if (a.boolean(3)) {  // Stirling's approximation of log(target!)
          const Tensor stirling = ops::add(ops::sub(ops::mul(y, ops::log(y)), y),
                                           ops::mul(ops::log(ops::mul(y, 2 * M_PI)), 0.5));
          loss = ops::add(loss, ops::masked_fill(stirling, ops::le(y.detach(), 1), 0.0));
        }
        return reduced(loss, a.string(5));
      });
  r.op("soft_margin_loss(Tensor input, Tensor target, str reduction='mean') -> Tensor")
      .doc(
          "log(1 + exp(-target input)) for targets of 1 and -1. "
          "torch.nn.functional.soft_margin_loss")
      .in(kFunctional)
      .fused([](const Args& a) {
        return reduced(softplus_of_minus(ops::mul(a.tensor(0), a.tensor(1))), a.string(2));
      })
      .samples([](Samples& s) {
        s.add({s.distinct({3}), s.fixed({1, -1, 1}, {3}, DType::Float64)});
      });
  r.op("hinge_embedding_loss(Tensor input, Tensor target, float margin=1.0, str reduction='mean')"
       " -> Tensor")
      .doc(
          "input where target is 1, max(0, margin - input) where it is -1. "
          "torch.nn.functional.hinge_embedding_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        const Tensor margin = clamp_min(ops::sub(a.number(2), x), 0.0);
        const Tensor apart = ops::where(ops::eq(y, 1), ops::zeros_like(margin), margin);
        const Tensor close = ops::where(ops::eq(y, -1), ops::zeros_like(x), x);
        return reduced(ops::add(apart, close), a.string(3));
      });
  r.op("margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, "
       "str reduction='mean') -> Tensor")
      .doc("max(0, -target (input1 - input2) + margin). torch.nn.functional.margin_ranking_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        const Tensor d = ops::mul(ops::neg(a.tensor(2)), ops::sub(a.tensor(0), a.tensor(1)));
        return reduced(clamp_min(ops::add(d, a.number(3)), 0.0), a.string(4));
      });
}

}  // namespace

void register_loss(Registry& r) {
  if constexpr (kTraining) {
    register_regression(r);
    register_binary(r);
    register_divergences(r);
  }
  register_classification(r);
  if constexpr (kTraining) {
    register_distance(r);
    register_margin_losses(r);
  }
}

}  // namespace gradbox
