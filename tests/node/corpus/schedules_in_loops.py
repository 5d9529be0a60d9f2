# Schedulers inside training loops: groups, warm-up, resuming, several at once, momentum cycles.
import torch
import torch.nn as nn
from torch.optim.lr_scheduler import *
from torch.optim import lr_scheduler

torch.manual_seed(0)
model = nn.Linear(2, 1)
x, y = torch.randn(8, 2), torch.randn(8, 1)


def step(opt):
    opt.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    opt.step()


opt = torch.optim.SGD([{"params": [model.weight]}, {"params": [model.bias], "lr": 1e-3}], lr=0.1, momentum=0.9)
warm = lr_scheduler.LambdaLR(opt, lr_lambda=[lambda e: min(1.0, (e + 1) / 4), lambda e: 0.5**e])
for epoch in range(5):
    step(opt)
    warm.step()
    print(epoch, ["%.5f" % lr for lr in warm.get_last_lr()])
print(opt.param_groups[0]["initial_lr"], warm.last_epoch, warm.state_dict()["lr_lambdas"])

opt = torch.optim.SGD(model.parameters(), lr=0.1)
sched = lr_scheduler.MultiStepLR(opt, [2, 4], gamma=0.5)
for _ in range(3):
    step(opt)
    sched.step()
saved = opt.state_dict(), sched.state_dict()
opt2 = torch.optim.SGD(model.parameters(), lr=9.0)
sched2 = lr_scheduler.MultiStepLR(opt2, [2, 4], gamma=0.5)
opt2.load_state_dict(saved[0])
sched2.load_state_dict(saved[1])
for _ in range(2):
    step(opt2)
    sched2.step()
    print(sched2.last_epoch, sched2.get_last_lr(), opt2.param_groups[0]["lr"])

opt = torch.optim.SGD(model.parameters(), lr=1.0, momentum=0.9)
cyc = lr_scheduler.CyclicLR(opt, 0.1, 1.0, step_size_up=2, step_size_down=3)
for _ in range(6):
    print("%.3f %.3f" % (opt.param_groups[0]["lr"], opt.param_groups[0]["momentum"]))
    step(opt)
    cyc.step()
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
one = lr_scheduler.OneCycleLR(opt, max_lr=0.01, steps_per_epoch=2, epochs=3)
for _ in range(6):
    print("%.6f %.4f" % (opt.param_groups[0]["lr"], opt.param_groups[0]["betas"][0]))
    step(opt)
    one.step()
try:
    step(opt)
    one.step()
except ValueError as e:
    print(e)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
s1 = lr_scheduler.LinearLR(opt, start_factor=0.1, total_iters=2)
s2 = lr_scheduler.CosineAnnealingLR(opt, T_max=3)
seq = lr_scheduler.SequentialLR(opt, [s1, s2], milestones=[2])
for _ in range(5):
    print("%.5f" % opt.param_groups[0]["lr"])
    step(opt)
    seq.step()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
warmr = lr_scheduler.CosineAnnealingWarmRestarts(opt, 2)
for epoch in range(2):
    for i in range(2):
        step(opt)
        warmr.step(epoch + i / 2)
        print("%.5f" % opt.param_groups[0]["lr"], end=" ")
print()
best = lr_scheduler.ReduceLROnPlateau(opt, "max", patience=0, cooldown=1, min_lr=0.03, verbose=True)
for acc in (0.5, 0.4, 0.4, 0.4, 0.4, 0.6):
    best.step(torch.tensor(acc))
    print("%.4f" % opt.param_groups[0]["lr"], best.cooldown_counter, best.in_cooldown)


class Halving(lr_scheduler._LRScheduler):
    def get_lr(self):
        if self.last_epoch == 0:
            return [g["lr"] for g in self.optimizer.param_groups]
        return [g["lr"] / 2 for g in self.optimizer.param_groups]


opt = torch.optim.SGD(model.parameters(), lr=0.8)
h = Halving(opt, verbose=True)
step(opt)
h.step()
print(h.get_last_lr(), StepLR.__name__)
