# Tensor.register_hook: order, replacement, removal, leaves and results.
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 3
h1 = y.register_hook(lambda g: print("y grad", g))
h2 = y.register_hook(lambda g: g * 10)
x.register_hook(lambda g: print("x grad", g))
y.sum().backward()
print(x.grad)
h2.remove()
x.grad = None
(x * 3).sum().backward()
print(x.grad)

v = torch.tensor([0.0, 0.0, 0.0], requires_grad=True)
h = v.register_hook(lambda grad: grad * 2)
v.backward(torch.tensor([1.0, 2.0, 3.0]))
print(v.grad)
h.remove()

grads = {}


def save_grad(name):
    def hook(grad):
        grads[name] = grad

    return hook


a = torch.tensor(2.0, requires_grad=True)
b = a * 3
c = b**2
b.register_hook(save_grad("b"))
c.register_hook(save_grad("c"))
c.backward()
print(grads, a.grad)

try:
    torch.ones(2).register_hook(print)
except RuntimeError as e:
    print("RuntimeError:", e)

for p in [torch.ones(2, requires_grad=True)]:
    p.register_hook(lambda g: torch.clamp(g, -0.5, 0.5))
    (p * 10).sum().backward()
    print(p.grad)
