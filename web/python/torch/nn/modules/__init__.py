"""torch.nn.modules: the layers again, under the names of PyTorch's files."""
from ... import _core

_FILES = ("module", "loss", "utils")


class _File:
    """One of PyTorch's files: torch.nn.modules.batchnorm."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        import torch.nn
        from .._layers import family

        found = family(name)
        return getattr(torch.nn, name) if found is None else found

    def __repr__(self):
        return "<module 'torch.nn.modules.%s'>" % self._name


def __getattr__(name):
    from ..._homes import _FILES as known

    if name in known["torch.nn.modules"] and name not in _FILES:
        value = globals()[name] = _File(name)
        return value
    if name in _FILES or name[:1] == "_":
        return _core.submodule("torch.nn.modules", name)
    import torch.nn

    return getattr(torch.nn, name)
