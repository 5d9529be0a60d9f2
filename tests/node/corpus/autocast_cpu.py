# Mixed precision on the CPU, and the scaler that does nothing without CUDA.
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
x, y = torch.randn(6, 4), torch.randn(6, 2)
print(torch.is_autocast_cpu_enabled(), torch.get_autocast_cpu_dtype())
with torch.autocast("cpu", dtype=torch.bfloat16):
    print(torch.is_autocast_cpu_enabled())
    out = model(x)
    print(out.dtype, (out + 1).dtype, torch.relu(out).dtype)
    loss = nn.functional.mse_loss(out, y)
    print(loss.dtype, torch.ones(2).exp().dtype)
    with torch.autocast("cpu", enabled=False):
        print(model(x).dtype, torch.mm(x.T, x).dtype)
    print((x @ x.T).dtype, torch.bmm(x[None], x.T[None]).dtype, (x.double() @ x.double().T).dtype)
loss.backward()
print({n: p.grad.dtype for n, p in model.named_parameters()})
print(model(x).dtype, torch.is_autocast_cpu_enabled())


@torch.autocast("cpu")
def product(a, b):
    return a @ b


print(product(torch.ones(2, 2), torch.ones(2, 2)))
with torch.cpu.amp.autocast():
    conv = nn.Conv2d(1, 1, 2)(torch.ones(1, 1, 3, 3))
    print(conv.dtype, conv.shape)

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.cuda.amp.GradScaler(enabled=False)
for step in range(3):
    optimizer.zero_grad()
    with torch.autocast(device_type="cpu", enabled=False):
        loss = nn.functional.mse_loss(model(x), y)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(optimizer)
    scaler.update()
    print(step, f"{loss.item():.4f}")
print(scaler.is_enabled(), scaler.get_scale(), scaler.state_dict())
