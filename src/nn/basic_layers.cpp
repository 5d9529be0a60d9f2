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

// Embedding and EmbeddingBag; their padding_idx is argument number `padding`.
void setup_table(NativeLayer& m, std::size_t padding) {
  const std::int64_t rows = m.integer(0), width = m.integer(1);
  if (!m.arg(padding).is_none()) {
    const std::int64_t i = m.integer(padding);
    expect(i >= -rows && i < rows, m.name() == "Embedding" ? "P" : "p",
           "adding_idx must be within num_embeddings");
    if (i < 0) m.set_arg(padding, static_cast<long long>(rows + i));
  }
  const Tensor weight = m.add_parameter("weight", {rows, width});
  init::normal_(weight);
  if (!m.arg(padding).is_none()) {
    const Tensor row = weight.detach().alias({width}, {1}, m.integer(padding) * width);
    init::zeros_(row);
  }
}

// max_norm, norm_type and scale_grad_by_freq, as far as they aren't the defaults.
std::string more_text(const NativeLayer& m, std::size_t max_norm, std::size_t norm_type,
                      std::size_t by_freq) {
  std::string s;
  if (!m.arg(max_norm).is_none()) s += ", max_norm=" + python_text(m.arg(max_norm));
  if (m.number(norm_type) != 2) s += ", norm_type=" + python_text(m.arg(norm_type));
  if (m.flag(by_freq)) s += ", scale_grad_by_freq=True";
  return s;
}

