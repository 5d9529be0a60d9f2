# The first page of every autograd tutorial: leaves, gradients, the chain rule, accumulation.
import torch

x = torch.tensor(3.0, requires_grad=True)
y = x**2 + 2 * x + 1
print(y)
y.backward()
print("dy/dx =", x.grad)

a = torch.tensor([2.0, 3.0], requires_grad=True)
b = torch.tensor([6.0, 4.0], requires_grad=True)
Q = 3 * a**3 - b**2
print(Q)
Q.backward(gradient=torch.tensor([1.0, 1.0]))
print(9 * a**2 == a.grad)
print(-2 * b == b.grad)

x = torch.ones(2, 2, requires_grad=True)
y = x + 2
print(y.grad_fn is not None, x.grad_fn)
z = y * y * 3
out = z.mean()
print(z, out)
out.backward()
print(x.grad)

# Gradients add up until they are cleared.
w = torch.ones(3, requires_grad=True)
for i in range(3):
    (w * 2).sum().backward()
    print(i, w.grad)
w.grad.zero_()
print(w.grad)

# requires_grad spreads; detach cuts it off.
p = torch.rand(2)
print(p.requires_grad, (p * w[:2]).requires_grad, (p * w[:2]).detach().requires_grad)
print((w * 2).is_leaf, w.is_leaf, torch.zeros(1).is_leaf)
print((w * 2).requires_grad_(True).shape)
with torch.no_grad():
    print((w * 2).requires_grad)

v = torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float)
x = torch.randn(3, requires_grad=True)
y = x * 2
i = 0
while y.data.norm() < 1000:
    y = y * 2
    i += 1
y.backward(v)
print(torch.allclose(x.grad, v * 2 ** (i + 1)))

f = torch.tensor([1.0, 4.0, 9.0], requires_grad=True)
s = f.sqrt().sum()
(g,) = torch.autograd.grad(s, f)
print(g, f.grad)
