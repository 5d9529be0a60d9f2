// NAdam, RAdam, Adadelta, Adamax, ASGD, Rprop: as rules.cpp, each a loop over a parameter's memory
// in PyTorch's order of operations.
#include <algorithm>
#include <cmath>

#include "optim/options.h"
#include "optim/rules.h"

namespace gradbox {

namespace {

// A number that PyTorch keeps as a float32 tensor: rounding it is part of the result.
float& kept_number(Optimizer::State& s, const char* name, double start) {
  if (!s.has(name)) s.tensors.emplace_back(name, Tensor::full({}, start, DType::Float32));
  return *s.get(name, Tensor()).data<float>();
}

void check_adam_like(const Optimizer::Options& o) {
  at_least_zero(o, "lr", "learning rate");
  at_least_zero(o, "eps", "epsilon value");
  check_betas(o);
  at_least_zero(o, "weight_decay", "weight_decay value");
}

// Dozat 2016. The product of the coming step has mu twice, as in PyTorch 1.13 (once since 2.0).
class NAdam : public Optimizer {
 public:
  explicit NAdam(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "NAdam"; }

 protected:
  void check_options(const Options& o) const override {
    check_adam_like(o);
    at_least_zero(o, "momentum_decay", "momentum_decay value");
  }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    const auto n = static_cast<double>(s.step);
    const double beta1 = beta(o, 0), beta2 = beta(o, 1), lr = number(o, "lr"),
                 decay = number(o, "momentum_decay");
    const double mu = beta1 * (1 - 0.5 * std::pow(0.96, n * decay)),
                 mu_next = beta1 * (1 - 0.5 * std::pow(0.96, (n + 1) * decay));
    float& product = kept_number(s, "mu_product", 1);
    product *= static_cast<float>(mu);
    const double so_far = static_cast<double>(product);
    s.get("exp_avg", param);
    s.get("exp_avg_sq", param);
    each(param, "NAdam", [&](auto tag) {
      using T = decltype(tag);
      const auto d = gradient<T>(param, grad, o);
      T* p = param.data<T>();
      T* m = s.get("exp_avg", param).template data<T>();
      T* v = s.get("exp_avg_sq", param).template data<T>();
      const T correction = static_cast<T>(1 - std::pow(beta2, n)),
              eps = static_cast<T>(number(o, "eps"));
      const T by_grad = static_cast<T>(-lr * (1 - mu) / (1 - so_far)),
              by_mean = static_cast<T>(-lr * mu_next / (1 - so_far * mu * mu_next));
      for (std::int64_t i = 0; i < param.numel(); ++i) {
        const T g = d(i);
        m[i] = m[i] * static_cast<T>(beta1) + static_cast<T>(1 - beta1) * g;
        v[i] = v[i] * static_cast<T>(beta2) + static_cast<T>(1 - beta2) * g * g;
        const T denominator = std::sqrt(v[i] / correction) + eps;
        p[i] += by_grad * g / denominator;
        p[i] += by_mean * m[i] / denominator;
      }
    });
  }
};

// Liu et al. 2020.
class RAdam : public Optimizer {
 public:
  explicit RAdam(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "RAdam"; }

 protected:
  void check_options(const Options& o) const override { check_adam_like(o); }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    const auto n = static_cast<double>(s.step);
    const double beta1 = beta(o, 0), beta2 = beta(o, 1), lr = number(o, "lr");
    const double correction1 = 1 - std::pow(beta1, n), correction2 = 1 - std::pow(beta2, n);
    const double longest = 2 / (1 - beta2) - 1,
                 length = longest - 2 * n * std::pow(beta2, n) / correction2;
    const bool rectified = length > 5;
    const double factor = rectified ? std::sqrt((length - 4) * (length - 2) * longest /
                                                ((longest - 4) * (longest - 2) * length))
                                    : 1;
    s.get("exp_avg", param);
    s.get("exp_avg_sq", param);
    each(param, "RAdam", [&](auto tag) {
      using T = decltype(tag);
      const auto d = gradient<T>(param, grad, o);
      T* p = param.data<T>();
      T* m = s.get("exp_avg", param).template data<T>();
      T* v = s.get("exp_avg_sq", param).template data<T>();
      const T eps = static_cast<T>(number(o, "eps")), root = static_cast<T>(std::sqrt(correction2));
      for (std::int64_t i = 0; i < param.numel(); ++i) {
        const T g = d(i);
        m[i] = m[i] * static_cast<T>(beta1) + static_cast<T>(1 - beta1) * g;
        v[i] = v[i] * static_cast<T>(beta2) + static_cast<T>(1 - beta2) * g * g;
        T step = m[i] / static_cast<T>(correction1) * static_cast<T>(lr);
        if (rectified) step = step * (root / (std::sqrt(v[i]) + eps)) * static_cast<T>(factor);
        p[i] -= step;
      }
    });
  }
};

