# Minimising by hand and with optimizers: gradient descent, Newton, momentum, Rosenbrock, LBFGS.
import torch

torch.manual_seed(0)


def rosenbrock(p):
    x, y = p
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


p = torch.tensor([-1.2, 1.0], dtype=torch.double, requires_grad=True)
for i in range(6):
    loss = rosenbrock(p)
    (g,) = torch.autograd.grad(loss, p, create_graph=True)
    H = torch.stack([torch.autograd.grad(gi, p, retain_graph=True)[0] for gi in g])
    det = H[0, 0] * H[1, 1] - H[0, 1] * H[1, 0]
    inv = torch.stack([torch.stack([H[1, 1], -H[0, 1]]), torch.stack([-H[1, 0], H[0, 0]])]) / det
    with torch.no_grad():
        p -= inv @ g
    print(i, f"{loss.item():.6e}")
print([round(v, 4) for v in p.tolist()])

p = torch.tensor([-1.2, 1.0], dtype=torch.double, requires_grad=True)
opt = torch.optim.LBFGS([p], max_iter=50, line_search_fn="strong_wolfe")


def closure():
    opt.zero_grad()
    loss = rosenbrock(p)
    loss.backward()
    return loss


opt.step(closure)
print([f"{v:.4f}" for v in p.tolist()], f"{rosenbrock(p).item() < 1e-8}", opt.state[p]["n_iter"] > 5)
x = torch.tensor(5.0, requires_grad=True)
velocity, lr = 0.0, 0.1
for step in range(5):
    y = x**2
    y.backward()
    with torch.no_grad():
        velocity = 0.9 * velocity - lr * x.grad
        x += velocity
    x.grad.zero_()
    print(step, f"{x.item():.4f}", y)
root = torch.tensor(1.0, dtype=torch.float64)
for _ in range(5):
    root.requires_grad_()
    f = root**2 - 2
    f.backward()
    root = (root - f / root.grad).detach()
print(f"{root.item():.10f}")
A = torch.tensor([[3.0, 1.0], [1.0, 2.0]])
b = torch.tensor([1.0, 1.0])
sol = torch.zeros(2)
r = b - A @ sol
d = r.clone()
for _ in range(2):
    Ad = A @ d
    alpha = (r @ r) / (d @ Ad)
    sol = sol + alpha * d
    r2 = r - alpha * Ad
    beta = (r2 @ r2) / (r @ r)
    d, r = r2 + beta * d, r2
print(sol, A @ sol)
theta = torch.zeros(2, requires_grad=True)
opt = torch.optim.Adam([theta], lr=0.1)
X = torch.randn(50, 2)
t = X @ torch.tensor([2.0, -3.0]) + 0.01 * torch.randn(50)
for epoch in range(100):
    loss = torch.nn.functional.mse_loss(X @ theta, t)
    opt.zero_grad()
    loss.backward()
    opt.step()
print([f"{v:.2f}" for v in theta.tolist()])
lam = torch.tensor(0.0, requires_grad=True)
w = torch.tensor([1.0, 1.0], requires_grad=True)
obj = (w**2).sum() + lam * (w.sum() - 1)
obj.backward()
print(w.grad, lam.grad)
