"""What grad_fn gives: nodes of the graph."""
from .. import _core
from .._core import bridge, fail
from .._homes import place
from .._tensor import wrap


class Node:
    """What grad_fn gives: a node of the graph."""

    def __init__(self, number):
        self._n = number
        # What anomaly mode keeps with a node in PyTorch; free for the snippet's own use.
        self.metadata = {}

    def name(self):
        name = bridge.node_name(self._n)
        return "torch::autograd::" + name if name in ("AccumulateGrad", "CopySlices", "NotImplemented") else name

    @property
    def next_functions(self):
        import json

        edges = json.loads(bridge.node_next(self._n))
        return tuple([(None, 0) if e is None else (node_of(e[0]), e[1]) for e in edges])

    @property
    def requires_grad(self):
        return True

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
        return "<%s object at 0x%x>" % (self._kind(), 0x7F0000000000 + id(self))

    def _kind(self):
        return type(self).__name__

    def __eq__(self, other):
        return isinstance(other, Node) and self._n == other._n

    def __hash__(self):
        return int(self._n)


class FunctionNode(Node):
    """The node of a custom function, which in PyTorch is the `ctx` that its forward got: what that was
    given can be read here."""

    def __init__(self, number, ctx):
        Node.__init__(self, number)
        self._ctx = ctx

    def __getattr__(self, name):
        if name[:1] == "_" and name not in ("_materialize_grads",):
            raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))
        return getattr(self._ctx, name)

    def _kind(self):
        return "torch.autograd.function." + type(self).__name__


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
    # A node that was freed says so when it is asked for a tensor that it had.
    if bridge.node_tensor(node, name) is False and bridge.last_error().find("second time") >= 0:
        fail()
    return _core


def node_of(number):
    """The node of that number, in the class that has its name."""
    name = bridge.node_name(number)
    if name is False:
        fail()
    frame = bridge.node_frame(number)
    if frame:
        from ._function import contexts

        ctx = contexts[int(frame)][1]
        return _class(name, FunctionNode, "torch.autograd.function")(number, ctx)
    return _class(name, Node, "builtins")(number)


def _class(name, base, module):
    cls = _classes.get((name, base))
    if cls is None:
        cls = _classes[(name, base)] = place(type(name, (base,), {}), module)
    return cls
