// torch.linalg: inverses, determinants, solutions and decompositions, of batches of matrices.
#include "kernels/decompose.h"

#include <cmath>
#include <functional>

#include "ops/families.h"

namespace gradbox {
namespace {

const OpHandle inv{"linalg_inv"};
const OpHandle solve{"linalg_solve"};
const OpHandle tril{"tril"};
const OpHandle diag_embed{"diag_embed"};

Tensor mt(const Tensor& t) { return ops::transpose(t, -2, -1); }
Tensor diagonal(const Tensor& t) { return call("diagonal", {t, 0, -2, -1}).get<Tensor>(); }

void check_square(const Tensor& t, const char* name) {
  check(t.dim() >= 2, name, ": The input tensor A must have at least 2 dimensions.");
  check(t.size(-1) == t.size(-2), name, ": A must be batches of square matrices, but they are ",
        t.size(-2), " by ", t.size(-1), " matrices");
  check(is_floating(t.dtype()), name,
        ": Expected a floating point or complex tensor as input. Got ",
        scalar_type_name(t.dtype()));
}

Tensor as_double(const Tensor& t) { return t.to_raw(DType::Float64).contiguous_raw(); }
std::int64_t batch_of(const Tensor& t) {
  return t.numel() ? t.numel() / (t.size(-1) * t.size(-2)) : 0;
}

Dims with_last(const Tensor& t, std::initializer_list<std::int64_t> last, std::int64_t drop = 2) {
  Dims shape(t.shape().begin(), t.shape().end() - drop);
  shape.insert(shape.end(), last);
  return shape;
}

// LU factors of a batch of matrices.
struct Factors {
  Tensor a;
  std::int64_t n;
  std::vector<std::int64_t> pivots;
  std::vector<double> signs;
  explicit Factors(const Tensor& t, const std::function<void(std::int64_t)>& on_singular = {})
      : a(as_double(t).clone_raw()), n(t.size(-1)) {
    const std::int64_t batch = batch_of(a);
    pivots.resize(static_cast<std::size_t>(batch * n));
    for (std::int64_t b = 0; b < batch; ++b) {
      std::int64_t singular = 0;
      signs.push_back(kernels::lu(matrix(b), n, pivots.data() + b * n, &singular));
      if (singular && on_singular) on_singular(singular);
    }
  }
  double* matrix(std::int64_t b) const { return a.data<double>() + b * n * n; }
  void solve(std::int64_t b, double* x, std::int64_t k) const {
    kernels::lu_solve(matrix(b), pivots.data() + b * n, n, x, k);
  }
};

Tensor inverse(const Args& a, const char* name) {
  const Tensor t = a.tensor(0);
  check_square(t, name);
  const Factors f(t, [&](std::int64_t at) {
    fail(ErrorKind::Runtime, name, ": The diagonal element ", at,
         " is zero, the inversion could not be completed because the input matrix is singular.");
  });
  const Tensor out = Tensor::full(t.shape(), 0, DType::Float64);
  for (std::int64_t b = 0; b < batch_of(t); ++b) {
    double* p = out.data<double>() + b * f.n * f.n;
    for (std::int64_t i = 0; i < f.n; ++i) p[i * f.n + i] = 1;
    f.solve(b, p, f.n);
  }
  return out.to_raw(t.dtype());
}

// (sign, log |det|) of every matrix, or its determinant.
TensorList determinants(const Tensor& t, bool logarithm) {
  const Factors f(t);
  const Dims shape = with_last(t, {});
  const Tensor first = Tensor::full(shape, 1, DType::Float64),
               second = Tensor::full(shape, 0, DType::Float64);
  for (std::int64_t b = 0; b < batch_of(t); ++b) {
    double det = f.signs[static_cast<std::size_t>(b)], log = 0;
    for (std::int64_t i = 0; i < f.n; ++i) {
      const double d = f.matrix(b)[i * f.n + i];
      log += std::log(std::abs(d));
      det *= logarithm ? (d > 0) - (d < 0) : d;
    }
    first.data<double>()[b] = det;
    second.data<double>()[b] = log;
  }
  return {first.to_raw(t.dtype()), second.to_raw(t.dtype())};
}

// A number a matrix, to multiply matrices with.
Tensor over_matrices(const Tensor& g) { return ops::unsqueeze(ops::unsqueeze(g, -1), -1); }

// Well away from singular: random, plus a multiple of the identity.
Tensor well(Samples& s, std::int64_t n) {
  const Tensor t = s.uniform({n, n}, -1, 1);
  for (std::int64_t i = 0; i < n; ++i) t.data<double>()[i * n + i] += 3;
  return t;
}

void register_inverses(Registry& r) {
  const auto cases = [](Samples& s) { s.add({well(s, 3)}); };
  for (const char* name : {"linalg_inv", "inverse"})
    r.op(std::string(name) + "(Tensor self) -> Tensor")
        .doc("Inverses of matrices [..., n, n]. torch.linalg.inv")
        .in(name[0] == 'l' ? unsigned{kLinalg} : kTorch | kTensor)
        .node("LinalgInvExBackward0")
        .forward([](const Args& a) { return inverse(a, "linalg.inv"); })
        .saves_output()
        .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
          const Tensor y = mt(c.output());
          return {ops::neg(ops::matmul(y, ops::matmul(g[0], y)))};
        })
        .samples(cases);
  for (const char* name : {"linalg_det", "det"})
    r.op(std::string(name) + "(Tensor self) -> Tensor")
        .doc("Determinants of matrices [..., n, n]. torch.linalg.det")
        .in(name[0] == 'l' ? unsigned{kLinalg} : kTorch | kTensor)
        .node("LinalgDetBackward0")
        .onnx("Det")
        .forward([](const Args& a) {
          check_square(a.tensor(0), "linalg.det");
          return determinants(a.tensor(0), false)[0];
        })
        .saves({"self"})
        .saves_output()
        .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
          return {ops::mul(over_matrices(ops::mul(g[0], c.output())), mt(inv(c.tensor(0))))};
        })
        .samples(cases);
  for (const char* name : {"linalg_slogdet", "slogdet"})
    r.op(std::string(name) + "(Tensor self) -> (Tensor sign, Tensor logabsdet)")
        .doc("Signs and logarithms of determinants. torch.linalg.slogdet")
        .in(name[0] == 'l' ? unsigned{kLinalg} : kTorch | kTensor)
        .node("LinalgSlogdetBackward0")
        .forward([](const Args& a) {
          check_square(a.tensor(0), "linalg.slogdet");
          return determinants(a.tensor(0), true);
        })
        .saves({"self"})
        .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
          return {ops::mul(over_matrices(g[1]), mt(inv(c.tensor(0))))};
        })
        .samples(cases);
  r.op("logdet(Tensor self) -> Tensor")
      .doc("Logarithms of determinants; NaN where negative. torch.logdet")
      .composite([](const Args& a) {
        const TensorList out = call("linalg_slogdet", {a[0]}).get<TensorList>();
        return ops::where(ops::lt(out[0], 0), std::nan(""), out[1]);
      });
}

