#include "ops/autocast.h"

#include <set>

#include "ops/ops.h"

namespace gradbox {

namespace {

bool g_on = false;
DType g_lower = DType::BFloat16;

const std::set<std::string>& lower_precision() {
  static const std::set<std::string> names{"mm",
                                           "addmm",
                                           "bmm",
                                           "baddbmm",
                                           "addbmm",
                                           "linear",
                                           "matmul",
                                           "conv1d",
                                           "conv2d",
                                           "conv3d",
                                           "conv_transpose1d",
                                           "conv_transpose2d",
                                           "conv_transpose3d"};
  return names;
}

const std::set<std::string>& full_precision() {
  static const std::set<std::string> names{"mse_loss",
                                           "l1_loss",
                                           "smooth_l1_loss",
                                           "huber_loss",
                                           "cross_entropy",
                                           "nll_loss",
                                           "binary_cross_entropy",
                                           "kl_div",
                                           "ctc_loss",
                                           "poisson_nll_loss",
                                           "margin_ranking_loss",
                                           "cosine_embedding_loss",
                                           "cumsum",
                                           "cumprod",
                                           "prod",
                                           "quantile",
                                           "nanquantile",
                                           "cdist",
                                           "trace",
                                           "histc",
                                           "logcumsumexp",
                                           "hinge_embedding_loss",
                                           "triplet_margin_loss",
                                           "soft_margin_loss"};
  return names;
}

void cast(Value& v, DType to) {
  const auto one = [&](const Tensor& t) {
    if (!t.defined() || t.is_wrapped_number() || !is_floating(t.dtype()) ||
        t.dtype() == DType::Float64 || t.dtype() == to)
      return t;
    return ops::to(t, to);
  };
  if (v.is<Tensor>()) {
    v = one(v.get<Tensor>());
  } else if (v.is<TensorList>()) {
    TensorList out;
    for (const Tensor& t : v.get<TensorList>()) out.push_back(one(t));
    v = out;
  }
}

}  // namespace

void set_autocast(bool on, DType lower) {
  g_on = on;
  g_lower = lower;
}

void cast_for_autocast(const OpDef& op, Values& args) {
  if (!g_on || op.inplace_of) return;
  const bool lower = lower_precision().count(op.schema.name) > 0;
  if (!lower && !full_precision().count(op.schema.name)) return;
  for (Value& v : args) cast(v, lower ? g_lower : DType::Float32);
}

}  // namespace gradbox
