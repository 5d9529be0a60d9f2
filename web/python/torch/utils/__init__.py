"""torch.utils"""
from .. import _core


def __getattr__(name):
    return _core.submodule("torch.utils", name)
