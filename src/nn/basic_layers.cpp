// Linear, Embedding, Dropout, shapes and Sequential.
#include <cmath>

#include "nn/init.h"
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

void setup_linear(NativeLayer& m) {
  const std::int64_t in = m.integer(0), out = m.integer(1);
  const Tensor weight = m.add_parameter("weight", {out, in});
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!m.flag(2)) {
    m.register_parameter("bias", {});
    return;
  }
  const Tensor bias = m.add_parameter("bias", {out});
  const double bound = in > 0 ? 1 / std::sqrt(static_cast<double>(in)) : 0;
  init::uniform_(bias, -bound, bound);
}

void setup_embedding(NativeLayer& m) {
  const std::int64_t rows = m.integer(0), width = m.integer(1);
  if (!m.arg(2).is_none()) {
    const std::int64_t i = m.integer(2);
    if (i < -rows || i >= rows) fail(ErrorKind::Value, "Padding_idx must be within num_embeddings");
    if (i < 0) m.set_arg(2, static_cast<long long>(rows + i));
  }
  const Tensor weight = m.add_parameter("weight", {rows, width});
  init::normal_(weight);
  if (!m.arg(2).is_none()) {
    const Tensor row = weight.detach().alias({width}, {1}, m.integer(2) * width);
    init::zeros_(row);
  }
}

void setup_dropout(NativeLayer& m) {
  if (m.number(0) < 0 || m.number(0) > 1)
    fail(ErrorKind::Value, "dropout probability has to be between 0 and 1, but got ", python_text(m.arg(0)));
}

TensorList run_children(NativeLayer& m, const TensorList& inputs) {
  TensorList x = inputs;
  for (const Module::Child& c : std::vector<Module::Child>(m.own_children())) {
    CallContext context;
    x = c.module->call(std::move(x), context);
  }
  return x;
}

}  // namespace

void register_basic_layers(LayerTable& t) {
  t.layer("Linear(int in_features, int out_features, bool bias=True, str? device=None, ScalarType? dtype=None)")
      .doc("x @ weight.T + bias. Shapes: (*, in_features) to (*, out_features). torch.nn.Linear")
      .setup(setup_linear)
      .forward([](NativeLayer& m, const Tensor& x) { return ops::linear(x, m.parameter(0), m.parameter(1)); })
      .repr([](const NativeLayer& m) {
        return "in_features=" + python_text(m.arg(0)) + ", out_features=" + python_text(m.arg(1)) +
               ", bias=" + (m.parameter(1).defined() ? "True" : "False");
      });

  t.layer("Embedding(int num_embeddings, int embedding_dim, int? padding_idx=None, *, str? device=None, "
          "ScalarType? dtype=None)")
      .doc("Rows of a table, by integer index. Shapes: (*) to (*, embedding_dim). torch.nn.Embedding")
      .setup(setup_embedding)
      .forward([](NativeLayer& m, const Tensor& x) {
        static const OpHandle op{"embedding"};
        return op(x, m.parameter(0), m.arg(2));
      })
      .repr([](const NativeLayer& m) {
        return python_text(m.arg(0)) + ", " + python_text(m.arg(1)) +
               (m.arg(2).is_none() ? "" : ", padding_idx=" + python_text(m.arg(2)));
      });

  t.layer("Identity()").doc("Gives its input back. torch.nn.Identity").forward([](NativeLayer&, const Tensor& x) {
    return x;
  });

  t.layer("Dropout(float p=0.5, bool inplace=False)")
      .doc("In training, zeroes elements with probability p and scales the rest. torch.nn.Dropout")
      .setup(setup_dropout)
      .forward([](NativeLayer& m, const Tensor& x) { return ops::dropout(x, m.arg(0), m.training(), m.flag(1)); })
      .repr([](const NativeLayer& m) { return "p=" + python_text(m.arg(0)) + ", inplace=" + python_text(m.arg(1)); });

  t.layer("Flatten(int start_dim=1, int end_dim=-1)")
      .doc("Joins dimensions start_dim to end_dim into one. torch.nn.Flatten")
      .forward([](NativeLayer& m, const Tensor& x) { return ops::flatten(x, m.arg(0), m.arg(1)); })
      .repr([](const NativeLayer& m) {
        return "start_dim=" + python_text(m.arg(0)) + ", end_dim=" + python_text(m.arg(1));
      });

  t.layer("Unflatten(int dim, int[] unflattened_size)")
      .doc("Splits one dimension into several. torch.nn.Unflatten")
      .forward([](NativeLayer& m, const Tensor& x) {
        static const OpHandle op{"unflatten"};
        return op(x, m.arg(0), m.ints(1));
      })
      .repr([](const NativeLayer& m) {
        return "dim=" + python_text(m.arg(0)) + ", unflattened_size=" + python_text(m.arg(1));
      });

  t.layer("Sequential()")
      .doc("Runs its children one after another. Register them under \"0\", \"1\", ... torch.nn.Sequential")
      .forward_list(run_children);
}

}  // namespace gradbox
