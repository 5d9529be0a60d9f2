"""torch.nn. Layers of the core become classes when they are first asked for."""
from .. import _core
from . import parameter
from ._module import Module
from .parameter import Parameter

_LAZY = {
    "Sequential": "_containers",
    "ModuleList": "_containers",
    "ModuleDict": "_containers",
    "ParameterList": "_containers",
    "ParameterDict": "_containers",
    "DataParallel": "_parallel",
    "UninitializedParameter": "_lazy",
    "AdaptiveLogSoftmaxWithLoss": "_losses",
    "TripletMarginWithDistanceLoss": "_losses",
    "Transformer": "_transformer",
    "TransformerEncoder": "_transformer",
    "TransformerDecoder": "_transformer",
}
_SUBMODULES = ("functional", "init", "utils", "modules")
# What `from torch.nn import *` brings.
__all__ = list(_LAZY) + ["Module", "Parameter"] + _core.bridge.layer_names().split(",")


def __getattr__(name):
    if name in _SUBMODULES or name[:1] == "_":
        value = _core.submodule("torch.nn", name)
    elif name in _LAZY:
        value = getattr(_core.submodule("torch.nn", _LAZY[name]), name)
    else:
        value = None
        if "A" <= name[:1] <= "Z":
            from ._layers import family, make

            value = make(name) or family(name)
            if value is None and name[:4] == "Lazy":
                value = _core.submodule("torch.nn", "_lazy").lazy(name)
        if value is None:
            raise _core.missing("module 'torch.nn'", name, "", __all__ + list(_SUBMODULES))
    globals()[name] = value
    return value