// Whether B holds vectors rather than matrices (PyTorch's rule).
bool is_vector_case(const Tensor& a, const Tensor& b) {
  return b.dim() == 1 ||
         (a.dim() - 1 == b.dim() && b.shape() == Dims(a.shape().begin(), a.shape().end() - 1));
}

void register_solutions(Registry& r) {
  r.op("_solve(Tensor A, Tensor B) -> Tensor")
      .doc("X with A X = B, for batches of one shape.")
      .in(0)
      .node("LinalgSolveExBackward0")
      .forward([](const Args& a) {
        const Factors f(a.tensor(0), [](std::int64_t) {
          fail(ErrorKind::Runtime,
               "torch.linalg.solve: The solver failed because the input matrix is singular.");
        });
        const Tensor x = as_double(a.tensor(1)).clone_raw();
        const std::int64_t k = x.size(-1);
        for (std::int64_t b = 0; b < batch_of(a.tensor(0)); ++b)
          f.solve(b, x.data<double>() + b * f.n * k, k);
        return x.to_raw(a.tensor(1).dtype());
      })
      .saves({"A"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Tensor gb = call("_solve", {mt(c.tensor(0)), g[0]}).get<Tensor>();
        return {c.needs(0) ? ops::neg(ops::matmul(gb, mt(c.output()))) : Tensor(), gb};
      })
      .samples([](Samples& s) {
        s.add({well(s, 3), s.randn({3, 2})});
      });
  r.op("linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor")
      .doc("X with A X = B (or X A = B). torch.linalg.solve")
      .in(kLinalg)
      .composite([](const Args& a) -> Tensor {
        const Tensor m = a.tensor(0);
        check_square(m, "linalg.solve");
        check(m.dtype() == a.tensor(1).dtype(),
              "linalg.solve: Expected A and B to have the same dtype, but found A of type ",
              scalar_type_name(m.dtype()), " and B of type ", scalar_type_name(a.tensor(1).dtype()),
              " instead");
        if (!a.boolean(2)) return mt(solve(mt(m), mt(a.tensor(1))));
        const bool vector = is_vector_case(m, a.tensor(1));
        const Tensor b = vector ? ops::unsqueeze(a.tensor(1), -1) : a.tensor(1);
        check(b.dim() >= 2 && m.size(-1) == b.size(-2),
              "linalg.solve: Incompatible shapes of A and B for the equation AX = B (", m.size(-2),
              "x", m.size(-1), " and ", b.dim() >= 2 ? b.size(-2) : 0, "x", b.size(-1), ")");
        const Dims lead = broadcast_shapes(with_last(m, {}), with_last(b, {}));
        Dims ms = lead, bs = lead;
        ms.insert(ms.end(), {m.size(-2), m.size(-1)});
        bs.insert(bs.end(), {b.size(-2), b.size(-1)});
        const Tensor x = call("_solve", {ops::expand(m, ms), ops::expand(b, bs)}).get<Tensor>();
        return vector ? ops::squeeze(x, -1) : x;
      });
  r.op("linalg_solve_triangular(Tensor A, Tensor B, *, bool upper, bool left=True, bool "
       "unitriangular=False) -> Tensor")
      .doc("X with A X = B (or X A = B) for a triangular A. torch.linalg.solve_triangular")
      .in(kLinalg)
      .composite([](const Args& a) -> Tensor {
        check_square(a.tensor(0), "linalg.solve_triangular");
        Tensor m =
            call(a.boolean(2) ? "triu" : "tril", {a[0], a.boolean(4) ? (a.boolean(2) ? 1 : -1) : 0})
                .get<Tensor>();
        if (a.boolean(4)) m = ops::add(m, call("eye", {m.size(-1)}, {{"dtype", m.dtype()}}));
        return a.boolean(3) ? solve(m, a.tensor(1)) : mt(solve(mt(m), mt(a.tensor(1))));
      });
  r.op("linalg_lstsq(Tensor A, Tensor B, float? rcond=None, *, str? driver=None) -> (Tensor "
       "solution, Tensor residuals, Tensor rank, Tensor singular_values)")
      .doc("Least squares solution of A X = B by the pseudoinverse. torch.linalg.lstsq")
      .in(kLinalg)
      .composite([](const Args& a) {
        const Tensor m = a.tensor(0), b = a.tensor(1);
        check(m.dim() >= 2, "torch.linalg.lstsq: input must have at least 2 dimensions.");
        const bool vector = is_vector_case(m, b);
        const Tensor rhs = vector ? ops::unsqueeze(b, -1) : b;
        const Tensor x = ops::matmul(call("linalg_pinv", {m}).get<Tensor>(), rhs);
        Tensor residuals = Tensor::empty({0}, m.dtype());
        if (m.size(-2) > m.size(-1) && a.has(3) && a.string(3) != "gelsy") {
          const Tensor error = ops::sub(ops::matmul(m, x), rhs);
          residuals = ops::sum(ops::mul(error, error), IntList{-2});
        }
        return TensorList{vector ? ops::squeeze(x, -1) : x, residuals,
                          call("linalg_matrix_rank", {m.detach()}).get<Tensor>(),
                          Tensor::empty({0}, m.dtype())};
      });
}

