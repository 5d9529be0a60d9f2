"""Covariances, correlations, and lines through points."""
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


def polyval(p, x):
    """The polynomial with coefficients p, the highest power first, at x."""
    t = tensor_of(x)
    out = torch.zeros_like(t)
    for c in tensor_of(p):
        out = out * t + c
    return result(out)


def polyfit(x, y, deg):
    """Coefficients, the highest power first, of the least-squares polynomial of that degree."""
    t = tensor_of(x).to(torch.float64)
    powers = torch.stack([t**k for k in range(deg, -1, -1)], dim=1)
    scale = (powers * powers).sum(0).sqrt()
    fitted = torch.linalg.pinv(powers / scale) @ tensor_of(y).to(torch.float64)
    return result((fitted.T / scale).T)


def interp(x, xp, fp, left=None, right=None):
    """Values at x of the line through the points (xp, fp), xp rising."""
    t, xs, ys = [tensor_of(v).to(torch.float64) for v in (x, xp, fp)]
    at = torch.searchsorted(xs, t, right=True).clamp(1, max(len(xs) - 1, 1))
    low, high = (at - 1).clamp(max=len(xs) - 1), at.clamp(max=len(xs) - 1)
    width = xs[high] - xs[low]
    slope = torch.where(width == 0, torch.zeros_like(width), (ys[high] - ys[low]) / width)
    out = slope * (t - xs[low]) + ys[low]
    out = torch.where(t < xs[0], ys[0] if left is None else torch.tensor(float(left)).double(), out)
    return result(torch.where(t > xs[-1], ys[-1] if right is None else torch.tensor(float(right)).double(), out))
