"""torch.linalg: the operators of the registry that belong there."""
from . import _core


def __getattr__(name):
    found = _core.find(name, "linalg")
    if found < 0:
        if name[:1] == "_":
            raise AttributeError("module 'torch.linalg' has no attribute '" + name + "'")
        raise _core.missing("module 'torch.linalg'", name, "linalg", [])
    value = _core.make_function("linalg_" + name, found)
    globals()[name] = value
    return value
