// Distances and similarities of vectors, and the losses made of them.
#include "ops/ops.h"

namespace gradbox {
namespace {

const OpHandle norm{"norm"};
const OpHandle clamp_min{"clamp_min"};

Tensor reduced(const Tensor& losses, const std::string& reduction) {
  if (reduction == "none") return losses;
  if (reduction == "sum") return ops::sum(losses);
  if (reduction != "mean") fail(ErrorKind::Value, reduction, " is not a valid value for reduction");
  return ops::mean(losses);
}

Tensor unit(const Tensor& t, std::int64_t dim, double eps) {
  return ops::div(t, ops::expand(clamp_min(norm(t, 2, IntList{dim}, true), eps), t.shape()));
}

Tensor cosine(const Tensor& a, const Tensor& b, std::int64_t dim, double eps) {
  const Dims shape = broadcast_shapes(a.shape(), b.shape());
  const Tensor x = a.shape() == shape ? a : ops::expand(a, shape);
  const Tensor y = b.shape() == shape ? b : ops::expand(b, shape);
  return ops::sum(ops::mul(unit(x, dim, eps), unit(y, dim, eps)), dim);
}

Tensor pairwise(const Tensor& a, const Tensor& b, double p, double eps, bool keepdim) {
  return norm(ops::add(ops::sub(a, b), eps), p, IntList{-1}, keepdim);
}

}  // namespace

// cosine_embedding_loss: one target for one pair of vectors, or a list for two lists.
void check_target(const Tensor& x, const Tensor& y, const Tensor& target) {
  check(target.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
  const std::int64_t rank = target.dim() + 1;
  if (x.dim() != rank || y.dim() != rank)
    fail(ErrorKind::Runtime, target.dim(), "D target tensor expects ", rank,
         "D input tensors, but found inputs with sizes ", to_string(x.shape()), " and ",
         to_string(y.shape()), ".");
}

void register_distance(Registry& r) {
  r.op("cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor")
      .doc(
          "Cosine of the angle between vectors along a dimension; norms are not below eps. "
          "torch.nn.functional.cosine_similarity")
      .in(kFunctional | kTorch)
      .composite([](const Args& a) {
        return cosine(a.tensor(0), a.tensor(1), a.integer(2), a.number(3));
      });
  r.op("normalize(Tensor input, float p=2.0, int dim=1, float eps=1e-12) -> Tensor")
      .doc("input divided by its p-norm along a dimension. torch.nn.functional.normalize")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        const Tensor length = norm(t, a.number(1), IntList{a.integer(2)}, true);
        return ops::div(t, ops::expand(clamp_min(length, a.number(3)), t.shape()));
      });
  r.op("pairwise_distance(Tensor x1, Tensor x2, float p=2.0, float eps=1e-06, bool keepdim=False)"
       " -> Tensor")
      .doc(
          "p-norm of x1 - x2 + eps along the last dimension. "
          "torch.nn.functional.pairwise_distance")
      .in(kFunctional | kTorch)
      .composite([](const Args& a) {
        return pairwise(a.tensor(0), a.tensor(1), a.number(2), a.number(3), a.boolean(4));
      });
  r.op("cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, "
       "str reduction='mean') -> Tensor")
      .doc(
          "1 - cos where target is 1, max(0, cos - margin) where it is -1. "
          "torch.nn.functional.cosine_embedding_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        check_target(a.tensor(0), a.tensor(1), a.tensor(2));
        const Tensor y = a.tensor(2), c = cosine(a.tensor(0), a.tensor(1), -1, 1e-8);
        const Tensor zeros = ops::zeros_like(c);
        const Tensor alike = ops::where(ops::eq(y, 1), ops::sub(1, c), zeros);
        const Tensor apart =
            ops::where(ops::eq(y, -1), clamp_min(ops::sub(c, a.number(3)), 0.0), zeros);
        return reduced(ops::add(alike, apart), a.string(4));
      });
  r.op("triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1.0, "
       "float p=2.0, float eps=1e-06, bool swap=False, str reduction='mean') -> Tensor")
      .doc(
          "max(0, distance to positive - distance to negative + margin). "
          "torch.nn.functional.triplet_margin_loss")
      .in(kFunctional)
      .composite([](const Args& a) {
        const double p = a.number(4), eps = a.number(5);
        const std::int64_t x = a.tensor(0).dim(), y = a.tensor(1).dim(), z = a.tensor(2).dim();
        if (x != y || x != z)
          fail(ErrorKind::Runtime, "All inputs should have same dimension but got ", x, "D, ", y,
               "D and ", z, "D inputs.");
        const Tensor near = pairwise(a.tensor(0), a.tensor(1), p, eps, false);
        Tensor far = pairwise(a.tensor(0), a.tensor(2), p, eps, false);
        if (a.boolean(6))
          far = ops::minimum(far, pairwise(a.tensor(1), a.tensor(2), p, eps, false));
        return reduced(clamp_min(ops::sub(ops::add(near, a.number(3)), far), 0.0), a.string(7));
      });
}

}  // namespace gradbox
