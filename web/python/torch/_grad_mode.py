"""no_grad, enable_grad, set_grad_enabled, inference_mode: context managers and decorators."""
from ._core import bridge
from ._homes import place

_set = bridge.set_grad_enabled


def is_grad_enabled():
    return bridge.grad_enabled() == 1


class _GradMode:
    _mode = 0

    def __init__(self):
        self._previous = []

    def __enter__(self):
        self._previous.append(_set(self._mode))

    def __exit__(self, *args):
        _set(self._previous.pop())

    def __call__(self, function):
        mode = self._mode

        def run(*args, **kwargs):
            before = _set(mode)
            try:
                return function(*args, **kwargs)
            finally:
                _set(before)

        import functools

        return functools.wraps(function)(run)


class no_grad(_GradMode):
    """Nothing computed inside records a graph."""


class enable_grad(_GradMode):
    """Records a graph again inside no_grad()."""

    _mode = 1


_inference = [False]


def is_inference_mode_enabled():
    return _inference[-1]


class inference_mode(_GradMode):
    """As no_grad(); what is made in it takes no part in a graph later."""

    def __init__(self, mode=True):
        _GradMode.__init__(self)
        self._on = mode is not False
        self._mode = 0 if self._on else int(bridge.grad_enabled())
        # `@inference_mode` without parentheses.
        self._function = mode if callable(mode) else None

    def __enter__(self):
        _inference.append(self._on)
        bridge.set_inference_mode(1 if self._on else 0)
        _GradMode.__enter__(self)

    def __exit__(self, *args):
        _inference.pop()
        bridge.set_inference_mode(1 if _inference[-1] else 0)
        _GradMode.__exit__(self, *args)

    def __call__(self, *args, **kwargs):
        if self._function is None:
            return _GradMode.__call__(self, *args)
        with inference_mode():
            return self._function(*args, **kwargs)


class set_grad_enabled(_GradMode):
    """Switches at once; as a context manager, switches back at its end."""

    def __init__(self, mode):
        _GradMode.__init__(self)
        self._mode = 1 if mode else 0
        self._before = _set(self._mode)

    def __enter__(self):
        pass

    def __exit__(self, *args):
        _set(self._before)

    def __call__(self, function):
        _set(self._before)
        return _GradMode.__call__(self, function)


for _mode in (no_grad, enable_grad, inference_mode, set_grad_enabled):
    place(_mode, "torch.autograd.grad_mode")
