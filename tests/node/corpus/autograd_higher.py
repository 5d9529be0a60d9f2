# Derivatives of derivatives.
import torch
from torch.autograd.functional import hessian, jacobian

x = torch.tensor(2.0, requires_grad=True)
y = x**4
for n in range(1, 5):
    if not y.requires_grad:
        break
    (y,) = torch.autograd.grad(y, x, create_graph=True)
    print(n, y)

# gradient penalty
w = torch.tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True)
inp = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
out = torch.tanh(inp @ w * 0.1).sum()
(g,) = torch.autograd.grad(out, inp, create_graph=True)
penalty = ((g.norm(dim=1) - 1) ** 2).mean()
penalty.backward()
print(penalty)
print(w.grad)


def f(x):
    return (x**3).sum()


def pair(x, y):
    return x * y, x + y.exp()


v = torch.tensor([1.0, 2.0, 3.0])
print(jacobian(lambda x: x**2, v))
print(hessian(f, v))
print(jacobian(pair, (torch.tensor([1.0, 2.0]), torch.tensor([0.0, 1.0]))))
print(hessian(lambda a, b: (a * b**2).sum(), (torch.tensor([1.0]), torch.tensor([2.0]))))
print(torch.autograd.functional.vjp(lambda x: x**2, v, torch.ones(3)))
print(torch.autograd.functional.jvp(lambda x: x**2, v, torch.ones(3)))
print(torch.autograd.functional.hvp(f, v, torch.ones(3)))
print(torch.autograd.functional.vhp(f, v, torch.ones(3)))

x = torch.tensor([0.5, 1.5], requires_grad=True)
y = (x**3).sum()
y.backward(create_graph=True)
print(x.grad.detach())
gx = x.grad
x.grad = None
gx.sum().backward()
print(x.grad)
