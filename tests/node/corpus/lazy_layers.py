# Lazy layers: they learn the number of their input features from the first input.
import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(
    nn.LazyConv2d(4, kernel_size=3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2)
)
print(net)
print(net[0].weight, net[0].has_uninitialized_params())
for broken in (lambda: net[0].weight.shape, lambda: sum(p.numel() for p in net.parameters())):
    try:
        broken()
    except (RuntimeError, ValueError) as e:
        print(type(e).__name__ + ":", e)
print(net(torch.randn(5, 3, 6, 6)).shape)
print(net)
print(net[0].in_channels, net[4].in_features, net[1].num_features)
print({name: tuple(p.shape) for name, p in net.named_parameters()})
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
x, y = torch.randn(8, 3, 6, 6), torch.randint(0, 2, (8,))
for _ in range(10):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
print(loss.item() < 0.6)
other = nn.Sequential(
    nn.LazyConv2d(4, kernel_size=3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2)
)
other(x)
print(other.load_state_dict(net.state_dict()))
net.eval()
other.eval()
print(torch.equal(net(x), other(x)))
