// Pools in one to three dimensions.
#include <algorithm>
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/window.h"

namespace gradbox::onnx {
namespace {

struct Pool {
  Window w;
  IntList out;    // sizes of the result
  IntList extra;  // what the last window needs beyond the padding
  bool padded = false, dilated = false;
  double work = 1;  // elements that are looked at
};

Pool pool_of(NodeRun& r, const Tensor& x) {
  Pool p{window_of(r, x.shape()), {}, {}};
  const bool ceil = r.attr("ceil_mode", std::int64_t{0}) != 0;
  for (std::size_t i = 0; i < p.w.kernel.size(); ++i) {
    const std::int64_t in = x.shape()[i + 2], step = p.w.stride[i],
                       room = in + p.w.begin[i] + p.w.end[i] - p.w.span(i);
    if (room < 0) r.fail("the kernel is larger than the padded input " + to_string(x.shape()));
    std::int64_t n = (room + (ceil ? step - 1 : 0)) / step + 1;
    // The last window must start inside the input or the padding before it.
    if (ceil && (n - 1) * step >= in + p.w.begin[i]) --n;
    p.out.push_back(n);
    p.extra.push_back(std::max<std::int64_t>((n - 1) * step + p.w.span(i) - in - p.w.begin[i], 0));
    p.work *= static_cast<double>(n) * static_cast<double>(p.w.kernel[i]);
    p.padded = p.padded || p.w.begin[i] || p.extra.back();
    p.dilated = p.dilated || p.w.dilation[i] != 1;
  }
  spend(r, p.work * static_cast<double>(x.shape()[0]) * static_cast<double>(x.shape()[1]));
  return p;
}

// Places in their padded plane, as ONNX counts them: in the whole tensor, without the padding.
Tensor without_padding(NodeRun& r, const Tensor& places, const Dims& input, const Pool& p) {
  const bool columns_first = r.attr("storage_order", std::int64_t{0}) != 0;
  const std::size_t n = p.w.kernel.size();
  const Tensor out = places.clone_raw();
  const std::int64_t window_count = product(p.out);
  const std::int64_t plane = product(Dims(input.begin() + 2, input.end()));
  for (std::int64_t k = 0; k < out.numel(); ++k) {
    std::int64_t& place = out.data<std::int64_t>()[k];
    std::int64_t rest = place, at[3] = {0, 0, 0};
    for (std::size_t i = n; i-- > 0;) {
      const std::int64_t size = input[i + 2] + p.w.begin[i] + p.extra[i];
      at[i] = rest % size - p.w.begin[i];
      rest /= size;
    }
    place = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t d = columns_first ? n - 1 - i : i;
      place = place * input[d + 2] + at[d];
    }
    place += k / window_count * plane;
  }
  return out;
}

void max_pool(NodeRun& r) {
  const Tensor& x = r.in();
  const Pool p = pool_of(r, x);
  const IntList zeros(p.w.kernel.size(), 0);
  const Tensor padded = pad_spatial(x, p.w.begin, p.extra, lowest(x.dtype()));
  const TensorList both =
      op_list("max_pool", padded, p.w.kernel, p.w.stride, zeros, p.w.dilation, false);
  r.give(both[0]);
  if (r.wants(1)) r.out(1, without_padding(r, both[1], x.shape(), p));
}

// Sums over windows, of an input that is padded already.
Tensor sums(const Tensor& x, const Window& w, bool dilated) {
  const IntList zeros(w.kernel.size(), 0);
  if (!dilated) return op("avg_pool", x, w.kernel, w.stride, zeros, false, true, 1);
  // A convolution of every channel with ones.
  Dims planes = x.shape(), kernel{1, 1};
  planes[0] *= planes[1];
  planes[1] = 1;
  kernel.insert(kernel.end(), w.kernel.begin(), w.kernel.end());
  const Tensor y = op("convolution", ops::reshape(x, planes), Tensor::full(kernel, 1, x.dtype()),
                      Value(), w.stride, zeros, w.dilation, 1);
  Dims shape = y.shape();
  shape[0] = x.shape()[0];
  shape[1] = x.shape()[1];
  return ops::reshape(y, shape);
}

// How many elements count in each window: with the padding, or without.
Tensor counts(const Pool& p, const Dims& input, bool with_padding, DType dtype) {
  Tensor product;
  for (std::size_t i = 0; i < p.out.size(); ++i) {
    FloatList per;
    const std::int64_t in = input[i + 2], low = with_padding ? -p.w.begin[i] : 0,
                       high = in + (with_padding ? p.w.end[i] : 0);
    for (std::int64_t o = 0; o < p.out[i]; ++o) {
      std::int64_t n = 0;
      for (std::int64_t k = 0; k < p.w.kernel[i]; ++k) {
        const std::int64_t at = o * p.w.stride[i] - p.w.begin[i] + k * p.w.dilation[i];
        n += at >= low && at < high;
      }
      per.push_back(static_cast<double>(std::max<std::int64_t>(n, 1)));
    }
    Dims shape(p.out.size(), 1);
    shape[i] = p.out[i];
    const Tensor axis = float_tensor(per, shape, dtype);
    product = product.defined() ? ops::mul(product, axis) : axis;
  }
  return product;
}

void average_pool(NodeRun& r) { r.give(average_pooled(r, r.in())); }

}  // namespace

