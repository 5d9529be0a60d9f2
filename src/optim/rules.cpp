// SGD, Adam, AdamW, RMSprop, Adagrad, each as one loop over a parameter's memory. The order of
// operations within an element is that of PyTorch's (torch/optim/*.py, single tensor form), so that
// results agree to the last rounding.
#include "optim/rules.h"

#include <cmath>

#include "optim/options.h"

namespace gradbox {

namespace {

class Sgd : public Optimizer {
 public:
  explicit Sgd(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "SGD"; }

 protected:
  void check_options(const Options& o) const override {
    at_least_zero(o, "lr", "learning rate");
    at_least_zero(o, "momentum", "momentum value");
    at_least_zero(o, "weight_decay", "weight_decay value");
    if (flag(o, "nesterov") && (number(o, "momentum") <= 0 || number(o, "dampening") != 0))
      fail(ErrorKind::Value, "Nesterov momentum requires a momentum and zero dampening");
  }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    const bool use_momentum = number(o, "momentum") != 0;
    const bool first = use_momentum && !s.has("momentum_buffer");
    const Tensor buffer = use_momentum ? s.get("momentum_buffer", param) : Tensor();
    each(param, "SGD", [&](auto tag) {
      using T = decltype(tag);
      const T momentum = static_cast<T>(number(o, "momentum")),
              keep = static_cast<T>(1 - number(o, "dampening"));
      const T step = static_cast<T>(-number(o, "lr"));
      T* p = param.data<T>();
      const std::int64_t n = param.numel();
      with_gradient<T>(param, grad, o, [&](auto d) {
        if (!use_momentum) {
          for (std::int64_t i = 0; i < n; ++i) p[i] += step * d(i);
          return;
        }
        T* b = buffer.data<T>();
        decide(flag(o, "nesterov"), [&](auto nesterov) {
          decide(first, [&](auto fresh) {
            for (std::int64_t i = 0; i < n; ++i) {
              const T v = d(i), next = fresh ? v : b[i] * momentum + keep * v;
              b[i] = next;
              p[i] += step * (nesterov ? v + momentum * next : next);
            }
          });
        });
      });
    });
  }
};

// Adam, Kingma & Ba 2015; AdamW, Loshchilov & Hutter 2019: decay on the parameter, not the
// gradient.
class Adam : public Optimizer {
 public:
  Adam(Options o, bool decoupled) : Optimizer(std::move(o)), decoupled_(decoupled) {}
  const char* name() const override { return decoupled_ ? "AdamW" : "Adam"; }

 protected:
  void check_options(const Options& o) const override {
    at_least_zero(o, "lr", "learning rate");
    at_least_zero(o, "eps", "epsilon value");
    check_betas(o);
    at_least_zero(o, "weight_decay", "weight_decay value");
  }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    const double beta1 = beta(o, 0), beta2 = beta(o, 1), lr = number(o, "lr");
    const auto n = static_cast<double>(s.step);
    const double step_size = lr / (1 - std::pow(beta1, n));
    const double root_correction = std::sqrt(1 - std::pow(beta2, n));
    s.get("exp_avg", param);
    s.get("exp_avg_sq", param);
    const bool amsgrad = flag(o, "amsgrad");
    if (amsgrad) s.get("max_exp_avg_sq", param);
    each(param, name(), [&](auto tag) {
      using T = decltype(tag);
      T* p = param.data<T>();
      T* m = s.get("exp_avg", param).template data<T>();
      T* v = s.get("exp_avg_sq", param).template data<T>();
      T* top = amsgrad ? s.get("max_exp_avg_sq", param).template data<T>() : nullptr;
      const T b1 = static_cast<T>(beta1), c1 = static_cast<T>(1 - beta1);
      const T b2 = static_cast<T>(beta2), c2 = static_cast<T>(1 - beta2);
      const T correction = static_cast<T>(root_correction), eps = static_cast<T>(number(o, "eps"));
      const T step = static_cast<T>(-step_size);
      const T shrink = decoupled_ ? static_cast<T>(1 - lr * number(o, "weight_decay")) : T(1);
      const std::int64_t n = param.numel();
      const auto update = [&](auto d, auto keeps_top) {
        for (std::int64_t i = 0; i < n; ++i) {
          const T g = d(i);
          const T mean = m[i] * b1 + c1 * g, square = v[i] * b2 + c2 * g * g;
          m[i] = mean;
          v[i] = square;
          T largest = square;
          if constexpr (decltype(keeps_top)::value) {
            largest = std::isnan(square) || square > top[i] ? square : top[i];
            top[i] = largest;
          }
          const T denominator = std::sqrt(largest) / correction + eps;
          p[i] = p[i] * shrink + step * mean / denominator;
        }
      };
      with_gradient<T>(
          param, grad, o, [&](auto d) { decide(amsgrad, [&](auto top) { update(d, top); }); },
          !decoupled_);
    });
  }

 private:
  bool decoupled_;
};

class RmsProp : public Optimizer {
 public:
  explicit RmsProp(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "RMSprop"; }

