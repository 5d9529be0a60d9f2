# Loads what write.py saved, and prints it.
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(3, 4, bias=False), nn.ReLU(), nn.Conv1d(1, 2, 3, padding=1))
        self.bn = nn.BatchNorm1d(2)
        self.w = nn.Parameter(torch.ones(2))
        self.register_buffer("scratch", torch.zeros(1), persistent=False)
        self.note = "text"
        self.drop = nn.Dropout(0.3)
        self.params = nn.ParameterList([nn.Parameter(torch.zeros(2))])
        self.table = nn.ModuleDict({"one": nn.Linear(1, 1), "embedding": nn.Embedding(3, 2)})

    def forward(self, x):
        x = self.fc[0](x).relu()[:, None]
        return self.bn(self.fc[2](x)) * self.w[:, None]


x = torch.linspace(-1, 1, 15).reshape(5, 3)
saved = torch.load("plain.pt")
for key in saved:
    if key not in ("ordered", "sets", "large"):
        print(key, saved[key])
print(saved["sets"][0] == {1}, saved["sets"][1] == frozenset([2]))
print(list(saved["ordered"].items()), saved["large"].sum(), saved["large"].shape)
saved["base"][4] = 100
print(saved["view"], saved["transposed"].stride(), saved["again"] is saved["base"])
print(saved["parameter"].requires_grad, saved["frozen"].requires_grad, saved["leaf"].requires_grad)

model = torch.load("model.pt", map_location="cpu")
print(model)
print(model(x))
print(model.note, model.training, model.bn.training, model.drop.p, model.fc[2].padding, model.scratch)
print(list(model.state_dict()))
model.train()
model(x).sum().backward()
print(model.w.grad is not None)

checkpoint = torch.load("checkpoint.tar", map_location=torch.device("cpu"))
print(sorted(checkpoint), checkpoint["epoch"], checkpoint["loss"])
net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=1.0)
print(net.load_state_dict(checkpoint["model"]))
optimizer.load_state_dict(checkpoint["optimizer"])
print(optimizer.param_groups[0]["lr"], checkpoint["optimizer"]["state"][0]["exp_avg"])
net(x)
net.eval()
optimizer.zero_grad()
net(x).pow(2).sum().backward()
optimizer.step()
print(net.fc[0].weight)
print(net.bn.running_mean, net.bn.num_batches_tracked)
with open("stream.pt", "rb") as f:
    print(torch.load(f))
