// Activations: no parameters, one operator each.
#include "nn/init.h"
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

// An activation whose only argument is `inplace`, which the operator takes second.
void inplace_layer(LayerTable& t, const std::string& name, const char* op_name,
                   const std::string& doc) {
  t.layer(name + "(bool inplace=False)")
      .doc(doc + " torch.nn." + name)
      .forward(
          [op = OpHandle(op_name)](NativeLayer& m, const Tensor& x) { return op(x, m.arg(0)); })
      .repr([](const NativeLayer& m) { return inplace_text(m.flag(0), true); });
}

void plain_layer(LayerTable& t, const std::string& name, const char* op_name,
                 const std::string& doc) {
  t.layer(name + "()")
      .doc(doc + " torch.nn." + name)
      .forward([op = OpHandle(op_name)](NativeLayer&, const Tensor& x) { return op(x); });
}

// Softmax and its kin: the argument `dim` is printed.
void dim_layer(LayerTable& t, const std::string& name, const char* op_name,
               const std::string& doc) {
  t.layer(name + "(int? dim=None)")
      .doc(doc + " torch.nn." + name)
      .forward(
          [op = OpHandle(op_name)](NativeLayer& m, const Tensor& x) { return op(x, m.arg(0)); })
      .repr([](const NativeLayer& m) { return "dim=" + python_text(m.arg(0)); });
}

}  // namespace

