"""numpy.linalg, over torch.linalg."""
import torch
from torch import linalg as _linalg
from torch._homes import place

from ._array import result, wrap
from ._creation import tensor_of


class LinAlgError(ValueError):
    """A matrix that has no inverse, or isn't square."""


place(LinAlgError, "numpy.linalg")


def _real(a):
    t = tensor_of(a)
    return t if t.dtype.is_floating_point else t.to(torch.float64)


def _square(a):
    t = _real(a)
    if t.dim() < 2 or t.shape[-1] != t.shape[-2]:
        raise LinAlgError("Last 2 dimensions of the array must be square")
    return t


def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of a vector or matrix: Euclidean (Frobenius) without `ord`."""
    t = _real(x)
    if ord is None and axis is None:
        return result((t * t).sum().sqrt())
    if ord is None:
        return result((t * t).sum(dim=axis, keepdim=keepdims).sqrt())
    return result(torch.linalg.norm(t, ord, dim=axis, keepdim=keepdims))


def inv(a):
    t = _square(a)
    try:
        return wrap(_linalg.inv(t))
    except RuntimeError:
        raise LinAlgError("Singular matrix")


def solve(a, b):
    t = _square(a)
    try:
        return wrap(_linalg.solve(t, _real(b).to(t.dtype)))
    except RuntimeError:
        raise LinAlgError("Singular matrix")


def det(a):
    return result(_linalg.det(_square(a)))


def svd(a, full_matrices=True, compute_uv=True):
    """Singular values in falling order, with the matrices u and vh around them."""
    t = _real(a)
    if not compute_uv:
        return wrap(_linalg.svdvals(t))
    return tuple([wrap(x) for x in _linalg.svd(t, full_matrices=full_matrices)])


def qr(a, mode="reduced"):
    return tuple([wrap(x) for x in _linalg.qr(_real(a), mode)])


def eigh(a, UPLO="L"):
    """Eigenvalues, in rising order, and eigenvectors of a symmetric matrix."""
    return tuple([wrap(x) for x in _linalg.eigh(_square(a), UPLO)])


def _general(a):
    from ._eig import eig as decompose

    t = _square(a)
    found = [decompose(m) for m in t.reshape((-1,) + tuple(t.shape)[-2:]).tolist()]
    if None in found:
        raise LinAlgError(
            "This matrix has complex eigenvalues, and Gradbox's numpy has no complex numbers"
        )
    values = torch.tensor([v for v, _ in found], dtype=t.dtype).reshape(tuple(t.shape)[:-1])
    vectors = torch.tensor([v for _, v in found], dtype=t.dtype).reshape(t.shape)
    return wrap(values), wrap(vectors)


def eig(a):
    """Eigenvalues and eigenvectors (columns) of a square matrix, where all are real."""
    return _general(a)


def eigvals(a):
    return _general(a)[0]


def eigvalsh(a, UPLO="L"):
    return wrap(_linalg.eigvalsh(_square(a), UPLO))


def cholesky(a):
    try:
        return wrap(_linalg.cholesky(_square(a)))
    except RuntimeError:
        raise LinAlgError("Matrix is not positive definite")


def pinv(a):
    return wrap(_linalg.pinv(_real(a)))


def matrix_rank(a):
    r = _linalg.matrix_rank(_real(a))
    return int(r) if r.dim() == 0 else wrap(r)


def matrix_power(a, n):
    return wrap(_linalg.matrix_power(_square(a), n))


def lstsq(a, b, rcond=None):
    """The least-squares solution, residuals, rank and singular values."""
    m = _real(a)
    y = _real(b)
    column = y.unsqueeze(-1) if y.dim() == 1 else y
    s = _linalg.svdvals(m)
    limit = s.max() * max(m.shape) * torch.finfo(m.dtype).eps
    rank = int((s > limit).sum())
    x = _linalg.pinv(m) @ column
    rest = m @ x - column
    full = rank == m.shape[1] and m.shape[0] > m.shape[1]
    residuals = (rest * rest).sum(0) if full else m.new_zeros(0)
    return wrap(x.squeeze(-1) if y.dim() == 1 else x), wrap(residuals), rank, wrap(s)
