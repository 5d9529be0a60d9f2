# Output sizes of convolutions and pooling; weights set by hand; gradients of kernels.
import torch
import torch.nn as nn
import torch.nn.functional as F

x = torch.arange(50.0).reshape(1, 2, 5, 5) / 50
for conv in (
    nn.Conv2d(2, 3, 3),
    nn.Conv2d(2, 3, 3, stride=2),
    nn.Conv2d(2, 3, 3, padding=1),
    nn.Conv2d(2, 4, (1, 3), stride=(2, 1), padding=(0, 1)),
    nn.Conv2d(2, 2, 3, dilation=2),
    nn.Conv2d(2, 4, 3, groups=2),
    nn.Conv2d(2, 1, 3, padding="same"),
    nn.Conv2d(2, 1, 3, padding="valid", bias=False),
):
    with torch.no_grad():
        for p in conv.parameters():
            p.copy_(torch.arange(float(p.numel())).reshape(p.shape) / 100)
    y = conv(x)
    print(conv, tuple(conv.weight.shape), tuple(y.shape), f"{y.sum().item():.3f}")
for pool in (nn.MaxPool2d(2), nn.MaxPool2d(3, stride=1), nn.MaxPool2d(2, ceil_mode=True), nn.AvgPool2d(2), nn.AvgPool2d(3, stride=2, padding=1), nn.AdaptiveAvgPool2d(2), nn.AdaptiveAvgPool2d((1, 3))):
    print(pool, tuple(pool(x).shape), f"{pool(x).sum().item():.3f}")
seq = torch.arange(8.0).reshape(1, 1, 8)
c1 = nn.Conv1d(1, 1, 3, padding=1)
nn.init.ones_(c1.weight)
nn.init.zeros_(c1.bias)
print(c1(seq).detach(), nn.MaxPool1d(2)(seq) if hasattr(nn, "MaxPool1d") else 0)
w = torch.ones(1, 2, 2, 2, requires_grad=True)
xin = x.clone().requires_grad_()
F.conv2d(xin, w, stride=2).sum().backward()
print(w.grad, xin.grad[0, 0])
xin.grad = None
F.max_pool2d(xin, 2).sum().backward()
print(xin.grad[0, 0])
xin.grad = None
F.avg_pool2d(xin, 2).sum().backward()
print(xin.grad[0, 1])


def size(n, k, s=1, p=0, d=1):
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


for n, k, s, p, d in ((28, 5, 1, 0, 1), (32, 3, 2, 1, 1), (7, 3, 1, 2, 2)):
    print(size(n, k, s, p, d), nn.Conv2d(1, 1, k, s, p, d)(torch.zeros(1, 1, n, n)).shape[-1])
net = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16, 3))
h = x
for layer in net:
    h = layer(h)
    print(f"{layer.__class__.__name__:<10}", "output shape:\t", tuple(h.shape))
