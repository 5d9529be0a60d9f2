# grad_fn of custom functions, what nodes keep, hooks that give wrong things, warnings recorded.
import re
import warnings

import torch


class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        ctx.save_for_backward(x)
        print(type(ctx), re.sub("0x[0-9a-f]+", "0x", repr(ctx)))
        return x * factor

    @staticmethod
    def backward(ctx, g):
        print("saved", ctx.saved_tensors, "needs", ctx.needs_input_grad)
        return g * ctx.factor, None


x = torch.tensor([1.0, 2.0], requires_grad=True)
y = Scale.apply(x, 3)
node = y.grad_fn
print(y, type(node), node.name(), node.factor, node.saved_tensors, node.needs_input_grad)
print(re.sub("0x[0-9a-f]+", "0x", repr(node)), [type(n).__name__ for n, _ in node.next_functions])
y.sum().backward()
print(x.grad)


class AddOne(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        x.add_(1)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g


a = x * 1
b = AddOne.apply(a)
print(b is a, b)

p = x**2
print(p.grad_fn._saved_exponent, p.grad_fn._saved_self, p.grad_fn.metadata, p.grad_fn.requires_grad)
try:
    p.grad_fn._saved_result
except AttributeError as e:
    print(e)


def wrong_size(g):
    return torch.ones(3)


for hook in (wrong_size, lambda g: 3, lambda g: g.double()):
    z = x * 2
    z.register_hook(hook)
    try:
        z.sum().backward()
    except Exception as e:
        print(type(e).__name__, e)

for call in (
    lambda: torch.autograd.backward(x.sum(), inputs=[]),
    lambda: (x * 2).backward(2.0),
    lambda: torch.autograd.backward([x.sum(), x.sum()], [torch.tensor(1.0)]),
):
    try:
        call()
    except Exception as e:
        print(type(e).__name__, e)


def first_line(w):
    return w.category.__name__ + ": " + str(w.message).split(" (Triggered")[0][:72]


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print((x * 2).grad)
    torch.tensor(x)
    x.new_tensor(x)
    torch.add(torch.ones(3), 1, out=torch.zeros(2))
    torch.ones(3)[torch.tensor([1, 0, 1], dtype=torch.uint8)]
    warnings.warn("of our own")
    warnings.warn("old", DeprecationWarning)
print(len(caught))
for w in caught:
    print(first_line(w))

with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("as an error", RuntimeWarning)
    except RuntimeWarning as e:
        print("raised", e)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.filterwarnings("ignore", message="never mind.*")
    warnings.warn("never mind this")
    warnings.warn("but this")
print([str(w.message) for w in caught])
