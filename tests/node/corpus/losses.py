# Loss functions, as modules and functions, with their reductions.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
a = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]], requires_grad=True)
b = torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.5, 0.0]])
for name in ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BCEWithLogitsLoss"):
    for reduction in ("mean", "sum", "none"):
        print(name, reduction, getattr(nn, name)(reduction=reduction)(a, b))
p = torch.sigmoid(a.detach())
print(nn.BCELoss()(p, b), F.binary_cross_entropy(p, b, reduction="sum"))
target = torch.tensor([2, 0])
print(nn.CrossEntropyLoss()(a, target), nn.CrossEntropyLoss(reduction="none")(a, target))
print(nn.CrossEntropyLoss(label_smoothing=0.1)(a, target), nn.CrossEntropyLoss(ignore_index=0)(a, target), F.cross_entropy(a, F.softmax(b, 1)).item() > 0)
print(nn.NLLLoss()(F.log_softmax(a, 1), target).detach(), nn.KLDivLoss(reduction="batchmean")(F.log_softmax(a, 1), F.softmax(b, 1)))
x1, x2 = torch.tensor([[1.0, 2.0], [0.5, 1.0]]), torch.tensor([[1.0, 0.0], [2.0, 2.0]])
loss = nn.CrossEntropyLoss()(a, target)
loss.backward()
print(loss, a.grad)
print(nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0]))(a, b), nn.MSELoss(), nn.CrossEntropyLoss())
for f in (
    lambda: nn.CrossEntropyLoss()(a, torch.tensor([5, 0])),
    lambda: nn.CrossEntropyLoss()(a, torch.tensor([1, 0, 2])),
    lambda: nn.BCELoss()(a, b),
    lambda: nn.BCELoss()(p, b[:1]),
    lambda: nn.BCEWithLogitsLoss()(a, b[:1]),
    lambda: nn.MSELoss(reduction="max")(a, b),
    lambda: F.nll_loss(a, target.float()),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
