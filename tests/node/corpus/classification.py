# A small classifier: cross entropy, accuracy, mini-batches, train and eval mode.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
n = 60
angle = torch.rand(n) * 6.28
radius = torch.cat([torch.rand(n // 2), torch.rand(n // 2) + 1.5])
X = torch.stack([radius * angle.cos(), radius * angle.sin()], 1)
y = torch.cat([torch.zeros(n // 2), torch.ones(n // 2)]).long()
train_set, val_set = torch.utils.data.random_split(TensorDataset(X, y), [48, 12])
train_loader = DataLoader(train_set, batch_size=16, shuffle=True)
val_loader = DataLoader(val_set, batch_size=12)


class Classifier(nn.Module):
    def __init__(self, hidden=8):
        super(Classifier, self).__init__()
        self.fc1 = nn.Linear(2, hidden)
        self.dropout = nn.Dropout(p=0.2)
        self.fc2 = nn.Linear(hidden, 2)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = self.dropout(x)
        return F.log_softmax(self.fc2(x), dim=1)


model = Classifier()
print(model)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)


def evaluate():
    model.eval()
    correct, total, loss = 0, 0, 0.0
    with torch.no_grad():
        for xb, yb in val_loader:
            out = model(xb)
            loss += F.nll_loss(out, yb, reduction="sum").item()
            correct += (out.argmax(dim=1) == yb).sum().item()
            total += len(yb)
    return loss / total, correct / total


for epoch in range(6):
    model.train()
    running = 0.0
    for i, (xb, yb) in enumerate(train_loader):
        optimizer.zero_grad()
        loss = F.nll_loss(model(xb), yb)
        loss.backward()
        optimizer.step()
        running += loss.item() * xb.size(0)
    val_loss, acc = evaluate()
    print(f"Epoch {epoch + 1:2d} | train {running / len(train_set):.4f} | val {val_loss:.4f} | acc {acc:.2%}")

logits = torch.tensor([[2.0, 0.5, -1.0], [0.0, 3.0, 0.1]])
target = torch.tensor([0, 1])
print(F.softmax(logits, dim=1), nn.CrossEntropyLoss()(logits, target), F.one_hot(target, 3))
probs, preds = torch.max(F.softmax(logits, 1), 1)
print(probs, preds, (preds == target).float().mean())
confusion = torch.zeros(2, 2, dtype=torch.int64)
for t, p in zip(y[:10], y[5:15]):
    confusion[t.long(), p.long()] += 1
print(confusion)
