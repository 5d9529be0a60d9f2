# grad_fn names, next_functions, retain_grad, retain_graph and the errors around them.
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.exp(x) * x
z = y.sum()
for t in (y, z, x.sin(), x.cos() / 2, -x, x - 1, x.view(2, 1), x.t(), x[0], x.pow(3), x @ x, x.clone(), x.relu(), x.mean()):
    print(type(t.grad_fn).__name__, t.grad_fn.name())
print(z.grad_fn.next_functions[0][0].name())
print([n[0].name() for n in y.grad_fn.next_functions])
acc = y.grad_fn.next_functions[1][0]
print(acc.name(), acc.next_functions)

y.retain_grad()
z.backward()
print(x.grad, y.grad, y.retains_grad)

try:
    z.backward()
except RuntimeError as e:
    print("RuntimeError:", e)

x.grad = None
z = (x * x).sum()
z.backward(retain_graph=True)
z.backward()
print(x.grad)

try:
    (x * 2).backward()
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    torch.ones(2).sum().backward()
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    (x * 2).backward(torch.ones(3))
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    torch.autograd.grad((x * 2).sum(), torch.ones(1, requires_grad=True))
except RuntimeError as e:
    print("RuntimeError:", e)
print(torch.autograd.grad((x * 2).sum(), [x, torch.ones(1, requires_grad=True)], allow_unused=True))
try:
    torch.tensor([1, 2], requires_grad=True)
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    (x * 2).requires_grad = False
except RuntimeError as e:
    print("RuntimeError:", e)
