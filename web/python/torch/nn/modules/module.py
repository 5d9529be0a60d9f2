"""torch.nn.modules.module: Module and the hooks of all modules."""
from .._module import Module
from .._module_hooks import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
)

register_module_backward_hook = register_module_full_backward_hook
