# What ctx offers: needs_input_grad, non-differentiable outputs, unmaterialised gradients, attributes.
import torch
from torch.autograd import Function


class Needs(Function):
    @staticmethod
    def forward(ctx, a, b, n):
        ctx.n = n
        ctx.shape = a.shape
        ctx.save_for_backward(a, b)
        return a * b * n

    @staticmethod
    def backward(ctx, g):
        print(ctx.needs_input_grad, ctx.n, ctx.shape, len(ctx.saved_tensors))
        a, b = ctx.saved_tensors
        ga = g * b * ctx.n if ctx.needs_input_grad[0] else None
        gb = g * a * ctx.n if ctx.needs_input_grad[1] else None
        return ga, gb, None


a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([3.0, 4.0])
Needs.apply(a, b, 2).sum().backward()
print(a.grad, b.grad)


class SortValues(Function):
    @staticmethod
    def forward(ctx, x):
        s, idx = x.sort()
        ctx.mark_non_differentiable(idx)
        ctx.save_for_backward(idx)
        return s, idx

    @staticmethod
    def backward(ctx, g1, g2):
        (idx,) = ctx.saved_tensors
        gx = torch.zeros_like(g1)
        gx.index_add_(0, idx, g1)
        return gx


x = torch.tensor([3.0, 1.0, 2.0], requires_grad=True)
s, i = SortValues.apply(x)
print(s, i, i.requires_grad)
(s * torch.tensor([1.0, 10.0, 100.0])).sum().backward()
print(x.grad)


class Lazy(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(False)
        return x * 1, x * 2

    @staticmethod
    def backward(ctx, g1, g2):
        print(g1 is None, g2 is None)
        return g2 * 2 if g1 is None else g1


y = torch.ones(2, requires_grad=True)
Lazy.apply(y)[1].sum().backward()
print(y.grad)


class StraightThrough(Function):
    @staticmethod
    def forward(ctx, x):
        return (x > 0).float()

    @staticmethod
    def backward(ctx, g):
        return g.clamp(-1, 1)


z = torch.tensor([-1.0, 2.0], requires_grad=True)
out = StraightThrough.apply(z)
print(out)
(out * 5).sum().backward()
print(z.grad)


class GradReverse(Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx, g):
        return g.neg() * ctx.alpha, None


r = torch.ones(2, requires_grad=True)
GradReverse.apply(r, 0.5).sum().backward()
print(r.grad)
print(GradReverse.apply(torch.ones(1), 1.0).requires_grad, type(GradReverse.apply(r, 1.0).grad_fn).__name__)


class Double(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.sin()

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x.cos()


t = torch.tensor(1.0, requires_grad=True)
(g,) = torch.autograd.grad(Double.apply(t), t, create_graph=True)
(g2,) = torch.autograd.grad(g, t)
print(g.detach(), g2)
u = torch.tensor(1.0, requires_grad=True)
v = Double.apply(u)
v.backward()
try:
    v.backward()
except RuntimeError as e:
    print(str(e)[:60])
