import math
import torch
import torch.nn as nn

torch.manual_seed(0)


class Airline(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(input_size=1, hidden_size=8, num_layers=1, batch_first=True)
        self.linear = nn.Linear(8, 1)
    def forward(self, x):
        x, _ = self.lstm(x)
        x = x[:, -1, :]
        return self.linear(x)
def create_dataset(dataset, lookback):
    X, y = [], []
    for i in range(len(dataset) - lookback):
        X.append(dataset[i:i + lookback])
        y.append(dataset[i + 1:i + lookback + 1])
    return torch.stack(X), torch.stack(y)
ts = torch.sin(torch.arange(60) * 0.3)[:, None]
X, y = create_dataset(ts, 4)
print(X.shape, y.shape)
m = Airline()
opt = torch.optim.Adam(m.parameters(), lr=0.01)
for epoch in range(30):
    opt.zero_grad()
    l = nn.functional.mse_loss(m(X), y[:, -1])
    l.backward()
    opt.step()
    if epoch % 10 == 9:
        print("Epoch %d: RMSE %.4f" % (epoch, math.sqrt(l.item())))
bi = nn.LSTM(4, 5, num_layers=2, bidirectional=True, dropout=0.0, batch_first=True)
o, (h, c) = bi(torch.randn(3, 7, 4))
print(o.shape, h.shape, c.shape)
print(torch.allclose(o[:, -1, :5], h[2]), torch.allclose(o[:, 0, 5:], h[3]))
print(bi)
for n, p in bi.named_parameters():
    print(n, tuple(p.shape))
from torch.nn.utils.rnn import pad_sequence, pack_padded_sequence, pad_packed_sequence, pack_sequence
seqs = [torch.ones(3, 4), torch.ones(2, 4) * 2, torch.ones(1, 4) * 3]
lengths = torch.tensor([len(s) for s in seqs])
padded = pad_sequence(seqs, batch_first=True)
print(padded.shape, lengths)
packed = pack_padded_sequence(padded, lengths, batch_first=True)
print(packed.data.shape, packed.batch_sizes)
out, (h, c) = bi(packed)
unp, ul = pad_packed_sequence(out, batch_first=True)
print(unp.shape, ul, unp[2, 1:].abs().sum())
packed = pack_padded_sequence(padded[[2, 0, 1]], [1, 3, 2], batch_first=True, enforce_sorted=False)
print(packed.sorted_indices, packed.unsorted_indices)
ps = pack_sequence([torch.tensor([1, 2, 3]), torch.tensor([4, 5]), torch.tensor([6])])
print(ps)
try:
    pack_padded_sequence(padded[[2, 0, 1]], [1, 3, 2], batch_first=True)
except RuntimeError as e:
    print(e)
rnn = nn.RNN(10, 20, 2)
output, hn = rnn(torch.randn(5, 3, 10), torch.randn(2, 3, 20))
print(output.shape, hn.shape)
try:
    rnn(torch.randn(5, 3, 11))
except RuntimeError as e:
    print(e)
try:
    nn.LSTM(3, 4, dropout=0.5)(torch.randn(2, 2, 3), (torch.zeros(1, 3, 4), torch.zeros(1, 2, 4)))
except RuntimeError as e:
    print(e)
gru = nn.GRUCell(10, 20)
hx = torch.randn(3, 20)
output = []
inp = torch.randn(6, 3, 10)
for i in range(6):
    hx = gru(inp[i], hx)
    output.append(hx)
print(torch.stack(output).mean())
