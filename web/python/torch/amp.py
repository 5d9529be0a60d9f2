"""torch.amp: mixed precision. On the CPU, matrix products and convolutions run in bfloat16; of CUDA there
is none, and its autocast does nothing, as with real PyTorch where there is none."""
from . import _core
from ._core import BFLOAT16, FLOAT16, bridge
from .cuda.amp import GradScaler

# dtype of the autocast that is on, or None; and the one for blocks that name none.
_active = [None]
_default = [BFLOAT16]


class autocast:
    """A context manager or a decorator."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        if device_type not in ("cuda", "cpu", "xpu", "mps"):
            raise RuntimeError(
                "User specified autocast device_type must be 'cuda' or 'cpu'"
            )
        self.device = device_type
        self.fast_dtype = dtype or (_default[0] if device_type == "cpu" else FLOAT16)
        if device_type == "cpu" and self.fast_dtype is not BFLOAT16:
            import warnings

            warnings.warn(
                "In CPU autocast, but the target dtype is not supported. Disabling autocast.\n"
                "CPU Autocast only supports dtype of torch.bfloat16 currently."
            )
            enabled = False
        self._enabled = enabled and device_type == "cpu"
        self._before = []

    def __enter__(self):
        self._before.append(_active[0])
        if self.device == "cpu":
            _switch(self.fast_dtype if self._enabled else None)
        return self

    def __exit__(self, *args):
        _switch(self._before.pop())

    def __call__(self, function):
        def decorated(*args, **kwargs):
            with self:
                return function(*args, **kwargs)

        if not _core.MICRO:
            import functools

            functools.update_wrapper(decorated, function)
        return decorated


def _switch(dtype):
    _active[0] = dtype
    bridge.autocast(-1 if dtype is None else dtype.code)


def cpu_enabled():
    return _active[0] is not None


def cpu_dtype():
    return _default[0]


def set_cpu_dtype(dtype):
    _default[0] = dtype
