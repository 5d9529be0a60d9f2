// Attention in the forms of domain com.microsoft (onnxruntime, ContribOperators.md).
#include <cmath>

#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

Tensor optional(NodeRun& r, std::size_t i) { return r.has(i) ? r.in(i) : Tensor(); }
Tensor plus(const Tensor& a, const Tensor& b) { return b.defined() ? ops::add(a, b) : a; }

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

// Queries, keys and values [n, steps, c] next to each other; inputs that may follow.
void attend(NodeRun& r, const Tensor& projected, std::size_t mask, std::size_t past,
            const Tensor& bias) {
  const std::int64_t heads = r.attr("num_heads", std::int64_t{0});
  if (heads < 1 || projected.dim() != 3) r.fail("needs num_heads, [n, steps, c] and a matrix");
  IntList sizes = r.attr_ints("qkv_hidden_sizes");
  if (sizes.empty()) sizes.assign(3, projected.size(2) / 3);
  if (sizes.size() != 3) r.fail("qkv_hidden_sizes must have three elements");
  const TensorList parts = op_list("split_with_sizes", projected, sizes, -1);
  const Tensor q = by_head(parts.at(0), heads);
  Tensor k = by_head(parts.at(1), heads), v = by_head(parts.at(2), heads);
  if (r.has(past)) {
    k = ops::cat(TensorList{ops::select(r.in(past), 0, 0), k}, 2);
    v = ops::cat(TensorList{ops::select(r.in(past), 0, 1), v}, 2);
  }
  const std::int64_t n = projected.size(0);
  r.give(attended(r, q, k, v, mask_bias(r, optional(r, mask), n, k.size(2), q.dtype()), bias));
  if (r.wants(1)) r.out(1, ops::stack(TensorList{k, v}, 0));
}

// One projection to queries, keys and values.
void attention(NodeRun& r) {
  if (r.in(1).dim() != 2) r.fail("needs num_heads, [n, steps, c] and a matrix");
  attend(r, plus(ops::matmul(r.in(0), r.in(1)), optional(r, 2)), 3, 4, optional(r, 5));
}

