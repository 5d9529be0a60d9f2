// Functions of matrices made of products and decompositions: powers, norms, chains, Kronecker.
#include <cmath>

#include "ops/families.h"

namespace gradbox {

void register_decompose(Registry& r);  // decompose.cpp
void register_spectra(Registry& r);    // spectra.cpp

namespace {

const OpHandle vector_norm{"linalg_vector_norm"};

Tensor identity_like(const Tensor& t) {
  return ops::expand(call("eye", {t.size(-1)}, {{"dtype", t.dtype()}}).get<Tensor>(), t.shape());
}

Tensor power(const Tensor& t, std::int64_t n, const char* name) {
  check(t.dim() >= 2 && t.size(-1) == t.size(-2), name,
        ": A must be batches of square matrices, but they are ", t.dim() >= 2 ? t.size(-2) : 0,
        " by ", t.dim() ? t.size(-1) : 0, " matrices");
  if (n == 0) return ops::clone(identity_like(t));
  Tensor base = n < 0 ? call("linalg_inv", {t}).get<Tensor>() : t, out;
  for (std::int64_t k = std::abs(n); k > 0; k /= 2) {
    if (k % 2) out = out.defined() ? ops::matmul(out, base) : base;
    if (k > 1) base = ops::matmul(base, base);
  }
  return std::abs(n) == 1 && n > 0 ? ops::clone(out) : out;
}

// Scaling and squaring of a Taylor series; exact to double precision for a norm below 1/2.
Tensor exponential(const Tensor& t) {
  check(t.dim() >= 2 && t.size(-1) == t.size(-2),
        "linalg.matrix_exp: A must be batches of square matrices");
  if (t.numel() == 0) return ops::clone(t);
  const double norm = ops::amax(ops::sum(ops::abs(t.detach()), IntList{-2})).item();
  const int squarings = norm > 0.5 ? static_cast<int>(std::ceil(std::log2(norm / 0.5))) : 0;
  const Tensor x = ops::mul(t, std::ldexp(1.0, -squarings));
  Tensor term = identity_like(t), sum = term;
  for (int k = 1; k <= 16; ++k) {
    term = ops::div(ops::matmul(term, x), static_cast<double>(k));
    sum = ops::add(sum, term);
  }
  for (int i = 0; i < squarings; ++i) sum = ops::matmul(sum, sum);
  return sum;
}

// Norms of the matrices in two dimensions: by name, or 1, -1, 2, -2, inf, -inf.
Tensor matrix_norm(Tensor t, const Value& order, const IntList& dims, bool keepdim) {
  check(dims.size() == 2, "linalg.matrix_norm: dim must be a 2-tuple. Got ", to_string(dims));
  const std::int64_t d0 = wrap_dim(dims[0], t.dim()), d1 = wrap_dim(dims[1], t.dim());
  check(d0 != d1, "linalg.matrix_norm: dims must be different. Got (", dims[0], ", ", dims[1], ")");
  const std::string name = order.is<std::string>() ? order.get<std::string>() : "";
  if (name == "fro") return vector_norm(t, 2, dims, keepdim);
  check(name.empty() || name == "nuc", "linalg.matrix_norm: Order ", name, " not supported.");
  const double p = name.empty() ? order.as_double() : 0;
  const bool spectral = name == "nuc" || std::abs(p) == 2;
  Tensor out;
  if (spectral) {
    t = call("movedim", {t, IntList{d0, d1}, IntList{-2, -1}}).get<Tensor>();
    const Tensor s = call("linalg_svdvals", {t}).get<Tensor>();
    out = name == "nuc" ? ops::sum(s, IntList{-1})
          : p > 0       ? ops::amax(s, IntList{-1})
                        : ops::amin(s, IntList{-1});
    if (keepdim) {
      out = ops::unsqueeze(out, std::min(d0, d1));
      out = ops::unsqueeze(out, std::max(d0, d1));
    }
    return out;
  }
  check(std::abs(p) == 1 || std::isinf(p), "linalg.matrix_norm: Order ", p, " not supported.");
  const std::int64_t summed = std::isinf(p) ? d1 : d0, chosen = std::isinf(p) ? d0 : d1;
  const Tensor sums = ops::sum(ops::abs(t), IntList{summed}, true);
  out = p > 0 ? ops::amax(sums, IntList{chosen}, true) : ops::amin(sums, IntList{chosen}, true);
  return keepdim ? out : call("squeeze", {out, IntList{d0, d1}}).get<Tensor>();
}

Tensor in_dtype(const Args& a, std::size_t i) {
  return a.has(i) ? ops::to(a.tensor(0), a[i]) : a.tensor(0);
}

void register_norms(Registry& r) {
  r.op("linalg_matrix_norm(Tensor self, Scalar ord, int[2] dim=[-2,-1], bool keepdim=False, *, "
       "ScalarType? dtype=None) -> Tensor")
      .doc("Norms of matrices: 1, -1, 2, -2, inf, -inf. torch.linalg.matrix_norm")
      .in(kLinalg)
      .composite(
          [](const Args& a) { return matrix_norm(in_dtype(a, 4), a[1], a.ints(2), a.boolean(3)); });
  r.op("linalg_matrix_norm.str(Tensor self, str ord='fro', int[2] dim=[-2,-1], bool keepdim=False, "
       "*, ScalarType? dtype=None) -> Tensor")
      .doc("Norms of matrices: 'fro' or 'nuc'. torch.linalg.matrix_norm")
      .in(kLinalg)
      .composite(
          [](const Args& a) { return matrix_norm(in_dtype(a, 4), a[1], a.ints(2), a.boolean(3)); });
  const auto norm = [](const Args& a) -> Tensor {
    const Tensor t = in_dtype(a, 4);
    const bool two = a.has(2) ? a.ints(2).size() == 2 : t.dim() == 2;
    if (a.has(1) && two)
      return matrix_norm(t, a[1], a.has(2) ? a.ints(2) : IntList{0, 1}, a.boolean(3));
    check(!a.has(1) || a.has(2) || t.dim() == 1,
          "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ",
          t.dim(), "D.");
    return vector_norm(t, a.has(1) ? a[1] : Value(2), a[2], a.boolean(3));
  };
  r.op("linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, "
       "ScalarType? dtype=None) -> Tensor")
      .doc("Norm of vectors or matrices. torch.linalg.norm")
      .in(kLinalg)
      .composite(norm);
  r.op("linalg_norm.str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? "
       "dtype=None) -> Tensor")
      .doc("Norm of matrices by name. torch.linalg.norm")
      .in(kLinalg)
      .composite(norm);
  r.op("linalg_cond(Tensor self, Scalar? p=None) -> Tensor")
      .doc("Condition numbers: the norm of the matrix times that of its inverse. torch.linalg.cond")
      .in(kLinalg)
      .composite([](const Args& a) -> Tensor {
        if (!a.has(1) || std::abs(a.number(1)) == 2) {
          const Tensor s = call("linalg_svdvals", {a[0]}).get<Tensor>();
          const Tensor ratio = ops::div(ops::select(s, -1, 0), ops::select(s, -1, -1));
          return a.has(1) && a.number(1) < 0 ? ops::reciprocal(ratio) : ratio;
        }
        const Tensor back = call("linalg_inv", {a[0]}).get<Tensor>();
        return ops::mul(matrix_norm(a.tensor(0), a[1], {-2, -1}, false),
                        matrix_norm(back, a[1], {-2, -1}, false));
      });
}

void register_powers(Registry& r) {
  for (const char* name : {"linalg_matrix_power", "matrix_power"})
    r.op(std::string(name) + "(Tensor self, int n) -> Tensor")
        .doc("n-th power of matrices. torch.linalg.matrix_power")
        .in(name[0] == 'l' ? unsigned{kLinalg} : kTorch | kTensor)
        .composite(
            [](const Args& a) { return power(a.tensor(0), a.integer(1), "linalg.matrix_power"); });
  for (const char* name : {"linalg_matrix_exp", "matrix_exp"})
    r.op(std::string(name) + "(Tensor self) -> Tensor")
        .doc("Exponentials of matrices. torch.linalg.matrix_exp")
        .in(name[0] == 'l' ? unsigned{kLinalg} : kTorch | kTensor)
        .node("LinalgMatrixExpBackward0")
        .fused([](const Args& a) { return exponential(a.tensor(0)); })
        .samples([](Samples& s) {
          s.add({s.randn({2, 2})});
        });
  const auto chain = [](const Args& a) {
    const TensorList& list = a.tensors(0);
    check(list.size() >= 2, "multi_dot(): expected at least 2 tensors but got ", list.size());
    Tensor out = list[0];
    for (std::size_t i = 1; i < list.size(); ++i) out = ops::matmul(out, list[i]);
    return out;
  };
  r.op("linalg_multi_dot(Tensor[] tensors) -> Tensor")
      .doc("Product of several matrices. torch.linalg.multi_dot")
      .in(kLinalg)
      .composite(chain);
  r.op("chain_matmul(Tensor[] matrices) -> Tensor")
      .doc("Product of several matrices. torch.chain_matmul")
      .in(kTorch)
      .composite(chain);
}

void register_products(Registry& r) {
  const auto cross = [](const Tensor& x, const Tensor& y, std::int64_t dim) {
    for (const Tensor& t : {x, y}) {
      const std::int64_t at = wrap_dim(dim, t.dim());
      check(t.size(at) == 3, "linalg.cross: inputs dimension ", dim, " must have length 3. Got ",
            x.size(wrap_dim(dim, x.dim())), " and ", y.size(wrap_dim(dim, y.dim())));
    }
    const Dims shape = broadcast_shapes(x.shape(), y.shape());
    const long long d = wrap_dim(dim, static_cast<std::int64_t>(shape.size()));
    check(shape[static_cast<std::size_t>(d)] == 3, "linalg.cross: inputs dimension ", dim,
          " must have length 3. Got ", x.size(d), " and ", y.size(d));
    const auto turned = [d](const Tensor& t, std::int64_t by) {
      return call("roll", {t, IntList{by}, IntList{d}}).get<Tensor>();
    };
    const Tensor a = ops::expand(x, shape), b = ops::expand(y, shape);
    return ops::sub(ops::mul(turned(a, -1), turned(b, -2)), ops::mul(turned(a, -2), turned(b, -1)));
  };
  r.op("linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor")
      .doc("Cross products of vectors of length 3. torch.linalg.cross")
      .in(kLinalg)
      .fused([cross](const Args& a) { return cross(a.tensor(0), a.tensor(1), a.integer(2)); })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({2, 3})});
      });
  r.op("cross(Tensor self, Tensor other, int? dim=None) -> Tensor")
      .doc(
          "Cross products of vectors of length 3, along the first dimension of that length. "
          "torch.cross")
      .node("LinalgCrossBackward0")
      .fused([cross](const Args& a) {
        std::int64_t dim = a.has(1 + 1) ? a.integer(2) : -1;
        if (!a.has(2)) {
          const Dims& shape = a.tensor(0).shape();
          std::size_t i = 0;
          while (i < shape.size() && shape[i] != 3) ++i;
          check(i < shape.size(), "no dimension of size 3 in input");
          dim = static_cast<std::int64_t>(i);
        }
        return cross(a.tensor(0), a.tensor(1), dim);
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({2, 3}), 1});
      });
  r.op("linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor")
      .doc("Inner products of vectors along dim. torch.linalg.vecdot")
      .in(kLinalg)
      .composite([](const Args& a) {
        return ops::sum(ops::mul(a.tensor(0), a.tensor(1)), IntList{a.integer(2)});
      });
  r.op("kron(Tensor self, Tensor other) -> Tensor")
      .doc("Kronecker product. torch.kron")
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        const auto rank = static_cast<std::size_t>(std::max(x.dim(), y.dim()));
        Dims xs, ys, out;
        for (std::size_t i = 0; i < rank; ++i) {
          const auto size = [&](const Tensor& t) {
            const std::int64_t at =
                static_cast<std::int64_t>(i) - (static_cast<std::int64_t>(rank) - t.dim());
            return at < 0 ? 1 : t.shape()[static_cast<std::size_t>(at)];
          };
          xs.insert(xs.end(), {size(x), 1});
          ys.insert(ys.end(), {1, size(y)});
          out.push_back(size(x) * size(y));
        }
        return call("_unsafe_view", {ops::mul(ops::reshape(x, xs), ops::reshape(y, ys)),
                                     Value(IntList(out.begin(), out.end()))})
            .get<Tensor>();
      });
  r.op("addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")
      .doc("beta * self + alpha * the outer product of two vectors. torch.addr")
      .fused([](const Args& a) {
        check(a.tensor(1).dim() == 1 && a.tensor(2).dim() == 1,
              "addr: Expected 1-D argument vec1 and vec2");
        const Tensor outer = ops::mul(ops::unsqueeze(a.tensor(1), 1), a.tensor(2));
        const Tensor scaled = a.number(4) == 1 ? outer : ops::mul(outer, wrap(a[4]));
        return ops::add(a.number(3) == 1 ? a.tensor(0) : ops::mul(a.tensor(0), wrap(a[3])), scaled);
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({2}), s.randn({3})});
      });
  r.op("addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> "
       "Tensor")
      .doc("beta * self + alpha * the sum of the products of a batch of matrices. torch.addbmm")
      .fused([](const Args& a) {
        const Tensor sum = ops::sum(ops::bmm(a.tensor(1), a.tensor(2)), IntList{0});
        const Tensor scaled = a.number(4) == 1 ? sum : ops::mul(sum, wrap(a[4]));
        return ops::add(a.number(3) == 1 ? a.tensor(0) : ops::mul(a.tensor(0), wrap(a[3])), scaled);
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 2}), s.randn({2, 2, 3}), s.randn({2, 3, 2})});
      });
}

}  // namespace

void register_matrix_functions(Registry& r) {
  register_decompose(r);
  if constexpr (kTraining) {
    register_spectra(r);
    register_norms(r);
    register_powers(r);
    register_products(r);
  }
}

}  // namespace gradbox
