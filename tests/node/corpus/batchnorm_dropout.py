# Layers that differ between training and evaluation.
import torch
import torch.nn as nn

torch.manual_seed(0)
bn = nn.BatchNorm1d(2)
x = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
print(bn(x), bn.running_mean, bn.running_var, bn.num_batches_tracked)
print(bn(x), bn.running_mean, bn.num_batches_tracked)
bn.eval()
print(bn(x), bn.running_mean)
print(nn.BatchNorm1d(2, track_running_stats=False)(x), nn.BatchNorm1d(2, momentum=None).momentum)
drop = nn.Dropout(0.5)
print(drop(torch.ones(6)), drop.eval()(torch.ones(3)), drop.p)
net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Dropout(0.3))
print([m.training for m in net.modules()])
net[1].eval()
print([m.training for m in net.modules()])
net.train(False)
print([m.training for m in net.modules()])
bn2 = nn.BatchNorm2d(1)
img = torch.arange(8.0).reshape(2, 1, 2, 2)
y = bn2(img)
print(y.mean().abs() < 1e-6, y.std(unbiased=False).detach(), bn2.running_var)
print(nn.LayerNorm(2)(x), nn.GroupNorm(1, 2)(x), nn.InstanceNorm1d(2)(torch.arange(8.0).reshape(1, 2, 4)) if False else 0)
d2 = nn.Dropout2d(0.5)(torch.ones(1, 4, 1, 1)) if False else None
for f in (lambda: nn.BatchNorm1d(2)(torch.ones(1, 2)), lambda: nn.BatchNorm1d(3)(x), lambda: nn.BatchNorm2d(2)(x), lambda: nn.Dropout(1.5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
w = bn.weight
loss = nn.BatchNorm1d(2)(x.requires_grad_()).pow(2).sum()
loss.backward()
print(x.grad.abs().max() < 1e-3)
