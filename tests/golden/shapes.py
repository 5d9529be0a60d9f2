"""Creation, views, movement, joining and splitting."""

import torch

from recorder import Maker

f32, f64, i64, i32, u8, boolean = (
    torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool,
)  # fmt: skip
T = torch.Tensor


def make(r):
    creation(r)
    random(r)
    views(r)
    movement(r)
    joining(r)
    splitting(r)
    mistakes(r)


def creation(r):
    for name in ("zeros", "ones"):
        for size in ([], [3], [2, 0], [2, 3]):
            r.op(name, size)
        r.op(name, [2], dtype=i64)
        r.op(name, [2], dtype=boolean)
    m = Maker("creation")
    r.op("full", [2, 2], 7)
    r.op("full", [2, 2], 7.5)
    r.op("full", [2], True)
    r.op("full", [], 1, dtype=f64)
    for args in [(5,), (2.5,), (1, 4), (1, 2.5, 0.5), (5, 0, -2), (0,), (0, 1, 0.1)]:
        r.op("arange", *args)
    r.op("arange", 3, dtype=f32)
    for args in [(0, 1, 5), (-3, 10, 7), (3, 3, 1), (1, 0, 4), (0, 10, 101)]:
        r.op("linspace", *args)
    r.op("linspace", 0, 10, 5, dtype=i64)
    r.op("linspace", 0, 1, 11, dtype=f64)
    for args in [(0, 2, 5), (-1, 1, 3)]:
        r.op("logspace", *args)
    r.op("logspace", 0, 3, 4, base=2)
    r.op("eye", 3)
    r.op("eye", 2, 4)
    r.op("eye", 3, 2, dtype=i64)
    for name in ("zeros_like", "ones_like"):
        r.op(name, m.ints(2, 3), dtype=f32)
    r.op("full_like", m(2, 3), 3)
    r.op("full_like", m.ints(2, 3), 3)
    r.op("full_like", m(2), 3, dtype=i64)
    r.op("new_zeros", m(2, dtype=f64), [3])
    r.op("new_ones", m.ints(2), [3, 2])
    r.op("new_full", m.ints(2), [3], 4)
    r.op("new_zeros", m(2), [3], dtype=i64)
    for name in ("hann_window", "hamming_window", "blackman_window", "bartlett_window"):
        r.op(name, 6)
        r.op(name, 5, False)
    r.op("tril_indices", 3, 4)
    r.op("tril_indices", 4, 3, -1)
    r.op("triu_indices", 3, 4, 1)
    r.op("vander", m(3, grad=False))
    r.op("vander", m(3, grad=False), 2, True)
    r.op("complex_absent", 1, fn=lambda x: torch.tensor(1j))  # a dtype we haven't got is left out