// Zeiler 2012.
class Adadelta : public Optimizer {
 public:
  explicit Adadelta(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "Adadelta"; }

 protected:
  void check_options(const Options& o) const override {
    at_least_zero(o, "lr", "learning rate");
    if (!(number(o, "rho") >= 0 && number(o, "rho") <= 1))
      fail(ErrorKind::Value, "Invalid rho value: ", python_text(option(o, "rho")));
    at_least_zero(o, "eps", "epsilon value");
    at_least_zero(o, "weight_decay", "weight_decay value");
  }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    s.get("square_avg", param);
    s.get("acc_delta", param);
    each(param, "Adadelta", [&](auto tag) {
      using T = decltype(tag);
      const auto d = gradient<T>(param, grad, o);
      T* p = param.data<T>();
      T* square = s.get("square_avg", param).template data<T>();
      T* moved = s.get("acc_delta", param).template data<T>();
      const T rho = static_cast<T>(number(o, "rho")), rest = static_cast<T>(1 - number(o, "rho"));
      const T eps = static_cast<T>(number(o, "eps")), step = static_cast<T>(-number(o, "lr"));
      for (std::int64_t i = 0; i < param.numel(); ++i) {
        const T g = d(i);
        square[i] = square[i] * rho + rest * g * g;
        const T delta = std::sqrt(moved[i] + eps) / std::sqrt(square[i] + eps) * g;
        moved[i] = moved[i] * rho + rest * delta * delta;
        p[i] += step * delta;
      }
    });
  }
};

// Kingma & Ba 2015, section 7.
class Adamax : public Optimizer {
 public:
  explicit Adamax(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "Adamax"; }

 protected:
  void check_options(const Options& o) const override { check_adam_like(o); }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    const double beta1 = beta(o, 0);
    const double rate = number(o, "lr") / (1 - std::pow(beta1, static_cast<double>(s.step)));
    s.get("exp_avg", param);
    s.get("exp_inf", param);
    each(param, "Adamax", [&](auto tag) {
      using T = decltype(tag);
      const auto d = gradient<T>(param, grad, o);
      T* p = param.data<T>();
      T* m = s.get("exp_avg", param).template data<T>();
      T* top = s.get("exp_inf", param).template data<T>();
      const T b2 = static_cast<T>(beta(o, 1)), eps = static_cast<T>(number(o, "eps")),
              step = static_cast<T>(-rate);
      for (std::int64_t i = 0; i < param.numel(); ++i) {
        const T g = d(i);
        m[i] = m[i] * static_cast<T>(beta1) + static_cast<T>(1 - beta1) * g;
        top[i] = std::max(top[i] * b2, std::abs(g) + eps);
        p[i] += step * m[i] / top[i];
      }
    });
  }
};

// Averaged stochastic gradient descent, Polyak & Juditsky 1992.
class Asgd : public Optimizer {
 public:
  explicit Asgd(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "ASGD"; }

