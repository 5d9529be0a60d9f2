// Attention and the Transformer, Vaswani et al. 2017.
#include <cmath>

#include "autograd/variable.h"
#include "core/generator.h"
#include "nn/init.h"
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

// ---- MultiheadAttention ----

enum HeadArg { kEmbed, kHeads, kDropout, kBias, kBiasKv, kZero, kKdim, kVdim, kBatchFirst };
// Slots of its forward.
enum HeadInput { kQuery, kKey, kValue, kPaddingMask, kNeedWeights, kMask, kAverage, kCausal };

std::int64_t or_embed(const NativeLayer& m, std::size_t i) {
  return m.arg(i).is_none() ? m.integer(kEmbed) : m.integer(i);
}
bool one_size(const NativeLayer& m) {
  return or_embed(m, kKdim) == m.integer(kEmbed) && or_embed(m, kVdim) == m.integer(kEmbed);
}

void setup_attention(NativeLayer& m) {
  const std::int64_t e = m.integer(kEmbed);
  if (e <= 0 || m.integer(kHeads) <= 0)
    fail(ErrorKind::Value, "embed_dim and num_heads must be greater than 0, got embed_dim=", e,
         " and num_heads=", m.integer(kHeads), " instead");
  expect(e % m.integer(kHeads) == 0, "embed_dim must be divisible by num_heads");
  const bool same = one_size(m), bias = m.flag(kBias);
  if (same) {
    m.add_parameter("in_proj_weight", {3 * e, e});
    for (const char* name : {"q_proj_weight", "k_proj_weight", "v_proj_weight"})
      m.register_parameter(name, {});
  } else {
    m.add_parameter("q_proj_weight", {e, e});
    m.add_parameter("k_proj_weight", {e, or_embed(m, kKdim)});
    m.add_parameter("v_proj_weight", {e, or_embed(m, kVdim)});
    m.register_parameter("in_proj_weight", {});
  }
  if (bias) m.add_parameter("in_proj_bias", {3 * e});
  else m.register_parameter("in_proj_bias", {});
  const Ref<Module> out = m.add_child("out_proj", "NonDynamicallyQuantizableLinear",
                                      {{"in_features", static_cast<long long>(e)},
                                       {"out_features", static_cast<long long>(e)},
                                       {"bias", bias},
                                       {"dtype", m.dtype()}});
  for (const char* name : {"bias_k", "bias_v"}) {
    if (m.flag(kBiasKv)) m.add_parameter(name, {1, 1, e});
    else m.register_parameter(name, {});
  }
  if (same) init::xavier_uniform_(m.get("in_proj_weight"));
  else
    for (const char* name : {"q_proj_weight", "k_proj_weight", "v_proj_weight"})
      init::xavier_uniform_(m.get(name));
  if (bias) {
    init::zeros_(m.get("in_proj_bias"));
    init::zeros_(out->get("bias"));
  }
  if (m.flag(kBiasKv)) {
    init::xavier_normal_(m.get("bias_k"));
    init::xavier_normal_(m.get("bias_v"));
  }
}

Tensor rows(const Tensor& t, std::int64_t i, std::int64_t n) {
  return t.defined()
             ? ops::slice(t, 0, static_cast<long long>(i * n), static_cast<long long>((i + 1) * n))
             : t;
}

// A mask to be added to scores: bool masks hide where they are true.
Tensor additive(const Tensor& mask, DType dtype) {
  if (mask.dtype() != DType::Bool) return mask;
  return ops::masked_fill(Tensor::full(mask.shape(), 0, dtype), mask, -HUGE_VAL);
}

// Room for `n` more keys that no mask hides.
Tensor widened(const Tensor& mask, std::int64_t n) {
  return mask.defined() && n ? call("pad", {mask, IntList{0, n}}).get<Tensor>() : mask;
}

// What torch.nn.functional.multi_head_attention_forward asserts of the dimensions that it is given.
void check_ranks(const TensorList& in) {
  const Tensor &q = in[kQuery], &k = in[kKey], &v = in[kValue];
  const std::int64_t rank = q.dim();
  expect(rank == 2 || rank == 3, "query should be unbatched 2D or batched 3D tensor but received ",
         rank, "-D query tensor");
  const char* of =
      rank == 3 ? "For batched (3-D) `query`, expected " : "For unbatched (2-D) `query`, expected ";
  expect(k.dim() == rank && v.dim() == rank, of, "`key` and `value` to be ", rank, "-D but found ",
         k.dim(), "-D and ", v.dim(), "-D tensors respectively");
  const Tensor &padding = in[kPaddingMask], &mask = in[kMask];
  if (padding.defined())
    expect(padding.dim() == rank - 1, of, "`key_padding_mask` to be `None` or ", rank - 1,
           "-D but found ", padding.dim(), "-D tensor instead");
  if (mask.defined())
    expect(mask.dim() == 2 || mask.dim() == 3, of,
           "`attn_mask` to be `None`, 2-D or 3-D but found ", mask.dim(), "-D tensor instead");
}

