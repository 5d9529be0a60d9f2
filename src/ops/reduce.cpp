// Sums, means and other reductions whose result is one number a slot.
#include "kernels/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/cascade.h"
#include "kernels/exact.h"
#include "kernels/vmath.h"
#include "kernels/wrap.h"
#include "ops/families.h"
#include "ops/reduce_util.h"

namespace gradbox {

std::vector<char> reduced_mask(const Tensor& t, const Value& dims) {
  std::vector<char> mask(static_cast<std::size_t>(t.dim()), 0);
  if (dims.is_none() || (dims.is<IntList>() && dims.get<IntList>().empty())) {
    mask.assign(mask.size(), 1);
    return mask;
  }
  const IntList list = dims.is<IntList>() ? dims.get<IntList>() : IntList{dims.as_int()};
  for (const auto d : list) {
    const auto i = static_cast<std::size_t>(wrap_dim(d, t.dim()));
    if (mask.empty()) continue;
    check(!mask[i], "dim ", i, " appears multiple times in the list of dims");
    mask[i] = 1;
  }
  return mask;
}

Dims kept_shape(const Tensor& t, const std::vector<char>& mask) {
  Dims shape = t.shape();
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (mask[i]) shape[i] = 1;
  return shape;
}

Tensor drop_reduced(const Tensor& kept, const std::vector<char>& mask, bool keepdim) {
  if (keepdim) return kept;
  Dims shape;
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (!mask[i]) shape.push_back(kept.shape()[i]);
  return kept.alias(shape, contiguous_strides(shape), kept.offset());
}

Tensor restore_reduced(const Tensor& reduced, const Dims& input_shape, const Value& dims,
                       bool keepdim) {
  if (keepdim || input_shape.empty()) return reduced;
  Dims shape = input_shape;
  if (dims.is_none() || (dims.is<IntList>() && dims.get<IntList>().empty())) {
    shape.assign(shape.size(), 1);
  } else {
    const IntList list = dims.is<IntList>() ? dims.get<IntList>() : IntList{dims.as_int()};
    for (const auto d : list)
      shape[static_cast<std::size_t>(wrap_dim(d, static_cast<std::int64_t>(shape.size())))] = 1;
  }
  return ops::reshape(reduced, shape);
}

namespace {

struct Plus {
  template <class T>
  T operator()(T a, T b) const {
    return kernels::wrap_add(a, b);
  }
};
struct Times {
  template <class T>
  T operator()(T a, T b) const {
    return kernels::wrap_mul(a, b);
  }
};

// Floats add up in double inside a row, so that long sums lose little.
template <class T>
using Accumulator = std::conditional_t<std::is_same_v<T, float>, double, T>;

template <class F>
[[gnu::noinline]] Tensor fold(const Tensor& t, const Value& dims, bool keepdim, double identity) {
  const auto mask = reduced_mask(t, dims);
  const DType lane = lane_of(t.dtype());
  // Floats add up in double.
  const Tensor x = t.to_raw(lane),
               out = Tensor::full(kept_shape(t, mask), identity,
                                  lane == DType::Float32 ? DType::Float64 : lane);
  dispatch_lane(lane, [&](auto tag) {
    using T = decltype(tag);
    kernels::reduce<T, Accumulator<T>, F>(out, x);
  });
  return drop_reduced(out.to_raw(t.dtype()), mask, keepdim);
}

// A tensor and its mask with the dimensions in the order in which they lie in memory, where that
// makes a transposed tensor contiguous: PyTorch reduces it in that order, and it is read as it
// lies.
class InMemoryOrder {
 public:
  InMemoryOrder(const Tensor& given, const std::vector<char>& mask_given)
      : t(given), mask(mask_given) {
    if (given.is_contiguous()) return;
    const Dims &shape = given.shape(), &strides = given.strides();
    std::vector<std::size_t> order = by_stride(strides);
    Dims shape_there, strides_there;
    for (const std::size_t d : order) {
      shape_there.push_back(shape[d]);
      strides_there.push_back(strides[d]);
    }
    const Tensor there = given.alias(shape_there, strides_there, given.offset());
    if (!there.is_contiguous()) return;
    t = there;
    for (std::size_t i = 0; i < order.size(); ++i) mask[i] = mask_given[order[i]];
    order_ = std::move(order);
  }
  // What has t's dimensions, and 1 in place of the reduced ones, in the order that was given.
  Tensor restored(const Tensor& kept) const {
    if (order_.empty()) return kept;
    Dims shape(order_.size()), strides(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) {
      shape[order_[i]] = kept.shape()[i];
      strides[order_[i]] = kept.strides()[i];
    }
    return kept.alias(shape, strides, kept.offset()).contiguous_raw();
  }
  Tensor t;
  std::vector<char> mask;

