// Normalisation layers' functions.
#include "ops/families.h"

namespace gradbox {
namespace {

// (x - mean) / sqrt(var + eps), then weight and bias, all broadcast to x.
Tensor affine(const Tensor& x, const Tensor& mean, const Tensor& var, double eps, const Tensor& weight, const Tensor& bias) {
  Tensor y = ops::mul(ops::sub(x, mean), ops::rsqrt(ops::add(var, eps)));
  if (weight.defined()) y = ops::mul(y, weight);
  return bias.defined() ? ops::add(y, bias) : y;
}

Tensor per_channel(const Tensor& t, const Tensor& x) {
  if (!t.defined()) return t;
  IntList shape(static_cast<std::size_t>(x.dim()), 1);
  shape[1] = t.numel();
  return ops::reshape(t, shape);
}

void update_running(const Tensor& running, const Tensor& now, double momentum) {
  if (!running.defined()) return;
  const Tensor value = ops::add(ops::mul(running.detach(), 1 - momentum), ops::mul(ops::reshape(now.detach(), running.shape()), momentum));
  running.copy_raw(value);
  running.bump_version();
}

Tensor batch_norm(const Args& a) {
  const Tensor x = a.tensor(0);
  check(x.dim() >= 2, "expected at least 2D input (got ", x.dim(), "D input)");
  const bool training = a.boolean(5);
  Tensor mean = a.tensor(1), var = a.tensor(2);
  if (training) {
    const std::int64_t n = x.numel() / std::max<std::int64_t>(x.size(1), 1);
    if (n <= 1) fail(ErrorKind::Value, "Expected more than 1 value per channel when training, got input size torch.Size(", to_string(x.shape()), ")");
    IntList dims;
    for (std::int64_t d = 0; d < x.dim(); ++d)
      if (d != 1) dims.push_back(d);
    mean = ops::mean(x, dims, true);
    const Tensor centred = ops::sub(x, mean);
    var = ops::mean(ops::mul(centred, centred), dims, true);
    update_running(a.tensor(1), mean, a.number(6));
    update_running(a.tensor(2), ops::mul(var.detach(), static_cast<double>(n) / static_cast<double>(n - 1)), a.number(6));
  } else {
    check(mean.defined() && var.defined(), "Expected running_mean and running_var to be defined when training=False");
    mean = per_channel(mean, x);
    var = per_channel(var, x);
  }
  return affine(x, mean, var, a.number(7), per_channel(a.tensor(3), x), per_channel(a.tensor(4), x));
}

}  // namespace

void register_norm(Registry& r) {
  r.op("batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, bool training=False, float momentum=0.1, float eps=1e-05) -> Tensor")
      .doc("Normalises every channel over the batch; updates the running statistics in training. torch.nn.functional.batch_norm").in(kFunctional)
      .composite(batch_norm).onnx("BatchNormalization");
  r.op("layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor")
      .doc("Normalises over the last dimensions. torch.nn.functional.layer_norm").in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0);
        const IntList& shape = a.ints(1);
        const auto n = static_cast<std::int64_t>(shape.size());
        bool fits = n <= x.dim();
        for (std::int64_t i = 1; fits && i <= n; ++i) fits = x.size(-i) == shape[static_cast<std::size_t>(n - i)];
        check(fits, "Given normalized_shape=", to_string(shape), ", expected input with shape [*, ", to_string(shape).substr(1), ", but got input of size", to_string(x.shape()));
        IntList dims;
        for (std::int64_t i = 1; i <= n; ++i) dims.push_back(-i);
        const Tensor mean = ops::mean(x, dims, true), centred = ops::sub(x, mean);
        return affine(x, mean, ops::mean(ops::mul(centred, centred), dims, true), a.number(4), a.tensor(2), a.tensor(3));
      });
  r.op("group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor")
      .doc("Normalises groups of channels. torch.nn.functional.group_norm").in(kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0);
        const std::int64_t groups = a.integer(1);
        check(x.dim() >= 2, "Expected at least 2 dimensions for input tensor but received ", x.dim());
        check(x.size(1) % groups == 0, "Expected number of channels in input to be divisible by num_groups, but got input of shape ", to_string(x.shape()),
              " and num_groups=", groups);
        const Tensor g = ops::reshape(x, IntList{x.size(0), groups, -1});
        const Tensor mean = ops::mean(g, -1, true), centred = ops::sub(g, mean);
        const Tensor y = ops::reshape(affine(g, mean, ops::mean(ops::mul(centred, centred), -1, true), a.number(4), Tensor(), Tensor()), x.shape());
        const Tensor scaled = a.has(2) ? ops::mul(y, per_channel(a.tensor(2), x)) : y;
        return a.has(3) ? ops::add(scaled, per_channel(a.tensor(3), x)) : scaled;
      });
  r.op("normalize(Tensor input, float p=2.0, int dim=1, float eps=1e-12) -> Tensor")
      .doc("input divided by its p-norm along dim. torch.nn.functional.normalize").in(kFunctional)
      .composite([](const Args& a) {
        const Tensor norm = call("norm", {a.tensor(0), a[1], a[2], true}).get<Tensor>();
        return ops::div(a.tensor(0), ops::clamp(norm, a[3]));
      });
  r.op("cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor")
      .doc("Cosine of the angle between x1 and x2 along dim. torch.nn.functional.cosine_similarity").in(kTorch | kFunctional)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        const auto length = [&](const Tensor& t) { return ops::clamp(call("norm", {t, 2, a[2], false}).get<Tensor>(), a[3]); };
        return ops::div(ops::sum(ops::mul(x, y), a[2]), ops::mul(length(x), length(y)));
      });
}

}  // namespace gradbox
