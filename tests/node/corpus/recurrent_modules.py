# Recurrent layers as modules: hooks, copies, saving, subclasses, errors.
import copy
import io

import torch
import torch.nn as nn

torch.manual_seed(0)
lstm = nn.LSTM(3, 4)
x = torch.randn(5, 2, 3)
calls = []


def hook(module, args, output):
    calls.append((len(args), [type(a).__name__ for a in args], type(output).__name__, len(output)))


handle = lstm.register_forward_hook(hook)
state = (torch.zeros(1, 2, 4), torch.ones(1, 2, 4))
out, (h, c) = lstm(x, state)
lstm(x)
print(calls)
handle.remove()


def double(module, args):
    return (args[0] * 2,) + tuple(args[1:])


handle = lstm.register_forward_pre_hook(double)
print(torch.allclose(lstm(x, state)[0], lstm(x * 2, state)[0]))
handle.remove()
handle = lstm.register_forward_hook(lambda m, a, o: (o[0] * 0, o[1]))
print(lstm(x)[0].sum().item(), lstm(x)[1][0].shape)
handle.remove()
before = torch.get_rng_state()
twin = copy.deepcopy(lstm)
print(torch.equal(before, torch.get_rng_state()))
print(torch.equal(twin(x)[0], lstm(x)[0]))
with torch.no_grad():
    twin.weight_ih_l0.zero_()
print(torch.equal(twin(x)[0], lstm(x)[0]))
buffer = io.BytesIO()
torch.save(lstm.state_dict(), buffer)
buffer.seek(0)
twin.load_state_dict(torch.load(buffer))
print(torch.equal(twin(x)[0], lstm(x)[0]))
linear = nn.Linear(2, 2)
before = torch.get_rng_state()
copy.deepcopy(linear)
print(torch.equal(before, torch.get_rng_state()))


class Residual(nn.GRU):
    def forward(self, x, hx=None):
        out, h = super().forward(x, hx)
        return out + x, h


res = Residual(4, 4)
y, h = res(torch.ones(2, 1, 4))
print(res, y.shape, h.shape, len(list(res.parameters())))
for layer in (
    nn.RNN(3, 4, nonlinearity="relu", bias=False),
    nn.GRU(3, 4, 2, bidirectional=True, dropout=0.0),
    nn.LSTM(3, 4, proj_size=2),
    nn.GRUCell(3, 4, bias=False),
):
    print(layer, [n for n, _ in layer.named_parameters()], layer.bias, layer.hidden_size)
both = nn.GRU(3, 4, 2, bidirectional=True)
out, h = both(x, torch.zeros(4, 2, 4))
print(out, h.shape)
print(both.num_layers, both.bidirectional, both.batch_first, both.dropout, both.mode)
out, (h, c) = nn.LSTM(3, 4, proj_size=2)(x[:, 0])
print(out.shape, h.shape, c.shape)
h, c = nn.LSTMCell(3, 4)(x[0])
print(h, c.shape)
h, c = nn.LSTMCell(3, 4)(x[0], (h, c))
print(h.shape)
lstm.flatten_parameters()
print([len(w) for w in nn.LSTM(3, 4, 2).all_weights])
lstm.train(False)
print(lstm.training)
try:
    lstm(torch.randn(5, 2, 2))
except RuntimeError as e:
    print(e)
try:
    lstm(x, (torch.zeros(1, 3, 4), torch.zeros(1, 3, 4)))
except RuntimeError as e:
    print(e)
