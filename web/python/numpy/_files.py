"""np.save, np.savez and np.load: the formats .npy (numpy/lib/format.py, version 1.0) and .npz."""
import torch
from torch import _core

from ._array import wrap
from ._creation import asarray
from ._dtypes import as_dtype

_MAGIC = b"\x93NUMPY"


def _npy(array):
    """An array as the bytes of a .npy file."""
    a = asarray(array)
    t = a._t.contiguous()
    shape = "(" + ", ".join([str(n) for n in t.shape]) + (",)" if t.dim() == 1 else ")")
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (a.dtype.str, shape)
    header += " " * (-(len(_MAGIC) + 4 + len(header) + 1) % 64) + "\n"
    length = len(header)
    start = _MAGIC + b"\x01\x00" + bytes([length & 255, length >> 8])
    return start + header.encode() + _core.bytes_of(_core.bridge.to_bytes(t._h))


def _between(text, before, after):
    at = text.find(before)
    if at < 0:
        raise ValueError("Cannot parse header: %r" % text)
    at += len(before)
    return text[at : text.find(after, at)]


def _array_of(data):
    """The array of the bytes of a .npy file."""
    if data[:6] != _MAGIC:
        raise ValueError(
            "Cannot load file containing pickled data when allow_pickle=False"
        )
    wide = data[6] > 1
    length = data[8] | data[9] << 8
    at = 10
    if wide:
        length |= data[10] << 16 | data[11] << 24
        at = 12
    header = data[at : at + length].decode()
    body = data[at + length :]
    dtype = as_dtype(_between(header, "'descr': '", "'"))
    shape = [int(n) for n in _between(header, "'shape': (", ")").split(",") if n.strip()]
    columns = _between(header, "'fortran_order': ", ",") == "True"
    sizes = shape[::-1] if columns else shape
    h = _core.bridge.from_bytes(dtype.torch.code, len(sizes), *(list(sizes) + [_core.buffer_of(body)]))
    if h is False:
        _core.fail()
    t = torch._tensor.wrap(h)
    if columns:
        t = t.permute(*range(len(sizes) - 1, -1, -1)).contiguous()
    return wrap(t)


def _write(file, data, ending):
    if hasattr(file, "write"):
        file.write(data)
        return
    path = str(file)
    with open(path if path.endswith(ending) else path + ending, "wb") as f:
        f.write(data)


def save(file, arr, allow_pickle=True, fix_imports=True):
    """Writes an array as .npy; the ending is added where it is missing."""
    _write(file, _npy(arr), ".npy")


def savez(file, *args, **kwds):
    """Writes arrays as .npz: by their keywords, others as arr_0, arr_1, ..."""
    from torch import _zip

    named = [("arr_%d" % i, a) for i, a in enumerate(args)] + list(kwds.items())
    _write(file, _zip.write([(name + ".npy", _npy(a)) for name, a in named]), ".npz")


class NpzFile:
    """The arrays of a .npz file, by name."""

    def __init__(self, data):
        from torch import _zip

        self._archive = _zip.Archive(data)
        self.files = [n[:-4] if n.endswith(".npy") else n for n in self._archive.names()]

    def __getitem__(self, name):
        if name not in self.files:
            raise KeyError(name + " is not a file in the archive")
        return _array_of(self._archive.read(name + ".npy"))

    def __contains__(self, name):
        return name in self.files

    def __iter__(self):
        return iter(self.files)

    def __len__(self):
        return len(self.files)

    def keys(self):
        return list(self.files)

    def items(self):
        return [(n, self[n]) for n in self.files]

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


def load(file, mmap_mode=None, allow_pickle=False):
    """Reads a .npy or .npz file. Pickles are refused."""
    if hasattr(file, "read"):
        data = file.read()
    else:
        with open(str(file), "rb") as f:
            data = f.read()
    return NpzFile(data) if data[:4] == b"PK\x03\x04" else _array_of(data)
