# K folds with Subset and SubsetRandomSampler; metrics in a table.
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset, Subset, SubsetRandomSampler

torch.manual_seed(3)


class Toy(Dataset):
    def __init__(self, n, transform=None):
        self.x = torch.randn(n, 2)
        self.y = (self.x[:, 0] * self.x[:, 1] > 0).long()
        self.transform = transform

    def __len__(self):
        return len(self.x)

    def __getitem__(self, idx):
        sample = self.x[idx]
        if self.transform:
            sample = self.transform(sample)
        return sample, self.y[idx]


class Compose:
    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, x):
        for t in self.transforms:
            x = t(x)
        return x


data = Toy(30, transform=Compose([lambda v: v * 2, lambda v: torch.cat([v, v[:1] * v[1:]])]))
print(len(data), data[0][0].shape, data[0])
indices = torch.randperm(len(data)).tolist()
folds = [indices[i::3] for i in range(3)]
print("fold | train | valid | acc")
print("-" * 26)
scores = []
for k, valid in enumerate(folds):
    train = [i for f in folds if f is not valid for i in f]
    train_loader = DataLoader(data, batch_size=8, sampler=SubsetRandomSampler(train))
    valid_loader = DataLoader(Subset(data, valid), batch_size=10)
    net = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 2))
    opt = torch.optim.SGD(net.parameters(), lr=0.2)
    for _ in range(5):
        for xb, yb in train_loader:
            opt.zero_grad()
            nn.functional.cross_entropy(net(xb), yb).backward()
            opt.step()
    right = 0
    tp = fp = fn = 0
    for xb, yb in valid_loader:
        pred = net(xb).argmax(1)
        right += (pred == yb).sum().item()
        tp += ((pred == 1) & (yb == 1)).sum().item()
        fp += ((pred == 1) & (yb == 0)).sum().item()
        fn += ((pred == 0) & (yb == 1)).sum().item()
    scores.append(right / len(valid))
    print(f"{k:>4d} | {len(train):5d} | {len(valid):<5} | {right / len(valid):.1%} | p={tp / max(tp + fp, 1):.2f} r={tp / max(tp + fn, 1):.2f}")
print(f"mean {sum(scores) / len(scores):.3f}")
loader = DataLoader(data, batch_size=7, shuffle=True, generator=torch.Generator().manual_seed(0))
for i, (xb, yb) in enumerate(loader):
    print(i, tuple(xb.shape), yb.tolist())
it = iter(loader)
first = next(it)
print(first[0].shape, sum(1 for _ in it))
