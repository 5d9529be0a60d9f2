// Statistics: variance, norms, log-sum-exp, covariance, histograms, distances between all pairs.
#include <algorithm>
#include <cmath>

#include "ops/families.h"
#include "ops/reduce_util.h"

namespace gradbox {

namespace {

double count_of(const Tensor& x, const Value& dim) {
  const auto mask = reduced_mask(x, dim);
  double n = 1;
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask[i]) n *= static_cast<double>(x.shape()[i]);
  return n;
}

// Over `dim` or everything, divided by n - correction; or the root of that. Computed in double, as
// PyTorch does.
Tensor variance(const Tensor& t, const Value& dim, double correction, bool keepdim, bool root) {
  if (!is_floating(t.dtype()))
    fail(ErrorKind::Runtime, "std and var only support floating point and complex dtypes");
  const Tensor x = ops::to(t, DType::Float64);
  const Tensor centred = ops::sub(x, ops::mean(x, dim, true));
  const Tensor v = ops::div(ops::sum(ops::mul(centred, centred), dim, keepdim),
                            std::max(count_of(x, dim) - correction, 0.0));
  return ops::to(root ? ops::sqrt(v) : v, t.dtype());
}

// Where the arguments of an overload stand.
struct Layout {
  int dim, unbiased, correction, keepdim;
  Value dims(const Args& a) const { return dim < 0 ? Value() : a[static_cast<std::size_t>(dim)]; }
  bool keeps(const Args& a) const {
    return keepdim >= 0 && a.boolean(static_cast<std::size_t>(keepdim));
  }
  double corrected(const Args& a) const {
    if (unbiased >= 0) return a.boolean(static_cast<std::size_t>(unbiased)) ? 1 : 0;
    const auto i = static_cast<std::size_t>(correction);
    return a.has(i) ? a.number(i) : 1;
  }
};

struct Overload {
  const char* suffix;
  const char* arguments;
  Layout layout;
};

const Overload kOverloads[] = {
    {"", "Tensor self, int[1]? dim=None, bool unbiased=True, bool keepdim=False", {1, 2, -1, 3}},
    {".unbiased", "Tensor self, bool unbiased=True", {-1, 1, -1, -1}},
    {".correction",
     "Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False",
     {1, -1, 2, 3}},
};

void register_variance(Registry& r) {
  for (const Overload& o : kOverloads) {
    const Layout l = o.layout;
    const auto cases = [l](Samples& s) {
      if (l.dim < 0) s.add({s.randn({2, 3}), true});
      else if (l.unbiased >= 0) s.add({s.randn({2, 3}), IntList{1}, false});
      else s.add({s.randn({2, 3}), IntList{0}, 0});
    };
    // d var = 2 (x - mean) / (n - correction)
    const auto slope = [l](BackwardContext& c, const Tensor& g) {
      const Tensor x = c.tensor(0);
      const Args a = c.args();
      const Value dim = l.dims(a);
      const Tensor centred = ops::sub(x, ops::mean(x, dim, true));
      const double n = count_of(x, dim) - l.corrected(a);
      return ops::mul(ops::mul(restore_reduced(g, x.shape(), dim, l.keeps(a)), centred),
                      n == 0 ? HUGE_VAL : 2 / n);
    };
    for (const bool root : {false, true}) {
      const std::string name = root ? "std" : "var";
      auto op = r.op(name + o.suffix + "(" + o.arguments + ") -> Tensor");
      op.doc(std::string(root ? "Standard deviation" : "Variance") +
             " over some or all dimensions. torch." + name)
          .fused([l, root](const Args& a) {
            return variance(a.tensor(0), l.dims(a), l.corrected(a), l.keeps(a), root);
          })
          .saves({"self"})
          .samples(cases);
      if (root) {
        op.saves_output().backward([slope](BackwardContext& c, const TensorList& g) -> TensorList {
          const Tensor y = c.output();
          return {slope(
              c, ops::masked_fill(ops::div(g[0], ops::mul(y, 2)), ops::eq(y.detach(), 0), 0.0))};
        });
      } else {
        op.backward([slope](BackwardContext& c, const TensorList& g) -> TensorList {
          return {slope(c, g[0])};
        });
      }
      r.op(name + "_mean" + o.suffix + "(" + o.arguments + ") -> (Tensor, Tensor)")
          .doc(std::string(root ? "Standard deviation" : "Variance") + " and mean. torch." + name +
               "_mean")
          .in(kTorch)
          .fused([l, root](const Args& a) {
            return TensorList{variance(a.tensor(0), l.dims(a), l.corrected(a), l.keeps(a), root),
                              ops::mean(a.tensor(0), l.dims(a), l.keeps(a))};
          })
          .samples(cases);
    }
  }
}

// The p-norm of the elements; its gradient is 0 where it has none (at 0).
Tensor vector_norm(const Tensor& t, double p, const Value& dim, bool keepdim) {
  const Tensor x = ops::abs(t);
  if (std::isinf(p)) return p > 0 ? ops::amax(x, dim, keepdim) : ops::amin(x, dim, keepdim);
  if (p == 0) return ops::sum(ops::to(ops::ne(x, 0), x.dtype()), dim, keepdim);
  if (p == 1) return ops::sum(x, dim, keepdim);
  if (p == 2) return ops::sqrt(ops::sum(ops::mul(x, x), dim, keepdim));
  return ops::pow(ops::sum(ops::pow(x, p), dim, keepdim), 1 / p);
}

TensorList vector_norm_backward(BackwardContext& c, const TensorList& grads) {
  const Args a = c.args();
  const double p = a.number(1);
  const Tensor x = c.tensor(0);
  const Tensor norm = restore_reduced(c.output(), x.shape(), a[2], a.boolean(3));
  const Tensor g = restore_reduced(grads[0], x.shape(), a[2], a.boolean(3));
  const Tensor sign = ops::sign(x.detach()), size = ops::abs(x);
  if (p == 0) return {ops::zeros_like(x)};
  if (p == 1) return {ops::mul(g, sign)};
  if (std::isinf(p)) {
    const Tensor hit = ops::to(ops::eq(size.detach(), norm.detach()), g.dtype());
    return {ops::mul(ops::mul(sign, ops::div(g, ops::sum(hit, a[2], true))), hit)};
  }
  const Tensor none = ops::eq(norm.detach(), 0);
  if (p == 2) return {ops::mul(g, ops::masked_fill(ops::div(x, norm), none, 0.0))};
  const Tensor zero = ops::logical_or(ops::eq(x.detach(), 0), none);
  const Tensor ratio =
      ops::div(ops::masked_fill(size, zero, 1.0), ops::masked_fill(norm, none, 1.0));
  return {ops::mul(g, ops::masked_fill(ops::mul(sign, ops::pow(ratio, p - 1)), zero, 0.0))};
}

void register_norms(Registry& r) {
  const std::pair<const char*, const char*> norms[] = {
      {"linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, "
       "ScalarType? dtype=None) -> Tensor",
       "LinalgVectorNormBackward0"},
      {"_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? "
       "dtype=None) -> Tensor",
       "NormBackward1"}};
  for (const auto& [signature, node] : norms)
    r.op(signature)
        .doc("p-norm over some or all dimensions. torch.linalg.vector_norm")
        .in(signature[0] == '_' ? 0 : unsigned{kLinalg})
        .node(node)
        .forward([](const Args& a) {
          const Tensor x = a.has(4) ? a.tensor(0).to_raw(a.dtype(4)) : a.tensor(0);
          if (!is_floating(x.dtype()))
            fail(ErrorKind::Runtime,
                 "linalg.vector_norm: Expected a floating point or complex tensor as input. Got ",
                 scalar_type_name(x.dtype()));
          return vector_norm(x, a.number(1), a[2], a.boolean(3));
        })
        .decomposition(
            [](const Args& a) { return vector_norm(a.tensor(0), a.number(1), a[2], a.boolean(3)); })
        .saves({"self"})
        .saves_output()
        .backward(vector_norm_backward)
        .samples([](Samples& s) {
          for (const double p : {1.0, 2.0, 3.0, 1.5, HUGE_VAL})
            s.add({s.distinct({2, 3}), p, IntList{1}, false});
        });
  static const OpHandle norm{"_norm"};
  // Of a matrix, without a number, it is the Frobenius norm, which has operators of its own.
  const auto frobenius = [](const Tensor& x, const Value& dim, const Value& keepdim) -> Tensor {
    if (dim.is_none() || dim.get<IntList>().size() != 2) return norm(x, 2, dim, keepdim);
    return ops::sqrt(ops::sum(ops::mul(x, x), dim, keepdim));
  };
  r.op("norm(Tensor self, Scalar? p=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? "
       "dtype=None) -> Tensor")
      .doc("p-norm over some or all dimensions, by default the 2-norm. torch.norm")
      .composite([frobenius](const Args& a) {
        const Tensor x = a.has(4) ? ops::to(a.tensor(0), a[4]) : a.tensor(0);
        return a.has(1) ? norm(x, a[1], a[2], a[3]) : frobenius(x, a[2], a[3]);
      });
  r.op("norm.str(Tensor self, str p, int[1]? dim=None, bool keepdim=False, *, ScalarType? "
       "dtype=None) -> Tensor")
      .doc("Norm by name: 'fro', or 'nuc' for matrices. torch.norm")
      .composite([frobenius](const Args& a) {
        if (a.string(1) == "fro") return frobenius(a.tensor(0), a[2], a[3]);
        return call("linalg_matrix_norm",
                    {a.tensor(0), a[1], a.has(2) ? a[2] : Value(IntList{-2, -1}), a[3]})
            .get<Tensor>();
      });
  r.op("dist(Tensor self, Tensor other, Scalar p=2) -> Tensor")
      .doc("p-norm of self - other. torch.dist")
      .fused([](const Args& a) { return norm(ops::sub(a.tensor(0), a.tensor(1)), a[2]); })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({3})});
      });
  r.op("renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor")
      .doc(
          "self with each slice along dim scaled down to the p-norm maxnorm where it is above. "
          "torch.renorm")
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        IntList others;
        for (std::int64_t d = 0; d < x.dim(); ++d)
          if (d != wrap_dim(a.integer(2), x.dim())) others.push_back(d);
        const Tensor size = norm(x, a[1], others, true);
        const Tensor scale = ops::div(a.number(3), ops::add(size, 1e-7));
        return ops::mul(x, ops::where(ops::gt(size.detach(), a.number(3)), scale,
                                      Tensor::full({}, 1, x.dtype())));
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 2, 0, 0.5});
      });
  r.op("logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor")
      .doc("log(sum(exp(self))) without overflow. torch.logsumexp")
      .fused([](const Args& a) {
        const Tensor x =
            is_floating(a.tensor(0).dtype()) ? a.tensor(0) : ops::to(a.tensor(0), default_dtype());
        if (x.numel() == 0) return ops::log(ops::sum(ops::exp(x), a[1], a[2]));
        Tensor top = ops::amax(x.detach(), a[1], true);
        top = ops::masked_fill(top, ops::eq(ops::abs(top), HUGE_VAL), 0.0);
        const Tensor sum = ops::log(ops::sum(ops::exp(ops::sub(x, top)), a[1], a[2]));
        return ops::add(sum, a.boolean(2) ? top : ops::reshape(top, sum.shape()));
      })
      .onnx("ReduceLogSumExp")
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), IntList{1}});
      });
  static const OpHandle nansum{"nansum"};
  r.op("nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> "
       "Tensor")
      .doc("Sum over some or all dimensions, NaN apart. torch.nansum")
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        const Tensor kept =
            is_floating(x.dtype()) ? ops::masked_fill(x, ops::ne(x.detach(), x.detach()), 0.0) : x;
        return call("sum", {kept, a[1], a[2]}, {{"dtype", a[3]}}).get<Tensor>();
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), IntList{1}});
      });
  r.op("nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> "
       "Tensor")
      .doc("Mean over some or all dimensions, NaN apart. torch.nanmean")
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0);
        check(is_floating(x.dtype()),
              "nanmean(): expected input to have floating point or complex dtype but got ",
              scalar_type_name(x.dtype()));
        return ops::div(nansum(x, a[1], a[2]),
                        ops::sum(ops::eq(x.detach(), x.detach()), a[1], a[2]));
      });
}

