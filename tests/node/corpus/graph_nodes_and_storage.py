# What the graph's nodes keep and call, the memory behind tensors, and anomaly mode.
import torch

x = torch.tensor([[0.5, 0.25], [1.0, 0.0]], requires_grad=True)
y = (x * 2).exp().sum()
exp = y.grad_fn.next_functions[0][0]
mul = exp.next_functions[0][0]
leaf = mul.next_functions[0][0]
print(exp.name(), exp._saved_result, mul._saved_other, torch.equal(leaf.variable, x))
print(x.sum(1).grad_fn._saved_dim)
handle = exp.register_hook(lambda gi, go: print("after", gi, go))
removed = exp.register_hook(lambda gi, go: print("never"))
removed.remove()
mul.register_prehook(lambda go: (go[0] * 10,))
y.backward()
print(x.grad)
try:
    exp._saved_result
except RuntimeError as e:
    print(str(e)[:60])

a = torch.arange(6.0).reshape(2, 3)
print(a.storage(), len(a.storage()), a.t().storage().data_ptr() == a.storage().data_ptr())
a.storage()[0] = 10
print(a, a[1].storage_offset(), list(a[1].storage())[:2])
try:
    a.storage()[6]
except IndexError as e:
    print(e)
a.unsqueeze_(0)
print(a.shape)
a.squeeze_(0).t_()
print(a, a.stride(), a.is_contiguous())
b = a[0]
print(b._base is not None, b._is_view(), a.is_set_to(a))
print(torch.zeros(3, 3).fill_diagonal_(2), torch.zeros(7, 2).fill_diagonal_(1, wrap=True))
print(torch.zeros(3).set_(torch.ones(2)), torch.zeros(4).resize_(2, 2))
print(torch.tensor([1, 2]).map_(torch.tensor([3, 4]), lambda p, q: p * q))

print(torch.add(1, torch.tensor([2.0])), torch.ones(torch.tensor(2), 3), torch.relu_(torch.tensor([-1.0, 2.0])))
print(torch.zeros(1).fill_(torch.tensor(3.0)), torch.zeros(3).scatter_(0, torch.tensor([1]), 2.0, reduce="add"))
i = torch.tensor([1, 2])
i <<= 2
print(i, i >> 1, 1 << i)
for broken in (
    lambda: torch.div(torch.tensor([1]), torch.tensor([2]), out=torch.tensor([0])),
    lambda: torch.ones(3, dtype=torch.long).div_(2),
    lambda: torch.addcdiv(i, i, i),
    lambda: torch.zeros(2, requires_grad=True).unsqueeze_(0),
):
    try:
        broken()
    except RuntimeError as e:
        print(str(e)[:75])

with torch.autograd.set_detect_anomaly(True):
    w = torch.tensor([0.0], requires_grad=True)
    try:
        (torch.sqrt(w) * 0).sum().backward()
    except RuntimeError as e:
        print(e)
(torch.sqrt(w) * 0).sum().backward()
print(w.grad)

from torch.optim.swa_utils import SWALR, AveragedModel, update_bn

model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.BatchNorm1d(1))
torch.nn.init.constant_(model[0].weight, 1.0)
torch.nn.init.constant_(model[0].bias, 0.0)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
swa = AveragedModel(model)
scheduler = SWALR(opt, 0.01, anneal_epochs=3)
for step in range(5):
    opt.zero_grad()
    model(torch.tensor([[1.0], [2.0], [4.0]])).pow(2).sum().backward()
    opt.step()
    scheduler.step()
    swa.update_parameters(model)
    print("%.5f" % opt.param_groups[0]["lr"], swa.n_averaged)
update_bn([torch.tensor([[1.0], [2.0], [4.0]])], swa)
print(swa)
print(torch.is_grad_enabled(), torch.autograd.gradcheck(torch.sin, (torch.ones(2, dtype=torch.float64, requires_grad=True),), fast_mode=False))