// The same with a projection in integers: input, weight, bias, their scales, mask, zero points.
void q_attention(NodeRun& r) {
  const auto centred = [&](std::size_t i, std::size_t zero) {
    const Tensor x = as(r.in(i), DType::Int32);
    return r.has(zero) ? ops::sub(x, as(r.in(zero), DType::Int32)) : x;
  };
  const Tensor y = as(ops::matmul(centred(0, 6), centred(1, 7)), DType::Float32);
  attend(r, ops::add(ops::mul(y, ops::mul(r.in(3), r.in(4))), r.in(2)), 5, 8, Tensor());
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

// Pairs of features of x [n, heads, steps, size] turned by an angle that depends on the position:
// at [1 or n, steps].
Tensor turned(NodeRun& r, const Tensor& x, const Tensor& at, const Tensor& cosines,
              const Tensor& sines, bool pairs) {
  const std::int64_t half = cosines.size(1), steps = x.size(2), size = x.size(3);
  if (half < 1) r.fail("cos_cache is empty");
  const auto angles = [&](const Tensor& table) {
    const Tensor rows =
        ops::index_select(table, 0, ops::reshape(wrap_indices(r, at, table.size(0)), Dims{-1}));
    return ops::reshape(rows, Dims{at.size(0), 1, steps, half});
  };
  const Tensor c = angles(cosines), s = angles(sines), part = ops::slice(x, -1, 0, 2 * half);
  const Tensor a = pairs ? ops::slice(part, -1, 0, 2 * half, 2) : ops::slice(part, -1, 0, half);
  const Tensor b =
      pairs ? ops::slice(part, -1, 1, 2 * half, 2) : ops::slice(part, -1, half, 2 * half);
  const Tensor first = ops::sub(ops::mul(a, c), ops::mul(b, s)),
               second = ops::add(ops::mul(a, s), ops::mul(b, c));
  const Tensor y = pairs ? ops::reshape(ops::stack(TensorList{first, second}, -1), part.shape())
                         : ops::cat(TensorList{first, second}, -1);
  if (2 * half >= size) return y;
  return ops::cat(TensorList{y, ops::slice(x, -1, 2 * half, size)}, -1);
}

// Positions first, first + 1, ... as [1, steps].
Tensor positions(std::int64_t first, std::int64_t steps) {
  return ops::reshape(ops::add(ops::arange(steps), static_cast<long long>(first)), Dims{1, steps});
}

void rotary_embedding(NodeRun& r) {
  const Tensor& given = r.in(0);
  const std::int64_t half = r.in(2).size(1), heads_given = r.attr("num_heads", std::int64_t{0});
  if (half < 1) r.fail("cos_cache is empty");
  if (given.dim() < 3 || given.dim() > 4) r.fail("the input must have three or four dimensions");
  const std::int64_t heads = given.dim() == 4 ? given.size(1)
                             : heads_given    ? heads_given
                                              : given.size(2) / (2 * half);
  if (heads < 1) r.fail("num_heads must be positive");
  const Tensor x = given.dim() == 4 ? given : by_head(given, heads);
  Tensor at = as(r.in(1), DType::Int64);
  if (at.numel() == 1) at = ops::add(positions(0, x.size(2)), ops::reshape(at, Dims{}));
  const bool pairs = r.attr("interleaved", std::int64_t{0}) != 0;
  const Tensor y = turned(r, x, at, r.in(2), r.in(3), pairs);
  r.give(given.dim() == 4 ? y : ops::reshape(ops::transpose(y, 1, 2), given.shape()));
}

// Causal attention where several heads of queries share one of keys and values, with the keys and
// values of earlier steps. All sequences of a batch have the same length.
void group_query_attention(NodeRun& r) {
  const std::int64_t heads = r.attr("num_heads", std::int64_t{0}),
                     groups = r.attr("kv_num_heads", std::int64_t{0});
  const Tensor& query = r.in(0);
  if (heads < 1 || groups < 1 || heads % groups != 0 || query.dim() != 3)
    r.fail("needs num_heads, kv_num_heads and a query [n, steps, c]");
  if (r.attr("softcap", 0.0) != 0) r.fail("softcap is not supported");
  if (r.attr("smooth_softmax", std::int64_t{0}) > 0) r.fail("smooth_softmax is not supported");
  Tensor q = query, k, v;
  if (r.has(1)) {
    k = r.in(1);
    v = r.in(2);
  } else {  // next to each other
    const std::int64_t size = query.size(2) / (heads + 2 * groups);
    const TensorList parts =
        op_list("split_with_sizes", query, IntList{heads * size, groups * size, groups * size}, -1);
    q = parts[0];
    k = parts[1];
    v = parts[2];
  }
  q = by_head(q, heads);
  k = by_head(k, groups);
  v = by_head(v, groups);
  const std::int64_t steps = q.size(2), past = r.has(3) ? r.in(3).size(2) : 0;
  for (const std::int64_t last : r.ints(5))
    if (last != past + steps - 1) r.fail("sequences of different lengths are not supported");
  if (r.attr("do_rotary", std::int64_t{0}) != 0) {
    const bool pairs = r.attr("rotary_interleaved", std::int64_t{0}) != 0;
    const Tensor at = positions(past, steps);
    q = turned(r, q, at, r.in(7), r.in(8), pairs);
    k = turned(r, k, at, r.in(7), r.in(8), pairs);
  }
  if (past > 0) {
    k = ops::cat(TensorList{r.in(3), k}, 2);
    v = ops::cat(TensorList{r.in(4), v}, 2);
  }
  r.out(1, k);
  r.out(2, v);
  const std::int64_t total = past + steps, window = r.attr("local_window_size", std::int64_t{-1});
  Tensor hidden = op("triu", Tensor::full({steps, total}, 1, DType::Bool), past + 1);
  if (window > 0)
    hidden = ops::logical_or(
        hidden, op("tril", Tensor::full({steps, total}, 1, DType::Bool), past - window));
  const Tensor mask =
      ops::masked_fill(Tensor::full({steps, total}, 0, q.dtype()), hidden, -HUGE_VAL);
  const auto shared = [&](const Tensor& t) {
    return heads == groups ? t : op("repeat_interleave", t, heads / groups, 1);
  };
  r.give(attended(r, q, shared(k), shared(v), mask, Tensor()));
}

const KernelRow kRows[] = {
    {"Attention", 1, attention},
    {"QAttention", 1, q_attention},
    {"MultiHeadAttention", 1, multi_head_attention},
    {"GroupQueryAttention", 1, group_query_attention},
    {"RotaryEmbedding", 1, rotary_embedding},
};

}  // namespace

void add_attention_kernels() { add_kernels(kRows, "com.microsoft"); }

}  // namespace gradbox::onnx