def random(r):
    for seed in (0, 42):
        for size in ([], [3], [16], [2, 10], [5, 7]):
            r.op("rand", size, seed=seed)
            r.op("randn", size, seed=seed)
            r.op("rand", size, dtype=f64, seed=seed)
            r.op("randn", size, dtype=f64, seed=seed)
        r.op("randint", 10, [20], seed=seed)
        r.op("randint", -5, 5, [4, 5], seed=seed)
        r.op("randperm", 10, seed=seed)
        r.op("randperm", 1, seed=seed)
        r.op("rand_like", torch.zeros(3, 4), seed=seed)
        r.op("randn_like", torch.zeros(3, 4, dtype=f64), seed=seed)
        r.op("randint_like", torch.zeros(3, 4), 7, seed=seed)
        r.op("randint_like", torch.zeros(3, 4, dtype=i64), 2, 7, seed=seed)
        r.op("bernoulli", torch.rand(20), seed=seed)
        r.op("bernoulli", torch.zeros(30), 0.3, seed=seed)
        r.op("normal", torch.zeros(5), torch.ones(5), seed=seed)
        r.op("normal", 1.0, 2.0, [6], seed=seed)
        r.op("normal", torch.arange(4.0), 0.5, seed=seed)
        r.op("normal", 1.0, torch.arange(1.0, 4.0), seed=seed)
        r.op("multinomial", torch.tensor([0.1, 0.2, 0.3, 0.4]), 3, seed=seed)
        r.op("multinomial", torch.tensor([0.1, 0.2, 0.3, 0.4]), 8, True, seed=seed)
        r.op("multinomial", torch.rand(3, 5), 2, seed=seed)
        for name in ("dropout", "alpha_dropout", "feature_alpha_dropout"):
            r.op(name, torch.ones(4, 5).requires_grad_(), 0.4, True, seed=seed, node=False)
        for name, shape in [("dropout1d", (2, 3, 4)), ("dropout2d", (2, 3, 4, 2)), ("dropout3d", (1, 3, 2, 2, 2))]:
            r.op(name, torch.ones(shape).requires_grad_(), 0.4, True, seed=seed, node=False)
            r.op(name, torch.ones(shape), 0.4, False)
        r.op("dropout", torch.ones(4), 0.4, False)
        r.op("dropout", torch.ones(4), 1.0, True)
        r.op("uniform", torch.zeros(20), -1.0, 2.0, fn=T.uniform_, seed=seed)
        for name, args in [("exponential", (2.0,)), ("geometric", (0.3,)), ("cauchy", ()), ("log_normal", ()),
                           ("random", ()), ("random", (7,)), ("random", (-3, 7)), ("uniform", ()),
                           ("normal", (1.0, 2.0)), ("bernoulli", (0.7,)), ("bernoulli", ())]:  # fmt: skip
            r.op(name + "_", torch.zeros(20), *args, seed=seed)
        r.op("poisson", torch.linspace(0, 30, 20), seed=seed)
        r.op("_standard_gamma", torch.linspace(0.2, 5, 20), seed=seed)
        r.op("bernoulli_", torch.zeros(20), torch.linspace(0, 1, 20), seed=seed)
        r.op("rrelu", torch.linspace(-2, 2, 9), 0.1, 0.3, True, seed=seed)


def views(r):
    for layout in ("plain", "t", "step", "expand"):
        m = Maker("views")
        x = m(2, 3, 4, layout=layout)
        r.op("reshape", x, [4, 6])
        r.op("reshape", x, [-1])
        r.op("reshape", x, [2, -1, 2])
        r.op("flatten", x)
        r.op("flatten", x, 1)
        r.op("flatten", x, 0, 1)
        r.op("ravel", x)
        r.op("unflatten", x, 2, [2, -1], fn=T.unflatten)
        r.op("squeeze", m(1, 3, 1, layout=layout))
        r.op("squeeze", m(1, 3, 1, layout=layout), 0)
        r.op("squeeze", m(1, 3, 1, layout=layout), 1)
        r.op("unsqueeze", x, 0)
        r.op("unsqueeze", x, -1)
        r.op("transpose", x, 0, 2)
        for name in ("swapaxes", "swapdims"):
            r.op(name, x, 0, 1)
        r.op("permute", x, [2, 0, 1])
        r.op("t", m(2, 3, layout=layout))
        r.op("t", m(3, layout="plain"))
        r.op("adjoint", x)
        r.op("expand", m(1, 3, 1, layout=layout), [2, 3, 4], fn=T.expand)
        r.op("expand", m(3, layout="plain"), [2, -1], fn=T.expand)
        r.op("expand_as", m(1, 3), m(2, 3))
        r.op("broadcast_to", m(1, 3), [2, 3])
        r.op("narrow", x, 1, 1, 2)
        r.op("select", x, 1, -1)
        r.op("slice", x, 2, 1, 4, 2, fn=lambda v, d, a, b, s: v[:, :, a:b:s])
        r.op("diagonal", x, fn=torch.diagonal)
        r.op("diagonal", x, 1, 1, 2)
        r.op("diagonal", x, -1, 0, 2)
        r.op("movedim", x, 0, 2)
        r.op("moveaxis", x, 2, 0)
        r.op("movedim", x, [0, 1], [2, 0])
        r.op("unfold", x, 2, 2, 1, fn=T.unfold)
        r.op("unfold", x, 1, 2, 2, fn=T.unfold)
        r.op("contiguous", x, node=False)
        r.op("clone", x)
        r.op("alias", x, fn=torch.ops.aten.alias)
        r.op("unbind", x)
        r.op("unbind", x, 1)
        r.op("view_as_real_absent", x, fn=lambda v: torch.tensor(1j))
    m = Maker("plain views")
    x = m(2, 3, 4)
    r.op("view", x, [6, 4], fn=T.view)
    r.op("view", x, [-1], fn=T.view)
    r.op("view", x.detach(), torch.int32, fn=T.view)
    r.op("view", x.detach(), torch.uint8, fn=T.view)
    r.op("view_as", x, m(4, 6))
    r.op("reshape_as", x, m(4, 6))
    r.op("view", m(0, 3), [3, 0], fn=T.view)
    r.op("as_strided", m(3, 4), [2, 2], [1, 2], fn=torch.as_strided)
    r.op("as_strided", m(3, 4), [2, 3], [1, 1], 2, fn=torch.as_strided)
    r.op("as_strided_scatter", m(3, 4, grad=False), m(2, 2), [2, 2], [1, 2])
    r.op("atleast_1d", m())
    r.op("atleast_2d", m())
    r.op("atleast_2d", m(3))
    r.op("atleast_3d", m(3))
    r.op("atleast_3d", m(2, 3))
    r.op("squeeze", m())
    r.op("unsqueeze", m(), 0)
    r.op("diagonal_scatter", m(3, 3), m(3))
    r.op("select_scatter", m(3, 4), m(4), 0, 1)
    r.op("slice_scatter", m(4, 3), m(2, 3), 0, 1, 3, 1)
    r.op("slice_scatter", m(3, 4), m(3, 2), 1, 0, 4, 2)


