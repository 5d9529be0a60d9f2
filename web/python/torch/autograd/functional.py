"""torch.autograd.functional: jacobian, hessian, and products of them with vectors."""
from .._tensor import Tensor
from . import grad


def _as_tuple(x, what, name):
    """x as a tuple of tensors; TypeError for anything else."""
    many = isinstance(x, tuple)
    items = x if many else tuple(x) if isinstance(x, list) else (x,)
    for i, item in enumerate(items):
        if isinstance(item, Tensor):
            continue
        found = "value at index %d" % i if many else "given " + what
        raise TypeError(
            "The %s given to %s must be either a Tensor or a tuple of Tensors but the %s has type %s."
            % (what, name, found, type(item))
        )
    return items


def _inputs(inputs, create_graph, name):
    points = []
    for x in _as_tuple(inputs, "inputs", name):
        points.append(x.view_as(x) if create_graph and x.requires_grad else x.detach().requires_grad_())
    return tuple(points)


def _outputs(func, points, name, strict):
    """(the outputs as a tuple, whether they were one)"""
    result = func(*points)
    outputs = _as_tuple(result, "outputs of the user-provided function", name)
    for i, out in enumerate(outputs):
        if strict and not out.requires_grad:
            raise RuntimeError(
                "Output %d of the user-provided function does not require gradients. The outputs must be "
                "computed in a differentiable manner from the input when running in strict mode." % i
            )
    return outputs, isinstance(result, (tuple, list))


def _gradients(outputs, points, seeds, create_graph, retain=None):
    """grad, None for what nothing leads to, also where no output has a graph."""
    seeds = (None,) * len(outputs) if seeds is None else seeds
    kept = [k for k, o in enumerate(outputs) if o.requires_grad]
    if not kept:
        return (None,) * len(points)
    return grad(
        [outputs[k] for k in kept],
        points,
        [seeds[k] for k in kept],
        retain_graph=retain,
        create_graph=create_graph,
        allow_unused=True,
    )


def _filled(grads, points, strict, message):
    """Zeros for None, which strict mode refuses with a message about the number of the input."""
    import torch

    out = []
    for i, (g, x) in enumerate(zip(grads, points)):
        if g is None and strict:
            raise RuntimeError(message % i)
        out.append(torch.zeros_like(x) if g is None else g)
    return tuple(out)


def _independent(output):
    return (
        "Output %d of the user-provided function is independent of input %%d. This is not allowed in "
        "strict mode." % output
    )


def _vector(v, like, name, of):
    """v as a tuple that fits the tensors in `like`; None stands for 1 where there is one element."""
    if v is None:
        if len(like) == 1 and like[0].numel() == 1:
            return None
        whose = (
            "user-provided function returns"
            if of == "outputs"
            else "input to the user-provided function is"
        )
        raise RuntimeError(
            "The vector v can only be None if the %s a single Tensor with a single element." % whose
        )
    items = _as_tuple(v, "v", name)
    if len(items) != len(like):
        raise RuntimeError(
            "v is a tuple of invalid length: should be %d but got %d." % (len(like), len(items))
        )
    for i, (a, b) in enumerate(zip(items, like)):
        if a.shape != b.shape:
            where = "Entry %d in " % i if isinstance(v, tuple) else ""
            raise RuntimeError(
                "%sv has invalid size: should be %s but got %s." % (where, b.size(), a.size())
            )
    return tuple([a.detach() if not a.requires_grad else a for a in items])


