# Saves what read.py loads. Both run under real PyTorch and on our runtimes, in all pairs.
from collections import OrderedDict

import torch
import torch.nn as nn

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(3, 4, bias=False), nn.ReLU(), nn.Conv1d(1, 2, 3, padding=1))
        self.bn = nn.BatchNorm1d(2)
        self.w = nn.Parameter(torch.ones(2))
        self.register_buffer("scratch", torch.zeros(1), persistent=False)
        self.note = "text"
        self.drop = nn.Dropout(0.3)
        self.params = nn.ParameterList([nn.Parameter(torch.zeros(2))])
        self.table = nn.ModuleDict({"one": nn.Linear(1, 1), "embedding": nn.Embedding(3, 2)})

    def forward(self, x):
        x = self.fc[0](x).relu()[:, None]
        return self.bn(self.fc[2](x)) * self.w[:, None]


net = Net()
x = torch.randn(5, 3)
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
net(x)
# Normalised over the batch, a bias has no gradient but noise, which Adam would blow up.
net.eval()
for _ in range(2):
    optimizer.zero_grad()
    net(x).pow(2).sum().backward()
    optimizer.step()
base = torch.arange(12.0)
torch.save(
    {
        "base": base,
        "view": base.view(3, 4)[1:, ::2],
        "transposed": base.view(3, 4).t(),
        "again": base,
        "kinds": [
            torch.arange(3),
            torch.tensor([1, -2], dtype=torch.int32),
            torch.tensor([True, False]),
            torch.tensor([1, 255], dtype=torch.uint8),
            torch.tensor([1, -128], dtype=torch.int8),
            torch.tensor([1, -300], dtype=torch.int16),
            torch.tensor([0.1, -2.0], dtype=torch.float16),
            torch.tensor([0.1, -2.0], dtype=torch.bfloat16),
            torch.tensor([1.5, float("nan"), -float("inf")], dtype=torch.float64),
        ],
        "parameter": net.w,
        "frozen": nn.Parameter(torch.ones(1), requires_grad=False),
        "plain": [1, 2.5, "s", None, True, (1,), (), (1, 2, 3, 4), 2**40, -5, -(2**70), 300, 70000],
        "text": "s\u00e9",
        "sets": ({1}, frozenset([2])),
        "bytes": b"\x00\xffab",
        "size": torch.Size([1, 2]),
        "dtype": torch.float32,
        "device": torch.device("cpu"),
        "empty": torch.empty(0, 3),
        "scalar": torch.tensor(3.0),
        "leaf": torch.ones(1, requires_grad=True),
        "ordered": OrderedDict([("b", 1), ("a", torch.ones(2))]),
        "large": torch.arange(1000).reshape(10, 100),
    },
    "plain.pt",
)
torch.save(net, "model.pt")
torch.save(
    {"epoch": 3, "model": net.state_dict(), "optimizer": optimizer.state_dict(), "loss": 0.5}, "checkpoint.tar"
)
with open("stream.pt", "wb") as f:
    torch.save([torch.ones(2), {"k": torch.zeros(1)}], f)
