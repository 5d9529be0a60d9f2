# A learning curve in text, with averages per epoch, on several losses and optimizers.
import torch
import torch.nn as nn

torch.manual_seed(1)
X = torch.rand(64, 2)
Y = (X.sum(1, keepdim=True) > 1).float()


def train(make_optimizer, loss_fn, epochs=4):
    torch.manual_seed(2)
    net = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    opt = make_optimizer(net.parameters())
    out = []
    for epoch in range(epochs):
        perm = torch.randperm(len(X))
        total = 0.0
        for start in range(0, len(X), 16):
            idx = perm[start : start + 16]
            opt.zero_grad()
            loss = loss_fn(net(X[idx]), Y[idx])
            loss.backward()
            opt.step()
            total += loss.item() * len(idx)
        out.append(f"{total / len(X):.4f}")
    acc = ((net(X) > 0).float() == Y).float().mean()
    return " ".join(out), acc


print(train(lambda p: torch.optim.SGD(p, lr=0.5), nn.BCEWithLogitsLoss()))
print(train(lambda p: torch.optim.Adam(p, lr=0.05), nn.BCEWithLogitsLoss()))
print(train(lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1), nn.MSELoss()))
print(train(lambda p: torch.optim.RMSprop(p, lr=0.01), nn.SmoothL1Loss()))
print(train(lambda p: torch.optim.Adagrad(p, lr=0.1), nn.L1Loss()))
print(train(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), nn.HuberLoss()))
