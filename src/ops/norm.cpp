// Normalisation: batch_norm, layer_norm, group_norm, instance_norm. Each is one node of the graph;
// what they share is the normalisation of a tensor over some of its dimensions.
#include <numeric>

#include "ops/ops.h"

namespace gradbox {
namespace {

const OpHandle batch_norm_op{"batch_norm"};

// (x - mean) / sqrt(var + eps), over the dimensions `dims`, and the last factor of it.
struct Normalised {
  Tensor value;
  Tensor inverse;
};

Normalised normalised(const Tensor& x, const IntList& dims, double eps) {
  const Tensor centred = ops::sub(x, ops::mean(x, dims, true));
  const Tensor inverse =
      ops::rsqrt(ops::add(ops::mean(ops::mul(centred, centred), dims, true), eps));
  return {ops::mul(centred, inverse), inverse};
}

// Gradient with respect to x of normalised(x, dims, eps), given that of its value. Written in
// differentiable operators on x, so that second derivatives come out right.
Tensor normalised_backward(const Tensor& g, const Normalised& n, const IntList& dims) {
  const Tensor along = ops::mul(n.value, ops::mean(ops::mul(g, n.value), dims, true));
  return ops::mul(n.inverse, ops::sub(ops::sub(g, ops::mean(g, dims, true)), along));
}

// A vector of one element a channel, shaped to broadcast along dimension 1 of ndim.
Tensor per_channel(const Tensor& t, std::int64_t ndim) {
  Dims shape(static_cast<std::size_t>(ndim), 1);
  shape[1] = t.numel();
  return ops::reshape(t, shape);
}

Tensor affine(Tensor y, const Tensor& weight, const Tensor& bias) {
  if (weight.defined()) y = ops::mul(y, weight);
  return bias.defined() ? ops::add(y, bias) : y;
}

IntList all_but_channel(std::int64_t ndim) {
  IntList dims;
  for (std::int64_t d = 0; d < ndim; ++d)
    if (d != 1) dims.push_back(d);
  return dims;
}

IntList last_dims(std::int64_t ndim, std::size_t count) {
  IntList dims(count);
  std::iota(dims.begin(), dims.end(), ndim - static_cast<std::int64_t>(count));
  return dims;
}

void check_channels(const Tensor& t, std::int64_t channels, const char* name) {
  check(!t.defined() || t.numel() == channels, name, " should contain ", channels, " elements not ",
        t.defined() ? t.numel() : 0);
}

void update_running(const Tensor& running, const Tensor& now, double momentum) {
  if (!running.defined()) return;
  const Tensor fresh = ops::mul(ops::reshape(now, running.shape()), momentum);
  running.copy_raw(ops::add(ops::mul(running.detach(), 1 - momentum), fresh));
  running.bump_version();
}

Tensor batch_norm(const Args& a) {
  const Tensor x = a.tensor(0), mean = a.tensor(1), var = a.tensor(2);
  const bool training = a.boolean(5);
  wrap_dim(1, x.dim());  // throws for vectors
  const std::int64_t channels = x.size(1);
  const std::int64_t n = channels ? x.numel() / channels : 0;
  if (training && n <= 1)
    fail(ErrorKind::Value, "Expected more than 1 value per channel when training, got input size ",
         size_text(x.shape()));
  check(training || mean.defined(), "running_mean must be defined in evaluation mode");
  check(training || var.defined(), "running_var must be defined in evaluation mode");
  check_channels(mean, channels, "running_mean");
  check_channels(var, channels, "running_var");
  check_channels(a.tensor(3), channels, "weight");
  check_channels(a.tensor(4), channels, "bias");
  Tensor y;
  if (training) {
    const IntList dims = all_but_channel(x.dim());
    y = normalised(x, dims, a.number(7)).value;
    const double momentum = a.number(6);
    if (mean.defined()) update_running(mean, ops::mean(x, dims), momentum);
    if (var.defined()) update_running(var, ops::var(x, dims, true, false), momentum);
  } else {
    const Tensor inverse = ops::rsqrt(ops::add(per_channel(var, x.dim()), a.number(7)));
    y = ops::mul(ops::sub(x, per_channel(mean, x.dim())), inverse);
  }
  return affine(y, a.has(3) ? per_channel(a.tensor(3), x.dim()) : Tensor(),
                a.has(4) ? per_channel(a.tensor(4), x.dim()) : Tensor());
}

TensorList batch_norm_backward(BackwardContext& c, const TensorList& grads) {
  const Tensor x = c.tensor(0), weight = c.tensor(3), &g = grads[0];
  const std::int64_t ndim = x.dim();
  const IntList dims = all_but_channel(ndim);
  const Args a = c.args();
  const bool training = a.boolean(5);
  Normalised n;
  if (training) {
    n = normalised(x, dims, a.number(7));
  } else {
    n.inverse = ops::rsqrt(ops::add(per_channel(c.tensor(2), ndim), a.number(7)));
    n.value = ops::mul(ops::sub(x, per_channel(c.tensor(1), ndim)), n.inverse);
  }
  TensorList out(5);
  if (c.needs(0)) {
    const Tensor scaled = weight.defined() ? ops::mul(g, per_channel(weight, ndim)) : g;
    out[0] = training ? normalised_backward(scaled, n, dims) : ops::mul(scaled, n.inverse);
  }
  if (c.needs(3)) out[3] = ops::sum(ops::mul(g, n.value), dims);
  if (c.needs(4)) out[4] = ops::sum(g, dims);
  return out;
}

Tensor layer_norm(const Args& a) {
  const Tensor x = a.tensor(0);
  const IntList& shape = a.ints(1);
  if (shape.empty())
    fail(ErrorKind::Runtime,
         "Expected normalized_shape to be at least 1-dimensional, i.e., containing at "
         "least one element, but got normalized_shape = ",
         to_string(shape));
  if (a.has(2) && a.tensor(2).dtype() != x.dtype())
    fail(ErrorKind::Runtime, "expected scalar type ", scalar_type_name(x.dtype()), " but found ",
         scalar_type_name(a.tensor(2).dtype()));
  const std::size_t n = shape.size();
  std::string wanted = "[*";
  for (const auto s : shape) wanted += ", " + std::to_string(s);
  if (!(static_cast<std::size_t>(x.dim()) >= n &&
        std::equal(shape.begin(), shape.end(), x.shape().end() - static_cast<std::ptrdiff_t>(n))))
    fail(ErrorKind::Runtime, "Given normalized_shape=", to_string(shape),
         ", expected input with shape ", wanted, "], but got input of size", to_string(x.shape()));
  for (std::size_t i = 2; i <= 3; ++i)
    if (a.has(i) && a.tensor(i).shape() != shape)
      fail(ErrorKind::Runtime, "Expected ", i == 2 ? "weight" : "bias",
           " to be of same shape as normalized_shape, but got ", i == 2 ? "weight" : "bias",
           " of shape ", a.has(i) ? to_string(a.tensor(i).shape()) : "",
           " and normalized_shape = ", to_string(shape));
  return affine(normalised(x, last_dims(x.dim(), n), a.number(4)).value, a.tensor(2), a.tensor(3));
}

Dims grouped_shape(const Dims& shape, std::int64_t groups) {
  const std::int64_t n = shape[0];
  return {n, groups, n == 0 ? 0 : product(shape) / (n * groups)};
}

Tensor group_norm(const Args& a) {
  const Tensor x = a.tensor(0);
  const std::int64_t groups = a.integer(1);
  check(x.dim() >= 2, "Expected at least 2 dimensions for input tensor but received ", x.dim());
  check(groups > 0, "Expected num groups to be greater than 0, got ", groups);
  if (x.size(1) % groups != 0)
    fail(ErrorKind::Runtime,
         "Expected number of channels in input to be divisible by num_groups, but got input of "
         "shape ",
         to_string(x.shape()), " and num_groups=", groups);
  for (std::size_t i = 2; i <= 3; ++i)
    if (a.has(i) && (a.tensor(i).dim() != 1 || a.tensor(i).numel() != x.size(1)))
      fail(ErrorKind::Runtime, "Expected ", i == 2 ? "weight" : "bias",
           " to be a vector of size equal to the number of channels in "
           "input, but got ",
           i == 2 ? "weight" : "bias", " of shape ", a.has(i) ? to_string(a.tensor(i).shape()) : "",
           " and input of shape ", to_string(x.shape()));
  const Tensor rows = ops::reshape(x, grouped_shape(x.shape(), groups));
  const Tensor y = ops::reshape(normalised(rows, {2}, a.number(4)).value, x.shape());
  return affine(y, a.has(2) ? per_channel(a.tensor(2), x.dim()) : Tensor(),
                a.has(3) ? per_channel(a.tensor(3), x.dim()) : Tensor());
}

// Running statistics of instance_norm: the means over the samples of each sample's own.
void update_instances(const Tensor& x, const Tensor& mean, const Tensor& var, double momentum) {
  IntList spatial;
  for (std::int64_t d = 2; d < x.dim(); ++d) spatial.push_back(d);
  const Tensor plain = x.detach();
  if (mean.defined())
    update_running(mean, ops::mean(ops::mean(plain, spatial), IntList{0}), momentum);
  if (var.defined())
    update_running(var, ops::mean(ops::var(plain, spatial, true, false), IntList{0}), momentum);
}

void register_batch(Registry& r) {
  r.op("batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, "
       "Tensor? bias=None, bool training=False, float momentum=0.1, float eps=1e-05) -> Tensor")
      .doc(
          "Normalises each channel (dimension 1) over the others: by the batch's own mean and "
          "variance when training, which also moves the running ones, else by the running ones. "
          "torch.nn.functional.batch_norm")
      .in(kFunctional)
      .node("NativeBatchNormBackward0")
      .forward(batch_norm)
      .saves({"input", "running_mean", "running_var", "weight"})
      .backward(batch_norm_backward)
      .samples([](Samples& s) {
        const Tensor mean = s.fixed({0.5, -0.2}, {2}, DType::Float64);
        const Tensor var = s.fixed({1.5, 0.7}, {2}, DType::Float64);
        s.add({s.randn({4, 2}), Value(), Value(), s.randn({2}), s.randn({2}), true});
        s.add({s.randn({2, 2, 3}), mean, var, s.randn({2}), s.randn({2}), false});
      });
  r.op("instance_norm(Tensor input, Tensor? running_mean=None, Tensor? running_var=None, "
       "Tensor? weight=None, Tensor? bias=None, bool use_input_stats=True, float momentum=0.1, "
       "float eps=1e-05) -> Tensor")
      .doc("Normalises each channel of each sample. torch.nn.functional.instance_norm")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0);
        check(x.dim() >= 3, "Expected at least 3 dimensions for input tensor but received ",
              x.dim());
        if (!a.boolean(5)) return batch_norm_op(x, a[1], a[2], a[3], a[4], false, a[6], a[7]);
        if (x.numel() == x.size(0) * x.size(1))
          fail(ErrorKind::Value,
               "Expected more than 1 spatial element when training, got input size ",
               size_text(x.shape()));
        update_instances(x, a.tensor(1), a.tensor(2), a.number(6));
        Dims shape = x.shape();
        shape[1] *= shape[0];
        shape[0] = 1;
        const Tensor y = ops::view(batch_norm_op(ops::reshape(x, shape), Value(), Value(), Value(),
                                                 Value(), true, a[6], a[7]),
                                   x.shape());
        return affine(y, a.has(3) ? per_channel(a.tensor(3), x.dim()) : Tensor(),
                      a.has(4) ? per_channel(a.tensor(4), x.dim()) : Tensor());
      });
}

}  // namespace

