// Losses: modules that take (input, target). A `weight` tensor is a buffer of that name, so a front
// end that makes layers from JSON registers it after construction.
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

using LossForward = Callable<Tensor(NativeLayer&, const Tensor& input, const Tensor& target)>;

LayerBuilder loss(LayerTable& t, const std::string& signature, const std::string& doc,
                  LossForward f) {
  LayerBuilder b = t.layer(signature);
  return b.doc(doc)
      .takes("Tensor input, Tensor target")
      .forward_list(
          [f](NativeLayer& m, const TensorList& in) { return TensorList{f(m, in[0], in[1])}; });
}

// A loss of three inputs.
void loss_of_three(LayerTable& t, const std::string& signature, const std::string& takes,
                   const std::string& doc, Callable<Tensor(NativeLayer&, const TensorList&)> f) {
  t.layer(signature).doc(doc).takes(takes).forward_list(
      [f](NativeLayer& m, const TensorList& in) { return TensorList{f(m, in)}; });
}

void add_weight(NativeLayer& m, const char* name, std::size_t i) {
  m.register_buffer(name, m.arg(i).is_none() ? Tensor() : m.arg(i).get<Tensor>());
}

void register_more_losses(LayerTable& t) {
  const std::string reduction = "str reduction='mean')";
  loss(t, "SoftMarginLoss(*, " + reduction, "log(1 + exp(-target input)). torch.nn.SoftMarginLoss",
       [op = OpHandle("soft_margin_loss")](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return op(x, y, m.arg(0));
       });
  loss(t, "PoissonNLLLoss(bool log_input=True, bool full=False, *, float eps=1e-08, " + reduction,
       "Negative log likelihood of a Poisson distribution. torch.nn.PoissonNLLLoss",
       [op = OpHandle("poisson_nll_loss")](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return op(x, y, m.arg(0), m.arg(1), m.arg(2), m.arg(3));
       });
  loss(t, "HingeEmbeddingLoss(float margin=1.0, *, " + reduction,
       "Distances of pairs that are alike (1) or not (-1). torch.nn.HingeEmbeddingLoss",
       [op = OpHandle("hinge_embedding_loss")](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return op(x, y, m.number(0), m.arg(1));
       });
  loss(t, "MultiMarginLoss(int p=1, float margin=1.0, Tensor? weight=None, *, " + reduction,
       "Hinge loss of many classes. torch.nn.MultiMarginLoss",
       [op = OpHandle("multi_margin_loss")](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return op(x, y, m.arg(0), m.number(1), m.buffer(0), m.arg(3));
       })
      .setup([](NativeLayer& m) {
        if (m.number(0) != 1 && m.number(0) != 2)
          fail(ErrorKind::Value, "only p == 1 and p == 2 supported");
        add_weight(m, "weight", 2);
      });
  loss(t, "MultiLabelMarginLoss(*, " + reduction,
       "Hinge loss of several labels. torch.nn.MultiLabelMarginLoss",
       [op = OpHandle("multilabel_margin_loss")](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return op(x, y, m.arg(0));
       });
  loss(t, "MultiLabelSoftMarginLoss(Tensor? weight=None, *, " + reduction,
       "BCEWithLogitsLoss, mean over classes. torch.nn.MultiLabelSoftMarginLoss",
       [op = OpHandle("multilabel_soft_margin_loss")](NativeLayer& m, const Tensor& x,
                                                      const Tensor& y) {
         return op(x, y, m.buffer(0), m.arg(1));
       })
      .setup([](NativeLayer& m) { add_weight(m, "weight", 0); });
  loss_of_three(t, "GaussianNLLLoss(*, bool full=False, float eps=1e-06, " + reduction,
                "Tensor input, Tensor target, Tensor var",
                "Negative log likelihood of a normal distribution. torch.nn.GaussianNLLLoss",
                [](NativeLayer& m, const TensorList& in) {
                  return call("gaussian_nll_loss",
                              {in[0], in[1], in[2], m.arg(0), m.number(1), m.arg(2)})
                      .get<Tensor>();
                });
  loss_of_three(t, "MarginRankingLoss(float margin=0.0, *, " + reduction,
                "Tensor input1, Tensor input2, Tensor target",
                "Which of two is to be larger. torch.nn.MarginRankingLoss",
                [](NativeLayer& m, const TensorList& in) {
                  return call("margin_ranking_loss", {in[0], in[1], in[2], m.number(0), m.arg(1)})
                      .get<Tensor>();
                });
  loss_of_three(t, "CosineEmbeddingLoss(float margin=0.0, *, " + reduction,
                "Tensor input1, Tensor input2, Tensor target",
                "Cosines of pairs that are alike (1) or not (-1). torch.nn.CosineEmbeddingLoss",
                [](NativeLayer& m, const TensorList& in) {
                  return call("cosine_embedding_loss", {in[0], in[1], in[2], m.number(0), m.arg(1)})
                      .get<Tensor>();
                });
  loss_of_three(
      t,
      "TripletMarginLoss(float margin=1.0, float p=2.0, float eps=1e-06, bool swap=False, *, " +
          reduction,
      "Tensor anchor, Tensor positive, Tensor negative",
      "Distances to a positive and a negative sample. torch.nn.TripletMarginLoss",
      [](NativeLayer& m, const TensorList& in) {
        return call("triplet_margin_loss", {in[0], in[1], in[2], m.number(0), m.number(1),
                                            m.number(2), m.arg(3), m.arg(4)})
            .get<Tensor>();
      });
  t.layer("TripletMarginWithDistanceLoss(*, float margin=1.0, bool swap=False, " + reduction)
      .doc(
          "TripletMarginLoss with any distance: the child \"distance_function\". "
          "torch.nn.TripletMarginWithDistanceLoss")
      .takes("Tensor anchor, Tensor positive, Tensor negative")
      .setup([](NativeLayer& m) { m.add_child("distance_function", "PairwiseDistance", {}); })
      .forward_list([](NativeLayer& m, const TensorList& in) {
        Module& distance = m.child_at(0);
        const Tensor near = distance(TensorList{in[0], in[1]});
        Tensor far = distance(TensorList{in[0], in[2]});
        if (m.flag(1)) far = ops::minimum(far, distance(TensorList{in[1], in[2]}));
        const Tensor loss =
            call("clamp_min", {ops::sub(ops::add(near, m.number(0)), far), 0.0}).get<Tensor>();
        if (m.text(2) == "none") return TensorList{loss};
        return TensorList{m.text(2) == "sum" ? ops::sum(loss) : ops::mean(loss)};
      });
  loss_of_three(t, "CTCLoss(int blank=0, str reduction='mean', bool zero_infinity=False)",
                "Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths",
                "Loss of unaligned label sequences. Graves et al. 2006. torch.nn.CTCLoss",
                [](NativeLayer& m, const TensorList& in) {
                  return call("ctc_loss",
                              {in[0], in[1], in[2], in[3], m.arg(0), m.arg(1), m.arg(2)})
                      .get<Tensor>();
                });
}

}  // namespace

void register_loss_layers(LayerTable& t) {
  register_more_losses(t);
  loss(t, "MSELoss(*, str reduction='mean')", "Mean of (input - target)^2. torch.nn.MSELoss",
       [](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return ops::mse_loss(x, y, m.arg(0));
       });
  loss(t, "L1Loss(*, str reduction='mean')", "Mean of |input - target|. torch.nn.L1Loss",
       [](NativeLayer& m, const Tensor& x, const Tensor& y) {
         return ops::l1_loss(x, y, m.arg(0));
       });
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
  loss(t,
       "CrossEntropyLoss(Tensor? weight=None, *, int ignore_index=-100, str reduction='mean', "
       "float label_smoothing=0.0)",
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
  loss(t,
       "BCEWithLogitsLoss(Tensor? weight=None, *, str reduction='mean', Tensor? pos_weight=None)",
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
