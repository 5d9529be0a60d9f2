# Learning-rate schedulers.
import torch
from torch.optim import SGD, lr_scheduler as S


def trace(name, make, steps=8, **kw):
    p = torch.zeros(1, requires_grad=True)
    opt = SGD([p], lr=kw.pop("lr", 0.1), momentum=0.9)
    s = make(opt)
    out = []
    for _ in range(steps):
        out.append("%.6f" % opt.param_groups[0]["lr"])
        opt.step()
        s.step()
    print(name, out, ["%.6e" % lr for lr in s.get_last_lr()])


trace("LambdaLR", lambda o: S.LambdaLR(o, lr_lambda=lambda e: 0.95**e))
trace("MultiplicativeLR", lambda o: S.MultiplicativeLR(o, lambda e: 0.9))
trace("StepLR", lambda o: S.StepLR(o, step_size=3, gamma=0.5))
trace("MultiStepLR", lambda o: S.MultiStepLR(o, milestones=[2, 5], gamma=0.1))
trace("ConstantLR", lambda o: S.ConstantLR(o, factor=0.5, total_iters=4))
trace("LinearLR", lambda o: S.LinearLR(o, start_factor=0.5, total_iters=4))
trace("ExponentialLR", lambda o: S.ExponentialLR(o, gamma=0.9))
trace("PolynomialLR", lambda o: S.PolynomialLR(o, total_iters=5, power=2.0))
trace("CosineAnnealingLR", lambda o: S.CosineAnnealingLR(o, T_max=5, eta_min=0.01), 10)
trace("CosineAnnealingWarmRestarts", lambda o: S.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2), 12)
trace("CyclicLR", lambda o: S.CyclicLR(o, base_lr=0.01, max_lr=0.1, step_size_up=3), 10)
trace("CyclicLR2", lambda o: S.CyclicLR(o, base_lr=0.01, max_lr=0.1, step_size_up=2, mode="triangular2"), 10)
trace("CyclicLRx", lambda o: S.CyclicLR(o, base_lr=0.01, max_lr=0.1, step_size_up=2, mode="exp_range", gamma=0.9), 10)
trace("OneCycleLR", lambda o: S.OneCycleLR(o, max_lr=0.1, total_steps=10), 9)
trace("OneCycleLR3", lambda o: S.OneCycleLR(o, max_lr=0.1, epochs=2, steps_per_epoch=5, anneal_strategy="linear", three_phase=True), 9)
trace("SequentialLR", lambda o: S.SequentialLR(o, [S.ConstantLR(o, factor=0.1, total_iters=2), S.ExponentialLR(o, gamma=0.9)], milestones=[2]))
trace("ChainedScheduler", lambda o: S.ChainedScheduler([S.ConstantLR(o, factor=0.1, total_iters=2), S.ExponentialLR(o, gamma=0.9)]))

p = torch.zeros(1, requires_grad=True)
opt = SGD([p], lr=1.0)
s = S.ReduceLROnPlateau(opt, mode="min", factor=0.5, patience=1, verbose=True)
for loss in (1.0, 0.9, 0.9, 0.9, 0.95, 0.9, 0.5):
    s.step(loss)
    print(opt.param_groups[0]["lr"], s.num_bad_epochs)
print({k: v for k, v in s.state_dict().items() if k in ("best", "patience", "num_bad_epochs", "mode")})

opt = SGD([{"params": [p], "lr": 0.1}, {"params": [torch.ones(1, requires_grad=True)], "lr": 0.01}], lr=1.0)
s = S.StepLR(opt, 1, gamma=0.1, verbose=True)
for _ in range(2):
    opt.step()
    s.step()
print(s.get_last_lr(), s.last_epoch, s.base_lrs)
state = s.state_dict()
print(sorted(k for k in state if k != "verbose"), state["_last_lr"])
fresh = S.StepLR(SGD([p], lr=3.0), 5)
fresh.load_state_dict(state)
print(fresh.step_size, fresh.last_epoch)
for f in (
    lambda: S.OneCycleLR(opt, max_lr=0.1),
    lambda: S.CosineAnnealingWarmRestarts(opt, T_0=0),
    lambda: S.ReduceLROnPlateau(opt, factor=1.5),
    lambda: S.LambdaLR(opt, [lambda e: 1]),
    lambda: S.StepLR(p, 3),
    lambda: S.CyclicLR(torch.optim.Adam([p]), 0.1, 0.2),
    lambda: S.LinearLR(opt, start_factor=2),
    lambda: S.StepLR(SGD([p], lr=1.0), 3, last_epoch=4),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e.args[0])
