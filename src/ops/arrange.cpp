// Arrangements composed of other operators: turning, diagonals, blocks, products of sets, windows.
#include <cmath>

#include "ops/families.h"
#include "ops/views.h"

namespace gradbox {
namespace {

Tensor one(const char* name, Values args) { return call(name, std::move(args)).get<Tensor>(); }

void register_turns(Registry& r) {
  r.op("rot90(Tensor self, int k=1, int[] dims=[0,1]) -> Tensor")
      .doc("Turned by k quarters from the first to the second of two dimensions. torch.rot90")
      .fused([](const Args& a) {
        const Tensor t = a.tensor(0);
        check(a.ints(2).size() == 2,
              "expected total rotation dims == 2, but got dims = ", a.ints(2).size());
        const std::int64_t d0 = wrap_dim(a.ints(2)[0], t.dim()),
                           d1 = wrap_dim(a.ints(2)[1], t.dim());
        check(d0 != d1, "expected rotation dims to be different, but got dim0 = ", d0,
              " and dim1 = ", d1);
        switch (((a.integer(1) % 4) + 4) % 4) {
          case 1: return ops::transpose(one("flip", {t, IntList{d1}}), d0, d1);
          case 2: return one("flip", {t, IntList{d0, d1}});
          case 3: return ops::transpose(one("flip", {t, IntList{d0}}), d0, d1);
          default: return ops::clone(t);
        }
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1});
      });
  r.op("adjoint(Tensor self) -> Tensor")
      .doc("The last two dimensions swapped. torch.adjoint")
      .composite([](const Args& a) { return ops::transpose(a.tensor(0), -2, -1); });
  r.op("atleast_3d(Tensor self) -> Tensor")
      .doc("With dimensions of size 1 added up to three. torch.atleast_3d")
      .composite([](const Args& a) {
        const Tensor t = a.tensor(0);
        if (t.dim() == 0) return ops::reshape(t, Dims{1, 1, 1});
        if (t.dim() == 1) return ops::unsqueeze(ops::unsqueeze(t, 0), -1);
        return t.dim() == 2 ? ops::unsqueeze(t, -1) : t;
      });
  r.op("mT(Tensor self) -> Tensor")
      .doc("The last two dimensions swapped. torch.Tensor.mT")
      .in(0)
      .composite([](const Args& a) { return ops::transpose(a.tensor(0), -2, -1); });
}

void register_diagonals(Registry& r) {
  r.op("diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor")
      .doc("Matrices with the last dimension on a diagonal. torch.diag_embed")
      .fused([](const Args& a) {
        const Tensor t = a.tensor(0);
        const std::int64_t rank = t.dim() + 1, offset = a.integer(1),
                           n = t.size(-1) + std::abs(offset);
        const std::int64_t d1 = wrap_dim(a.integer(2), rank), d2 = wrap_dim(a.integer(3), rank);
        check(d1 != d2, "diagonal dimensions cannot be identical ", a.integer(2), ", ",
              a.integer(3));
        Dims shape(t.shape().begin(), t.shape().end() - 1);
        const auto low = static_cast<std::ptrdiff_t>(std::min(d1, d2)),
                   high = static_cast<std::ptrdiff_t>(std::max(d1, d2));
        shape.insert(shape.begin() + low, n);
        shape.insert(shape.begin() + high, n);
        return one("diagonal_scatter", {Tensor::full(shape, 0, t.dtype()), t, a[1], d1, d2});
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), 1});
      });
  r.op("diagflat(Tensor self, int offset=0) -> Tensor")
      .doc("A matrix with all elements on a diagonal. torch.diagflat")
      .composite([](const Args& a) {
        return one("diag", {ops::reshape(a.tensor(0), Dims{-1}), a[1]});
      });
  for (const bool lower : {true, false}) {
    const std::string name = lower ? "tril_indices" : "triu_indices";
    r.op(name + "(int row, int col, int offset=0, *, ScalarType? dtype=None) -> Tensor")
        .doc(std::string("Rows and columns of the ") + (lower ? "lower" : "upper") +
             " triangle of a matrix. torch." + name)
        .in(kTorch)
        .forward([lower](const Args& a) {
          std::vector<std::int64_t> rows, columns;
          for (std::int64_t i = 0; i < a.integer(0); ++i)
            for (std::int64_t j = 0; j < a.integer(1); ++j)
              if (lower ? j - i <= a.integer(2) : j - i >= a.integer(2)) {
                rows.push_back(i);
                columns.push_back(j);
              }
          const auto n = static_cast<std::int64_t>(rows.size());
          rows.insert(rows.end(), columns.begin(), columns.end());
          return Tensor::from_vector(rows, {2, n}).to_raw(a.dtype(3, DType::Int64));
        });
  }
}

