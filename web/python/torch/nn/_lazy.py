"""Lazy layers: LazyLinear, LazyConv2d, ... take the number of input features from the first input.

On CPython the object changes its class then. MicroPython's can't: there it stays a lazy layer, and does
and shows what the other would.
"""
from .._core import MICRO, Size, bridge
from .._homes import place
from ._layers import NativeLayer, make
from ._module import Module
from .parameter import Parameter

_set = object.__setattr__


class UninitializedParameter(Parameter):
    """A parameter without shape and values, until its layer sees an input."""

    # On MicroPython it stays an object of this class afterwards.
    _ready = False

    def __init__(self, requires_grad=True, device=None, dtype=None):
        Parameter.__init__(self, None, requires_grad)

    def __repr__(self):
        return Parameter.__repr__(self) if self._ready else "<UninitializedParameter>"

    __str__ = __repr__

    @property
    def shape(self):
        if self._ready:
            return Size([int(bridge.size(self._h, i)) for i in range(int(bridge.dim(self._h)))])
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens "
            "in `load_state_dict` when trying to load an uninitialized parameter into an initialized "
            "one. Call `forward` to initialize the parameters before accessing their attributes."
        )

    def detach(self):
        return Parameter.detach(self) if self._ready else self

    def numel(self):
        if self._ready:
            return int(bridge.numel(self._h))
        raise ValueError(
            "Attempted to use an uninitialized parameter in <method 'numel' of 'torch._C._TensorBase' "
            "objects>. This error happens when you are using a `LazyModule` or explicitly manipulating "
            "`torch.nn.parameter.UninitializedParameter` objects. When using LazyModules Call `forward` "
            "with a dummy batch to initialize the parameters before calling torch functions"
        )


class _Lazy(NativeLayer if MICRO else Module):
    """`_first` names the argument of the layer `_kind` that stands first and is left out here."""

    _kind = ""

    def __init__(self, *args, **kwargs):
        if MICRO:
            _set(self, "_made", False)
        Module.__init__(self)
        _set(self, "_given", (args, kwargs))
        layer = make(self._kind)
        names = [a["name"] for a in layer._args]
        from ..random import Generator

        # Only for its text: no number of the snippet's stream goes into it.
        with Generator()._active():
            _set(self, "_text", NativeLayer.extra_repr(layer(1, *args, **kwargs)))
        bound = dict(zip(names[1:], args))
        bound.update(kwargs)
        plain = self._kind[:9] == "BatchNorm"
        if bound.get("affine", True):
            self.weight = UninitializedParameter()
        if bound.get("affine" if plain else "bias", True):
            self.bias = UninitializedParameter()

    def has_uninitialized_params(self):
        return any([isinstance(p, UninitializedParameter) and not p._ready for p in self._parameters.values()])

    def _connect(self):
        Module._connect(self)
        if MICRO:
            # Until there is a layer, the core's module of this object stands for it.
            _set(self, "_n", self._m)

    def __call__(self, *args, **kwargs):
        return Module.__call__(self, *args, **kwargs)

    def _get_name(self):
        return self._kind if MICRO and self._made else type(self).__name__

    def __setattr__(self, name, value):
        Module.__setattr__(self, name, value)

    def _describe_made(self, made):
        """On MicroPython: takes the layer of the core over from `made`."""
        for name in ("_native_kind", "_args", "_config", "_n"):
            _set(self, name, getattr(made, name))
        for name in made.__dict__:
            if name not in self.__dict__:
                _set(self, name, made.__dict__[name])
        for name, p in made._parameters.items():
            own = self._parameters.get(name)
            if p is not None and own is not None:
                own._h, p._h = p._h, own._h
                _set(own, "_ready", True)
                p = own
            self._put_parameter(name, p)
        for name, b in made._buffers.items():
            self._put_buffer(name, b, 1)
        _set(self, "_made", True)
        self.train(self.training)

    def extra_repr(self):
        if MICRO and self._made:
            return NativeLayer.extra_repr(self)
        text = self._text
        return text.replace("in_features=1", "in_features=0") if "in_features" in text else "0" + text[1:]

    def forward(self, input):
        """The first call: becomes the layer. The core's module of this object stays, and runs it."""
        if MICRO and self._made:
            return NativeLayer.forward(self, input)
        features = input.size(-1 if self._kind == "Linear" else 1)
        args, kwargs = self._given
        cls = make(self._kind)
        made = cls(features, *args, **kwargs)
        if MICRO:
            self._describe_made(made)
            return NativeLayer.forward(self, input)
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
