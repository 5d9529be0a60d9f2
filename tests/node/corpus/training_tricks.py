# Gradient clipping, accumulation, freezing, early stopping, schedules inside loops.
import torch
import torch.nn as nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_, parameters_to_vector, vector_to_parameters

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
x, y = torch.randn(32, 3), torch.randn(32, 1)
loss_fn = nn.MSELoss()
opt = torch.optim.SGD(model.parameters(), lr=0.1)

# accumulation gives the same gradient as the whole batch
opt.zero_grad()
loss_fn(model(x), y).backward()
whole = [p.grad.clone() for p in model.parameters()]
opt.zero_grad()
for xb, yb in zip(x.chunk(4), y.chunk(4)):
    (loss_fn(model(xb), yb) / 4).backward()
print(all(torch.allclose(p.grad, g, atol=1e-6) for p, g in zip(model.parameters(), whole)))

opt.zero_grad()
(loss_fn(model(x), y) * 100).backward()
total = clip_grad_norm_(model.parameters(), max_norm=1.0)
print(total, torch.sqrt(sum(p.grad.pow(2).sum() for p in model.parameters())))
print(clip_grad_norm_(model.parameters(), 0.5, norm_type=float("inf")), max(p.grad.abs().max() for p in model.parameters()))
clip_grad_value_(model.parameters(), 0.01)
print(max(p.grad.abs().max().item() for p in model.parameters()))
vec = parameters_to_vector(model.parameters())
print(vec.shape, vec.requires_grad)
vector_to_parameters(torch.zeros_like(vec), model.parameters())
print(model[0].weight.sum())
vector_to_parameters(vec.detach(), model.parameters())

for p in model[0].parameters():
    p.requires_grad = False
before = model[0].weight.clone()
opt = torch.optim.SGD(filter(lambda p: p.requires_grad, model.parameters()), lr=0.1, momentum=0.9)
for _ in range(3):
    opt.zero_grad()
    loss_fn(model(x), y).backward()
    opt.step()
print(torch.equal(before, model[0].weight), model[0].weight.grad)
model.requires_grad_(True)

opt = torch.optim.Adam(model.parameters(), lr=0.05, weight_decay=1e-4)
sched = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, factor=0.5, patience=2)
best, patience = float("inf"), 0
for epoch in range(30):
    opt.zero_grad()
    loss = loss_fn(model(x), y)
    loss.backward()
    opt.step()
    sched.step(loss)
    if loss.item() < best - 1e-3:
        best, patience = loss.item(), 0
    else:
        patience += 1
        if patience > 3:
            print("stopping early")
            break
    if epoch % 10 == 0:
        print(f"{epoch:3d} {loss.item():.4f} {opt.param_groups[0]['lr']}")
ema = {k: v.clone() for k, v in model.state_dict().items()}
with torch.no_grad():
    for k, v in model.state_dict().items():
        ema[k].mul_(0.9).add_(v, alpha=0.1)
print(all(torch.allclose(ema[k], v, atol=1e-5) for k, v in model.state_dict().items()))
history = {"loss": []}
for step in range(3):
    loss = opt.step(lambda: (opt.zero_grad(), loss_fn(model(x), y))[1]) if False else loss_fn(model(x), y)
    history["loss"].append(loss.item())
print(len(history["loss"]), sum(history["loss"]) / 3 > 0)
