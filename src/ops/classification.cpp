// Losses of classifiers: nll_loss and cross_entropy.
#include <cmath>

#include "ops/ops.h"

namespace gradbox {
namespace {

const OpHandle nll{"nll_loss"};
const OpHandle masked_select{"masked_select"};

// An input [n, classes, spots] and the targets [n, spots] that go with it; missing dimensions
// are 1.
struct Layout {
  std::int64_t n, classes, spots;
  std::int64_t at(std::int64_t i, std::int64_t c, std::int64_t s) const {
    return (i * classes + c) * spots + s;
  }
};

Layout layout_of(const Dims& shape) {
  if (shape.size() == 1) return {1, shape[0], 1};
  std::int64_t spots = 1;
  for (std::size_t d = 2; d < shape.size(); ++d) spots *= shape[d];
  return {shape[0], shape[1], spots};
}

void check_arguments(const Tensor& x, const Tensor& target, const Tensor& weight) {
  check(x.dim() > 0, "input tensor should be 1D or 2D");
  if (x.dim() <= 2) {
    check(target.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
    if (x.dim() == 2 && (target.dim() == 0 || x.size(0) != target.size(0)))
      fail(ErrorKind::Value, "Expected input batch_size (", x.size(0),
           ") to match target batch_size (", target.dim() ? target.size(0) : 1, ").");
    if (x.dim() == 1 && target.dim() == 1)
      fail(ErrorKind::Runtime, "size mismatch (got input: ", to_string(x.shape()),
           ", target: ", to_string(target.shape()), ")");
  } else {
    Dims expected = x.shape();
    expected.erase(expected.begin() + 1);
    if (target.dim() == 0 || x.size(0) != target.size(0))
      fail(ErrorKind::Value, "Expected input batch_size (", x.size(0),
           ") to match target batch_size (", target.dim() ? target.size(0) : 1, ").");
    if (target.shape() != expected)
      fail(ErrorKind::Runtime, "size mismatch (got input: ", to_string(x.shape()),
           " , target: ", to_string(target.shape()));
  }
  check(target.dtype() == DType::Int64, "expected scalar type Long but found ",
        scalar_type_name(target.dtype()));
  const std::int64_t classes = layout_of(x.shape()).classes;
  if (!(!weight.defined() || (weight.dim() == 1 && weight.numel() == classes)))
    fail(ErrorKind::Runtime, "weight tensor should be defined either for all ", classes,
         " classes or no classes but got weight tensor of shape: ",
         weight.defined() ? to_string(weight.shape()) : "");
  check(!weight.defined() || weight.dtype() == x.dtype(), "expected scalar type ",
        scalar_type_name(x.dtype()), " but found ",
        weight.defined() ? scalar_type_name(weight.dtype()) : "");
}

// Calls f(i, class, spot, weight) for every target that isn't to be ignored.
template <class T, class F>
void for_each_target(const Layout& l, const Tensor& target, const Tensor& weight,
                     std::int64_t ignore, F f) {
  const Tensor t = target.contiguous_raw();
  const Tensor w = weight.defined() ? weight.contiguous_raw() : Tensor();
  const auto* classes = t.data<std::int64_t>();
  for (std::int64_t i = 0; i < l.n; ++i) {
    for (std::int64_t s = 0; s < l.spots; ++s) {
      const std::int64_t c = classes[i * l.spots + s];
      if (c == ignore) continue;
      if (c < 0 || c >= l.classes) fail(ErrorKind::Index, "Target ", c, " is out of bounds.");
      f(i, c, s, w.defined() ? w.data<T>()[c] : T(1));
    }
  }
}

Tensor nll_forward(const Args& a) {
  const Tensor x = a.tensor(0).contiguous_raw(), target = a.tensor(1), weight = a.tensor(2);
  const std::string& reduction = a.string(4);
  if (reduction != "mean" && reduction != "sum" && reduction != "none")
    fail(ErrorKind::Value, reduction, " is not a valid value for reduction");
  check_arguments(x, target, weight);
  const Layout l = layout_of(x.shape());
  return dispatch_floating(x.dtype(), "nll_loss_out_frame", [&](auto tag) {
    using T = decltype(tag);
    const T* p = x.data<T>();
    Tensor losses = Tensor::full(target.shape(), 0, x.dtype());
    T sum = 0, total = 0;
    for_each_target<T>(l, target, weight, a.integer(3),
                       [&](std::int64_t i, std::int64_t c, std::int64_t s, T w) {
                         const T loss = -w * p[l.at(i, c, s)];
                         losses.data<T>()[i * l.spots + s] = loss;
                         sum += loss;
                         total += w;
                       });
    a.stash(Tensor::scalar(static_cast<double>(total), x.dtype()));
    if (reduction == "none") return losses;
    return Tensor::scalar(static_cast<double>(reduction == "sum" ? sum : sum / total), x.dtype());
  });
}

TensorList nll_backward(BackwardContext& c, const TensorList& g) {
  // The loss is linear in the input: its derivative is this constant.
  const Dims& shape = c.shape(0);
  const DType dtype = c.dtype(0);
  const Layout l = layout_of(shape);
  const Args a = c.args();
  const bool mean = a.string(4) == "mean";
  const Tensor slope = Tensor::full(shape, 0, dtype);
  const double total = c.stash(0).item();
  dispatch_floating(dtype, "nll_loss", [&](auto tag) {
    using T = decltype(tag);
    for_each_target<T>(l, c.tensor(1), c.tensor(2), a.integer(3),
                       [&](std::int64_t i, std::int64_t k, std::int64_t s, T w) {
                         slope.data<T>()[l.at(i, k, s)] = mean ? -w / static_cast<T>(total) : -w;
                       });
  });
  if (a.string(4) != "none") return {ops::mul(slope, g[0])};
  if (shape.size() == 1) return {ops::mul(slope, g[0])};
  return {ops::mul(slope, ops::unsqueeze(g[0], 1))};
}

// cross_entropy with a probability for every class.
Tensor with_probabilities(const Tensor& log_p, Tensor target, const Tensor& weight,
                          const std::string& reduction, double smoothing) {
  check(is_floating(target.dtype()),
        "Expected floating point type for target with class probabilities, got ",
        scalar_type_name(target.dtype()));
  const std::int64_t dim = log_p.dim() == 1 ? 0 : 1;
  const std::int64_t classes = log_p.size(dim);
  if (!(!weight.defined() || (weight.dim() == 1 && weight.numel() == classes)))
    fail(ErrorKind::Runtime, "cross_entropy: weight tensor should be defined either for all ",
         classes, " classes or no classes but got weight tensor of shape: ",
         weight.defined() ? to_string(weight.shape()) : "");
  if (smoothing > 0)
    target = ops::add(ops::mul(target, 1 - smoothing), smoothing / static_cast<double>(classes));
  Tensor terms = ops::mul(log_p, target);
  if (weight.defined()) {
    Dims shape(static_cast<std::size_t>(log_p.dim()), 1);
    shape[static_cast<std::size_t>(dim)] = classes;
    terms = ops::mul(terms, ops::view(weight, shape));
  }
  if (reduction == "none") return ops::neg(ops::sum(terms, dim));
  const Tensor sum = ops::neg(ops::sum(terms));
  if (reduction == "sum") return sum;
  if (reduction != "mean") fail(ErrorKind::Value, reduction, " is not a valid value for reduction");
  static const OpHandle over{"_over"};
  return over(sum, static_cast<double>(log_p.numel() / std::max<std::int64_t>(classes, 1)));
}

// The part of label smoothing that spreads over all classes.
Tensor smooth_part(const Tensor& log_p, const Tensor& target, const Tensor& weight,
                   std::int64_t ignore, const std::string& reduction) {
  const std::int64_t dim = log_p.dim() == 1 ? 0 : 1;
  Tensor terms = log_p;
  if (weight.defined()) {
    Dims shape(static_cast<std::size_t>(log_p.dim()), 1);
    shape[static_cast<std::size_t>(dim)] = weight.numel();
    terms = ops::mul(log_p, ops::view(weight, shape));
  }
  const Tensor ignored = ops::eq(target, ignore);
  const Tensor loss = ops::masked_fill(ops::neg(ops::sum(terms, dim)), ignored, 0.0);
  if (reduction == "none") return loss;
  if (reduction == "sum") return ops::sum(loss);
  const Tensor kept = ops::logical_not(ignored);
  if (!weight.defined()) return ops::mean(masked_select(loss, kept));
  return ops::div(ops::sum(loss), ops::sum(ops::gather(weight, 0, masked_select(target, kept))));
}

}  // namespace

void register_classification(Registry& r) {
  r.op("nll_loss(Tensor input, Tensor target, Tensor? weight=None, int ignore_index=-100, "
       "str reduction='mean') -> Tensor")
      .doc(
          "Minus the entry of input [n, classes, ...] that target [n, ...] names; the mean is "
          "weighted. torch.nn.functional.nll_loss")
      .in(kFunctional)
      .node([](const Values& args) -> std::string {
        return args[0].get<Tensor>().dim() <= 2 ? "NllLossBackward0" : "NllLoss2DBackward0";
      })
      .forward(nll_forward)
      .saves({"target", "weight"})
      .backward(nll_backward)
      .samples([](Samples& s) {
        const Tensor target = s.fixed({0, 2, -1}, {3}, DType::Int64);
        s.add({s.randn({3, 3}), target, Value(), -1});
        s.add({s.randn({3, 3}), target, s.fixed({0.5, 1, 2}, {3}, DType::Float64), -1, "sum"});
        s.add({s.randn({1, 3, 2}), s.fixed({0, 2}, {1, 2}, DType::Int64), Value(), -100, "none"});
        s.add({s.randn({3}), s.fixed({1}, {}, DType::Int64), Value(), -100, "none"});
      });
  r.op("cross_entropy(Tensor input, Tensor target, Tensor? weight=None, int ignore_index=-100, "
       "str reduction='mean', float label_smoothing=0.0) -> Tensor")
      .doc(
          "nll_loss of log_softmax(input [n, classes, ...]); target holds class indices, or a "
          "probability for every class. torch.nn.functional.cross_entropy")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), target = a.tensor(1), weight = a.tensor(2);
        const std::string& reduction = a.string(4);
        const double smoothing = a.number(5);
        check(smoothing >= 0 && smoothing <= 1,
              "label_smoothing must be between 0.0 and 1.0. Got: ", smoothing);
        const std::int64_t dim = x.dim() == 1 ? 0 : 1;
        const Tensor log_p = ops::log_softmax(x, dim);
        if (target.shape() == x.shape()) {
          check(a.integer(3) < 0, "ignore_index is not supported for floating point target");
          return with_probabilities(log_p, target, weight, reduction, smoothing);
        }
        const Tensor hard = nll(log_p, target, a[2], a[3], a[4]);
        if (smoothing == 0) return hard;
        const Tensor soft = smooth_part(log_p, target, weight, a.integer(3), reduction);
        return ops::add(ops::mul(hard, 1 - smoothing),
                        ops::mul(soft, smoothing / static_cast<double>(x.size(dim))));
      });
}

}  // namespace gradbox
