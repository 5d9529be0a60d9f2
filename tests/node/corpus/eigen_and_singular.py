# Eigenvectors and singular vectors with their signs, which depend on the algorithm.
import torch

L = torch.linalg
torch.manual_seed(1)


def show(*tensors):
    for t in tensors:
        print([round(v, 3) + 0.0 for v in t.reshape(-1).tolist()])


A = torch.tensor([[4.0, 2.0], [2.0, 3.0]])
print(L.eigh(A), L.svd(A), sep="\n")
w, v = L.eigh(A)
print(v @ torch.diag(w) @ v.T)
show(*L.eigh(torch.tensor([[2.0, -1, 0], [-1, 2, -1], [0, -1, 2]])))
show(*L.svd(torch.tensor([[3.0, 1, 1], [-1, 3, 1]])))
show(*L.svd(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])))
show(*L.svd(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), full_matrices=False))
show(*L.svd(torch.tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 10]])))
for n in (2, 3, 4, 5):
    B = torch.randn(n, n, dtype=torch.float64)
    show(*L.eigh(B + B.T))
    show(*L.eigh(B @ B.T))
for m, n in ((2, 2), (3, 3), (4, 4), (3, 2), (2, 3), (5, 4), (4, 5), (7, 2), (2, 7), (1, 3), (3, 1)):
    B = torch.randn(m, n, dtype=torch.float64)
    show(*L.svd(B))
    show(*L.svd(B, full_matrices=False))

# principal components
X = torch.randn(50, 3) @ torch.tensor([[2.0, 0.5, 0], [0, 1, 0.3], [0, 0, 0.5]])
X = X - X.mean(0)
U, S, Vh = L.svd(X, full_matrices=False)
show(S, Vh, (X @ Vh.T[:, :2])[0])
w, v = L.eigh(torch.cov(X.T))
show(w.flip(0), v.flip(1))
try:
    L.svd(torch.tensor([[float("nan"), 1.0], [0.0, 1.0]]))
except RuntimeError as e:
    print(type(e).__name__, e)
