# Second-order tricks: MAML-like inner steps, hyper-gradients, a Hessian-vector product.
import torch

theta = torch.tensor([1.0, -1.0], requires_grad=True)
xs = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
ys = torch.tensor([1.0, 2.0])


def loss_fn(w, x, y):
    return ((x @ w - y) ** 2).mean()


inner = loss_fn(theta, xs, ys)
(g,) = torch.autograd.grad(inner, theta, create_graph=True)
fast = theta - 0.01 * g
outer = loss_fn(fast, xs * 0.5, ys)
outer.backward()
print(inner, g.detach(), outer, theta.grad)

lr = torch.tensor(0.01, requires_grad=True)
w = torch.tensor([0.5, 0.5], requires_grad=True)
for _ in range(3):
    (g,) = torch.autograd.grad(loss_fn(w, xs, ys), w, create_graph=True)
    w = w - lr * g
final = loss_fn(w, xs, ys)
final.backward()
print(final, lr.grad)

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
v = torch.tensor([1.0, 0.0, -1.0])
f = (x**3).sum() + x[0] * x[1]
(g,) = torch.autograd.grad(f, x, create_graph=True)
(hv,) = torch.autograd.grad(g @ v, x)
print(hv)
rows = []
(g,) = torch.autograd.grad((x**2).prod(), x, create_graph=True)
for i in range(3):
    (row,) = torch.autograd.grad(g[i], x, retain_graph=True)
    rows.append(row)
print(torch.stack(rows))
y = torch.tensor(0.5, requires_grad=True)
fx = torch.sin(y)
for n in range(4):
    print(n, "%.4f" % fx.item())
    (fx,) = torch.autograd.grad(fx, y, create_graph=True)
params = [torch.ones(2, requires_grad=True), torch.ones(1, requires_grad=True)]
out = (params[0].sum() * params[1]) ** 2
grads = torch.autograd.grad(out, params, grad_outputs=torch.tensor([2.0]))
print(grads)
torch.autograd.backward([params[0].sum(), params[1].sum() * 2])
print(params[0].grad, params[1].grad)
a = torch.ones(2, requires_grad=True)
b = torch.ones(2, requires_grad=True)
(a * b).sum().backward(inputs=[a])
print(a.grad, b.grad)
