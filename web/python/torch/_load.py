"""torch.load: reads PyTorch's zip format, and the one before it. Nothing of the file is run: it can name only what stands
here, and classes of modules that the snippet itself defines."""
import struct
import sys

from . import _core, _zip
from ._core import MICRO
from ._pickle import Known, Unpickler, UnpicklingError
from ._storage import ABSENT, CLASSES, tensor_over

_set = object.__setattr__


def load(f, map_location=None, pickle_module=None, *, weights_only=True, mmap=None, **pickle_load_args):
    """What torch.save wrote, here or in real PyTorch, from a path or something with read(). Everything
    comes to the CPU. UnpicklingError for a file that names anything but tensors, plain data, layers
    and the snippet's own modules."""
    if isinstance(map_location, (str, _core.device)):
        _core.check_device(map_location)
    return _load(f, _find, _build)


def load_weights(f):
    """As load(), for those who want the tensors alone: what it would refuse becomes a LeftOut."""
    return _load(f, _find_leniently, _build_leniently)


class LeftOut(dict):
    """Stands for an object of a class that isn't known here, or what an unknown function gives. Items
    that the file sets are kept, and so is the state."""

    name = ""
    state = None


def _find_leniently(module, name):
    # Modules aren't made: their state has all their tensors.
    if module[:9] != "torch.nn." or name == "Parameter":
        try:
            return _find(module, name)
        except UnpicklingError:
            pass

    def make(*args):
        made = LeftOut()
        made.name = module + "." + name
        return made

    return Known(call=make, new=make)


def _build_leniently(obj, state):
    if isinstance(obj, LeftOut):
        obj.state = state
    else:
        _build(obj, state)


def _load(f, find, build):
    if hasattr(f, "read"):
        data = f.read()
    else:
        with open(f, "rb") as file:
            data = file.read()
    if data[:4] == b"PK\x03\x04":
        return _Reader(_zip.Archive(data), find, build).load()
    if data[: len(_MAGIC)] == _MAGIC:
        return _OldReader(data, find, build).load()
    raise UnpicklingError(
        "This file is not one that torch.save writes: neither a zip archive (since PyTorch 1.6) nor "
        "the format before that. torch.load of a plain pickle could run code in it."
    )


# The first of the pickles that torch.save wrote before 1.6: a number that no other file has.
_MAGIC = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."


class _Storage:
    """A storage of the file: all its elements as one tensor, the address of which is the file's."""

    def __init__(self, whole):
        self.whole = whole


class _Reader:
    def __init__(self, archive, find, build):
        self._find = find
        self._build = build
        self._archive = archive
        self._storages = {}
        self._prefix = ""
        for name in archive.names():
            if name.endswith("data.pkl"):
                self._prefix = name[: -len("data.pkl")]
        if self._prefix + "constants.pkl" in archive.names():
            raise RuntimeError(
                "This is a TorchScript archive, which holds code; only state and data can be loaded."
            )

    def load(self):
        data = self._archive.read(self._prefix + "data.pkl")
        return _undrawn(Unpickler(data, self._find, self._persistent, self._build).load)

    def _persistent(self, pid):
        if not isinstance(pid, tuple) or len(pid) < 5:
            raise UnpicklingError("a persistent id of the file is no storage's")
        kind, storage_class, key = pid[0], pid[1], pid[2]
        if kind != "storage":
            raise UnpicklingError("Unknown typename for persistent_load, expected 'storage' but got '%s'" % kind)
        if key not in self._storages:
            dtype = _dtype_of(storage_class)
            data = self._archive.read(self._prefix + "data/" + key)
            size = int(pid[4]) * dtype.itemsize
            if not 0 <= size <= len(data):
                raise UnpicklingError(
                    "storage %s has %d bytes, but %d elements of %s are wanted" % (key, len(data), pid[4], dtype)
                )
            self._storages[key] = _Storage(tensor_over(dtype, data[:size]))
        return self._storages[key]