 private:
  std::vector<std::size_t> order_;  // empty: nothing was moved
};

// Sums of floats. Where the reduced dimensions lie next to each other, they are added in PyTorch's
// order.
Tensor add_up(const Tensor& given, const Value& dims, bool keepdim) {
  const auto mask_given = reduced_mask(given, dims);
  const InMemoryOrder in(given, mask_given);
  const Tensor& t = in.t;
  const auto& mask = in.mask;
  std::int64_t outer = 1, n = 1, inner = 1;
  bool together = true;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const std::int64_t size = t.shape()[i];
    if (size == 1) continue;
    if (!mask[i]) (n == 1 ? outer : inner) *= size;
    else if (inner == 1) n *= size;
    else together = false;
  }
  if (!together || t.numel() == 0) return fold<Plus>(given, dims, keepdim, 0);
  const Tensor x = t.contiguous_raw(), out = Tensor::empty(kept_shape(t, mask), t.dtype());
  if (t.dtype() == DType::Float32)
    kernels::cascade_sum(out.data<float>(), x.data<float>(), outer, n, inner);
  else if (t.dtype() == DType::Float64)
    kernels::cascade_sum(out.data<double>(), x.data<double>(), outer, n, inner);
  else return fold<Plus>(given, dims, keepdim, 0);
  return drop_reduced(in.restored(out), mask_given, keepdim);
}

// Integers and bools add up as int64, unless a dtype is asked for.
DType sum_dtype(const Tensor& t, const Value& dtype) {
  if (dtype.is<DType>()) return dtype.get<DType>();
  return is_integral(t.dtype(), true) ? DType::Int64 : t.dtype();
}

Tensor expand_like(const Tensor& g, const Dims& shape) { return ops::expand(g, shape); }

Tensor extreme(const Args& a, bool largest) {
  const Tensor t = a.tensor(0);
  if (t.numel() == 0) {
    const auto mask = reduced_mask(t, a[1]);
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (mask[i] && t.shape()[i] == 0)
        fail(ErrorKind::Index, largest ? "amax" : "amin", "(): Expected reduction dim ", i,
             " to have non-zero size.");
  }
  const auto mask_given = reduced_mask(t, a[1]);
  const InMemoryOrder in(t.dtype() == DType::Bool ? t.to_raw(DType::UInt8) : t, mask_given);
  const Tensor& x = in.t;
  const auto& mask = in.mask;
  // Start from the first element of each slice.
  Dims start = kept_shape(x, mask);
  Tensor out = Tensor::empty(start, x.dtype());
  out.copy_raw(x.alias(start, x.strides(), x.offset()));
  dispatch_number(x.dtype(), "amax", [&](auto tag) {
    using T = decltype(tag);
    if (largest) kernels::reduce<T, T, kernels::Largest>(out, x);
    else kernels::reduce<T, T, kernels::Smallest>(out, x);
  });
  return drop_reduced(in.restored(out), mask_given, a.boolean(2)).to_raw(t.dtype());
}

TensorList extreme_backward(BackwardContext& c, const TensorList& g) {
  const Args a = c.args();
  const Tensor x = c.tensor(0);
  const Tensor y = restore_reduced(c.output(), x.shape(), a[1], a.boolean(2));
  const Tensor hit = ops::eq(x.detach(), y.detach());
  const Tensor share =
      ops::div(restore_reduced(g[0], x.shape(), a[1], a.boolean(2)), ops::sum(hit, a[1], true));
  // A slice with NaN has no largest element: NaN for all of it.
  const Tensor none = Tensor::full({}, std::nan(""), g[0].dtype());
  return {ops::where(hit, share, ops::where(ops::ne(y.detach(), y.detach()), none, zero_of(g[0])))};
}

void register_sums(Registry& r) {
  const auto cases = [](Samples& s) {
    s.add({s.randn({2, 3})});
    s.add({s.randn({2, 3, 2}), IntList{0, 2}, false});
    s.add({s.randn({2, 3}), IntList{-1}, true});
  };
  r.op("sum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> "
       "Tensor")
      .doc("Sum over some or all dimensions; integers sum as int64. torch.sum")
      .forward([](const Args& a) {
        const DType t = sum_dtype(a.tensor(0), a[3]);
        return add_up(a.tensor(0).to_raw(t == DType::Bool ? DType::Int64 : t), a[1], a.boolean(2))
            .to_raw(t);
      })
      .node([](const Values& a) {
        return std::string(a[1].is_none() ? "SumBackward0" : "SumBackward1");
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {expand_like(restore_reduced(g[0], c.shape(0), a[1], a.boolean(2)), c.shape(0))};
      })
      .onnx("ReduceSum")
      .samples(cases);
  r.op("mean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> "
       "Tensor")
      .doc("Mean over some or all dimensions. torch.mean")
      .forward([](const Args& a) {
        const Tensor t = a.tensor(0);
        const DType dtype = a.dtype(3, t.dtype());
        if (!is_floating(dtype))
          fail(ErrorKind::Runtime,
               "mean(): could not infer output dtype. Input dtype must be either a floating point "
               "or complex "
               "dtype. Got: ",
               dtype == DType::Int64 ? "Long" : scalar_type_name(dtype));
        const Tensor x = t.to_raw(dtype);
        const Tensor sum = add_up(x, a[1], a.boolean(2));
        const double n =
            sum.numel() ? static_cast<double>(x.numel()) / static_cast<double>(sum.numel()) : 0;
        return ops::div(sum, n);
      })
      .node([](const Values& a) {
        return std::string(a[1].is_none() ? "MeanBackward0" : "MeanBackward1");
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        const double n = static_cast<double>(product(c.shape(0))) /
                         static_cast<double>(std::max<std::int64_t>(g[0].numel(), 1));
        return {ops::div(
            expand_like(restore_reduced(g[0], c.shape(0), a[1], a.boolean(2)), c.shape(0)), n)};
      })
      .onnx("ReduceMean")
      .samples(cases);
  r.op("prod(Tensor self, *, ScalarType? dtype=None) -> Tensor")
      .doc("Product of all elements. torch.prod")
      .forward([](const Args& a) {
        const DType t = sum_dtype(a.tensor(0), a[1]);
        return fold<Times>(a.tensor(0).to_raw(t), Value(), false, 1);
      })
      .saves({"self"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        // The product of the others; where no element is 0 that is the whole product over it.
        const Tensor x = c.tensor(0);
        const Tensor zero = ops::eq(x.detach(), 0);
        if (ops::sum(zero).item() == 0) return {ops::div(ops::mul(g[0], c.output()), x)};
        const Tensor flat = ops::reshape(x, IntList{-1});
        TensorList grads;
        for (std::int64_t i = 0; i < flat.numel(); ++i) {
          TensorList rest{ops::slice(flat, 0, 0, static_cast<long long>(i)),
                          ops::slice(flat, 0, static_cast<long long>(i + 1), nullptr)};
          grads.push_back(ops::prod(ops::cat(rest)));
        }
        return {ops::mul(g[0], ops::reshape(ops::stack(grads), c.shape(0)))};
      })
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.5, 2)});
      });
  r.op("prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> "
       "Tensor")
      .doc("Product over one dimension. torch.prod")
      .forward([](const Args& a) {
        const DType t = sum_dtype(a.tensor(0), a[3]);
        return fold<Times>(a.tensor(0).to_raw(t), a[1], a.boolean(2), 1);
      })
      .node("ProdBackward1")
      .saves({"self"})
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        const Tensor x = c.tensor(0);
        if (x.dim() == 0) return {g[0]};
        if (ops::sum(ops::eq(x.detach(), 0)).item() == 0)
          return {ops::div(
              restore_reduced(ops::mul(g[0], c.output()), x.shape(), a[1], a.boolean(2)), x)};
        const long long d = wrap_dim(a.integer(1), x.dim()), n = x.size(d);
        TensorList others;
        for (long long i = 0; i < n; ++i)
          others.push_back(
              ops::prod(ops::cat(TensorList{ops::slice(x, d, 0, i), ops::slice(x, d, i + 1, n)}, d),
                        d, true));
        return {
            ops::mul(restore_reduced(g[0], x.shape(), a[1], a.boolean(2)), ops::cat(others, d))};
      })
      .samples([](Samples& s) {
        s.add({s.uniform({2, 3}, 0.5, 2), 1});
      });
  const auto ties = [](Samples& s) {
    s.add({s.distinct({2, 3})});
    s.add({s.distinct({2, 3}), IntList{1}, true});
  };
  r.op("amax(Tensor self, int[1]? dim=None, bool keepdim=False) -> Tensor")
      .doc("Largest element of each slice; ties share the gradient. torch.amax")
      .forward([](const Args& a) { return extreme(a, true); })
      .saves({"self"})
      .saves_output()
      .backward(extreme_backward)
      .onnx("ReduceMax")
      .samples(ties);
  r.op("amin(Tensor self, int[1]? dim=None, bool keepdim=False) -> Tensor")
      .doc("Smallest element of each slice; ties share the gradient. torch.amin")
      .forward([](const Args& a) { return extreme(a, false); })
      .saves({"self"})
      .saves_output()
      .backward(extreme_backward)
      .onnx("ReduceMin")
      .samples(ties);
}

