# title: A gradient of your own
# about: torch.autograd.Function with a hand-written backward.
# group: Building blocks
# order: 41

import torch


class Swish(torch.autograd.Function):
    """x * sigmoid(x), with its derivative written out."""

    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(x, s)  # what backward will need
        return x * s

    @staticmethod
    def backward(ctx, grad_output):
        x, s = ctx.saved_tensors
        return grad_output * (s + x * s * (1 - s))


x = torch.tensor([-2.0, 0.0, 3.0], requires_grad=True)
Swish.apply(x).sum().backward()
print("written by hand:", x.grad)

# Autograd derives the same from the plain formula.
z = torch.tensor([-2.0, 0.0, 3.0], requires_grad=True)
(z * torch.sigmoid(z)).sum().backward()
print("by autograd:    ", z.grad)


# Where own gradients are needed: rounding has derivative zero almost
# everywhere, so nothing behind it would learn. So pretend that it is
# the identity on the way back.
class RoundThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output


w = torch.tensor(0.2, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.01)
for step in range(1, 21):
    loss = (RoundThrough.apply(w * 4) - 7) ** 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if loss.item() == 0:
        break
print(f"after {step} steps round(4 w) = {round(4 * w.item())}, as asked")
