"""torch.optim. The update rules of the optimizers that the core has run there, all parameters in one
call; an Optimizer written in Python works on `param_groups` and `state`, as in PyTorch."""
from .. import _core
from ._optimizer import Optimizer

_native = _core.submodule("torch.optim", "_native")
__all__ = ["Optimizer", "LBFGS"] + _native.names()


def __getattr__(name):
    if name in ("lr_scheduler", "optimizer", "swa_utils") or name[:1] == "_":
        value = _core.submodule("torch.optim", name)
    elif name == "LBFGS":
        value = _core.submodule("torch.optim", "_lbfgs").LBFGS
    else:
        value = _native.make(name)
        if value is None:
            raise _core.missing("module 'torch.optim'", name, "", __all__ + ["lr_scheduler"])
    globals()[name] = value
    return value
