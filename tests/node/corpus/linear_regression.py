# Linear regression three ways: by hand, with autograd, with nn and optim.
import torch
from torch import nn, optim

torch.manual_seed(42)
X = torch.linspace(0, 1, 20).unsqueeze(1)
y = 2 * X + 1 + 0.1 * torch.randn(X.shape)

w, b = torch.zeros(1), torch.zeros(1)
for epoch in range(5):
    pred = X * w + b
    error = pred - y
    w = w - 0.5 * 2 * (error * X).mean()
    b = b - 0.5 * 2 * error.mean()
    print(f"epoch {epoch}: w={w.item():.4f} b={b.item():.4f} loss={(error ** 2).mean().item():.6f}")

w = torch.randn(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(5):
    loss = ((X * w + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        b -= 0.1 * b.grad
        w.grad.zero_()
        b.grad.zero_()
    print(epoch, f"{loss.item():.5f}", w, b)

model = nn.Linear(1, 1)
criterion = nn.MSELoss()
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(1, 61):
    optimizer.zero_grad()
    loss = criterion(model(X), y)
    loss.backward()
    optimizer.step()
    if epoch % 20 == 0:
        print("Epoch [{}/{}], Loss: {:.4f}".format(epoch, 60, loss.item()))
print(model.weight, model.bias)
print(optimizer)
model.eval()
with torch.no_grad():
    print(model(torch.tensor([[4.0]])))

import math

x = torch.linspace(-math.pi, math.pi, 2000)
yy = torch.sin(x)
p = torch.tensor([1, 2, 3])
xx = x.unsqueeze(-1).pow(p)
model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
loss_fn = torch.nn.MSELoss(reduction="sum")
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
for t in range(300):
    y_pred = model(xx)
    loss = loss_fn(y_pred, yy)
    if t % 100 == 99:
        print(t, "%.2f" % loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"Result: y = {model[0].bias.item():.3f} + {model[0].weight[:, 0].item():.3f} x")
