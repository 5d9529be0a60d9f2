// Loss functions. reduction is 'none', 'mean' or 'sum'.
#include <cmath>

#include "ops/families.h"

namespace gradbox {
namespace {

Tensor reduced(const Tensor& t, const std::string& reduction) {
  if (reduction == "mean") return ops::mean(t);
  if (reduction == "sum") return ops::sum(t);
  if (reduction != "none") fail(ErrorKind::Value, reduction, " is not a valid value for reduction");
  return t;
}

// What the gradient of a reduced loss is for each element.
Tensor spread(const Tensor& g, const std::string& reduction, const Dims& shape) {
  return reduction == "mean" ? ops::div(g, static_cast<double>(std::max<std::int64_t>(product(shape), 1))) : g;
}

void check_pair(const Tensor& x, const Tensor& y) {
  if (is_integral(x.dtype(), true) && is_integral(y.dtype(), true))
    fail(ErrorKind::Runtime, "\"mse_cpu\" not implemented for '", scalar_type_name(x.dtype()), "'");
}

Tensor zero_of(const Tensor& t) { return Tensor::full({}, 0, t.dtype()); }


void register_distances(Registry& r) {
  const std::string pair = "(Tensor input, Tensor target, str reduction='mean') -> Tensor";
  const auto two = [](Samples& s) {
    s.add({s.randn({2, 3}), s.randn({2, 3})});
    s.add({s.randn({2, 3}), s.randn({2, 3}), "sum"});
  };
  r.op("mse_loss" + pair).doc("(input - target)^2. torch.nn.functional.mse_loss").in(kFunctional)
      .forward([](const Args& a) {
        check_pair(a.tensor(0), a.tensor(1));
        const Tensor d = ops::sub(a.tensor(0), a.tensor(1));
        return reduced(ops::mul(d, d), a.string(2));
      })
      .saves({"input", "target"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor d = ops::sub(c.tensor(0), c.tensor(1));
        const Tensor k = ops::mul(ops::mul(d, 2), spread(g[0], c.args().string(2), d.shape()));
        return {k, c.needs(1) ? ops::neg(k) : Tensor()};
      })
      .samples(two);
  r.op("l1_loss" + pair).doc("|input - target|. torch.nn.functional.l1_loss").in(kFunctional)
      .composite([](const Args& a) { return reduced(ops::abs(ops::sub(a.tensor(0), a.tensor(1))), a.string(2)); });
  r.op("smooth_l1_loss(Tensor input, Tensor target, str reduction='mean', float beta=1.0) -> Tensor").doc("Squared below beta, linear above. torch.nn.functional.smooth_l1_loss").in(kFunctional)
      .composite([](const Args& a) {
        const double beta = a.number(3);
        const Tensor d = ops::abs(ops::sub(a.tensor(0), a.tensor(1)));
        if (beta == 0) return reduced(d, a.string(2));
        return reduced(ops::where(ops::lt(d.detach(), beta), ops::div(ops::mul(d, d), 2 * beta), ops::sub(d, beta / 2)), a.string(2));
      });
  r.op("huber_loss(Tensor input, Tensor target, str reduction='mean', float delta=1.0) -> Tensor").doc("Squared below delta, linear above. torch.nn.functional.huber_loss").in(kFunctional)
      .composite([](const Args& a) {
        const double delta = a.number(3);
        const Tensor d = ops::abs(ops::sub(a.tensor(0), a.tensor(1)));
        return reduced(ops::where(ops::le(d.detach(), delta), ops::mul(ops::mul(d, d), 0.5), ops::mul(ops::sub(d, delta / 2), delta)), a.string(2));
      });
  r.op("kl_div(Tensor input, Tensor target, str reduction='mean', bool log_target=False) -> Tensor").doc("target * (log(target) - input). torch.nn.functional.kl_div").in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0), t = a.tensor(1);
        Tensor loss;
        if (a.boolean(3)) {
          loss = ops::mul(ops::exp(t), ops::sub(t, x));
        } else {
          const Tensor positive = ops::gt(t.detach(), 0);
          const Tensor safe = ops::where(positive, t, Tensor::full({}, 1, t.dtype()));
          loss = ops::sub(ops::where(positive, ops::mul(t, ops::log(safe)), zero_of(t)), ops::mul(t, x));
        }
        if (a.string(2) == "batchmean") return ops::div(ops::sum(loss), static_cast<double>(x.dim() ? x.size(0) : 1));
        return reduced(loss, a.string(2));
      });
}

