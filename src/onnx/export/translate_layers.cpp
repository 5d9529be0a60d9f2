// Convolution, pooling, padding, resizing, embedding, dropout.
#include <algorithm>
#include <numeric>

#include "onnx/export/translate.h"

namespace gradbox::onnx {
namespace {

// Runs f on x with a batch dimension, which PyTorch's layers may do without.
template <class F>
void batched(Emitter& e, std::int64_t spatial, F f) {
  const Name x = e.in(0);
  if (e.rank() == spatial + 2) return e.give(f(x));
  e.give(e.squeeze(f(e.unsqueeze(x, {0})), {0}));
}

// The same padding before and after each dimension, in ONNX's order: all befores, all afters.
IntList both_sides(const IntList& padding) {
  IntList out = padding;
  out.insert(out.end(), padding.begin(), padding.end());
  return out;
}

IntList kernel_of(const Tensor& weight) {
  return IntList(weight.shape().begin() + 2, weight.shape().end());
}

void convolution(Emitter& e, const IntList& pads) {
  const Args a = e.args();
  const IntList kernel = kernel_of(e.tensor(1));
  batched(e, e.tensor(1).dim() - 2, [&](Name x) {
    return e.node("Conv", {x, e.in(1), e.in(2)},
                  {{"dilations", a.ints(5)},
                   {"group", a.integer(6)},
                   {"kernel_shape", kernel},
                   {"pads", pads},
                   {"strides", a.ints(3)}});
  });
}

void conv(Emitter& e) { convolution(e, both_sides(e.args().ints(4))); }

// padding='same': zeros that keep the size, the odd one after.
void conv_named_padding(Emitter& e) {
  const IntList kernel = kernel_of(e.tensor(1)), dilation = e.args().ints(5);
  IntList pads(2 * kernel.size(), 0);
  if (e.args().string(4) == "same")
    for (std::size_t i = 0; i < kernel.size(); ++i) {
      const std::int64_t total = dilation[i] * (kernel[i] - 1);
      pads[i] = total / 2;
      pads[i + kernel.size()] = total - total / 2;
    }
  convolution(e, pads);
}

// output_padding, groups and dilation: positions of these arguments, after input, weight, bias,
// stride, padding. torch.nn.functional's functions and the core's own operator order them
// otherwise.
template <std::size_t OutputPadding, std::size_t Groups, std::size_t Dilation>
void conv_transpose(Emitter& e) {
  const Args a = e.args();
  const IntList kernel = kernel_of(e.tensor(1)), pads = both_sides(a.ints(4));
  batched(e, e.tensor(1).dim() - 2, [&](Name x) {
    return e.node("ConvTranspose", {x, e.in(1), e.in(2)},
                  {{"dilations", a.ints(Dilation)},
                   {"group", a.integer(Groups)},
                   {"kernel_shape", kernel},
                   {"output_padding", a.ints(OutputPadding)},
                   {"pads", pads},
                   {"strides", a.ints(3)}});
  });
}

// Arguments of all pools: input, kernel_size, stride, padding. `more`: an attribute of one kind;
// `scale`: what the result is multiplied by.
void pool(Emitter& e, const char* op_type, bool ceil, const Attribute& more, double scale = 1) {
  const Args a = e.args();
  const IntList pads = both_sides(a.ints(3));
  const IntList& stride = a.has(2) && !a.ints(2).empty() ? a.ints(2) : a.ints(1);
  batched(e, static_cast<std::int64_t>(a.ints(1).size()), [&](Name x) {
    const Name y = e.node(op_type, {x},
                          {{"kernel_shape", a.ints(1)},
                           {"pads", pads},
                           {"strides", stride},
                           {"ceil_mode", ceil ? 1 : 0},
                           more});
    return scale == 1 ? y : e.node("Mul", {y, e.number(scale, e.out().dtype())});
  });
}

// ONNX counts indices over the whole tensor, PyTorch over a plane. A node of their own, which goes
// when nothing uses them.
void max_pool_indices(Emitter& e) {
  const Args a = e.args();
  const auto spatial = static_cast<std::int64_t>(a.ints(1).size());
  const std::vector<Size> shape = e.shape(e.tensor(0));
  Name plane = e.number(1, DType::Int64);
  for (std::size_t d = shape.size() - a.ints(1).size(); d < shape.size(); ++d)
    plane = e.node("Mul", {plane, e.scalar(shape[d], DType::Int64)});
  const IntList pads = both_sides(a.ints(3));
  const IntList& stride = a.has(2) && !a.ints(2).empty() ? a.ints(2) : a.ints(1);
  const bool is_batch = e.rank() == spatial + 2;
  const Name x = is_batch ? e.in(0) : e.unsqueeze(e.in(0), {0});
  const Name all = e.nodes("MaxPool", {x},
                           {{"kernel_shape", a.ints(1)},
                            {"pads", pads},
                            {"strides", stride},
                            {"ceil_mode", a.boolean(5) ? 1 : 0},
                            {"dilations", a.ints(4)}},
                           2)[1];
  const Name indices = e.node("Mod", {all, plane});
  e.give(is_batch ? indices : e.squeeze(indices, {0}), 1);
}

void max_pool(Emitter& e) {
  const Args a = e.args();
  pool(e, "MaxPool", a.boolean(5), {"dilations", a.ints(4)});
  if (e.outs() > 1) max_pool_indices(e);
}

void avg_pool(Emitter& e) {
  const Args a = e.args();
  if (a.size() <= 6 || !a.has(6))
    return pool(e, "AveragePool", a.boolean(4), {"count_include_pad", a.boolean(5) ? 1 : 0});
  // With the padding every window has as many elements, but in ceil mode the last may have fewer.
  if (a.boolean(4)) e.unsupported("divisor_override with ceil_mode=True");
  const double elements = static_cast<double>(product(a.ints(1)));
  pool(e, "AveragePool", false, {"count_include_pad", 1}, elements / a.number(6));
}

// Row i holds the weights of window i: a mean over windows is a product with this matrix.
Tensor window_matrix(std::int64_t out, std::int64_t in, DType t) {
  const Tensor m = Tensor::full({out, in}, 0, DType::Float64);
  for (std::int64_t i = 0; i < out; ++i) {
    const std::int64_t first = i * in / out, last = ((i + 1) * in + out - 1) / out;
    for (std::int64_t k = first; k < last; ++k)
      m.data<double>()[i * in + k] = 1 / static_cast<double>(last - first);
  }
  return m.to_raw(t);
}

// The sizes of the spatial dimensions, which must be known.
IntList fixed_sizes(Emitter& e, std::size_t spatial) {
  IntList in;
  const std::vector<Size> shape = e.shape(e.tensor(0));
  for (std::size_t d = shape.size() - spatial; d < shape.size(); ++d) {
    if (shape[d].is_dynamic()) e.unsupported("an image of dynamic size");
    in.push_back(shape[d].value);
  }
  return in;
}

// Windows of one size that lie side by side, if they are so: their sizes.
bool are_even(const IntList& in, const IntList& out, IntList& kernel) {
  for (std::size_t d = 0; d < out.size(); ++d) {
    if (out[d] < 1 || in[d] % out[d] != 0) return false;
    kernel.push_back(in[d] / out[d]);
  }
  return true;
}

// Pools the whole image, or windows that divide it evenly; false for any others.
bool even_pool(Emitter& e, const IntList& out, bool max) {
  const auto spatial = static_cast<std::int64_t>(out.size());
  if (std::all_of(out.begin(), out.end(), [](auto n) { return n == 1; })) {
    batched(e, spatial,
            [&](const Name v) { return e.node(max ? "GlobalMaxPool" : "GlobalAveragePool", {v}); });
    return true;
  }
  IntList kernel;
  if (!are_even(fixed_sizes(e, out.size()), out, kernel)) return false;
  batched(e, spatial, [&](const Name v) {
    return e.node(max ? "MaxPool" : "AveragePool", {v},
                  {{"kernel_shape", kernel}, {"strides", kernel}});
  });
  return true;
}

// Means of windows that divide the image into `out`. Where they overlap, a product with a matrix
// for each dimension, which is brought to the end for it.
void window_means(Emitter& e, const IntList& out) {
  if (even_pool(e, out, false)) return;
  const IntList in = fixed_sizes(e, out.size());
  const std::int64_t rank = e.rank(), first = rank - static_cast<std::int64_t>(out.size());
  const DType t = e.tensor(0).dtype();
  Name x = e.in(0);
  for (std::size_t d = 0; d < out.size(); ++d) {
    if (in[d] == out[d]) continue;
    if (out[d] < 1 || in[d] < 1) e.unsupported("an image without elements");
    const Tensor columns = window_matrix(out[d], in[d], t);
    const Name matrix = e.constant(columns.alias({in[d], out[d]}, {1, in[d]}, 0).clone_raw());
    IntList turned;
    for (std::int64_t i = 0; i < rank; ++i) turned.push_back(i);
    std::swap(turned[static_cast<std::size_t>(first) + d], turned.back());
    const bool is_last = d + 1 == out.size();
    if (!is_last) x = e.node("Transpose", {x}, {{"perm", turned}});
    x = e.node("MatMul", {x, matrix});
    if (!is_last) x = e.node("Transpose", {x}, {{"perm", turned}});
  }
  e.give(x);
}

void adaptive_avg_pool(Emitter& e) { window_means(e, e.args().ints(1)); }

void adaptive_max_pool(Emitter& e) {
  if (!even_pool(e, e.args().ints(1), true))
    e.unsupported("an output size that doesn't divide the input's");
}

// One dimension padded from its own other end, which ONNX has since opset 19.
Name wrap_around(Emitter& e, const Name x, std::int64_t axis, std::int64_t before,
                 std::int64_t after) {
  const Name zero = e.ints({0}), end = e.ints({INT64_MAX});
  std::vector<Name> parts;
  if (before > 0) parts.push_back(e.slice(x, axis, e.ints({-before}), end));
  parts.push_back(x);
  if (after > 0) parts.push_back(e.slice(x, axis, zero, e.ints({after})));
  return e.concat(parts, axis);
}

void pad(Emitter& e) {
  const Args a = e.args();
  const IntList& sides = a.ints(1);
  const std::string& mode = a.string(2);
  const std::int64_t rank = e.rank();
  if (mode == "circular") {
    Name x = e.in(0);
    for (std::size_t k = 0; k < sides.size() / 2; ++k)
      x = wrap_around(e, x, rank - 1 - static_cast<std::int64_t>(k), sides[2 * k],
                      sides[2 * k + 1]);
    return e.give(x);
  }
  // PyTorch counts from the last dimension backwards, (before, after) for each.
  IntList pads(2 * static_cast<std::size_t>(rank), 0);
  for (std::size_t k = 0; k < sides.size() / 2; ++k) {
    const std::size_t d = static_cast<std::size_t>(rank) - 1 - k;
    pads[d] = sides[2 * k];
    pads[d + static_cast<std::size_t>(rank)] = sides[2 * k + 1];
  }
  const DType t = e.out().dtype();
  std::vector<Name> inputs{e.in(0), e.ints(pads)};
  if (mode == "constant") inputs.push_back(e.number(a.has(3) ? a.number(3) : 0, t));
  e.give(e.node("Pad", inputs, {{"mode", mode == "replicate" ? "edge" : mode.c_str()}}));
}

void interpolate(Emitter& e) {
  const Args a = e.args();
  const std::string& mode = a.string(3);
  if (mode == "area") {
    IntList out;
    const std::vector<Size> shape = e.shape(e.out());
    for (std::size_t d = 2; d < shape.size(); ++d) {
      if (shape[d].is_dynamic()) e.unsupported("mode='area' with an image of dynamic size");
      out.push_back(shape[d].value);
    }
    return window_means(e, out);
  }
  const bool nearest = mode == "nearest", exact = mode == "nearest-exact",
             aligned = a.has(4) && a.boolean(4);
  // A region of interest and scales were required, if only as empty tensors, before opset 13.
  const Name none = e.opset() >= 13 ? Name::None : e.constant(Tensor::empty({0}, DType::Float32));
  std::vector<Attribute> attributes{{"coordinate_transformation_mode", nearest   ? "asymmetric"
                                                                       : aligned ? "align_corners"
                                                                                 : "half_pixel"},
                                    {"mode", nearest || exact    ? "nearest"
                                             : mode == "bicubic" ? "cubic"
                                                                 : "linear"}};
  if (nearest || exact)
    attributes.emplace_back("nearest_mode", nearest ? "floor" : "round_prefer_ceil");
  if (mode == "bicubic") attributes.emplace_back("cubic_coeff_a", -0.75);
  const auto spatial = static_cast<std::size_t>(e.rank() - 2);
  const bool recomputes = a.has(5) && a.boolean(5);
  if (a.has(2) && !recomputes) {
    const FloatList& f = a.floats(2);
    std::vector<float> scales{1, 1};
    for (std::size_t i = 0; i < spatial; ++i)
      scales.push_back(static_cast<float>(f[f.size() == 1 ? 0 : i]));
    const auto count = static_cast<std::int64_t>(scales.size());
    return e.give(e.node("Resize",
                         {e.in(0), none, e.constant(Tensor::from_vector<float>(scales, {count}))},
                         attributes));
  }
  std::vector<Size> wanted;
  if (recomputes) {
    wanted = e.shape(e.out());
    wanted.erase(wanted.begin(), wanted.begin() + 2);
  } else {
    wanted = e.sizes(1);
    if (wanted.size() == 1) wanted.resize(spatial, wanted[0]);
  }
  // Batch and channels as they are.
  const Name kept = e.slice(e.shape_of(e.in(0)), 0, e.ints({0}), e.ints({2}));
  const Name sizes = e.concat({kept, e.vector(wanted)}, 0);
  e.give(e.node("Resize", {e.in(0), none, none, sizes}, attributes));
}

void dropout(Emitter& e) {
  const Args a = e.args();
  if (a.number(1) == 0 || !a.boolean(2)) return e.give(e.in(0));
  if (e.opset() < 12) e.unsupported("ONNX has Dropout in training mode since opset 12");
  e.give(e.node("Dropout", {e.in(0), e.number(a.number(1), DType::Float32),
                            e.constant(Tensor::full({}, 1, DType::Bool))}));
}

const Row table[] = {
    {"convolution", conv},
    {"conv1d", conv},
    {"conv2d", conv},
    {"conv3d", conv},
    {"conv2d_batched", conv},
    {"conv1d.padding", conv_named_padding},
    {"conv2d.padding", conv_named_padding},
    {"convolution_transposed", conv_transpose<7, 6, 5>},
    {"conv_transpose1d", conv_transpose<5, 6, 7>},
    {"conv_transpose2d", conv_transpose<5, 6, 7>},
    {"conv_transpose3d", conv_transpose<5, 6, 7>},
    {"max_pool", max_pool},
    {"max_pool1d", max_pool},
    {"max_pool2d", max_pool},
    {"max_pool2d_batched", max_pool},
    {"avg_pool", avg_pool},
    {"avg_pool1d", avg_pool},
    {"avg_pool2d", avg_pool},
    {"adaptive_avg_pool2d", adaptive_avg_pool},
    {"adaptive_avg_pool", adaptive_avg_pool},
    {"adaptive_max_pool", adaptive_max_pool},
    {"pad", pad},
    {"interpolate", interpolate},
    {"dropout", dropout},
    {"embedding", [](Emitter& e) { e.give(e.gather(e.in(1), e.in(0), 0)); }},
};

}  // namespace

Rows layer_rows() { return rows(table); }

}  // namespace gradbox::onnx
