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
    tensors = _tensors(tensors)
    inputs = () if inputs is None else _tensors(inputs)
    grads = _seeds(tensors, grad_tensors)
    retain = create_graph if retain_graph is None else retain_graph
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
    grads = _seeds(outputs, grad_outputs)
    retain = create_graph if retain_graph is None else retain_graph
    flat = _flat((outputs, inputs, grads))
    flat += [1 if retain else 0, 1 if create_graph else 0, 1 if allow_unused else 0]
    r = bridge.grads(*flat)
    if r is False:
        fail()
    return tuple([None if h is None or (type(h) is int and h == 0) else wrap(h) for h in r])


class Node:
    """What grad_fn gives: a node of the graph."""

    def __init__(self, number):
        self._n = number

    def name(self):
        name = bridge.node_name(self._n)
        return "torch::autograd::" + name if name in ("AccumulateGrad", "CopySlices") else name

    @property
    def next_functions(self):
        import json

        edges = json.loads(bridge.node_next(self._n))
        return tuple([(None, 0) if e is None else (_node(e[0]), e[1]) for e in edges])

    @property
    def variable(self):
        """The leaf that an AccumulateGrad adds its gradient to."""
        h = bridge.node_variable(self._n)
        if type(h) is int and h == 0:
            raise AttributeError(
                "'%s' object has no attribute 'variable'" % type(self).__name__
            )
        return wrap(h)

    def register_hook(self, fn):
        """fn(grad_inputs, grad_outputs) after this node's backward; a tuple replaces grad_inputs."""
        return self._hook(fn, 0)

    def register_prehook(self, fn):
        """fn(grad_outputs) before this node's backward; a tuple replaces grad_outputs."""
        return self._hook(fn, 1)

    def _hook(self, fn, before):
        from .._callbacks import node_hook

        return node_hook(self._n, fn, before)

    def __getattr__(self, name):
        if name[:7] == "_saved_":
            value = _saved(self._n, name[7:])
            if value is not _core:
                return value
        raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))

    def __dir__(self):
        names = [line.split("=")[0].split(" ")[-1] for line in bridge.node_saved(self._n).split("\n")]
        return sorted(list(object.__dir__(self)) + ["_saved_" + n for n in names if n])

    def __repr__(self):
        return "<%s object at 0x%x>" % (type(self).__name__, 0x7F0000000000 + id(self))

    def __eq__(self, other):
        return isinstance(other, Node) and self._n == other._n

    def __hash__(self):
        return int(self._n)


if not _core.MICRO:

    def _free_node(self):
        bridge.node_free(self._n)

    Node.__del__ = _free_node

_classes = {}


def _saved(node, name):
    """What grad_fn._saved_<name> gives: a tensor, a number, a tuple of ints; _core when there is none."""
    import json

    for line in bridge.node_saved(node).split("\n"):
        if line == "tensor " + name:
            h = bridge.node_tensor(node, name)
            if h is False:
                fail()
            return wrap(h)
        if line[: len(name) + 1] == name + "=":
            value = json.loads(line[len(name) + 1 :])
            return tuple(value) if isinstance(value, list) else value
    # A node that was freed says so when it is asked for any tensor.
    if bridge.node_tensor(node, name) is False and bridge.last_error().find("second time") >= 0:
        fail()
    return _core


def _node(number):
    name = bridge.node_name(number)
    if name is False:
        fail()
    cls = _classes.get(name)
    if cls is None:
        cls = _classes[name] = place(type(name, (Node,), {}), "builtins")
    return cls(number)


_anomaly = [False]


class set_detect_anomaly:
    """In a backward, a node that gives NaN raises a RuntimeError that names it. Switches at once; as
    a context manager, switches back at its end."""

    def __init__(self, mode, check_nan=True):
        self._before = _anomaly[0]
        self._set(bool(mode))

    def _set(self, mode):
        _anomaly[0] = mode
        bridge.set_anomaly_mode(1 if mode else 0)

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

    def __enter__(self):
        self._before = _anomaly[0]
        self._set(True)


def is_anomaly_enabled():
    return _anomaly[0]


_ELSEWHERE = {
    "Function": "_function",
    "gradcheck": "_gradcheck",
    "gradgradcheck": "_gradcheck",
}


def __getattr__(name):
    if name in _ELSEWHERE:
        return getattr(_core.submodule("torch.autograd", _ELSEWHERE[name]), name)
    if name in ("functional", "function", "graph") or name[:1] == "_":
        return _core.submodule("torch.autograd", name)
    if name == "Variable":
        return Tensor
    raise AttributeError("module 'torch.autograd' has no attribute '" + name + "'")
