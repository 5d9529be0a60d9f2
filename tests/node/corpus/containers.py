# Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict.
from collections import OrderedDict

import torch
import torch.nn as nn

torch.manual_seed(0)
seq = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
print(seq, len(seq), seq[0], seq[-1], seq[1:])
named = nn.Sequential(OrderedDict([("fc1", nn.Linear(2, 3)), ("act", nn.ReLU())]))
print(named, named.fc1, list(named._modules.keys()))
print([n for n, _ in named.named_parameters()])
seq.append(nn.Sigmoid())
seq.add_module("last", nn.Identity())
print(seq)
seq[1] = nn.Tanh()
del seq[3]
print(seq)
print([type(m).__name__ for m in seq], seq(torch.ones(1, 2)))
seq.insert(0, nn.Flatten())
seq.extend([nn.Dropout(0.2)])
print(seq)

ml = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
ml.append(nn.ReLU())
ml.extend([nn.Linear(2, 1)])
ml.insert(1, nn.Tanh())
ml[0] = nn.Linear(2, 4)
print(ml, len(ml), ml[-1], ml[1:3])
ml += [nn.ReLU()]
print([n for n, _ in ml.named_parameters()], len(ml), ml.pop(0), len(ml))
try:
    ml[20]
except IndexError as e:
    print("IndexError:", e)
try:
    ml(torch.ones(1))
except Exception as e:
    print(type(e).__name__, str(e)[:60])

md = nn.ModuleDict({"conv": nn.Conv2d(1, 2, 3), "pool": nn.MaxPool2d(3)})
md["act"] = nn.ReLU()
md.update({"lin": nn.Linear(2, 2)})
print(md, list(md.keys()), "conv" in md, len(md))
print(md.pop("pool"), [k for k, v in md.items()])
del md["act"]
print([type(v).__name__ for v in md.values()])
md.clear()
print(md, len(md))
md2 = nn.ModuleDict([["lrelu", nn.LeakyReLU()], ["elu", nn.ELU()]])
print(md2)

pl = nn.ParameterList([nn.Parameter(torch.zeros(2, 2)) for _ in range(2)])
pl.append(nn.Parameter(torch.ones(3)))
print(pl, len(pl), pl[2])
print([n for n, _ in pl.named_parameters()])
pd = nn.ParameterDict({"left": nn.Parameter(torch.zeros(2, 3)), "right": nn.Parameter(torch.ones(1))})
print(pd, list(pd.keys()), pd["right"])


class Uses(nn.Module):
    def __init__(self):
        super().__init__()
        self.params = nn.ParameterList([nn.Parameter(torch.full((2, 2), float(i))) for i in range(3)])
        self.choices = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})

    def forward(self, x, which):
        for i, p in enumerate(self.params):
            x = self.params[i // 2].mm(x) + p.mm(x)
        return self.choices[which](x)


u = Uses()
print(u)
print(u(torch.ones(2, 1), "relu"), u(torch.ones(2, 1), "tanh"))
