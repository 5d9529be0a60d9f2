# no_grad, enable_grad, inference_mode, set_grad_enabled: contexts and decorators.
import torch

x = torch.tensor([1.0], requires_grad=True)
with torch.no_grad():
    y = x * 2
    print(y.requires_grad, torch.is_grad_enabled())
    with torch.enable_grad():
        print((x * 2).requires_grad)
print(torch.is_grad_enabled())


@torch.no_grad()
def doubler(x):
    return x * 2


@torch.no_grad()
def tripler(x):
    """Docs."""
    return x * 3


print(doubler(x).requires_grad, tripler(x).requires_grad)


@torch.enable_grad()
def with_grad(x):
    return x * 2


with torch.no_grad():
    print(with_grad(x).requires_grad)

for flag in (True, False):
    with torch.set_grad_enabled(flag):
        print(flag, (x * 2).requires_grad)
torch.set_grad_enabled(False)
print((x * 2).requires_grad)
torch.set_grad_enabled(True)
print((x * 2).requires_grad)

with torch.inference_mode():
    y = x * 2
    print(y, y.requires_grad, torch.is_grad_enabled(), torch.is_inference_mode_enabled())


@torch.inference_mode()
def predict(x):
    return x + 1


print(predict(x).requires_grad)

try:
    x += 1
except RuntimeError as e:
    print(e)
with torch.no_grad():
    x += 1
print(x)
x.data.mul_(3)
print(x)
d = x.detach()
d[0] = 10
print(x, d.requires_grad)

try:
    with torch.no_grad():
        raise ValueError("inside")
except ValueError:
    print(torch.is_grad_enabled())


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.lin(x)

    @torch.no_grad()
    def predict(self, x):
        return self(x)


m = Model()
print(m.predict(torch.ones(1)).requires_grad, m(torch.ones(1)).requires_grad)
