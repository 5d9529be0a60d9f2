# Inheritance, super(), class attributes, properties and plain methods on modules.
import torch
import torch.nn as nn


class Base(nn.Module):
    scale = 2.0

    def __init__(self, n):
        super().__init__()
        self.n = n
        self.core = self.make_core()

    def make_core(self):
        return nn.Linear(self.n, self.n)

    @property
    def width(self):
        return self.core.out_features

    @staticmethod
    def double(x):
        return x * 2

    @classmethod
    def small(cls):
        return cls(2)

    def forward(self, x):
        return self.core(x) * self.scale


class Child(Base):
    scale = 3.0

    def make_core(self):
        return nn.Sequential(nn.Linear(self.n, 4), nn.ReLU(), nn.Linear(4, self.n))

    @property
    def width(self):
        return 4

    def forward(self, x, *extra, flag=False, **kw):
        y = super().forward(x)
        if flag:
            y = self.double(y)
        for e in extra:
            y = y + e
        return y, sorted(kw)


torch.manual_seed(0)
b, c = Base(2), Child.small()
print(b, c, b.width, c.width, c.n)
x = torch.ones(1, 2)
print(b(x), c(x)[0], c(x, 1.0, torch.ones(2), flag=True, z=1, a=2))
print(isinstance(c, Base), c.scale, Base.double(3), callable(c), c.__class__.__name__)
c.scale = 0.0
print(c(x)[0], Child.scale)
c.anything = [1, 2]
c.note = {"k": torch.zeros(1)}
print(c.anything, hasattr(c, "nothing"), getattr(c, "nothing", 5))
del c.anything
print(hasattr(c, "anything"), "core" in dict(c.named_children()))


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return x, self.calls


k = Counter()
print([k(i)[1] for i in range(3)], k("text"), k([1, {"a": 2}]))


class Returns(nn.Module):
    def forward(self, x):
        return {"out": x * 2, "list": [x, (x + 1, None)], "n": 3}


print(Returns()(torch.ones(1)))


class Stateful(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("count", torch.tensor(0))

    def forward(self, x):
        self.count += 1
        return x + self.count


s = Stateful()
s(x), s(x)
print(s.count, s.state_dict())if False else print(s.count)
try:
    nn.Linear(2, 2)(x, x)
except TypeError:
    print("TypeError")
try:
    nn.Linear(2)
except TypeError as e:
    print(str(e)[-60:])