// PyTorch's rule for all and any: uint8 stays uint8.
Tensor truth(const Tensor& result, const Tensor& of) {
  return of.dtype() == DType::UInt8 ? result.to_raw(DType::UInt8) : result;
}

void register_logic(Registry& r) {
  r.op("count_nonzero(Tensor self, int[1]? dim=None) -> Tensor")
      .doc("Number of non-zero elements. torch.count_nonzero")
      .forward([](const Args& a) { return ops::sum(ops::ne(a.tensor(0), 0), a[1]); });
  r.op("all(Tensor self) -> Tensor")
      .doc("Whether all elements are non-zero. torch.all")
      .forward([](const Args& a) {
        return truth(ops::eq(ops::sum(ops::eq(a.tensor(0), 0)), 0), a.tensor(0));
      });
  r.op("all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor")
      .doc("Whether all elements of each slice are non-zero. torch.all")
      .forward([](const Args& a) {
        return truth(ops::eq(ops::sum(ops::eq(a.tensor(0), 0), a[1], a[2]), 0), a.tensor(0));
      });
  r.op("any(Tensor self) -> Tensor")
      .doc("Whether any element is non-zero. torch.any")
      .forward([](const Args& a) {
        return truth(ops::ne(ops::sum(ops::ne(a.tensor(0), 0)), 0), a.tensor(0));
      });
  r.op("any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor")
      .doc("Whether any element of each slice is non-zero. torch.any")
      .forward([](const Args& a) {
        return truth(ops::ne(ops::sum(ops::ne(a.tensor(0), 0), a[1], a[2]), 0), a.tensor(0));
      });
}

