// Convolutions.
#include <algorithm>
#include <cmath>

#include "nn/init.h"
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

// Positions of a convolution's constructor arguments.
enum ConvArg { kIn, kOut, kKernel, kStride, kPadding, kDilation, kGroups, kBias, kPaddingMode };

// weight and bias, from PyTorch's random numbers.
void init_weights(NativeLayer& m, const Dims& shape, std::int64_t out, bool with_bias) {
  const Tensor weight = m.add_parameter("weight", shape);
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!with_bias) {
    m.register_parameter("bias", {});
    return;
  }
  const Tensor bias = m.add_parameter("bias", {out});
  const std::int64_t fan_in = init::fans(weight).in;
  if (fan_in == 0) return init::zeros_(bias);
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  init::uniform_(bias, -bound, bound);
}

bool all_equal(const NativeLayer& m, std::size_t i, std::int64_t v) {
  if (m.arg(i).is<std::string>()) return false;
  const IntList list = m.ints(i);
  return std::all_of(list.begin(), list.end(), [v](auto x) { return x == v; });
}

void setup_conv(NativeLayer& m, std::size_t n) {
  const std::int64_t in = m.integer(kIn), out = m.integer(kOut), groups = m.integer(kGroups);
  if (groups <= 0) fail(ErrorKind::Value, "groups must be a positive integer");
  if (in % groups != 0) fail(ErrorKind::Value, "in_channels must be divisible by groups");
  if (out % groups != 0) fail(ErrorKind::Value, "out_channels must be divisible by groups");
  const std::string& mode = m.text(kPaddingMode);
  if (mode != "zeros" && mode != "reflect" && mode != "replicate" && mode != "circular")
    fail(ErrorKind::Value,
         "padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got "
         "padding_mode='",
         mode, "'");
  if (m.arg(kPadding).is<std::string>()) {
    const std::string& padding = m.text(kPadding);
    if (padding != "same" && padding != "valid")
      fail(ErrorKind::Value, "Invalid padding string '", padding,
           "', should be one of {'same', 'valid'}");
    const IntList stride = m.ints(kStride, n);
    if (padding == "same" &&
        std::any_of(stride.begin(), stride.end(), [](auto s) { return s != 1; }))
      fail(ErrorKind::Value, "padding='same' is not supported for strided convolutions");
  }
  // Tuples from here on, as PyTorch keeps and prints them.
  for (const std::size_t i : {kKernel, kStride, kPadding, kDilation})
    if (!m.arg(i).is<std::string>()) m.set_arg(i, m.ints(i, n));
  Dims shape = {out, in / groups};
  for (const auto k : m.ints(kKernel)) shape.push_back(k);
  init_weights(m, shape, out, m.flag(kBias));
}

Tensor run_conv(const OpHandle& conv, const NativeLayer& m, Tensor x) {
  Value padding = m.arg(kPadding);
  if (m.text(kPaddingMode) != "zeros") {
    static const OpHandle pad{"pad"};
    // Last dimension first, both sides.
    IntList sides;
    const IntList kernel = m.ints(kKernel), dilation = m.ints(kDilation);
    for (std::size_t i = kernel.size(); i-- > 0;) {
      const bool named = padding.is<std::string>();
      const bool same = named && padding.get<std::string>() == "same";
      const std::int64_t total = same    ? dilation[i] * (kernel[i] - 1)
                                 : named ? 0
                                         : 2 * padding.get<IntList>()[i];
      sides.push_back(total / 2);
      sides.push_back(total - total / 2);
    }
    x = pad(x, sides, m.arg(kPaddingMode));
    padding = IntList(kernel.size(), 0);
  }
  return conv(x, m.parameter(0), m.parameter(1), m.arg(kStride), padding, m.arg(kDilation),
              m.arg(kGroups));
}

std::string conv_text(const NativeLayer& m) {
  std::string s = python_text(m.arg(kIn)) + ", " + python_text(m.arg(kOut)) +
                  ", kernel_size=" + python_text(m.arg(kKernel)) +
                  ", stride=" + python_text(m.arg(kStride));
  if (!all_equal(m, kPadding, 0)) s += ", padding=" + python_text(m.arg(kPadding));
  if (!all_equal(m, kDilation, 1)) s += ", dilation=" + python_text(m.arg(kDilation));
  if (m.integer(kGroups) != 1) s += ", groups=" + python_text(m.arg(kGroups));
  if (!m.parameter(1).defined()) s += ", bias=False";
  if (m.text(kPaddingMode) != "zeros") s += ", padding_mode=" + m.text(kPaddingMode);
  return s;
}