// And of the sizes, once the sides are [length, samples, features]. Sizes become text only for an
// error.
void check_sizes(const Tensor& q, const Tensor& k, const Tensor& v, std::int64_t e, bool joint) {
  expect(q.size(2) == e, "was expecting embedding dimension of ", e, ", but got ", q.size(2));
  if (joint && k.shape() != v.shape())
    fail(ErrorKind::Assertion, "key shape ", size_text(k.shape()), " does not match value shape ",
         size_text(v.shape()));
  if (!joint)
    expect(k.size(0) == v.size(0) && k.size(1) == v.size(1),
           "key's sequence and batch dims torch.Size([", k.size(0), ", ", k.size(1),
           "]) do not match value's torch.Size([", v.size(0), ", ", v.size(1), "])");
}

void check_mask(const Tensor& mask, std::int64_t samples, std::int64_t length, std::int64_t keys) {
  expect(is_floating(mask.dtype()) || mask.dtype() == DType::Bool,
         "Only float, byte, and bool types are supported for attn_mask, not ",
         dtype_name(mask.dtype()));
  const Dims wanted = mask.dim() == 2 ? Dims{length, keys} : Dims{samples, length, keys};
  if (mask.shape() != wanted)
    fail(ErrorKind::Runtime, "The shape of the ", mask.dim(), "D attn_mask is ",
         size_text(mask.shape()), ", but should be ", tuple_text(wanted), ".");
}

// The shape is what PyTorch's own attention shows as a view.
Tensor viewed(const Tensor& t, const IntList& shape) {
  static const OpHandle view{"view"};
  return view(ops::contiguous(t), shape);
}

TensorList attend(NativeLayer& m, const TensorList& in) {
  const std::int64_t e = m.integer(kEmbed), heads = m.integer(kHeads), width = e / heads;
  Tensor q = in[kQuery], k = in[kKey], v = in[kValue];
  const bool batched = q.dim() == 3;
  check_ranks(in);
  Tensor padding = in[kPaddingMask], mask = in[kMask];
  if (!batched) {
    for (Tensor* t : {&q, &k, &v}) *t = ops::unsqueeze(*t, 1);
    if (padding.defined()) padding = ops::unsqueeze(padding, 0);
  } else if (m.flag(kBatchFirst)) {
    for (Tensor* t : {&q, &k, &v}) *t = ops::transpose(*t, 0, 1);
  }
  const std::int64_t length = q.size(0), n = q.size(1);
  const Tensor joint = m.get("in_proj_weight"), bias = m.get("in_proj_bias");
  check_sizes(q, k, v, e, joint.defined());
  if (mask.defined()) check_mask(mask, n * heads, length, k.size(0));
  if (padding.defined() && (padding.size(0) != n || padding.size(1) != k.size(0)))
    fail(ErrorKind::Assertion, "expecting key_padding_mask shape of (", n, ", ", k.size(0),
         "), but got ", size_text(padding.shape()));
  const char* names[] = {"q_proj_weight", "k_proj_weight", "v_proj_weight"};
  Tensor* sides[] = {&q, &k, &v};
  for (std::int64_t i = 0; i < 3; ++i)
    *sides[i] = ops::linear(*sides[i], joint.defined() ? rows(joint, i, e) : m.get(names[i]),
                            rows(bias, i, e));
  if (m.flag(kBiasKv)) {
    k = ops::cat(TensorList{k, ops::expand(m.get("bias_k"), Dims{1, n, e})}, 0);
    v = ops::cat(TensorList{v, ops::expand(m.get("bias_v"), Dims{1, n, e})}, 0);
  }
  const std::int64_t extra = (m.flag(kBiasKv) ? 1 : 0) + (m.flag(kZero) ? 1 : 0);
  const auto by_head = [&](const Tensor& t) {
    return ops::transpose(viewed(t, {t.size(0), n * heads, width}), 0, 1);
  };
  q = by_head(q);
  k = by_head(k);
  v = by_head(v);
  if (m.flag(kZero)) {
    const Tensor zeros = Tensor::full({n * heads, 1, width}, 0, k.dtype());
    k = ops::cat(TensorList{k, zeros}, 1);
    v = ops::cat(TensorList{v, zeros}, 1);
  }
  const std::int64_t keys = k.size(1);
  Tensor scores =
      ops::bmm(ops::div(q, std::sqrt(static_cast<double>(width))), ops::transpose(k, 1, 2));
  if (mask.defined()) scores = ops::add(scores, widened(additive(mask, scores.dtype()), extra));
  if (padding.defined()) {
    const Tensor hidden = widened(additive(padding, scores.dtype()), extra);
    const Tensor spread =
        ops::expand(ops::reshape(hidden, Dims{n, 1, 1, keys}), Dims{n, heads, 1, keys});
    scores = ops::add(scores, ops::reshape(spread, Dims{n * heads, 1, keys}));
  }
  Tensor weights = ops::softmax(scores, -1);
  if (m.training() && m.number(kDropout) > 0)
    weights = ops::dropout(weights, m.arg(kDropout), true);
  const Tensor mixed = viewed(ops::transpose(ops::bmm(weights, v), 0, 1), {length * n, e});
  Tensor out = viewed(m.child_at(0)(mixed), {length, n, e});
  if (!batched) out = ops::squeeze(out, 1);
  else if (m.flag(kBatchFirst)) out = ops::transpose(out, 0, 1);
  if (!flag_input(in, kNeedWeights, true)) return {out, Tensor()};
  weights = viewed(weights, {n, heads, length, keys});
  if (flag_input(in, kAverage, true)) weights = ops::div(ops::sum(weights, IntList{1}), heads);
  return {out, batched ? weights : ops::squeeze(weights, 0)};
}

