# title: Fit a line
# about: The whole training loop in a few lines: forward, backward, step.
# group: Training
# order: 20

import torch

torch.manual_seed(0)

# Noisy points around y = 1.7 x - 0.6.
x = torch.linspace(-2, 2, 80)
y = 1.7 * x - 0.6 + 0.2 * torch.randn(80)

w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w, b], lr=0.1)

for step in range(60):
    loss = ((w * x + b - y) ** 2).mean()
    optimizer.zero_grad()  # gradients add up, so begin from none
    loss.backward()        # fills w.grad and b.grad
    optimizer.step()       # w -= lr * w.grad, and the same for b
    if step % 10 == 0:
        print(f"step {step:2d}  loss {loss.item():.4f}")

print(f"found y = {w.item():.2f} x + {b.item():.2f}")