void register_activation_layers(LayerTable& t) {
  inplace_layer(t, "ReLU", "relu", "max(0, x).");
  inplace_layer(t, "ReLU6", "relu6", "min(max(0, x), 6).");
  inplace_layer(t, "SiLU", "silu", "x * sigmoid(x).");
  inplace_layer(t, "Mish", "mish", "x * tanh(softplus(x)).");
  plain_layer(t, "Tanh", "tanh", "tanh(x).");
  plain_layer(t, "Sigmoid", "sigmoid", "1 / (1 + exp(-x)).");
  plain_layer(t, "LogSigmoid", "logsigmoid", "log(sigmoid(x)).");
  plain_layer(t, "Softsign", "softsign", "x / (1 + |x|).");
  dim_layer(t, "Softmax", "softmax", "exp(x) / sum(exp(x)) along dim.");
  dim_layer(t, "LogSoftmax", "log_softmax", "log(softmax(x)) along dim.");

  inplace_layer(t, "SELU", "selu", "elu with the constants that keep mean and variance.");
  // These two don't print their argument.
  for (const std::string name : {"Hardswish", "Hardsigmoid"})
    t.layer(name + "(bool inplace=False)")
        .doc(std::string(name == "Hardswish" ? "x * hardsigmoid(x)"
                                             : "x / 6 + 1 / 2, limited to [0, 1]") +
             ". torch.nn." + name)
        .forward([op = name == "Hardswish" ? "hardswish" : "hardsigmoid"](
                     NativeLayer&, const Tensor& x) { return call(op, {x}).get<Tensor>(); });
  plain_layer(t, "Tanhshrink", "tanhshrink", "x - tanh(x).");
  dim_layer(t, "Softmin", "softmin", "softmax of -x along dim.");
  t.layer("Softmax2d()")
      .doc("softmax over the channels of images. torch.nn.Softmax2d")
      .forward([](NativeLayer&, const Tensor& x) {
        expect(x.dim() == 3 || x.dim() == 4, "Softmax2d requires a 3D or 4D tensor as input");
        return ops::softmax(x, -3);
      });
  t.layer("CELU(float alpha=1.0, bool inplace=False)")
      .doc("x where positive, alpha * (exp(x / alpha) - 1) elsewhere. torch.nn.CELU")
      .forward([op = OpHandle("celu")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.arg(1));
      })
      .repr([](const NativeLayer& m) {
        return "alpha=" + python_text(m.arg(0)) + inplace_text(m.flag(1), false);
      });
  t.layer("Threshold(float threshold, float value, bool inplace=False)")
      .doc("x where above the threshold, value elsewhere. torch.nn.Threshold")
      .forward([op = OpHandle("threshold")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.arg(1));
      })
      .repr([](const NativeLayer& m) {
        return "threshold=" + python_text(m.arg(0)) + ", value=" + python_text(m.arg(1)) +
               inplace_text(m.flag(2), false);
      });
  for (const std::string name : {"Softshrink", "Hardshrink"})
    t.layer(name + "(float lambd=0.5)")
        .doc("Small values become 0. torch.nn." + name)
        .forward([op = name == "Softshrink" ? "softshrink" : "hardshrink"](NativeLayer& m,
                                                                           const Tensor& x) {
          return call(op, {x, m.arg(0)}).get<Tensor>();
        })
        .repr([](const NativeLayer& m) { return python_text(m.arg(0)); });
  t.layer("GLU(int dim=-1)")
      .doc("First half along dim, times sigmoid of the second. torch.nn.GLU")
      .forward([op = OpHandle("glu")](NativeLayer& m, const Tensor& x) { return op(x, m.arg(0)); })
      .repr([](const NativeLayer& m) { return "dim=" + python_text(m.arg(0)); });
  t.layer("PReLU(int num_parameters=1, float init=0.25, str? device=None, ScalarType? dtype=None)")
      .doc("leaky_relu with learned slopes, one or one a channel. torch.nn.PReLU")
      .setup([](NativeLayer& m) {
        init::constant_(m.add_parameter("weight", {m.integer(0)}), m.number(1));
      })
      .forward([op = OpHandle("prelu")](NativeLayer& m, const Tensor& x) {
        return op(x, m.parameter(0));
      })
      .repr([](const NativeLayer& m) { return "num_parameters=" + python_text(m.arg(0)); });
  t.layer("RReLU(float lower=0.125, float upper=0.3333333333333333, bool inplace=False)")
      .doc("leaky_relu with random slopes in training. torch.nn.RReLU")
      .forward([op = OpHandle("rrelu")](NativeLayer& m, const Tensor& x) {
        return op(x, m.number(0), m.number(1), m.training());
      })
      .repr([](const NativeLayer& m) {
        return "lower=" + python_text(m.arg(0)) + ", upper=" + python_text(m.arg(1)) +
               inplace_text(m.flag(2), false);
      });

  t.layer("LeakyReLU(float negative_slope=0.01, bool inplace=False)")
      .doc("x where positive, negative_slope * x elsewhere. torch.nn.LeakyReLU")
      .forward([op = OpHandle("leaky_relu")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.arg(1));
      })
      .repr([](const NativeLayer& m) {
        return "negative_slope=" + python_text(m.arg(0)) + inplace_text(m.flag(1), false);
      });
  t.layer("ELU(float alpha=1.0, bool inplace=False)")
      .doc("x where positive, alpha * (exp(x) - 1) elsewhere. torch.nn.ELU")
      .forward([op = OpHandle("elu")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.arg(1));
      })
      .repr([](const NativeLayer& m) {
        return "alpha=" + python_text(m.arg(0)) + inplace_text(m.flag(1), false);
      });
  t.layer("Hardtanh(float min_val=-1.0, float max_val=1.0, bool inplace=False)")
      .doc("x cut to [min_val, max_val]. torch.nn.Hardtanh")
      .setup([](NativeLayer& m) { expect(m.number(1) > m.number(0), ""); })
      .forward([op = OpHandle("hardtanh")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.arg(1), m.arg(2));
      })
      .repr([](const NativeLayer& m) {
        return "min_val=" + python_text(m.arg(0)) + ", max_val=" + python_text(m.arg(1)) +
               inplace_text(m.flag(2), false);
      });
  t.layer("GELU(str approximate='none')")
      .doc("x * Phi(x), Phi the normal distribution function. torch.nn.GELU")
      .forward([](NativeLayer& m, const Tensor& x) {
        return call("gelu", {x}, {{"approximate", m.arg(0)}}).get<Tensor>();
      })
      .repr([](const NativeLayer& m) { return "approximate='" + m.text(0) + "'"; });
  t.layer("Softplus(float beta=1, float threshold=20)")
      .doc("log(1 + exp(beta * x)) / beta; x above the threshold. torch.nn.Softplus")
      .forward([op = OpHandle("softplus")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.arg(1));
      })
      .repr([](const NativeLayer& m) {
        return "beta=" + python_text(m.arg(0)) + ", threshold=" + python_text(m.arg(1));
      });
}

}  // namespace gradbox
