# Pictures as tensors: channels, normalising, crops, flips, edge filters, pooling.
import torch
import torch.nn.functional as F

img = torch.arange(48.0).reshape(3, 4, 4) / 48
print(img.shape, img.permute(1, 2, 0).shape, img.mean((1, 2)), img.max())
mean = torch.tensor([0.1, 0.4, 0.8]).view(3, 1, 1)
std = torch.tensor([0.2, 0.2, 0.2])[:, None, None]
norm = (img - mean) / std
print(norm[:, 0, 0], ((norm * std + mean) - img).abs().max() < 1e-6)
print(img[:, 1:3, 1:3], img.flip(-1)[0, 0], torch.flip(img, [1])[0, :, 0], img[[2, 1, 0], 0, 0])
gray = (img * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(0)
print(gray)
sobel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
gx = F.conv2d(gray[None, None], sobel[None, None], padding=1)
print(gx.shape, gx[0, 0])
print(F.avg_pool2d(img[None], 2)[0, 0], F.max_pool2d(img[None], 2, stride=1)[0, 0])
patches = gray.unfold(0, 2, 2).unfold(1, 2, 2)
print(patches.shape, patches[0, 0], patches.reshape(4, 4).mean(1))
batch = torch.stack([img, img.flip(2)])
print(batch.shape, batch.view(2, -1).shape, batch.flatten(1).sum(1))
kernel = torch.ones(3, 1, 3, 3) / 9
blur = F.conv2d(img[None], kernel, padding=1, groups=3)
print(blur.shape, blur[0, 0, 1])
mask = gray > gray.mean()
print(mask, (gray * mask).sum(), gray[mask].numel(), gray.masked_fill(mask, 0).max())
up = gray.repeat_interleave(2, 0).repeat_interleave(2, 1)
print(up.shape, up[:2, :4])
print((img * 255).to(torch.uint8)[0], img.clamp(0.2, 0.5)[0, 0], torch.where(gray > 0.5, 1, 0) if False else (gray > 0.5).int())
conv = torch.nn.Conv2d(3, 2, 3, stride=2, padding=1)
torch.nn.init.constant_(conv.weight, 0.1)
torch.nn.init.zeros_(conv.bias)
print(conv(img[None]), conv(img).shape)
