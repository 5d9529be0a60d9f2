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
        return "torch::autograd::AccumulateGrad" if name == "AccumulateGrad" else name

    @property
    def next_functions(self):
        import json

        edges = json.loads(bridge.node_next(self._n))
        return tuple([(None, 0) if e is None else (_node(e[0]), e[1]) for e in edges])

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


def _node(number):
    name = bridge.node_name(number)
    if name is False:
        fail()
    cls = _classes.get(name)
    if cls is None:
        cls = _classes[name] = place(type(name, (Node,), {}), "builtins")
    return cls(number)


class detect_anomaly:
    """Accepted for compatibility; the core's errors name the operator in any case."""

    def __init__(self, check_nan=True):
        pass

    def __enter__(self):
        return None

    def __exit__(self, *args):
        pass


set_detect_anomaly = detect_anomaly


_ELSEWHERE = {"Function": "_function", "gradcheck": "_gradcheck", "gradgradcheck": "_gradcheck"}


def __getattr__(name):
    if name in _ELSEWHERE:
        return getattr(_core.submodule("torch.autograd", _ELSEWHERE[name]), name)
    if name == "functional" or name[:1] == "_":
        return _core.submodule("torch.autograd", name)
    if name == "Variable":
        return Tensor
    raise AttributeError("module 'torch.autograd' has no attribute '" + name + "'")
