# Attention and Transformer layers as modules: parts, masks, hooks, copies, saving.
import copy
import io

import torch
import torch.nn as nn

torch.manual_seed(0)
mha = nn.MultiheadAttention(8, 2, batch_first=True)
print(mha, mha.embed_dim, mha.head_dim, mha.kdim, mha.num_heads)
x = torch.randn(2, 3, 8)
out, weights = mha(x, x, x)
print(out, weights.detach())
out, weights = mha(x, x, x, need_weights=False)
print(out.shape, weights)
causal = nn.Transformer.generate_square_subsequent_mask(3)
print(causal)
print(mha(x, x, x, attn_mask=causal)[1].detach())
print(mha(x, x, x, average_attn_weights=False)[1].shape)
padding = torch.tensor([[False, False, True], [False, False, False]])
print(mha(x, x, x, key_padding_mask=padding)[1].detach())
print(mha(query=x, value=x, key=x)[0].shape)
print(mha.out_proj, mha.out_proj.weight.shape, mha.in_proj_weight.shape, mha.bias_k)
wide = nn.MultiheadAttention(8, 2, kdim=5, vdim=6)
print([(n, tuple(p.shape)) for n, p in wide.named_parameters()], wide.in_proj_weight)
seen = []
mha.register_forward_hook(lambda m, a, o: seen.append((len(a), type(o).__name__, o[1] is None)))
mha.register_forward_pre_hook(lambda m, a: tuple(t * 2 for t in a))
mha(x, x, x, need_weights=False)
print(seen)

layer = nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, dropout=0.0, batch_first=True)
before = torch.get_rng_state()
encoder = nn.TransformerEncoder(layer, num_layers=2, norm=nn.LayerNorm(8))
print(torch.equal(before, torch.get_rng_state()))
print(encoder)
print(encoder.layers[0] is layer, encoder.layers[0].self_attn.in_proj_weight.shape, encoder.num_layers)
print(encoder(x, mask=causal))
print(encoder(x, src_key_padding_mask=padding).shape)
order = []
encoder.layers[1].linear1.register_forward_hook(lambda m, a, o: order.append(("linear1", tuple(o.shape))))
encoder.layers[0].self_attn.register_forward_hook(lambda m, a, o: order.append(("attn", len(a), o[1])))
encoder(x).sum().backward()
print(order, encoder.layers[0].self_attn.out_proj.weight.grad.shape)
print(list(encoder.state_dict())[:6], len(encoder.state_dict()))
twin = copy.deepcopy(encoder)
print(torch.equal(twin(x), encoder(x)))
buffer = io.BytesIO()
torch.save(encoder.state_dict(), buffer)
buffer.seek(0)
print(twin.load_state_dict(torch.load(buffer)))
encoder.eval()
print(encoder.layers[0].dropout1.training, encoder.layers[1].self_attn.training)
encoder.train()
with torch.no_grad():
    encoder.layers[0].linear1.weight.zero_()
print(torch.equal(twin(x), encoder(x)))
encoder.layers[0].linear1 = nn.Linear(8, 16)
print(encoder(x).shape)

attention = encoder.layers[0].self_attn
print(attention.num_heads, attention.batch_first, encoder.layers[0].dropout1.p, encoder.layers[0].norm1.eps)
print(encoder.layers[0].linear2.in_features, encoder.layers[0].self_attn.out_proj.out_features)
part = copy.deepcopy(attention)
print(torch.equal(part(x, x, x)[0], attention(x, x, x)[0]), part)
# A hook changes what a part gives, and a pre-hook what it takes.
plain = encoder(x)
handle = attention.register_forward_hook(lambda m, a, o: (o[0] * 0, o[1]))
print(torch.equal(plain, encoder(x)))
handle.remove()
print(torch.equal(plain, encoder(x)))
handle = attention.register_forward_pre_hook(lambda m, a: (a[0] * 0, a[1], a[2]))
print(torch.equal(plain, encoder(x, mask=causal)), encoder(x, mask=causal).shape)
handle.remove()


class Block(nn.TransformerEncoderLayer):
    def __init__(self, width):
        super().__init__(width, 2, 16, 0.0, batch_first=True)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, src, src_mask=None, src_key_padding_mask=None):
        return self.scale * super().forward(src, src_mask, src_key_padding_mask)


block = Block(8)
again = copy.deepcopy(block)
print(torch.equal(block(x), again(x)), [n for n, _ in again.named_parameters()][:3])
whole = io.BytesIO()
torch.save(layer, whole)
whole.seek(0)
print(torch.equal(torch.load(whole)(x), layer(x)))
for name, module in encoder.layers[0].named_modules():
    print(name, type(module).__name__)

decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, 0.0, activation="gelu", norm_first=True), 1)
tgt, memory = torch.randn(3, 2, 8), torch.randn(4, 2, 8)
print(decoder(tgt, memory, tgt_mask=causal))
model = nn.Transformer(8, 2, 1, 1, 16, 0.0)
print(len(list(model.parameters())), model.d_model, model.nhead)
print(model(torch.ones(4, 2, 8), tgt, tgt_mask=model.generate_square_subsequent_mask(3)))
print(torch.rand(1))