// softmax along one dimension; rows are walked with their own stride.
Tensor softmax_forward(const Tensor& t, std::int64_t dim, bool log) {
  Tensor x = t.contiguous_raw();
  const auto d = static_cast<std::size_t>(wrap_dim(dim, t.dim()));
  Tensor out = Tensor::empty(t.shape(), t.dtype());
  const std::int64_t n = t.dim() ? t.shape()[d] : 1;
  std::int64_t inner = 1;
  for (std::size_t i = d + 1; i < t.shape().size(); ++i) inner *= t.shape()[i];
  const std::int64_t outer = n * inner != 0 ? t.numel() / (n * inner) : 0;
  dispatch_floating(
      t.dtype(), log ? "log_softmax_lastdim_kernel_impl" : "softmax_lastdim_kernel_impl",
      [&](auto tag) {
        using T = decltype(tag);
        if constexpr (std::is_same_v<T, float>) {
          if (inner == 1) {
            const auto row = log ? kernels::vmath::log_softmax : kernels::vmath::softmax;
            for (std::int64_t o = 0; o < outer; ++o)
              row(out.data<float>() + o * n, x.data<float>() + o * n, n);
            return;
          }
        }
        for (std::int64_t o = 0; o < outer; ++o)
          for (std::int64_t i = 0; i < inner; ++i) {
            const T* a = x.data<T>() + o * n * inner + i;
            T* b = out.data<T>() + o * n * inner + i;
            T top = a[0];
            for (std::int64_t k = 1; k < n; ++k) top = std::max(top, a[k * inner]);
            double total = 0;
            for (std::int64_t k = 0; k < n; ++k) {
              const T e = kernels::exact_exp(a[k * inner] - top);
              b[k * inner] = e;
              total += static_cast<double>(e);
            }
            const T sum = inner == 1 ? kernels::sum_lanes(b, n) : static_cast<T>(total);
            const T log_sum = std::log(sum), share = 1 / sum;
            for (std::int64_t k = 0; k < n; ++k)
              b[k * inner] = log          ? a[k * inner] - top - log_sum
                             : inner == 1 ? b[k * inner] * share
                                          : b[k * inner] / sum;
          }
      });
  return out;
}

