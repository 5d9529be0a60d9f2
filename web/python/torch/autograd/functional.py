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


def _points(inputs, create_graph):
    points = []
    for x in _as_tuple(inputs):
        points.append(x.view_as(x) if create_graph and x.requires_grad else x.detach().requires_grad_())
    return tuple(points)


def _settle(value, create_graph):
    """Results without their graph, unless it was asked for."""
    if create_graph:
        return value
    if isinstance(value, (tuple, list)):
        return tuple([v.detach() for v in value])
    return value.detach()


def _vector(v, like, name):
    if v is None:
        if like.numel() != 1:
            raise RuntimeError(
                "The vector v can only be None if the user-provided function returns a single Tensor "
                "with a single element."
                if name == "outputs"
                else "The vector v can only be None if the input to the user-provided function is a "
                "single Tensor with a single element."
            )
        return None
    return v


def _gradients(outputs, points, v, create_graph):
    import torch

    grads = grad(outputs, points, v, create_graph=create_graph, allow_unused=True)
    return tuple([torch.zeros_like(x) if g is None else g for g, x in zip(grads, points)])


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), v's product with the Jacobian)"""
    import torch

    many = isinstance(inputs, (tuple, list))
    with torch.enable_grad():
        points = _points(inputs, create_graph)
        result = func(*points)
        outputs = _as_tuple(result)
        seeds = None if _vector(v, outputs[0], "outputs") is None else _as_tuple(v)
        grads = _gradients(outputs, points, seeds, create_graph)
    return _settle(result, create_graph), _settle(grads if many else grads[0], create_graph)


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), the Jacobian's product with v), by two backward passes."""
    import torch

    with torch.enable_grad():
        points = _points(inputs, create_graph)
        result = func(*points)
        outputs = _as_tuple(result)
        seeds = [torch.zeros_like(o).requires_grad_() for o in outputs]
        grads = _gradients(outputs, points, seeds, True)
        tangents = None if _vector(v, points[0], "inputs") is None else _as_tuple(v)
        products = _gradients(grads, seeds, tangents, create_graph)
    products = products if isinstance(result, (tuple, list)) else products[0]
    return _settle(result, create_graph), _settle(products, create_graph)


def _scalar(func, points, name):
    out = func(*points)
    if out.numel() != 1:
        raise RuntimeError(
            "The Tensor returned by the function given to " + name + " should contain a single element"
        )
    return out


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), v's product with the Hessian)"""
    import torch

    many = isinstance(inputs, (tuple, list))
    with torch.enable_grad():
        points = _points(inputs, create_graph)
        out = _scalar(func, points, "vhp")
        grads = _gradients((out,), points, None, True)
        seeds = None if v is None else _as_tuple(v)
        products = _gradients(grads, points, seeds, create_graph)
    products = products if many else products[0]
    return _settle(out, create_graph), _settle(products, create_graph)


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), the Hessian's product with v); the Hessian being symmetric, as vhp."""
    return vhp(func, inputs, v, create_graph, strict)
