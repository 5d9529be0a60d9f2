"""torch.cpu.amp"""
from ..amp import autocast as _autocast


class autocast(_autocast):
    """torch.autocast("cpu", ...)"""

    def __init__(self, enabled=True, dtype=None, cache_enabled=True):
        _autocast.__init__(self, "cpu", dtype=dtype, enabled=enabled)