 protected:
  void check_options(const Options& o) const override {
    at_least_zero(o, "lr", "learning rate");
    at_least_zero(o, "eps", "epsilon value");
    at_least_zero(o, "momentum", "momentum value");
    at_least_zero(o, "weight_decay", "weight_decay value");
    at_least_zero(o, "alpha", "alpha value");
  }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    const bool centered = flag(o, "centered"), use_momentum = number(o, "momentum") > 0;
    s.get("square_avg", param);
    if (use_momentum) s.get("momentum_buffer", param);
    if (centered) s.get("grad_avg", param);
    each(param, "RMSprop", [&](auto tag) {
      using T = decltype(tag);
      const auto d = gradient<T>(param, grad, o);
      T* p = param.data<T>();
      T* sq = s.get("square_avg", param).template data<T>();
      T* b = use_momentum ? s.get("momentum_buffer", param).template data<T>() : nullptr;
      T* mean = centered ? s.get("grad_avg", param).template data<T>() : nullptr;
      const T alpha = static_cast<T>(number(o, "alpha")),
              rest = static_cast<T>(1 - number(o, "alpha"));
      const T eps = static_cast<T>(number(o, "eps")),
              momentum = static_cast<T>(number(o, "momentum"));
      const T step = static_cast<T>(-number(o, "lr"));
      for (std::int64_t i = 0; i < param.numel(); ++i) {
        const T g = d(i);
        sq[i] = sq[i] * alpha + rest * g * g;
        T average = sq[i];
        if (mean) {
          mean[i] = mean[i] * alpha + rest * g;
          average -= mean[i] * mean[i];
        }
        average = std::sqrt(average) + eps;
        if (b) {
          b[i] = b[i] * momentum + g / average;
          p[i] += step * b[i];
        } else {
          p[i] += step * g / average;
        }
      }
    });
  }
};

class Adagrad : public Optimizer {
 public:
  explicit Adagrad(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "Adagrad"; }

 protected:
  void check_options(const Options& o) const override {
    at_least_zero(o, "lr", "learning rate");
    at_least_zero(o, "lr_decay", "lr_decay value");
    at_least_zero(o, "weight_decay", "weight_decay value");
    at_least_zero(o, "initial_accumulator_value", "initial_accumulator_value value");
    at_least_zero(o, "eps", "epsilon value");
  }
  void init_state(State& s, const Tensor& param, const Options& o) override {
    s.get("sum", param, number(o, "initial_accumulator_value"));
  }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    const double rate =
        number(o, "lr") / (1 + static_cast<double>(s.step - 1) * number(o, "lr_decay"));
    const Tensor sum = s.get("sum", param, number(o, "initial_accumulator_value"));
    each(param, "Adagrad", [&](auto tag) {
      using T = decltype(tag);
      const auto d = gradient<T>(param, grad, o);
      T* p = param.data<T>();
      T* total = sum.data<T>();
      const T eps = static_cast<T>(number(o, "eps")), step = static_cast<T>(-rate);
      for (std::int64_t i = 0; i < param.numel(); ++i) {
        const T g = d(i);
        total[i] += g * g;
        p[i] += step * g / (std::sqrt(total[i]) + eps);
      }
    });
  }
};

Optimizer::Options adam_defaults(double weight_decay) {
  return {{"lr", 0.001},      {"betas", FloatList{0.9, 0.999}},
          {"eps", 1e-8},      {"weight_decay", weight_decay != 0 ? Value(weight_decay) : Value(0)},
          {"amsgrad", false}, {"maximize", false}};
}

}  // namespace

const std::vector<OptimizerKind>& optimizer_kinds() {
  static const std::vector<OptimizerKind> kinds = [] {
    std::vector<OptimizerKind> all = {
        {"SGD",
         {{"lr", Value()},
          {"momentum", 0},
          {"dampening", 0},
          {"weight_decay", 0},
          {"nesterov", false},
          {"maximize", false}},
         [](const Optimizer::Options& o) { return Ref<Optimizer>(new Sgd(o)); }},
        {"Adam", adam_defaults(0),
         [](const Optimizer::Options& o) { return Ref<Optimizer>(new Adam(o, false)); }},
        {"AdamW", adam_defaults(0.01),
         [](const Optimizer::Options& o) { return Ref<Optimizer>(new Adam(o, true)); }},
        {"RMSprop",
         {{"lr", 0.01},
          {"alpha", 0.99},
          {"eps", 1e-8},
          {"weight_decay", 0},
          {"momentum", 0},
          {"centered", false},
          {"maximize", false}},
         [](const Optimizer::Options& o) { return Ref<Optimizer>(new RmsProp(o)); }},
        {"Adagrad",
         {{"lr", 0.01},
          {"lr_decay", 0},
          {"weight_decay", 0},
          {"initial_accumulator_value", 0},
          {"eps", 1e-10},
          {"maximize", false}},
         [](const Optimizer::Options& o) { return Ref<Optimizer>(new Adagrad(o)); }},
    };
    for (OptimizerKind& k : more_optimizer_kinds()) all.push_back(std::move(k));
    return all;
  }();
  return kinds;
}

}  // namespace gradbox
