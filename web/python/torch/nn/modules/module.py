"""torch.nn.modules.module: Module and the hooks of all modules."""
from ..._core import MICRO
from .. import _module_hooks
from .._module import Module
from .._module_hooks import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
)

_KINDS = {
    "_global_forward_pre_hooks": "pre_forward",
    "_global_forward_hooks": "forward",
    "_global_backward_hooks": "backward",
}


def __getattr__(name):
    if name in _KINDS:
        return _module_hooks.global_hooks(_KINDS[name])
    raise AttributeError("module 'torch.nn.modules.module' has no attribute '%s'" % name)


if not MICRO:
    import sys
    import types

    class _Home(types.ModuleType):
        """`module._global_forward_hooks = OrderedDict()` removes those that aren't in it any more."""

        def __setattr__(self, name, value):
            if name not in _KINDS:
                types.ModuleType.__setattr__(self, name, value)
                return
            known = _module_hooks.global_hooks(_KINDS[name])
            for key in list(known):
                if key not in value:
                    del known[key]

    sys.modules[__name__].__class__ = _Home


register_module_backward_hook = register_module_full_backward_hook