class _OldReader:
    """The format before 1.6: pickles of a number, the protocol, the system, the data and the keys of
    its storages; then each storage as a count and its elements."""

    def __init__(self, data, find, build):
        self._find = find
        self._build = build
        self._data = data
        self._at = len(_MAGIC)
        self._storages = {}
        # How many bytes of elements there can be.
        self._left = len(data)

    def load(self):
        protocol = self._next()
        if protocol != 1001:
            raise RuntimeError("Invalid protocol version: %s" % protocol)
        system = self._next()
        if not isinstance(system, dict):
            raise UnpicklingError("the file doesn't say what system it was written on")
        if not system.get("little_endian", True):
            raise RuntimeError("This file was written on a big-endian machine, which Gradbox can't read.")
        result = _undrawn(self._next)
        for key in self._next():
            if key not in self._storages:
                raise UnpicklingError("the file has elements of a storage that no tensor has: %s" % key)
            self._fill(self._storages[key].whole)
        return result

    def _next(self):
        reader = Unpickler(self._data, self._find, self._persistent, self._build, self._at)
        value = reader.load()
        self._at = reader.end
        return value

    def _persistent(self, pid):
        if not isinstance(pid, tuple) or len(pid) < 2:
            raise UnpicklingError("a persistent id of the file is no storage's")
        if pid[0] == "module":  # with its source code, which PyTorch compares
            return pid[1]
        if pid[0] != "storage":
            raise UnpicklingError("Unknown saved id type: %s" % pid[0])
        _, storage_class, key, _, count, part = pid
        dtype = _dtype_of(storage_class)
        if key not in self._storages:
            self._left -= count * dtype.itemsize
            if count < 0 or self._left < 0:
                raise UnpicklingError("pickle data was truncated")
            # The elements come after the pickles.
            self._storages[key] = _Storage(tensor_over(dtype, bytes(count * dtype.itemsize)))
        storage = self._storages[key]
        if part is None:
            return storage
        _, start, count = part
        return _Storage(storage.whole[start : start + count])

    def _fill(self, whole):
        if self._at + 8 > len(self._data):
            raise UnpicklingError("pickle data was truncated")
        count = struct.unpack("<q", self._data[self._at : self._at + 8])[0]
        start = self._at + 8
        self._at = start + count * whole.dtype.itemsize
        if count != whole.numel() or self._at > len(self._data):
            raise UnpicklingError("pickle data was truncated")
        whole.copy_(tensor_over(whole.dtype, self._data[start : self._at]))


def _dtype_of(storage_class):
    if not isinstance(storage_class, _StorageClass):
        raise UnpicklingError("a storage of the file has no class that is one")
    return storage_class.dtype


def _undrawn(make):
    """make(), with the generator as it was: layers that are made draw their first parameters, which
    nobody asked for."""
    from .random import get_rng_state, set_rng_state

    state = get_rng_state()
    try:
        return make()
    finally:
        set_rng_state(state)


class _StorageClass(Known):
    def __init__(self, dtype):
        Known.__init__(self)
        self.dtype = dtype


def _rebuild_tensor(storage, offset, size, stride, requires_grad=False, hooks=None, metadata=None):
    if not isinstance(storage, _Storage):
        raise UnpicklingError("a tensor of the file has no storage")
    whole = storage.whole
    if len(size) == 1 and size[0] == whole.shape[0] and offset == 0:
        t = whole.detach()
    else:
        t = whole.as_strided(tuple(size), tuple(stride), offset).detach()
    if requires_grad:
        t.requires_grad_(True)
    return t


def _rebuild_parameter(data, requires_grad=True, hooks=None):
    from .nn.parameter import Parameter

    return Parameter(data, requires_grad)


def _refuse(module, name):
    raise UnpicklingError(
        "Refused to load '%s.%s', which this file names: loading runs no code of a file, and that is "
        "neither tensors and plain data nor a module that is known here. Load a state_dict into a model "
        "that the snippet defines instead." % (module, name)
    )


def _encode(text, encoding="latin1"):
    if encoding != "latin1":
        raise UnpicklingError("bytes in an unknown encoding")
    return bytes([ord(c) for c in text])


def _ordered(*args):
    from collections import OrderedDict

    return OrderedDict(*args)


_PLAIN = {
    "collections.OrderedDict": _ordered,
    "torch._utils._rebuild_tensor_v2": _rebuild_tensor,
    "torch._utils._rebuild_tensor_v3": _rebuild_tensor,
    "torch._utils._rebuild_parameter": _rebuild_parameter,
    "torch.Size": _core.Size,
    "torch.device": _core.device,
    "__builtin__.set": set,
    "builtins.set": set,
    "__builtin__.frozenset": frozenset,
    "builtins.frozenset": frozenset,
    "_codecs.encode": _encode,
}


