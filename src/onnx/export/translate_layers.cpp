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

void adaptive_avg_pool2d(Emitter& e) {
  const IntList& out = e.args().ints(1);
  if (out[0] == 1 && out[1] == 1)
    return batched(e, 2, [&](const Name x) { return e.node("GlobalAveragePool", {x}); });
  const Tensor& x = e.tensor(0);
  for (const Size& s : {e.shape(x)[static_cast<std::size_t>(e.rank() - 2)], e.shape(x).back()})
    if (s.is_dynamic()) e.unsupported("an image of dynamic size");
  const std::int64_t h = x.size(-2), w = x.size(-1);
  const IntList kernel{h / out[0], w / out[1]};
  if (h % out[0] == 0 && w % out[1] == 0)
    return batched(e, 2, [&](const Name v) {
      return e.node("AveragePool", {v}, {{"kernel_shape", kernel}, {"strides", kernel}});
    });
  const DType t = x.dtype();
  const Tensor columns = window_matrix(out[1], w, t);
  const Name rows = e.constant(window_matrix(out[0], h, t));
  const Name across = e.constant(columns.alias({w, out[1]}, {1, w}, 0).clone_raw());
  e.give(e.node("MatMul", {e.node("MatMul", {rows, e.in(0)}), across}));
}

// Windows that divide the input: a pool, or all of it.
template <bool kMax>
void adaptive_pool(Emitter& e) {
  const IntList& out = e.args().ints(1);
  const Tensor& x = e.tensor(0);
  const std::size_t first = static_cast<std::size_t>(x.dim()) - out.size();
  const auto spatial = static_cast<std::int64_t>(out.size());
  if (std::all_of(out.begin(), out.end(), [](auto n) { return n == 1; }))
    return batched(e, spatial, [&](const Name v) {
      return e.node(kMax ? "GlobalMaxPool" : "GlobalAveragePool", {v});
    });
  IntList kernel;
  for (std::size_t d = 0; d < out.size(); ++d) {
    const Size in = e.shape(x)[first + d];
    if (in.is_dynamic()) e.unsupported("an image of dynamic size");
    if (out[d] < 1 || in.value % out[d] != 0)
      e.unsupported("an output size that doesn't divide the input's");
    kernel.push_back(in.value / out[d]);
  }
  batched(e, spatial, [&](const Name v) {
    return e.node(kMax ? "MaxPool" : "AveragePool", {v},
                  {{"kernel_shape", kernel}, {"strides", kernel}});
  });
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
  if (mode == "area") e.unsupported("mode='area'");
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
    {"adaptive_avg_pool2d", adaptive_avg_pool2d},
    {"adaptive_avg_pool", adaptive_pool<false>},
    {"adaptive_max_pool", adaptive_pool<true>},
    {"pad", pad},
    {"interpolate", interpolate},
    {"dropout", dropout},
    {"embedding", [](Emitter& e) { e.give(e.gather(e.in(1), e.in(0), 0)); }},
};

}  // namespace

Rows layer_rows() { return rows(table); }

}  // namespace gradbox::onnx