 protected:
  void check_options(const Options& o) const override {
    at_least_zero(o, "lr", "learning rate");
    at_least_zero(o, "weight_decay", "weight_decay value");
  }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    const double lr = number(o, "lr"), lambd = number(o, "lambd"), n = static_cast<double>(s.step);
    kept_number(s, "eta", lr);
    kept_number(s, "mu", 1);
    s.get("ax", param);
    const double eta = static_cast<double>(kept_number(s, "eta", lr)),
                 mu = static_cast<double>(kept_number(s, "mu", 1));
    each(param, "ASGD", [&](auto tag) {
      using T = decltype(tag);
      const auto d = gradient<T>(param, grad, o);
      T* p = param.data<T>();
      T* mean = s.get("ax", param).template data<T>();
      for (std::int64_t i = 0; i < param.numel(); ++i) {
        const T g = d(i);
        p[i] *= static_cast<T>(1 - lambd * eta);
        p[i] += static_cast<T>(-eta) * g;
        if (mu != 1) mean[i] += (p[i] - mean[i]) * static_cast<T>(mu);
        else mean[i] = p[i];
      }
    });
    kept_number(s, "eta", lr) =
        static_cast<float>(lr / std::pow(1 + lambd * lr * n, number(o, "alpha")));
    kept_number(s, "mu", 1) = static_cast<float>(1 / std::max(1.0, n - number(o, "t0")));
  }
};

// Riedmiller & Braun 1993.
class Rprop : public Optimizer {
 public:
  explicit Rprop(Options o) : Optimizer(std::move(o)) {}
  const char* name() const override { return "Rprop"; }

 protected:
  void check_options(const Options& o) const override {
    at_least_zero(o, "lr", "learning rate");
    const double minus = pair_item(o, "etas", 0), plus = pair_item(o, "etas", 1);
    if (!(minus > 0 && minus < 1 && plus > 1))
      fail(ErrorKind::Value, "Invalid eta values: ", python_text(Value(minus)), ", ",
           python_text(Value(plus)));
  }
  void update(const Tensor& param, const Tensor& grad, State& s, const Options& o) override {
    ++s.step;
    s.get("prev", param);
    s.get("step_size", param, number(o, "lr"));
    each(param, "Rprop", [&](auto tag) {
      using T = decltype(tag);
      const auto d = gradient<T>(param, grad, o, false);
      T* p = param.data<T>();
      T* before = s.get("prev", param).template data<T>();
      T* size = s.get("step_size", param).template data<T>();
      const T minus = static_cast<T>(pair_item(o, "etas", 0)),
              plus = static_cast<T>(pair_item(o, "etas", 1));
      const T least = static_cast<T>(pair_item(o, "step_sizes", 0)),
              most = static_cast<T>(pair_item(o, "step_sizes", 1));
      for (std::int64_t i = 0; i < param.numel(); ++i) {
        T g = d(i);
        const T agreement = g * before[i];
        size[i] = std::min(std::max(size[i] * (agreement > 0   ? plus
                                               : agreement < 0 ? minus
                                                               : T(1)),
                                    least),
                           most);
        // Where the sign turned, this step is left out.
        if (agreement < 0) g = 0;
        p[i] -= size[i] * static_cast<T>((g > 0) - (g < 0));
        before[i] = g;
      }
    });
  }
};

template <class T>
Ref<Optimizer> make(const Optimizer::Options& o) {
  return Ref<Optimizer>(new T(o));
}

}  // namespace

std::vector<OptimizerKind> more_optimizer_kinds() {
  const FloatList betas{0.9, 0.999};
  return {
      {"NAdam",
       {{"lr", 0.002},
        {"betas", betas},
        {"eps", 1e-8},
        {"weight_decay", 0},
        {"momentum_decay", 0.004}},
       make<NAdam>},
      {"RAdam", {{"lr", 0.001}, {"betas", betas}, {"eps", 1e-8}, {"weight_decay", 0}}, make<RAdam>},
      {"Adadelta",
       {{"lr", 1.0}, {"rho", 0.9}, {"eps", 1e-6}, {"weight_decay", 0}, {"maximize", false}},
       make<Adadelta>},
      {"Adamax",
       {{"lr", 0.002}, {"betas", betas}, {"eps", 1e-8}, {"weight_decay", 0}, {"maximize", false}},
       make<Adamax>},
      {"ASGD",
       {{"lr", 0.01},
        {"lambd", 0.0001},
        {"alpha", 0.75},
        {"t0", 1000000.0},
        {"weight_decay", 0},
        {"maximize", false}},
       make<Asgd>},
      {"Rprop",
       {{"lr", 0.01},
        {"etas", FloatList{0.5, 1.2}},
        {"step_sizes", FloatList{1e-6, 50}},
        {"maximize", false}},
       make<Rprop>},
  };
}

}  // namespace gradbox