void register_attention_layer(LayerTable& t) {
  t.layer(
       "MultiheadAttention(int embed_dim, int num_heads, float dropout=0.0, bool bias=True, bool "
       "add_bias_kv=False, bool add_zero_attn=False, "
       "int? kdim=None, int? vdim=None, bool batch_first=False, str? device=None, ScalarType? "
       "dtype=None)")
      .doc(
          "Attention of several heads. Shapes: query (L, N, E), key and value (S, N, E); or batch "
          "first. torch.nn.MultiheadAttention")
      .takes(
          "Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask=None, bool "
          "need_weights=True, Tensor? attn_mask=None, "
          "bool average_attn_weights=True, bool is_causal=False")
      .gives("Tensor attn_output, Tensor? attn_output_weights")
      .setup(setup_attention)
      .forward_list(attend);
}

// ---- encoder and decoder ----

enum LayerArg {
  kModel,
  kLayerHeads,
  kFeedForward,
  kLayerDropout,
  kActivation,
  kNormEps,
  kLayerBatchFirst,
  kNormFirst
};

constexpr const char* kLayerArguments =
    "int d_model, int nhead, int dim_feedforward=2048, float dropout=0.1, str activation='relu', "
    "float layer_norm_eps=1e-05, "
    "bool batch_first=False, bool norm_first=False, str? device=None, ScalarType? dtype=None";

void add_parts(NativeLayer& m, const std::vector<const char*>& attentions, int norms) {
  const Value dtype = m.dtype(), model = m.arg(kModel), inner = m.arg(kFeedForward),
              p = m.arg(kLayerDropout);
  if (m.text(kActivation) != "relu" && m.text(kActivation) != "gelu")
    fail(ErrorKind::Runtime, "activation should be relu/gelu, not ", m.text(kActivation));
  for (const char* name : attentions)
    m.add_child(name, "MultiheadAttention",
                {{"embed_dim", model},
                 {"num_heads", m.arg(kLayerHeads)},
                 {"dropout", p},
                 {"batch_first", m.arg(kLayerBatchFirst)},
                 {"dtype", dtype}});
  m.add_child("linear1", "Linear",
              {{"in_features", model}, {"out_features", inner}, {"dtype", dtype}});
  m.add_child("dropout", "Dropout", {{"p", p}});
  m.add_child("linear2", "Linear",
              {{"in_features", inner}, {"out_features", model}, {"dtype", dtype}});
  for (int i = 1; i <= norms; ++i)
    m.add_child("norm" + std::to_string(i), "LayerNorm",
                {{"normalized_shape", IntList{model.as_int()}},
                 {"eps", m.arg(kNormEps)},
                 {"dtype", dtype}});
  for (int i = 1; i <= norms; ++i)
    m.add_child("dropout" + std::to_string(i), "Dropout", {{"p", p}});
}