void setup_dropout(NativeLayer& m) {
  if (m.number(0) < 0 || m.number(0) > 1)
    fail(ErrorKind::Value, "dropout probability has to be between 0 and 1, but got ",
         python_text(m.arg(0)));
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
  // The second is what PyTorch calls the output projection of MultiheadAttention.
  for (const char* name : {"Linear", "NonDynamicallyQuantizableLinear"})
    t.layer(std::string(name) +
            "(int in_features, int out_features, bool bias=True, str? device=None, ScalarType? "
            "dtype=None)")
        .doc("x @ weight.T + bias. Shapes: (*, in_features) to (*, out_features). torch.nn.Linear")
        .setup(setup_linear)
        .forward([](NativeLayer& m, const Tensor& x) {
          return ops::linear(x, m.parameter(0), m.parameter(1));
        })
        .repr([](const NativeLayer& m) {
          return "in_features=" + python_text(m.arg(0)) +
                 ", out_features=" + python_text(m.arg(1)) +
                 ", bias=" + (m.parameter(1).defined() ? "True" : "False");
        });

  t.layer(
       "Embedding(int num_embeddings, int embedding_dim, int? padding_idx=None, float? "
       "max_norm=None, float norm_type=2.0, "
       "bool scale_grad_by_freq=False, bool sparse=False, *, str? device=None, ScalarType? "
       "dtype=None)")
      .doc(
          "Rows of a table, by integer index. Shapes: (*) to (*, embedding_dim). "
          "torch.nn.Embedding")
      .setup([](NativeLayer& m) { setup_table(m, 2); })
      .forward([](NativeLayer& m, const Tensor& x) {
        return call("embedding", {x, m.parameter(0), m.arg(2), m.arg(3), m.number(4), m.arg(5)})
            .get<Tensor>();
      })
      .repr([](const NativeLayer& m) {
        return python_text(m.arg(0)) + ", " + python_text(m.arg(1)) +
               (m.arg(2).is_none() ? "" : ", padding_idx=" + python_text(m.arg(2))) +
               more_text(m, 3, 4, 5) + (m.flag(6) ? ", sparse=True" : "");
      });

  t.layer(
       "EmbeddingBag(int num_embeddings, int embedding_dim, float? max_norm=None, float "
       "norm_type=2.0, bool scale_grad_by_freq=False, "
       "str mode='mean', bool sparse=False, bool include_last_offset=False, int? padding_idx=None, "
       "str? device=None, ScalarType? dtype=None)")
      .doc("Sums, means or maxima of bags of embeddings. torch.nn.EmbeddingBag")
      .takes("Tensor input, Tensor? offsets=None, Tensor? per_sample_weights=None")
      .setup([](NativeLayer& m) { setup_table(m, 8); })
      .forward_list([](NativeLayer& m, const TensorList& in) {
        return TensorList{
            call("embedding_bag", {in[0], m.parameter(0), in[1], m.arg(2), m.number(3), m.arg(4),
                                   m.arg(5), m.arg(6), in[2], m.arg(7), m.arg(8)})
                .get<Tensor>()};
      })
      .repr([](const NativeLayer& m) {
        return python_text(m.arg(0)) + ", " + python_text(m.arg(1)) + more_text(m, 2, 3, 4) +
               ", mode=" + m.text(5) +
               (m.arg(8).is_none() ? "" : ", padding_idx=" + python_text(m.arg(8)));
      });

  t.layer(
       "Bilinear(int in1_features, int in2_features, int out_features, bool bias=True, str? "
       "device=None, ScalarType? dtype=None)")
      .doc("x1^T A x2 + b. torch.nn.Bilinear")
      .takes("Tensor input1, Tensor input2")
      .setup([](NativeLayer& m) {
        const double bound = 1 / std::sqrt(static_cast<double>(m.integer(0)));
        init::uniform_(m.add_parameter("weight", {m.integer(2), m.integer(0), m.integer(1)}),
                       -bound, bound);
        if (m.flag(3)) init::uniform_(m.add_parameter("bias", {m.integer(2)}), -bound, bound);
        else m.register_parameter("bias", {});
      })
      .forward_list([](NativeLayer& m, const TensorList& in) {
        return TensorList{
            call("bilinear", {in[0], in[1], m.parameter(0), m.parameter(1)}).get<Tensor>()};
      })
      .repr([](const NativeLayer& m) {
        return "in1_features=" + python_text(m.arg(0)) + ", in2_features=" + python_text(m.arg(1)) +
               ", out_features=" + python_text(m.arg(2)) +
               ", bias=" + (m.parameter(1).defined() ? "True" : "False");
      });

  t.layer("CosineSimilarity(int dim=1, float eps=1e-08)")
      .doc("Cosine of the angle between vectors. torch.nn.CosineSimilarity")
      .takes("Tensor x1, Tensor x2")
      .forward_list([](NativeLayer& m, const TensorList& in) {
        return TensorList{
            call("cosine_similarity", {in[0], in[1], m.arg(0), m.number(1)}).get<Tensor>()};
      });
  t.layer("PairwiseDistance(float p=2.0, float eps=1e-06, bool keepdim=False)")
      .doc("p-norm of the difference of vectors. torch.nn.PairwiseDistance")
      .takes("Tensor x1, Tensor x2")
      .forward_list([](NativeLayer& m, const TensorList& in) {
        return TensorList{
            call("pairwise_distance", {in[0], in[1], m.number(0), m.number(1), m.arg(2)})
                .get<Tensor>()};
      });

  for (const char* name :
       {"Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"}) {
    const std::string kind = name;
    const std::string op = kind == "AlphaDropout"          ? "alpha_dropout"
                           : kind == "FeatureAlphaDropout" ? "feature_alpha_dropout"
                                                           : "dropout" + kind.substr(7);
    t.layer(kind + "(float p=0.5, bool inplace=False)")
        .doc(
            "In training, zeroes whole channels, or keeps mean and variance as SELU wants them. "
            "torch.nn." +
            kind)
        .setup(setup_dropout)
        .forward([op](NativeLayer& m, const Tensor& x) {
          return call(op, {x, m.number(0), m.training()}).get<Tensor>();
        })
        .repr([](const NativeLayer& m) {
          return "p=" + python_text(m.arg(0)) + ", inplace=" + python_text(m.arg(1));
        });
  }

  t.layer("Identity()")
      .doc("Gives its input back. torch.nn.Identity")
      .forward([](NativeLayer&, const Tensor& x) { return x; });

  t.layer("Dropout(float p=0.5, bool inplace=False)")
      .doc("In training, zeroes elements with probability p and scales the rest. torch.nn.Dropout")
      .setup(setup_dropout)
      .forward([](NativeLayer& m, const Tensor& x) {
        return ops::dropout(x, m.arg(0), m.training(), m.flag(1));
      })
      .repr([](const NativeLayer& m) {
        return "p=" + python_text(m.arg(0)) + ", inplace=" + python_text(m.arg(1));
      });

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
      .doc(
          "Runs its children one after another. Register them under \"0\", \"1\", ... "
          "torch.nn.Sequential")
      .takes("")
      .forward_list(run_children);
}

}  // namespace gradbox