void register_moments(Registry& r) {
  r.op("cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> "
       "Tensor")
      .doc("Covariance matrix of variables (rows) over observations (columns). torch.cov")
      .composite([](const Args& a) {
        check(!a.has(2) && !a.has(3), "cov(): weights are not supported");
        const Tensor x =
            a.tensor(0).dim() == 2 ? a.tensor(0) : ops::reshape(a.tensor(0), Dims{1, -1});
        check(a.tensor(0).dim() <= 2,
              "cov(): expected input to have two or fewer dimensions but got an input with ",
              a.tensor(0).dim(), " dimensions");
        const Tensor centred = ops::sub(x, ops::mean(x, IntList{1}, true));
        const double n = static_cast<double>(x.size(1) - a.integer(1));
        const Tensor c = ops::div(ops::matmul(centred, ops::t(centred)), std::max(n, 0.0));
        return a.tensor(0).dim() == 2 ? c : ops::reshape(c, Dims{});
      });
  r.op("corrcoef(Tensor self) -> Tensor")
      .doc("Correlation coefficients of variables (rows). torch.corrcoef")
      .composite([](const Args& a) -> Tensor {
        const Tensor c = call("cov", {a.tensor(0)}).get<Tensor>();
        if (c.dim() == 0) return ops::div(c, c);
        const Tensor deviation = ops::sqrt(call("diagonal", {c}).get<Tensor>());
        return ops::clamp(
            ops::div(ops::div(c, ops::unsqueeze(deviation, 1)), ops::unsqueeze(deviation, 0)), -1,
            1);
      });
}

