# Dtypes of clamps and of in-place results, overloads that PyTorch deprecates, deleting items.
import torch


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


b = torch.tensor([True, False])
i = torch.tensor([1, 2], dtype=torch.int32)
d = torch.tensor([0.5, 1.5], dtype=torch.float64)
attempt(lambda: torch.clamp(b, i[0], i[1]).dtype)
attempt(lambda: torch.clamp(i, d[0], d[1]).dtype)
attempt(lambda: torch.clamp_min(b, i[0]).dtype)
attempt(lambda: torch.clamp_max(i, d[0]).dtype)
attempt(lambda: torch.clamp(i.float(), min=d[0]).dtype)
attempt(lambda: i.clone().true_divide_(2))
attempt(lambda: i.clone().div_(2))
attempt(lambda: i.clone().mul_(2.5))

p = torch.ones(3)
g = torch.full((3,), 2.0)
p.add_(-0.1, g)
print(p)
p.addcmul_(0.5, g, g)
print(p)
p.addcdiv_(-1, g, g + 1)
print(p, torch.add(p, 2, g), torch.sub(p, 2, g), torch.addcmul(p, 2, g, g))


def delete():
    del p[0]


attempt(delete)
x = torch.arange(-8.0, 8.0, 0.1)
print(x[80].item(), (x > 0).sum().item(), torch.arange(0, 1, 0.1)[[3, 7]].tolist())
attempt(lambda: torch.einsum(torch.eye(2), [0, 1], torch.ones(2, 3), [1, 2], [0, 2]))
attempt(lambda: torch.einsum("ii->i", torch.ones(2, 3)))
attempt(lambda: torch.einsum("ij"))

from torch.distributions import Categorical, MixtureSameFamily, Normal
from torch.distributions.multinomial import Multinomial

torch.manual_seed(0)
m = Multinomial(10, torch.tensor([0.2, 0.3, 0.5]))
print(m, m.sample(), m.mean, m.variance, m.log_prob(torch.tensor([2.0, 3.0, 5.0])))
mix = MixtureSameFamily(Categorical(torch.tensor([0.3, 0.7])), Normal(torch.tensor([-1.0, 1.0]), torch.ones(2)))
print(mix, mix.mean, mix.variance, mix.log_prob(torch.tensor(0.0)), mix.sample((2,)))

import numpy as np

np.set_printoptions(precision=4, suppress=True)
w, v = np.linalg.eig(np.array([[2.0, 1.0], [1.0, 3.0]]))
print(w, v, np.linalg.eigvals(np.array([[2.0, 0.0], [1.0, 3.0]])))
print(*np.linalg.eig(np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 10]])))
print(np.cov([[1, 2, 3], [3, 2, 1.5]]), np.corrcoef([1, 2, 3], [1, 2, 4]))
print(np.polyfit([0, 1, 2], [1, 3, 5], 1), np.polyval([2, 1], 3), np.interp([1.5, 0], [1, 2], [10, 20]))
print(np.diff([1, 3, 6], prepend=0))
