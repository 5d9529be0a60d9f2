// Losses with margins, of several labels, of distributions with a variance, and of sequences (CTC).
#include <cmath>
#include <limits>

#include "ops/families.h"

namespace gradbox {
namespace {

const OpHandle clamp_min{"clamp_min"};
const OpHandle logsigmoid{"logsigmoid"};

Tensor reduced(const Tensor& losses, const std::string& reduction) {
  if (reduction == "none") return losses;
  if (reduction == "sum") return ops::sum(losses);
  if (reduction != "mean") fail(ErrorKind::Value, reduction, " is not a valid value for reduction");
  return ops::mean(losses);
}

Tensor as_rows(const Tensor& t) { return t.dim() <= 1 ? ops::reshape(t, Dims{1, -1}) : t; }

Tensor multi_margin(const Args& a) {
  const Tensor x = as_rows(a.tensor(0)), y = ops::reshape(a.tensor(1), Dims{-1});
  check(x.dim() == 2 && y.numel() == x.size(0),
        "inconsistent target size, got: ", to_string(a.tensor(1).shape()));
  check(a.number(2) == 1 || a.number(2) == 2, "only p == 1 and p == 2 supported");
  const Tensor at = ops::unsqueeze(y, 1);
  Tensor loss = clamp_min(ops::add(ops::sub(x, ops::gather(x, 1, at)), a.number(3)), 0.0);
  if (a.number(2) == 2) loss = ops::mul(loss, loss);
  if (a.has(4)) loss = ops::mul(loss, ops::unsqueeze(ops::index_select(a.tensor(4), 0, y), 1));
  // The target's own class doesn't count.
  const Tensor own = ops::ne(call("scatter", {ops::zeros_like(x.detach()), 1, at, 1.0}), 0);
  const Tensor each = ops::div(ops::sum(ops::masked_fill(loss, own, 0.0), IntList{1}),
                               static_cast<double>(x.size(1)));
  return reduced(a.tensor(0).dim() <= 1 ? ops::reshape(each, Dims{}) : each, a.string(5));
}

// Targets are class indices up to the first -1.
Tensor multilabel_margin(const Args& a) {
  const Tensor x = as_rows(a.tensor(0)), y = as_rows(a.tensor(1));
  check(x.shape() == y.shape(), "inconsistent target size: ", to_string(a.tensor(1).shape()),
        " for input of size: ", to_string(a.tensor(0).shape()));
  const Tensor listed = ops::eq(ops::cumsum(ops::to(ops::lt(y, 0), DType::Int64), 1), 0);
  const Tensor at = ops::clamp(y, 0), kept = ops::to(listed, x.dtype());
  const Tensor is_target = ops::gt(ops::scatter_add(ops::zeros_like(x.detach()), 1, at, kept), 0);
  const Tensor wanted = ops::gather(x, 1, at);  // [n, labels]
  // Every label against every class that isn't one.
  const Tensor gaps =
      clamp_min(ops::add(ops::sub(ops::unsqueeze(x, 1), ops::unsqueeze(wanted, 2)), 1), 0.0);
  const Tensor counted =
      ops::logical_and(ops::unsqueeze(listed, 2), ops::unsqueeze(ops::logical_not(is_target), 1));
  const Tensor sums =
      ops::sum(ops::masked_fill(gaps, ops::logical_not(counted), 0.0), IntList{1, 2});
  const Tensor each = ops::div(sums, static_cast<double>(x.size(1)));
  return reduced(a.tensor(0).dim() <= 1 ? ops::reshape(each, Dims{}) : each, a.string(2));
}

void register_margins(Registry& r) {
  r.op("multi_margin_loss(Tensor input, Tensor target, Scalar p=1, float margin=1.0, Tensor? "
       "weight=None, str reduction='mean') -> Tensor")
      .doc(
          "max(0, margin - input[target] + input[i])^p, mean over the other classes. "
          "torch.nn.functional.multi_margin_loss")
      .in(kFunctional)
      .fused(multi_margin)
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.fixed({2, 0}, {2}, DType::Int64), 2});
      });
  r.op("multilabel_margin_loss(Tensor input, Tensor target, str reduction='mean') -> Tensor")
      .doc(
          "max(0, 1 - input[label] + input[i]) over all labels and other classes. "
          "torch.nn.functional.multilabel_margin_loss")
      .in(kFunctional)
      .fused(multilabel_margin)
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.fixed({2, -1, 0, 0, 1, -1}, {2, 3}, DType::Int64)});
      });
  r.op("multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight=None, str "
       "reduction='mean') -> Tensor")
      .doc(
          "binary_cross_entropy_with_logits, mean over classes. "
          "torch.nn.functional.multilabel_soft_margin_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        Tensor loss = ops::neg(ops::add(ops::mul(y, logsigmoid(x)),
                                        ops::mul(ops::sub(1, y), logsigmoid(ops::neg(x)))));
        if (a.has(2)) loss = ops::mul(loss, a.tensor(2));
        return reduced(ops::div(ops::sum(loss, IntList{-1}), static_cast<double>(x.size(-1))),
                       a.string(3));
      });
  r.op("gaussian_nll_loss(Tensor input, Tensor target, Tensor|Scalar var, bool full=False, float "
       "eps=1e-06, str reduction='mean') -> Tensor")
      .doc(
          "Negative log likelihood of a normal distribution with the variances var. "
          "torch.nn.functional.gaussian_nll_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        Tensor var = a.tensor(2);
        if (var.shape() != x.shape()) {
          // One variance a sample, or one for all.
          const bool short_by_one = var.dim() + 1 == x.dim() &&
                                    var.shape() == Dims(x.shape().begin(), x.shape().end() - 1);
          if (short_by_one) var = ops::unsqueeze(var, -1);
          else if (!is_expandable_to(var.shape(), x.shape()))
            fail(ErrorKind::Value, "var is of incorrect size");
        }
        for (const double v : var.to_vector())
          if (v < 0) fail(ErrorKind::Value, "var has negative entry/entries");
        // The limit has no gradient of its own.
        const Tensor low = ops::lt(var.detach(), a.number(4));
        var = ops::add(
            var, ops::masked_fill(ops::sub(a.number(4), var.detach()), ops::logical_not(low), 0.0));
        const Tensor d = ops::sub(x, y);
        Tensor loss = ops::mul(ops::add(ops::log(var), ops::div(ops::mul(d, d), var)), 0.5);
        if (a.boolean(3)) loss = ops::add(loss, 0.5 * std::log(2 * M_PI));
        return reduced(loss, a.string(5));
      });
  r.op("triplet_margin_with_distance_loss(Tensor anchor, Tensor positive, Tensor negative, *, "
       "float margin=1.0, bool swap=False, str reduction='mean') -> Tensor")
      .doc(
          "triplet_margin_loss, with the default distance. "
          "torch.nn.functional.triplet_margin_with_distance_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        return call("triplet_margin_loss", {a[0], a[1], a[2], a.number(3), 2.0, 1e-6, a[4], a[5]})
            .get<Tensor>();
      });
}

