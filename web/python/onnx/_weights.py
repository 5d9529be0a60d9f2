"""ONNX files that hold weights and nothing else: every tensor an initializer, and an output of the
graph, under its own name. Runtimes hand them out, and tools can be built around them."""
from torch import _core
from torch._serialize import bytes_of

# Of files as this writes them: what onnx.proto said then, which every runtime of today reads.
_IR_VERSION, _OPSET = 8, 17


def _varint(n):
    out = []
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def _integer(field, n):
    return _varint(field << 3) + _varint(n)


def _bytes(field, data):
    if isinstance(data, str):
        data = data.encode()
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _tensor(name, t):
    from . import _DATA_TYPES

    dims = b"".join([_integer(1, n) for n in t.shape])
    return dims + _integer(2, _DATA_TYPES[t.dtype.name]) + _bytes(8, name) + _bytes(9, bytes_of(t))


def _output(name, t):
    from . import _DATA_TYPES

    shape = b"".join([_bytes(1, _integer(1, n)) for n in t.shape])
    tensor = _integer(1, _DATA_TYPES[t.dtype.name]) + _bytes(2, shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, tensor))


def model(tensors, metadata=None):
    """The bytes of a ModelProto with these tensors, a dict; `metadata`: texts by name."""
    graph = [_bytes(2, "weights")]
    graph += [_bytes(5, _tensor(name, tensors[name])) for name in tensors]
    graph += [_bytes(12, _output(name, tensors[name])) for name in tensors]
    out = [_integer(1, _IR_VERSION), _bytes(2, "gradbox"), _bytes(7, b"".join(graph))]
    out.append(_bytes(8, _bytes(1, "") + _integer(2, _OPSET)))
    for name in metadata or {}:
        out.append(_bytes(14, _bytes(1, name) + _bytes(2, metadata[name])))
    return b"".join(out)
