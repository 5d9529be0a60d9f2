# Names that older and newer tutorials use: Variable, DataParallel, mixed precision, checkpoints.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Variable
from torch.cuda.amp import GradScaler, autocast
from torch.utils.checkpoint import checkpoint

x = Variable(torch.ones(2, 2), requires_grad=True)
y = x + 2
z = (y * y * 3).mean()
z.backward()
print(x, x.grad, isinstance(x, Variable), isinstance(torch.ones(1), Variable), Variable(torch.zeros(2)))
t = torch.Tensor(torch.ones(2))
print(t, torch.Tensor([1, 2]).new(2, 3).shape, torch.Tensor(2, 0).shape)
torch.manual_seed(0)
net = nn.DataParallel(nn.Sequential(nn.Linear(2, 2), nn.ReLU()))
print(net, list(net.state_dict()), net.module[0].weight.shape, net(torch.ones(1, 2)).shape)
scaler = GradScaler(enabled=False)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    with autocast(enabled=False):
        loss = net(torch.ones(1, 2)).sum()
    scaler.scale(loss).backward()
    scaler.unscale_(opt)
    scaler.step(opt)
    scaler.update()
print(f"{loss.item():.4f}")
w = torch.ones(2, requires_grad=True)
checkpoint(lambda v: v * v, w).sum().backward()
print(w.grad)
emb = nn.Embedding.from_pretrained(torch.arange(6.0).reshape(3, 2))
print(emb(torch.tensor([2, 0])), emb.weight.requires_grad, emb, nn.Embedding.from_pretrained(torch.ones(2, 2), freeze=False).weight.requires_grad)
with torch.autograd.set_detect_anomaly(True):
    (w * 2).sum().backward()
with torch.autograd.detect_anomaly():
    print((w * 3).sum().item())
print(F.sigmoid(torch.zeros(1)), F.tanh(torch.zeros(1)), torch.nn.modules.Linear(1, 1), nn.init.xavier_uniform(torch.ones(2, 2)).shape)
print(nn.Linear(2, 2)(input=torch.ones(1, 2)).shape, nn.MSELoss()(input=torch.ones(2), target=torch.zeros(2)), F.cross_entropy(input=torch.zeros(1, 2), target=torch.tensor([1])))
print(nn.MSELoss(size_average=False)(torch.ones(2), torch.zeros(2)), F.mse_loss(torch.ones(2), torch.zeros(2), size_average=False), F.softmax(torch.ones(2)))
print(torch.jit.script(nn.Linear(1, 1)) is not None, torch.is_grad_enabled())