// ---- connectionist temporal classification, Graves et al. 2006 ----

constexpr double kNever = -std::numeric_limits<double>::infinity();

double log_add(double a, double b) {
  if (a == kNever) return b;
  if (b == kNever) return a;
  return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

// One sample: logs [steps, classes] with the given row distance; its loss, and minus the expected
// use of every class at every step in `use`.
double ctc_sample(const double* logs, std::int64_t step, std::int64_t steps, std::int64_t classes,
                  const std::vector<std::int64_t>& labels, std::int64_t blank, double* use) {
  const std::size_t n = 2 * labels.size() + 1;  // labels with blanks around
  const auto label = [&](std::size_t s) { return s % 2 ? labels[s / 2] : blank; };
  const auto skips = [&](std::size_t s) {
    return s >= 2 && s % 2 && labels[s / 2] != labels[s / 2 - 1];
  };
  const auto t_count = static_cast<std::size_t>(steps);
  std::vector<double> alpha(t_count * n, kNever), beta(t_count * n, kNever);
  if (steps == 0) return labels.empty() ? 0 : -kNever;
  for (std::size_t t = 0; t < t_count; ++t)
    for (std::size_t s = 0; s < n; ++s) {
      double v = kNever;
      if (t == 0) {
        v = s < 2 ? 0 : kNever;
      } else {
        v = alpha[(t - 1) * n + s];
        if (s > 0) v = log_add(v, alpha[(t - 1) * n + s - 1]);
        if (skips(s)) v = log_add(v, alpha[(t - 1) * n + s - 2]);
      }
      alpha[t * n + s] = v + logs[static_cast<std::int64_t>(t) * step + label(s)];
    }
  for (std::size_t t = t_count; t-- > 0;)
    for (std::size_t s = n; s-- > 0;) {
      double v = kNever;
      if (t + 1 == t_count) {
        v = s + 2 >= n ? 0 : kNever;
      } else {
        v = beta[(t + 1) * n + s];
        if (s + 1 < n) v = log_add(v, beta[(t + 1) * n + s + 1]);
        if (s + 2 < n && skips(s + 2)) v = log_add(v, beta[(t + 1) * n + s + 2]);
      }
      beta[t * n + s] = v + logs[static_cast<std::int64_t>(t) * step + label(s)];
    }
  double total = alpha[(t_count - 1) * n + n - 1];
  if (n > 1) total = log_add(total, alpha[(t_count - 1) * n + n - 2]);
  std::vector<double> sums(static_cast<std::size_t>(classes));
  for (std::size_t t = 0; t < t_count; ++t) {
    std::fill(sums.begin(), sums.end(), kNever);
    for (std::size_t s = 0; s < n; ++s) {
      double& sum = sums[static_cast<std::size_t>(label(s))];
      sum = log_add(sum, alpha[t * n + s] + beta[t * n + s]);
    }
    for (std::int64_t c = 0; c < classes; ++c) {
      const double log_p = logs[static_cast<std::int64_t>(t) * step + c];
      // PyTorch's gradient: right for log-probabilities that come out of log_softmax.
      use[static_cast<std::int64_t>(t) * step + c] =
          std::exp(log_p) - std::exp(sums[static_cast<std::size_t>(c)] - total - log_p);
    }
  }
  return -total;
}

Tensor ctc_losses(const Args& a) {
  const Tensor given = a.tensor(0), logs = given.to_raw(DType::Float64).contiguous_raw();
  check(given.dim() == 3, "ctc_loss: log_probs must be [steps, samples, classes]");
  const std::int64_t samples = logs.size(1), classes = logs.size(2), step = samples * classes;
  const IntList &lengths = a.ints(2), &target_lengths = a.ints(3);
  const Tensor targets = a.tensor(1);
  check(static_cast<std::int64_t>(lengths.size()) == samples,
        "input_lengths must be of size batch_size");
  check(static_cast<std::int64_t>(target_lengths.size()) == samples,
        "target_lengths must be of size batch_size");
  check(a.integer(4) >= 0 && a.integer(4) < classes, "blank must be in label range");
  const std::vector<double> flat = targets.to_vector();
  const Tensor losses = Tensor::empty({samples}, DType::Float64),
               use = Tensor::full(logs.shape(), 0, DType::Float64);
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    const auto k = static_cast<std::size_t>(i);
    check(lengths[k] <= logs.size(0), "Expected input_lengths to have value at most ", logs.size(0),
          ", but got value ", lengths[k]);
    std::vector<std::int64_t> labels;
    const std::int64_t first = targets.dim() == 2 ? i * targets.size(1) : at;
    for (std::int64_t j = 0; j < target_lengths[k]; ++j)
      labels.push_back(static_cast<std::int64_t>(flat.at(static_cast<std::size_t>(first + j))));
    at += target_lengths[k];
    double* slot = use.data<double>() + i * classes;
    double loss = ctc_sample(logs.data<double>() + i * classes, step, lengths[k], classes, labels,
                             a.integer(4), slot);
    if (a.boolean(5) && std::isinf(loss)) {
      loss = 0;
      for (std::int64_t t = 0; t < lengths[k]; ++t)
        std::fill(slot + t * step, slot + t * step + classes, 0);
    }
    losses.data<double>()[i] = loss;
  }
  a.stash(use.to_raw(given.dtype()));
  return losses.to_raw(given.dtype());
}

