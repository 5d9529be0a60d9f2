# Odds and ends that blog posts use: isinstance, device, times, seeds, types.
import random
import time

import torch
from torch import Tensor, nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print(device, torch.cuda.is_available(), device.type, device == torch.device("cpu"), str(device))
x = torch.ones(2, 2).to(device)
model = nn.Linear(2, 1).to(device)
print(x.device, next(model.parameters()).device, next(model.parameters()).is_cuda, x.to("cpu").device, x.cpu() is x)
print(isinstance(x, Tensor), isinstance(x, torch.Tensor), torch.is_tensor([1]), isinstance(model, nn.Module))
print(x.to(torch.float64).dtype, x.to(device, torch.int32).dtype, x.to(x.long()).dtype, x.type(torch.float64).dtype)


def set_seed(seed: int = 42) -> None:
    random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


set_seed(1)
a = torch.rand(1)
set_seed(1)
print(torch.equal(a, torch.rand(1)), torch.__version__[:4])
start = time.time()
for _ in range(3):
    x = x @ x
print(time.time() - start < 60, x)
print(torch.get_num_threads() >= 1, torch.get_default_dtype(), torch.finfo(torch.float32).max)


def count_parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


print(count_parameters(nn.Sequential(nn.Linear(10, 5), nn.Linear(5, 2))))
t = torch.arange(6).view(2, 3)
rows, cols = t.shape
print(rows, cols, t.shape == (2, 3), t.shape[-1], *t.shape, list(t.shape), tuple(t.size()), t.shape.numel(), len(t.shape))
print(torch.Size([2, 3]) + torch.Size([1]), torch.Size([2, 3])[1:], hash(torch.Size([1])) == hash(torch.Size([1])))
flat = [v for row in t.tolist() for v in row]
print(flat, {int(k): v.item() for k, v in enumerate(t[0])}, [tuple(r.tolist()) for r in t])
print(torch.tensor([1.0]).item().is_integer() if False else torch.tensor([1.0]).item() == 1)
lookup = {torch.float32: "single", torch.float64: "double"}
print(lookup[x.dtype], x.dtype in lookup, torch.float in (torch.float32,))
xs = torch.split(torch.arange(4), 2)
print([s.sum().item() for s in xs], all(isinstance(s, Tensor) for s in xs))
assert torch.allclose(torch.tensor([0.1 + 0.2]), torch.tensor([0.3])), "close"
try:
    assert (torch.ones(2) == torch.zeros(2)).all(), "not equal"
except AssertionError as e:
    print("AssertionError:", e)
torch.testing.assert_close(torch.ones(2), torch.ones(2))
print(torch.typename(x), x.type(), torch.tensor(True).type(), f"{x.shape}", f"{x.mean():.3f}", "{:>8.2f}".format(x.sum().item()))