void register_binary(Registry& r) {
  r.op("binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean') -> Tensor")
      .doc("-(t log x + (1 - t) log(1 - x)), logarithms no less than -100. torch.nn.functional.binary_cross_entropy").in(kFunctional)
      .node("BinaryCrossEntropyBackward0")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), t = a.tensor(1);
        if (x.shape() != t.shape())
          fail(ErrorKind::Value, "Using a target size (torch.Size(", to_string(t.shape()), ")) that is different to the input size (torch.Size(", to_string(x.shape()),
               ")) is deprecated. Please ensure they have the same size.");
        check(x.dtype() == t.dtype(), "Found dtype ", scalar_type_name(t.dtype()), " but expected ", scalar_type_name(x.dtype()));
        for (const double v : x.to_vector()) check(v >= 0 && v <= 1, "all elements of input should be between 0 and 1");
        const Tensor yes = ops::clamp(ops::log(x), -100.0), no = ops::clamp(ops::log(ops::sub(1, x)), -100.0);
        Tensor loss = ops::neg(ops::add(ops::mul(t, yes), ops::mul(ops::sub(1, t), no)));
        if (a.has(2)) loss = ops::mul(loss, a.tensor(2));
        return reduced(loss, a.string(3));
      })
      .saves({"input", "target", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), t = c.tensor(1), w = c.tensor(2);
        Tensor k = spread(g[0], c.args().string(3), x.shape());
        if (w.defined()) k = ops::mul(k, w);
        TensorList out(3);
        if (c.needs(0)) out[0] = ops::mul(k, ops::div(ops::sub(x, t), ops::clamp(ops::mul(ops::sub(1, x), x), 1e-12)));
        if (c.needs(1)) out[1] = ops::mul(k, ops::sub(ops::log(ops::sub(1, x)), ops::log(x)));
        return out;
      })
      .samples([](Samples& s) { s.add({s.uniform({2, 3}, 0.2, 0.8), s.uniform({2, 3}, 0.2, 0.8)}); });
  r.op("binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, str reduction='mean', Tensor? pos_weight=None) -> Tensor")
      .doc("binary_cross_entropy of sigmoid(input), computed stably. torch.nn.functional.binary_cross_entropy_with_logits").in(kFunctional)
      .node("BinaryCrossEntropyWithLogitsBackward0")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), t = a.tensor(1);
        if (x.shape() != t.shape())
          fail(ErrorKind::Value, "Target size (torch.Size(", to_string(t.shape()), ")) must be the same as input size (torch.Size(", to_string(x.shape()), "))");
        // (1 - t) x + (1 + (p - 1) t) (log(1 + exp(-|x|)) + max(-x, 0))
        const Tensor low = ops::clamp(ops::neg(x), 0.0);
        Tensor softplus = ops::add(ops::log1p(ops::exp(ops::neg(ops::abs(x)))), low);
        if (a.has(4)) softplus = ops::mul(ops::add(1, ops::mul(ops::sub(a.tensor(4), 1), t)), softplus);
        Tensor loss = ops::add(ops::mul(ops::sub(1, t), x), softplus);
        if (a.has(2)) loss = ops::mul(loss, a.tensor(2));
        return reduced(loss, a.string(3));
      })
      .saves({"input", "target", "weight", "pos_weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), t = c.tensor(1), w = c.tensor(2), p = c.tensor(4);
        Tensor k = spread(g[0], c.args().string(3), x.shape());
        if (w.defined()) k = ops::mul(k, w);
        TensorList out(4);
        const Tensor s = ops::sigmoid(x);
        if (c.needs(0)) {
          if (p.defined()) {
            const Tensor pt = ops::mul(p, t);
            out[0] = ops::mul(k, ops::sub(ops::mul(ops::sub(ops::add(pt, 1), t), s), pt));
          } else {
            out[0] = ops::mul(k, ops::sub(s, t));
          }
        }
        if (c.needs(1)) {
          if (p.defined()) {
            // log(1 - s) - p log(s)
            const Tensor log_s = call("logsigmoid", {x}).get<Tensor>(), log_1s = call("logsigmoid", {ops::neg(x)}).get<Tensor>();
            out[1] = ops::mul(k, ops::sub(log_1s, ops::mul(p, log_s)));
          } else {
            out[1] = ops::mul(k, ops::neg(x));
          }
        }
        return out;
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.uniform({2, 3}, 0.2, 0.8)});
        s.add({s.randn({2, 3}), s.uniform({2, 3}, 0.2, 0.8), Value(), "sum", s.fixed({0.5, 2, 1}, {3}, DType::Float64)});
      });
}

