// torch.linalg: eigenvalues, singular values, and what is made of them.
#include <algorithm>
#include <cmath>

#include "kernels/decompose.h"
#include "ops/matrix_util.h"

namespace gradbox {
namespace {

// 1 / (x_j - x_i), 0 on the diagonal.
Tensor inverse_gaps(const Tensor& x) {
  const Tensor gaps = ops::sub(ops::unsqueeze(x, -2), ops::unsqueeze(x, -1));
  const Tensor same = call("eye", {x.size(-1)}, {{"dtype", DType::Bool}}).get<Tensor>();
  return ops::masked_fill(ops::reciprocal(ops::masked_fill(gaps, same, 1.0)), same, 0.0);
}

bool all_finite(const Tensor& t) {
  const double* p = t.data<double>();
  return std::all_of(p, p + t.numel(), [](double x) { return std::isfinite(x); });
}

void register_vectors(Registry& r) {
  r.op("linalg_eigh(Tensor self, str UPLO='L') -> (Tensor eigenvalues, Tensor eigenvectors)")
      .doc(
          "Eigenvalues, ascending, and eigenvectors of symmetric matrices, of which one triangle "
          "is read. torch.linalg.eigh")
      .in(kLinalg)
      .forward([](const Args& a) {
        const Tensor given = a.tensor(0);
        check_square(given, "linalg.eigh");
        const bool lower = a.string(1) == "L" || a.string(1) == "l";
        check(lower || a.string(1) == "U" || a.string(1) == "u",
              "Expected UPLO argument to be 'L' or 'U', but got ", a.string(1));
        const Tensor half = call(lower ? "tril" : "triu", {as_double(given)}).get<Tensor>();
        const Tensor t =
            ops::contiguous(ops::sub(ops::add(half, mt(half)), diag_embed(diagonal(half))));
        check(all_finite(t),
              "linalg.eigh: The algorithm failed to converge because the input matrix is "
              "ill-conditioned or has too many repeated eigenvalues (error code: 1).");
        const std::int64_t n = t.size(-1);
        const Tensor w = Tensor::empty(with_last(t, {n}), DType::Float64),
                     v = Tensor::empty(t.shape(), DType::Float64);
        for (std::int64_t b = 0; b < batch_of(t); ++b)
          kernels::eigh(t.data<double>() + b * n * n, n, given.dtype() != DType::Float64,
                        w.data<double>() + b * n, v.data<double>() + b * n * n);
        return TensorList{w.to_raw(given.dtype()), v.to_raw(given.dtype())};
      })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor v = c.output(1);
        const Tensor inner = ops::add(
            diag_embed(g[0]), ops::mul(ops::matmul(mt(v), g[1]), inverse_gaps(c.output(0))));
        return {ops::matmul(v, ops::matmul(inner, mt(v)))};
      })
      .no_gradcheck("defined on symmetric matrices only");
  r.op("linalg_eigvalsh(Tensor self, str UPLO='L') -> Tensor")
      .doc("Eigenvalues of symmetric matrices, ascending. torch.linalg.eigvalsh")
      .in(kLinalg)
      .composite([](const Args& a) {
        return call("linalg_eigh", {a[0], a[1]}).get<TensorList>()[0];
      });
  r.op("linalg_svd(Tensor A, bool full_matrices=True) -> (Tensor U, Tensor S, Tensor Vh)")
      .doc("A = U diag(S) Vh, singular values descending. torch.linalg.svd")
      .in(kLinalg)
      .forward([](const Args& a) {
        const Tensor t = as_double(a.tensor(0));
        check(t.dim() >= 2, "linalg.svd: The input tensor A must have at least 2 dimensions.");
        const std::int64_t m = t.size(-2), n = t.size(-1), k = std::min(m, n);
        check(all_finite(t),
              "linalg.svd: The algorithm failed to converge because the input matrix contained "
              "non-finite values.");
        const bool full = a.boolean(1);
        const Tensor u = Tensor::empty(with_last(t, {m, full ? m : k}), DType::Float64),
                     v = Tensor::empty(with_last(t, {full ? n : k, n}), DType::Float64);
        const Tensor s = Tensor::empty(with_last(t, {k}), DType::Float64);
        for (std::int64_t b = 0; b < batch_of(t); ++b)
          kernels::svd(t.data<double>() + b * m * n, m, n, full,
                       a.tensor(0).dtype() != DType::Float64,
                       u.data<double>() + b * u.size(-2) * u.size(-1), s.data<double>() + b * k,
                       v.data<double>() + b * v.size(-2) * v.size(-1));
        return TensorList{u.to_raw(a.tensor(0).dtype()), s.to_raw(a.tensor(0).dtype()),
                          v.to_raw(a.tensor(0).dtype())};
      })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor s = c.output(1);
        const long long k = s.size(-1);
        // Only the first k columns have gradients.
        const Tensor u = ops::slice(c.output(0), -1, 0, k), vt = ops::slice(c.output(2), -2, 0, k),
                     v = mt(vt);
        const Tensor gu = ops::slice(g[0], -1, 0, k), gv = mt(ops::slice(g[2], -2, 0, k));
        const Tensor gaps = inverse_gaps(ops::mul(s, s)), row = ops::unsqueeze(s, -2),
                     column = ops::unsqueeze(s, -1);
        const auto skew = [](const Tensor& x) { return ops::sub(x, mt(x)); };
        Tensor inner = ops::mul(ops::mul(skew(ops::matmul(mt(u), gu)), gaps), row);
        inner = ops::add(inner, ops::mul(ops::mul(skew(ops::matmul(vt, gv)), gaps), column));
        inner = ops::add(inner, diag_embed(g[1]));
        Tensor out = ops::matmul(u, ops::matmul(inner, vt));
        const auto outside = [](const Tensor& basis, const Tensor& x) {
          return ops::sub(x, ops::matmul(basis, ops::matmul(mt(basis), x)));
        };
        if (u.size(-2) > k) out = ops::add(out, ops::matmul(outside(u, ops::div(gu, row)), vt));
        if (v.size(-2) > k) out = ops::add(out, ops::matmul(u, mt(outside(v, ops::div(gv, row)))));
        return {out};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 2}), false});
        s.add({s.randn({2, 3}), false});
      });
  r.op("linalg_svdvals(Tensor A) -> Tensor")
      .doc("Singular values, descending. torch.linalg.svdvals")
      .in(kLinalg)
      .composite([](const Args& a) {
        return call("linalg_svd", {a[0], false}).get<TensorList>()[1];
      });
  r.op("svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)")
      .doc("self = U diag(S) V^T. torch.svd")
      .composite([](const Args& a) {
        const TensorList out = call("linalg_svd", {a[0], !a.boolean(1)}).get<TensorList>();
        return TensorList{out[0], out[1], mt(out[2])};
      });
}

