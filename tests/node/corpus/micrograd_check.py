# The example that small autograd engines check themselves against.
import torch

x = torch.Tensor([-4.0]).double()
x.requires_grad = True
z = 2 * x + 2 + x
q = z.relu() + z * x
h = (z * z).relu()
y = h + q + q * x
y.backward()
print(y.item(), x.grad.item())

a = torch.Tensor([-4.0]).double()
b = torch.Tensor([2.0]).double()
a.requires_grad = True
b.requires_grad = True
c = a + b
d = a * b + b**3
c = c + c + 1
c = c + 1 + c + (-a)
d = d + d * 2 + (b + a).relu()
d = d + 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g = g + 10.0 / f
g.backward()
print("%.8f %.8f %.8f" % (g.item(), a.grad.item(), b.grad.item()))

x1 = torch.Tensor([2.0]).double()
x2 = torch.Tensor([0.0]).double()
w1 = torch.Tensor([-3.0]).double()
w2 = torch.Tensor([1.0]).double()
bias = torch.Tensor([6.8813735870195432]).double()
for t in (x1, x2, w1, w2, bias):
    t.requires_grad = True
n = x1 * w1 + x2 * w2 + bias
o = torch.tanh(n)
print("%.10f" % o.data.item())
o.backward()
print("---")
for name, t in (("x2", x2), ("w2", w2), ("x1", x1), ("w1", w1)):
    print(name, "%.6f" % t.grad.item())