void register_cholesky(Registry& r) {
  r.op("_cholesky(Tensor self) -> Tensor")
      .doc("Lower factor L with self = L L^T.")
      .in(0)
      .node("LinalgCholeskyExBackward0")
      .forward([](const Args& a) {
        const Tensor t = as_double(a.tensor(0)).clone_raw();
        const std::int64_t n = t.size(-1);
        for (std::int64_t b = 0; b < batch_of(t); ++b) {
          const std::int64_t order = kernels::cholesky(t.data<double>() + b * n * n, n);
          check(order == 0, "linalg.cholesky: ",
                t.dim() > 2 ? "(Batch element " + std::to_string(b) + "): " : "",
                "The factorization could not be completed because the input is not "
                "positive-definite (the leading minor of order ",
                order, " is not positive-definite).");
        }
        return t.to_raw(a.tensor(0).dtype());
      })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        // L^-T phi(L^T G) L^-1, made symmetric; phi: the lower triangle with half the diagonal.
        const Tensor l = c.output();
        const Tensor lower = tril(ops::matmul(mt(l), g[0]));
        const Tensor phi = ops::sub(lower, ops::mul(diag_embed(diagonal(lower)), 0.5));
        const Tensor back = inv(l);
        const Tensor whole = ops::matmul(mt(back), ops::matmul(phi, back));
        return {ops::mul(ops::add(whole, mt(whole)), 0.5)};
      })
      // Differences in one element alone leave the symmetric matrices, where L is defined.
      .no_gradcheck("defined on symmetric matrices only");
  for (const char* name : {"linalg_cholesky", "cholesky"}) {
    const std::string signature = name[0] == 'l' ? "(Tensor self, *, bool upper=False) -> Tensor"
                                                 : "(Tensor self, bool upper=False) -> Tensor";
    r.op(name + signature)
        .doc(
            "Lower (or upper) triangular factor of positive definite matrices. "
            "torch.linalg.cholesky")
        .in(name[0] == 'l' ? unsigned{kLinalg} : kTorch | kTensor)
        .composite([](const Args& a) {
          check_square(a.tensor(0), "linalg.cholesky");
          if (!a.boolean(1)) return call("_cholesky", {a[0]}).get<Tensor>();
          return mt(call("_cholesky", {mt(a.tensor(0))}).get<Tensor>());
        });
  }
  r.op("cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor")
      .doc("X with A X = self, given the Cholesky factor of A. torch.cholesky_solve")
      .composite([](const Args& a) {
        const Tensor l = a.tensor(1);
        return solve(a.boolean(2) ? ops::matmul(mt(l), l) : ops::matmul(l, mt(l)), a.tensor(0));
      });
  r.op("cholesky_inverse(Tensor self, bool upper=False) -> Tensor")
      .doc("Inverse of A, given its Cholesky factor. torch.cholesky_inverse")
      .composite([](const Args& a) {
        const Tensor l = a.tensor(0);
        return inv(a.boolean(1) ? ops::matmul(mt(l), l) : ops::matmul(l, mt(l)));
      });
}

