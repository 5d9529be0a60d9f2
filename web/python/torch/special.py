"""torch.special: the operators of the registry that belong there."""
from . import _core


def __getattr__(name):
    found = _core.find(name, "special")
    if name in ("softmax", "log_softmax", "logsumexp"):
        return _core.make_function(name, _core.find(name, "torch"))
    if found < 0:
        if name[:1] == "_":
            raise AttributeError("module 'torch.special' has no attribute '" + name + "'")
        raise _core.missing("module 'torch.special'", name, "special", [])
    value = _core.make_function("special_" + name, found)
    globals()[name] = value
    return value