void register_norm(Registry& r) {
  register_batch(r);
  r.op("layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, "
       "float eps=1e-05) -> Tensor")
      .doc(
          "Normalises over the last dimensions, whose sizes are given. "
          "torch.nn.functional.layer_norm")
      .in(kFunctional | kTorch)
      .node("NativeLayerNormBackward0")
      .forward(layer_norm)
      .saves({"input", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), weight = c.tensor(2);
        const IntList dims = last_dims(x.dim(), c.args().ints(1).size());
        const Normalised n = normalised(x, dims, c.args().number(4));
        TensorList out(3);  // input, weight, bias
        if (c.needs(0))
          out[0] = normalised_backward(weight.defined() ? ops::mul(g[0], weight) : g[0], n, dims);
        // The engine sums these down to the shapes of weight and bias.
        if (c.needs(2)) out[1] = ops::mul(g[0], n.value);
        if (c.needs(3)) out[2] = g[0];
        return out;
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 4}), IntList{4}, s.randn({4}), s.randn({4})});
        s.add({s.randn({2, 2, 3}), IntList{2, 3}});
      });
  r.op("group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, "
       "float eps=1e-05) -> Tensor")
      .doc("Normalises each group of channels of each sample. torch.nn.functional.group_norm")
      .in(kFunctional | kTorch)
      .node("NativeGroupNormBackward0")
      .forward(group_norm)
      .saves({"input", "weight"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor x = c.tensor(0), weight = c.tensor(2);
        const Dims rows = grouped_shape(x.shape(), c.args().integer(1));
        const Normalised n = normalised(ops::reshape(x, rows), {2}, c.args().number(4));
        const IntList others = all_but_channel(x.dim());
        TensorList out(3);  // input, weight, bias
        if (c.needs(0)) {
          const Tensor scaled =
              weight.defined() ? ops::mul(g[0], per_channel(weight, x.dim())) : g[0];
          out[0] = ops::reshape(normalised_backward(ops::reshape(scaled, rows), n, {2}), x.shape());
        }
        if (c.needs(2)) out[1] = ops::sum(ops::mul(g[0], ops::reshape(n.value, x.shape())), others);
        if (c.needs(3)) out[2] = ops::sum(g[0], others);
        return out;
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 4, 2}), 2, s.randn({4}), s.randn({4})});
      });
}

}  // namespace gradbox