struct Bins {
  double low, high;
  std::vector<double> count;
};

Bins histogram(const Tensor& t, std::int64_t n, double low, double high,
               const std::vector<double>& weight) {
  check(n > 0, "bins must be > 0");
  const std::vector<double> x = t.to_vector();
  if (low == high && !x.empty()) {
    low = *std::min_element(x.begin(), x.end());
    high = *std::max_element(x.begin(), x.end());
  }
  if (low == high) {
    low -= 1;
    high += 1;
  }
  check(std::isfinite(low) && std::isfinite(high), "range of [", low, ", ", high,
        "] is not finite");
  check(low < high, "max must be larger than min");
  Bins b{low, high, std::vector<double>(static_cast<std::size_t>(n), 0)};
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(x[i] >= low && x[i] <= high)) continue;
    const auto k = static_cast<std::int64_t>((x[i] - low) / (high - low) * static_cast<double>(n));
    b.count[static_cast<std::size_t>(std::min(k, n - 1))] += weight.empty() ? 1 : weight[i];
  }
  return b;
}

void register_histograms(Registry& r) {
  r.op("histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor")
      .doc(
          "How many elements lie in each of equal bins between min and max (of the elements, when "
          "both are 0). torch.histc")
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        if (!is_floating(t.dtype())) not_implemented("histogram_cpu", t.dtype());
        const Bins b = histogram(t, a.integer(1), a.number(2), a.number(3), {});
        return Tensor::from_vector(b.count, {a.integer(1)}).to_raw(t.dtype());
      });
  r.op("histogram(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool "
       "density=False) -> (Tensor hist, Tensor bin_edges)")
      .doc("How many elements lie in each of equal bins, and the bins' edges. torch.histogram")
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const double low = a.has(2) ? a.floats(2).at(0) : 0,
                     high = a.has(2) ? a.floats(2).at(1) : 0;
        Bins b = histogram(t, a.integer(1), low, high,
                           a.has(3) ? a.tensor(3).to_vector() : std::vector<double>());
        const double width = (b.high - b.low) / static_cast<double>(b.count.size());
        double total = 0;
        for (const double v : b.count) total += v;
        if (a.boolean(4))
          for (double& v : b.count) v /= total * width;
        return TensorList{
            Tensor::from_vector(b.count, {a.integer(1)}).to_raw(t.dtype()),
            call("linspace", {b.low, b.high, static_cast<long long>(b.count.size() + 1)},
                 {{"dtype", t.dtype()}})
                .get<Tensor>()};
      });
}

