# What nn.Module offers: iteration, registration, modes, errors.
import torch
import torch.nn as nn

torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.lin = nn.Linear(n, n)
        self.scale = nn.Parameter(torch.ones(n))
        self.register_buffer("mean", torch.zeros(n))
        self.register_buffer("scratch", torch.zeros(1), persistent=False)
        self.note = "text"

    def forward(self, x):
        return self.lin(x) * self.scale + self.mean


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(2), Block(2)])
        self.head = nn.Linear(2, 1)
        self.heads = nn.ModuleDict({"a": nn.ReLU(), "b": nn.Tanh()})

    def forward(self, x):
        for b in self.blocks:
            x = b(x)
        return self.head(x)


m = Model()
print(m)
for name, p in m.named_parameters():
    print(name, tuple(p.shape), p.requires_grad)
print([n for n, _ in m.named_buffers()])
print([n for n, _ in m.named_modules()])
print([n for n, _ in m.named_children()])
print([type(c).__name__ for c in m.modules()])
print(list(m.state_dict()))
print(sum(p.numel() for p in m.parameters() if p.requires_grad))
print(m.get_submodule("blocks.0.lin"), m.get_parameter("head.bias").shape, m.get_buffer("blocks.1.mean"))
print(m.training, m.eval().training, m.blocks[0].lin.training, m.train().blocks[1].training)

for p in m.blocks.parameters():
    p.requires_grad = False
print([n for n, p in m.named_parameters() if p.requires_grad])
m.requires_grad_(True)
m(torch.ones(3, 2)).sum().backward()
print(m.head.weight.grad is None)
m.zero_grad(set_to_none=True)
print(m.head.weight.grad)


def init(mod):
    if isinstance(mod, nn.Linear):
        nn.init.constant_(mod.weight, 0.5)
        mod.bias.data.fill_(0.01)


m.apply(init)
print(m.head.weight, m.head.bias)
print(m(torch.ones(1, 2)))
m.double()
print(m.head.weight.dtype, m.blocks[0].mean.dtype)
m.float()
del m.heads
print([n for n, _ in m.named_children()])
m.extra = nn.Parameter(torch.zeros(1))
m.add_module("tail", nn.Identity())
m.register_parameter("none", None)
print([n for n, _ in m.named_parameters()][:3], m.none, m.tail)


def attempt(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__ + ":", e.args[0])


attempt(lambda: m.missing)
attempt(lambda: setattr(m, "head", 3))
attempt(lambda: setattr(m, "extra", torch.ones(1)))
attempt(lambda: m.register_buffer("head", torch.ones(1)))
attempt(lambda: m.register_buffer("a.b", torch.ones(1)))
attempt(lambda: m.register_parameter("q", torch.ones(1)))
attempt(lambda: m.add_module("q", 3))
attempt(lambda: m.get_submodule("blocks.7"))
attempt(lambda: m.get_parameter("head.nothing"))
attempt(lambda: nn.Module()(1))


class Early(nn.Module):
    def __init__(self):
        self.lin = nn.Linear(1, 1)


attempt(Early)


class EarlyParameter(nn.Module):
    def __init__(self):
        self.w = nn.Parameter(torch.ones(1))


attempt(EarlyParameter)
