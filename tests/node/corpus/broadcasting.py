# Broadcasting rules and the mistakes about them.
import torch

print((torch.ones(3, 1) + torch.ones(1, 4)).shape, (torch.ones(5, 1, 3) * torch.ones(4, 1)).shape, (torch.ones(2) + torch.ones(())).shape)
a = torch.tensor([[1.0], [2.0], [3.0]])
b = torch.tensor([10.0, 20.0])
print(a + b, a * b, a > b / 10)
c = torch.zeros(2, 3)
c += torch.tensor([1.0, 2.0, 3.0])
print(c)
w = torch.ones(3, requires_grad=True)
(torch.arange(6.0).reshape(2, 3) * w).sum().backward()
print(w.grad)
bias = torch.zeros(1, requires_grad=True)
(torch.ones(4, 2) + bias).sum().backward()
print(bias.grad)
dist = ((torch.arange(3.0)[:, None] - torch.arange(2.0)[None, :]) ** 2)
print(dist)
print(torch.broadcast_shapes((2, 1), (1, 3)), torch.ones(2, 1).expand(2, 3).shape, torch.ones(3).expand(2, -1).shape)
print(torch.where(torch.tensor([[True], [False]]), torch.tensor([1.0, 2.0]), torch.tensor(0.0)))
print((torch.ones(2, 3, 4) @ torch.ones(4, 5)).shape, (torch.ones(7, 1, 3, 4) @ torch.ones(2, 4, 5)).shape)
for f in (
    lambda: torch.ones(3) + torch.ones(4),
    lambda: torch.ones(2, 3) * torch.ones(3, 2),
    lambda: torch.ones(2, 3).add_(torch.ones(4)),
    lambda: torch.ones(3).add_(torch.ones(2, 3)),
    lambda: torch.ones(2, 3).expand(2, 4),
    lambda: torch.broadcast_shapes((2,), (3,)),
    lambda: torch.ones(2, 3) @ torch.ones(4),
    lambda: torch.ones(2, 3).matmul(torch.ones(2)),
    lambda: torch.bmm(torch.ones(2, 3, 4), torch.ones(3, 4, 5)),
    lambda: torch.where(torch.ones(2) > 0, torch.ones(3), torch.zeros(2)),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
