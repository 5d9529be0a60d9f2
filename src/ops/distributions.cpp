// Random numbers of named distributions, in place, and the dropouts of whole channels. The numbers
// for a seed are PyTorch's (ATen/core/TransformationHelper.h).
#include <algorithm>
#include <cmath>

#include "core/generator.h"
#include "ops/families.h"

namespace gradbox {
namespace {

using Draw = double (*)(Generator& g, double a, double b);

struct Row {
  const char* name;
  const char* doc;
  const char* arguments;
  Draw draw;
};

const Row kRows[] = {
    {"exponential", "Exponentially distributed numbers. torch.Tensor.exponential_", "float lambd=1",
     [](Generator& g, double lambd, double) {
       return -1 / lambd * std::log1p(-g.uniform_double());
     }},
    {"geometric", "Numbers of tries until the first success. torch.Tensor.geometric_", "float p",
     [](Generator& g, double p, double) {
       return std::ceil(std::log(g.uniform_double()) / std::log1p(-p));
     }},
    {"cauchy", "Cauchy distributed numbers. torch.Tensor.cauchy_", "float median=0, float sigma=1",
     [](Generator& g, double median, double sigma) {
       return median + sigma * std::tan(M_PI * (g.uniform_double() - 0.5));
     }},
    {"log_normal", "Numbers whose logarithm is normal. torch.Tensor.log_normal_",
     "float mean=1, float std=2",
     [](Generator& g, double mean, double std) { return std::exp(g.normal() * std + mean); }},
};

// Knuth's product of uniform numbers for small rates; for others transformed rejection (Hoermann
// 1993), as numpy and PyTorch have it.
double poisson(Generator& g, double rate) {
  if (rate == 0) return 0;
  if (rate < 10) {
    const double limit = std::exp(-rate);
    double product = g.uniform_double(), count = 0;
    for (; product > limit; ++count) product *= g.uniform_double();
    return count;
  }
  const double b = 0.931 + 2.53 * std::sqrt(rate), a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = g.uniform_double() - 0.5, v = g.uniform_double();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b) <=
        -rate + k * std::log(rate) - std::lgamma(k + 1))
      return k;
  }
}

// Marsaglia and Tsang 2000, "A simple method for generating gamma variables".
double standard_gamma(Generator& g, double alpha) {
  double scale = 1;
  if (alpha < 1) {
    if (alpha == 0) return 0;
    scale = std::pow(1 - g.uniform_double(), 1 / alpha);
    alpha += 1;
  }
  const double d = alpha - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    double x = 0, y = 0;
    do {
      x = g.normal();
      y = 1 + c * x;
    } while (y <= 0);
    const double v = y * y * y, u = 1 - g.uniform_double(), xx = x * x;
    if (u < 1 - 0.0331 * xx * xx || std::log(u) < 0.5 * xx + d * (1 - v + std::log(v)))
      return scale * d * v;
  }
}

// One number for each element, which is the distribution's parameter.
Tensor drawn(const Tensor& parameters, double (*draw)(Generator&, double)) {
  const Tensor x = parameters.contiguous_raw(), out = Tensor::empty(x.shape(), x.dtype());
  dispatch_floating(x.dtype(), "distribution", [&](auto tag) {
    using T = decltype(tag);
    for (std::int64_t i = 0; i < x.numel(); ++i)
      out.data<T>()[i] =
          static_cast<T>(draw(active_generator(), static_cast<double>(x.data<T>()[i])));
  });
  return out;
}

Tensor coin_flips(const Dims& shape, double p, DType dtype) {
  return call("bernoulli", {Tensor::full(shape, 0, dtype), p}).get<Tensor>();
}

void check_probability(double p) {
  if (p < 0 || p > 1)
    fail(ErrorKind::Value, "dropout probability has to be between 0 and 1, but got ", p);
}

// One number for each channel of each sample. Without a batch dimension there is one sample.
Dims channel_shape(const Tensor& x, bool batched) {
  Dims shape(static_cast<std::size_t>(x.dim()), 1);
  shape[0] = x.size(0);
  if (batched && x.dim() > 1) shape[1] = x.size(1);
  return shape;
}

