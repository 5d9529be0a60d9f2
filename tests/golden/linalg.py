"""Matrix products and linear algebra."""

import math

import torch

from recorder import Maker

f64, i64 = torch.float64, torch.int64


def by_lists(a, b, first, second):
    return torch.tensordot(a, b, dims=(first, second))


def make(r):
    products(r)
    decompositions(r)
    norms(r)
    mistakes(r)


def products(r):
    for layout in ("plain", "t", "step"):
        m = Maker("products")
        r.op("mm", m(2, 3, layout=layout), m(3, 4))
        r.op("mm", m(2, 3), m(3, 4, layout=layout))
        r.op("bmm", m(2, 3, 4, layout=layout), m(2, 4, 2))
        r.op("mv", m(2, 3, layout=layout), m(3))
        for a, b in [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 3, 4), (4,)),
                     ((2, 3, 4), (4, 2)), ((3, 4), (2, 4, 3)), ((4,), (2, 4, 3)), ((2, 3, 4), (2, 4, 3)),
                     ((2, 1, 3, 4), (3, 4, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3))]:  # fmt: skip
            r.op("matmul", m(*a, layout=layout), m(*b))
            r.op("__matmul__", m(*a, layout=layout), m(*b), fn=torch.matmul)
        r.op("addmm", m(4), m(2, 3, layout=layout), m(3, 4))
        r.op("addmm", m(2, 4), m(2, 3), m(3, 4, layout=layout), beta=0.5, alpha=2)
        r.op("addmv", m(2), m(2, 3, layout=layout), m(3))
        r.op("baddbmm", m(2, 1, 2), m(2, 3, 4, layout=layout), m(2, 4, 2), beta=0.5, alpha=2)
        r.op("addbmm", m(3, 2), m(2, 3, 4, layout=layout), m(2, 4, 2), beta=0.5, alpha=2)
        r.op("linear", m(2, 3, layout=layout), m(4, 3), m(4))
        r.op("linear", m(2, 2, 3, layout=layout), m(4, 3))
        r.op("linear", m(2, 2, 3), m(4, 3), m(4))
        r.op("linear", m(3), m(4, 3), m(4))
        r.op("bilinear", m(2, 3, layout=layout), m(2, 4), m(5, 3, 4), m(5), node=False)
        if layout == "plain":  # it wanted views of what has none
            r.op("kron", m(2, 3), m(2, 2), node=False)
        r.op("tensordot", m(2, 3, 4, layout=layout), m(3, 4, 2), 2)
        r.op("tensordot", m(2, 3, 4, layout=layout), m(4, 2, 3), [1, -1], [2, 0], fn=by_lists)
        for equation, shapes in [("ij,jk->ik", [(2, 3), (3, 4)]), ("ij->ji", [(2, 3)]), ("ii->i", [(3, 3)]),
                                 ("ij->", [(2, 3)]), ("i,j->ij", [(2,), (3,)]), ("bij,bjk->bik", [(2, 3, 4), (2, 4, 2)]),
                                 ("...ij,...jk", [(2, 3, 4), (2, 4, 2)]), ("ij,ij->i", [(2, 3), (2, 3)]),
                                 ("bhqd,bhkd->bhqk", [(1, 2, 3, 4), (1, 2, 2, 4)]),
                                 ("i,ij,j->", [(2,), (2, 3), (3,)])]:  # fmt: skip
            r.op("einsum", equation, [m(*s, layout=layout) for s in shapes], node=False,
                 fn=lambda e, t: torch.einsum(e, *t))  # fmt: skip
    m = Maker("more products")
    r.op("dot", m(3), m(3))
    r.op("vdot", m(3), m(3))
    r.op("inner", m(2, 3), m(4, 3), node=False)
    r.op("inner", m(), m(3), node=False)
    r.op("outer", m(2), m(3))
    r.op("ger", m(2), m(3))
    r.op("addr", m(2, 3), m(2), m(3))
    r.op("addr", m(2, 3), m(2), m(3), beta=0.5, alpha=2)
    r.op("matmul", m.ints(2, 3), m.ints(3, 2))
    r.op("mm", m(2, 3, dtype=f64), m(3, 2, dtype=f64))
    r.op("dot", m.ints(3), m.ints(3))
    r.op("chain_matmul", [m(2, 3), m(3, 4), m(4, 2)], fn=lambda t: torch.chain_matmul(*t), node=False)
    r.op("linalg_multi_dot", [m(2, 3), m(3, 4), m(4, 2)], node=False)
    r.op("cross", m(2, 3), m(2, 3), 1)
    r.op("linalg_cross", m(2, 3), m(2, 3))
    r.op("matrix_power", m(3, 3), 3, node=False)
    r.op("trace", m(3, 3))
    r.op("linalg_vecdot", m(2, 3), m(2, 3), fn=lambda a, b: (a * b).sum(-1), node=False)


def well(m, n, dtype=torch.float32):
    """Far from singular."""
    return (m(n, n, dtype=dtype, grad=False, low=-1, high=1) + 3 * torch.eye(n, dtype=dtype)).requires_grad_()


def positive(m, n, dtype=torch.float32):
    a = m(n, n, dtype=dtype, grad=False)
    return (a @ a.t() + n * torch.eye(n, dtype=dtype)).requires_grad_()


def symmetric(m, n, dtype=f64):
    a = m(n, n, dtype=dtype, grad=False)
    return (a + a.t()).requires_grad_()


def make_batch(one, m, *args, **kwargs):
    return torch.stack([one(m, *args, **kwargs).detach() for _ in range(2)]).requires_grad_()


