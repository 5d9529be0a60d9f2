#include "nn/init.h"

#include <cmath>

#include "autograd/variable.h"
#include "ops/ops.h"

namespace gradbox::init {

namespace {

double correct_fan(const Tensor& t, const std::string& mode) {
  if (mode != "fan_in" && mode != "fan_out")
    fail(ErrorKind::Value, "Mode ", mode,
         " not supported, please use one of ['fan_in', 'fan_out']");
  const Fans f = fans(t);
  return static_cast<double>(mode == "fan_in" ? f.in : f.out);
}

double xavier_std(const Tensor& t, double gain) {
  const Fans f = fans(t);
  return gain * std::sqrt(2.0 / static_cast<double>(f.in + f.out));
}

double kaiming_std(const Tensor& t, double a, const std::string& mode,
                   const std::string& nonlinearity) {
  return calculate_gain(nonlinearity, a) / std::sqrt(correct_fan(t, mode));
}

}  // namespace

void uniform_(const Tensor& t, double a, double b) {
  static const OpHandle op{"uniform_"};
  GradModeGuard off(false);
  op(t, a, b);
}

void normal_(const Tensor& t, double mean, double std) {
  static const OpHandle op{"normal_"};
  GradModeGuard off(false);
  op(t, mean, std);
}

void constant_(const Tensor& t, double value) {
  t.copy_raw(Tensor::full({}, value, t.dtype()));
  t.bump_version();
}

void eye_(const Tensor& t) {
  if (t.dim() != 2) fail(ErrorKind::Value, "Only tensors with 2 dimensions are supported");
  static const OpHandle op{"eye"};
  t.copy_raw(op(static_cast<long long>(t.size(0)), static_cast<long long>(t.size(1))));
  t.bump_version();
}

void xavier_uniform_(const Tensor& t, double gain) {
  const double a = std::sqrt(3.0) * xavier_std(t, gain);
  uniform_(t, -a, a);
}

void xavier_normal_(const Tensor& t, double gain) { normal_(t, 0, xavier_std(t, gain)); }

void kaiming_uniform_(const Tensor& t, double a, const std::string& mode,
                      const std::string& nonlinearity) {
  if (t.numel() == 0) return;
  const double bound = std::sqrt(3.0) * kaiming_std(t, a, mode, nonlinearity);
  uniform_(t, -bound, bound);
}

void kaiming_normal_(const Tensor& t, double a, const std::string& mode,
                     const std::string& nonlinearity) {
  if (t.numel() == 0) return;
  normal_(t, 0, kaiming_std(t, a, mode, nonlinearity));
}

double calculate_gain(const std::string& nonlinearity, std::optional<double> param) {
  static constexpr const char* kUnit[] = {
      "linear",           "conv1d",           "conv2d",           "conv3d",
      "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid"};
  for (const char* name : kUnit)
    if (nonlinearity == name) return 1;
  if (nonlinearity == "tanh") return 5.0 / 3;
  if (nonlinearity == "relu") return std::sqrt(2.0);
  if (nonlinearity == "selu") return 0.75;
  if (nonlinearity == "leaky_relu") {
    const double slope = param.value_or(0.01);
    return std::sqrt(2.0 / (1 + slope * slope));
  }
  fail(ErrorKind::Value, "Unsupported nonlinearity ", nonlinearity);
}

Fans fans(const Tensor& t) {
  if (t.dim() < 2)
    fail(ErrorKind::Value,
         "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
  std::int64_t field = 1;
  for (std::int64_t d = 2; d < t.dim(); ++d) field *= t.size(d);
  return {t.size(1) * field, t.size(0) * field};
}

void apply(const std::string& name, const Tensor& t, const LayerConfig& arguments) {
  const auto number = [&](const char* key, double otherwise) {
    const Value* v = arguments.find(key);
    return v && !v->is_none() ? v->as_double() : otherwise;
  };
  const auto text = [&](const char* key, const char* otherwise) {
    const Value* v = arguments.find(key);
    return v ? v->get<std::string>() : std::string(otherwise);
  };
  if (name == "uniform_") return uniform_(t, number("a", 0), number("b", 1));
  if (name == "normal_") return normal_(t, number("mean", 0), number("std", 1));
  if (name == "constant_") return constant_(t, number("val", 0));
  if (name == "zeros_") return zeros_(t);
  if (name == "ones_") return ones_(t);
  if (name == "eye_") return eye_(t);
  if (name == "xavier_uniform_") return xavier_uniform_(t, number("gain", 1));
  if (name == "xavier_normal_") return xavier_normal_(t, number("gain", 1));
  if (name == "kaiming_uniform_")
    return kaiming_uniform_(t, number("a", 0), text("mode", "fan_in"),
                            text("nonlinearity", "leaky_relu"));
  if (name == "kaiming_normal_")
    return kaiming_normal_(t, number("a", 0), text("mode", "fan_in"),
                           text("nonlinearity", "leaky_relu"));
  fail(ErrorKind::Attribute, "module 'torch.nn.init' has no attribute '", name, "'");
}

}  // namespace gradbox::init
