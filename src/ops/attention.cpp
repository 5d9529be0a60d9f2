// Attention, bags of embeddings, and the normalisations that are made of other operators.
#include <cmath>

#include "ops/families.h"

namespace gradbox {
namespace {

Tensor attention(const Args& a) {
  const Tensor q = a.tensor(0), k = a.tensor(1), v = a.tensor(2);
  check(q.dim() >= 2 && k.dim() >= 2 && v.dim() >= 2,
        "Expected query, key, and value to all be  at least 2 dimensional, but got Query dim: ",
        q.dim(), ", Key dim: ", k.dim(), " and Value dim: ", v.dim(), " instead.");
  check(q.dtype() == k.dtype() && k.dtype() == v.dtype(),
        "Expected query, key, and value to have the same dtype, but got query.dtype: ",
        dtype_name(q.dtype()), " key.dtype: ", dtype_name(k.dtype()),
        " and value.dtype: ", dtype_name(v.dtype()), " instead.");
  const double scale = a.has(6) ? a.number(6) : 1 / std::sqrt(static_cast<double>(q.size(-1)));
  Tensor scores = ops::matmul(ops::mul(q, scale), ops::transpose(k, -2, -1));
  const auto hide = [&](const Tensor& kept) {
    scores = ops::masked_fill(scores, ops::logical_not(kept), -HUGE_VAL);
  };
  if (a.boolean(5)) {
    check(!a.has(3), "Explicit attn_mask should not be set when is_causal=True");
    hide(call("tril", {Tensor::full({q.size(-2), k.size(-2)}, 1, DType::Bool)}).get<Tensor>());
  }
  if (a.has(3)) {
    if (a.tensor(3).dtype() == DType::Bool) hide(a.tensor(3));
    else scores = ops::add(scores, a.tensor(3));
  }
  Tensor weights = ops::softmax(scores, -1);
  if (a.number(4) > 0) weights = ops::dropout(weights, a[4], true);
  return ops::matmul(weights, v);
}

// Which bag every index belongs to.
std::vector<std::int64_t> bags(const Args& a, std::int64_t* count) {
  const Tensor input = a.tensor(0);
  std::vector<std::int64_t> out;
  if (input.dim() == 2) {
    if (a.has(2))
      fail(ErrorKind::Value,
           "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of "
           "fixed length sequences. However, found offsets of type "
           "<class 'torch.Tensor'>");
    *count = input.size(0);
    for (std::int64_t i = 0; i < input.numel(); ++i) out.push_back(i / input.size(1));
    return out;
  }
  if (input.dim() != 1)
    fail(ErrorKind::Value, "input has to be 1D or 2D Tensor, but got Tensor of dimension ",
         input.dim());
  if (!a.has(2)) fail(ErrorKind::Value, "offsets has to be a 1D Tensor but got None");
  std::vector<double> starts = a.tensor(2).to_vector();
  check(starts.empty() || starts[0] == 0,
        "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from "
        "position 0. However, got ",
        starts.empty() ? 0 : static_cast<std::int64_t>(starts[0]));
  if (a.boolean(9) && !starts.empty()) starts.pop_back();
  *count = static_cast<std::int64_t>(starts.size());
  std::size_t bag = 0;
  for (std::int64_t i = 0; i < input.numel(); ++i) {
    while (bag + 1 < starts.size() && starts[bag + 1] <= static_cast<double>(i)) ++bag;
    out.push_back(static_cast<std::int64_t>(bag));
  }
  return out;
}

Tensor embedding_bag(const Args& a) {
  const Tensor weight = a.tensor(1);
  const std::string& mode = a.string(6);
  if (mode != "sum" && mode != "mean" && mode != "max")
    fail(ErrorKind::Value, "mode has to be one of sum or mean");
  std::int64_t count = 0;
  std::vector<std::int64_t> bag = bags(a, &count);
  const std::vector<double> index = a.tensor(0).to_vector();
  std::vector<std::int64_t> rows, kept, places;
  const std::int64_t padding =
      a.has(10) ? (a.integer(10) < 0 ? a.integer(10) + weight.size(0) : a.integer(10)) : -1;
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (static_cast<std::int64_t>(index[i]) == padding) continue;
    rows.push_back(static_cast<std::int64_t>(index[i]));
    kept.push_back(bag[i]);
    places.push_back(static_cast<std::int64_t>(i));
  }
  const auto list = [](const std::vector<std::int64_t>& v) {
    return Tensor::from_vector(v, {static_cast<std::int64_t>(v.size())});
  };
  const Tensor owner = list(kept);
  Tensor values = call("embedding", {list(rows), weight, Value(), a[3], a[4], a[5]}).get<Tensor>();
  if (a.has(8)) {
    check(mode == "sum",
          "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported "
          "for mode='sum' (got mode='",
          mode,
          "'). Please open a feature "
          "request on GitHub.");
    values = ops::mul(
        values,
        ops::unsqueeze(ops::index_select(ops::reshape(a.tensor(8), Dims{-1}), 0, list(places)), 1));
  }
  const Tensor zeros = Tensor::full({count, weight.size(1)}, 0, weight.dtype());
  if (mode == "max") {
    const Tensor at = ops::expand(ops::unsqueeze(owner, 1), values.shape());
    return call("scatter_reduce", {zeros, 0, at, values, "amax"}, {{"include_self", false}})
        .get<Tensor>();
  }
  const Tensor sums = call("index_add", {zeros, 0, owner, values}).get<Tensor>();
  if (mode == "sum") return sums;
  std::vector<double> sizes(static_cast<std::size_t>(count), 0);
  for (const auto b : kept) ++sizes[static_cast<std::size_t>(b)];
  for (double& s : sizes) s = std::max(s, 1.0);
  return ops::div(sums, Tensor::from_vector(sizes, {count, 1}).to_raw(weight.dtype()));
}

}  // namespace