void register_ctc(Registry& r) {
  r.op("_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int "
       "blank, bool zero_infinity) -> Tensor")
      .doc("The loss of every sample.")
      .in(0)
      .node("CtcLossBackward0")
      .forward(ctc_losses)
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {ops::mul(c.stash(0), ops::unsqueeze(ops::unsqueeze(g[0], 0), -1))};
      })
      .no_gradcheck("PyTorch's gradient holds for normalised log-probabilities only");
  r.op("ctc_loss(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, "
       "int blank=0, str reduction='mean', bool zero_infinity=False) -> Tensor")
      .doc(
          "Loss of unaligned label sequences: log_probs [steps, samples, classes], targets "
          "[samples, longest] or one after another. torch.nn.functional.ctc_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        const bool single = a.tensor(0).dim() == 2;
        const Tensor logs = single ? ops::unsqueeze(a.tensor(0), 1) : a.tensor(0);
        const auto lengths = [](const Tensor& t, const char* name) {
          check(!is_floating(t.dtype()), name, "_lengths must be integral");
          IntList out;
          for (const double v : t.to_vector()) out.push_back(static_cast<std::int64_t>(v));
          return out;
        };
        const IntList in = lengths(a.tensor(2), "input"), out = lengths(a.tensor(3), "target");
        const Tensor losses = call("_ctc_loss", {logs, a[1], in, out, a[4], a[6]}).get<Tensor>();
        if (a.string(5) == "mean")
          return ops::mean(ops::div(
              losses, ops::clamp(ops::to(ops::reshape(a.tensor(3), Dims{-1}), losses.dtype()), 1)));
        const Tensor all = reduced(losses, a.string(5));
        return single && all.dim() ? ops::squeeze(all, 0) : all;
      });
}

}  // namespace

void register_margin_losses(Registry& r) {
  register_margins(r);
  register_ctc(r);
}

}  // namespace gradbox
