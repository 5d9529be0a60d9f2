# Saving and loading: tensors, state_dicts, checkpoints, whole models, buffers in memory.
import copy
import io
import os

import torch
import torch.nn as nn
import torch.optim as optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 3)
        self.fc2 = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


torch.manual_seed(0)
model = Net()
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
print("Model's state_dict:")
for param_tensor in model.state_dict():
    print(param_tensor, "\t", model.state_dict()[param_tensor].size())
x = torch.randn(5, 4)
model(x).sum().backward()
optimizer.step()
PATH = "model.pth"
torch.save(model.state_dict(), PATH)
print(os.path.exists(PATH))
again = Net()
again.load_state_dict(torch.load(PATH))
again.eval()
print(torch.equal(again(x), model(x)))

torch.save(
    {"epoch": 5, "model_state_dict": model.state_dict(), "optimizer_state_dict": optimizer.state_dict(), "loss": torch.tensor(0.4)},
    "checkpoint.pt",
)
checkpoint = torch.load("checkpoint.pt", map_location="cpu")
again.load_state_dict(checkpoint["model_state_dict"])
opt2 = optim.SGD(again.parameters(), lr=1.0, momentum=0.5)
opt2.load_state_dict(checkpoint["optimizer_state_dict"])
print(checkpoint["epoch"], checkpoint["loss"], opt2.param_groups[0]["lr"], opt2.param_groups[0]["momentum"])
for m, o in ((model, optimizer), (again, opt2)):
    o.zero_grad()
    m(x).pow(2).sum().backward()
    o.step()
print(torch.equal(model.fc1.weight, again.fc1.weight), again.fc1.bias)

torch.save(model, "whole.pt")
state = torch.get_rng_state()
whole = torch.load("whole.pt")
print(torch.equal(state, torch.get_rng_state()), type(whole).__name__, torch.equal(whole(x), model(x)))
print(whole)

buffer = io.BytesIO()
torch.save([torch.arange(3), "text", {"k": (1, 2.5, None)}], buffer)
buffer.seek(0)
print(torch.load(buffer))
t = torch.arange(6).reshape(2, 3)
torch.save({"all": t, "row": t[1]}, "views.pt")
back = torch.load("views.pt")
back["all"][1, 0] = 99
print(back["row"])
clone = copy.deepcopy(model)
clone.fc1.weight.data.zero_()
print(model.fc1.weight.abs().sum() > 0, clone.fc1.weight.sum())
best = copy.deepcopy(model.state_dict())
model.fc1.weight.data.zero_()
model.load_state_dict(best)
print(model.fc1.weight.abs().sum() > 0)
try:
    torch.load("nothing.pt")
except FileNotFoundError:
    print("no such file")
