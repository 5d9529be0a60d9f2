# A recurrent cell written out, unrolled over time; gradients through the loop.
import torch
import torch.nn as nn

torch.manual_seed(0)


class Cell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.i2h = nn.Linear(input_size, hidden_size)
        self.h2h = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x, h):
        return torch.tanh(self.i2h(x) + self.h2h(h))


class LSTMCellByHand(nn.Module):
    def __init__(self, n_in, n_h):
        super().__init__()
        self.n_h = n_h
        self.gates = nn.Linear(n_in + n_h, 4 * n_h)

    def forward(self, x, state):
        h, c = state
        i, f, g, o = self.gates(torch.cat([x, h], dim=1)).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return h, c


x = torch.randn(5, 2, 3)
cell = Cell(3, 4)
h = torch.zeros(2, 4)
outputs = []
for t in range(x.size(0)):
    h = cell(x[t], h)
    outputs.append(h)
out = torch.stack(outputs)
print(out.shape, out[-1])
out.sum().backward()
print(cell.h2h.weight.grad)
lstm = LSTMCellByHand(3, 2)
state = (torch.zeros(2, 2), torch.zeros(2, 2))
for step in x:
    state = lstm(step, state)
print(state)
seq = torch.sin(torch.arange(0, 6, 0.3))
model, head = Cell(1, 8), nn.Linear(8, 1)
opt = torch.optim.Adam(list(model.parameters()) + list(head.parameters()), lr=0.02)
for epoch in range(5):
    h = torch.zeros(1, 8)
    loss = 0
    for a, b in zip(seq[:-1], seq[1:]):
        h = model(a.view(1, 1), h)
        loss = loss + (head(h).squeeze() - b) ** 2
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(epoch, f"{loss.item() / len(seq):.5f}")
h = h.detach()
print(h.requires_grad)
