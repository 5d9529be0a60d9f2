"""safetensors.torch: save_file and load_file for dicts of tensors."""
import json
import struct

from torch import _core
from torch._tensor import Tensor

from . import _NAMES, _header, _read, _tensor


def _kind(dtype):
    for kind in _NAMES:
        if _NAMES[kind] == dtype.name:
            return kind


def save(tensors, metadata=None):
    """The bytes of a file with these tensors, a dict."""
    if not isinstance(tensors, dict):
        raise ValueError("Expected a dict of [str, torch.Tensor] but received " + str(type(tensors)))
    for name in tensors:
        if not isinstance(tensors[name], Tensor):
            raise ValueError(
                "Key `%s` is invalid, expected torch.Tensor but received %s"
                % (name, str(type(tensors[name])))
            )
    # Large element types first, so that all are aligned; names in order.
    names = sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name))
    header = {}
    if metadata:
        header["__metadata__"] = metadata
    parts = []
    at = 0
    for name in names:
        t = tensors[name]
        r = _core.bridge.to_bytes(t._h)
        if r is False:
            _core.fail()
        data = _core.bytes_of(r)
        header[name] = {
            "dtype": _kind(t.dtype),
            "shape": list(t.shape),
            "data_offsets": [at, at + len(data)],
        }
        parts.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def save_file(tensors, filename, metadata=None):
    data = save(tensors, metadata)
    with open(filename, "wb") as f:
        f.write(data)


def load(data):
    """The tensors in the bytes of a file, by name."""
    entries, _, start = _header(data)
    return dict([(name, _tensor(data, start, name, entries[name])) for name in sorted(entries)])


def load_file(filename, device="cpu"):
    _core.check_device(device)
    return load(_read(filename))


def save_model(model, filename, metadata=None, force_contiguous=True):
    save_file(dict(model.state_dict().items()), filename, metadata)


def load_model(model, filename, strict=True, device="cpu"):
    """(missing, unexpected) keys"""
    keys = model.load_state_dict(load_file(filename, device), strict)
    return keys.missing_keys, keys.unexpected_keys
