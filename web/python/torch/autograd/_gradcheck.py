"""torch.autograd.gradcheck: analytic against numeric gradients."""
from .. import _core
from . import grad


class GradcheckError(RuntimeError):
    """Gradients that don't match."""


def _refuse(options):
    for name in ("check_forward_ad", "check_batched_grad", "check_batched_forward_grad", "check_fwd_over_rev"):
        if options.pop(name, False):
            raise NotImplementedError(
                "gradcheck(%s=True) is not supported in Gradbox, which has reverse mode only" % name
            )
    for name in options:
        if name not in ("check_sparse_nnz", "nondet_tol", "check_undefined_grad", "check_grad_dtypes",
                        "check_backward_ad", "fast_mode", "gen_non_contig_grad_outputs"):
            raise TypeError("gradcheck() got an unexpected keyword argument '%s'" % name)


def _outputs(result):
    """Those that gradients can be taken of."""
    import torch

    many = result if isinstance(result, (tuple, list)) else (result,)
    return [o for o in many if isinstance(o, torch.Tensor) and o.requires_grad]


def _check_inputs(points):
    import torch

    found = False
    for k, x in enumerate(points):
        if not (isinstance(x, torch.Tensor) and x.requires_grad):
            continue
        found = True
        if x.dtype is not torch.float64:
            _core.warn(
                "Input #%d requires gradient and is not a double precision floating point or complex. "
                "This check will likely fail if all the inputs are not of double precision floating "
                "point or complex. " % k
            )
        if any([step == 0 and size > 1 for step, size in zip(x.stride(), x.shape)]):
            raise RuntimeError(
                "The %dth input has a dimension with stride 0. gradcheck only supports inputs that are "
                "non-overlapping to be able to compute the numerical gradients correctly. You should "
                "call .contiguous on the input before passing it to gradcheck." % k
            )
        x.retain_grad()
    if not found:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of the them "
            "have requires_grad=True."
        )


def _numerical(func, points, wanted, outputs, eps):
    """Central differences: for each output and input a matrix [elements in, elements out]."""
    import torch

    table = [[x.new_zeros(x.numel(), o.numel()) for x in wanted] for o in outputs]
    for j, x in enumerate(wanted):
        data = x.data.view(-1) if x.is_contiguous() else None
        for e in range(x.numel()):
            ends = []
            where = data if data is not None else x.data
            at = e
            if data is None:
                at, rest = [], e
                for size in reversed(list(x.shape)):
                    at.insert(0, rest % size)
                    rest //= size
                at = tuple(at)
            before = where[at].item()
            for step in (-eps, eps):
                where[at] = before + step
                ends.append([o.detach().clone().reshape(-1) for o in _outputs(func(*points))])
            where[at] = before
            for k in range(len(outputs)):
                table[k][j][e] = ((ends[1][k] - ends[0][k]) / (2 * eps)).to(x.dtype)
    return table


def _analytical(out, wanted):
    """A row of gradients for each element of the output, as such matrices."""
    import torch

    columns = [[] for _ in wanted]
    for e in range(out.numel()):
        seed = torch.zeros_like(out).reshape(-1)
        seed[e] = 1
        grads = grad(out, wanted, seed.reshape(out.shape), retain_graph=True, allow_unused=True)
        for column, g, x in zip(columns, grads, wanted):
            column.append((torch.zeros_like(x) if g is None else g.detach()).reshape(-1))
    return [torch.stack(c, 1) if c else x.new_zeros(x.numel(), 0) for c, x in zip(columns, wanted)]


def _check(func, points, eps, atol, rtol, options):
    import torch

    _check_inputs(points)
    wanted = [x for x in points if isinstance(x, torch.Tensor) and x.requires_grad]
    outputs = _outputs(func(*points))
    numerical = _numerical(func, points, wanted, outputs, eps)
    tolerance = options.get("nondet_tol", 0.0)
    for i, out in enumerate(outputs):
        first, second = _analytical(out, wanted), _analytical(out, wanted)
        for a, b in zip(first, second):
            if a.numel() and bool(((a - b).abs() > tolerance).any()):
                raise GradcheckError(
                    "Backward is not reentrant, i.e., running backward with same input and grad_output "
                    "multiple times gives different values, although analytical gradient matches "
                    "numerical gradient. The tolerance for nondeterminism was %s." % tolerance
                )
        for j, a in enumerate(first):
            n = numerical[i][j]
            if not torch.allclose(a, n.to(a.dtype), rtol, atol):
                raise GradcheckError(
                    "Jacobian mismatch for output %d with respect to input %d,\n"
                    "numerical:%s\nanalytical:%s\n" % (i, j, n, a)
                )
    if not outputs:
        return
    # A gradient of zero has to give zero, and one that is missing likewise.
    for current in (outputs, None):
        if current is None:
            if not options.get("check_undefined_grad", True):
                continue
            current = _outputs(func(*points))
        zeros = [torch.zeros_like(o) for o in current]
        for g in grad(current, wanted, zeros, allow_unused=True):
            if g is not None and not bool((g == 0).all()):
                raise GradcheckError("backward not multiplied by grad_output")


def gradcheck(func, inputs, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, **options):
    """Whether the gradients of func match central differences. Inputs should be float64. Always the
    slow mode: each element of the Jacobian is compared."""
    import torch

    _refuse(dict(options))
    points = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    if raise_exception:
        _check(func, points, eps, atol, rtol, options)
        return True
    try:
        _check(func, points, eps, atol, rtol, options)
    except GradcheckError:
        return False
    return True


def gradgradcheck(
    func, inputs, grad_outputs=None, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, **options
):
    """gradcheck of func's gradients."""
    import torch

    options.pop("gen_non_contig_grad_outputs", None)
    _refuse(options)

    points = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)

    def gradients(*xs):
        with torch.enable_grad():
            result = func(*xs)
        outputs = result if isinstance(result, (tuple, list)) else (result,)
        wanted = [x for x in xs if isinstance(x, torch.Tensor) and x.requires_grad]
        seeds = [torch.ones_like(o) for o in outputs]
        return tuple([g for g in grad(outputs, wanted, seeds, create_graph=True, allow_unused=True) if g is not None])

    return gradcheck(gradients, points, eps, atol, rtol, raise_exception)