// Class dimension first to last: [n, c, d...] -> [n * d..., c].
Tensor rows_of_classes(const Tensor& x) {
  if (x.dim() <= 2) return x.dim() == 1 ? ops::unsqueeze(x, 0) : x;
  return ops::reshape(call("movedim", {x, 1, -1}).get<Tensor>(), IntList{-1, x.size(1)});
}

// Weight of every target, 0 where it is ignored. Checks the targets.
Tensor target_weights(const Tensor& target, const Tensor& weight, std::int64_t classes, std::int64_t ignore, DType dtype) {
  Tensor out = Tensor::empty({target.numel()}, dtype);
  const Tensor t = target.contiguous_raw();
  const auto* p = t.data<std::int64_t>();
  const std::vector<double> w = weight.defined() ? weight.to_vector() : std::vector<double>();
  std::vector<double> values;
  for (std::int64_t i = 0; i < t.numel(); ++i) {
    if (p[i] == ignore) {
      values.push_back(0);
      continue;
    }
    if (p[i] < 0 || p[i] >= classes) fail(ErrorKind::Index, "Target ", p[i], " is out of bounds.");
    values.push_back(w.empty() ? 1 : w[static_cast<std::size_t>(p[i])]);
  }
  out.copy_raw(Tensor::from_vector<double>(values, {t.numel()}));
  return out;
}