void conv_layer(LayerTable& t, const std::string& name, std::size_t n, OpHandle op,
                const std::string& doc) {
  const std::string list = "int[" + std::to_string(n) + "] ";
  t.layer(name + "(int in_channels, int out_channels, " + list + "kernel_size, " + list +
          "stride=1, " + list + "padding=0, " + list +
          "dilation=1, int groups=1, bool bias=True, str padding_mode='zeros', "
          "str? device=None, ScalarType? dtype=None)")
      .doc(doc)
      .setup([n](NativeLayer& m) { setup_conv(m, n); })
      .forward([op](NativeLayer& m, const Tensor& x) { return run_conv(op, m, x); })
      .repr(conv_text);
}

// ---- transposed ----

enum TransposedArg {
  kTIn,
  kTOut,
  kTKernel,
  kTStride,
  kTPadding,
  kTOutputPadding,
  kTGroups,
  kTBias,
  kTDilation,
  kTMode
};

void setup_transposed(NativeLayer& m, std::size_t n) {
  const std::int64_t in = m.integer(kTIn), out = m.integer(kTOut), groups = m.integer(kTGroups);
  if (groups <= 0) fail(ErrorKind::Value, "groups must be a positive integer");
  if (in % groups != 0) fail(ErrorKind::Value, "in_channels must be divisible by groups");
  if (out % groups != 0) fail(ErrorKind::Value, "out_channels must be divisible by groups");
  if (m.text(kTMode) != "zeros")
    fail(ErrorKind::Value, "Only \"zeros\" padding mode is supported for ", m.name());
  for (const std::size_t i : {kTKernel, kTStride, kTPadding, kTOutputPadding, kTDilation})
    m.set_arg(i, m.ints(i, n));
  Dims shape = {in, out / groups};
  for (const auto k : m.ints(kTKernel)) shape.push_back(k);
  init_weights(m, shape, out, m.flag(kTBias));
}

std::string transposed_text(const NativeLayer& m) {
  std::string s = python_text(m.arg(kTIn)) + ", " + python_text(m.arg(kTOut)) +
                  ", kernel_size=" + python_text(m.arg(kTKernel)) +
                  ", stride=" + python_text(m.arg(kTStride));
  if (!all_equal(m, kTPadding, 0)) s += ", padding=" + python_text(m.arg(kTPadding));
  if (!all_equal(m, kTDilation, 1)) s += ", dilation=" + python_text(m.arg(kTDilation));
  if (!all_equal(m, kTOutputPadding, 0))
    s += ", output_padding=" + python_text(m.arg(kTOutputPadding));
  if (m.integer(kTGroups) != 1) s += ", groups=" + python_text(m.arg(kTGroups));
  if (!m.parameter(1).defined()) s += ", bias=False";
  return s;
}

void transposed_layer(LayerTable& t, std::size_t n) {
  const std::string rank = std::to_string(n), list = "int[" + rank + "] ",
                    name = "ConvTranspose" + rank + "d";
  t.layer(name + "(int in_channels, int out_channels, " + list + "kernel_size, " + list +
          "stride=1, " + list + "padding=0, " + list +
          "output_padding=0, int groups=1, bool bias=True, " + list +
          "dilation=1, str padding_mode='zeros', str? device=None, ScalarType? dtype=None)")
      .doc("The transpose of Conv" + rank + "d's linear map. torch.nn." + name)
      .setup([n](NativeLayer& m) { setup_transposed(m, n); })
      .forward([op = "conv_transpose" + rank + "d"](NativeLayer& m, const Tensor& x) {
        return call(op, {x, m.parameter(0), m.parameter(1), m.arg(kTStride), m.arg(kTPadding),
                         m.arg(kTOutputPadding), m.arg(kTGroups), m.arg(kTDilation)})
            .get<Tensor>();
      })
      .repr(transposed_text);
}

}  // namespace

void register_conv_layers(LayerTable& t) {
  conv_layer(t, "Conv1d", 1, OpHandle("conv1d"),
             "Cross-correlation along one dimension. Shapes: (N, C_in, L) to (N, C_out, L_out). "
             "torch.nn.Conv1d");
  conv_layer(t, "Conv2d", 2, OpHandle("conv2d"),
             "Cross-correlation along two dimensions. Shapes: (N, C_in, H, W) to (N, C_out, H_out, "
             "W_out). "
             "torch.nn.Conv2d");
  conv_layer(t, "Conv3d", 3, OpHandle("conv3d"),
             "Cross-correlation along three dimensions. Shapes: (N, C_in, D, H, W) to (N, C_out, "
             "...). torch.nn.Conv3d");
  for (const std::size_t n : {1, 2, 3}) transposed_layer(t, n);
}

}  // namespace gradbox
