# A two-layer net on XOR without nn: tensors and autograd only.
import torch

torch.manual_seed(3)
X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
Y = torch.tensor([[0], [1], [1], [0]], dtype=torch.float32)
W1 = torch.randn(2, 4, requires_grad=True)
b1 = torch.zeros(4, requires_grad=True)
W2 = torch.randn(4, 1, requires_grad=True)
b2 = torch.zeros(1, requires_grad=True)
params = [W1, b1, W2, b2]
lr = 0.5
for step in range(200):
    h = torch.tanh(X @ W1 + b1)
    out = torch.sigmoid(h @ W2 + b2)
    loss = -(Y * torch.log(out) + (1 - Y) * torch.log(1 - out)).mean()
    loss.backward()
    for p in params:
        p.data -= lr * p.grad.data
        p.grad.data.zero_()
    if step % 50 == 0:
        print(step, "%.5f" % loss.item())
print(out.round().detach().squeeze().tolist())
print(W1.grad.abs().sum() == 0, loss)
