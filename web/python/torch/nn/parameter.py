"""torch.nn.Parameter: a tensor that a module counts among its parameters."""
from .._core import bridge
from .._tensor import Tensor


class Parameter(Tensor):
    """A leaf over the memory of `data`. RuntimeError for dtypes that can't require gradients."""

    def __init__(self, data=None, requires_grad=True):
        if data is None:
            from .._creation import tensor

            data = tensor([])
        h = self._h = bridge.detach(data._h)
        if requires_grad and bridge.set_requires_grad(h, 1) is False:
            raise RuntimeError(
                "Only Tensors of floating point and complex dtype can require gradients"
            )

    def __repr__(self):
        return "Parameter containing:\n" + Tensor.__repr__(self)

    __str__ = __repr__

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = Parameter(self.detach().clone(), self.requires_grad)
        return memo[id(self)]


def adopt(h):
    """The Parameter over a handle that the core gave: the core's own parameter, not a copy."""
    p = object.__new__(Parameter)
    p._h = h
    return p


def __getattr__(name):
    if name == "UninitializedParameter":
        from ._lazy import UninitializedParameter

        return UninitializedParameter
    raise AttributeError("module 'torch.nn.parameter' has no attribute '%s'" % name)
