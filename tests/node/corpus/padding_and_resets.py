# Padding of every kind with its gradients and nodes, resized images, and layers that start again.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
x = torch.randn(1, 1, 4, 4, requires_grad=True)

for mode, pads in (("constant", (1, -1, 0, 2)), ("reflect", (1, 2, 0, 1)), ("replicate", (2, 1, 1, 0))):
    y = F.pad(x, pads, mode=mode)
    x.grad = None
    (y * torch.arange(y.numel()).view(y.shape)).sum().backward()
    print(mode, y, x.grad)
print(F.pad(x[0, 0], (1, 1), mode="reflect").grad_fn.name(), F.pad(x, (1, 1), value=2.5).grad_fn.name())
print(nn.ZeroPad2d(1)(x).grad_fn.name(), nn.ReplicationPad2d(1)(x).grad_fn.name(), F.pad(x, (0, 0)).grad_fn.name())
print(F.pad(torch.tensor([True]), (1, 1)), F.pad(torch.tensor([1, 2]), (1, 0), value=7), torch.constant_pad_nd(torch.ones(2), (1, 2), 5))
for options in ({"size": 8}, {"scale_factor": 2, "mode": "bilinear"}, {"scale_factor": 2, "mode": "area"}):
    print(options, F.interpolate(x, **options).grad_fn.name())
(gradient,) = torch.autograd.grad(F.pad(x, (1, 1, 1, 1)).pow(3).sum(), x, create_graph=True)
print(torch.autograd.grad(gradient.sum(), x)[0].allclose(6 * x))

norm = nn.BatchNorm1d(2)
norm(torch.randn(4, 2))
norm.weight.data.fill_(3.0)
print(norm.running_mean, norm.num_batches_tracked)
norm.reset_running_stats()
print(norm.running_mean, norm.running_var, norm.num_batches_tracked, norm.weight)
norm.reset_parameters()
print(norm.weight)
attention = nn.MultiheadAttention(4, 2)
attention._reset_parameters()
print(attention.in_proj_weight[0], attention.out_proj.bias)


def reset(m):
    if isinstance(m, (nn.Linear, nn.Conv2d)):
        m.reset_parameters()


net = nn.Sequential(nn.Conv2d(1, 1, 2, padding_mode="reflect", padding=1), nn.Flatten(), nn.Linear(25, 2))
net.apply(reset)
out = net(x)
out.sum().backward()
print(out, net[0].weight.grad, net)
