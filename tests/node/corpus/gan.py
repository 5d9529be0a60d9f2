# A generative adversarial network on one-dimensional data: two optimizers, detach.
import torch
from torch import nn

torch.manual_seed(111)
G = nn.Sequential(nn.Linear(1, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
D = nn.Sequential(nn.Linear(1, 8), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(8, 1), nn.Sigmoid())
criterion = nn.BCELoss()
opt_g = torch.optim.Adam(G.parameters(), lr=0.01, betas=(0.5, 0.999))
opt_d = torch.optim.Adam(D.parameters(), lr=0.01, betas=(0.5, 0.999))
for step in range(20):
    real = torch.randn(16, 1) * 0.5 + 2
    fake = G(torch.randn(16, 1))
    D.zero_grad()
    loss_real = criterion(D(real), torch.ones(16, 1))
    loss_fake = criterion(D(fake.detach()), torch.zeros(16, 1))
    (loss_real + loss_fake).backward()
    opt_d.step()
    G.zero_grad()
    loss_g = criterion(D(fake), torch.ones(16, 1))
    loss_g.backward()
    opt_g.step()
    if step % 5 == 0:
        print(f"[{step}] D: {(loss_real + loss_fake).item():.4f} G: {loss_g.item():.4f} mean: {fake.mean().item():.3f}")


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Linear") != -1:
        nn.init.normal_(m.weight, 0.0, 0.02)
        nn.init.zeros_(m.bias)


G.apply(weights_init)
print(G[0].weight.T)
D.eval()
print(D(torch.zeros(2, 1)).detach())
