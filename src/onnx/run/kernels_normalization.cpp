// Normalisations.
#include <algorithm>
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

// A tensor of one number a channel, shaped to broadcast to [n, c, ...].
Tensor per_channel(const Tensor& t, std::int64_t rank) {
  Dims shape(static_cast<std::size_t>(std::max<std::int64_t>(rank - 1, 1)), 1);
  shape[0] = t.numel();
  return ops::reshape(t, shape);
}

IntList axes_from(std::int64_t first, std::int64_t rank) {
  IntList axes;
  for (std::int64_t d = first; d < rank; ++d) axes.push_back(d);
  return axes;
}

void batch_normalization(NodeRun& r) {
  const Tensor& x = r.in();
  if (x.dim() < 2) r.fail("the input must have channels, but is " + to_string(x.shape()));
  const Tensor scale = as(r.in(1), x.dtype()), bias = as(r.in(2), x.dtype());
  const Tensor &mean = r.in(3), &var = r.in(4);
  const double epsilon = r.attr("epsilon", 1e-5), momentum = r.attr("momentum", 0.9);
  const bool training = r.opset() >= 14 ? r.attr("training_mode", std::int64_t{0}) != 0
                        : r.opset() >= 7
                            ? r.outputs() > 1
                            : r.attr("is_test", std::int64_t{0}) == 0 && r.outputs() > 1;
  if (r.opset() < 9 && r.attr("spatial", std::int64_t{1}) == 0) {
    // One mean an activation, not a channel.
    if (training) r.fail("spatial=0 is not supported in training");
    const Tensor deviation = ops::sqrt(ops::add(var, epsilon));
    return r.give(ops::add(ops::mul(ops::div(ops::sub(x, mean), deviation), scale), bias));
  }
  if (!training)
    return r.give(call("batch_norm", {x, as(mean, x.dtype()), as(var, x.dtype()), scale, bias,
                                      false, momentum, epsilon})
                      .get<Tensor>());
  r.give(op("batch_norm", x, Value(), Value(), scale, bias, true, momentum, epsilon));
  IntList axes = axes_from(1, x.dim());
  axes[0] = 0;  // all but the channels
  const Tensor now = x.detach();
  const Tensor batch_mean = as(ops::mean(now, axes), mean.dtype()),
               batch_var = as(ops::var(now, axes, false), var.dtype());
  const auto running = [&](const Tensor& old, const Tensor& fresh) {
    return ops::add(ops::mul(old.detach(), momentum), ops::mul(fresh, 1 - momentum));
  };
  if (r.wants(1)) r.out(1, running(mean, batch_mean));
  if (r.wants(2)) r.out(2, running(var, batch_var));
  if (r.wants(3)) r.out(3, batch_mean);  // opsets before 14
  if (r.wants(4)) r.out(4, batch_var);
}

void instance_normalization(NodeRun& r) {
  r.give(op("instance_norm", r.in(0), Value(), Value(), r.in(1), r.in(2), true, 0.1,
            r.attr("epsilon", 1e-5)));
}

// LayerNormalization: outputs Y, Mean, InvStdDev.
void layer_normalization(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t axis = axis_of(r, -1, x.dim());
  const double epsilon = r.attr("epsilon", 1e-5);
  const Dims shape(x.shape().begin() + static_cast<std::ptrdiff_t>(axis), x.shape().end());
  const bool fits = r.in(1).shape() == shape && (!r.has(2) || r.in(2).shape() == shape);
  Tensor y;
  if (fits) {
    y = op("layer_norm", x, shape, as(r.in(1), x.dtype()),
           r.has(2) ? Value(as(r.in(2), x.dtype())) : Value(), epsilon);
  } else {
    y = ops::mul(op("layer_norm", x, shape, Value(), Value(), epsilon), r.in(1));
    if (r.has(2)) y = ops::add(y, r.in(2));
    y = as(y, x.dtype());
  }
  r.give(y);
  if (!r.wants(1) && !r.wants(2)) return;
  const IntList axes = axes_from(axis, x.dim());
  const Tensor wide = x.dtype() == DType::Float64 ? x : as(x, DType::Float32);
  if (r.wants(1)) r.out(1, ops::mean(wide, axes, true));
  if (r.wants(2)) r.out(2, ops::rsqrt(ops::add(ops::var(wide, axes, false, true), epsilon)));
}

