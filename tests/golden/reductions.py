"""Reductions, statistics, scans, sorting."""

import math

import torch

from recorder import Maker

f32, f64, i64, boolean = torch.float32, torch.float64, torch.int64, torch.bool

# Reductions that take dim (one or several) and keepdim.
REDUCTIONS = {
    "sum": "several", "mean": "several", "prod": "one", "amax": "several", "amin": "several",
    "argmax": "one", "argmin": "one", "all": "one", "any": "one", "var": "several", "std": "several",
    "nansum": "several", "nanmean": "several", "count_nonzero": "nokeep",
    "logsumexp": "needed", "max": "pair", "min": "pair", "median": "pair", "nanmedian": "pair",
    "mode": "pair", "var_mean": "several", "std_mean": "several",
}  # fmt: skip


def make(r):
    reductions(r)
    statistics(r)
    scans(r)
    sorting(r)
    mistakes(r)


def reductions(r):
    for name, kind in REDUCTIONS.items():
        m = Maker(name)
        # Where a variance of one element has a gradient depends on the version.
        alone = m if name[:3] not in ("var", "std") else lambda *s: m(*s, grad=False)
        inputs = [m(2, 3, 4), m(3, 4, layout="t"), m(4, 3, layout="step"), m(2, 3, dtype=f64)]
        dtypes = [m(2, 3, dtype=d, low=0) for d in (i64, torch.int32, torch.uint8, boolean)]
        if kind != "needed" and name != "mode":
            for x in [*inputs, alone(), alone(1), m(3, 2, layout="expand"), *dtypes]:
                r.op(name, x, either=not x.dtype.is_floating_point)
        keep = [{}] if kind == "nokeep" else [{}, {"keepdim": True}]
        for options in keep:
            for x in inputs:
                r.op(name, x, dim=-1, **options)
                r.op(name, x, dim=0, **options)
            for x in dtypes:
                r.op(name, x, dim=1, either=True, **options)
            if kind in ("several", "needed"):
                r.op(name, inputs[0], dim=(0, 2), **options)
                r.op(name, inputs[0], dim=(-1, 1), **options)
        r.op(name, alone(), dim=0)
        r.op(name, m(0, 3), dim=1)
        r.op(name, m(0, 3), dim=0)
        r.op(name, torch.tensor([[1.0, math.nan, 3.0], [2.0, 2.0, 1.0]]).requires_grad_(), dim=1)