void register_sets(Registry& r) {
  r.op("block_diag(Tensor[] tensors) -> Tensor")
      .doc("A matrix with the tensors along its diagonal. torch.block_diag")
      .in(kTorch)
      .fused([](const Args& a) {
        std::int64_t rows = 0, columns = 0;
        TensorList blocks;
        DType t = a.tensors(0).empty() ? default_dtype() : a.tensors(0)[0].dtype();
        for (const Tensor& x : a.tensors(0)) {
          check(x.dim() <= 2,
                "block_diag: Input tensors must have 2 or fewer dimensions. Input has ", x.dim(),
                " dimensions");
          blocks.push_back(x.dim() == 2 ? x : ops::reshape(x, Dims{1, -1}));
          rows += blocks.back().size(0);
          columns += blocks.back().size(1);
          t = promote_types(t, x.dtype());
        }
        Tensor out = Tensor::full({rows, columns}, 0, t);
        std::int64_t row = 0, column = 0;
        for (const Tensor& b : blocks) {
          const Tensor view = narrow_raw(
              narrow_raw(Tensor::empty(out.shape(), t), 0, row, b.size(0)), 1, column, b.size(1));
          out = ops::as_strided_scatter(out, ops::to(b, t), view.shape(), view.strides(),
                                        view.offset());
          row += b.size(0);
          column += b.size(1);
        }
        return out;
      })
      .samples([](Samples& s) {
        s.add({TensorList{s.randn({2, 2}), s.randn({1, 3})}});
      });
  r.op("broadcast_tensors(Tensor[] tensors) -> Tensor[]")
      .doc("The tensors, broadcast to one shape. torch.broadcast_tensors")
      .in(kTorch)
      .composite([](const Args& a) {
        Dims shape;
        for (const Tensor& t : a.tensors(0)) shape = broadcast_shapes(shape, t.shape());
        TensorList out;
        for (const Tensor& t : a.tensors(0)) out.push_back(ops::expand(t, shape));
        return out;
      });
  r.op("cartesian_prod(Tensor[] tensors) -> Tensor")
      .doc("All combinations of one element of each vector. torch.cartesian_prod")
      .in(kTorch)
      .composite([](const Args& a) {
        for (const Tensor& t : a.tensors(0))
          check(t.dim() == 1, "Expect a 1D vector, but got shape ", to_string(t.shape()));
        if (a.tensors(0).size() == 1) return a.tensors(0)[0];
        TensorList columns;
        const Value grid = call("meshgrid", {a[0]}, {{"indexing", "ij"}});
        for (const Tensor& t : grid.get<TensorList>()) columns.push_back(ops::flatten(t));
        return ops::stack(columns, 1);
      });
  r.op("combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor")
      .doc("All choices of r elements of a vector, in order. torch.combinations")
      .in(kTorch)
      .composite([](const Args& a) {
        const Tensor t = a.tensor(0);
        check(t.dim() == 1, "Expect a 1D vector, but got shape ", to_string(t.shape()));
        const auto length = static_cast<std::size_t>(a.integer(1));
        std::vector<std::int64_t> flat, choice;
        const std::function<void(std::int64_t)> extend = [&](std::int64_t from) {
          if (choice.size() == length) {
            flat.insert(flat.end(), choice.begin(), choice.end());
            return;
          }
          for (std::int64_t i = from; i < t.numel(); ++i) {
            choice.push_back(i);
            extend(a.boolean(2) ? i : i + 1);
            choice.pop_back();
          }
        };
        if (length > 0) extend(0);
        const auto n = static_cast<std::int64_t>(flat.size());
        return ops::reshape(ops::index_select(t, 0, Tensor::from_vector(flat, {n})),
                            Dims{length ? n / a.integer(1) : 0, a.integer(1)});
      });
  r.op("vander(Tensor x, int? N=None, bool increasing=False) -> Tensor")
      .doc("Powers of x as columns. torch.vander")
      .in(kTorch)
      .composite([](const Args& a) {
        const Tensor x = a.tensor(0);
        check(x.dim() == 1, "x must be a one-dimensional tensor.");
        const std::int64_t n = a.has(1) ? a.integer(1) : x.numel();
        TensorList columns;
        for (std::int64_t i = 0; i < n; ++i)
          columns.push_back(ops::pow(x, static_cast<long long>(a.boolean(2) ? i : n - 1 - i)));
        return ops::stack(columns, 1);
      });
  struct Cut {
    const char* name;
    int dim, at_least;
  };
  for (const Cut& cut : {Cut{"hsplit", 1, 1}, Cut{"vsplit", 0, 2}, Cut{"dsplit", 2, 3}}) {
    const auto dim_of = [cut](const Tensor& t) {
      check(t.dim() >= cut.at_least, "torch.", cut.name, " requires a tensor with at least ",
            cut.at_least, " dimension", cut.at_least == 1 ? "" : "s", ", but got a tensor with ",
            t.dim(), " dimensions!");
      return cut.dim == 1 && t.dim() == 1 ? 0 : cut.dim;
    };
    const std::string name = cut.name;
    r.op(name + "(Tensor self, int sections) -> Tensor[]")
        .doc("tensor_split along one dimension into equal parts. torch." + name)
        .composite([dim_of, name](const Args& a) {
          const int dim = dim_of(a.tensor(0));
          check(a.integer(1) > 0 && a.tensor(0).size(dim) % a.integer(1) == 0, "torch.", name,
                " attempted to split along dimension ", dim, ", but the size of the dimension ",
                a.tensor(0).size(dim), " is not divisible by the split_size ", a.integer(1), "!");
          return call("tensor_split", {a[0], a[1], dim});
        });
    r.op(name + ".array(Tensor self, int[] indices) -> Tensor[]")
        .doc("tensor_split along one dimension at indices. torch." + name)
        .composite([dim_of](const Args& a) {
          return call("tensor_split", {a[0], a[1], dim_of(a.tensor(0))});
        });
  }
}

