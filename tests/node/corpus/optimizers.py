# Optimizers side by side; param groups; state; errors.
import torch
import torch.nn as nn
import torch.optim as optim


def quadratic(w):
    return (w[0] - 1) ** 2 + 10 * (w[1] + 2) ** 2


for make in (
    lambda p: optim.SGD(p, lr=0.05),
    lambda p: optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.01),
    lambda p: optim.Adam(p, lr=0.1),
    lambda p: optim.Adam(p, lr=0.1, amsgrad=True, betas=(0.8, 0.9)),
    lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.1),
    lambda p: optim.RMSprop(p, lr=0.05, momentum=0.5, centered=True),
    lambda p: optim.Adagrad(p, lr=0.5),
):
    w = torch.tensor([3.0, 1.0], requires_grad=True)
    opt = make([w])
    for _ in range(20):
        opt.zero_grad()
        loss = quadratic(w)
        loss.backward()
        opt.step()
    print(type(opt).__name__, w.detach(), f"{loss.item():.5f}")
    print(opt)

w = torch.tensor([3.0, 1.0], requires_grad=True)
opt = optim.LBFGS([w], lr=0.5, max_iter=10)


def closure():
    opt.zero_grad()
    loss = quadratic(w)
    loss.backward()
    return loss


for _ in range(3):
    loss = opt.step(closure)
    print("LBFGS", loss, w)
opt = optim.LBFGS([w], line_search_fn="strong_wolfe")
w.data = torch.tensor([-4.0, 5.0])
opt.step(closure)
print(w.detach())

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
opt = optim.SGD([{"params": net[0].parameters()}, {"params": net[1].parameters(), "lr": 1e-3}], lr=1e-2, momentum=0.9)
print(opt)
for g in opt.param_groups:
    print(g["lr"], len(g["params"]))
net(torch.ones(1, 2)).sum().backward()
opt.step()
print(opt.state_dict()["state"][0]["momentum_buffer"], opt.state_dict()["param_groups"])
for g in opt.param_groups:
    g["lr"] *= 0.1
print([g["lr"] for g in opt.param_groups])
opt.add_param_group({"params": [torch.zeros(1, requires_grad=True)], "lr": 5.0})
print(len(opt.param_groups), opt.param_groups[2]["momentum"])
other = optim.SGD([{"params": net[0].parameters()}, {"params": net[1].parameters()}, {"params": [torch.zeros(1, requires_grad=True)]}], lr=1.0)
other.load_state_dict(opt.state_dict())
print([g["lr"] for g in other.param_groups])
for f in (
    lambda: optim.SGD([], lr=0.1),
    lambda: optim.SGD(net.parameters(), lr=-1),
    lambda: optim.SGD(torch.ones(1), lr=0.1),
    lambda: optim.SGD(net.parameters()),
    lambda: optim.Adam(net.parameters(), betas=(1.0, 0.9)),
    lambda: optim.SGD([torch.ones(1, requires_grad=True) * 2], lr=0.1),
    lambda: optim.SGD(net.parameters(), lr=0.1, nesterov=True),
    lambda: other.load_state_dict(optim.SGD(net.parameters(), lr=0.1).state_dict()),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
