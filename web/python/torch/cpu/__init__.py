"""torch.cpu"""


def __getattr__(name):
    from .. import _core

    return _core.submodule("torch.cpu", name)
