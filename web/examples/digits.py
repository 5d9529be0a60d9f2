# title: Digits with a convolution
# about: A small conv net learns noisy seven-segment digits drawn in code.
# group: Training
# order: 23

import torch
import torch.nn as nn

torch.manual_seed(5)

# The segments that each digit lights, as on a pocket calculator: top,
# upper left, upper right, middle, lower left, lower right, bottom.
SEGMENTS = ["1110111", "0010010", "1011101", "1011011", "0111010",
            "1101011", "1101111", "1010010", "1111111", "1111011"]


def draw(digit):
    """An 8x8 picture of a digit as a nested list."""
    on = [mark == "1" for mark in SEGMENTS[digit]]
    picture = [[0.0] * 8 for _ in range(8)]
    for i in range(2, 6):
        for segment, row in ((0, 0), (3, 3), (6, 7)):
            if on[segment]:
                picture[row][i] = 1.0
    for segment, column, first in ((1, 1, 1), (2, 6, 1), (4, 1, 4), (5, 6, 4)):
        if on[segment]:
            for row in range(first, first + 3):
                picture[row][column] = 1.0
    return picture


clean = torch.tensor([[draw(digit)] for digit in range(10)])  # 10x1x8x8
print("a seven, before the noise:")
for row in draw(7):
    print("  " + "".join("#" if dot else "." for dot in row))


def sample(copies):
    """Each digit `copies` times with noise of its own, and the labels."""
    x = clean.repeat(copies, 1, 1, 1)
    x = x + 0.3 * torch.randn(10 * copies, 1, 8, 8)
    return x, torch.arange(10).repeat(copies)


train_x, train_y = sample(20)
test_x, test_y = sample(20)

model = nn.Sequential(
    nn.Conv2d(1, 8, kernel_size=3, padding=1),  # 8 filters, 3x3 each
    nn.ReLU(),
    nn.MaxPool2d(2),                            # 8x8 -> 4x4
    nn.Flatten(),
    nn.Linear(8 * 4 * 4, 10),
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
loss_fn = nn.CrossEntropyLoss()

for step in range(1, 81):
    loss = loss_fn(model(train_x), train_y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step:2d}  loss {loss.item():.4f}")

# Noise that the network has never seen: does it know the digits by now?
model.eval()
with torch.no_grad():
    right = (model(test_x).argmax(dim=1) == test_y).sum().item()
print(f"{right} of {len(test_y)} new pictures recognised")
