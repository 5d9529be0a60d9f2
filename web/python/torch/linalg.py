"""torch.linalg: the operators of the registry that belong there."""
from . import _core
from ._core import LinAlgError


def inv_ex(A, *, check_errors=False):
    """(inverse, info): info is 0, or 1 for a singular matrix, whose inverse is NaN then."""
    import torch

    batch = tuple(A.shape)[:-2]
    info = (torch.linalg.det(A) == 0).to(torch.int32)
    if not bool(info.any()):
        return torch.linalg.inv(A), info
    if check_errors:
        torch.linalg.inv(A)
    rows = [m if int(bad) else torch.linalg.inv(m) for m, bad in zip(A.reshape((-1,) + tuple(A.shape)[-2:]), info.reshape(-1))]
    return torch.stack(rows).reshape(batch + tuple(A.shape)[-2:]), info


def vander(x, *, N=None):
    """Rows of the powers 0 to N - 1 of the elements of x."""
    import torch

    return x.unsqueeze(-1) ** torch.arange(x.size(-1) if N is None else N)


def diagonal(A, *, offset=0, dim1=-2, dim2=-1):
    return A.diagonal(offset, dim1, dim2)


def matmul(input, other, *, out=None):
    import torch

    return torch.matmul(input, other, out=out)


def __getattr__(name):
    found = _core.find(name, "linalg")
    if found < 0:
        if name[:1] == "_":
            raise AttributeError("module 'torch.linalg' has no attribute '" + name + "'")
        raise _core.missing("module 'torch.linalg'", name, "linalg", [])
    value = _core.make_function("linalg_" + name, found)
    globals()[name] = value
    return value