def decompositions(r):
    # Values of decompositions are compared where they are unique; node names differ by version.
    for dtype in (torch.float32, f64):
        m = Maker("decompositions")
        for x in (well(m, 3, dtype), well(m, 1, dtype), make_batch(well, m, 3, dtype=dtype),
                  well(m, 4, dtype).t().detach().requires_grad_()):  # fmt: skip
            for name in ("linalg_inv", "linalg_det", "linalg_slogdet", "inverse", "det", "slogdet", "logdet",
                         "linalg_pinv", "pinverse"):  # fmt: skip
                if name == "logdet" and x.shape[-1] > 3:
                    continue
                r.op(name, x, node=False)
            r.op("linalg_matrix_power", x, 3, node=False)
            r.op("linalg_matrix_power", x, -2, node=False)
            r.op("linalg_matrix_power", x, 0, node=False)
            r.op("linalg_matrix_rank", x, node=False)
            n = x.shape[-1]
            batch = x.shape[:-2]
            r.op("linalg_solve", x, m(*batch, n, 2, dtype=dtype), node=False)
            r.op("linalg_solve", x, m(*batch, n, dtype=dtype), node=False)
            r.op("linalg_qr", x, node=False)
            r.op("linalg_qr", x.detach(), mode="r", node=False)
        for x in (positive(m, 3, dtype), make_batch(positive, m, 2, dtype=dtype)):
            r.op("linalg_cholesky", x, node=False)
            r.op("cholesky", x, node=False)
            r.op("linalg_cholesky", x, upper=True, node=False)
        r.op("linalg_solve_triangular", m(3, 3, dtype=dtype, low=0.5), m(3, 2, dtype=dtype), upper=True, node=False)
        r.op("linalg_solve_triangular", m(3, 3, dtype=dtype, low=0.5), m(3, 2, dtype=dtype), upper=False, node=False)
        r.op("cholesky_solve", m(3, 2, dtype=dtype),
             torch.linalg.cholesky(positive(m, 3, dtype)).detach().requires_grad_(), node=False)  # fmt: skip
        r.op("linalg_qr", m(4, 2, dtype=dtype), node=False)
        for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 3)):
            r.op("_lu", m(*shape, dtype=dtype, grad=False), fn=torch.linalg.lu_factor, node=False)
        r.op("linalg_lstsq", m(5, 3, dtype=dtype, grad=False), m(5, 2, dtype=dtype, grad=False))
        r.op("linalg_matrix_rank", torch.ones(3, 3, dtype=dtype))
        r.op("linalg_svdvals", m(4, 3, dtype=dtype), node=False)
        r.op("linalg_svdvals", m(2, 3, 4, dtype=dtype), node=False)
        r.op("linalg_pinv", m(4, 3, dtype=dtype), node=False)
        r.op("linalg_cond", well(m, 3, dtype).detach())
    m = Maker("spectra")
    for n in (1, 3, 4):
        x = symmetric(m, n)
        r.op("linalg_eigvalsh", x, node=False)
        # Signs of vectors are free: golden_ops_test.cpp takes absolute values of both sides.
        r.op("linalg_eigh", x.detach())
        r.op("linalg_svd", x.detach())
    for shape in ((4, 2), (2, 4), (2, 3, 3)):
        r.op("linalg_svd", m(*shape, grad=False), full_matrices=False)
        r.op("svd", m(*shape, grad=False))
    r.op("cholesky_inverse", torch.linalg.cholesky(positive(m, 3, f64)).detach(), node=False)
    r.op("linalg_matrix_norm", m(3, 4), 2, (0, 1), True, node=False)
    r.op("linalg_eigvalsh", make_batch(symmetric, m, 3), node=False)
    r.op("linalg_matrix_exp", m(3, 3), node=False)
    r.op("matrix_exp", m(3, 3), node=False)


def norms(r):
    m = Maker("norms")
    for layout in ("plain", "t"):
        x = m(3, 4, layout=layout)
        r.op("linalg_norm", x, node=False)
        for order in (1, 2, math.inf, -math.inf, 0, 3):
            r.op("linalg_vector_norm", x, order, node=False)
            r.op("linalg_vector_norm", x, order, 1, node=False)
            r.op("linalg_norm", x, order, 1, node=False)
        for order in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf):
            r.op("linalg_matrix_norm", x, order, node=False)
            r.op("linalg_norm", x, order, node=False)
        r.op("linalg_vector_norm", x, 2, (0, 1), True, node=False)
        r.op("linalg_matrix_norm", m(2, 3, 4), node=False)


def mistakes(r):
    m = Maker("mistakes")
    r.error("mm", m(2, 3), m(2, 3))
    r.error("mm", m(3), m(3, 2))
    r.error("matmul", m(2, 3), m(4))
    r.error("matmul", m(2, 3), m(2, 3))
    r.error("matmul", m(2, 2, 3), m(3, 3, 2))
    r.error("matmul", m(), m(3))
    r.error("bmm", m(2, 3, 4), m(2, 3, 4))
    r.error("dot", m(3), m(4))
    r.error("dot", m(2, 2), m(2, 2))
    r.error("mv", m(2, 3), m(2))
    r.error("mm", m(2, 3), m.ints(3, 2))
    r.error("linear", m(2, 3), m(4, 2), m(4))
    r.error("linear", m(2, 3), m(4, 2))
    r.error("linalg_inv", m(2, 3))
    r.error("linalg_inv", torch.zeros(2, 2))
    r.error("linalg_cholesky", -torch.eye(2))
    r.error("linalg_solve", torch.zeros(2, 2), torch.zeros(2))
    r.error("einsum", "ij,jk->ik", [m(2, 3), m(4, 2)], fn=lambda e, t: torch.einsum(e, *t))
    r.error("outer", m(2, 2), m(3))
    r.error("linalg_det", m(2, 3))
