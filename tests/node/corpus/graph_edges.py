# next_functions: which arguments of an operator have an edge, if only to nowhere.
import torch
from torch import nn
from torch.nn import functional as F

x = torch.ones(2, requires_grad=True)


def edges(y):
    parts = [(None if f is None else f.name().split("::")[-1], n) for f, n in y.grad_fn.next_functions]
    print(y.grad_fn.name(), parts)


for y in (
    x * 2, x + 1, x + torch.ones(2), torch.ones(2) * x, 2 - x, x / 2, x**2, x ** torch.ones(2), 2**x,
    x @ torch.ones(2), torch.cat([x, torch.ones(1)]), torch.where(x > 0, x, torch.zeros(2)),
    x.masked_fill(x > 0, 1.0), torch.clamp(x, 0), x.sum(), x.expand(2, 2), x[0], torch.stack([x, x]),
    x.maximum(torch.zeros(2)), torch.lerp(x, torch.zeros(2), 0.5), x % 2, x.fmod(torch.ones(2)),
    torch.addcmul(x, torch.ones(2), torch.ones(2)), x.index_add(0, torch.tensor([0]), torch.ones(1)),
    x.gather(0, torch.tensor([0])), F.mse_loss(x, torch.ones(2)), F.layer_norm(x, (2,)),
    F.cross_entropy(x.view(1, 2), torch.tensor([0])), F.binary_cross_entropy_with_logits(x, torch.ones(2)),
    nn.Linear(2, 2)(x), nn.Linear(2, 2)(x.view(1, 2)), nn.Linear(2, 2, bias=False)(torch.ones(1, 2)),
    nn.Conv2d(1, 1, 1)(torch.ones(1, 1, 2, 2)), nn.LayerNorm(2)(x), nn.BatchNorm1d(2)(torch.rand(3, 2)),
    nn.Embedding(3, 2)(torch.tensor([0])),
):  # fmt: skip
    edges(y)

board = torch.zeros(2)
board[0] = x[0]
edges(board)
board.fill_(x[1])
edges(board)

y = x * 3
y.grad_fn.register_hook(lambda grad_inputs, grad_outputs: print(grad_inputs, grad_outputs))
y.grad_fn.register_hook(lambda grad_inputs, grad_outputs: (grad_inputs[0] * 10, None))
y.sum().backward()
print(x.grad)
try:
    torch.mul(x, 2, out=torch.empty(2))
except RuntimeError as e:
    print(e)


class Counted(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2, x.numel(), "done"

    @staticmethod
    def backward(ctx, grad, *others):
        print(grad, others)
        return grad * 2


value, count, text = Counted.apply(x)
print(value, count, text)
value.sum().backward()