Tensor alpha_dropout(const Tensor& x, double p, bool training, const Dims& noise_shape) {
  check_probability(p);
  if (p == 0 || !training || x.numel() == 0) return x;
  if (p == 1) return ops::mul(x, Tensor::full({}, 0, x.dtype()));
  constexpr double kAlpha = 1.7580993408473766;
  const Tensor keep = coin_flips(noise_shape, 1 - p, x.dtype());
  const double a = 1 / std::sqrt((kAlpha * kAlpha * p + 1) * (1 - p));
  const Tensor shift = ops::add(ops::mul(ops::sub(keep, 1), kAlpha * a), kAlpha * a * p);
  return ops::add(ops::mul(x, ops::mul(keep, a)), shift);
}

void register_dropouts(Registry& r) {
  for (const std::int64_t n : {1, 2, 3}) {
    const std::string name = "dropout" + std::to_string(n) + "d";
    r.op(name + "(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor")
        .doc("dropout of whole channels. torch.nn.functional." + name)
        .in(kFunctional)
        .composite([n](const Args& a) -> Tensor {
          const Tensor x = a.tensor(0);
          const double p = a.number(1);
          check_probability(p);
          if (p == 0 || !a.boolean(2) || x.numel() == 0) return x;
          if (p == 1) return ops::mul(x, Tensor::full({}, 0, x.dtype()));
          // dropout2d takes 3 dimensions for a batch of [c, l], for old times' sake.
          const bool batched = x.dim() == n + 2 || n == 2;
          return ops::mul(x,
                          ops::div(coin_flips(channel_shape(x, batched), 1 - p, x.dtype()), 1 - p));
        });
  }
  r.op("alpha_dropout(Tensor input, float p=0.5, bool training=False, bool inplace=False) -> "
       "Tensor")
      .doc(
          "dropout that keeps mean and variance of what comes out of selu. "
          "torch.nn.functional.alpha_dropout")
      .in(kFunctional)
      .composite([](const Args& a) {
        return alpha_dropout(a.tensor(0), a.number(1), a.boolean(2), a.tensor(0).shape());
      });
  r.op("feature_alpha_dropout(Tensor input, float p=0.5, bool training=False, bool inplace=False) "
       "-> Tensor")
      .doc("alpha_dropout of whole channels. torch.nn.functional.feature_alpha_dropout")
      .in(kFunctional)
      .composite([](const Args& a) {
        check(a.tensor(0).dim() >= 2,
              "Feature dropout requires at least 2 dimensions in the input");
        return alpha_dropout(a.tensor(0), a.number(1), a.boolean(2),
                             channel_shape(a.tensor(0), true));
      });
  r.op("rrelu(Tensor self, float lower=0.125, float upper=0.3333333333333333, bool training=False, "
       "bool inplace=False) -> Tensor")
      .doc(
          "leaky_relu whose slopes are drawn from [lower, upper) in training, their mean "
          "otherwise. torch.nn.functional.rrelu")
      .in(kTorch | kFunctional)
      .node("RreluWithNoiseBackward0")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0).contiguous_raw(),
                     slopes = Tensor::full(x.shape(), 1, x.dtype());
        dispatch_floating(x.dtype(), "rrelu_with_noise_out_cpu", [&](auto tag) {
          using T = decltype(tag);
          const double low = a.number(1), high = a.number(2);
          // Only elements that aren't positive draw a number.
          for (std::int64_t i = 0; i < x.numel(); ++i)
            if (x.data<T>()[i] <= 0)
              slopes.data<T>()[i] = static_cast<T>(
                  a.boolean(3) ? active_generator().uniform_double() * (high - low) + low
                               : (low + high) / 2);
        });
        a.stash(slopes);
        return ops::mul(x, slopes);
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::mul(g[0], c.stash(0))};
      })
      .decomposition([](const Args& a) {
        return call("leaky_relu", {a[0], (a.number(1) + a.number(2)) / 2}).get<Tensor>();
      })
      .inplace()
      .samples(sample_distinct());
}