def statistics(r):
    m = Maker("statistics")
    for name in ("sum", "mean", "prod"):
        r.op(name, m(2, 3), dtype=f64)
        r.op(name, m.ints(2, 3), dtype=f32)
        r.op(name, m(2, 3), dim=1, dtype=f64)
    r.op("sum", m(0))
    r.op("mean", m(0))
    r.op("prod", m(0))
    r.op("prod", torch.tensor([2.0, 0.0, 3.0]).requires_grad_())
    r.op("prod", torch.tensor([0.0, 0.0, 3.0]).requires_grad_())
    r.op("prod", torch.tensor([[2.0, 0.0, 3.0], [1.0, 2.0, 4.0]]).requires_grad_(), 1)
    for name in ("var", "std", "var_mean", "std_mean"):
        r.op(name, m(3, 4), unbiased=False)
        r.op(name, m(3, 4), 1, unbiased=False)
        r.op(name, m(3, 4), 1, True, True)
        r.op(name, m(3, 4), dim=1, correction=0)
        r.op(name, m(3, 4), dim=(0, 1), correction=1)
        r.op(name, m(1, grad=False))
        r.op(name, m(3, 4), False)
    r.op("max", torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 1.0]]).requires_grad_())
    r.op("amax", torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 1.0]]).requires_grad_(), 1)
    r.op("max", torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 1.0]]).requires_grad_(), 1)
    r.op("argmax", torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 1.0]]), 1)
    r.op("median", torch.tensor([3.0, 1.0, 2.0, 2.0]).requires_grad_())
    r.op("aminmax", m(2, 3), node=False)
    r.op("aminmax", m(2, 3), dim=1, node=False)
    r.op("aminmax", m(2, 3), dim=1, keepdim=True, node=False)
    for p in (1, 2, 3, 0.5, 0, math.inf, -math.inf, "fro"):
        r.op("norm", m(2, 3), p, node=False)
        r.op("norm", m(2, 3), p, 1, node=False)
    r.op("norm", m(2, 3), 2, 1, True, node=False)
    r.op("norm", torch.zeros(3).requires_grad_(), node=False)
    r.op("norm", m(2, 3, 4), dim=(0, 2), node=False)
    r.op("dist", m(2, 3), m(3))
    r.op("dist", m(2, 3), m(2, 3), 1)
    for q in (0.0, 0.3, 0.5, 1.0):
        r.op("quantile", m(7), q, node=False)
        r.op("nanquantile", m(7), q, node=False)
    r.op("quantile", m(2, 5), 0.4, dim=1, node=False)
    r.op("quantile", m(2, 5), torch.tensor([0.25, 0.75]), dim=1, node=False)
    r.op("quantile", m(2, 5), torch.tensor([0.25, 0.75]), dim=0, keepdim=True, node=False)
    for mode in ("linear", "lower", "higher", "nearest", "midpoint"):
        r.op("quantile", m(2, 5), 0.4, dim=1, interpolation=mode, node=False)
    r.op("unique", m.ints(3, 4))
    r.op("unique", m.ints(3, 4), return_inverse=True)
    r.op("unique", m.ints(3, 4), return_counts=True)
    r.op("unique", m.ints(3, 4), return_inverse=True, return_counts=True)
    r.op("unique", torch.tensor([[1, 2], [3, 4], [1, 2]]), dim=0)
    r.op("unique", torch.tensor([[1, 2], [3, 4], [1, 2]]), return_inverse=True, return_counts=True, dim=0)
    r.op("unique", torch.tensor([2.0, 1.0, 2.0]))
    r.op("unique", m.bools(5))
    r.op("unique_consecutive", torch.tensor([1, 1, 2, 2, 1]))
    r.op("unique_consecutive", torch.tensor([1, 1, 2, 2, 1]), return_inverse=True, return_counts=True)
    r.op("bincount", m.ints(10))
    r.op("bincount", m.ints(10), minlength=8)
    r.op("bincount", m.ints(5), torch.tensor([0.5, 1.0, 1.5, 2.0, 2.5]))
    r.op("histc", m(20, grad=False), 5)
    r.op("histc", m(20, grad=False), bins=4, min=-1, max=1)
    r.op("histogram", m(20, grad=False), 5)
    r.op("histogram", m(20, grad=False), 4, range=(-1.0, 1.0))
    r.op("histogram", m(20, grad=False), 4, range=(-1.0, 1.0), density=True)
    r.op("cov", m(3, 6), node=False)
    r.op("cov", m(6), node=False)
    r.op("cov", m(3, 6), correction=0, node=False)
    r.op("corrcoef", m(3, 6), node=False)
    r.op("cdist", m(3, 4), m(2, 4))
    r.op("cdist", m(2, 3, 4), m(2, 2, 4))
    for p in (1.0, 3.0, math.inf, 0.0):
        r.op("cdist", m(3, 4), m(2, 4), p, node=False)
    r.op("pdist", m(4, 3))
    r.op("renorm", m(3, 4), 2, 0, 1.5)
    r.op("softmax", m(2, 3), 1)
    r.op("trapezoid", m(2, 5), node=False)
    r.op("trapz", m(2, 5), node=False)
    r.op("trapezoid", m(2, 5), m.distinct(5).sort()[0].detach(), node=False)
    r.op("trapezoid", m(2, 5), dx=0.5, node=False)
    r.op("cumulative_trapezoid", m(2, 5), node=False)
    r.op("diff", m(2, 5))
    r.op("diff", m(2, 5), 2)
    r.op("diff", m(2, 5), 1, 0)
    r.op("diff", m.bools(5))
    r.op("gradient", m(5), node=False)
    r.op("gradient", m(4, 5), node=False)
    r.op("gradient", m(4, 5), spacing=2.0, node=False)
    r.op("gradient", m(4, 5), dim=1, node=False)
    r.op("diff", m(5), prepend=m(1), append=m(2))