Module& part(NativeLayer& m, const std::string& name) { return *m.child(name); }

Tensor feed_forward(NativeLayer& m, const Tensor& x) {
  const Tensor hidden = part(m, "linear1")(x);
  const Tensor active =
      m.text(kActivation) == "relu" ? ops::relu(hidden) : call("gelu", {hidden}).get<Tensor>();
  return part(m, "linear2")(part(m, "dropout")(active));
}

Tensor attended(NativeLayer& m, const char* name, const Tensor& x, const Tensor& memory,
                const Tensor& mask, const Tensor& padding) {
  CallContext context;
  return part(m, name).call({x, memory, memory, padding, Tensor::full({}, 0, DType::Bool), mask},
                            context)[0];
}

// x + dropout(f(x)), normalised before or after.
template <class F>
Tensor residual(NativeLayer& m, const Tensor& x, int i, F f) {
  const std::string n = std::to_string(i);
  if (m.flag(kNormFirst)) return ops::add(x, part(m, "dropout" + n)(f(part(m, "norm" + n)(x))));
  return part(m, "norm" + n)(ops::add(x, part(m, "dropout" + n)(f(x))));
}

Tensor encode(NativeLayer& m, const TensorList& in) {
  const Tensor x = residual(
      m, in[0], 1, [&](const Tensor& t) { return attended(m, "self_attn", t, t, in[1], in[2]); });
  return residual(m, x, 2, [&](const Tensor& t) { return feed_forward(m, t); });
}

Tensor decode(NativeLayer& m, const TensorList& in) {
  Tensor x = residual(
      m, in[0], 1, [&](const Tensor& t) { return attended(m, "self_attn", t, t, in[2], in[4]); });
  x = residual(m, x, 2, [&](const Tensor& t) {
    return attended(m, "multihead_attn", t, in[1], in[3], in[5]);
  });
  return residual(m, x, 3, [&](const Tensor& t) { return feed_forward(m, t); });
}

// A stack: the child "layers", then "norm" if there is one. `passed`: what each layer gets besides
// x.
Tensor run_stack(NativeLayer& m, const TensorList& in) {
  Tensor x = in[0];
  const Ref<Module> layers = m.child("layers");
  for (const Module::Child& c : std::vector<Module::Child>(layers->own_children())) {
    TensorList all = in;
    all[0] = x;
    CallContext context;
    x = c.module->call(all, context)[0];
  }
  const Ref<Module> norm = m.has("norm") ? m.child("norm") : Ref<Module>();
  return norm ? (*norm)(x) : x;
}

// `count` copies of one prototype, as PyTorch's deepcopy makes them: no random number is drawn.
Ref<Module> stack_of(NativeLayer& m, const std::string& name, const std::string& kind,
                     const LayerConfig& config, std::int64_t count) {
  const Ref<Module> stack = m.add_child(name, kind, {}), layers = make_layer("ModuleList", {});
  stack->register_module("layers", layers);
  const Ref<Module> prototype = make_layer(kind + "Layer", config);
  Generator scratch;
  for (std::int64_t i = 0; i < count; ++i) {
    Generator* used = use_generator(&scratch);
    const Ref<Module> copy = make_layer(kind + "Layer", config);
    use_generator(used);
    copy->load_state_dict(prototype->state_dict());
    layers->register_module(std::to_string(i), copy);
  }
  return stack;
}

// Positions of Transformer's arguments.
enum WholeArg {
  kWholeModel,
  kWholeHeads,
  kEncoderLayers,
  kDecoderLayers,
  kWholeFeedForward,
  kWholeDropout,
  kWholeActivation,
  kWholeEps,
  kWholeBatchFirst,
  kWholeNormFirst
};

