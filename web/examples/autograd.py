# title: Gradients by hand and by autograd
# about: The chain rule written out, then the same figures from loss.backward().
# group: Five concepts
# order: 1

import torch

# One neuron, one sample: which way should w and b go?
x, target = 3.0, 1.0

# By hand: forward, then the chain rule backwards, factor by factor.
w, b = 0.9, -0.4
error = w * x + b - target
loss = error ** 2
dloss_derror = 2 * error
dw, db = dloss_derror * x, dloss_derror
print(f"by hand   loss {loss:.4f}  dw {dw:.4f}  db {db:.4f}")

# With autograd: each operation on w and b adds a node to a graph;
# backward() walks it from the loss to the leaves. See the Graph tab.
w = torch.tensor(0.9, requires_grad=True)
b = torch.tensor(-0.4, requires_grad=True)
loss = (w * x + b - target) ** 2
loss.backward()
dw, db = w.grad.item(), b.grad.item()
print(f"autograd  loss {loss.item():.4f}  dw {dw:.4f}  db {db:.4f}")

# The graph is built while the code runs: loops and branches just work.
p = torch.tensor(1.5, requires_grad=True)
y = p
steps = 0
while y.item() < 20:
    y = y * p if steps % 2 == 0 else y + p
    steps += 1
y.backward()
print(f"after {steps} steps y = {y.item():.4f}, dy/dp = {p.grad.item():.4f}")
