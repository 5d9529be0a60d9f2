"""Native layers: Python classes over the layers of the core, made from its table when first used.

A subclass that overrides forward() has two modules in the core: one that calls its forward, and the
layer itself, which super().forward() runs.
"""
import json

from .. import _core
from .._callbacks import wrap_all
from .._core import bridge, fail
from .._homes import layer_home, place
from .._tensor import Tensor, wrap
from ._module import Module
from ._module_hooks import sync_global, version as _global_version
from .parameter import Parameter, adopt

_call = bridge.module_call
_set = object.__setattr__
_NOT_ATTRIBUTES = ("bias", "weight", "pos_weight", "device", "dtype")


def bind_forward(kind, names, needed, args, kwargs):
    """Arguments of a layer's forward by name, of which those in `needed` can't be left out."""
    bound = dict(zip(names, args))
    for name in kwargs:
        if name not in names:
            raise TypeError("%s.forward() got an unexpected keyword argument '%s'" % (kind, name))
        if name in bound:
            raise TypeError("%s.forward() got multiple values for argument '%s'" % (kind, name))
        bound[name] = kwargs[name]
    missing = ["'" + n + "'" for n in needed if n not in bound]
    if missing:
        raise TypeError(
            "%s.forward() missing %d required positional argument%s: %s"
            % (kind, len(missing), "" if len(missing) == 1 else "s", " and ".join(missing))
        )
    return bound


