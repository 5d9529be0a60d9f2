# torch.autograd.Function: everything that ctx can do.
import torch
from torch.autograd import Function, gradcheck
from torch.autograd.function import once_differentiable


class AddInPlace(Function):
    @staticmethod
    def forward(ctx, x, amount):
        x.add_(amount)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, grad):
        return grad, None


base = torch.tensor([1.0, 2.0], requires_grad=True)
a = base * 1
before = a**2
b = AddInPlace.apply(a, 10.0)
print(a, b is a or b.data_ptr() == a.data_ptr(), a._version)
try:
    before.sum().backward()
except RuntimeError as e:
    print(str(e)[:110])
b.sum().backward()
print(base.grad)
try:
    AddInPlace.apply(base, 1.0)
except RuntimeError as e:
    print(e)


class Sorted(Function):
    @staticmethod
    def forward(ctx, x):
        values, order = x.sort()
        ctx.mark_non_differentiable(order)
        ctx.save_for_backward(order)
        return values, order

    @staticmethod
    @once_differentiable
    def backward(ctx, grad, order_grad):
        print("backward", grad, order_grad)
        (order,) = ctx.saved_tensors
        out = torch.zeros_like(grad)
        out[order] = grad
        return out


x = torch.tensor([3.0, 1.0, 2.0], requires_grad=True)
values, order = Sorted.apply(x)
print(values, order, order.requires_grad)
(values * torch.tensor([1.0, 10.0, 100.0])).sum().backward()
print(x.grad)


class Twins(Function):
    materialize = True

    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(Twins.materialize)
        return x.clone(), x * 2

    @staticmethod
    def backward(ctx, one, two):
        print(one, two, ctx.needs_input_grad)
        return (0 if one is None else one) + (0 if two is None else 2 * two)


for Twins.materialize in (True, False):
    x.grad = None
    first, second = Twins.apply(x)
    second.sum().backward()
    print(x.grad)


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad


class WrongCube(Cube):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x**2 * grad


point = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
print(gradcheck(Cube.apply, (point,)), Cube.apply(point))
try:
    gradcheck(WrongCube.apply, (point,))
except RuntimeError as e:
    print(type(e).__name__, str(e).split("\n")[0])
(g,) = torch.autograd.grad(Cube.apply(point).sum(), point, create_graph=True)
print(torch.autograd.grad(g.sum(), point))