void register_attention(Registry& r) {
  r.op("scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? "
       "attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None) -> Tensor")
      .doc(
          "softmax(query key^T * scale + mask) value; a bool mask says what takes part. Vaswani et "
          "al. 2017. torch.nn.functional.scaled_dot_product_attention")
      .in(kFunctional)
      .composite(attention);
  r.op("embedding_bag(Tensor input, Tensor weight, Tensor? offsets=None, float? max_norm=None, "
       "float norm_type=2.0, bool scale_grad_by_freq=False, str mode='mean', "
       "bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int? "
       "padding_idx=None) -> Tensor")
      .doc(
          "Sums, means or maxima of bags of embeddings: the rows of a 2D input, or what lies "
          "between offsets. torch.nn.functional.embedding_bag")
      .in(kFunctional)
      .fused(embedding_bag)
      .samples([](Samples& s) {
        s.add({s.fixed({2, 0, 1, 1}, {2, 2}, DType::Int64), s.randn({3, 2})});
      });
  r.op("rms_norm(Tensor input, int[1] normalized_shape, Tensor? weight=None, float? eps=None) -> "
       "Tensor")
      .doc(
          "Divides by the root of the mean square over the last dimensions. Zhang & Sennrich 2019. "
          "torch.nn.functional.rms_norm")
      .in(kFunctional | kTorch)
      .fused([](const Args& a) {
        const Tensor x = a.tensor(0);
        const IntList& shape = a.ints(1);
        if (!(static_cast<std::size_t>(x.dim()) >= shape.size() &&
              std::equal(shape.begin(), shape.end(),
                         x.shape().end() - static_cast<std::ptrdiff_t>(shape.size()))))
          fail(ErrorKind::Runtime, "Given normalized_shape=", to_string(shape),
               ", expected input with shape [*, ", to_string(shape).substr(1),
               ", but got input of size", to_string(x.shape()));
        IntList dims;
        for (std::size_t i = 0; i < shape.size(); ++i)
          dims.push_back(static_cast<std::int64_t>(i) - static_cast<std::int64_t>(shape.size()));
        const double eps = a.has(3)                      ? a.number(3)
                           : x.dtype() == DType::Float32 ? 1.1920928955078125e-07
                                                         : 2.220446049250313e-16;
        const Tensor y =
            ops::mul(x, ops::rsqrt(ops::add(ops::mean(ops::mul(x, x), dims, true), eps)));
        return a.has(2) ? ops::mul(y, a.tensor(2)) : y;
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), IntList{3}, s.randn({3})});
      });
  r.op("local_response_norm(Tensor input, int size, float alpha=0.0001, float beta=0.75, float "
       "k=1.0) -> Tensor")
      .doc(
          "Divides by a power of the sum of squares over neighbouring channels. "
          "torch.nn.functional.local_response_norm")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0);
        if (x.dim() < 3)
          fail(ErrorKind::Value,
               "Expected 3D or higher dimensionality                          input (got ", x.dim(),
               " dimensions)");
        if (x.numel() == 0) return x;
        const std::int64_t size = a.integer(1);
        // Channels become the last dimension of a one-dimensional pool.
        const Tensor squares =
            ops::transpose(ops::reshape(ops::mul(x, x), Dims{x.size(0), x.size(1), -1}), 1, 2);
        const Tensor padded =
            call("pad", {squares, IntList{size / 2, (size - 1) / 2}}).get<Tensor>();
        const Tensor mean = ops::reshape(
            ops::transpose(call("avg_pool1d", {padded, size, 1}).get<Tensor>(), 1, 2), x.shape());
        return ops::div(x,
                        ops::pow(ops::add(ops::mul(mean, a.number(2)), a.number(4)), a.number(3)));
      });
}

}  // namespace gradbox
