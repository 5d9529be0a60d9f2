"""Native layers whose forward takes options, tuples and masks, or gives several things: LSTM,
MultiheadAttention, TransformerEncoderLayer, ...

In the core all of it travels as tensors, one slot a tensor (`takes` and `gives` in layers_json, see
web/docs/ARCHITECTURE.md). Such a layer is a module of Python for the core, so that hooks see the
arguments and results as the snippet has them; its forward runs the layer itself.
"""
import json

from .. import _core
from .._callbacks import wrap_all
from .._core import bridge, fail
from .._tensor import Tensor, wrap
from ._layers import NativeLayer
from ._module import Module

_set = object.__setattr__


class StructuredLayer(NativeLayer):
    _takes = ()
    _gives = ""

    def __init__(self, *args, **kwargs):
        activation = kwargs.get("activation")
        if activation is not None and not isinstance(activation, str):
            kwargs["activation"] = _activation_name(activation)
        NativeLayer.__init__(self, *args, **kwargs)

    # ---- children that the layer made itself ----

    def _take(self, n):
        listing = json.loads(bridge.module_params_json(n))
        for name, _ in listing["params"]:
            if "." not in name:
                self._parameters[name] = _adopt(n, name)
        for path, _ in listing["modules"]:
            if path and "." not in path:
                self._modules[path] = _child(n, path)
        if self._m is not n:
            for name, p in self._parameters.items():
                Module._put_parameter(self, name, p)
            for name, child in self._modules.items():
                Module._put_module(self, name, child)

    # ---- calling ----

    def _slots(self, args, kwargs):
        """Handles for the core: what is left out at the end is left to its defaults."""
        takes = self._takes
        names = [t["name"] for t in takes]
        if len(args) > len(names):
            raise TypeError(
                "forward() takes from %d to %d positional arguments but %d were given"
                % (
                    1 + len([t for t in takes if "default" not in t]),
                    1 + len(names),
                    1 + len(args),
                )
            )
        bound = dict(zip(names, args))
        for name in kwargs:
            if name not in names:
                raise TypeError("forward() got an unexpected keyword argument '%s'" % name)
            if name in bound:
                raise TypeError("forward() got multiple values for argument '%s'" % name)
            bound[name] = kwargs[name]
        missing = ["'" + t["name"] + "'" for t in takes if "default" not in t and t["name"] not in bound]
        if missing:
            raise TypeError(
                "forward() missing %d required positional argument%s: %s"
                % (len(missing), "" if len(missing) == 1 else "s", " and ".join(missing))
            )
        slots = []
        used = 0
        for t in takes:
            value = bound.get(t["name"])
            width = 2 if "[2]" in t["type"] else 1
            if value is None:
                slots += [None] * width
                continue
            if t["type"] == "bool":
                slots.append(_flag(value))
            elif width == 2:
                slots += [_tensor(v, t["name"]) for v in value]
            else:
                slots.append(_tensor(value, t["name"]))
            used = len(slots)
        return slots[:used]

    def _nest(self, r):
        tensors = wrap_all(r)
        gives = self._gives
        if gives == "Tensor":
            return tensors[0]
        if "(" in gives:
            return tensors[0], tuple(tensors[1:])
        count = len(gives.split(","))
        return tuple(tensors + [None] * (count - len(tensors)))

    def forward(self, *args, **kwargs):
        slots = self._slots(args, kwargs)
        r = bridge.module_forward(self._n, 0, *[None if t is None else t._h for t in slots])
        if r is False:
            fail()
        return self._nest(r)

    def __call__(self, *args, **kwargs):
        if self._m is not self._n:
            return Module.__call__(self, *args, **kwargs)
        # A child that a layer of the core made: its hooks belong to the core's own module.
        slots = self._slots(args, kwargs)
        r = bridge.module_call(self._n, 0, *[None if t is None else t._h for t in slots])
        if r is False:
            fail()
        return self._nest(r)

    # ---- text, copies ----

    def extra_repr(self):
        text = bridge.module_repr(self._n)
        return "" if "\n" in text else text[len(self._native_kind) + 1 : -1]

    def flatten_parameters(self):
        """Nothing to do: weights are where they are used."""

    @property
    def all_weights(self):
        """The weights of a recurrent layer, a list for each layer and direction."""
        rows = {}
        for name in self._parameters:
            rows.setdefault(name[name.rfind("_l") :], []).append(self._parameters[name])
        return list(rows.values())

    def _copy_state(self):
        state = [(name, p.detach(), p.requires_grad) for name, p in self.named_parameters()]
        return self._config, state, self.training

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = rebuild(type(self), *self._copy_state())
        return memo[id(self)]

    def __reduce_ex__(self, protocol):
        return rebuild, (type(self),) + self._copy_state()


def rebuild(cls, config, state, training):
    """A layer with the same configuration and values; draws no random numbers."""
    from .._grad_mode import no_grad
    from ..random import fork_rng

    with fork_rng():
        layer = cls(**json.loads(config))
    own = dict(layer.named_parameters())
    with no_grad():
        for name, value, requires_grad in state:
            own[name].copy_(value)
            own[name].requires_grad_(requires_grad)
    layer.train(training)
    return layer


def _adopt(n, name):
    from .parameter import adopt

    return adopt(bridge.module_get_param(n, name))


def _child(n, path):
    """The Python module of a child that a layer of the core made."""
    import torch.nn

    child = bridge.module_adopt(n, path)
    if child is False:
        fail()
    kind = bridge.module_name(child)
    cls = getattr(torch.nn, kind)
    module = object.__new__(cls)
    for name in ("_parameters", "_buffers", "_modules"):
        _set(module, name, {})
    _set(module, "_unsaved", set())
    _set(module, "_hooks", 0)
    _set(module, "training", bridge.module_training(child) == 1)
    _set(module, "_config", "{}")
    _set(module, "_m", child)
    _set(module, "_n", child)
    if issubclass(cls, NativeLayer):
        cls._take(module, child)
        return module
    listing = json.loads(bridge.module_params_json(child))
    for name, _ in listing["modules"]:
        if name and "." not in name:
            module._modules[name] = _child(child, name)
    return module


def _tensor(value, name):
    if not isinstance(value, Tensor):
        raise TypeError("forward(): argument '%s' must be Tensor, not %s" % (name, type(value).__name__))
    return value


def _flag(value):
    from .._creation import tensor

    return tensor(bool(value))


def _activation_name(function):
    import torch

    names = (("relu", torch.nn.functional.relu), ("relu", torch.relu), ("gelu", torch.nn.functional.gelu))
    for name, known in names:
        if function is known:
            return name
    kind = type(function).__name__
    if kind in ("ReLU", "GELU"):
        return kind.lower()
    raise RuntimeError("activation should be relu/gelu, not " + str(function))
