# detach, clone, data, no_grad: what shares memory and what shares the graph.
import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x.detach()
z = x.clone()
w = x.detach().clone()
v = x.data
print(y.requires_grad, z.requires_grad, w.requires_grad, v.requires_grad)
print(y.data_ptr() == x.data_ptr(), z.data_ptr() == x.data_ptr(), v.data_ptr() == x.data_ptr())
y[0] = 10
print(x, z)
(z * 2).sum().backward()
print(x.grad)
a = torch.ones(2, requires_grad=True)
b = a * 2
c = b.detach()
(c * 3 + b).sum().backward()
print(a.grad)
a.grad = torch.tensor([7.0, 8.0])
print(a.grad)
a.grad = None
print(a.grad)
try:
    a.grad = torch.ones(3)
except RuntimeError as e:
    print(str(e).split(".")[0])
p = torch.nn.Parameter(torch.zeros(2))
print(p.requires_grad, p.is_leaf, isinstance(p, torch.Tensor), type(p).__name__, type(p.data).__name__, (p * 1).is_leaf)
p.data = torch.ones(3)
print(p, p.shape)
q = torch.ones(2, requires_grad=True)
r = q.requires_grad_(False)
print(q.requires_grad, r is q)
s = (q.requires_grad_() * 2)
s.retain_grad()
s.sum().backward()
print(s.grad, s.is_leaf, s.grad_fn is not None)
try:
    s.detach_()
    print(s.requires_grad, s.grad_fn)
except RuntimeError as e:
    print(e)
m = torch.arange(4.0)
n = m.view(2, 2)
n.add_(1)
print(m, torch.equal(m, n.flatten()), m._version == n._version)
t1 = torch.tensor([1.0, 2.0])
t2 = torch.tensor(t1)
t2[0] = 5
print(t1)
import copy

d1 = copy.deepcopy(x)
print(d1.requires_grad, d1.data_ptr() == x.data_ptr(), copy.copy(t1))
try:
    copy.deepcopy(x * 2)
except RuntimeError as e:
    print(e)
