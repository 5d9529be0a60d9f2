# title: Spiral classification
# about: A two-layer network untangles three spiral arms in 500 live steps.
# group: Training
# order: 22

import math

import torch
import torch.nn as nn

torch.manual_seed(7)

# Three arms of 100 points, each turning away from the centre.
points, labels = [], []
for arm in range(3):
    for i in range(100):
        r = i / 100
        angle = 4 * r + arm * 2 * math.pi / 3
        points.append([r * math.cos(angle), r * math.sin(angle)])
        labels.append(arm)
x = torch.tensor(points) + 0.02 * torch.randn(300, 2)
y = torch.tensor(labels)

model = nn.Sequential(
    nn.Linear(2, 64),
    nn.ReLU(),
    nn.Linear(64, 3),
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
loss_fn = nn.CrossEntropyLoss()

# Watch the Training tab: the curve moves while this loop runs.
for step in range(1, 501):
    logits = model(x)
    loss = loss_fn(logits, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 50 == 0:
        hits = (logits.argmax(dim=1) == y).float().mean().item()
        print(f"step {step:3d}  loss {loss.item():.3f}  accuracy {hits:.3f}")