void register_qr(Registry& r) {
  r.op("linalg_qr(Tensor A, str mode='reduced') -> (Tensor Q, Tensor R)")
      .doc("A = Q R with orthonormal columns and an upper triangle. torch.linalg.qr")
      .in(kLinalg)
      .forward([](const Args& a) {
        const Tensor t = as_double(a.tensor(0));
        const std::string& mode = a.string(1);
        check(a.tensor(0).dim() >= 2,
              "linalg.qr: The input tensor A must have at least 2 dimensions.");
        check(mode == "reduced" || mode == "complete" || mode == "r",
              "qr received unrecognized mode '", mode,
              "' but expected one of 'reduced' (default), 'r', or 'complete'");
        const std::int64_t m = t.size(-2), n = t.size(-1),
                           k = mode == "complete" ? m : std::min(m, n);
        const Tensor q = Tensor::empty(with_last(t, {m, k}), DType::Float64),
                     u = Tensor::empty(with_last(t, {k, n}), DType::Float64);
        for (std::int64_t b = 0; b < batch_of(t); ++b)
          kernels::qr(t.data<double>() + b * m * n, m, n, k, q.data<double>() + b * m * k,
                      u.data<double>() + b * k * n);
        return TensorList{
            mode == "r" ? Tensor::empty({0}, a.tensor(0).dtype()) : q.to_raw(a.tensor(0).dtype()),
            u.to_raw(a.tensor(0).dtype())};
      })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        check(c.args().string(1) != "r",
              "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. "
              "Please use linalg.qr(A, mode='reduced') "
              "if you are going to differentiate through linalg.qr.");
        const Tensor q = c.output(0), u = c.output(1);
        check(u.size(-2) == u.size(-1),
              "The derivative of linalg.qr is not implemented for wide matrices, or "
              "mode='complete' with tall ones.");
        const Tensor m = ops::sub(ops::matmul(u, mt(g[1])), ops::matmul(mt(g[0]), q));
        const Tensor symmetric = ops::add(tril(m), mt(tril(m, -1)));
        return {ops::matmul(ops::add(g[0], ops::matmul(q, symmetric)), mt(inv(u)))};
      })
      .samples([](Samples& s) {
        s.add({s.randn({4, 3})});
      });
}

