"""Tensors in pickles of Python's own module."""
from . import _core
from ._core import bridge, fail


def bytes_of(t):
    """The elements of a tensor, row-major and little-endian."""
    r = bridge.to_bytes(t._h)
    if r is False:
        fail()
    return _core.bytes_of(r)


def rebuild_tensor(dtype, shape, data, requires_grad, is_parameter=False):
    from ._functions import from_bytes

    t = from_bytes(dtype, shape, data)
    if is_parameter:
        from .nn.parameter import Parameter

        return Parameter(t, requires_grad)
    if requires_grad:
        t.requires_grad = True
    return t


def reduce_tensor(t):
    """What pickle stores of a tensor: dtype, shape, bytes."""
    from .nn.parameter import Parameter

    args = (t.dtype, tuple(t.shape), bytes_of(t), t.requires_grad, isinstance(t, Parameter))
    return rebuild_tensor, args
