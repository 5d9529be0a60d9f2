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

void fused_gemm(NodeRun& r) {
  const auto factor = [&](std::size_t i, const char* transposed) {
    return r.attr(transposed, std::int64_t{0}) ? ops::t(r.in(i)) : r.in(i);
  };
  Tensor y =
      ops::mul(multiplied(r, factor(0, "transA"), factor(1, "transB")), r.attr("alpha", 1.0));
  if (r.has(2)) y = ops::add(y, ops::mul(r.in(2), r.attr("beta", 1.0)));
  const std::string name = r.attr("activation", "");
  if (name == "LeakyRelu") y = op("leaky_relu", y, r.attr("activation_alpha", 0.01));
  else if (name == "Relu") y = ops::relu(y);
  else if (name == "Sigmoid") y = ops::sigmoid(y);
  else if (name == "Tanh") y = ops::tanh(y);
  else if (!name.empty()) r.fail("activation " + name + " is not supported");
  r.give(y);
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

// x by the root of its mean square over the dimensions from `axis` on.
Tensor by_mean_square(NodeRun& r, const Tensor& x, std::int64_t axis, const Tensor& scale) {
  IntList dims;
  for (; axis < x.dim(); ++axis) dims.push_back(axis);
  const Tensor wide = x.dtype() == DType::Float64 ? x : as(x, DType::Float32);
  const Tensor mean = ops::mean(ops::square(wide), dims, true);
  const Tensor y = ops::mul(wide, ops::rsqrt(ops::add(mean, r.attr("epsilon", 1e-5))));
  return as(ops::mul(y, as(scale, y.dtype())), x.dtype());
}

// onnxruntime has it in the default domain.
void rms_normalization(NodeRun& r) {
  const Tensor& x = r.in(0);
  r.give(by_mean_square(r, x, axis_of(r, -1, x.dim()), r.in(1)));
}

void skip_rms_normalization(NodeRun& r) {
  const Tensor sum = plus(ops::add(r.in(0), r.in(1)), optional(r, 3));
  r.give(by_mean_square(r, sum, sum.dim() - 1, r.in(2)));
  if (r.wants(3)) r.out(3, sum);
}

// softmax(x + bias); bias has no, or another, size in the dimensions before the axis.
void bias_softmax(NodeRun& r) {
  const std::int64_t axis = axis_of(r, 1, r.in(0).dim());
  Tensor x = ops::add(r.in(0), r.in(1));
  const Dims shape = x.shape();
  x = ops::reshape(x, Dims{elements_before(x, axis), elements_from(x, axis)});
  r.give(ops::reshape(ops::softmax(x, -1), shape));
}

// The halves of x + bias along the last dimension: one times the GELU of the other.
void bias_split_gelu(NodeRun& r) {
  const Tensor x = ops::add(r.in(0), r.in(1));
  const std::int64_t half = x.size(-1) / 2;
  r.give(ops::mul(ops::slice(x, -1, 0, half), op("gelu", ops::slice(x, -1, half, 2 * half))));
}

void bias_add(NodeRun& r) { r.give(ops::add(ops::add(r.in(0), r.in(1)), r.in(2))); }

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
    {"FusedGemm", 1, fused_gemm},
    {"Inverse", 1, inverse},
    {"SkipLayerNormalization", 1, skip_layer_normalization},
    {"SkipSimplifiedLayerNormalization", 1, skip_rms_normalization},
    {"SimplifiedLayerNormalization", 1, rms_normalization},
    {"EmbedLayerNormalization", 1, embed_layer_normalization},
    {"BiasSoftmax", 1, bias_softmax},
    {"BiasSplitGelu", 1, bias_split_gelu},
    {"BiasAdd", 1, bias_add},
    {"MatMulNBits", 1, matmul_n_bits},
};

}  // namespace

void add_contrib_kernels() {
  add_kernels(kRows, "com.microsoft");
  add_kernel("SimplifiedLayerNormalization", 1, rms_normalization);
}

}  // namespace gradbox::onnx
