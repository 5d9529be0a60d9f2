"""torch.linalg: the operators of the registry that belong there."""
from . import _core
from ._core import LinAlgError
from ._results import named_results


def inv_ex(A, *, check_errors=False):
    """(inverse, info): info is 0, or 1 for a singular matrix, whose inverse is NaN then."""
    import torch

    batch = tuple(A.shape)[:-2]
    info = (torch.linalg.det(A) == 0).to(torch.int32)
    if not bool(info.any()):
        return named_results("linalg_inv_ex", (torch.linalg.inv(A), info))
    if check_errors:
        torch.linalg.inv(A)
    rows = [m if int(bad) else torch.linalg.inv(m) for m, bad in zip(A.reshape((-1,) + tuple(A.shape)[-2:]), info.reshape(-1))]
    return named_results(
        "linalg_inv_ex", (torch.stack(rows).reshape(batch + tuple(A.shape)[-2:]), info)
    )


def cholesky_ex(A, *, upper=False, check_errors=False):
    """(factor, info): info is the order of the first minor that isn't positive, or 0."""
    import torch

    rows, infos = [], []
    for m in A.reshape((-1,) + tuple(A.shape)[-2:]):
        try:
            rows.append(torch.linalg.cholesky(m, upper=upper))
            infos.append(0)
        except RuntimeError as e:
            if check_errors:
                raise
            rows.append(m.clone())
            infos.append(int(str(e).split("order ")[1].split(" ")[0]))
    factor = torch.stack(rows).reshape(A.shape)
    info = torch.tensor(infos, dtype=torch.int32).reshape(tuple(A.shape)[:-2])
    return named_results("linalg_cholesky_ex", (factor, info))


def _factors(A):
    import torch

    r = torch._lu(A.detach())
    return r[0], r[1]


def lu_factor(A, *, pivot=True):
    """L and U in one matrix, and LAPACK's pivots. Without gradients."""
    return named_results("linalg_lu_factor", _factors(A))


def lu_factor_ex(A, *, pivot=True, check_errors=False):
    import torch

    factors, pivots = _factors(A)
    d = factors.diagonal(0, -2, -1) == 0
    info = torch.where(d.any(-1), d.int().argmax(-1) + 1, 0).to(torch.int32)
    return named_results("linalg_lu_factor_ex", (factors, pivots, info))


def unpack_lu(factors, pivots):
    """(P, L, U) of lu_factor's results."""
    import torch

    m, n = factors.shape[-2], factors.shape[-1]
    k = min(m, n)
    lower = factors[..., :, :k].tril(-1) + torch.eye(m, k, dtype=factors.dtype)
    upper = factors[..., :k, :].triu()
    rows = pivots.reshape(-1, k).tolist()
    matrices = []
    for swaps in rows:
        order = list(range(m))
        for i, j in enumerate(swaps):
            order[i], order[j - 1] = order[j - 1], order[i]
        p = torch.zeros(m, m, dtype=factors.dtype)
        p[order, list(range(m))] = 1
        matrices.append(p)
    p = torch.stack(matrices).reshape(tuple(factors.shape)[:-2] + (m, m))
    return p, lower, upper


def lu(A, *, pivot=True):
    """P, L and U with A = P L U. Without gradients."""
    return named_results("linalg_lu", unpack_lu(*_factors(A)))


def lu_solve(LU, pivots, B, *, left=True, adjoint=False):
    """X with A X = B, given lu_factor's results of A."""
    import torch

    p, lower, upper = unpack_lu(LU, pivots)
    return torch.linalg.solve(p @ lower @ upper, B)


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
