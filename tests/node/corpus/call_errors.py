# What operators say to arguments of the wrong number, type, dtype or shape.
import torch
from torch import nn


def attempt(what):
    try:
        print(what())
    except Exception as e:
        print(type(e).__name__ + ":", e)


x = torch.ones(2, 3)
attempt(lambda: torch.matmul(x, 3))
attempt(lambda: torch.matmul(x))
attempt(lambda: torch.exp())
attempt(lambda: torch.exp([1.0]))
attempt(lambda: torch.exp("1"))
attempt(lambda: torch.allclose(x, 1))
attempt(lambda: torch.cat([1, 2]))
attempt(lambda: torch.stack([x, 1]))
attempt(lambda: torch.zeros("a"))
attempt(lambda: torch.ones(2.5))
attempt(lambda: torch.zeros_like([1]))
attempt(lambda: torch.mm(x, "a"))
attempt(lambda: torch.bmm(x))
attempt(lambda: x.unsqueeze())
attempt(lambda: x.chunk())
attempt(lambda: x.exp(1))
attempt(lambda: x.view("a") if False else x.reshape("a"))
attempt(lambda: x.expand("a"))
attempt(lambda: x.masked_fill(x > 0, "a"))
attempt(lambda: x.eq("a"))
attempt(lambda: x.clone().fill_("a"))
attempt(lambda: torch.linspace(0, 1))
attempt(lambda: torch.linspace(0))
attempt(lambda: torch.tensor())
attempt(lambda: torch.no_such_name)
attempt(lambda: x.no_such_name)
attempt(lambda: bool(torch.ones(0)))
attempt(lambda: bool(x))
attempt(lambda: ~x)
attempt(lambda: "a" + x)
attempt(lambda: torch.randperm(-1))
attempt(lambda: torch.bernoulli(torch.tensor([2.0])))
attempt(lambda: torch.normal(0.0, -1.0, (2,)))
attempt(lambda: torch.arange(3, requires_grad=True))
attempt(lambda: torch.arange(3).requires_grad_())

# dtypes that don't go together
d = x.double()
attempt(lambda: nn.Linear(3, 2)(d))
attempt(lambda: nn.Linear(3, 2, bias=False)(d))
attempt(lambda: nn.Linear(3, 2).double()(x))
attempt(lambda: nn.Linear(3, 2)(x.long()))
attempt(lambda: nn.Linear(3, 2)(x.half()))
attempt(lambda: x @ d.T)
attempt(lambda: torch.addmm(x, torch.ones(2, 2), d))
attempt(lambda: nn.Conv1d(2, 1, 1)(d))
attempt(lambda: nn.Conv1d(2, 1, 1, bias=False)(d))
attempt(lambda: nn.Conv1d(2, 1, 1)(x.long()))
attempt(lambda: nn.Conv2d(2, 1, 1)(x[None, :, :, None].double()))
attempt(lambda: nn.Conv2d(2, 1, 1)(x[None, :, :, None].half()))
attempt(lambda: nn.Conv2d(2, 1, 1, bias=False)(x[None, :, :, None].long()))

attempt(lambda: nn.MultiheadAttention(5, 2))
attempt(lambda: torch.optim.SGD(nn.Linear(1, 1), lr=0.1))
attempt(lambda: torch.optim.SGD([nn.Parameter(x)], lr=0.1).add_param_group(5))
