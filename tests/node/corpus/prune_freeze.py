# Transfer learning in small: freezing, replacing a head, groups with different rates.
import torch
import torch.nn as nn
import torch.optim as optim

torch.manual_seed(0)


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.features(x)
        return self.fc(x.flatten(1))


model = Backbone()
for param in model.parameters():
    param.requires_grad = False
num_ftrs = model.fc.in_features
model.fc = nn.Linear(num_ftrs, 2)
print(model)
print([n for n, p in model.named_parameters() if p.requires_grad])
total = sum(p.numel() for p in model.parameters())
trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
print(f"{total:,} total, {trainable:,} trainable")
x, y = torch.randn(4, 1, 6, 6), torch.tensor([0, 1, 0, 1])
opt = optim.SGD(model.fc.parameters(), lr=0.1, momentum=0.9)
sched = optim.lr_scheduler.StepLR(opt, step_size=2, gamma=0.1)
criterion = nn.CrossEntropyLoss()
before = model.features[0].weight.clone()
for epoch in range(4):
    with torch.set_grad_enabled(True):
        outputs = model(x)
        _, preds = torch.max(outputs, 1)
        loss = criterion(outputs, y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    sched.step()
    print("Epoch {}/{} loss {:.4f} acc {:.2f} lr {:.3f}".format(epoch, 3, loss.item(), torch.sum(preds == y.data).double() / len(y), sched.get_last_lr()[0]))
print(torch.equal(before, model.features[0].weight))
opt = optim.Adam([{"params": model.features.parameters(), "lr": 1e-4}, {"params": model.fc.parameters()}], lr=1e-2)
print([(g["lr"], len(g["params"])) for g in opt.param_groups])
extractor = nn.Sequential(*list(model.children())[:-1])
print(extractor(x).shape)
model.fc = nn.Identity()
print(model(x).shape)
with torch.no_grad():
    model.features[0].weight[0] = 0
    model.features[0].bias.zero_()
print(model.features[0].weight[0].sum(), (model.features[0].weight == 0).float().mean())
