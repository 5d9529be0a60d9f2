# Indexing of every kind, reading and writing.
import torch

t = torch.arange(24).reshape(2, 3, 4)
print(t[0], t[1, 2], t[1, 2, 3], t[-1, -1, -1])
print(t[:, 1], t[..., 0], t[0, ..., 1:3], t[:, :, ::2])
print(t[None].shape, t[:, None].shape, t[..., None].shape, t[0, None, :, None].shape)
print(t[[0, 1]].shape, t[[0, 1], [1, 2]], t[:, [0, 2]], t[..., [3, 0]])
print(t[torch.tensor([1, 0])][:, 0], t[torch.tensor([[0, 1], [1, 0]])].shape)
print(t[t > 20], t[t % 5 == 0], (t > 12).sum(), t[:, torch.tensor([True, False, True])].shape)
mask = torch.tensor([True, False])
print(t[mask].shape, t[~mask, 0], t[mask, 0, 1])
x = torch.arange(10)
print(x[2:5], x[:3], x[-3:], x[1:8:3], x[5:2], x[100:], x[:-20])
print(x[torch.tensor([1, -1])], x[x > 4], x[torch.tensor(3)], x[True].shape, x[False].shape)
i, j = torch.tensor([0, 1]), torch.tensor([[0], [2]])
print(t[i, j].shape, t[i, :, j].shape, t[:, i, j].shape)
for row in torch.arange(6).reshape(3, 2):
    print(row, row[0].item())
a, b = torch.tensor([1, 2])
print(a, b)

z = torch.zeros(3, 4)
z[0] = 1
z[1, 2] = 5
z[:, 3] = torch.tensor([7.0, 8.0, 9.0])
z[2, :2] = torch.tensor([3.0, 4.0])
print(z)
z[z == 0] = -1
z[[0, 2], [0, 1]] = torch.tensor([10.0, 20.0])
z[..., 1] += 100
print(z)
z[torch.tensor([0, 0])] = 0
z[1:, None, :2] = 2
print(z)
z[:] = torch.arange(4.0)
print(z)
w = torch.zeros(5)
w[torch.tensor([0, 0, 1])] += 1
print(w)
w.index_add_(0, torch.tensor([0, 0, 1]), torch.ones(3))
print(w)
p = torch.zeros(3).index_put_((torch.tensor([0, 0, 2]),), torch.tensor([1.0, 2.0, 3.0]), accumulate=True)
print(p)

g = torch.arange(6.0).reshape(2, 3).requires_grad_()
(g[0, 1] * 2 + g[:, 2].sum() + g[g > 3].sum() + g[[0, 0, 1]].sum()).backward()
print(g.grad)
y = g * 1
y[0, :2] = 0
y.sum().backward()
print(g.grad)

for f in (
    lambda: x[10],
    lambda: t[0, 0, 0, 0],
    lambda: x["a"],
    lambda: x[1.5],
    lambda: x[::-1],
    lambda: x[torch.tensor([10])],
    lambda: t[torch.tensor([True, False, True])],
    lambda: torch.tensor(3)[0],
    lambda: t[[0, 1], [0, 1, 2]],
    lambda: z.__setitem__(0, torch.ones(3)),
    lambda: x[torch.tensor([0.5])],
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
print(torch.take(x, torch.tensor([0, 9])), torch.where(x > 5, x, -x), torch.nonzero(x > 7), torch.where(x > 7))
print(torch.gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[0, 0], [1, 0]])))
print(torch.zeros(3, 5).scatter_(0, torch.tensor([[0, 1, 2, 0, 0]]), torch.arange(1.0, 6).reshape(1, 5)))
print(torch.index_select(t, 1, torch.tensor([2, 0]))[0], torch.masked_select(x, x > 6))
