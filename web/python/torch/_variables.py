"""Lists the tensors and modules among a snippet's variables, for the page's Variables tab."""

from ._core import bridge
from ._tensor import Tensor

# Of a list or a dict, as many items are listed.
_ITEMS = 16


def tell(namespace, add):
    """Calls `add(name, class, handle)` for tensors and `add(name, class, 0, training)` for modules.

    A module's parameters and buffers follow it, as `name.weight`. Of a list, tuple or dict the items
    are told. Names that begin with an underscore stay private. Order of creation.
    """
    for name, value in list(namespace.items()):
        if name[:1] == "_":
            continue
        if isinstance(value, (list, tuple)):
            for i, item in enumerate(value[:_ITEMS]):
                _tell("%s[%d]" % (name, i), item, add)
        elif isinstance(value, dict):
            for key in list(value)[:_ITEMS]:
                _tell("%s[%r]" % (name, key), value[key], add)
        else:
            _tell(name, value, add)


def _tell(name, value, add):
    from .nn import Module

    if isinstance(value, Tensor):
        _tensor(name, value, add)
    elif isinstance(value, Module):
        add(name, type(value).__name__, 0, 1 if value.training else 0)
        for kind in (value.named_parameters, value.named_buffers):
            for part, tensor in kind():
                _tensor(name + "." + part, tensor, add)


def _tensor(name, tensor, add):
    if bridge.valid(tensor._h):
        add(name, type(tensor).__name__, tensor._h, 0)
