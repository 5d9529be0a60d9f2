"""nn.DataParallel: one module on one device."""
from ._module import Module


class DataParallel(Module):
    """Holds a module as `.module` and calls it; the names in state_dict() begin with "module."."""

    def __init__(self, module, device_ids=None, output_device=None, dim=0):
        Module.__init__(self)
        self.module = module

    def forward(self, *args, **kwargs):
        return self.module(*args, **kwargs)
