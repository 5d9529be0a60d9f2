# Matrices: products, norms, solving, decompositions whose results are unique.
import torch

A = torch.tensor([[4.0, 1.0], [2.0, 3.0]])
b = torch.tensor([1.0, 2.0])
print(A @ A, A @ b, A.T, torch.trace(A), torch.outer(b, b), torch.dot(b, b), A.diagonal(), torch.diag(b))
print(torch.einsum("ij,j->i", A, b), torch.einsum("ij->ji", A), torch.einsum("ii", A), torch.einsum("bi,bj->bij", A, A))
print(torch.addmm(A, A, A), torch.baddbmm(A[None], A[None], A[None]), torch.mv(A, b), torch.tensordot(A, A, dims=1))
print(torch.norm(b), A.norm())
print(torch.chain_matmul(A, A), torch.triu(A), torch.tril(A, -1), torch.block_diag(A, torch.ones(1, 1)))
X = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
mean = X.mean(0)
C = (X - mean).T @ (X - mean) / 2
print(C, torch.cov(X.T) if False else C.diagonal())
w = A.clone().requires_grad_()
(w @ b).sum().backward()
print(w.grad)
g = torch.tensor([[1.0, 2.0]], requires_grad=True)
(g @ A @ g.T).backward()
print(g.grad)
