# Sums, means, extremes, order statistics, along dimensions.
import torch

x = torch.tensor([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]])
print(x.sum(), x.sum(0), x.sum(dim=1), x.sum(1, keepdim=True), x.sum((0, 1)), torch.sum(x, -1))
print(x.mean(), x.mean(0), x.mean(dim=(0, 1), keepdim=True), x.prod(), x.prod(1))
print(x.max(), x.min(), x.max(dim=0), x.min(1), x.max(1).values, x.max(1)[1], torch.max(x, torch.tensor(3.5)) if False else x.amax(0), x.amin(1))
print(x.argmax(), x.argmin(), x.argmax(dim=1), x.argmin(0), x.argmax(1, keepdim=True))
print(x.std(), x.var(), x.std(0), x.var(1), x.std(unbiased=False), torch.var(x, dim=1, unbiased=False), x.std(dim=1, keepdim=True))
print(x.median(), x.norm(), x.norm(dim=1), x.norm(p=1), torch.norm(x, 2, 0))
print(x.cumsum(0), x.cumsum(dim=1), x.cumprod(1), torch.logsumexp(x, 1), torch.softmax(x, 1))
print((x > 2).all(), (x > 5).any(), (x > 2).sum(), (x > 2).any(dim=0), (x > 2).all(1), torch.count_nonzero(x > 2))
values, indices = x.sort(dim=1)
print(values, indices, x.sort(descending=True)[0], x.argsort(1), torch.sort(x.flatten()))
print(x.topk(2), torch.topk(x, 1, largest=False), torch.topk(x, 1, dim=0))
v, i = torch.max(x, 1)
print(v, i, v.shape)
r = x.max(dim=1)
print(r.values, r.indices, type(r).__name__)
print(torch.unique(torch.tensor([3, 1, 2, 1, 3])), torch.bincount(torch.tensor([0, 1, 1, 3])))
print(torch.tensor([1, 2, 3]).float().mean(), torch.tensor([True, False]).sum())
print(torch.zeros(0).sum(), torch.zeros(0, 2).sum(0), torch.ones(2, 3).sum().item())
y = x.clone().requires_grad_()
y.max(dim=1).values.sum().backward()
print(y.grad)
y.grad = None
y.std().backward()
print(y.grad)
y.grad = None
(y.mean(0) * y.prod(0)).sum().backward()
print(y.grad)
for f in (lambda: torch.zeros(0).max(), lambda: x.sum(3), lambda: x.topk(5), lambda: torch.zeros(0, 3).max(dim=0), lambda: x.mean(dim=(0, 0))):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
