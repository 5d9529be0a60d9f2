"""torch.save: PyTorch's zip format."""
from . import _core, _zip
from ._pickle import Call, Global, Persistent, Pickler
from ._storage import Storages, class_of
from ._tensor import Tensor

# What an object of a module holds for our own use.
_INTERNAL = (
    "_m",
    "_n",
    "_cb",
    "_config",
    "_hooks",
    "_unsaved",
    "_hook_handles",
    "_global_handles",
    "_global_version",
    "_state_hooks",
    "_load_hooks",
    "_loaded_hooks",
    "_parameters",
    "_buffers",
    "_modules",
)


def save(obj, f, pickle_module=None, pickle_protocol=2, _use_new_zipfile_serialization=True):
    """Writes an object (tensors, state_dicts, modules, and lists, dicts, numbers and text around
    them) into the file `f`, a path or something with write(). Real PyTorch reads it."""
    writer = _Writer()
    data = writer.dumps(obj)
    name = "archive"
    if not hasattr(f, "write"):
        name = str(f).replace("\\", "/").split("/")[-1]
        cut = name.rfind(".")
        name = name[:cut] if cut > 0 else name
    entries = [(name + "/data.pkl", data)]
    for i, content in enumerate(writer.storages.contents()):
        entries.append(("%s/data/%d" % (name, i), content))
    entries.append((name + "/version", b"3\n"))
    archive = _zip.write(entries)
    if hasattr(f, "write"):
        f.write(archive)
        return
    with open(f, "wb") as out:
        out.write(archive)


class _Writer:
    def __init__(self):
        self.storages = Storages()

    def dumps(self, obj):
        # The first time tells how much of each storage there is to keep.
        Pickler(self._reduce).dumps(obj)
        return Pickler(self._reduce).dumps(obj)

    def _reduce(self, obj):
        if isinstance(obj, Tensor):
            return self._tensor(obj)
        t = type(obj)
        if t is _core.dtype:
            return Global("torch", obj.name)
        if t is _core.device:
            return Call(Global("torch", "device"), (str(obj),))
        if t is _core.Size:
            return Call(Global("torch", "Size"), (tuple(obj),))
        if isinstance(obj, float):
            return None
        from .nn._module import Module

        if isinstance(obj, Module):
            return _module(obj)
        return _plain_object(obj)

    def _tensor(self, t):
        from .nn.parameter import Parameter

        empty = _ordered()
        if isinstance(t, Parameter):
            call = Call(Global("torch._utils", "_rebuild_parameter"), (t.detach(), t.requires_grad, empty))
            # The detached tensor must live as long as the pickler's memo knows its address.
            return call
        if not t.is_leaf:
            # As in PyTorch, what was computed comes back as a leaf.
            t = t.detach()
            requires_grad = True
        else:
            requires_grad = t.requires_grad
        key = self.storages.key(t)
        kind = Global("torch", class_of(t.dtype))
        pid = ("storage", kind, str(key), "cpu", self.storages.extent(key))
        geometry = (Persistent(pid), t.storage_offset(), tuple(t.shape), tuple(t.stride()))
        return Call(Global("torch._utils", "_rebuild_tensor_v2"), geometry + (requires_grad, empty))


def _ordered(items=()):
    from collections import OrderedDict

    return OrderedDict(items)


def _module(m):
    """A layer of the core as a call of its class, anything else as an object of a class of the
    snippet, with the state that real PyTorch's Module keeps."""
    own = m.__dict__
    state = {}
    for name in own:
        if isinstance(own[name], Tensor) and any([name + end in own["_parameters"] for end in ("_orig", "_g")]):
            # What computes it is a hook, which a file of data doesn't hold.
            raise RuntimeError(
                "torch.save of a whole module whose '%s' is computed (pruning, weight_norm, spectral_norm) "
                "is not supported in Gradbox: save its state_dict(), or make it plain before, by "
                "prune.remove, remove_weight_norm or remove_spectral_norm." % name
            )
        if name not in _INTERNAL:
            state[name] = own[name]
    for slot in ("_parameters", "_buffers", "_modules"):
        state[slot] = _ordered(own[slot].items())
    state["_non_persistent_buffers_set"] = set(own["_unsaved"])
    for slot in ("_backward_hooks", "_forward_hooks"):
        state[slot] = _ordered()
    cls = type(m)
    kind = cls.__dict__.get("_native_kind")
    if kind is not None:
        return Call(Global("torch.nn", kind), _arguments(m), state)
    import torch.nn

    name = cls.__name__
    if getattr(torch.nn, name, None) is cls:
        if name == "ParameterList":
            state["_size"] = len(m)
        return Call(Global("torch.nn", name), (), state)
    return Call(Global("__main__", name), (), state, True)


def _arguments(m):
    """The positional arguments of a layer of the core, up to the last one that was given."""
    import json

    given = json.loads(m._config)
    args = []
    length = 0
    for spec in m._args:
        name = spec["name"]
        if name in ("device", "dtype") or spec.get("kwarg_only"):
            break
        value = given.get(name, spec.get("default"))
        args.append(tuple(value) if isinstance(value, list) else value)
        if name in given:
            length = len(args)
    return tuple(args[:length])


def _plain_object(obj):
    """An object with attributes, of a class of the snippet. torch.load refuses it, in real PyTorch
    unless told otherwise."""
    own = getattr(obj, "__dict__", None)
    if own is None or isinstance(obj, type) or callable(obj):
        return None
    return Call(Global("__main__", type(obj).__name__), (), dict(own), True)
