# Classical algorithms with tensors: k-means, nearest neighbours, PCA by power iteration, softmax regression by hand.
import torch

torch.manual_seed(0)
a = torch.randn(10, 2) * 0.3 + torch.tensor([2.0, 2.0])
b = torch.randn(10, 2) * 0.3 - torch.tensor([2.0, 2.0])
X = torch.cat([a, b])
centers = X[[0, 10]].clone()
for it in range(4):
    d = ((X[:, None] - centers[None]) ** 2).sum(-1)
    label = d.argmin(1)
    centers = torch.stack([X[label == k].mean(0) for k in range(2)])
print(centers, label)
query = torch.tensor([[1.5, 1.0], [-1.0, -3.0]])
dist = (query[:, None] - X[None]).norm(dim=2)
near = dist.topk(3, largest=False)
print(near.values, label[near.indices].mode(1).values if False else label[near.indices].float().mean(1))
C = X - X.mean(0)
cov = C.T @ C / (len(X) - 1)
v = torch.ones(2)
for _ in range(50):
    v = cov @ v
    v = v / v.norm()
print(v, (v @ cov @ v))
proj = C @ v
print(proj[:3], proj.shape, (proj[:10] > 0).all(), (proj[10:] < 0).all())
W = torch.zeros(2, 2)
Y = torch.eye(2)[label]
for _ in range(20):
    logits = X @ W
    P = torch.exp(logits - logits.max(1, keepdim=True).values)
    P = P / P.sum(1, keepdim=True)
    W -= 0.5 * X.T @ (P - Y) / len(X)
print(W, ((X @ W).argmax(1) == label).float().mean())
u, counts = torch.unique(label), torch.bincount(label)
print(u, counts, torch.bincount(label), label.sum(), (label == 0).nonzero().flatten()[:3])
A = ((X[:, None] - X[None]).norm(dim=2) < 1.0).int()
print(A.sum(1)[:5], torch.equal(A, A.T))
order = proj.argsort(descending=True)
print(order[:4], torch.sort(proj).values[:2])