Tensor average_pooled(NodeRun& r, const Tensor& x) {
  const Pool p = pool_of(r, x);
  const bool with_padding = r.attr("count_include_pad", std::int64_t{0}) != 0;
  const IntList zeros(p.w.kernel.size(), 0);
  bool even = p.w.symmetric() && r.attr("ceil_mode", std::int64_t{0}) == 0;
  // Windows within the padding are PyTorch's to refuse.
  for (std::size_t i = 0; i < zeros.size(); ++i) even = even && p.w.begin[i] < p.w.kernel[i];
  if (!p.dilated && (!p.padded || even))
    return op("avg_pool", x, p.w.kernel, p.w.stride, p.w.begin, false, with_padding, Value());
  const Tensor padded = pad_spatial(x, p.w.begin, p.extra, 0);
  return ops::div(sums(padded, p.w, p.dilated), counts(p, x.shape(), with_padding, x.dtype()));
}

namespace {

double order_of_norm(NodeRun& r) {
  return r.opset() < 2 ? r.attr("p", 2.0) : static_cast<double>(r.attr("p", std::int64_t{2}));
}

Tensor powers(const Tensor& x, double p) {
  return p == 1 ? ops::abs(x) : p == 2 ? ops::square(x) : ops::pow(ops::abs(x), p);
}
Tensor root(const Tensor& x, double p) {
  return p == 1 ? x : p == 2 ? ops::sqrt(x) : ops::pow(x, 1 / p);
}

void lp_pool(NodeRun& r) {
  const Tensor& x = r.in();
  const Pool p = pool_of(r, x);
  const double order = order_of_norm(r);
  const Tensor padded = pad_spatial(powers(x, order), p.w.begin, p.extra, 0);
  r.give(root(sums(padded, p.w, p.dilated), order));
}

IntList spatial_of(NodeRun& r, const Tensor& x) {
  if (x.dim() < 2) r.fail("the input must have channels, but is " + to_string(x.shape()));
  IntList dims;
  for (std::int64_t d = 2; d < x.dim(); ++d) dims.push_back(d);
  return dims;
}

template <int Kind>  // 0: mean, 1: maximum, 2: norm
void global_pool(NodeRun& r) {
  const Tensor& x = r.in();
  const IntList dims = spatial_of(r, x);
  if (dims.empty()) return r.give(x);
  if (Kind == 0) return r.give(ops::mean(x, dims, true));
  if (Kind == 1) return r.give(ops::amax(x, dims, true));
  const double p = order_of_norm(r);
  r.give(root(ops::sum(powers(x, p), dims, true), p));
}

// Puts elements back where MaxPool's Indices say, among zeros.
void max_unpool(NodeRun& r) {
  const Tensor &x = r.in(), &at = r.in(1);
  const Window w = window_of(r, x.shape());
  Dims small = x.shape();
  for (std::size_t i = 0; i < w.kernel.size(); ++i)
    small[i + 2] = (x.shape()[i + 2] - 1) * w.stride[i] + w.kernel[i] - w.begin[i] - w.end[i];
  const Dims shape = r.has(2) ? r.ints(2) : small;
  for (std::size_t i = 0; i < small.size(); ++i)
    if (shape.size() != small.size() || shape[i] < 1 || small[i] < 1)
      r.fail("output_shape doesn't fit");
  // Indices count in the tensor that was pooled; a larger one has it in its corner.
  check_room(r, static_cast<double>(product(shape)));
  IntList places = to_ints(at);
  for (auto& place : places) {
    std::int64_t rest = place, moved = 0, weight = 1;
    if (place < 0 || place >= product(small)) r.fail("an index is out of range");
    for (std::size_t i = shape.size(); i-- > 0;) {
      moved += rest % small[i] * weight;
      rest /= small[i];
      weight *= shape[i];
    }
    place = moved;
    if (moved >= product(shape)) r.fail("output_shape is too small");
  }
  const Tensor zeros = Tensor::full({product(shape)}, 0, x.dtype());
  const Tensor y = op("scatter", zeros, 0, int_tensor(places), ops::reshape(x, Dims{-1}));
  r.give(ops::reshape(y, shape));
}

const KernelRow kRows[] = {
    {"MaxPool", 1, max_pool},
    {"AveragePool", 1, average_pool},
    {"LpPool", 1, lp_pool},
    {"GlobalAveragePool", 1, global_pool<0>},
    {"GlobalMaxPool", 1, global_pool<1>},
    {"GlobalLpPool", 1, global_pool<2>},
    {"MaxUnpool", 9, max_unpool},
};

}  // namespace

void add_pool_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
