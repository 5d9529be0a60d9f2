"""safetensors: tensors in a file that holds nothing else, https://github.com/huggingface/safetensors:
eight bytes with the length of a JSON text, that text (name, type, shape and place of each tensor),
and the elements, little-endian and row-major."""
import json
import struct


class SafetensorError(Exception):
    """A file that isn't as the format says."""


_NAMES = {
    "F64": "float64",
    "F32": "float32",
    "I64": "int64",
    "I32": "int32",
    "U8": "uint8",
    "BOOL": "bool",
    "F16": "float16",
    "BF16": "bfloat16",
    "I16": "int16",
    "I8": "int8",
    "U16": "uint16",
    "U32": "uint32",
    "U64": "uint64",
}
_LIMIT = 100_000_000


def _header(data):
    if len(data) < 8:
        raise SafetensorError("Error while deserializing header: HeaderTooSmall")
    size = struct.unpack("<Q", data[:8])[0]
    if size > _LIMIT:
        raise SafetensorError("Error while deserializing header: HeaderTooLarge")
    if 8 + size > len(data):
        raise SafetensorError("Error while deserializing header: InvalidHeaderLength")
    try:
        header = json.loads(data[8 : 8 + size].decode())
    except ValueError:
        raise SafetensorError("Error while deserializing header: InvalidHeaderDeserialization")
    metadata = header.pop("__metadata__", None)
    return header, metadata, 8 + size


def _tensor(data, start, name, entry):
    from torch import _core
    from torch._functions import from_bytes

    kind = entry["dtype"]
    if kind not in _NAMES:
        raise SafetensorError(
            "the tensor '%s' is of type %s, which Gradbox has not" % (name, kind)
        )
    begin, end = entry["data_offsets"]
    if not 0 <= begin <= end or start + end > len(data):
        raise SafetensorError("Error while deserializing header: MetadataIncompleteBuffer")
    dtype = _core.dtype_named(_NAMES[kind])
    shape = entry["shape"]
    count = 1
    for n in shape:
        count *= n
    if count * dtype.itemsize != end - begin:
        raise SafetensorError("Error while deserializing header: TensorInvalidInfo")
    return from_bytes(dtype, shape, data[start + begin : start + end])


def _read(path):
    with open(path, "rb") as f:
        return f.read()


class safe_open:
    """A file whose tensors are made when they are asked for: `with safe_open(path, "pt") as f`."""

    def __init__(self, filename, framework="pt", device="cpu"):
        self._data = _read(filename)
        self._entries, self._metadata, self._start = _header(self._data)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass

    def keys(self):
        return sorted(self._entries)

    def metadata(self):
        return self._metadata

    def get_tensor(self, name):
        if name not in self._entries:
            raise SafetensorError("File does not contain tensor " + name)
        return _tensor(self._data, self._start, name, self._entries[name])
