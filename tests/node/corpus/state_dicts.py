# state_dict, load_state_dict strict and not, partial loading, hooks, buffers.
import torch
import torch.nn as nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
sd = net.state_dict()
for k, v in sd.items():
    print(k, tuple(v.shape), v.dtype)
other = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
print(other.load_state_dict(sd))
x = torch.ones(2, 2)
net.eval(), other.eval()
print(torch.equal(net(x), other(x)))
sd["0.weight"][0, 0] = 42
print(net[0].weight[0, 0])


def attempt(f):
    try:
        print(f())
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)


attempt(lambda: nn.Linear(2, 3).load_state_dict(sd))
attempt(lambda: nn.Linear(2, 3).load_state_dict({"weight": torch.zeros(3, 2)}))
attempt(lambda: nn.Linear(2, 3).load_state_dict({"weight": torch.zeros(3, 2), "bias": torch.zeros(4)}))
attempt(lambda: nn.Linear(2, 3).load_state_dict({"weight": torch.zeros(3, 2), "extra": torch.zeros(4)}, strict=False))
attempt(lambda: nn.Linear(2, 3).load_state_dict({}, strict=True))
attempt(lambda: nn.Linear(2, 3).load_state_dict([1, 2]) and None) if False else None
pre = {k: v for k, v in sd.items() if not k.startswith("2.")}
result = net.load_state_dict(pre, strict=False)
print(result.missing_keys, result.unexpected_keys)


class Buffers(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("kept", torch.ones(2))
        self.register_buffer("dropped", torch.ones(2), persistent=False)
        self.register_buffer("none", None)
        self.p = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return x


m = Buffers()
print(list(m.state_dict()), [n for n, _ in m.named_buffers()])
m.kept = torch.tensor([5.0, 6.0])
print(m.state_dict()["kept"], list(m.buffers()))
handle = m._register_state_dict_hook(lambda module, state, prefix, meta: state.update({prefix + "more": torch.ones(1)}))
print(list(m.state_dict()))
handle.remove()
m._register_load_state_dict_pre_hook(lambda state, prefix, meta, strict, missing, unexpected, errors: state.pop(prefix + "more", None))
print(m.load_state_dict({"kept": torch.zeros(2), "p": torch.ones(1), "more": torch.ones(1)}), m.kept, m.p)
m.register_load_state_dict_post_hook(lambda module, keys: keys.missing_keys.clear())
print(m.load_state_dict({"kept": torch.zeros(2)}))
wrapped = nn.Sequential(m)
print(list(wrapped.state_dict(prefix="pre.")))
print(wrapped.state_dict(keep_vars=True)["0.p"].requires_grad, wrapped.state_dict()["0.p"].requires_grad)


class Extra(nn.Module):
    def __init__(self):
        super().__init__()
        self.count = 3

    def forward(self, x):
        return x

    def get_extra_state(self):
        return {"count": self.count}

    def set_extra_state(self, state):
        self.count = state["count"]


e = Extra()
s = e.state_dict()
print(dict(s))
e.count = 0
e.load_state_dict(s)
print(e.count)
renamed = {k.replace("0.", "fc."): v for k, v in sd.items()}
print(list(renamed)[:2])
frozen = nn.Linear(2, 2)
for p in frozen.parameters():
    p.requires_grad_(False)
frozen.load_state_dict(nn.Linear(2, 2).state_dict())
print(frozen.weight.requires_grad)
