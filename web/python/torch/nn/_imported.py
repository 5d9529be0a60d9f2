"""Models that were read from ONNX files, as modules of the core with Python's face."""
import json

from .._core import bridge, fail
from .._tensor import wrap
from ._layers import NativeLayer
from .parameter import adopt

_set = object.__setattr__


class OnnxModule(NativeLayer):
    """A model from an ONNX file, or a part of one: made by torch.onnx.load."""

    _native_kind = "OnnxModule"

    def __init__(self):
        raise TypeError("OnnxModule: use torch.onnx.load")

    def _get_name(self):
        return bridge.module_name(self._m)

    def _take(self, n):
        listing = json.loads(bridge.module_params_json(n))
        for name, _ in listing["params"]:
            if "." not in name:
                self._parameters[name] = adopt(bridge.module_get_param(n, name))
        for name, _ in listing["buffers"]:
            if "." not in name:
                self._buffers[name] = wrap(bridge.module_get_param(n, name))
        for path, _ in listing["modules"]:
            if path and "." not in path:
                child = bridge.module_adopt(n, path)
                if child is False:
                    fail()
                self._modules[path] = imported(child)

    def extra_repr(self):
        return ""

    def __repr__(self):
        return bridge.module_repr(self._m)


OnnxModule._base = NativeLayer


def imported(m):
    """The Python module of a module that the core made of a file."""
    module = object.__new__(OnnxModule)
    for name in ("_parameters", "_buffers", "_modules"):
        _set(module, name, {})
    _set(module, "_unsaved", set())
    _set(module, "_hooks", 0)
    _set(module, "training", bridge.module_training(m) == 1)
    _set(module, "_config", "{}")
    _set(module, "_m", m)
    _set(module, "_n", m)
    module._take(m)
    return module
