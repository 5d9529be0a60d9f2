import torch

x = torch.ones(2, 2, requires_grad=True)
print(x)
y = x + 2
print(y)
print(y.grad_fn.__class__.__name__, y.grad_fn.name())
z = y * y * 3
out = z.mean()
print(z, out)
a = torch.tensor([[1., 2.], [3., 4.]])
a = ((a * 3) / (a - 5))
print(a.requires_grad)
a.requires_grad_(True)
print(a.requires_grad)
b = (a * a).sum()
print(type(b.grad_fn).__name__)
out.backward()
print(x.grad)
torch.manual_seed(1)
x = torch.randn(3, requires_grad=True)
y = x * 2
while y.data.norm() < 1000:
    y = y * 2
print(y)
v = torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float)
y.backward(v)
print(x.grad)
print(x.requires_grad)
print((x ** 2).requires_grad)
with torch.no_grad():
    print((x ** 2).requires_grad)
y = x.detach()
print(y.requires_grad, x.eq(y).all())
# learn the basics
x = torch.ones(5)
y = torch.zeros(3)
w = torch.randn(5, 3, requires_grad=True)
b = torch.randn(3, requires_grad=True)
z = torch.matmul(x, w) + b
loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
print(loss)
loss.backward()
print(w.grad)
print(b.grad)
inp = torch.eye(4, 5, requires_grad=True)
out = (inp + 1).pow(2).t()
out.backward(torch.ones_like(out), retain_graph=True)
print(f"First call\n{inp.grad}")
out.backward(torch.ones_like(out), retain_graph=True)
print(f"\nSecond call\n{inp.grad}")
inp.grad.zero_()
out.backward(torch.ones_like(out), retain_graph=True)
print(f"\nCall after zeroing gradients\n{inp.grad}")
# errors
for f in [
    lambda: torch.ones(2, requires_grad=True).backward(),
    lambda: torch.ones(2).sum().backward(),
    lambda: (torch.tensor([1, 2], requires_grad=True)),
    lambda: torch.ones(2, requires_grad=True).add_(1),
    lambda: torch.ones(2, requires_grad=True).numpy(),
]:
    try:
        f()
        print("no error")
    except Exception as e:
        print(type(e).__name__, e)
x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
y.backward()
try:
    y.backward()
except RuntimeError as e:
    print(e)
# higher
x = torch.tensor(3.0, requires_grad=True)
y = x ** 4
g, = torch.autograd.grad(y, x, create_graph=True)
g2, = torch.autograd.grad(g, x, create_graph=True)
g3 = torch.autograd.grad(g2, x)[0]
print(g, g2, g3)
def fn(x):
    return (x ** 2).sum()
print(torch.autograd.functional.jacobian(lambda x: x ** 2, torch.tensor([1., 2.])))
print(torch.autograd.functional.hessian(fn, torch.tensor([1., 2.])))
print(torch.autograd.functional.vjp(lambda x: x * 3, torch.ones(2), torch.ones(2)))
print(torch.autograd.functional.jvp(lambda x: x * 3, torch.ones(2), torch.ones(2)))
# graph walk
t = torch.tensor([1.0], requires_grad=True)
u = (t * 2).exp().sum().log()
def walk(fn, depth=0):
    if fn is None:
        return
    print("  " * depth + fn.name())
    for nxt, idx in fn.next_functions:
        walk(nxt, depth + 1)
walk(u.grad_fn)
print(u.grad_fn.next_functions[0][0].next_functions)  if False else None
# hooks
v = torch.tensor([0., 0., 0.], requires_grad=True)
h = v.register_hook(lambda grad: grad * 2)
v.backward(torch.tensor([1., 2., 3.]))
print(v.grad)
h.remove()
# retain_grad
a = torch.tensor([1., 2.], requires_grad=True)
b = a * 2
b.retain_grad()
c = b.sum()
c.backward()
print(b.grad, b.is_leaf, a.is_leaf, b.retains_grad)
# in-place version error
a = torch.tensor([1., 2.], requires_grad=True)
b = a.exp()
b.add_(1)
try:
    b.sum().backward()
except RuntimeError as e:
    print(e)
@torch.no_grad()
def ev(x):
    return x * 2
print(ev(a).requires_grad)
with torch.enable_grad():
    print(torch.is_grad_enabled())
with torch.set_grad_enabled(False):
    print(torch.is_grad_enabled())
with torch.inference_mode():
    q = a * 2
print(q.requires_grad)
class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, i):
        result = i.exp()
        ctx.save_for_backward(result)
        return result
    @staticmethod
    def backward(ctx, grad_output):
        result, = ctx.saved_tensors
        return grad_output * result
o = Exp.apply(a)
print(o)
o.sum().backward()
print(a.grad)
class LegendrePolynomial3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input ** 3 - 3 * input)
    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input ** 2 - 1)
import math
x = torch.linspace(-math.pi, math.pi, 2000)
y = torch.sin(x)
a = torch.full((), 0.0, requires_grad=True)
b = torch.full((), -1.0, requires_grad=True)
c = torch.full((), 0.0, requires_grad=True)
d = torch.full((), 0.3, requires_grad=True)
learning_rate = 5e-6
P3 = LegendrePolynomial3.apply
for t in range(300):
    y_pred = a + b * P3(c + d * x)
    loss = (y_pred - y).pow(2).sum()
    if t % 100 == 99:
        print(t, f"{loss.item():.2f}")
    loss.backward()
    with torch.no_grad():
        a -= learning_rate * a.grad
        b -= learning_rate * b.grad
        c -= learning_rate * c.grad
        d -= learning_rate * d.grad
        a.grad = None
        b.grad = None
        c.grad = None
        d.grad = None
print(f'Result: y = {a.item():.4f} + {b.item():.4f} * P3({c.item():.4f} + {d.item():.4f} x)')
print(torch.autograd.gradcheck(P3, (torch.randn(4, dtype=torch.double, requires_grad=True),)))