class NativeLayer(Module):
    _args = ()

    def __init__(self, *args, **kwargs):
        if self._native_kind == "Identity":
            # It takes any arguments, as whatever it stands for.
            args, kwargs = (), {}
        given_weight = kwargs.get("_weight") if self._native_kind[:9] == "Embedding" else None
        if given_weight is not None:
            self._init_around(args, kwargs)
            return
        if self._native_kind[-4:] == "Loss" and ("size_average" in kwargs or "reduce" in kwargs):
            kwargs = _reduction(kwargs)
        given, tensors = self._bind(args, kwargs)
        if self._native_kind == "MultiMarginLoss" and "weight" in tensors and tensors["weight"].dim() != 1:
            raise AssertionError
        _set(self, "_config", json.dumps(given))
        Module.__init__(self)
        for name in tensors:
            self._put_buffer(name, tensors[name], 1)
        self._describe(given)

    def _init_around(self, args, kwargs):
        """Embedding(..., _weight=w): the layer over given rows, which draws none."""
        from ..random import Generator

        kwargs = dict(kwargs)
        weight = kwargs.pop("_weight")
        with Generator()._active():
            self.__init__(*args, **kwargs)
        if weight.shape != self.weight.shape:
            raise AssertionError("Shape of weight does not match num_embeddings and embedding_dim")
        self.weight = Parameter(weight)

    def _describe(self, given):
        """Sets the hyperparameters as attributes."""
        for spec in self._args:
            name = spec["name"]
            if name not in _NOT_ATTRIBUTES and name not in self._modules and name not in self._buffers:
                _set(self, name, self._attribute(name, spec, given))
        if self._native_kind == "MaxPool2d" and self.stride is None:
            _set(self, "stride", self.kernel_size)

    def _bind(self, args, kwargs):
        """Arguments by name: those that go as JSON, and tensors."""
        names = [a["name"] for a in self._args if not a.get("kwarg_only")]
        kind = type(self).__name__
        if self._native_kind == "Unflatten" and len(args) > 1:
            args = (args[0], tuple(args[1]))
        if len(args) > len(names):
            raise TypeError(
                "%s.__init__() takes from %d to %d positional arguments but %d were given"
                % (kind, 1 + len([a for a in self._args if "default" not in a]), 1 + len(names), 1 + len(args))
            )
        bound = dict(zip(names, args))
        for name in kwargs:
            if name in bound:
                raise TypeError("%s.__init__() got multiple values for argument '%s'" % (kind, name))
            bound[name] = kwargs[name]
        given = {}
        tensors = {}
        for name in bound:
            value = bound[name]
            if name == "device":
                _core.check_device(value)
            elif isinstance(value, Tensor) and any([a["name"] == name for a in self._args]):
                tensors[name] = value
            elif type(value) is _core.dtype:
                given[name] = value.name
            elif isinstance(value, (tuple, _core.Size)):
                given[name] = list(value)
            else:
                given[name] = value
        if self._native_kind[:8] == "Adaptive" and isinstance(given.get("output_size"), list):
            # None, a side that stays as it is, isn't a number.
            given["output_size"] = [-1 if v is None else v for v in given["output_size"]]
        missing = [a["name"] for a in self._args if "default" not in a and a["name"] not in bound]
        if missing:
            texts = ["'" + n + "'" for n in missing]
            joined = texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + " and " + texts[-1]
            raise TypeError(
                "%s.__init__() missing %d required positional argument%s: %s"
                % (kind, len(missing), "" if len(missing) == 1 else "s", joined)
            )
        return given, tensors

    def _attribute(self, name, spec, given):
        value = given.get(name, spec.get("default"))
        size = spec["type"]
        if self._native_kind[:8] == "Adaptive" and name == "output_size":
            value = [None if v == -1 else v for v in value] if isinstance(value, list) else value
        if isinstance(value, list):
            return tuple(value)
        if self._native_kind[:4] == "Conv" and "[" in size and isinstance(value, int):
            return (value,) * int(self._native_kind[-2])
        if self._native_kind == "LayerNorm" and name == "normalized_shape":
            return (value,)
        return value

    def _connect(self):
        n = bridge.module_new(self._native_kind, self._config, 0)
        if n is False:
            fail()
        _set(self, "_n", n)
        if type(self).forward is NativeLayer.forward or "forward" in self._base.__dict__ and type(self).forward is self._base.forward:
            _set(self, "_m", n)
        else:
            Module._connect(self)
        if not self._parameters and not self._buffers and not self._modules:
            self._take(n)

    def _take(self, n):
        """Takes over the parameters and buffers that the core made."""
        listing = json.loads(bridge.module_params_json(n))
        config = json.loads(self._config)
        for name, _ in listing["params"]:
            p = adopt(bridge.module_get_param(n, name))
            self._parameters[name] = p
        for name, _ in listing["buffers"]:
            self._buffers[name] = wrap(bridge.module_get_param(n, name))
        affine = config.get("affine", config.get("elementwise_affine"))
        if affine is False:
            self._parameters["weight"] = self._parameters["bias"] = None
        if config.get("bias") is False:
            self._parameters["bias"] = None
        if config.get("track_running_stats") is False:
            for name in ("running_mean", "running_var", "num_batches_tracked"):
                self._buffers[name] = None
        if self._m is not n:
            for name, p in self._parameters.items():
                Module._put_parameter(self, name, p)
            for name, b in self._buffers.items():
                Module._put_buffer(self, name, b, 1)

    # The layer in the core hears of every change too.

    def _put_parameter(self, name, value):
        Module._put_parameter(self, name, value)
        if self._m is not self._n:
            bridge.module_param(self._n, name, None if value is None else value._h)

    def _put_buffer(self, name, value, persistent):
        Module._put_buffer(self, name, value, persistent)
        if self._m is not self._n:
            bridge.module_buffer(self._n, name, None if value is None else value._h, persistent)

    def _put_module(self, name, value):
        Module._put_module(self, name, value)
        if self._m is not self._n:
            bridge.module_child(self._n, name, 0 if value is None else value._m)

    def _del_core(self, name):
        Module._del_core(self, name)
        if self._m is not self._n:
            bridge.module_del(self._n, name)

    def _train_core(self, mode):
        Module._train_core(self, mode)
        if self._m is not self._n:
            bridge.module_train(self._n, 1 if mode else 0)

    def __setattr__(self, name, value):
        Module.__setattr__(self, name, value)
        if name in self.__dict__ and name not in _NOT_ATTRIBUTES and "_n" in self.__dict__:
            for spec in self._args:
                if spec["name"] == name:
                    self._reconfigure(name, value)

    def _reconfigure(self, name, value):
        """A hyperparameter was assigned: `dropout.p = 0.1`."""
        config = json.loads(self._config)
        config[name] = list(value) if isinstance(value, (tuple, _core.Size)) else value
        _set(self, "_config", json.dumps(config))
        if bridge.module_set(self._n, json.dumps({name: config[name]})) is False:
            fail()

    def _note_hook(self):
        _set(self, "_hooks", self._hooks + 1)

    def __call__(self, *args, **kwargs):
        if self._m is not self._n:
            return Module.__call__(self, *args, **kwargs)
        if kwargs:
            args = self._placed(args, kwargs)
        if self._global_version != _global_version[0]:
            sync_global(self)
        if self._hooks:
            self._check(args)
            return Module.__call__(self, *args)
        if len(args) == 1 and isinstance(args[0], Tensor):
            r = _call(self._m, 0, args[0]._h)
        else:
            self._check(args)
            r = _call(self._m, 0, *[t._h for t in args])
        if r is False:
            fail()
        if len_of(r) == 1:
            return wrap(r[0])
        return tuple(wrap_all(r))

    def _check(self, args):
        for i in range(len(args)):
            if not isinstance(args[i], Tensor):
                raise TypeError(
                    "%s(): argument '%s' (position %d) must be Tensor, not %s"
                    % (_function_name(self._native_kind), ("input", "target")[min(i, 1)], i + 1, type(args[i]).__name__)
                )

    def _placed(self, args, kwargs):
        """Arguments of forward by their places."""
        names = bridge.layer_inputs(self._native_kind).split(",")
        bound = bind_forward(self._native_kind, names, names, args, kwargs)
        return tuple([bound[n] for n in names])

    def forward(self, *args, **kwargs):
        if kwargs:
            args = self._placed(args, kwargs)
        self._check(args)
        r = bridge.module_forward(self._n, 0, *[t._h for t in args])
        if r is False:
            fail()
        if len_of(r) == 1:
            return wrap(r[0])
        return tuple(wrap_all(r))

    def extra_repr(self):
        text = bridge.module_repr(self._n)
        if "\n" in text:
            # The core shows what is inside, too; __repr__ does that here.
            own = []
            for line in text.split("\n")[1:-1]:
                if line[:3] == "  (":
                    break
                own.append(line[2:])
            return "\n".join(own)
        return text[len(self._native_kind) + 1 : -1]

    def reset_parameters(self):
        """Draws new initial parameters."""
        n = bridge.module_new(self._native_kind, self._config, 0)
        if n is False:
            fail()
        for name, p in self._parameters.items():
            if p is not None:
                p.data.copy_(wrap(bridge.module_get_param(n, name)).detach())
        bridge.module_free(n)
        self._reset_running_stats()

    def _reset_running_stats(self):
        """Norms that keep statistics: as if nothing had been seen."""
        for name, start in (("running_mean", 0), ("running_var", 1), ("num_batches_tracked", 0)):
            buffer = self._buffers.get(name)
            if buffer is not None:
                buffer.fill_(start)

    def __setstate__(self, state):
        # The core makes the layer anew and draws values for it, which a copy doesn't in PyTorch.
        from ..random import Generator

        with Generator()._active():
            Module.__setstate__(self, state)

    def __reduce_ex__(self, protocol):
        return _blank, (type(self),), self.__getstate__()