void setup_transformer(NativeLayer& m) {
  const LayerConfig config{{"d_model", m.arg(kWholeModel)},
                           {"nhead", m.arg(kWholeHeads)},
                           {"dim_feedforward", m.arg(kWholeFeedForward)},
                           {"dropout", m.arg(kWholeDropout)},
                           {"activation", m.arg(kWholeActivation)},
                           {"layer_norm_eps", m.arg(kWholeEps)},
                           {"batch_first", m.arg(kWholeBatchFirst)},
                           {"norm_first", m.arg(kWholeNormFirst)},
                           {"dtype", m.dtype()}};
  const LayerConfig norm{{"normalized_shape", IntList{m.integer(kWholeModel)}},
                         {"eps", m.arg(kWholeEps)},
                         {"dtype", m.dtype()}};
  stack_of(m, "encoder", "TransformerEncoder", config, m.integer(kEncoderLayers))
      ->register_module("norm", make_layer("LayerNorm", norm));
  stack_of(m, "decoder", "TransformerDecoder", config, m.integer(kDecoderLayers))
      ->register_module("norm", make_layer("LayerNorm", norm));
  for (const Tensor& p : m.parameters())
    if (p.dim() > 1) init::xavier_uniform_(p);
}

}  // namespace

void register_transformer_layers(LayerTable& t) {
  register_attention_layer(t);
  t.layer(std::string("TransformerEncoderLayer(") + kLayerArguments + ")")
      .doc(
          "Self-attention and a feed-forward network, with residual connections. Shapes: (L, N, "
          "E), or batch first. torch.nn.TransformerEncoderLayer")
      .takes("Tensor src, Tensor? src_mask=None, Tensor? src_key_padding_mask=None")
      .setup([](NativeLayer& m) { add_parts(m, {"self_attn"}, 2); })
      .forward_list([](NativeLayer& m, const TensorList& in) { return TensorList{encode(m, in)}; });
  t.layer(std::string("TransformerDecoderLayer(") + kLayerArguments + ")")
      .doc(
          "Self-attention, attention to memory and a feed-forward network, with residual "
          "connections. torch.nn.TransformerDecoderLayer")
      .takes(
          "Tensor tgt, Tensor memory, Tensor? tgt_mask=None, Tensor? memory_mask=None, Tensor? "
          "tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None")
      .setup([](NativeLayer& m) {
        add_parts(m, {"self_attn", "multihead_attn"}, 3);
      })
      .forward_list([](NativeLayer& m, const TensorList& in) { return TensorList{decode(m, in)}; });
  t.layer("ModuleList()")
      .doc("Holds modules; can't be called. torch.nn.ModuleList")
      .takes("")
      .forward_list([](NativeLayer&, const TensorList&) -> TensorList {
        fail(ErrorKind::NotImplemented,
             "Module [ModuleList] is missing the required \"forward\" function");
      });
  t.layer("TransformerEncoder()")
      .doc(
          "A stack of encoder layers: children \"layers\" (a ModuleList) and \"norm\". "
          "torch.nn.TransformerEncoder")
      .takes("Tensor src, Tensor? mask=None, Tensor? src_key_padding_mask=None")
      .forward_list(
          [](NativeLayer& m, const TensorList& in) { return TensorList{run_stack(m, in)}; });
  t.layer("TransformerDecoder()")
      .doc(
          "A stack of decoder layers: children \"layers\" (a ModuleList) and \"norm\". "
          "torch.nn.TransformerDecoder")
      .takes(
          "Tensor tgt, Tensor memory, Tensor? tgt_mask=None, Tensor? memory_mask=None, Tensor? "
          "tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None")
      .forward_list(
          [](NativeLayer& m, const TensorList& in) { return TensorList{run_stack(m, in)}; });
  t.layer(
       "Transformer(int d_model=512, int nhead=8, int num_encoder_layers=6, int "
       "num_decoder_layers=6, int dim_feedforward=2048, float dropout=0.1, "
       "str activation='relu', float layer_norm_eps=1e-05, bool batch_first=False, bool "
       "norm_first=False, str? device=None, ScalarType? dtype=None)")
      .doc(
          "Encoder and decoder. Shapes: src (S, N, E), tgt (T, N, E); or batch first. "
          "torch.nn.Transformer")
      .takes(
          "Tensor src, Tensor tgt, Tensor? src_mask=None, Tensor? tgt_mask=None, Tensor? "
          "memory_mask=None, Tensor? src_key_padding_mask=None, "
          "Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None")
      .setup(setup_transformer)
      .forward_list([](NativeLayer& m, const TensorList& in) {
        CallContext context;
        const Tensor memory = part(m, "encoder").call({in[0], in[2], in[5]}, context)[0];
        CallContext again;
        return part(m, "decoder").call({in[1], memory, in[3], in[4], in[6], in[7]}, again);
      });
}

}  // namespace gradbox
