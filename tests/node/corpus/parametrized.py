# torch.nn.utils.parametrize and parametrizations.
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize


def attempt(what):
    try:
        print(what())
    except (RuntimeError, ValueError) as e:
        print(type(e).__name__ + ":", e)


torch.manual_seed(3)


class Positive(nn.Module):
    def forward(self, x):
        return x.exp()

    def right_inverse(self, y):
        return y.log()


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).mT


class Halves(nn.Module):
    """A tensor in two parts."""

    def forward(self, a, b):
        return a + b

    def right_inverse(self, x):
        return x / 4, x * 3 / 4


layer = nn.Linear(3, 3)
plain = layer.weight.detach().clone()
parametrize.register_parametrization(layer, "weight", Symmetric())
print(layer)
print(layer.weight, torch.equal(layer.weight, layer.weight.T))
print([n for n, _ in layer.named_parameters()], list(layer.state_dict()))
print(torch.equal(layer.parametrizations.weight.original, plain))
out = layer(torch.ones(2, 3))
out.sum().backward()
print(torch.allclose(out, torch.ones(2, 3) @ layer.weight.T + layer.bias))
print(layer.parametrizations.weight.original.grad)
attempt(lambda: setattr(layer, "weight", torch.eye(3)))

parametrize.register_parametrization(layer, "bias", Positive())
layer.bias = torch.tensor([1.0, 2.0, 4.0])
print(layer.bias, layer.parametrizations.bias.original)
print(parametrize.is_parametrized(layer), parametrize.is_parametrized(layer, "weight"))
parametrize.remove_parametrizations(layer, "bias")
parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
print(layer, torch.equal(layer.weight, plain), layer.bias)
attempt(lambda: parametrize.remove_parametrizations(layer, "weight"))
attempt(lambda: parametrize.register_parametrization(layer, "scale", Positive()))

conv = nn.Conv1d(1, 2, 2)
parametrize.register_parametrization(conv, "weight", Halves())
print([n for n, _ in conv.named_parameters()])
print(conv, conv(torch.ones(1, 1, 3)).shape)

model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
for m in model:
    if isinstance(m, nn.Linear):
        parametrize.register_parametrization(m, "weight", Positive(), unsafe=True)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(5):
    optimizer.zero_grad()
    loss = (model(torch.tensor([[1.0, -1.0], [2.0, 0.5]])) - 1).pow(2).mean()
    loss.backward()
    optimizer.step()
print(round(loss.item(), 4), bool((model[0].weight > 0).all()))
with parametrize.cached():
    print(model[0].weight is model[0].weight)

square = parametrizations.orthogonal(nn.Linear(3, 3))
print(square)
print((square.weight @ square.weight.T).round(decimals=4).abs())
tall = parametrizations.orthogonal(nn.Linear(2, 4))
print(tall.weight.shape, torch.allclose(tall.weight.T @ tall.weight, torch.eye(2), atol=1e-5))
for name in ("matrix_exp", "cayley", "householder"):
    q = parametrizations.orthogonal(nn.Linear(3, 3), orthogonal_map=name).weight
    print(name, torch.allclose(q.T @ q, torch.eye(3), atol=1e-5))
attempt(lambda: parametrizations.orthogonal(nn.Linear(2, 2), "bias"))
attempt(lambda: parametrizations.orthogonal(nn.Linear(2, 2), orthogonal_map="qr"))

bounded = parametrizations.spectral_norm(nn.Linear(4, 3))
print(bounded, sorted(bounded.state_dict()))
print(bounded.weight)
bounded.eval()
print(bounded(torch.ones(1, 4)))
