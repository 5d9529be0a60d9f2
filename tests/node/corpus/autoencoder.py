# An autoencoder and a variational one, on random data.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
data = torch.rand(20, 6)


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(6, 4), nn.ReLU(True), nn.Linear(4, 2))
        self.decoder = nn.Sequential(nn.Linear(2, 4), nn.ReLU(True), nn.Linear(4, 6), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


model = AutoEncoder()
print(model)
opt = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-5)
for epoch in range(30):
    loss = F.mse_loss(model(data), data)
    opt.zero_grad()
    loss.backward()
    opt.step()
    if epoch % 10 == 9:
        print("epoch [{}/{}], loss:{:.4f}".format(epoch + 1, 30, loss.item()))


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(6, 5)
        self.fc21, self.fc22 = nn.Linear(5, 2), nn.Linear(5, 2)
        self.fc3, self.fc4 = nn.Linear(2, 5), nn.Linear(5, 6)

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 6))
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


vae = VAE()
opt = torch.optim.Adam(vae.parameters(), lr=1e-2)
for epoch in range(3):
    recon, mu, logvar = vae(data)
    BCE = F.binary_cross_entropy(recon, data, reduction="sum")
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    opt.zero_grad()
    (BCE + KLD).backward()
    opt.step()
    print(f"====> Epoch: {epoch} Average loss: {(BCE + KLD).item() / len(data):.4f} KLD {KLD.item():.4f}")
with torch.no_grad():
    print(vae.decode(torch.zeros(1, 2)))