NativeLayer._base = NativeLayer

if _core.MICRO:

    def len_of(r):
        return r.length

else:
    len_of = len


def _sized(inputs, run):
    """__call__ of a layer whose forward takes, after `inputs` tensors, an output_size, too."""

    def call(self, *args, **kwargs):
        size = args[inputs] if len(args) > inputs else kwargs.pop("output_size", None)
        args = args[:inputs]
        if size is None:
            return NativeLayer.__call__(self, *args, **kwargs)
        return run(self, self._placed(args, kwargs) if kwargs else args, list(size))

    return call


def _transposed_to(self, args, size):
    """A transposed convolution padded at the end for a result of that size."""
    shape = list(args[0].shape)
    n = len(self.kernel_size)
    leading = 2 if len(shape) == n + 2 else 1
    if len(size) == leading + n:
        size = size[leading:]
    if len(size) != n:
        raise ValueError(
            "ConvTranspose%dD: for %dD input, output_size must have %d or %d elements (got %d)"
            % (n, len(shape), n, leading + n, len(size))
        )
    sides = shape[-n:]
    least = [
        (sides[i] - 1) * self.stride[i]
        - 2 * self.padding[i]
        + self.dilation[i] * (self.kernel_size[i] - 1)
        + 1
        for i in range(n)
    ]
    most = [least[i] + self.stride[i] - 1 for i in range(n)]
    if any([not least[i] <= size[i] <= most[i] for i in range(n)]):
        raise ValueError(
            "requested an output size of %s, but valid sizes range from %s to %s (for an input of %s)"
            % (tuple(size), least, most, _core.Size(sides))
        )
    own = json.loads(self._config).get("output_padding", 0)
    bridge.module_set(self._n, json.dumps({"output_padding": [size[i] - least[i] for i in range(n)]}))
    try:
        return NativeLayer.__call__(self, *args)
    finally:
        bridge.module_set(self._n, json.dumps({"output_padding": [own] * n if isinstance(own, int) else own}))


def _unpooled_to(self, args, size):
    from . import functional

    unpool = getattr(functional, "max_unpool" + self._native_kind[-2:])
    return unpool(args[0], args[1], self.kernel_size, self.stride, self.padding, size)


