"""ONNX models of the core: reading, describing and running them. What torch.onnx, onnx and
onnxruntime share."""
import json

from . import _core
from ._core import bridge, fail
from ._tensor import Tensor, wrap


def bytes_from(source):
    """The bytes of a path, a binary file or bytes."""
    if isinstance(source, (bytes, bytearray)):
        return bytes(source)
    if hasattr(source, "read"):
        return source.read()
    with open(str(source), "rb") as f:
        return f.read()


class Handle:
    """A model in the core. `run` False: only read, to be looked at."""

    def __init__(self, data, run=True):
        s = bridge.onnx_load(_core.buffer_of(data), 1 if run else 0)
        if s is False:
            fail()
        self._s = s

    def __del__(self):
        s = getattr(self, "_s", None)
        if s:
            bridge.onnx_free(s)

    def describe(self):
        return self._json(bridge.onnx_describe(self._s))

    def graph(self):
        return self._json(bridge.onnx_graph(self._s))

    def _json(self, text):
        if text is False:
            fail()
        return json.loads(text)

    def module(self):
        m = bridge.onnx_module(self._s)
        if m is False:
            fail()
        return m

    def run(self, feeds, names, types):
        """Values by name, in order; `types`: ONNX's text of the type of each input."""
        tensors = []
        inputs = [[name, _to_wire(feeds[name], types.get(name), tensors)] for name in feeds]
        request = json.dumps({"inputs": inputs, "outputs": names or []})
        r = bridge.onnx_run(self._s, request, *[t._h for t in tensors])
        if r is False:
            fail()
        out = [wrap(r[i]) for i in range(_length(r))]
        return [_from_wire(v, out) for v in json.loads(bridge.onnx_answer())["outputs"]]


def _length(r):
    return r.length if _core.MICRO else len(r)


def _to_wire(value, type_, tensors):
    if value is None:
        return None
    if not isinstance(value, Tensor):
        if type_ is not None and type_[:4] == "seq(":
            return {"sequence": [_to_wire(v, type_[4:-1], tensors) for v in value]}
        # An array of numbers is a tensor already; as in onnxruntime its dtype must be the model's.
        array = _core.operand_of(value) if hasattr(value, "tolist") else None
        if isinstance(array, Tensor):
            value = array
        else:
            if hasattr(value, "tolist"):
                value = value.tolist()
            strings = _strings(value)
            if strings is not None:
                return strings
            value = _tensor(value, type_)
    tensors.append(value)
    return {"tensor": len(tensors) - 1}


def _tensor(value, type_):
    import torch

    if type_ is None or type_[:7] != "tensor(":
        return torch.tensor(value)
    name = type_[7:-1]
    return torch.tensor(value, dtype=_core.dtype_named({"float": "float32", "double": "float64"}.get(name, name)))


def _strings(value):
    """Nested lists of strings in the form that the core takes; None for anything else."""
    shape = []
    flat = [value]
    first = value
    while isinstance(first, (list, tuple)):
        shape.append(len(first))
        flat = [x for level in flat for x in level]
        if not first:
            return None
        first = first[0]
    if not isinstance(first, str):
        return None
    return {"strings": flat, "shape": shape}


def _from_wire(value, tensors):
    if value is None:
        return None
    if "tensor" in value:
        return tensors[value["tensor"]]
    if "sequence" in value:
        return [_from_wire(v, tensors) for v in value["sequence"]]
    items = value["strings"]
    for size in reversed(value["shape"][1:]):
        items = [items[i : i + size] for i in range(0, len(items), size)] if size else items
    return items if value["shape"] else items[0]
