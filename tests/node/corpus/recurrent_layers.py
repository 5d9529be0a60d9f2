# RNN, LSTM, GRU and their cells: shapes, states, names, a few training steps, hooks, copies.
import copy

import torch
import torch.nn as nn

torch.manual_seed(0)
lstm = nn.LSTM(input_size=3, hidden_size=4, num_layers=2, batch_first=True, dropout=0.0)
print(lstm, lstm.hidden_size, lstm.num_layers)
x = torch.randn(2, 5, 3)
out, (h, c) = lstm(x)
print(out.shape, h.shape, c.shape)
print(out[0, -1], torch.equal(out[:, -1], h[-1]))
out, state = lstm(x, (h, c))
print(type(state).__name__, len(state), out.mean())
for name, p in lstm.named_parameters():
    print(name, tuple(p.shape))

gru = nn.GRU(3, 4, bidirectional=True)
out, h = gru(torch.randn(5, 2, 3))
print(gru, out.shape, h.shape, out.sum())
rnn = nn.RNN(3, 4, nonlinearity="relu")
out, h = rnn(torch.randn(5, 3))
print(rnn, out.shape, h.shape)

cell = nn.LSTMCell(3, 4)
h, c = cell(torch.randn(2, 3))
h, c = cell(torch.randn(2, 3), (h, c))
print(cell, h.shape, c.sum())
cell = nn.GRUCell(3, 4)
h = cell(torch.randn(2, 3))
print(cell, cell(torch.randn(2, 3), h).sum())


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(7, 5)
        self.lstm = nn.LSTM(5, 6, batch_first=True)
        self.head = nn.Linear(6, 7)

    def forward(self, tokens, state=None):
        out, state = self.lstm(self.embed(tokens), state)
        return self.head(out), state


model = Tagger()
print(model)
handle = model.lstm.register_forward_hook(
    lambda m, args, out: print("hook", type(m).__name__, len(args), out[0].shape, len(out[1]))
)
tokens = torch.tensor([[1, 2, 3, 4, 5, 6]])
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(4):
    scores, _ = model(tokens[:, :-1])
    loss = nn.functional.cross_entropy(scores.flatten(0, 1), tokens[:, 1:].flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("%d %.4f" % (step, loss.item()))

handle.remove()
twin = copy.deepcopy(model.lstm)
print(torch.equal(twin(torch.ones(1, 2, 5))[0], nn.LSTM.forward(model.lstm, torch.ones(1, 2, 5))[0]))
print(list(model.state_dict())[:3], sum(p.numel() for p in model.parameters()))
try:
    lstm(torch.randn(2, 5, 4))
except RuntimeError as e:
    print(e)