void register_classes(Registry& r) {
  r.op("nll_loss(Tensor input, Tensor target, Tensor? weight=None, int ignore_index=-100, str reduction='mean') -> Tensor")
      .doc("Minus the log-probability of each target class. torch.nn.functional.nll_loss").in(kFunctional)
      .node("NllLossBackward0")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), t = a.tensor(1);
        check(x.dim() > 0, "input should have at least 1 dimension");
        if (t.dtype() != DType::Int64) fail(ErrorKind::Runtime, "expected scalar type Long but found ", scalar_type_name(t.dtype()));
        Dims expected = x.shape();
        expected.erase(expected.begin() + (x.dim() == 1 ? 0 : 1));
        if (t.shape() != expected) {
          if (x.dim() && t.dim() && x.size(0) != t.size(0))
            fail(ErrorKind::Value, "Expected input batch_size (", x.size(0), ") to match target batch_size (", t.size(0), ").");
          fail(ErrorKind::Runtime, "0D or 1D target tensor expected, multi-target not supported");
        }
        const Tensor rows = rows_of_classes(x);
        const Tensor w = target_weights(t, a.tensor(2), rows.size(1), a.integer(3), x.dtype());
        const Tensor index = ops::clamp(ops::reshape(t, IntList{-1, 1}), 0, static_cast<long long>(rows.size(1) - 1));
        const Tensor each = ops::neg(ops::mul(ops::squeeze(ops::gather(rows, 1, index), 1), w));
        a.stash(w);
        a.stash(index);
        if (a.string(4) == "none") return ops::reshape(each, t.shape());
        const Tensor total = ops::sum(each);
        return a.string(4) == "sum" ? total : ops::div(total, ops::sum(w));
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor w = c.stash(0), index = c.stash(1);
        const Dims& shape = c.shape(0);
        const std::int64_t classes = shape.size() == 1 ? shape[0] : shape[1];
        Tensor k = ops::neg(w);
        const std::string& reduction = c.args().string(4);
        if (reduction == "mean") k = ops::div(k, ops::sum(w));
        k = ops::mul(reduction == "none" ? ops::reshape(g[0], IntList{-1}) : g[0], k);
        const Tensor rows = ops::scatter_add(Tensor::full({w.numel(), classes}, 0, g[0].dtype()), 1, index, ops::unsqueeze(k, 1));
        if (shape.size() <= 2) return {ops::reshape(rows, shape)};
        Dims last(shape);
        last.erase(last.begin() + 1);
        last.push_back(classes);
        return {call("movedim", {ops::reshape(rows, last), -1, 1}).get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 4}), s.fixed({0, 3, 1}, {3}, DType::Int64)});
        s.add({s.randn({3, 4}), s.fixed({0, -100, 1}, {3}, DType::Int64), s.fixed({0.5, 1, 2, 1}, {4}, DType::Float64), -100, "none"});
      });
  r.op("cross_entropy(Tensor input, Tensor target, Tensor? weight=None, int ignore_index=-100, str reduction='mean', float label_smoothing=0.0) -> Tensor")
      .doc("nll_loss of log_softmax; targets are class indices or class probabilities. torch.nn.functional.cross_entropy").in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), t = a.tensor(1);
        const double smoothing = a.number(5);
        check(smoothing >= 0 && smoothing <= 1, "label_smoothing must be between 0.0 and 1.0. Got: ", smoothing);
        const long long dim = x.dim() == 1 ? 0 : 1;
        const Tensor logp = ops::log_softmax(x, dim);
        const std::int64_t classes = x.size(dim);
        if (is_floating(t.dtype()) && t.shape() == x.shape()) {
          Tensor p = t;
          if (smoothing > 0) p = ops::add(ops::mul(p, 1 - smoothing), smoothing / static_cast<double>(classes));
          Tensor terms = ops::mul(logp, p);
          if (a.has(2)) terms = ops::mul(terms, dim == 0 ? a.tensor(2) : ops::reshape(a.tensor(2), [&] {
                                       IntList s(static_cast<std::size_t>(x.dim()), 1);
                                       s[1] = classes;
                                       return s;
                                     }()));
          const Tensor each = ops::neg(ops::sum(terms, dim));
          if (a.string(4) == "mean") return ops::div(ops::sum(each), static_cast<double>(std::max<std::int64_t>(each.numel(), 1)));
          return reduced(each, a.string(4));
        }
        const Tensor nll = ops::nll_loss(logp, t, a[2], a[3], a[4]);
        if (smoothing == 0) return nll;
        const Tensor rows = rows_of_classes(logp);
        const Tensor w = target_weights(t, a.tensor(2), classes, a.integer(3), x.dtype());
        Tensor kept = Tensor::full({w.numel()}, 1, x.dtype());
        kept = ops::masked_fill(kept, ops::eq(ops::reshape(t, IntList{-1}), a[3]), 0.0);
        const Tensor weighted = a.has(2) ? ops::mul(rows, a.tensor(2)) : rows;
        const Tensor each = ops::mul(ops::neg(ops::sum(weighted, 1)), kept);
        Tensor smooth = each;
        if (a.string(4) == "mean") smooth = ops::div(ops::sum(each), ops::sum(w));
        else if (a.string(4) == "sum") smooth = ops::sum(each);
        else smooth = ops::reshape(each, t.shape());
        return ops::add(ops::mul(nll, 1 - smoothing), ops::mul(smooth, smoothing / static_cast<double>(classes)));
      });
}

}  // namespace

void register_loss(Registry& r) {
  register_distances(r);
  register_binary(r);
  register_classes(r);
}

}  // namespace gradbox
