"""torch.autograd: gradients, grad mode, custom functions."""
from .. import _core
from .._core import bridge, fail
from .._homes import place
from .._grad_mode import enable_grad, no_grad, set_grad_enabled, inference_mode
from .._tensor import Tensor, wrap


def _tensors(x):
    return (x,) if isinstance(x, Tensor) else tuple(x)


def _seeds(outputs, grads):
    if grads is None:
        return (None,) * len(outputs)
    grads = _tensors(grads)
    if len(grads) != len(outputs):
        raise RuntimeError(
            "got %d tensors and %d gradients" % (len(outputs), len(grads))
        )
    for g in grads:
        if g is not None and not isinstance(g, Tensor):
            raise TypeError(
                "gradients can be either Tensors or None, but got " + type(g).__name__
            )
    return grads


def _flat(groups):
    out = []
    for group in groups:
        out.append(len(group))
        for t in group:
            out.append(None if t is None else t._h)
    return out


def backward(
    tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None
):
    """Sums the gradients of `tensors` into the leaves (or into `inputs` only)."""
    if inputs is not None and not isinstance(inputs, Tensor) and len(inputs) == 0:
        raise RuntimeError("'inputs' argument to backward() cannot be empty.")
    tensors = _tensors(tensors)
    inputs = () if inputs is None else _tensors(inputs)
    grads = _seeds(tensors, grad_tensors)
    retain = create_graph if retain_graph is None else retain_graph
    if create_graph:
        _core.warn_once(
            "Using backward() with create_graph=True will create a reference cycle between the "
            "parameter and its gradient which can cause a memory leak. We recommend using "
            "autograd.grad when creating the graph to avoid this. If you have to use this function, "
            "make sure to reset the .grad fields of your parameters to None after use to break the "
            "cycle and avoid the leak."
        )
    flat = _flat((tensors, inputs, grads))
    if bridge.backward_many(*(flat + [1 if retain else 0, 1 if create_graph else 0])) is False:
        fail()


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph=None,
    create_graph=False,
    only_inputs=True,
    allow_unused=False,
    is_grads_batched=False,
):
    """The gradients of the sum of `outputs` with respect to `inputs`, as a tuple of tensors (None
    for an unused input with allow_unused=True)."""
    outputs = _tensors(outputs)
    inputs = _tensors(inputs)
    if not inputs:
        raise ValueError("grad requires non-empty inputs.")
    grads = _seeds(outputs, grad_outputs)
    retain = create_graph if retain_graph is None else retain_graph
    flat = _flat((outputs, inputs, grads))
    flat += [1 if retain else 0, 1 if create_graph else 0, 1 if allow_unused else 0]
    r = bridge.grads(*flat)
    if r is False:
        fail()
    return tuple([None if h is None or (type(h) is int and h == 0) else wrap(h) for h in r])


_anomaly = [False]


class set_detect_anomaly:
    """In a backward, a node that gives NaN raises a RuntimeError that names it. Switches at once; as
    a context manager, switches back at its end."""

    def __init__(self, mode, check_nan=True):
        self._before = _anomaly[0]
        self._check = check_nan
        self._set(bool(mode))

    def _set(self, mode):
        _anomaly[0] = mode
        bridge.set_anomaly_mode(1 if mode and self._check else 0)

    def __enter__(self):
        return None

    def __exit__(self, *args):
        self._set(self._before)


class detect_anomaly(set_detect_anomaly):
    """set_detect_anomaly(True) for a with block."""

    def __init__(self, check_nan=True):
        import warnings

        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only "
            "be enabled for debugging."
        )
        self._before = _anomaly[0]
        self._check = check_nan

    def __enter__(self):
        self._before = _anomaly[0]
        self._set(True)


place(set_detect_anomaly, "torch.autograd.anomaly_mode")
place(detect_anomaly, "torch.autograd.anomaly_mode")


def is_anomaly_enabled():
    return _anomaly[0]


_ELSEWHERE = {
    "Function": "_function",
    "gradcheck": "_gradcheck",
    "gradgradcheck": "_gradcheck",
    "Node": "_node",
}


def __getattr__(name):
    if name in _ELSEWHERE:
        return getattr(_core.submodule("torch.autograd", _ELSEWHERE[name]), name)
    if name in ("functional", "function", "graph") or name[:1] == "_":
        return _core.submodule("torch.autograd", name)
    if name == "Variable":
        return Tensor
    raise AttributeError("module 'torch.autograd' has no attribute '" + name + "'")