def movement(r):
    for layout in ("plain", "t", "step"):
        m = Maker("movement")
        x = m(3, 4, layout=layout)
        r.op("flip", x, [0])
        r.op("flip", x, [0, -1])
        r.op("fliplr", x)
        r.op("flipud", x)
        r.op("roll", x, 1, fn=torch.roll)
        r.op("roll", x, 1, 0)
        r.op("roll", x, (1, -1), (0, 1))
        r.op("rot90", x)
        r.op("rot90", x, 2)
        r.op("rot90", x, -1, (1, 0))
        for k in (0, 1, -1):
            r.op("tril", x, k)
            r.op("triu", x, k)
        r.op("tril", m(2, 3, 4, layout=layout))
        r.op("repeat", x, [2, 1], fn=T.repeat)
        r.op("repeat", x, [2, 1, 2], fn=T.repeat)
        r.op("tile", x, [2])
        r.op("tile", x, [2, 1, 2])
        r.op("repeat_interleave", x, 2)
        r.op("repeat_interleave", x, 2, 1)
        r.op("repeat_interleave", x, torch.tensor([1, 2, 0]), 0)
        r.op("diag", x)
        r.op("diag", x, 1)
        r.op("diag", m(3))
        r.op("diag", m(3), -1)
        r.op("diag_embed", x)
        r.op("diag_embed", x, 1, 0, 2)
        r.op("diagflat", m(2, 2, layout=layout))
        r.op("trace", x)
    m = Maker("more movement")
    r.op("repeat_interleave", torch.tensor([2, 0, 1]))
    r.op("flip", m.bools(2, 3), [1])
    r.op("tril", m.ints(3, 3))
    r.op("channel_shuffle", m(1, 4, 2, 2, grad=False), 2)
    r.op("pixel_shuffle", m(1, 8, 2, 3), 2)
    r.op("pixel_unshuffle", m(1, 2, 4, 6), 2)
    r.op("combinations", m(4), node=False)
    r.op("combinations", m(3), 2, True, node=False)


