# Sums long and wide enough for blocks of rows: the last bit depends on the order of the additions.
import torch

for rows, columns in ((1000, 1000), (17, 1033), (5000, 37), (300, 4100), (70000, 8), (3, 100000)):
    x = ((torch.arange(rows * columns) * 7919) % 10007).float().reshape(rows, columns) / 10007 - 0.5
    down, across, turned = x.sum(0), x.sum(1), x.t().sum(0)
    print(rows, columns, down[:5].tolist(), across[-5:].tolist(), turned[:3].tolist(), x.mean().item())
    print((down.double() * torch.arange(1, columns + 1)).sum().item())
    print((across.double() * torch.arange(1, rows + 1)).sum().item())
    print(x.amax(0)[:4].tolist(), x.amax(1)[:4].tolist(), x.t().amax(1)[:4].tolist())
    print(x.max(0)[1][:5].tolist(), x.max(1)[1][:5].tolist(), x.argmin(0)[:5].tolist(), x.min(1)[1][:3].tolist())

y = torch.zeros(40, 50)
y[3, 7] = float("nan")
y[5, 5] = 2
print(y.max(0)[1].tolist(), y.max(1)[1].tolist())
print(y.argmax(), y.amax(1)[:6], y.amin(0)[:9], y.min(0)[0][:9])