// A window of n points, a sum of cosines; periodic ones have the period n, the others n - 1.
Tensor cosine_window(std::int64_t n, bool periodic, const std::vector<double>& weights,
                     DType dtype) {
  check(n >= 0, "hann_window requires non-negative window_length, got window_length=", n);
  std::vector<double> w(static_cast<std::size_t>(n), 1);
  const auto period = static_cast<double>(periodic ? n : n - 1);
  if (n > 1)
    for (std::size_t i = 0; i < w.size(); ++i) {
      w[i] = 0;
      for (std::size_t k = 0; k < weights.size(); ++k)
        w[i] += (k % 2 ? -1 : 1) * weights[k] *
                std::cos(2 * M_PI * static_cast<double>(k * i) / period);
    }
  return Tensor::from_vector(w, {n}).to_raw(dtype);
}

void register_windows(Registry& r) {
  struct Window {
    const char* name;
    std::vector<double> weights;
  };
  for (const Window& w : {Window{"hann_window", {0.5, 0.5}}, Window{"hamming_window", {0.54, 0.46}},
                          Window{"blackman_window", {0.42, 0.5, 0.08}}})
    r.op(std::string(w.name) +
         "(int window_length, bool periodic=True, *, ScalarType? dtype=None, bool "
         "requires_grad=False) -> Tensor")
        .doc(std::string("Weights of a window for spectra. torch.") + w.name)
        .in(kTorch)
        .forward([weights = w.weights](const Args& a) {
          const Tensor t =
              cosine_window(a.integer(0), a.boolean(1), weights, a.dtype(2, default_dtype()));
          if (a.boolean(3)) t.set_requires_grad(true);
          return t;
        });
  r.op("bartlett_window(int window_length, bool periodic=True, *, ScalarType? dtype=None, bool "
       "requires_grad=False) -> Tensor")
      .doc("Weights of a triangular window. torch.bartlett_window")
      .in(kTorch)
      .forward([](const Args& a) {
        const std::int64_t n = a.integer(0);
        std::vector<double> w(static_cast<std::size_t>(n), 1);
        const auto period = static_cast<double>(a.boolean(1) ? n : n - 1);
        if (n > 1)
          for (std::size_t i = 0; i < w.size(); ++i)
            w[i] = 1 - std::abs(2 * static_cast<double>(i) / period - 1);
        const Tensor t = Tensor::from_vector(w, {n}).to_raw(a.dtype(2, default_dtype()));
        if (a.boolean(3)) t.set_requires_grad(true);
        return t;
      });
}

}  // namespace

void register_arrange(Registry& r) {
  register_turns(r);
  register_diagonals(r);
  register_sets(r);
  register_windows(r);
}

}  // namespace gradbox
