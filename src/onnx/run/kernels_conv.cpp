// Convolutions in one to three dimensions, deformed ones in two, and Col2Im.
#include <algorithm>
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/window.h"

namespace gradbox::onnx {
namespace {

constexpr std::int64_t kMost = 1000000000;  // so that sums and products of sizes don't overflow

}  // namespace

IntList kernel_of(const Tensor& weight) {
  return weight.dim() < 3 ? IntList{} : IntList(weight.shape().begin() + 2, weight.shape().end());
}

std::int64_t groups_of(NodeRun& r) {
  const std::int64_t groups = r.attr("group", std::int64_t{1});
  if (groups < 1 || groups > kMost) r.fail("group must be positive, and no larger than channels");
  return groups;
}

Window window_of(NodeRun& r, const Dims& input, const IntList& kernel) {
  if (input.size() < 3)
    r.fail("the input must have spatial dimensions, but is " + to_string(input));
  const std::size_t n = input.size() - 2;
  Window w;
  w.kernel = r.attr_ints("kernel_shape", kernel);
  const IntList ones(n, 1);
  w.stride = r.attr_ints("strides", ones);
  w.dilation = r.attr_ints("dilations", ones);
  const IntList pads = r.attr_ints("pads", IntList(2 * n, 0));
  if (w.kernel.size() != n || w.stride.size() != n || w.dilation.size() != n ||
      pads.size() != 2 * n)
    r.fail("kernel_shape, strides, dilations and pads don't fit an input of shape " +
           to_string(input));
  for (const IntList* list : {&w.kernel, &w.stride, &w.dilation})
    for (const auto v : *list)
      if (v < 1 || v > kMost) r.fail("kernel_shape, strides and dilations must be positive");
  for (const auto v : pads)
    if (v < -kMost || v > kMost) r.fail("pads are out of range");
  w.begin.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(n));
  w.end.assign(pads.begin() + static_cast<std::ptrdiff_t>(n), pads.end());
  const std::string how =
      word(r, "auto_pad", "NOTSET", {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", ""});
  if (how == "NOTSET" || how.empty()) return w;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t in = input[i + 2], out = (in + w.stride[i] - 1) / w.stride[i];
    const std::int64_t total =
        how == "VALID" ? 0 : std::max<std::int64_t>((out - 1) * w.stride[i] + w.span(i) - in, 0);
    w.begin[i] = how == "SAME_LOWER" ? total - total / 2 : total / 2;
    w.end[i] = total - w.begin[i];
  }
  return w;
}

Tensor pad_spatial(const Tensor& x, const IntList& begin, const IntList& end, const Value& fill) {
  IntList order;
  bool any = false;
  for (std::size_t i = begin.size(); i-- > 0;) {
    order.insert(order.end(), {begin[i], end[i]});
    any = any || begin[i] || end[i];
  }
  return any ? op("constant_pad_nd", x, order, fill) : x;
}

Tensor convolve(NodeRun& r, const Tensor& x, const Tensor& weight, const Tensor& bias,
                const Window& w, std::int64_t groups) {
  double work = static_cast<double>(x.size(0)) * static_cast<double>(weight.numel());
  for (std::size_t i = 0; i < w.stride.size(); ++i) {
    const double room = static_cast<double>(x.shape()[i + 2] + w.begin[i] + w.end[i]);
    work *= std::max(room / static_cast<double>(w.stride[i]), 1.0);
  }
  spend(r, work);
  const bool direct =
      w.symmetric() && std::all_of(w.begin.begin(), w.begin.end(), [](auto p) { return p >= 0; });
  const Tensor padded = direct ? x : pad_spatial(x, w.begin, w.end, 0);
  return op("convolution", padded, weight, bias.defined() ? Value(bias) : Value(), w.stride,
            direct ? w.begin : IntList(w.begin.size(), 0), w.dilation, groups);
}

namespace {

Tensor optional(NodeRun& r, std::size_t i) { return r.has(i) ? r.in(i) : Tensor(); }

void conv(NodeRun& r) {
  const Tensor &x = r.in(0), &weight = r.in(1);
  r.give(convolve(r, x, weight, optional(r, 2), window_of(r, x.shape(), kernel_of(weight)),
                  groups_of(r)));
}

// Attributes output_shape and auto_pad say how much of the full result is cut off.
void cut_of(NodeRun& r, const Dims& input, const IntList& extra, Window& w) {
  const std::size_t n = w.kernel.size();
  const std::string how = r.attr("auto_pad", "NOTSET");
  IntList shape = r.attr_ints("output_shape");
  if (shape.size() == n + 2) shape.erase(shape.begin(), shape.begin() + 2);
  for (const auto v : shape)
    if (v < 0 || v > kMost) r.fail("output_shape is out of range");
  const bool same = how == "SAME_UPPER" || how == "SAME_LOWER";
  if (shape.empty() && !same) return;
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t full = w.stride[i] * (input[i + 2] - 1) + extra[i] + w.span(i);
    const std::int64_t wanted = shape.empty() ? input[i + 2] * w.stride[i] : shape.at(i);
    const std::int64_t total = full - wanted, half = total / 2;
    // What is missing is added at the end.
    w.begin[i] = total < 0 ? 0 : how == "SAME_UPPER" ? half : total - half;
    w.end[i] = total - w.begin[i];
  }
}

void conv_transpose(NodeRun& r) {
  const Tensor &x = r.in(0), &weight = r.in(1), bias = optional(r, 2);
  Window w = window_of(r, x.shape(), kernel_of(weight));
  const std::size_t n = w.kernel.size();
  const IntList zeros(n, 0);
  IntList extra = r.attr_ints("output_padding", zeros);
  if (extra.size() != n) r.fail("output_padding doesn't fit");
  for (const auto v : extra)
    if (v < 0 || v > kMost) r.fail("output_padding is out of range");
  cut_of(r, x.shape(), extra, w);
  const std::int64_t groups = groups_of(r);
  spend(r, static_cast<double>(x.numel()) * static_cast<double>(weight.numel()) /
               static_cast<double>(std::max<std::int64_t>(weight.size(0), 1)));
  bool direct = w.symmetric();
  for (std::size_t i = 0; i < n; ++i)
    direct = direct && w.begin[i] >= 0 && extra[i] < std::max(w.stride[i], w.dilation[i]);
  if (direct)
    return r.give(op("convolution_transposed", x, weight, bias.defined() ? Value(bias) : Value(),
                     w.stride, w.begin, w.dilation, groups, extra));
  const Tensor full =
      op("convolution_transposed", x, weight, Value(), w.stride, zeros, w.dilation, groups, zeros);
  IntList begin, end;
  for (std::size_t i = 0; i < n; ++i) {
    begin.push_back(-w.begin[i]);
    end.push_back(extra[i] - w.end[i]);
  }
  const Tensor y = pad_spatial(full, begin, end, 0);
  if (!bias.defined()) return r.give(y);
  Dims channels(n + 1, 1);
  channels[0] = bias.numel();
  r.give(ops::add(y, ops::reshape(bias, channels)));
}

// Adds blocks [n, c * product(block), l] up to an image, in any number of dimensions.
void col2im(NodeRun& r) {
  const Tensor& x = r.in();
  const IntList image = r.ints(1), block = r.ints(2);
  const std::size_t n = image.size();
  const IntList ones(n, 1), stride = r.attr_ints("strides", ones),
                            dilation = r.attr_ints("dilations", ones),
                            pads = r.attr_ints("pads", IntList(2 * n, 0));
  if (x.dim() != 3 || block.size() != n || stride.size() != n || dilation.size() != n ||
      pads.size() != 2 * n)
    r.fail("image_shape, block_shape and attributes don't fit");
  for (const IntList* list : {&image, &block, &stride, &dilation})
    for (const auto v : *list)
      if (v < 1 || v > 100000) r.fail("sizes, strides and dilations must be positive");
  for (const auto v : pads)
    if (v < 0 || v > 100000) r.fail("pads are out of range");
  const std::int64_t area = product(block), spots = product(image);
  IntList steps, places;
  for (std::size_t i = 0; i < n; ++i) {
    steps.push_back(
        (image[i] + pads[i] + pads[i + n] - dilation[i] * (block[i] - 1) - 1) / stride[i] + 1);
    if (steps.back() < 1) r.fail("a block is larger than the padded image");
  }
  const std::int64_t count = product(steps);
  if (x.size(2) != count || x.size(1) % area) r.fail("the input doesn't hold as many blocks");
  check_room(r, static_cast<double>(area) * static_cast<double>(count));
  check_room(r, static_cast<double>(spots));
  // Where each element of a channel's columns goes; beyond the image: to a spot that is cut off.
  for (std::int64_t k = 0; k < area; ++k)
    for (std::int64_t l = 0; l < count; ++l) {
      std::int64_t place = 0, in_block = k, in_steps = l, weight = 1;
      bool outside = false;
      for (std::size_t i = n; i-- > 0;) {
        const std::int64_t at =
            in_steps % steps[i] * stride[i] + in_block % block[i] * dilation[i] - pads[i];
        in_steps /= steps[i];
        in_block /= block[i];
        outside = outside || at < 0 || at >= image[i];
        if (!outside) place += at * weight;
        weight *= image[i];
      }
      places.push_back(outside ? spots : place);
    }
  const std::int64_t planes = x.size(0) * (x.size(1) / area);
  const Tensor flat = ops::reshape(x, Dims{planes, area * count});
  const Tensor zeros = Tensor::full({planes, spots + 1}, 0, x.dtype());
  const Tensor sum = ops::slice(op("index_add", zeros, 1, int_tensor(places), flat), 1, 0, spots);
  Dims shape{x.size(0), x.size(1) / area};
  shape.insert(shape.end(), image.begin(), image.end());
  r.give(ops::reshape(sum, shape));
}

// A convolution whose taps are moved by offsets, one a position, and weighted by a mask.
void deform_conv(NodeRun& r) {
  const Tensor &x = r.in(0), &weight = r.in(1), &offset = r.in(2);
  if (x.dim() != 4 || weight.dim() != 4 || offset.dim() != 4) r.fail("only images are supported");
  const Window w = window_of(r, x.shape(), kernel_of(weight));
  const std::int64_t n = x.size(0), c = x.size(1), height = x.size(2), width = x.size(3);
  const std::int64_t parts = r.attr("offset_group", std::int64_t{1}), groups = groups_of(r),
                     taps = product(w.kernel), out_h = offset.size(2), out_w = offset.size(3),
                     spots = out_h * out_w;
  // So that the product doesn't overflow.
  if (parts > offset.size(1) || taps > offset.size(1)) r.fail("offset has too few channels");
  if (parts < 1 || offset.size(1) != 2 * parts * taps || c % parts || weight.size(0) % groups)
    r.fail("offset of shape " + to_string(offset.shape()) + " doesn't fit");
  const Tensor moved = ops::reshape(offset, Dims{n, parts, taps, 2, spots});
  // Where each tap looks, [n, parts, taps, spots].
  const auto place = [&](std::int64_t d) {
    FloatList base;
    for (std::int64_t k = 0; k < taps; ++k)
      for (std::int64_t o = 0; o < spots; ++o) {
        const auto i = static_cast<std::size_t>(d);
        const std::int64_t at = d == 0 ? o / out_w : o % out_w,
                           tap = d == 0 ? k / w.kernel[1] : k % w.kernel[1];
        base.push_back(static_cast<double>(at * w.stride[i] - w.begin[i] + tap * w.dilation[i]));
      }
    return ops::add(ops::select(moved, 3, d), float_tensor(base, {taps, spots}, x.dtype()));
  };
  const Tensor y = place(0), z = place(1);
  const Tensor top = op("floor", y.detach()), left = op("floor", z.detach());
  const Tensor down = ops::sub(y, top), across = ops::sub(z, left);
  const Tensor pixels = ops::reshape(x, Dims{n, parts, c / parts, height * width});
  Tensor columns;
  for (const int i : {0, 1})
    for (const int j : {0, 1}) {
      const Tensor row = ops::add(top, i), column = ops::add(left, j);
      const auto within = [](const Tensor& t, std::int64_t size) {
        return ops::logical_and(ops::ge(t, 0), ops::lt(t, size));
      };
      const Tensor inside = ops::logical_and(within(row, height), within(column, width));
      const Tensor at = ops::add(ops::mul(as(ops::clamp(row, 0, height - 1), DType::Int64), width),
                                 as(ops::clamp(column, 0, width - 1), DType::Int64));
      const Tensor index = ops::expand(ops::reshape(at, Dims{n, parts, 1, taps * spots}),
                                       Dims{n, parts, c / parts, taps * spots});
      const Tensor share =
          ops::mul(ops::mul(i ? down : op("rsub", down, 1), j ? across : op("rsub", across, 1)),
                   as(inside, x.dtype()));
      const Tensor part = ops::mul(ops::gather(pixels, -1, ops::contiguous(index)),
                                   ops::reshape(share, Dims{n, parts, 1, taps * spots}));
      columns = columns.defined() ? ops::add(columns, part) : part;
    }
  if (r.has(4)) columns = ops::mul(columns, ops::reshape(r.in(4), Dims{n, parts, 1, taps * spots}));
  columns = ops::reshape(columns, Dims{n, groups, c / groups * taps, spots});
  const Tensor matrix =
      ops::reshape(weight, Dims{groups, weight.size(0) / groups, weight.size(1) * taps});
  const Tensor out =
      ops::reshape(ops::matmul(matrix, columns), Dims{n, weight.size(0), out_h, out_w});
  r.give(r.has(3) ? ops::add(out, ops::reshape(r.in(3), Dims{-1, 1, 1})) : out);
}

const KernelRow kRows[] = {{"Conv", 1, conv},
                           {"ConvTranspose", 1, conv_transpose},
                           {"Col2Im", 18, col2im},
                           {"DeformConv", 19, deform_conv}};

}  // namespace

void add_conv_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