// Without replacement: the largest of probability / exponential numbers. With: by the running sum.
Tensor multinomial(const Args& a) {
  const Tensor w = a.tensor(0).contiguous_raw();
  check(w.dim() == 1 || w.dim() == 2, "prob_dist must be 1 or 2 dim");
  check(is_floating(w.dtype()), "multinomial only supports floating-point dtypes for input, got: ",
        scalar_type_name(w.dtype()));
  const std::int64_t n = w.size(-1), rows = w.dim() == 2 ? w.size(0) : 1, k = a.integer(1);
  check(k > 0, "cannot sample n_sample <= 0 samples");
  check(a.boolean(2) || k <= n,
        "cannot sample n_sample > prob_dist.size(-1) samples without replacement");
  std::vector<double> p = w.to_vector();
  for (const double v : p)
    check(v >= 0 && std::isfinite(v),
          "probability tensor contains either `inf`, `nan` or element < 0");
  for (std::int64_t row = 0; row < rows; ++row) {
    double total = 0;
    for (std::int64_t i = 0; i < n; ++i) total += p[static_cast<std::size_t>(row * n + i)];
    check(total > 0, "invalid multinomial distribution (sum of probabilities <= 0)");
  }
  Generator& g = active_generator();
  if (!a.boolean(2)) {
    const Tensor noise = Tensor::empty(w.shape(), w.dtype());
    dispatch_floating(w.dtype(), "multinomial", [&](auto tag) {
      using T = decltype(tag);
      for (std::int64_t i = 0; i < w.numel(); ++i)
        noise.data<T>()[i] = static_cast<T>(-std::log1p(-g.uniform_double()));
    });
    const Tensor q = ops::div(w, noise);
    if (k == 1) return ops::argmax(q, -1, true);
    return call("topk", {q, a[1]}).get<TensorList>()[1];
  }
  const Tensor out = Tensor::empty(w.dim() == 2 ? Dims{rows, k} : Dims{k}, DType::Int64);
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto first = p.begin() + static_cast<std::ptrdiff_t>(row * n),
               last = first + static_cast<std::ptrdiff_t>(n);
    double total = 0;
    for (auto it = first; it != last; ++it) *it = total += *it;
    for (auto it = first; it != last; ++it) *it /= total;
    *(last - 1) = 1;
    for (std::int64_t i = 0; i < k; ++i)
      out.data<std::int64_t>()[row * k + i] =
          std::lower_bound(first, last, g.uniform_double()) - first;
  }
  return out;
}

void register_filling(Registry& r) {
  const auto no_gradient = [](BackwardContext&, const TensorList& g) -> TensorList {
    return {ops::zeros_like(g[0])};
  };
  for (const Row& row : kRows) {
    r.op(std::string(row.name) + "(Tensor self, " + row.arguments + ") -> Tensor")
        .doc(row.doc)
        .in(kTensor)
        .forward([draw = row.draw, counts = std::string(row.name) == "geometric"](const Args& a) {
          const DType given = a.tensor(0).dtype();
          // Numbers of tries may go into integers.
          const Tensor t = Tensor::empty(a.tensor(0).shape(),
                                         counts && !is_floating(given) ? DType::Float64 : given);
          dispatch_floating(t.dtype(), "distribution", [&](auto tag) {
            using T = decltype(tag);
            for (std::int64_t i = 0; i < t.numel(); ++i)
              t.data<T>()[i] = static_cast<T>(
                  draw(active_generator(), a.number(1), a.size() > 2 ? a.number(2) : 0));
          });
          return t.to_raw(given);
        })
        .backward(no_gradient)
        .no_gradcheck("random")
        .inplace();
  }
}

}  // namespace

void register_distributions(Registry& r) {
  const auto no_gradient = [](BackwardContext&, const TensorList& g) -> TensorList {
    return {ops::zeros_like(g[0])};
  };
  if constexpr (kTraining) register_filling(r);
  if constexpr (kTraining) register_dropouts(r);
  r.op("poisson(Tensor self) -> Tensor")
      .doc("Poisson distributed numbers whose rates are the elements. torch.poisson")
      .in(kTorch)
      .forward([](const Args& a) { return drawn(a.tensor(0), poisson); })
      .backward(no_gradient)
      .no_gradcheck("random");
  r.op("_standard_gamma(Tensor self) -> Tensor")
      .doc("Gamma distributed numbers, no gradient. torch._standard_gamma")
      .in(kTorch)
      .forward([](const Args& a) { return drawn(a.tensor(0), standard_gamma); })
      .backward(no_gradient)
      .no_gradcheck("random");
  r.op("multinomial(Tensor self, int num_samples, bool replacement=False) -> Tensor")
      .doc("Indices drawn with the given weights. torch.multinomial")
      .forward(multinomial);
}

}  // namespace gradbox