def scans(r):
    for name in ("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp"):
        m = Maker(name)
        for x in (m(2, 3, 4), m(3, 4, layout="t"), m(0, 3), m(), m(4, dtype=f64)):
            for dim in {0, -1}:
                r.op(name, x, dim)
        r.op(name, m.ints(2, 3), 1, either=True)
        if name in ("cumsum", "cumprod"):
            r.op(name, m.bools(2, 3), 1)
            r.op(name, m(2, 3), 1, dtype=f64)
    r.op("cumprod", torch.tensor([[2.0, 0.0, 3.0, 4.0], [1.0, 0.0, 0.0, 2.0]]).requires_grad_(), 1)
    r.op("cummax", torch.tensor([1.0, 1.0, math.nan, 5.0]).requires_grad_(), 0)


def sorting(r):
    m = Maker("sorting")
    for x in (m.distinct(3, 4), m.ints(5, high=50), m(4, 3, layout="t"), m(), m(0)):
        r.op("sort", x)
        r.op("sort", x, 0, True)
        r.op("argsort", x)
        r.op("msort", x)
    r.op("sort", torch.tensor([3, 1, 2, 1, 3, 2, 1]), stable=True)
    r.op("sort", torch.tensor([3, 1, 2, 1, 3, 2, 1]), stable=True, descending=True)
    r.op("sort", torch.tensor([1.0, math.nan, -1.0, math.inf]))
    r.op("sort", torch.tensor([1.0, math.nan, -1.0, math.inf]), descending=True)
    r.op("argsort", m.distinct(3, 4), 0, True)
    for x in (m.distinct(3, 4), m.distinct(4, 3).t().detach().requires_grad_()):
        r.op("topk", x, 2)
        r.op("topk", x, 2, 0)
        r.op("topk", x, 2, 1, False)
        r.op("kthvalue", x, 2)
        r.op("kthvalue", x, 2, 0, True)
    r.op("topk", m.ints(5, high=100), 3)
    r.op("topk", m.distinct(5), 0)
    sequence = torch.tensor([1.0, 2.0, 3.0, 5.0])
    r.op("searchsorted", sequence, torch.tensor([0.5, 2.0, 4.0, 9.0]))
    r.op("searchsorted", sequence, torch.tensor([[0.5, 2.0], [3.0, 9.0]]), right=True)
    r.op("searchsorted", torch.tensor([[1, 2, 3], [4, 5, 6]]), torch.tensor([[2, 9], [5, 1]]))
    r.op("searchsorted", sequence, 2.0)
    r.op("searchsorted", sequence, torch.tensor([2.0]), side="right")
    r.op("bucketize", torch.tensor([[0.5, 2.0], [3.0, 9.0]]), sequence)
    r.op("bucketize", torch.tensor([[0.5, 2.0], [3.0, 9.0]]), sequence, right=True)


def mistakes(r):
    m = Maker("mistakes")
    r.error("sum", m(2, 3), 2)
    r.error("mean", m.ints(3))
    r.error("max", m(0))
    r.error("argmax", m(0))
    r.error("softmax", m(2), 3)
    r.error("topk", m(3), 5)
    r.error("std", m.ints(3))
    r.error("median", m(2, 3), 5)
    r.error("cumsum", m(2, 3), 2)
    r.error("kthvalue", m(3), 5)
    r.error("bincount", m(3))
    r.error("sum", m(2, 3), (0, 0))
