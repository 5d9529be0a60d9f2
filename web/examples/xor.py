# title: XOR
# about: The smallest problem that one layer cannot solve and two can.
# group: Training
# order: 21

import torch
import torch.nn as nn

torch.manual_seed(3)

x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])


def train(model, steps=400):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    loss_fn = nn.BCEWithLogitsLoss()
    for _ in range(steps):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


# No straight line separates the corners 01 and 10 from 00 and 11, so one
# layer can do no better than say "one half" everywhere: loss = ln 2.
print(f"one layer:  loss {train(nn.Linear(2, 1)):.4f}")

model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
print(f"two layers: loss {train(model):.4f}")

with torch.no_grad():
    answers = torch.sigmoid(model(x))
for inputs, answer in zip(x.tolist(), answers.tolist()):
    print(f"{inputs[0]:.0f} xor {inputs[1]:.0f} = {answer[0]:.2f}")
