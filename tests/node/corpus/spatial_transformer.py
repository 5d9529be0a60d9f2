import torch
import torch.nn as nn
import torch.nn.functional as F
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
        self.conv2_drop = nn.Dropout2d()
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, 10)
        self.localization = nn.Sequential(
            nn.Conv2d(1, 8, kernel_size=7),
            nn.MaxPool2d(2, stride=2),
            nn.ReLU(True),
            nn.Conv2d(8, 10, kernel_size=5),
            nn.MaxPool2d(2, stride=2),
            nn.ReLU(True)
        )
        self.fc_loc = nn.Sequential(
            nn.Linear(10 * 3 * 3, 32),
            nn.ReLU(True),
            nn.Linear(32, 3 * 2)
        )
        self.fc_loc[2].weight.data.zero_()
        self.fc_loc[2].bias.data.copy_(torch.tensor([1, 0, 0, 0, 1, 0], dtype=torch.float))
    def stn(self, x):
        xs = self.localization(x)
        xs = xs.view(-1, 10 * 3 * 3)
        theta = self.fc_loc(xs)
        theta = theta.view(-1, 2, 3)
        grid = F.affine_grid(theta, x.size())
        x = F.grid_sample(x, grid)
        return x
    def forward(self, x):
        x = self.stn(x)
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2_drop(self.conv2(x)), 2))
        x = x.view(-1, 320)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, training=self.training)
        x = self.fc2(x)
        return F.log_softmax(x, dim=1)
model = Net()
x = torch.randn(2, 1, 28, 28)
print(model(x))
opt = torch.optim.SGD(model.parameters(), lr=0.01)
for i in range(3):
    opt.zero_grad()
    l = F.nll_loss(model(x), torch.tensor([1, 2]))
    l.backward(); opt.step()
    print(f"{l.item():.4f}")
print(model.fc_loc[2].bias)
model.eval()
print(model.stn(x)[0, 0, :3, :3])
theta = torch.tensor([[[0.5, 0.2, 0.1], [-0.1, 0.8, 0.]]])
for ac in (True, False):
    g = F.affine_grid(theta, torch.Size((1, 1, 3, 3)), align_corners=ac)
    print(g)
    img = torch.arange(9.).view(1, 1, 3, 3)
    for mode in ('bilinear', 'nearest'):
        for pm in ('zeros', 'border', 'reflection'):
            print(mode, pm, F.grid_sample(img, g * 1.5, mode=mode, padding_mode=pm, align_corners=ac).flatten())
img = torch.arange(16.).view(1, 1, 4, 4)
print(F.interpolate(img, scale_factor=2, mode='nearest')[0, 0, :2])
print(F.interpolate(img, size=(3, 3), mode='bilinear', align_corners=False))
print(F.interpolate(img, size=2, mode='area'), F.interpolate(img, scale_factor=0.5, mode='bicubic'))
print(F.unfold(img, 2).shape, F.fold(F.unfold(img, 2, stride=2), (4, 4), 2, stride=2).equal(img))
print(F.pixel_shuffle(torch.arange(16.).view(1, 4, 2, 2), 2))
print(F.pad(img, (1, 1, 1, 1), 'reflect').shape, F.pad(torch.ones(2), (1, 2), value=9))
print(F.one_hot(torch.tensor([0, 2, 1]), num_classes=4), F.normalize(torch.tensor([[3., 4.]])))
# neural style pieces
def gram_matrix(input):
    a, b, c, d = input.size()
    features = input.view(a * b, c * d)
    G = torch.mm(features, features.t())
    return G.div(a * b * c * d)
class ContentLoss(nn.Module):
    def __init__(self, target,):
        super(ContentLoss, self).__init__()
        self.target = target.detach()
    def forward(self, input):
        self.loss = F.mse_loss(input, self.target)
        return input
class Normalization(nn.Module):
    def __init__(self, mean, std):
        super(Normalization, self).__init__()
        self.mean = torch.tensor(mean).view(-1, 1, 1)
        self.std = torch.tensor(std).view(-1, 1, 1)
    def forward(self, img):
        return (img - self.mean) / self.std
img = torch.rand(1, 3, 8, 8)
print(gram_matrix(img))
n = Normalization([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
inp = img.clone().requires_grad_(True)
opt = torch.optim.LBFGS([inp])
cl = ContentLoss(torch.ones(1, 3, 8, 8) * 0.5)
run = [0]
while run[0] <= 5:
    def closure():
        with torch.no_grad():
            inp.clamp_(0, 1)
        opt.zero_grad()
        cl(n(inp))
        loss = cl.loss
        loss.backward()
        run[0] += 1
        return loss
    opt.step(closure)
print(f"{cl.loss.item():.6f}")
# adversarial FGSM
def fgsm_attack(image, epsilon, data_grad):
    sign_data_grad = data_grad.sign()
    perturbed_image = image + epsilon * sign_data_grad
    return torch.clamp(perturbed_image, 0, 1)
data = torch.rand(1, 1, 28, 28)
data.requires_grad = True
out = model(data)
init_pred = out.max(1, keepdim=True)[1]
loss = F.nll_loss(out, torch.tensor([3]))
model.zero_grad()
loss.backward()
pd = fgsm_attack(data, 0.1, data.grad.data)
print(init_pred, (pd - data).abs().max())
