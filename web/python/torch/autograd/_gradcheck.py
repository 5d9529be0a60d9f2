"""torch.autograd.gradcheck: analytic against numeric gradients."""
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


def gradcheck(func, inputs, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, **options):
    """Whether the gradients of func match central differences. Inputs should be float64. Always the
    slow mode: each element of the Jacobian is compared."""
    import torch

    _refuse(options)

    points = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    wanted = [x for x in points if isinstance(x, torch.Tensor) and x.requires_grad]
    if not wanted:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of the them "
            "have requires_grad=True."
        )
    result = func(*points)
    outputs = [o for o in (result if isinstance(result, (tuple, list)) else (result,)) if o.requires_grad]
    for k, out in enumerate(outputs):
        flat = out.reshape(-1)
        analytic = []
        for i in range(flat.numel()):
            analytic.append(grad(flat[i], wanted, retain_graph=True, allow_unused=True))
        for j, x in enumerate(wanted):
            data = x.data.view(-1)
            for e in range(data.numel()):
                before = data[e].item()
                ends = []
                for step in (eps, -eps):
                    data[e] = before + step
                    with torch.no_grad():
                        r = func(*points)
                    r = (r if isinstance(r, (tuple, list)) else (r,))[k]
                    ends.append(r.reshape(-1).tolist())
                data[e] = before
                for i in range(flat.numel()):
                    numeric = (ends[0][i] - ends[1][i]) / (2 * eps)
                    g = analytic[i][j]
                    exact = 0.0 if g is None else g.reshape(-1)[e].item()
                    if not abs(exact - numeric) <= atol + rtol * abs(numeric):
                        if not raise_exception:
                            return False
                        raise GradcheckError(
                            "Jacobian mismatch for output %d with respect to input %d,\n"
                            "numerical:%r\nanalytical:%r\n" % (k, j, numeric, exact)
                        )
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
