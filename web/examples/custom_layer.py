# title: A layer of your own
# about: Subclass nn.Module, hold weights in nn.Parameter, and train it.
# group: Building blocks
# order: 40

import torch
import torch.nn as nn


class Polynomial(nn.Module):
    """y = c0 + c1 x + c2 x^2 + ..., with learned coefficients."""

    def __init__(self, degree):
        super().__init__()
        # nn.Parameter registers the tensor: parameters(), state_dict() and
        # the optimizer find it without being told.
        self.coefficients = nn.Parameter(torch.zeros(degree + 1))

    def forward(self, x):
        y = torch.zeros_like(x)
        for c in reversed(list(self.coefficients)):
            y = y * x + c  # Horner's rule
        return y

    def extra_repr(self):
        return f"degree={len(self.coefficients) - 1}"


x = torch.linspace(-1, 1, 60)
y = 0.5 - 2.0 * x + 3.0 * x ** 2

model = Polynomial(degree=2)
print(model)

optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
for step in range(200):
    loss = ((model(x) - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print(f"loss {loss.item():.6f}")
for name, parameter in model.named_parameters():
    print(name, [round(c, 3) for c in parameter.tolist()])