void register_softmax(Registry& r) {
  const auto cases = [](Samples& s) {
    s.add({s.randn({2, 3}), 1});
    s.add({s.randn({2, 3}), 0});
  };
  r.op("softmax(Tensor self, int? dim=None, *, ScalarType? dtype=None) -> Tensor")
      .doc("exp(self) normalised to sum 1 along dim. torch.softmax")
      .in(kTorch | kTensor | kFunctional)
      .forward([](const Args& a) {
        const Tensor t = a.has(2) ? a.tensor(0).to_raw(a.dtype(2)) : a.tensor(0);
        return softmax_forward(
            t, a.has(1) ? a.integer(1) : (t.dim() == 0 || t.dim() == 1 || t.dim() == 3 ? 0 : 1),
            false);
      })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        const auto n = c.shape(0).size();
        const long long dim = a.has(1) ? a.integer(1) : (n == 0 || n == 1 || n == 3 ? 0 : 1);
        const Tensor y = c.output(), gy = ops::mul(g[0], y);
        return {ops::sub(gy, ops::mul(y, ops::sum(gy, dim, true)))};
      })
      .onnx("Softmax")
      .samples(cases);
  r.op("log_softmax(Tensor self, int? dim=None, *, ScalarType? dtype=None) -> Tensor")
      .doc("log(softmax(self)), computed without overflow. torch.log_softmax")
      .in(kTorch | kTensor | kFunctional)
      .forward([](const Args& a) {
        const Tensor t = a.has(2) ? a.tensor(0).to_raw(a.dtype(2)) : a.tensor(0);
        return softmax_forward(
            t, a.has(1) ? a.integer(1) : (t.dim() == 0 || t.dim() == 1 || t.dim() == 3 ? 0 : 1),
            true);
      })
      .saves_output()
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        const auto n = c.shape(0).size();
        const long long dim = a.has(1) ? a.integer(1) : (n == 0 || n == 1 || n == 3 ? 0 : 1);
        return {ops::sub(g[0], ops::mul(ops::exp(c.output()), ops::sum(g[0], dim, true)))};
      })
      .onnx("LogSoftmax")
      .samples(cases);
}

}  // namespace

void register_reduce(Registry& r) {
  register_sums(r);
  register_logic(r);
  register_softmax(r);
}

}  // namespace gradbox
