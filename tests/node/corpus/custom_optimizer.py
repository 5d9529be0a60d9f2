# An optimizer written in Python, with state, groups and a closure.
import torch
from torch.optim import Optimizer
from torch.optim.optimizer import required


class SimpleSGD(Optimizer):
    def __init__(self, params, lr=required, momentum=0.0):
        if lr is not required and lr < 0.0:
            raise ValueError("Invalid learning rate: {}".format(lr))
        defaults = dict(lr=lr, momentum=momentum)
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["buf"] = torch.zeros_like(p)
                state["step"] += 1
                state["buf"].mul_(group["momentum"]).add_(p.grad)
                p.add_(state["buf"], alpha=-group["lr"])
        return loss


a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([5.0], requires_grad=True)
opt = SimpleSGD([{"params": [a]}, {"params": [b], "lr": 0.01}], lr=0.1, momentum=0.9)
print(opt)


def closure():
    opt.zero_grad()
    loss = (a**2).sum() + (b**2).sum()
    loss.backward()
    return loss


for i in range(3):
    print(i, opt.step(closure))
print(a, b)
sd = opt.state_dict()
print(sd["state"][0], sd["param_groups"])
again = SimpleSGD([{"params": [a]}, {"params": [b]}], lr=1.0)
again.load_state_dict(sd)
print(again.param_groups[0]["lr"], again.state[a]["step"], again.param_groups[1]["lr"])
try:
    SimpleSGD([a])
except ValueError as e:
    print(e)
sched = torch.optim.lr_scheduler.StepLR(opt, step_size=1, gamma=0.5)
opt.step(closure)
sched.step()
print(sched.get_last_lr())