def joining(r):
    for layout in ("plain", "t", "step"):
        m = Maker("joining")
        a, b = m(2, 3, layout=layout), m(2, 3)
        for name in ("cat", "concat", "concatenate"):
            r.op(name, [a, b], fn=torch.cat)
            r.op(name, [a, m(2, 1)], 1, fn=torch.cat)
        r.op("stack", [a, b])
        r.op("stack", [a, b], -1)
        for name in ("hstack", "vstack", "dstack", "row_stack", "column_stack"):
            r.op(name, [a, b])
        for name in ("hstack", "vstack", "dstack", "column_stack"):
            r.op(name, [m(3), m(3)])
    m = Maker("more joining")
    r.op("cat", [m(2), m.ints(2), m(1, dtype=f64)])
    r.op("cat", [m(0), m(2, 3)])
    r.op("cat", [m.ints(2), m.bools(1)])
    r.op("stack", [m(), m()])
    r.op("meshgrid", [m(2), m(3)], indexing="ij", fn=lambda t, indexing: torch.meshgrid(*t, indexing=indexing))
    r.op("meshgrid", [m(2), m(3)], indexing="xy", fn=lambda t, indexing: torch.meshgrid(*t, indexing=indexing))
    r.op("cartesian_prod", [m.ints(2), m.ints(3)], fn=lambda t: torch.cartesian_prod(*t))
    r.op("block_diag", [m(2, 2), m(1, 3)], fn=lambda t: torch.block_diag(*t))
    r.op("broadcast_tensors", [m(2, 1), m(3)], fn=lambda t: torch.broadcast_tensors(*t))


def splitting(r):
    for layout in ("plain", "t"):
        m = Maker("splitting")
        x = m(6, 4, layout=layout)
        r.op("split", x, 2)
        r.op("split", x, 4)
        r.op("split", x, 3, 1)
        r.op("split", x, [1, 2, 3])
        r.op("split_with_sizes", x, [1, 3], 1)
        r.op("chunk", x, 3)
        r.op("chunk", x, 4)
        r.op("chunk", x, 2, 1)
        r.op("tensor_split", x, 4)
        r.op("tensor_split", x, [1, 3], 1, fn=lambda v, i, d: torch.tensor_split(v, tuple(i), d))
        r.op("hsplit", x, 2)
        r.op("vsplit", x, 2)
        r.op("dsplit", m(2, 2, 4), 2)
        for name, y in (("hsplit", x), ("vsplit", x), ("dsplit", m(2, 2, 4))):
            r.op(name, y, [1, 2], fn=lambda v, i, split=getattr(torch, name): split(v, tuple(i)))


def mistakes(r):
    m = Maker("mistakes")
    r.error("reshape", m(2, 3), [4])
    r.error("reshape", m(2, 3), [4, -1])
    r.error("view", m(3, 2, layout="t"), [-1], fn=T.view)
    r.error("view", m(2, 3), [7], fn=T.view)
    r.error("cat", [m(2, 3), m(2, 4)])
    r.error("cat", [m(2, 3), m(2)])
    r.error("stack", [m(2), m(3)])
    r.error("squeeze", m(2), 3)
    r.error("transpose", m(2, 3), 0, 2)
    r.error("permute", m(2, 3), [0])
    r.error("permute", m(2, 3), [0, 0])
    r.error("expand", m(2, 3), [4, 3], fn=T.expand)
    r.error("expand", m(2, 3), [3], fn=T.expand)
    r.error("narrow", m(3), 0, 2, 2)
    r.error("select", m(3), 0, 5)
    r.error("t", m(2, 2, 2))
    r.error("zeros", [-1])
    r.error("arange", 0, 5, -1)
    r.error("split", m(3), [1, 1])
    r.error("flip", m(2, 3), [0, 0])
    r.error("repeat", m(2, 3), [2], fn=T.repeat)
    r.error("unflatten", m(2, 6), 1, [4, 2], fn=T.unflatten)
    r.error("chunk", m(3), 0)
    r.error("randint", 5, 5, [2])
