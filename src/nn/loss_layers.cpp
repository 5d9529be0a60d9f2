// Losses: modules that take (input, target). A `weight` tensor is a buffer of that name, so a front
// end that makes layers from JSON registers it after construction.
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

using LossForward = std::function<Tensor(NativeLayer&, const Tensor& input, const Tensor& target)>;

LayerBuilder loss(LayerTable& t, const std::string& signature, const std::string& doc, LossForward f) {
  LayerBuilder b = t.layer(signature);
  return b.doc(doc).inputs(2).forward_list(
      [f](NativeLayer& m, const TensorList& in) { return TensorList{f(m, in[0], in[1])}; });
}

void add_weight(NativeLayer& m, const char* name, std::size_t i) {
  m.register_buffer(name, m.arg(i).is_none() ? Tensor() : m.arg(i).get<Tensor>());
}

}  // namespace

void register_loss_layers(LayerTable& t) {
  loss(t, "MSELoss(*, str reduction='mean')", "Mean of (input - target)^2. torch.nn.MSELoss",
       [](NativeLayer& m, const Tensor& x, const Tensor& y) { return ops::mse_loss(x, y, m.arg(0)); });
  loss(t, "L1Loss(*, str reduction='mean')", "Mean of |input - target|. torch.nn.L1Loss",
       [](NativeLayer& m, const Tensor& x, const Tensor& y) { return ops::l1_loss(x, y, m.arg(0)); });
  loss(t, "SmoothL1Loss(*, str reduction='mean', float beta=1.0)",
       "Squared below beta, absolute above. torch.nn.SmoothL1Loss",
       [op = OpHandle("smooth_l1_loss")](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return op(x, y, m.arg(0), m.arg(1));
       });
  loss(t, "HuberLoss(str reduction='mean', float delta=1.0)",
       "delta times SmoothL1Loss. Huber 1964. torch.nn.HuberLoss",
       [op = OpHandle("huber_loss")](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return op(x, y, m.arg(0), m.arg(1));
       });
  loss(t, "KLDivLoss(*, str reduction='mean', bool log_target=False)",
       "Kullback-Leibler divergence of log-probabilities. torch.nn.KLDivLoss",
       [op = OpHandle("kl_div")](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return op(x, y, m.arg(0), m.arg(1));
       });
  loss(t, "CrossEntropyLoss(Tensor? weight=None, *, int ignore_index=-100, str reduction='mean', float label_smoothing=0.0)",
       "NLLLoss of log_softmax. Shapes: (N, C) and class indices (N) or probabilities (N, C). "
       "torch.nn.CrossEntropyLoss",
       [](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return ops::cross_entropy(x, y, m.buffer(0), m.arg(1), m.arg(2), m.arg(3));
       })
      .setup([](NativeLayer& m) { add_weight(m, "weight", 0); });
  loss(t, "NLLLoss(Tensor? weight=None, *, int ignore_index=-100, str reduction='mean')",
       "Minus the log-probability of the class. Shapes: (N, C) and (N). torch.nn.NLLLoss",
       [](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return ops::nll_loss(x, y, m.buffer(0), m.arg(1), m.arg(2));
       })
      .setup([](NativeLayer& m) { add_weight(m, "weight", 0); });
  loss(t, "BCELoss(Tensor? weight=None, *, str reduction='mean')",
       "Cross entropy of probabilities in [0, 1]. torch.nn.BCELoss",
       [](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return ops::binary_cross_entropy(x, y, m.buffer(0), m.arg(1));
       })
      .setup([](NativeLayer& m) { add_weight(m, "weight", 0); });
  loss(t, "BCEWithLogitsLoss(Tensor? weight=None, *, str reduction='mean', Tensor? pos_weight=None)",
       "BCELoss of sigmoid(input), computed stably. torch.nn.BCEWithLogitsLoss",
       [](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return ops::binary_cross_entropy_with_logits(x, y, m.buffer(0), m.arg(1), m.buffer(1));
       })
      .setup([](NativeLayer& m) {
        add_weight(m, "weight", 0);
        add_weight(m, "pos_weight", 2);
      });
}

}  // namespace gradbox