// 1 / (x_j - x_i), 0 on the diagonal.
Tensor inverse_gaps(const Tensor& x) {
  const Tensor gaps = ops::sub(ops::unsqueeze(x, -2), ops::unsqueeze(x, -1));
  const Tensor same = call("eye", {x.size(-1)}, {{"dtype", DType::Bool}}).get<Tensor>();
  return ops::masked_fill(ops::reciprocal(ops::masked_fill(gaps, same, 1.0)), same, 0.0);
}

void register_spectra(Registry& r) {
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
        const std::int64_t n = t.size(-1);
        const Tensor w = Tensor::empty(with_last(t, {n}), DType::Float64),
                     v = Tensor::empty(t.shape(), DType::Float64);
        for (std::int64_t b = 0; b < batch_of(t); ++b)
          kernels::eigh(t.data<double>() + b * n * n, n, w.data<double>() + b * n,
                        v.data<double>() + b * n * n);
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
        Tensor u = Tensor::empty(with_last(t, {m, k}), DType::Float64),
               v = Tensor::empty(with_last(t, {k, n}), DType::Float64);
        const Tensor s = Tensor::empty(with_last(t, {k}), DType::Float64);
        for (std::int64_t b = 0; b < batch_of(t); ++b)
          kernels::svd(t.data<double>() + b * m * n, m, n, u.data<double>() + b * m * k,
                       s.data<double>() + b * k, v.data<double>() + b * k * n);
        // The columns that are missing from a whole basis come from the QR decomposition.
        const auto completed = [](const Tensor& q, std::int64_t size) {
          const Tensor whole = call("linalg_qr", {q, "complete"}).get<TensorList>()[0];
          return ops::cat(TensorList{q, ops::slice(whole, -1, q.size(-1), size)}, -1);
        };
        if (a.boolean(1) && m > k) u = completed(u, m);
        if (a.boolean(1) && n > k) v = mt(completed(mt(v), n)).contiguous_raw();
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
        const Tensor s = call("linalg_svdvals", {a[0]}).get<Tensor>();
        const Tensor limit = a.has(1) ? Tensor::full({}, a.number(1), s.dtype())
                                      : singular_limit(s, a.tensor(0), Value());
        return ops::sum(ops::gt(s, limit), IntList{-1});
      });
}

}  // namespace

void register_decompose(Registry& r) {
  register_inverses(r);
  register_solutions(r);
  register_cholesky(r);
  register_qr(r);
  register_spectra(r);
  register_pseudo(r);
}

}  // namespace gradbox