def _settle(values, many, create_graph):
    """Results without their graph, unless it was asked for; one by itself."""
    values = tuple(values) if create_graph else tuple([v.detach() for v in values])
    return values if many else values[0]


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """The Jacobian of func at inputs: for each output and input a tensor of shape
    output.shape + input.shape; nested tuples when there are several of either."""
    import torch

    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has '
            'more outputs than inputs, "forward-mode" tends to be more performant. Otherwise, prefer to '
            'use "reverse-mode".'
        )
    if strategy == "forward-mode" and not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian is"
            "only implemented for `vectorize=True`."
        )
    if strict and vectorize:
        raise RuntimeError(
            "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported "
            "together. Please either set `strict=False` or `vectorize=False`."
        )
    many_in = isinstance(inputs, (tuple, list))
    with torch.enable_grad():
        points = _inputs(inputs, create_graph, "jacobian")
        outputs, many_out = _outputs(func, points, "jacobian", strict)
        table = []
        for i, out in enumerate(outputs):
            rows = []
            for v in out.reshape(-1):
                grads = _gradients((v,), points, None, create_graph, True)
                if strict and create_graph:
                    for k, g in enumerate(grads):
                        if g is not None and not g.requires_grad:
                            raise RuntimeError(
                                "The jacobian of the user-provided function is independent of input %d. "
                                "This is not allowed in strict mode when create_graph=True." % k
                            )
                rows.append(_filled(grads, points, strict, _independent(i)))
            parts = []
            for k, x in enumerate(points):
                shape = tuple(out.shape) + tuple(x.shape)
                parts.append(torch.stack([r[k] for r in rows]).view(shape) if rows else out.new_zeros(shape))
            table.append(_settle(parts, many_in, create_graph))
    return tuple(table) if many_out else table[0]


def _scalar(func, points, name):
    """The one element that func gives."""
    out = func(*points)
    if not isinstance(out, Tensor):
        raise RuntimeError("The function given to %s should return a single Tensor" % name)
    if out.numel() != 1:
        raise RuntimeError(
            "The Tensor returned by the function given to " + name + " should contain a single element"
        )
    return out


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """The Hessian of a function with one scalar output."""
    many_in = isinstance(inputs, (tuple, list))

    def gradient(*points):
        out = _scalar(func, points, "hessian")
        grads = _gradients((out.reshape(()),), points, None, True)
        grads = _filled(grads, points, strict, _independent(0))
        for i, g in enumerate(grads):
            if strict and not g.requires_grad:
                raise RuntimeError(
                    "While computing the hessian, found that the jacobian of the user-provided function "
                    "with respect to input %d is independent of the input. This is not allowed in strict "
                    "mode. You should ensure that your function is twice differentiable and that the "
                    "jacobian depends on the inputs (this would be violated by a linear function for "
                    "example)." % i
                )
        return grads if many_in else grads[0]

    return jacobian(gradient, inputs, create_graph=create_graph)


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), v's product with the Jacobian)"""
    import torch

    with torch.enable_grad():
        points = _inputs(inputs, create_graph, "vjp")
        outputs, many_out = _outputs(func, points, "vjp", strict)
        seeds = _vector(v, outputs, "vjp", "outputs")
        grads = _filled(_gradients(outputs, points, seeds, create_graph), points, strict, _independent(0))
    many_in = isinstance(inputs, (tuple, list))
    return _settle(outputs, many_out, create_graph), _settle(grads, many_in, create_graph)


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), the Jacobian's product with v), by two backward passes."""
    import torch

    with torch.enable_grad():
        points = _inputs(inputs, create_graph, "jvp")
        tangents = _vector(v, points, "jvp", "inputs")
        outputs, many_out = _outputs(func, points, "jvp", strict)
        seeds = tuple([torch.zeros_like(o).requires_grad_() for o in outputs])
        grads = _filled(_gradients(outputs, points, seeds, True), points, strict, _independent(0))
        products = _gradients(grads, seeds, tangents, create_graph)
        products = _filled(products, seeds, strict, "Output %d is independent of the inputs.")
    return _settle(outputs, many_out, create_graph), _settle(products, many_out, create_graph)


def _hessian_product(func, inputs, v, create_graph, strict, name):
    import torch

    many = isinstance(inputs, (tuple, list))
    with torch.enable_grad():
        points = _inputs(inputs, create_graph, name)
        vectors = _vector(v, points, name, "inputs")
        out = _scalar(func, points, name)
        grads = _filled(_gradients((out,), points, None, True), points, strict, _independent(0))
        products = _gradients(grads, points, vectors, create_graph)
        products = _filled(products, points, strict, "The hessian is independent of input %d.")
    return _settle((out,), False, create_graph), _settle(products, many, create_graph)


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), v's product with the Hessian)"""
    return _hessian_product(func, inputs, v, create_graph, strict, "vhp")


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), the Hessian's product with v); the Hessian being symmetric, as vhp."""
    return _hessian_product(func, inputs, v, create_graph, strict, "hvp")
