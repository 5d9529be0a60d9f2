"""torch.nn.modules: the layers again, under the names of PyTorch's files."""
from ... import _core

_FILES = ("module", "loss", "utils")


def __getattr__(name):
    if name in _FILES or name[:1] == "_":
        return _core.submodule("torch.nn.modules", name)
    import torch.nn

    return getattr(torch.nn, name)
