"""Lazy layers: LazyLinear, LazyConv2d, ... take the number of input features from the first input.

On CPython only: the object changes its class then, which MicroPython's can't.
"""
from .._core import MICRO
from .._homes import place
from ._layers import NativeLayer, make
from ._module import Module
from .parameter import Parameter

_set = object.__setattr__


class UninitializedParameter(Parameter):
    """A parameter without shape and values, until its layer sees an input."""

    def __init__(self, requires_grad=True, device=None, dtype=None):
        Parameter.__init__(self, None, requires_grad)

    def __repr__(self):
        return "<UninitializedParameter>"

    __str__ = __repr__

    @property
    def shape(self):
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens "
            "in `load_state_dict` when trying to load an uninitialized parameter into an initialized "
            "one. Call `forward` to initialize the parameters before accessing their attributes."
        )


class _Lazy(Module):
    """`_first` names the argument of the layer `_kind` that stands first and is left out here."""

    _kind = ""

    def __init__(self, *args, **kwargs):
        if MICRO:
            raise NotImplementedError("%s needs CPython" % type(self).__name__)
        Module.__init__(self)
        _set(self, "_given", (args, kwargs))
        layer = make(self._kind)
        names = [a["name"] for a in layer._args]
        _set(self, "_text", NativeLayer.extra_repr(layer(1, *args, **kwargs)))
        bound = dict(zip(names[1:], args))
        bound.update(kwargs)
        plain = self._kind[:9] == "BatchNorm"
        if bound.get("affine", True):
            self.weight = UninitializedParameter()
        if bound.get("affine" if plain else "bias", True):
            self.bias = UninitializedParameter()

    def extra_repr(self):
        text = self._text
        return text.replace("in_features=1", "in_features=0") if "in_features" in text else "0" + text[1:]

    def forward(self, input):
        """The first call: becomes the layer. The core's module of this object stays, and runs it."""
        features = input.size(-1 if self._kind == "Linear" else 1)
        args, kwargs = self._given
        cls = make(self._kind)
        made = cls(features, *args, **kwargs)
        state = dict(made.__dict__)
        # The layer in the core is this object's now.
        made.__dict__.clear()
        own = self._parameters
        training = self.training
        for name in ("_given", "_text"):
            object.__delattr__(self, name)
        self.__class__ = cls
        for name in state:
            if name not in self.__dict__ or name == "training":
                _set(self, name, state[name])
        for name, p in state["_parameters"].items():
            # The same objects stay: optimizers may know them.
            if p is not None and own.get(name) is not None:
                own[name].__class__ = Parameter
                own[name]._h, p._h = p._h, own[name]._h
                p = own[name]
            self._put_parameter(name, p)
        for name, b in state["_buffers"].items():
            self._put_buffer(name, b, 1)
        self.train(training)
        return cls.forward(self, input)


_KINDS = (
    "Linear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d "
    "BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d"
).split()


def lazy(name):
    """The class LazyX, or None."""
    kind = name[4:]
    if kind not in _KINDS:
        return None
    from .._homes import layer_home

    return place(type(name, (_Lazy,), {"_kind": kind}), layer_home(kind))
