# Layers that snippets write themselves.
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        if bias:
            self.bias = nn.Parameter(torch.empty(out_features))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self):
        return "in_features={}, out_features={}, bias={}".format(self.in_features, self.out_features, self.bias is not None)


class CenteredLayer(nn.Module):
    def forward(self, x):
        return x - x.mean()


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-6):
        super().__init__()
        self.a_2 = nn.Parameter(torch.ones(features))
        self.b_2 = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        std = x.std(-1, keepdim=True)
        return self.a_2 * (x - mean) / (std + self.eps) + self.b_2


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.body(x)


class Swish(nn.Module):
    def __init__(self, beta=1.0, learnable=True):
        super().__init__()
        self.beta = nn.Parameter(torch.tensor(beta)) if learnable else beta

    def forward(self, x):
        return x * torch.sigmoid(self.beta * x)


class NoisyLinear(nn.Linear):
    def __init__(self, n_in, n_out, sigma=0.1):
        super().__init__(n_in, n_out)
        self.sigma = nn.Parameter(torch.full((n_out, n_in), sigma))

    def forward(self, x):
        return super().forward(x) + F.linear(x, self.sigma)


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, max_len=10):
        super().__init__()
        pe = torch.zeros(max_len, d_model)
        position = torch.arange(0, max_len, dtype=torch.float).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2).float() * (-math.log(10000.0) / d_model))
        pe[:, 0::2] = torch.sin(position * div_term)
        pe[:, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe.unsqueeze(0))

    def forward(self, x):
        return x + self.pe[:, : x.size(1)]


x = torch.arange(6.0).reshape(2, 3)
lin = MyLinear(3, 2)
print(lin, lin(x))
print(MyLinear(3, 2, bias=False), CenteredLayer()(x))
print(LayerNorm(3)(x))
res = Residual(nn.Linear(3, 3), Swish())
print(res)
print(res(x))
print(NoisyLinear(3, 2), NoisyLinear(3, 2)(x).shape, [n for n, _ in NoisyLinear(3, 2).named_parameters()])
print(PositionalEncoding(4)(torch.zeros(1, 3, 4)))
net = nn.Sequential(MyLinear(3, 4), CenteredLayer(), Swish(), MyLinear(4, 1))
print(net)
net(x).sum().backward()
print([(n, p.grad.shape) for n, p in net.named_parameters()])


class Dynamic(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(()))
        self.b = nn.Parameter(torch.randn(()))

    def forward(self, x):
        y = self.a + self.b * x
        for exp in range(4, 6):
            y = y + self.a * x**exp
        return y

    def string(self):
        return f"y = {self.a.item():.3f} + {self.b.item():.3f} x"


d = Dynamic()
print(d, d.string(), d(torch.tensor(1.0)))
shared = nn.Linear(2, 2)
tied = nn.Sequential(shared, nn.ReLU(), shared)
print(len(list(tied.parameters())), len(list(tied.modules())), list(tied.state_dict()))
