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
