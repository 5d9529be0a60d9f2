// Pools under the names of torch.nn.functional: what they refuse, in PyTorch's words, and how they
// call the operators of pool.cpp.
#include "ops/families.h"
#include "ops/sides.h"

namespace gradbox {
namespace {

Tensor flat_planes(const Tensor& t, std::int64_t spatial) {
  Dims shape(t.shape().begin(), t.shape().end() - spatial);
  shape.push_back(product(Dims(t.shape().end() - spatial, t.shape().end())));
  return ops::reshape(t, shape);
}

std::string by_x(const Dims& shape) {
  std::string s;
  for (const auto n : shape) s += (s.empty() ? "" : "x") + std::to_string(n);
  return s;
}

bool has_rank(const Tensor& x, std::int64_t spatial) {
  return x.dim() == spatial + 1 || x.dim() == spatial + 2;
}

// PyTorch's pools of one dimension but max_pool1d.
void check_line(const Tensor& x, const std::string& name) {
  if (!has_rank(x, 1))
    fail(ErrorKind::Runtime, "Expected 2 to 3 dimensions, but got ", x.dim(),
         "-dimensional tensor for argument #1 'self' (while checking arguments for ", name, ")");
}

void check_input(const Tensor& x, std::int64_t spatial, const std::string& name, bool mean) {
  if (spatial == 1 && mean) check_line(x, name);
  if (has_rank(x, spatial)) return;
  if (mean && spatial == 2) static_cast<void>(x.size(-3));
  if (spatial == 1 || (spatial == 2 && mean))
    fail(ErrorKind::Runtime, spatial == 1 ? name + ": " : "", "Expected ", spatial + 1, "D or ",
         spatial + 2, "D (batch mode) tensor with optional 0 dim batch size for input, but got:",
         to_string(x.shape()));
  fail(ErrorKind::Runtime, "non-empty ", spatial + 1, "D or ", spatial + 2,
       "D (batch mode) tensor expected for input");
}

void check_adaptive(const Tensor& x, std::int64_t spatial, const std::string& name, bool mean) {
  if (spatial == 1) check_line(x, name);
  if (!has_rank(x, spatial))
    fail(ErrorKind::Runtime, name, "(): Expected ", spatial + 1, "D or ", spatial + 2,
         "D tensor, but got", mean ? " " : ": ", to_string(x.shape()));
}

Value stride_or_kernel(const Args& a) { return a.has(2) && !a.ints(2).empty() ? a[2] : a[1]; }

// Kernel, stride, padding and dilation of a pool.
void check_window(const IntList& kernel, const IntList& stride, const IntList& padding,
                  const IntList* dilation, std::size_t spatial, const std::string& pool) {
  const char* words[] = {"int", "two ints", "three ints"};
  const auto count = [&](const char* name, const char* or_else, const IntList& sizes) {
    if (sizes.size() != spatial)
      fail(ErrorKind::Runtime, pool, ": ", name, " must either be ", or_else,
           "a single int, or a tuple of ", words[spatial - 1]);
  };
  count("kernel_size", "", kernel);
  count("stride", "omitted, ", stride);
  count("padding", "", padding);
  if (dilation) count("dilation", "", *dilation);
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    check(stride.at(i) != 0, "stride should not be zero");
    check(padding.at(i) >= 0, "pad must be non-negative, but got pad: ", padding[i]);
    check(padding[i] * 2 <= kernel[i],
          "pad should be at most half of kernel size, but got pad=", padding[i],
          " and kernel_size=", kernel[i]);
  }
  const auto positive = [](const char* what, const char* name, const IntList& sizes) {
    for (const auto n : sizes)
      if (n <= 0)
        fail(ErrorKind::Runtime, what, " should be greater than zero, but got ",
             by_side(name, sizes, kInitials));
  };
  positive("kernel size", "k", kernel);
  positive("stride", "d", stride);
  if (dilation) positive("dilation", "dilation", *dilation);
}

void check_output_size(const IntList& size, std::int64_t spatial, const std::string& name) {
  if (static_cast<std::int64_t>(size.size()) != spatial)
    fail(ErrorKind::Runtime, name, ": output_size must be ", spatial);
}

void check_volume(const Tensor& x, const IntList& kernel) {
  const IntList size(x.shape().end() - 3, x.shape().end());
  for (std::size_t i = 0; i < 3; ++i)
    if (size[i] < kernel[i])
      fail(ErrorKind::Runtime, "input image (", by_side("", size, kInitials),
           ") smaller than kernel size (", by_side("k", kernel, kInitials), ")");
}

IntList resolved(const IntList& size, const Tensor& x) {
  IntList out = size;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (out[i] < 0)
      out[i] = x.size(static_cast<std::int64_t>(i) -
                      static_cast<std::int64_t>(out.size()));  // None: as it is
  return out;
}

// A size that max_unpool is asked for, which lies within a stride of the usual one.
std::int64_t unpooled(const IntList& sizes, std::size_t k, std::size_t i, std::int64_t usual,
                      std::int64_t stride) {
  if (sizes.size() != k && sizes.size() != k + 2)
    fail(ErrorKind::Value, "output_size should be a sequence containing ", k, " or ", k + 2,
         " elements, but it has a length of '", sizes.size(), "'");
  const IntList asked(sizes.end() - static_cast<std::ptrdiff_t>(k), sizes.end());
  if (asked[i] <= usual - stride || asked[i] >= usual + stride)
    fail(ErrorKind::Value, "invalid output_size \"", tuple_text(asked), "\" (dim ", i,
         " must be between ", usual - stride, " and ", usual + stride, ")");
  return asked[i];
}

void check_places(const Tensor& places, std::int64_t size, const Dims& sides) {
  const Tensor at = places.contiguous_raw();
  check(at.dtype() == DType::Int64,
        "elements in indices should be type int64 but got: ", scalar_type_name(at.dtype()));
  const std::string text = (sides.size() == 1 ? "1x" : "") + by_x(sides);
  const auto* p = at.data<std::int64_t>();
  for (std::int64_t i = 0; i < at.numel(); ++i)
    if (p[i] < 0 || p[i] >= size)
      fail(ErrorKind::Runtime, "Found an invalid max index: ", p[i],
           " (output volumes are of size ", text);
}

void register_rank(Registry& r, std::int64_t spatial) {
  const std::string n = std::to_string(spatial), list = "int[" + n + "] ",
                    maybe = "int[" + n + "]? ";
  const std::string max_name = "max_pool" + n + "d", avg_name = "avg_pool" + n + "d",
                    input = " of [n, c, ...] or [c, ...]. torch.nn.functional.";
  r.op(max_name + "(Tensor self, " + list + "kernel_size, " + maybe + "stride=None, " + list +
       "padding=0, " + list +
       "dilation=1, bool ceil_mode=False, bool return_indices=False) -> Tensor|Tensor[]")
      .doc("Largest element of every window" + input + max_name)
      .in(kTorch | kFunctional)
      .composite([spatial, max_name](const Args& a) -> Value {
        check_input(a.tensor(0), spatial, max_name, false);
        const Value stride = stride_or_kernel(a);
        check_window(a.ints(1), stride.get<IntList>(), a.ints(3), &a.ints(4),
                     static_cast<std::size_t>(spatial), max_name);
        const TensorList out =
            call("max_pool", {a[0], a[1], stride, a[3], a[4], a[5]}).get<TensorList>();
        if (a.boolean(6)) return out;
        return out[0];
      });
  r.op(avg_name + "(Tensor self, " + list + "kernel_size, " + maybe + "stride=None, " + list +
       "padding=0, bool ceil_mode=False, bool count_include_pad=True" +
       (spatial > 1 ? ", int? divisor_override=None" : "") + ") -> Tensor")
      .doc("Mean of every window" + input + avg_name)
      .in(spatial == 1 ? kTorch | kFunctional : unsigned{kFunctional})
      .composite([spatial, avg_name](const Args& a) {
        check_input(a.tensor(0), spatial, avg_name, true);
        const Value stride = stride_or_kernel(a);
        check_window(a.ints(1), stride.get<IntList>(), a.ints(3), nullptr,
                     static_cast<std::size_t>(spatial), avg_name);
        if (spatial == 3) check_volume(a.tensor(0), a.ints(1));
        return call("avg_pool",
                    {a[0], a[1], stride, a[3], a[4], a[5], spatial > 1 ? a[6] : Value()})
            .get<Tensor>();
      });
  r.op("adaptive_" + avg_name + "(Tensor self, " + list + "output_size) -> Tensor")
      .doc("Mean over windows that divide the input into output_size" + input + "adaptive_" +
           avg_name)
      .in(spatial == 1 ? kTorch | kFunctional : unsigned{kFunctional})
      .composite([spatial, avg_name](const Args& a) {
        const Tensor x = a.tensor(0);
        check_adaptive(x, spatial, "adaptive_" + avg_name, true);
        check_output_size(a.ints(1), spatial, "adaptive_" + avg_name);
        const IntList size = resolved(a.ints(1), x);
        if (spatial > 1 && product(size) == 1) {
          IntList last;
          for (std::int64_t d = -spatial; d < 0; ++d) last.push_back(d);
          return ops::mean(x, last, true);
        }
        return call("adaptive_avg_pool", {x, size}).get<Tensor>();
      });
  r.op("adaptive_" + max_name + "(Tensor self, " + list +
       "output_size, bool return_indices=False) -> Tensor|Tensor[]")
      .doc("Largest element of windows that divide the input into output_size" + input +
           "adaptive_" + max_name)
      .in(kFunctional)
      .composite([spatial, max_name](const Args& a) -> Value {
        check_adaptive(a.tensor(0), spatial, "adaptive_" + max_name, false);
        check_output_size(a.ints(1), spatial, "adaptive_" + max_name);
        const TensorList out =
            call("adaptive_max_pool", {a[0], resolved(a.ints(1), a.tensor(0))}).get<TensorList>();
        if (a.boolean(2)) return out;
        return out[0];
      });
  r.op("max_unpool" + n + "d(Tensor self, Tensor indices, " + list + "kernel_size, " + maybe +
       "stride=None, " + list + "padding=0, int[]? output_size=None) -> Tensor")
      .doc("Zeros with the elements where max_pool" + n +
           "d took them from. torch.nn.functional.max_unpool" + n + "d")
      .in(kFunctional)
      .composite([spatial](const Args& a) {
        const Tensor x = a.tensor(0);
        const auto k = static_cast<std::size_t>(spatial);
        const IntList& stride = a.has(3) && !a.ints(3).empty() ? a.ints(3) : a.ints(2);
        if (x.shape() != a.tensor(1).shape())
          fail(ErrorKind::Runtime,
               "Expected shape of indices to be same as that of the input tensor (",
               to_string(x.shape()),
               ") but got indices tensor with shape: ", to_string(a.tensor(1).shape()));
        Dims shape = x.shape();
        for (std::size_t i = 0; i < k; ++i) {
          std::int64_t& s = shape[shape.size() - k + i];
          s = (s - 1) * stride[i] - 2 * a.ints(4)[i] + a.ints(2)[i];
          if (a.has(5)) s = unpooled(a.ints(5), k, i, s, stride[i]);
        }
        const Tensor zeros = flat_planes(Tensor::full(shape, 0, x.dtype()), spatial);
        check_places(a.tensor(1), zeros.size(-1), Dims(shape.end() - spatial, shape.end()));
        static const OpHandle scatter{"scatter"};
        return ops::reshape(
            scatter(zeros, -1, flat_planes(a.tensor(1), spatial), flat_planes(x, spatial)), shape);
      });
  if (spatial > 2) return;
  r.op("lp_pool" + n + "d(Tensor input, float norm_type, " + list + "kernel_size, " + maybe +
       "stride=None, bool ceil_mode=False) -> Tensor")
      .doc("p-norm of every window" + input + "lp_pool" + n + "d")
      .in(kFunctional)
      .composite([avg_name](const Args& a) {
        const double p = a.number(1);
        const Tensor mean =
            call(avg_name, {ops::pow(a.tensor(0), p), a[2], a[3], 0, a[4]}).get<Tensor>();
        const Tensor sum = ops::mul(ops::mul(ops::sign(mean.detach()), ops::relu(ops::abs(mean))),
                                    static_cast<double>(product(a.ints(2))));
        return ops::pow(sum, 1 / p);
      });
}

}  // namespace

void register_pool_functions(Registry& r) {
  for (const std::int64_t n : {1, 2, 3}) register_rank(r, n);
}

}  // namespace gradbox
