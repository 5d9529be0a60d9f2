// Losses over class indices.
#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// The loss of log-probabilities [n, c, ...] for target [n, ...].
Tensor negative_log_likelihood(NodeRun& r, const Tensor& log_p) {
  if (log_p.dim() < 2) r.fail("scores must be [n, classes, ...]");
  const Tensor& target = r.in(1);
  const std::string how = word(r, "reduction", "mean", {"none", "sum", "mean"});
  const bool ignores = r.has_attribute("ignore_index");
  const std::int64_t ignored = r.attr("ignore_index", std::int64_t{-1});
  for (const auto t : to_ints(target))
    if ((t < 0 || t >= log_p.size(1)) && !(ignores && t == ignored))
      r.fail("target " + std::to_string(t) + " is out of range for " +
             std::to_string(log_p.size(1)) + " classes");
  const Tensor flat =
      log_p.dim() <= 3 ? log_p : ops::reshape(log_p, Dims{log_p.size(0), log_p.size(1), -1});
  const Tensor flat_target =
      as(log_p.dim() <= 3 ? target : ops::reshape(target, Dims{target.size(0), -1}), DType::Int64);
  const Tensor loss = ops::nll_loss(flat, flat_target, r.has(2) ? Value(r.in(2)) : Value(),
                                    ignores ? ignored : std::int64_t{-1}, how);
  return how == "none" ? ops::reshape(loss, target.shape()) : loss;
}

void nll_loss(NodeRun& r) { r.give(negative_log_likelihood(r, r.in())); }

void cross_entropy(NodeRun& r) {
  const Tensor log_p = ops::log_softmax(r.in(), 1);
  r.give(negative_log_likelihood(r, log_p));
  if (r.wants(1)) r.out(1, log_p);
}

const KernelRow kRows[] = {
    {"NegativeLogLikelihoodLoss", 12, nll_loss},
    {"SoftmaxCrossEntropyLoss", 12, cross_entropy},
};

}  // namespace

void add_loss_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