void group_normalization(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t groups = r.attr("num_groups", std::int64_t{1}), channels = x.size(1);
  if (groups < 1) r.fail("num_groups must be positive");
  const Tensor y = op("group_norm", x, groups, Value(), Value(), r.attr("epsilon", 1e-5));
  // Up to opset 20 one scale a group; later one a channel.
  const auto spread = [&](const Tensor& t) {
    const bool per_group = t.numel() == groups && groups != channels;
    return per_channel(as(per_group ? op("repeat_interleave", t, channels / groups) : t, x.dtype()),
                       x.dim());
  };
  r.give(ops::add(ops::mul(y, spread(r.in(1))), spread(r.in(2))));
}

void rms_normalization(NodeRun& r) {
  const Tensor& x = r.in();
  const Tensor wide = x.dtype() == DType::Float64 ? x : as(x, DType::Float32);
  const IntList axes = axes_from(axis_of(r, -1, x.dim()), x.dim());
  const Tensor inverse =
      ops::rsqrt(ops::add(ops::mean(ops::square(wide), axes, true), r.attr("epsilon", 1e-5)));
  r.give(ops::mul(as(ops::mul(wide, inverse), x.dtype()), r.in(1)));
  if (r.wants(1)) r.out(1, inverse);
}

void lrn(NodeRun& r) {
  const Tensor& x = r.in();
  const std::int64_t size = r.attr("size", std::int64_t{1}), before = (size - 1) / 2;
  const double alpha = r.attr("alpha", 1e-4), beta = r.attr("beta", 0.75),
               bias = r.attr("bias", 1.0);
  if (x.dim() < 2 || size < 1 || size > 1000000) r.fail("needs channels and a positive size");
  spend(r, static_cast<double>(x.numel()) * static_cast<double>(size));
  IntList pads(static_cast<std::size_t>(2 * (x.dim() - 1)), 0);
  pads[pads.size() - 2] = before;
  pads[pads.size() - 1] = size - 1 - before;
  const Tensor squares = op("constant_pad_nd", ops::square(x), pads, 0);
  // Sums of `size` neighbouring channels.
  const Tensor sums = ops::sum(op("unfold", squares, 1, size, 1), IntList{-1});
  const Tensor scale = ops::add(ops::mul(sums, alpha / static_cast<double>(size)), bias);
  r.give(ops::div(x, ops::pow(scale, beta)));
}

void mean_variance_normalization(NodeRun& r) {
  const Tensor& x = r.in();
  const IntList axes = wrap_axes(r, r.attr_ints("axes", {0, 2, 3}), x.dim());
  const Tensor mean = ops::mean(x, axes, true);
  const Tensor variance = ops::sub(ops::mean(ops::square(x), axes, true), ops::square(mean));
  r.give(ops::div(ops::sub(x, mean), ops::add(ops::sqrt(variance), 1e-9)));
}

void lp_normalization(NodeRun& r) {
  const Tensor& x = r.in();
  const IntList axis{axis_of(r, -1, x.dim())};
  const std::int64_t p = r.attr("p", std::int64_t{2});
  if (p != 1 && p != 2) r.fail("p must be 1 or 2");
  const Tensor norm =
      p == 1 ? ops::sum(ops::abs(x), axis, true) : ops::sqrt(ops::sum(ops::square(x), axis, true));
  // 0 / 0 is 0 here.
  r.give(ops::div(x, ops::masked_fill(norm, ops::eq(norm.detach(), 0), 1.0)));
}

const KernelRow kRows[] = {
    {"BatchNormalization", 1, batch_normalization},
    {"InstanceNormalization", 1, instance_normalization},
    {"LayerNormalization", 1, layer_normalization},
    {"GroupNormalization", 18, group_normalization},
    {"RMSNormalization", 23, rms_normalization},
    {"SimplifiedLayerNormalization", 1, rms_normalization},
    {"LRN", 1, lrn},
    {"MeanVarianceNormalization", 9, mean_variance_normalization},
    {"LpNormalization", 1, lp_normalization},
};

}  // namespace

void add_normalization_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
