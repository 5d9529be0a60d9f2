# What the graph saves for its backward: hooks on it, and what inference mode forbids.
import torch
from torch.autograd.graph import save_on_cpu, saved_tensors_hooks


def attempt(what):
    try:
        print(what())
    except RuntimeError as e:
        print("RuntimeError:", e)


class Shelf:
    """Keeps tensors by number."""

    def __init__(self):
        self.kept = []

    def put(self, t):
        print("put ", len(self.kept), t)
        self.kept.append(t.clone())
        return len(self.kept) - 1

    def take(self, number):
        print("take", number)
        return self.kept[number]


shelf = Shelf()
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = torch.tensor([4.0, 5.0, 6.0], requires_grad=True)
with saved_tensors_hooks(shelf.put, shelf.take):
    z = (x * y).sum()
w = (x * y).sum()
z.backward()
print(x.grad, y.grad)
w.backward()
print(x.grad, y.grad)

with save_on_cpu():
    loss = torch.exp(x).sum()
x.grad = None
loss.backward()
print(torch.allclose(x.grad, x.exp()))

# Hooks are for what is saved while they are set: the last ones count.
halves = saved_tensors_hooks(lambda t: t / 2, lambda t: t * 2)
with saved_tensors_hooks(lambda t: print("outer") or t, lambda t: t):
    a = x**2
    with halves:
        b = x**3
x.grad = None
(a + b).sum().backward()
print(x.grad)


def wrong():
    with saved_tensors_hooks(lambda t: 1, lambda n: n):
        c = x * x
    c.sum().backward()


try:
    wrong()
except TypeError as e:
    print("TypeError:", e)

# Tensors made in inference mode stay out of graphs.
with torch.inference_mode():
    frozen = torch.ones(3)
    print(frozen.is_inference(), (x * 2).is_inference(), x.is_inference(), x[1:].is_inference())
    frozen += 1
print(torch.is_inference(frozen), frozen.clone().is_inference())
attempt(lambda: (frozen * x).sum())
attempt(lambda: frozen.requires_grad_())
attempt(lambda: frozen.clone().add_(1))
attempt(lambda: (frozen + x).sum())
attempt(lambda: (frozen.clone() * x).sum())

# A value that is changed after it was saved: the error names who changed it.
u = x * 2
v = u**2
u += 1
attempt(lambda: v.sum().backward())
s = x.sigmoid()
s.mul_(2)
attempt(lambda: s.sum().backward())
print([None if f is None else f.name() for f, _ in (x * 2 + torch.ones(3)).grad_fn.next_functions])
print([f for f, _ in (x * 2).grad_fn.next_functions][1:])
