# Copies of modules, optimizers and state; parameters shared and not.
import copy

import torch
import torch.nn as nn

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 2)
        self.bn = nn.BatchNorm1d(2)
        self.w = nn.Parameter(torch.ones(2))
        self.config = {"layers": [1, 2]}
        self.register_buffer("mask", torch.ones(2), persistent=False)

    def forward(self, x):
        return self.bn(self.lin(x)) * self.w * self.mask


net = Net()
twin = copy.deepcopy(net)
x = torch.randn(3, 2)
print(torch.equal(net(x), twin(x)), twin.lin.weight is net.lin.weight)
with torch.no_grad():
    twin.lin.weight.zero_()
twin.config["layers"].append(3)
print(net.lin.weight.abs().sum() > 0, net.config, twin.config)
twin.eval()
print(net.training, twin.training, twin.bn.training, list(twin.state_dict()) == list(net.state_dict()))
layers = nn.ModuleList([copy.deepcopy(net.lin) for _ in range(2)])
print(len(list(layers.parameters())), torch.equal(layers[0].weight, layers[1].weight), layers[0].weight is layers[1].weight)
shared = nn.ModuleList([net.lin, net.lin])
print(len(list(shared.parameters())), len(shared))
seq = nn.Sequential(net, nn.ReLU())
dup = copy.deepcopy(seq)
dup[0].w.data.fill_(5)
print(seq[0].w, dup[0].w)
p = nn.Parameter(torch.arange(2.0))
q = copy.deepcopy(p)
q.data[0] = 9
print(p, q, type(q).__name__, q.requires_grad)
best = {k: v.clone() for k, v in net.state_dict().items()}
opt = torch.optim.SGD(net.parameters(), lr=1.0, momentum=0.9)
for _ in range(2):
    opt.zero_grad()
    net(x).sum().backward()
    opt.step()
print(torch.equal(net.w, best["w"]))
net.load_state_dict(best)
print(torch.equal(net.w, best["w"]))
saved = copy.deepcopy(opt.state_dict())
opt.param_groups[0]["lr"] = 0.5
print(saved["param_groups"][0]["lr"], sorted(saved["state"]))
target = copy.deepcopy(net)
for tp, np_ in zip(target.parameters(), net.parameters()):
    tp.data.mul_(0.5).add_(np_.data, alpha=0.5)
print(all(torch.allclose(a, b) for a, b in zip(target.parameters(), net.parameters())))
for p in target.parameters():
    p.requires_grad = False
print(any(p.requires_grad for p in copy.deepcopy(target).parameters()))
lists = copy.deepcopy([torch.ones(1), {"t": torch.zeros(1)}])
print(lists, copy.copy(torch.ones(1)))
