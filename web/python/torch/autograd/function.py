"""torch.autograd.function"""
from ._function import Function, FunctionCtx

__all__ = ("Function", "FunctionCtx", "once_differentiable")


def once_differentiable(fn):
    """Decorates a Function's backward that isn't differentiable itself: what it gives has no graph."""

    def backward(ctx, *args):
        import torch

        with torch.no_grad():
            outputs = fn(ctx, *args)
        if not torch.is_grad_enabled():
            return outputs
        if not any([isinstance(a, torch.Tensor) and a.requires_grad for a in args]):
            return outputs
        many = isinstance(outputs, (tuple, list))
        marked = [
            _Refuse.apply(x.detach().requires_grad_()) if x is not None else None
            for x in (outputs if many else (outputs,))
        ]
        return tuple(marked) if many else marked[0]

    return backward


class _Refuse(Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        raise RuntimeError(
            "trying to differentiate twice a function that was marked with @once_differentiable"
        )
