"""Covariances and correlations."""
import torch

from ._array import result
from ._creation import tensor_of


def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    """The covariance matrix of variables (rows) over observations (columns)."""
    t = tensor_of(m)
    t = t if t.dtype.is_floating_point else t.to(torch.float64)
    if y is not None:
        t = torch.stack([t, tensor_of(y).to(t.dtype)]) if t.dim() == 1 else torch.cat([t, tensor_of(y).to(t.dtype)])
    if not rowvar and t.dim() == 2:
        t = t.T
    return result(torch.cov(t, correction=(0 if bias else 1) if ddof is None else ddof))


def corrcoef(x, y=None, rowvar=True):
    """Correlation coefficients of variables (rows)."""
    c = tensor_of(cov(x, y, rowvar))
    if c.dim() == 0:
        return result(c / c)
    d = c.diagonal().sqrt()
    return result((c / d.unsqueeze(1) / d.unsqueeze(0)).clamp(-1, 1))
