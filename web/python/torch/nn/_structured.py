"""Native layers whose forward takes options, tuples and masks, or gives several things: LSTM,
MultiheadAttention, TransformerEncoderLayer, ...

In the core all of it travels as tensors, one slot a tensor (`takes` and `gives` in layers_json, see
web/docs/ARCHITECTURE.md). Such a layer is a module of Python for the core, so that hooks see the
arguments and results as the snippet has them; its forward runs the layer itself.
"""
import json

from .._callbacks import wrap_all
from .._core import bridge, fail
from .._tensor import Tensor, wrap
from ._layers import NativeLayer, bind_forward
from ._module import Module

_set = object.__setattr__
_RECURRENT = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")
# Parameters that are None, where the layer has none of the name.
_ABSENT = {
    "MultiheadAttention": (
        "in_proj_weight",
        "q_proj_weight",
        "k_proj_weight",
        "v_proj_weight",
        "in_proj_bias",
    ),
    "RNNCell": ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
    "LSTMCell": ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
    "GRUCell": ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
}


class StructuredLayer(NativeLayer):
    _takes = ()
    _gives = ""

    def __init__(self, *args, **kwargs):
        activation = kwargs.get("activation")
        if activation is not None and not isinstance(activation, str):
            kwargs["activation"] = _activation_name(activation)
        names = [a["name"] for a in self._args if not a.get("kwarg_only")]
        at = names.index("activation") if "activation" in names else len(args)
        if at < len(args) and not isinstance(args[at], str):
            args = args[:at] + (_activation_name(args[at]),) + args[at + 1 :]
        NativeLayer.__init__(self, *args, **kwargs)

    # ---- children that the layer made itself ----

    def _take(self, n):
        listing = json.loads(bridge.module_params_json(n))
        config = json.loads(self._config)
        for name in _ABSENT.get(self._native_kind, ()):
            self._parameters[name] = None
        for name, _ in listing["params"]:
            if "." not in name:
                self._parameters[name] = _adopt(n, name)
        if self._m is not n:
            for name, p in self._parameters.items():
                if p is not None:
                    Module._put_parameter(self, name, p)
        for path, _ in listing["modules"]:
            if path and "." not in path:
                self._put_module(path, _child(n, path, self._values(config)))

    def _values(self, config):
        """The arguments of the constructor by name, defaults filled in."""
        return dict([(a["name"], config.get(a["name"], a.get("default"))) for a in self._args])

    def _describe(self, given):
        NativeLayer._describe(self, given)
        values = self._values(given)
        kind = self._native_kind
        if kind in _RECURRENT:
            _set(self, "bias", values["bias"])
            if kind[-4:] != "Cell":
                if "dropout" not in given:
                    _set(self, "dropout", 0.0)
                _set(self, "mode", "RNN_" + values["nonlinearity"].upper() if kind == "RNN" else kind)
                _set(self, "proj_size", values.get("proj_size", 0))
        elif kind == "MultiheadAttention":
            embed = values["embed_dim"]
            for name in ("kdim", "vdim"):
                if values[name] is None:
                    _set(self, name, embed)
            _set(self, "head_dim", embed // values["num_heads"])
            for name in ("bias_k", "bias_v"):
                if name not in self._parameters:
                    _set(self, name, None)

    # ---- calling ----

    def _slots(self, args, kwargs):
        """Handles for the core: what is left out at the end is left to its defaults."""
        takes = self._takes
        names = [t["name"] for t in takes]
        needed = [t["name"] for t in takes if "default" not in t]
        kind = self._native_kind
        if len(args) > len(names):
            raise TypeError(
                "%s.forward() takes from %d to %d positional arguments but %d were given"
                % (
                    kind,
                    1 + len(needed),
                    1 + len(names),
                    1 + len(args),
                )
            )
        bound = bind_forward(kind, names, needed, args, kwargs)
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
                slots += [_tensor(value[0], t["name"]), _tensor(value[1], t["name"])]
            else:
                slots.append(_tensor(value, t["name"]))
            used = len(slots)
        return slots[:used]

    def _arguments(self, tensors):
        """Positional what forward requires, the rest by name: as PyTorch's own layers call each other."""
        args = []
        kwargs = {}
        at = 0
        for t in self._takes:
            width = 2 if "[2]" in t["type"] else 1
            value = tensors[at] if at < len(tensors) else None
            if width == 2 and value is not None:
                value = tuple(tensors[at : at + 2])
            at += width
            if "default" not in t:
                args.append(value)
            elif value is not None:
                kwargs[t["name"]] = bool(value) if t["type"] == "bool" else value
        return tuple(args), kwargs

    def _result(self, tensors):
        gives = self._gives
        if gives == "Tensor":
            return tensors[0]
        if "(" in gives:
            return tensors[0], tuple(tensors[1:])
        count = len(gives.split(","))
        return tuple(tensors + [None] * (count - len(tensors)))

    def forward(self, *args, **kwargs):
        input = args[0] if args else kwargs.get("input")
        if hasattr(input, "batch_sizes"):
            from .utils.rnn import run_packed

            return run_packed(self, *args, **kwargs)
        return self._run(self._slots(args, kwargs))

    def _run_packed(self, data, hx, batch_sizes):
        """As forward, for the data of a PackedSequence, where PyTorch too passes its batch sizes."""
        slots = self._slots((data, hx), {})
        states = 2 if self._native_kind == "LSTM" else 1
        return self._run(slots + [None] * (1 + states - len(slots)) + [batch_sizes])

    def _run(self, slots):
        r = bridge.module_forward(self._n, 0, *[None if t is None else t._h for t in slots])
        if r is False:
            fail()
        return self._result(wrap_all(r))

    # ---- text ----

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


def _adopt(n, name):
    from .parameter import adopt

    return adopt(bridge.module_get_param(n, name))


def _child(n, path, values):
    """The Python module of a child that a layer of the core made; `values` are the arguments of that
    layer."""
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
    _set(module, "training", True)
    given = _config_of(kind, child, values)
    _set(module, "_config", json.dumps(given))
    _set(module, "_n", child)
    if issubclass(cls, StructuredLayer):
        Module._connect(module)
    else:
        _set(module, "_m", child)
    module._take(child)
    module._describe(given)
    return module


def _config_of(kind, child, values):
    """The arguments that a part was made with: the core tells its name and parameters only."""
    if kind == "Dropout":
        return {"p": values["dropout"]}
    if kind == "MultiheadAttention":
        given = {"embed_dim": values["d_model"], "num_heads": values["nhead"]}
        for name in ("dropout", "batch_first"):
            given[name] = values[name]
    else:
        shape = wrap(bridge.module_get_param(child, "weight")).shape
        if kind == "LayerNorm":
            given = {"normalized_shape": list(shape), "eps": values["layer_norm_eps"]}
        else:
            names = [name for name, _ in json.loads(bridge.module_params_json(child))["params"]]
            given = {"in_features": shape[1], "out_features": shape[0], "bias": "bias" in names}
    if values.get("dtype") is not None:
        given["dtype"] = values["dtype"]
    return given


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