void register_pairs(Registry& r) {
  static const OpHandle norm{"linalg_vector_norm"};
  r.op("cdist(Tensor x1, Tensor x2, float p=2.0, str? compute_mode=None) -> Tensor")
      .doc("p-norm distances between all rows of x1 [..., n, d] and of x2 [..., m, d]. torch.cdist")
      .in(kTorch)
      .fused([](const Args& a) {
        check(a.tensor(0).dim() >= 2 && a.tensor(1).dim() >= 2,
              "cdist only supports at least 2D tensors");
        check(a.tensor(0).size(-1) == a.tensor(1).size(-1),
              "X1 and X2 must have the same number of columns. X1: ", a.tensor(0).size(-1),
              " X2: ", a.tensor(1).size(-1));
        return norm(ops::sub(ops::unsqueeze(a.tensor(0), -2), ops::unsqueeze(a.tensor(1), -3)),
                    a.number(2), IntList{-1});
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 2}), s.randn({2, 2})});
      });
  r.op("pdist(Tensor self, float p=2.0) -> Tensor")
      .doc("p-norm distances between all pairs of rows. torch.nn.functional.pdist")
      .in(kTorch | kFunctional)
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        check(x.dim() == 2, "pdist only supports 2D tensors, got: ", x.dim(), "D");
        std::vector<std::int64_t> first, second;
        for (std::int64_t i = 0; i < x.size(0); ++i)
          for (std::int64_t j = i + 1; j < x.size(0); ++j) {
            first.push_back(i);
            second.push_back(j);
          }
        const auto rows = [&](const std::vector<std::int64_t>& at) {
          return ops::index_select(x, 0,
                                   Tensor::from_vector(at, {static_cast<std::int64_t>(at.size())}));
        };
        return norm(ops::sub(rows(first), rows(second)), a.number(1), IntList{-1});
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 2})});
      });
}

}  // namespace

void register_statistics(Registry& r) {
  register_variance(r);
  register_norms(r);
  if constexpr (kTraining) {
    register_moments(r);
    register_histograms(r);
    register_pairs(r);
  }
}

}  // namespace gradbox
