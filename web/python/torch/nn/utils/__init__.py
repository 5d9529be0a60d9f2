"""torch.nn.utils: gradient clipping, parameters as one vector; sequences in .rnn."""
from ... import _core
from ..._grad_mode import no_grad
from ..._tensor import Tensor


def _list(parameters):
    return [parameters] if isinstance(parameters, Tensor) else list(parameters)


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Scales gradients so that their norm over all parameters is at most max_norm; gives the norm
    as it was."""
    import torch

    grads = [p.grad for p in _list(parameters) if p.grad is not None]
    max_norm = float(max_norm)
    norm_type = float(norm_type)
    if not grads:
        return torch.tensor(0.0)
    with no_grad():
        if norm_type == float("inf"):
            norms = [g.abs().max() for g in grads]
            total = norms[0] if len(norms) == 1 else torch.max(torch.stack(norms))
        else:
            total = torch.norm(torch.stack([torch.norm(g, norm_type) for g in grads]), norm_type)
        if error_if_nonfinite and not bool(torch.isfinite(total)):
            raise RuntimeError(
                "The total norm of order %s for gradients from `parameters` is non-finite, so it "
                "cannot be clipped. To disable this error and scale the gradients by the "
                "non-finite norm anyway, set `error_if_nonfinite=False`" % norm_type
            )
        factor = torch.clamp(max_norm / (total + 1e-6), max=1.0)
        for g in grads:
            g.mul_(factor)
    return total


def clip_grad_value_(parameters, clip_value):
    """Clamps every gradient into [-clip_value, clip_value]."""
    with no_grad():
        for p in _list(parameters):
            if p.grad is not None:
                p.grad.clamp_(-float(clip_value), float(clip_value))


def parameters_to_vector(parameters):
    import torch

    return torch.cat([p.view(-1) for p in parameters])


def vector_to_parameters(vec, parameters):
    start = 0
    for p in parameters:
        n = p.numel()
        p.data = vec[start : start + n].view_as(p).data
        start += n


_NORMS = ("weight_norm", "remove_weight_norm", "spectral_norm", "remove_spectral_norm")


def __getattr__(name):
    if name in _NORMS:
        return getattr(_core.submodule("torch.nn.utils", "_norms"), name)
    from ... import _unsupported

    if _unsupported.text("torch.nn.utils", name):
        raise _core.missing("module 'torch.nn.utils'", name, "", [])
    return _core.submodule("torch.nn.utils", name)
