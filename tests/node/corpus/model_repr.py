# How layers and models print.
import torch
import torch.nn as nn

for layer in (
    nn.Linear(3, 4), nn.Linear(3, 4, bias=False), nn.Bilinear(2, 3, 4) if False else nn.Identity(), nn.Conv1d(1, 2, 3), nn.Conv2d(3, 6, 5, stride=2, padding=1),
    nn.Conv2d(4, 4, (3, 5), groups=2, dilation=2, bias=False), nn.Conv2d(1, 1, 3, padding="same"), nn.MaxPool2d(2), nn.MaxPool2d(3, stride=1, padding=1),
    nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1), nn.AdaptiveAvgPool2d((2, 3)), nn.BatchNorm1d(4), nn.BatchNorm2d(4, affine=False), nn.LayerNorm(5), nn.LayerNorm((2, 3)), nn.GroupNorm(2, 4),
    nn.Dropout(), nn.Dropout(0.1, inplace=True), nn.ReLU(), nn.ReLU(inplace=True), nn.LeakyReLU(0.2), nn.ELU(), nn.GELU(), nn.SiLU(), nn.Sigmoid(), nn.Tanh(), nn.Softmax(dim=1), nn.LogSoftmax(dim=-1), nn.Softplus(),
    nn.Flatten(), nn.Flatten(0, -1), nn.Unflatten(1, (2, 3)), nn.Embedding(10, 3), nn.Embedding(10, 3, padding_idx=0),
    nn.MSELoss(), nn.CrossEntropyLoss(), nn.L1Loss(), nn.NLLLoss(), nn.BCELoss(), nn.BCEWithLogitsLoss(), nn.Hardtanh(), nn.ReLU6(),
):
    print(layer)


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.conv(x))


class Outer(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.n = n
        self.first = Inner()
        self.many = nn.ModuleList([Inner() for _ in range(2)])
        self.named = nn.ModuleDict({"x": nn.Linear(1, 1)})
        self.empty = nn.Sequential()
        self.nothing = None
        self.w = nn.Parameter(torch.zeros(1))

    def extra_repr(self):
        return f"n={self.n}\nsecond line"

    def forward(self, x):
        return x


class Bare(nn.Module):
    def forward(self, x):
        return x


class OneLine(nn.Module):
    def extra_repr(self):
        return "just=this"

    def forward(self, x):
        return x


print(Outer(3))
print(Bare(), OneLine(), nn.Sequential(OneLine(), Bare()))
print(repr(nn.Linear(1, 1)) == str(nn.Linear(1, 1)), f"{nn.ReLU()}", nn.Linear(1, 1)._get_name())
print(nn.Parameter(torch.ones(2)), [nn.Parameter(torch.zeros(1))])
