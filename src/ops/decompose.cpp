// torch.linalg: inverses, determinants, solutions, Cholesky and QR, of batches of matrices.
#include "kernels/decompose.h"
#include <algorithm>

#include <cmath>
#include <functional>

#include "ops/matrix_util.h"

namespace gradbox {
namespace {

const OpHandle inv{"linalg_inv"};
const OpHandle solve{"linalg_solve"};
const OpHandle tril{"tril"};

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
  r.op("_solve(Tensor A, Tensor B, bool vector=False) -> Tensor")
      .doc("X with A X = B, for batches of one shape; of one column, without that dimension.")
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
        const Tensor out = x.to_raw(a.tensor(1).dtype());
        return a.boolean(2) ? out.alias(with_last(a.tensor(0), {f.n}),
                                        contiguous_strides(with_last(a.tensor(0), {f.n})), 0)
                            : out;
      })
      .saves({"A"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const auto column = [&](const Tensor& t) {
          return c.args().boolean(2) ? ops::unsqueeze(t, -1) : t;
        };
        const Tensor gb = call("_solve", {mt(c.tensor(0)), column(g[0])}).get<Tensor>();
        return {c.needs(0) ? ops::neg(ops::matmul(gb, mt(column(c.output())))) : Tensor(), gb};
      })
      .samples([](Samples& s) {
        s.add({well(s, 3), s.randn({3, 2})});
        s.add({well(s, 3), s.randn({3, 1}), true});
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
        const auto spread = [](const Tensor& t, const Dims& shape) {
          return t.shape() == shape ? t : ops::expand(t, shape);
        };
        return call("_solve", {spread(m, ms), spread(b, bs), vector}).get<Tensor>();
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
      .non_differentiable({1, 2, 3})
      .fused([](const Args& a) {
        const Tensor m = a.tensor(0), b = a.tensor(1);
        check(m.dim() >= 2, "torch.linalg.lstsq: input must have at least 2 dimensions.");
        const bool vector = is_vector_case(m, b);
        check(!vector || m.size(-2) == b.size(-1),
              "torch.linalg.lstsq: input.size(-2) should match other.size(-1)");
        check(vector || m.size(-2) == b.size(-2),
              "torch.linalg.lstsq: input.size(-2) should match other.size(-2)");
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
      })
      .samples([](Samples& s) {
        s.add({s.randn({4, 2}), s.randn({4, 1})});
      });
}

void register_lu(Registry& r) {
  r.op("_lu(Tensor A) -> (Tensor LU, Tensor pivots)")
      .doc("L below and U on and above the diagonal, and the rows that were swapped, from 1 on.")
      .in(kTorch)
      .forward([](const Args& a) {
        const Tensor t = as_double(a.tensor(0)).clone_raw();
        check(t.dim() >= 2,
              "linalg.lu_factor: Expected tensor with 2 or more dimensions. Got size: ",
              to_string(t.shape()), " instead");
        const std::int64_t m = t.size(-2), n = t.size(-1), k = std::min(m, n);
        const Tensor pivots = Tensor::empty(with_last(t, {k}), DType::Int32);
        for (std::int64_t b = 0; b < batch_of(t); ++b) {
          double* p = t.data<double>() + b * m * n;
          for (std::int64_t c = 0; c < k; ++c) {
            std::int64_t best = c;
            for (std::int64_t r = c + 1; r < m; ++r)
              if (std::abs(p[r * n + c]) > std::abs(p[best * n + c])) best = r;
            pivots.data<std::int32_t>()[b * k + c] = static_cast<std::int32_t>(best + 1);
            if (best != c) std::swap_ranges(p + c * n, p + (c + 1) * n, p + best * n);
            if (p[c * n + c] == 0) continue;
            for (std::int64_t r = c + 1; r < m; ++r) {
              const double f = p[r * n + c] /= p[c * n + c];
              for (std::int64_t j = c + 1; j < n; ++j) p[r * n + j] -= f * p[c * n + j];
            }
          }
        }
        return TensorList{t.to_raw(a.tensor(0).dtype()), pivots};
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
        check(a.tensor(0).dim() >= 2, "b should have at least 2 dimensions, but has ",
              a.tensor(0).dim(), " dimensions instead");
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

}  // namespace

void register_decompose(Registry& r) {
  register_inverses(r);
  register_solutions(r);
  if constexpr (kTraining) {
    register_lu(r);
    register_cholesky(r);
    register_qr(r);
  }
}

}  // namespace gradbox
