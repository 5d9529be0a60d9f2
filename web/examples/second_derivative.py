# title: Derivatives of derivatives
# about: create_graph=True makes the backward pass itself differentiable.
# group: Building blocks
# order: 42

import torch

# f(x) = x^4 - 3 x^2 + x has two valleys. Newton's method walks into one of
# them with the first and the second derivative, both from autograd.
x = torch.tensor(2.0, requires_grad=True)

for step in range(6):
    f = x ** 4 - 3 * x ** 2 + x
    (slope,) = torch.autograd.grad(f, x, create_graph=True)
    (curvature,) = torch.autograd.grad(slope, x)
    print(f"step {step}  x {x.item():.5f}  slope {slope.item():.5f}")
    with torch.no_grad():
        x -= slope / curvature

print(f"valley at x = {x.item():.5f}")