def _find(module, name):
    full = module + "." + name
    if full in _PLAIN:
        return Known(call=_PLAIN[full], new=_PLAIN[full])
    if module == "torch":
        for storage, dtype in CLASSES:
            if storage == name:
                return _StorageClass(dtype)
        if name in ABSENT:
            raise RuntimeError(
                "This file holds tensors of %s, which Gradbox has not. Convert them with .float() and "
                "save them again." % ABSENT[name]
            )
        for dtype in _core.DTYPES:
            if dtype.name == name:
                return dtype
    cls = None
    if module == "torch.nn" or module[:17] == "torch.nn.modules.":
        cls = _layer(name)
    elif module == "torch.nn.parameter" and name == "Parameter":
        return Known(call=_rebuild_parameter)
    elif module == "__main__":
        cls = _main().get(name)
    from .nn._module import Module

    if not isinstance(cls, type) or not issubclass(cls, Module):
        _refuse(module, name)
    # A class of the snippet is never called: its __init__ doesn't expect to be.
    return Known(call=cls if module == "torch.nn" else None, new=lambda *args: object.__new__(cls))


def _layer(name):
    import torch.nn

    return getattr(torch.nn, name, None) if "A" <= name[:1] <= "Z" else None


def _main():
    if MICRO:
        import _gb_boot

        return _gb_boot.names
    return sys.modules["__main__"].__dict__


def _build(obj, state):
    from .nn._module import Module

    if isinstance(obj, Module):
        _build_module(obj, state)
    elif isinstance(obj, dict):
        # OrderedDicts of state_dict() carry the versions of the modules.
        if not MICRO and isinstance(state, dict) and list(state) == ["_metadata"]:
            obj._metadata = state["_metadata"]
    else:
        raise UnpicklingError("Refused to set the state of a " + type(obj).__name__)


_HOOKS = (
    "_backward_hooks",
    "_backward_pre_hooks",
    "_is_full_backward_hook",
    "_forward_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
    "_reversed_padding_repeated_twice",
    "_size",
)


def _build_module(m, state):
    """Gives a module the state that real PyTorch's Module.__dict__ had."""
    if not isinstance(state, dict):
        raise UnpicklingError("the state of a module of the file is no dict")
    own = dict([(k, v) for k, v in state.items() if k not in _HOOKS])
    slots = dict([(k, dict(own.pop(k, {}).items())) for k in ("_parameters", "_buffers", "_modules")])
    for names in [own] + list(slots.values()):
        if not all([isinstance(name, str) for name in names]):
            raise UnpicklingError("a module of the file has a name that is no text")
    for child in slots["_modules"].values():
        if child is not None and any([x is m for x in child.modules()]):
            raise UnpicklingError("a module of the file is its own child")
    unsaved = set(own.pop("_non_persistent_buffers_set", ()))
    training = own.pop("training", True)
    if "_size" in state:
        own["_keys"] = dict([(str(i), None) for i in range(state["_size"])])
    if "_m" not in m.__dict__:
        for slot in slots:
            _set(m, slot, {})
        _set(m, "_unsaved", set())
        _set(m, "_hooks", 0)
        _set(m, "training", True)
        if m._native_kind is not None:
            _configure(m, own, slots)
        m._connect()
    for name in own:
        _set(m, name, own[name])
    _set(m, "_unsaved", unsaved)
    for name, p in slots["_parameters"].items():
        m._put_parameter(name, p)
    for name, b in slots["_buffers"].items():
        m._put_buffer(name, b, 0 if name in unsaved else 1)
    for name, child in slots["_modules"].items():
        m._put_module(name, child)
    if not training:
        _set(m, "training", False)
        m._train_core(False)


def _configure(m, own, slots):
    """The constructor's arguments of a layer of the core, from its attributes."""
    import json

    given = {}
    for spec in m._args:
        name = spec["name"]
        if name == "bias" and name not in own:
            given[name] = slots["_parameters"].get("bias") is not None
        elif name in own and name not in ("device", "dtype"):
            value = own[name]
            given[name] = list(value) if isinstance(value, tuple) else value
    _set(m, "_config", json.dumps(given))
