# A LeNet-like network on made-up images.
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.bn = nn.BatchNorm2d(16)
        self.fc1 = nn.Linear(16 * 4 * 4, 20)
        self.fc2 = nn.Linear(20, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.bn(self.conv2(x))))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


net = Net()
print(net)
params = list(net.parameters())
print(len(params), params[0].size(), sum(p.numel() for p in net.parameters()))
images = torch.randn(8, 1, 28, 28)
labels = torch.randint(0, 10, (8,))
print(images.shape, labels)
out = net(images)
print(out.shape, out[0])
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
for epoch in range(3):
    optimizer.zero_grad()
    loss = criterion(net(images), labels)
    loss.backward()
    optimizer.step()
    print("[%d] loss: %.3f" % (epoch + 1, loss.item()))
net.eval()
print(net.bn.num_batches_tracked, net.bn.running_mean[:3])
with torch.no_grad():
    _, predicted = torch.max(net(images), 1)
    print(predicted.shape, (predicted == labels).sum().item() >= 0)
x = torch.arange(16.0).reshape(1, 1, 4, 4)
print(F.max_pool2d(x, 2), F.avg_pool2d(x, 2), F.adaptive_avg_pool2d(x, 1))
k = torch.tensor([[[[1.0, 0.0], [0.0, -1.0]]]])
print(F.conv2d(x, k), F.conv2d(x, k, stride=2, padding=1), F.pad(x, (1, 1))[0, 0, 0])
try:
    net(torch.randn(1, 3, 28, 28))
except RuntimeError as e:
    print(e)
try:
    nn.Linear(3, 2)(torch.ones(1, 4))
except RuntimeError as e:
    print(e)