Tensor singular_limit(const Tensor& s, const Tensor& a, const Value& rtol) {
  const double eps = a.dtype() == DType::Float32 ? 1.1920928955078125e-07 : 2.220446049250313e-16;
  const double relative = rtol.is_none()
                              ? eps * static_cast<double>(std::max(a.size(-1), a.size(-2)))
                              : rtol.as_double();
  return ops::mul(ops::amax(s, IntList{-1}, true), relative);
}

void register_pseudo(Registry& r) {
  for (const char* name : {"linalg_pinv", "pinverse"}) {
    const bool plain = name[0] == 'p';
    r.op(std::string(name) +
         (plain ? "(Tensor self, float rcond=1e-15) -> Tensor"
                : "(Tensor self, float? rtol=None, bool hermitian=False) -> Tensor"))
        .doc("Moore-Penrose inverses of matrices. torch.linalg.pinv")
        .in(plain ? kTorch | kTensor : unsigned{kLinalg})
        .node("LinalgPinvBackward0")
        .forward([](const Args& a) {
          const TensorList usv = call("linalg_svd", {a[0], false}).get<TensorList>();
          const Tensor s = usv[1], small = ops::le(s, singular_limit(s, a.tensor(0), a[1]));
          const Tensor inverted =
              ops::masked_fill(ops::reciprocal(ops::masked_fill(s, small, 1.0)), small, 0.0);
          return ops::matmul(ops::mul(mt(usv[2]), ops::unsqueeze(inverted, -2)), mt(usv[0]))
              .contiguous_raw();
        })
        .saves({"self"})
        .saves_output()
        .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
          // Golub & Pereyra 1973, as one sum: -P^T G P^T + P^T P (G^T...) and its mirror image.
          const Tensor a = c.tensor(0), p = c.output(), pt = mt(p), gt = mt(g[0]);
          const Tensor first = ops::neg(ops::matmul(pt, ops::matmul(g[0], pt)));
          const Tensor right = ops::sub(gt, ops::matmul(a, ops::matmul(p, gt)));  // (I - A P) G^T
          const Tensor left = ops::sub(gt, ops::matmul(gt, ops::matmul(p, a)));   // G^T (I - P A)
          return {ops::add(first, ops::add(ops::matmul(right, ops::matmul(p, pt)),
                                           ops::matmul(ops::matmul(pt, p), left)))};
        })
        .samples([](Samples& s) {
          s.add({s.randn({3, 2})});
          s.add({s.randn({2, 3})});
        });
  }
  r.op("linalg_matrix_rank(Tensor self, float? tol=None, bool hermitian=False) -> Tensor")
      .doc("How many singular values lie above the limit. torch.linalg.matrix_rank")
      .in(kLinalg)
      .forward([](const Args& a) {
        check(a.tensor(0).dim() >= 2,
              "torch.linalg.matrix_rank: The input tensor input must have at least 2 dimensions.");
        const Tensor s = call("linalg_svdvals", {a[0]}).get<Tensor>();
        const Tensor limit = a.has(1) ? Tensor::full({}, a.number(1), s.dtype())
                                      : singular_limit(s, a.tensor(0), Value());
        return ops::sum(ops::gt(s, limit), IntList{-1});
      });
}

}  // namespace

void register_spectra(Registry& r) {
  register_vectors(r);
  register_pseudo(r);
}

}  // namespace gradbox
