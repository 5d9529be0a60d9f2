"""Indexing, gathering and scattering."""

import torch

from recorder import Maker

f64, i64 = torch.float64, torch.int64


def index(x, indices):
    return x[tuple(slice(None) if i is None else i for i in indices)]


def index_put(x, indices, values, accumulate=False):
    return torch.index_put(x, tuple(indices), values, accumulate)


def make(r):
    for layout in ("plain", "t", "step"):
        m = Maker("indexing")
        x = m(3, 4, layout=layout)
        i = torch.tensor([2, 0, 2])
        r.op("index_select", x, 0, i)
        r.op("index_select", x, 1, torch.tensor([], dtype=i64))
        r.op("index_select", x, -1, torch.tensor([3, 3, 1, 0]))
        r.op("gather", x, 1, torch.tensor([[0, 3], [1, 1], [2, 0]]))
        r.op("gather", x, 0, torch.tensor([[0, 1, 2, 2]]))
        r.op("take", x, torch.tensor([0, 5, -1]))
        r.op("take_along_dim", x, torch.tensor([[0], [3], [2]]), 1)
        r.op("take_along_dim", x, torch.tensor([0, 11, 3]))
        # The gradient had a bug where x isn't contiguous.
        y = x if layout == "plain" else x.detach()
        r.op("masked_select", y, x.detach() > 0)
        r.op("masked_select", y, torch.tensor([True, False, True, True]))
        r.op("scatter", x, 1, torch.tensor([[0, 3], [1, 0], [2, 0]]), m(3, 2))
        r.op("scatter", x, 0, torch.tensor([[2, 0, 1, 1]]), 1.5)
        r.op("scatter_add", x, 1, torch.tensor([[0, 3, 0], [1, 1, 1]]), m(2, 3))
        for reduce in ("add", "multiply"):
            r.op("scatter", x.detach(), 1, torch.tensor([[0, 3], [1, 0], [2, 0]]), m(3, 2, grad=False),
                 reduce=reduce)  # fmt: skip
            r.op("scatter", x.detach(), 0, torch.tensor([[2, 0, 1, 1]]), 1.5, reduce=reduce)
        for reduce in ("sum", "prod", "mean", "amax", "amin"):
            for include in (True, False):
                r.op("scatter_reduce", x, 1, torch.tensor([[0, 3, 0], [1, 1, 1]]), m(2, 3), reduce,
                     include_self=include)  # fmt: skip
        r.op("index_add", x, 0, i, m(3, 4))
        r.op("index_add", x, 1, torch.tensor([0, 0]), m(3, 2), alpha=2)
        r.op("index_copy", x, 0, torch.tensor([2, 0]), m(2, 4))
        r.op("index_fill", x, 1, torch.tensor([2, 0]), -1.0)
        r.op("masked_scatter", x, x.detach() > 0, m(12))
        r.op("index", x, [i], fn=index)
        r.op("index", x, [i, torch.tensor([1, 1, 3])], fn=index)
        r.op("index", x, [None, i], fn=index)
        r.op("index", x, [torch.tensor([[0, 1], [2, -1]])], fn=index)
        r.op("index", x, [x.detach() > 0], fn=index)
        r.op("index", x, [torch.tensor([[0], [2]]), torch.tensor([1, 3])], fn=index)
        r.op("index_put", x, [i, torch.tensor([1, 1, 3])], m(3), fn=index_put)
        r.op("index_put", x, [i, torch.tensor([1, 1, 3])], m(3), True, fn=index_put)
        r.op("index_put", x, [i], m(4), True, fn=index_put)
        r.op("index_put", x, [x.detach() > 0], torch.tensor(5.0), fn=index_put)
    m = Maker("more indexing")
    y = m(2, 3, 4)
    r.op("index", y, [torch.tensor([0, 1]), None, torch.tensor([3, 0])], fn=index)
    r.op("index", y, [None, torch.tensor([0, 1]), torch.tensor([3, 0])], fn=index)
    r.op("index", y, [m.bools(2, 3)], fn=index)
    r.op("nonzero", torch.tensor([[0.0, 1.0], [2.0, 0.0]]))
    r.op("nonzero", torch.tensor(3.0))
    r.op("nonzero", m.bools(2, 3))
    r.op("argwhere", torch.tensor([[0, 1], [2, 0]]))
    r.op("one_hot", torch.tensor([0, 2, 1]))
    r.op("one_hot", torch.tensor([[0, 2], [1, 1]]), 4)
    r.op("where", m.bools(2, 3))
    r.op("put", m(2, 3), torch.tensor([0, 4, 1]), m(3))
    r.op("put", m(2, 3), torch.tensor([0, 4, 0]), m(3), True)

    r.error("index_select", m(3), 0, torch.tensor([5]))
    r.error("gather", m(2, 3), 1, torch.tensor([[3], [0]]))
    r.error("gather", m(2, 3), 1, torch.tensor([0]))
    r.error("gather", m(2, 3), 1, torch.tensor([[0.0], [0.0]]))
    r.error("index", m(3), [torch.tensor([5])], fn=index)
    r.error("index", m(3), [torch.tensor([0.5])], fn=index)
    r.error("index", m(3), [torch.tensor([True, False])], fn=index)
    r.error("index", m(3, 4), [torch.tensor([0, 1]), torch.tensor([0, 1, 2])], fn=index)
    r.error("masked_select", m(3), torch.tensor([1, 0, 1]))
    r.error("one_hot", torch.tensor([3]), 2)
    r.error("one_hot", torch.tensor([-1]))
    r.error("scatter", m(2, 3), 1, torch.tensor([[3]]), 1.0)
