import torch, math, copy, time, os
from torch import nn, optim
from torch.optim import lr_scheduler
from torch.optim.lr_scheduler import StepLR, MultiStepLR, ExponentialLR, CosineAnnealingLR, ReduceLROnPlateau, LambdaLR, OneCycleLR, CyclicLR, CosineAnnealingWarmRestarts, LinearLR, SequentialLR, PolynomialLR, ConstantLR, ChainedScheduler, MultiplicativeLR
def make(lr=0.1, **k):
    return optim.SGD([nn.Parameter(torch.ones(1))], lr=lr, **k)
def run(name, opt, s, n=10, val=None):
    out = []
    for e in range(n):
        out.append(round(opt.param_groups[0]['lr'], 5))
        opt.step()
        s.step(val(e)) if val else s.step()
    print(f"{name:28s}", out)
o = make(); run("StepLR", o, StepLR(o, step_size=3, gamma=0.1))
o = make(); run("MultiStep", o, MultiStepLR(o, [2, 5], gamma=0.5))
o = make(); run("Exp", o, ExponentialLR(o, 0.9))
o = make(); run("Cos", o, CosineAnnealingLR(o, T_max=5, eta_min=0.01))
o = make(); run("Lambda", o, LambdaLR(o, lambda e: 0.95 ** e))
o = make(); run("Mult", o, MultiplicativeLR(o, lambda e: 0.95))
o = make(); run("Plateau", o, ReduceLROnPlateau(o, 'min', patience=1, factor=0.5), val=lambda e: 1.0)
o = make(); run("OneCycle", o, OneCycleLR(o, max_lr=1.0, total_steps=11))
o = make(momentum=0.9); run("Cyclic", o, CyclicLR(o, 0.01, 0.1, step_size_up=3))
o = make(); run("Warm", o, CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2))
o = make(); run("Linear", o, LinearLR(o, start_factor=0.1, total_iters=4))
o = make(); run("Seq", o, SequentialLR(o, [LinearLR(o, 0.1, total_iters=3), ExponentialLR(o, 0.9)], milestones=[3]))
o = make(); run("Poly", o, PolynomialLR(o, total_iters=5, power=2.0))
o = make(); run("Const", o, ConstantLR(o, 0.5, 3))
o = make(); run("Chain", o, ChainedScheduler([ConstantLR(o, 0.1, 2), ExponentialLR(o, 0.9)]))
o = make(); s = StepLR(o, 1); print(s.get_last_lr(), s.state_dict().keys(), s.last_epoch)
o = make(); s = StepLR(o, 1, verbose=True); o.step(); s.step()
class WarmupScheduler(optim.lr_scheduler._LRScheduler):
    def __init__(self, optimizer, warmup, last_epoch=-1):
        self.warmup = warmup
        super().__init__(optimizer, last_epoch)
    def get_lr(self):
        return [b * min(1.0, (self.last_epoch + 1) / self.warmup) for b in self.base_lrs]
o = make(); run("Custom", o, WarmupScheduler(o, 4))
class NoamOpt:
    def __init__(self, model_size, factor, warmup, optimizer):
        self.optimizer = optimizer; self._step = 0; self.warmup = warmup; self.factor = factor; self.model_size = model_size; self._rate = 0
    def step(self):
        self._step += 1
        rate = self.rate()
        for p in self.optimizer.param_groups:
            p['lr'] = rate
        self._rate = rate
        self.optimizer.step()
    def rate(self, step=None):
        if step is None: step = self._step
        return self.factor * (self.model_size ** (-0.5) * min(step ** (-0.5), step * self.warmup ** (-1.5)))
n = NoamOpt(512, 1, 400, make()); n.step(); print(f"{n._rate:.3e}")
# train loop with early stopping, best weights, accumulation, clip
torch.manual_seed(0)
X = torch.randn(200, 5); w = torch.randn(5, 1); y = X @ w + 0.1 * torch.randn(200, 1)
net = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
opt = optim.AdamW(net.parameters(), lr=1e-2, weight_decay=1e-2)
sch = ReduceLROnPlateau(opt, patience=2, factor=0.5)
class EarlyStopping:
    def __init__(self, patience=3, min_delta=0.0):
        self.patience, self.min_delta, self.counter, self.best, self.early_stop = patience, min_delta, 0, None, False
    def __call__(self, loss):
        if self.best is None or loss < self.best - self.min_delta:
            self.best, self.counter = loss, 0
        else:
            self.counter += 1
            self.early_stop = self.counter >= self.patience
es = EarlyStopping(3, 0.01)
best_model_wts = copy.deepcopy(net.state_dict())
for epoch in range(40):
    net.train(); tot = 0.0
    opt.zero_grad()
    for i, (xb, yb) in enumerate(zip(X[:160].split(32), y[:160].split(32))):
        loss = nn.functional.mse_loss(net(xb), yb) / 2
        loss.backward()
        if (i + 1) % 2 == 0 or i == 4:
            gn = nn.utils.clip_grad_norm_(net.parameters(), max_norm=1.0)
            opt.step(); opt.zero_grad()
        tot += loss.item()
    net.eval()
    with torch.no_grad():
        v = nn.functional.mse_loss(net(X[160:]), y[160:]).item()
    sch.step(v)
    if es.best is None or v < es.best: best_model_wts = copy.deepcopy(net.state_dict())
    es(v)
    if epoch % 5 == 0: print(f"Epoch {epoch:03d} | train {tot:.4f} | val {v:.4f} | lr {opt.param_groups[0]['lr']:.1e}")
    if es.early_stop:
        print("Early stopping at epoch", epoch); break
net.load_state_dict(best_model_wts)
print(f"best {es.best:.4f}", sum(p.numel() for p in net.parameters()))
for p in net[0].parameters(): p.requires_grad = False
print([n for n, p in net.named_parameters() if p.requires_grad])
opt2 = optim.SGD(filter(lambda p: p.requires_grad, net.parameters()), lr=0.1, momentum=0.9, nesterov=True)
opt2.add_param_group({'params': net[0].parameters(), 'lr': 0.001})
print(len(opt2.param_groups), opt2)
for name, cls, kw in [("SGD", optim.SGD, dict(lr=.1, momentum=.9)), ("Adam", optim.Adam, dict(lr=.1, amsgrad=True)), ("RMSprop", optim.RMSprop, dict(lr=.01, centered=True)), ("Adagrad", optim.Adagrad, dict(lr=.1)), ("Adadelta", optim.Adadelta, {}), ("NAdam", optim.NAdam, {}), ("RAdam", optim.RAdam, {}), ("Adamax", optim.Adamax, {}), ("ASGD", optim.ASGD, {}), ("Rprop", optim.Rprop, {})]:
    p = torch.tensor([1.0, -2.0], requires_grad=True)
    op = cls([p], **kw)
    for _ in range(5):
        op.zero_grad(); ((p - 3) ** 2).sum().backward(); op.step()
    print(f"{name:9s}", p.data, sorted(op.state_dict()['state'][0].keys()))
try: optim.SGD([torch.ones(1)], lr=-1)
except ValueError as e: print(e)
try: optim.SGD([], lr=1)
except ValueError as e: print(e)
try: optim.SGD(net.parameters(), lr='a')
except (TypeError, ValueError) as e: print(type(e))
from torch.optim.swa_utils import AveragedModel, SWALR, update_bn
swa = AveragedModel(net)
swa.update_parameters(net)
print(swa.n_averaged)
