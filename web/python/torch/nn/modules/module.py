"""torch.nn.modules.module: Module and the hooks of all modules."""
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


register_module_backward_hook = register_module_full_backward_hook
