"""torch.autograd.functional: jacobian, hessian, vjp."""
from .. import _core
from . import grad


def _as_tuple(x):
    return tuple(x) if isinstance(x, (tuple, list)) else (x,)


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """The Jacobian of func at inputs: for each output and input a tensor of shape
    output.shape + input.shape; nested tuples when there are several of either."""
    import torch

    many_in = isinstance(inputs, (tuple, list))
    points = []
    for x in _as_tuple(inputs):
        points.append(x.view_as(x) if create_graph and x.requires_grad else x.detach().requires_grad_())
    with torch.enable_grad():
        result = func(*points)
    many_out = isinstance(result, (tuple, list))
    table = []
    for out in _as_tuple(result):
        rows = [[] for _ in points]
        for v in out.reshape(-1):
            if v.requires_grad:
                grads = grad(v, points, retain_graph=True, create_graph=create_graph, allow_unused=True)
            else:
                grads = [None] * len(points)
            for row, g, x in zip(rows, grads, points):
                row.append(torch.zeros_like(x) if g is None else g)
        row_list = []
        for row, x in zip(rows, points):
            row_list.append(torch.stack(row).view(tuple(out.shape) + tuple(x.shape)))
        table.append(tuple(row_list) if many_in else row_list[0])
    return tuple(table) if many_out else table[0]


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """The Hessian of a function with one scalar output."""
    import torch

    many_in = isinstance(inputs, (tuple, list))

    def gradient(*points):
        out = func(*points)
        if out.numel() != 1:
            raise RuntimeError(
                "The Tensor returned by the function given to hessian should contain a single element"
            )
        g = grad(out.reshape(()), points, create_graph=True, allow_unused=True)
        g = tuple([torch.zeros_like(x) if d is None else d for d, x in zip(g, points)])
        return g if many_in else g[0]

    return jacobian(gradient, inputs, create_graph=create_graph)


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), v's product with the Jacobian)"""
    import torch

    many_in = isinstance(inputs, (tuple, list))
    points = [x.detach().requires_grad_() for x in _as_tuple(inputs)]
    with torch.enable_grad():
        result = func(*points)
    grads = grad(_as_tuple(result), points, v, create_graph=create_graph, allow_unused=True)
    grads = tuple([torch.zeros_like(x) if g is None else g for g, x in zip(grads, points)])
    return result, grads if many_in else grads[0]
