// Normalisation layers.
#include <numeric>

#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

IntList last_axes(std::size_t count) {
  IntList axes(count);
  std::iota(axes.begin(), axes.end(), -static_cast<std::int64_t>(count));
  return axes;
}

// (x - mean) / sqrt(var + eps), over some axes.
Name normalized(Emitter& e, const Name x, const IntList& axes, double eps, DType t) {
  const Name centred = e.node("Sub", {x, e.reduce("ReduceMean", x, axes, true)});
  const Name variance = e.reduce("ReduceMean", e.node("Mul", {centred, centred}), axes, true);
  const Name deviation = e.node("Sqrt", {e.node("Add", {variance, e.number(eps, t)})});
  return e.node("Div", {centred, deviation});
}

// A vector of `channels` ones or zeros, or the argument.
Name vector_or(Emitter& e, std::size_t arg, double value, std::int64_t channels) {
  if (e.has(arg)) return e.in(arg);
  return e.constant(Tensor::full({channels}, value, e.out().dtype()));
}

// y * weight + bias, vectors with one element a channel (dimension 1).
Name affine(Emitter& e, Name y, std::size_t weight, std::size_t bias) {
  IntList axes(static_cast<std::size_t>(e.rank() - 2));
  std::iota(axes.begin(), axes.end(), 1);
  const auto shaped = [&](std::size_t i) {
    return axes.empty() ? e.in(i) : e.unsqueeze(e.in(i), axes);
  };
  if (e.has(weight)) y = e.node("Mul", {y, shaped(weight)});
  return e.has(bias) ? e.node("Add", {y, shaped(bias)}) : y;
}

// Arguments: input, running_mean, running_var, weight, bias, training, momentum, eps.
void batch_norm(Emitter& e) {
  const Args a = e.args();
  const std::int64_t channels = e.tensor(0).size(1);
  if (a.boolean(5) || !e.has(1)) {
    IntList axes{0};
    for (std::int64_t d = 2; d < e.rank(); ++d) axes.push_back(d);
    return e.give(affine(e, normalized(e, e.in(0), axes, a.number(7), e.out().dtype()), 3, 4));
  }
  e.give(e.node(
      "BatchNormalization",
      {e.in(0), vector_or(e, 3, 1, channels), vector_or(e, 4, 0, channels), e.in(1), e.in(2)},
      {{"epsilon", a.number(7)}, {"momentum", 1 - a.number(6)}}));
}

// Arguments: input, normalized_shape, weight, bias, eps.
void layer_norm(Emitter& e) {
  const Args a = e.args();
  const IntList& shape = a.ints(1);
  const DType t = e.out().dtype();
  const IntList axes = last_axes(shape.size());
  if (e.opset() >= 17) {
    const Name scale = e.has(2) ? e.in(2) : e.constant(Tensor::full(shape, 1, t));
    return e.give(e.node("LayerNormalization", {e.in(0), scale, e.in(3)},
                         {{"axis", axes[0]}, {"epsilon", a.number(4)}}));
  }
  Name y = normalized(e, e.in(0), axes, a.number(4), t);
  if (e.has(2)) y = e.node("Mul", {y, e.in(2)});
  e.give(e.has(3) ? e.node("Add", {y, e.in(3)}) : y);
}

// Instances of a tensor whose channels are the groups. Arguments: input, groups, weight, bias, eps.
void group_norm(Emitter& e) {
  const Args a = e.args();
  const std::int64_t groups = a.integer(1);
  const DType t = e.out().dtype();
  const Name x = e.in(0);
  const Name rows = e.reshape(x, {0, groups, -1});
  const Name y = e.node(
      "InstanceNormalization",
      {rows, e.constant(Tensor::full({groups}, 1, t)), e.constant(Tensor::full({groups}, 0, t))},
      {{"epsilon", a.number(4)}});
  e.give(affine(e, e.node("Reshape", {y, e.shape_of(x)}), 2, 3));
}

// Arguments: input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps.
void instance_norm(Emitter& e) {
  const Args a = e.args();
  if (!a.boolean(5)) return batch_norm(e);
  const std::int64_t channels = e.tensor(0).size(1);
  e.give(e.node("InstanceNormalization",
                {e.in(0), vector_or(e, 3, 1, channels), vector_or(e, 4, 0, channels)},
                {{"epsilon", a.number(7)}}));
}

const Row table[] = {
    {"batch_norm", batch_norm},
    {"layer_norm", layer_norm},
    {"group_norm", group_norm},
    {"instance_norm", instance_norm},
};

}  // namespace

Rows normalization_rows() { return rows(table); }

}  // namespace gradbox::onnx
