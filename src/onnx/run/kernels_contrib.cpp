// Operators of domain com.microsoft that optimised models contain (onnxruntime,
// ContribOperators.md).
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/window.h"

namespace gradbox::onnx {
namespace {

Tensor optional(NodeRun& r, std::size_t i) { return r.has(i) ? r.in(i) : Tensor(); }
Value value_of(const Tensor& t) { return t.defined() ? Value(t) : Value(); }
Tensor plus(const Tensor& a, const Tensor& b) { return b.defined() ? ops::add(a, b) : a; }

// ---- activations ----

template <bool Tanh>
void gelu(NodeRun& r) {  // of x, or x + bias
  r.give(op_with("gelu", {plus(r.in(), optional(r, 1))}, "approximate", Tanh ? "tanh" : "none"));
}

void quick_gelu(NodeRun& r) {
  r.give(ops::mul(r.in(), ops::sigmoid(ops::mul(r.in(), r.attr("alpha", 1.702)))));
}

// Attributes activation and activation_params of a fused operator.
Tensor activated(NodeRun& r, const Tensor& x) {
  const std::string name = word(
      r, "activation", "", {"", "Relu", "Sigmoid", "Tanh", "LeakyRelu", "Clip", "HardSigmoid"});
  FloatList p = r.attr_floats("activation_params");
  p.resize(2);
  if (name == "Relu") return ops::relu(x);
  if (name == "Sigmoid") return ops::sigmoid(x);
  if (name == "Tanh") return ops::tanh(x);
  if (name == "LeakyRelu") return op("leaky_relu", x, p[0]);
  if (name == "Clip") return ops::clamp(x, p[0], p[1]);
  if (name == "HardSigmoid") return ops::clamp(ops::add(ops::mul(x, p[0]), p[1]), 0.0, 1.0);
  return x;
}

void fused_conv(NodeRun& r) {
  const Tensor &x = r.in(0), &weight = r.in(1);
  const Window w = window_of(r, x.shape(), kernel_of(weight));
  const Tensor y = convolve(r, x, weight, optional(r, 2), w, groups_of(r));
  r.give(activated(r, plus(y, optional(r, 3))));
}

void fused_matmul(NodeRun& r) {
  if (r.attr("transBatchA", std::int64_t{0}) || r.attr("transBatchB", std::int64_t{0}))
    r.fail("transBatchA and transBatchB are not supported");
  const auto factor = [&](std::size_t i, const char* transposed) {
    const Tensor& t = r.in(i);
    return r.attr(transposed, std::int64_t{0}) && t.dim() > 1 ? ops::transpose(t, -2, -1) : t;
  };
  const Tensor y = multiplied(r, factor(0, "transA"), factor(1, "transB"));
  const double alpha = r.attr("alpha", 1.0);
  r.give(alpha == 1 ? y : ops::mul(y, alpha));
}

void inverse(NodeRun& r) { r.give(op("inverse", r.in())); }

// ---- normalisation ----

Tensor layer_norm(NodeRun& r, const Tensor& x, const Tensor& scale, const Tensor& bias) {
  return op("layer_norm", x, Dims{x.size(-1)}, scale, value_of(bias), r.attr("epsilon", 1e-12));
}

void skip_layer_normalization(NodeRun& r) {
  const Tensor sum = plus(ops::add(r.in(0), r.in(1)), optional(r, 4));
  r.give(layer_norm(r, sum, r.in(2), optional(r, 3)));
  if (r.wants(3)) r.out(3, sum);
}

void skip_rms_normalization(NodeRun& r) {
  const Tensor sum = plus(ops::add(r.in(0), r.in(1)), optional(r, 3));
  const Tensor mean = ops::mean(ops::square(sum), IntList{-1}, true);
  r.give(ops::mul(ops::mul(sum, ops::rsqrt(ops::add(mean, r.attr("epsilon", 1e-5)))), r.in(2)));
  if (r.wants(3)) r.out(3, sum);
}

// Sum of word, position and segment embeddings, normalised.
void embed_layer_normalization(NodeRun& r) {
  const auto looked_up = [&](const Tensor& table, const Tensor& ids) {
    const Tensor rows =
        ops::index_select(table, 0, ops::reshape(wrap_indices(r, ids, table.size(0)), Dims{-1}));
    Dims shape = ids.shape();
    shape.push_back(table.size(1));
    return ops::reshape(rows, shape);
  };
  const Tensor& ids = r.in(0);
  const Tensor positions = r.has(8) ? r.in(8) : ops::reshape(ops::arange(ids.size(1)), Dims{1, -1});
  Tensor sum = ops::add(looked_up(r.in(2), ids), looked_up(r.in(3), positions));
  if (r.has(1) && r.has(4)) sum = ops::add(sum, looked_up(r.in(4), r.in(1)));
  r.give(layer_norm(r, sum, r.in(5), r.in(6)));
  if (r.wants(1))
    r.out(1, r.has(7) ? as(ops::sum(r.in(7), IntList{1}), DType::Int32)
                      : Tensor::full({ids.size(0)}, 0, DType::Int32));
  if (r.wants(2)) r.out(2, sum);
}

// ---- attention ----

// [n, steps, heads * size] as [n, heads, steps, size].
Tensor by_head(const Tensor& t, std::int64_t heads) {
  return ops::transpose(ops::reshape(t, Dims{t.size(0), t.size(1), heads, t.size(2) / heads}), 1,
                        2);
}

// What a mask of ones and zeros adds to the scores [n, heads, steps, total]; undefined without a
// mask. A vector holds how many of a sequence's elements count.
Tensor mask_bias(NodeRun& r, const Tensor& mask, std::int64_t n, std::int64_t total, DType dtype) {
  if (!mask.defined()) return mask;
  Tensor kept;
  if (mask.dim() == 1) {
    if (mask.numel() != n)
      r.fail("a mask of " + std::to_string(mask.numel()) + " elements is not supported");
    kept = ops::lt(ops::reshape(ops::arange(total), Dims{1, 1, 1, total}),
                   ops::reshape(mask, Dims{n, 1, 1, 1}));
  } else if (mask.dim() == 2) {
    kept = ops::ne(ops::reshape(mask, Dims{mask.size(0), 1, 1, mask.size(1)}), 0);
  } else if (mask.dim() == 3) {
    kept = ops::ne(ops::unsqueeze(mask, 1), 0);
  } else {
    r.fail("a mask of shape " + to_string(mask.shape()) + " is not supported");
  }
  return ops::masked_fill(Tensor::full(kept.shape(), 0, dtype), ops::logical_not(kept),
                          r.attr("mask_filter_value", -10000.0));
}

// softmax(q k' scale + biases) v, heads joined again.
Tensor attended(NodeRun& r, const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask,
                const Tensor& bias) {
  double scale = r.attr("scale", 0.0);
  if (scale == 0) scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
  Tensor scores = ops::mul(ops::matmul(q, ops::transpose(k, -2, -1)), scale);
  scores = plus(plus(scores, mask), bias);
  if (r.attr("unidirectional", std::int64_t{0}) != 0) {
    const std::int64_t steps = q.size(2), total = k.size(2);
    const Tensor later =
        op("triu", Tensor::full({steps, total}, 1, DType::Bool), total - steps + 1);
    scores = ops::masked_fill(scores, later, -HUGE_VAL);
  }
  const Tensor y = ops::transpose(ops::matmul(ops::softmax(scores, -1), v), 1, 2);
  return ops::reshape(y, Dims{y.size(0), y.size(1), -1});
}

// One projection to queries, keys and values.
void attention(NodeRun& r) {
  const Tensor &x = r.in(0), &weights = r.in(1);
  const std::int64_t heads = r.attr("num_heads", std::int64_t{0});
  if (heads < 1 || x.dim() != 3 || weights.dim() != 2)
    r.fail("needs num_heads, [n, steps, c] and a matrix");
  IntList sizes = r.attr_ints("qkv_hidden_sizes");
  if (sizes.empty()) sizes.assign(3, weights.size(1) / 3);
  if (sizes.size() != 3) r.fail("qkv_hidden_sizes must have three elements");
  const TensorList parts =
      op_list("split_with_sizes", plus(ops::matmul(x, weights), optional(r, 2)), sizes, -1);
  const Tensor q = by_head(parts.at(0), heads);
  Tensor k = by_head(parts.at(1), heads), v = by_head(parts.at(2), heads);
  if (r.has(4)) {
    k = ops::cat(TensorList{ops::select(r.in(4), 0, 0), k}, 2);
    v = ops::cat(TensorList{ops::select(r.in(4), 0, 1), v}, 2);
  }
  r.give(attended(r, q, k, v, mask_bias(r, optional(r, 3), x.size(0), k.size(2), x.dtype()),
                  optional(r, 5)));
  if (r.wants(1)) r.out(1, ops::stack(TensorList{k, v}, 0));
}

void multi_head_attention(NodeRun& r) {
  const Tensor& query = r.in(0);
  const std::int64_t heads = r.attr("num_heads", std::int64_t{0});
  if (heads < 1 || query.dim() != 3) r.fail("needs num_heads and a query [n, steps, c]");
  const Tensor bias = optional(r, 3);
  const std::int64_t width = query.size(2);
  const auto projected = [&](const Tensor& t, std::int64_t from, std::int64_t to) {
    return bias.defined() ? ops::add(t, ops::slice(bias, 0, from, to)) : t;
  };
  // Keys and values that come as [n, heads, steps, size] are ready.
  const auto source = [&](std::size_t i, std::int64_t from) {
    const Tensor& t = r.in(i);
    if (t.dim() == 4) return t;
    return by_head(projected(t, from, from + t.size(2)), heads);
  };
  const Tensor q = by_head(projected(query, 0, width), heads);
  if (!r.has(1) || r.in(1).dim() == 5) r.fail("packed keys and values are not supported");
  Tensor k = source(1, width), v = source(2, 2 * width);
  if (r.has(6)) k = ops::cat(TensorList{r.in(6), k}, 2);
  if (r.has(7)) v = ops::cat(TensorList{r.in(7), v}, 2);
  r.give(attended(r, q, k, v, mask_bias(r, optional(r, 4), query.size(0), k.size(2), query.dtype()),
                  optional(r, 5)));
  if (r.wants(1)) r.out(1, k);
  if (r.wants(2)) r.out(2, v);
}

// Pairs of features turned by an angle that depends on the position.
void rotary_embedding(NodeRun& r) {
  const Tensor &given = r.in(0), &cosines = r.in(2), &sines = r.in(3);
  const std::int64_t half = cosines.size(1), heads_given = r.attr("num_heads", std::int64_t{0});
  if (half < 1) r.fail("cos_cache is empty");
  if (given.dim() < 3 || given.dim() > 4) r.fail("the input must have three or four dimensions");
  const std::int64_t heads = given.dim() == 4 ? given.size(1)
                             : heads_given    ? heads_given
                                              : given.size(2) / (2 * half);
  if (heads < 1) r.fail("num_heads must be positive");
  const Tensor x = given.dim() == 4 ? given : by_head(given, heads);
  const std::int64_t n = x.size(0), steps = x.size(2), size = x.size(3);
  Tensor at = as(r.in(1), DType::Int64);
  if (at.numel() == 1) at = ops::add(ops::arange(steps), ops::reshape(at, Dims{}));
  const auto angles = [&](const Tensor& table) {
    const Tensor rows =
        ops::index_select(table, 0, ops::reshape(wrap_indices(r, at, table.size(0)), Dims{-1}));
    return ops::reshape(rows, Dims{at.dim() == 2 ? n : 1, 1, steps, half});
  };
  const Tensor c = angles(cosines), s = angles(sines);
  const Tensor turned = ops::slice(x, -1, 0, 2 * half);
  const bool pairs = r.attr("interleaved", std::int64_t{0}) != 0;
  const Tensor a = pairs ? ops::slice(turned, -1, 0, 2 * half, 2) : ops::slice(turned, -1, 0, half);
  const Tensor b =
      pairs ? ops::slice(turned, -1, 1, 2 * half, 2) : ops::slice(turned, -1, half, 2 * half);
  const Tensor first = ops::sub(ops::mul(a, c), ops::mul(b, s)),
               second = ops::add(ops::mul(a, s), ops::mul(b, c));
  Tensor y = pairs ? ops::reshape(ops::stack(TensorList{first, second}, -1), turned.shape())
                   : ops::cat(TensorList{first, second}, -1);
  if (2 * half < size) y = ops::cat(TensorList{y, ops::slice(x, -1, 2 * half, size)}, -1);
  r.give(given.dim() == 4 ? y : ops::reshape(ops::transpose(y, 1, 2), given.shape()));
}

// x times B transposed, where B [N, K] comes in blocks of `bits` bits with a scale each.
void matmul_n_bits(NodeRun& r) {
  const std::int64_t rows = r.attr("N", std::int64_t{0}), columns = r.attr("K", std::int64_t{0}),
                     bits = r.attr("bits", std::int64_t{4}),
                     block = r.attr("block_size", std::int64_t{0});
  if (rows < 1 || rows > 10000000 || columns < 1 || columns > 10000000 || block < 1 ||
      block > columns + 1024 || (bits != 2 && bits != 4 && bits != 8))
    r.fail("N, K and block_size must be positive, bits 2, 4 or 8");
  const std::int64_t blocks = (columns + block - 1) / block, per_byte = 8 / bits;
  const IntList packed = r.ints(1);
  const FloatList scales = r.in(2).to_vector();
  const bool real_zeros = r.has(3) && is_floating(r.in(3).dtype());
  const FloatList zeros = r.has(3) ? r.in(3).to_vector() : FloatList{};
  const std::int64_t zero_bytes = (blocks + per_byte - 1) / per_byte, mask = (1 << bits) - 1;
  if (static_cast<std::int64_t>(packed.size()) * per_byte != rows * blocks * block ||
      static_cast<std::int64_t>(scales.size()) != rows * blocks ||
      (!zeros.empty() &&
       static_cast<std::int64_t>(zeros.size()) != rows * (real_zeros ? blocks : zero_bytes)))
    r.fail("B, scales and zero_points don't fit N, K and block_size");
  const Tensor b = Tensor::empty({rows, columns}, DType::Float32);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) {
      const std::int64_t k = j / block, at = (i * blocks + k) * block + j % block;
      double zero = static_cast<double>(1 << (bits - 1));
      if (real_zeros) zero = zeros[static_cast<std::size_t>(i * blocks + k)];
      else if (!zeros.empty())
        zero = static_cast<double>(
            static_cast<std::int64_t>(
                zeros[static_cast<std::size_t>(i * zero_bytes + k / per_byte)]) >>
                (k % per_byte * bits) &
            mask);
      const std::int64_t q =
          packed[static_cast<std::size_t>(at / per_byte)] >> (at % per_byte * bits) & mask;
      b.data<float>()[i * columns + j] = static_cast<float>(
          (static_cast<double>(q) - zero) * scales[static_cast<std::size_t>(i * blocks + k)]);
    }
  const Tensor y = ops::matmul(r.in(0), ops::t(as(b, r.in(0).dtype())));
  r.give(plus(y, optional(r, 5)));
}

const KernelRow kRows[] = {
    {"Gelu", 1, gelu<false>},
    {"BiasGelu", 1, gelu<false>},
    {"FastGelu", 1, gelu<true>},
    {"QuickGelu", 1, quick_gelu},
    {"FusedConv", 1, fused_conv},
    {"FusedMatMul", 1, fused_matmul},
    {"TransposeMatMul", 1, fused_matmul},
    {"Inverse", 1, inverse},
    {"SkipLayerNormalization", 1, skip_layer_normalization},
    {"SkipSimplifiedLayerNormalization", 1, skip_rms_normalization},
    {"EmbedLayerNormalization", 1, embed_layer_normalization},
    {"Attention", 1, attention},
    {"MultiHeadAttention", 1, multi_head_attention},
    {"RotaryEmbedding", 1, rotary_embedding},
    {"MatMulNBits", 1, matmul_n_bits},
};

}  // namespace

void add_contrib_kernels() { add_kernels(kRows, "com.microsoft"); }

}  // namespace gradbox::onnx