def _with_lengths(self, *args, **kwargs):
    """CTCLoss: lengths may be lists or tuples."""
    from .functional import as_lengths

    args = self._placed(args, kwargs) if kwargs else args
    return NativeLayer.__call__(self, *[as_lengths(a) for a in args])


def _reset_attention(self):
    """MultiheadAttention._reset_parameters: draws the projections of the inputs again."""
    from . import init

    own = self._parameters
    for name in ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"):
        if own.get(name) is not None:
            init.xavier_uniform_(own[name])
    if own.get("in_proj_bias") is not None:
        init.zeros_(own["in_proj_bias"])
        init.zeros_(self.out_proj.bias)
    for name in ("bias_k", "bias_v"):
        if own.get(name) is not None:
            init.xavier_normal_(own[name])


def _blank(cls):
    return object.__new__(cls)


def _function_name(kind):
    name = (kind[:-4] if kind[-4:] == "Loss" else kind).replace("ReLU", "Relu")
    out = ""
    for i in range(len(name)):
        c = name[i]
        if "A" <= c <= "Z" and i and "a" <= name[i - 1] <= "z":
            out += "_"
        out += c.lower()
    return out + ("_loss" if kind[-4:] == "Loss" and kind != "CrossEntropyLoss" else "")


def _reduction(kwargs):
    """The arguments of a loss with PyTorch's old size_average and reduce put into `reduction`."""
    kwargs = dict(kwargs)
    average = kwargs.pop("size_average", None)
    reduce = kwargs.pop("reduce", None)
    if reduce is False:
        kwargs["reduction"] = "none"
    elif average is not None or reduce is not None:
        kwargs["reduction"] = "sum" if average is False else "mean"
    return kwargs


def _from_pretrained(cls, embeddings, freeze=True, padding_idx=None, **options):
    """An Embedding over the rows of a matrix."""
    if embeddings.dim() != 2:
        raise AssertionError("Embeddings parameter is expected to be 2-dimensional")
    from ..random import fork_rng

    # The layer draws weights, which PyTorch's doesn't when it is given some.
    with fork_rng():
        layer = cls(embeddings.size(0), embeddings.size(1), padding_idx=padding_idx, **options)
    layer.weight = Parameter(embeddings, requires_grad=not freeze)
    return layer


# Classes that PyTorch has between Module and its layers, and the layers below them: model code asks
# isinstance(m, nn.modules.batchnorm._BatchNorm).
_FAMILIES = {
    "_BatchNorm": ("batchnorm", "BatchNorm1d BatchNorm2d BatchNorm3d"),
    "_InstanceNorm": ("instancenorm", "InstanceNorm1d InstanceNorm2d InstanceNorm3d"),
    "_ConvNd": (
        "conv",
        "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    ),
    "_DropoutNd": (
        "dropout",
        "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout",
    ),
    "RNNBase": ("rnn", "RNN LSTM GRU"),
}
_made_families = {}


def family(name):
    """One of those classes, or None."""
    if name not in _FAMILIES:
        return None
    if name not in _made_families:
        base = NativeLayer
        if name == "RNNBase":
            from ._structured import StructuredLayer as base
        members = {}
        if "Norm" in name:
            members = {"_version": 2, "reset_running_stats": NativeLayer._reset_running_stats}
        cls = type(name, (base,), members)
        _made_families[name] = place(cls, "torch.nn.modules." + _FAMILIES[name][0])
    return _made_families[name]


def make(kind):
    """The class of a native layer; None when the core has none of that name."""
    text = bridge.layer_args(kind)
    if not text:
        return None
    members = {"_native_kind": kind, "_args": json.loads(text)}
    if kind == "CTCLoss":
        members["__call__"] = _with_lengths
    if kind == "MultiheadAttention":
        members["_reset_parameters"] = _reset_attention
    if kind[:13] == "ConvTranspose":
        members["__call__"] = _sized(1, _transposed_to)
    elif kind[:9] == "MaxUnpool":
        members["__call__"] = _sized(2, _unpooled_to)
    if kind == "Embedding":
        members["from_pretrained"] = classmethod(_from_pretrained)
    base = NativeLayer
    forward = bridge.layer_forward(kind)
    if forward:
        from ._structured import StructuredLayer as base

        forward = json.loads(forward)
        members["_takes"] = [t for t in forward["takes"] if t["name"] != "batch_sizes"]
        members["_gives"] = forward["gives"]
    for name, (_, kinds) in _FAMILIES.items():
        if kind in kinds.split():
            base = family(name)
    cls = type(kind, (base,), members)
    return place(cls, layer_home(kind))
