"""Module.state_dict and Module.load_state_dict."""
import json

from .._core import MICRO, bridge, fail
from .._tensor import Tensor


class _Keys:
    """What load_state_dict gives: the keys that were missing and those that were unexpected."""

    def __init__(self, missing, unexpected):
        self.missing_keys = missing
        self.unexpected_keys = unexpected

    def __iter__(self):
        return iter((self.missing_keys, self.unexpected_keys))

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (self.missing_keys, self.unexpected_keys)[i]

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return "_IncompatibleKeys(missing_keys=%r, unexpected_keys=%r)" % (
            self.missing_keys,
            self.unexpected_keys,
        )

    __str__ = __repr__


def save(module, destination, prefix, keep_vars):
    if destination is None:
        from collections import OrderedDict

        destination = OrderedDict()
        if not MICRO:
            destination._metadata = OrderedDict()
    metadata = {"version": module._version}
    if hasattr(destination, "_metadata"):
        destination._metadata[prefix[:-1]] = metadata
    module._save_to_state_dict(destination, prefix, keep_vars)
    extra = getattr(module, "get_extra_state", None)
    if extra is not None:
        destination[prefix + "_extra_state"] = extra()
    for name, child in module._modules.items():
        if child is not None:
            child.state_dict(destination=destination, prefix=prefix + name + ".", keep_vars=keep_vars)
    for hook in module._state_hooks:
        r = hook(module, destination, prefix, metadata)
        if r is not None:
            destination = r
    return destination


def _plain(module, base):
    """Whether the core can load the whole tree: nothing in it loads in a way of its own."""
    for m in module.modules():
        if m._load_hooks or m._loaded_hooks or hasattr(m, "set_extra_state"):
            return False
        if "_parametrized" in m.__dict__:
            # The core holds what is computed; the originals are in a child.
            return False
        if type(m)._load_from_state_dict is not base._load_from_state_dict:
            return False
    return True


def load(module, state_dict, strict):
    from ._module import Module

    if not hasattr(state_dict, "items"):
        raise TypeError(
            "Expected state_dict to be dict-like, got %s." % str(type(state_dict))
        )
    state_dict = _with_counts(module, state_dict)
    if not _plain(module, Module):
        return _load_tree(module, state_dict, strict)
    pairs = []
    for name, value in state_dict.items():
        if not isinstance(value, Tensor):
            return _load_tree(module, state_dict, strict)
        pairs.append(name)
        pairs.append(value._h)
    text = bridge.module_load(module._m, 1 if strict else 0, *pairs)
    if text is False:
        fail()
    report = json.loads(text)
    return _Keys(report["missing"], report["unexpected"])


def _with_counts(module, state_dict):
    """Adds the num_batches_tracked of batch norms where the state is of a version without them; a dict
    that a snippet made has no version."""
    versions = getattr(state_dict, "_metadata", None) or {}
    added = None
    for name, m in module.named_modules():
        if m._version < 2 or m._buffers.get("num_batches_tracked") is None:
            continue
        version = (versions.get(name) or {}).get("version")
        key = name + ".num_batches_tracked" if name else "num_batches_tracked"
        if (version is None or version < 2) and key not in state_dict:
            if added is None:
                added = type(state_dict)(state_dict.items())
            added[key] = m._buffers["num_batches_tracked"] * 0
    return state_dict if added is None else added


def _load_tree(module, state_dict, strict):
    """The same in Python, for trees whose modules have a say in it."""
    from collections import OrderedDict

    state = OrderedDict([(k, state_dict[k]) for k in state_dict])
    missing, unexpected, problems = [], [], []

    def visit(m, prefix):
        for hook in m._load_hooks:
            hook(state, prefix, {}, True, missing, unexpected, problems)
        m._load_from_state_dict(state, prefix, {}, True, missing, unexpected, problems)
        for name, child in m._modules.items():
            if child is not None:
                visit(child, prefix + name + ".")
        keys = _Keys(missing, unexpected)
        for hook in m._loaded_hooks:
            if hook(m, keys) is not None:
                raise AssertionError(
                    "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to "
                    "return new values, if incompatible_keys need to be modified, it should be done "
                    "inplace."
                )

    visit(module, "")
    if strict:
        for title, keys in (("Unexpected", unexpected), ("Missing", missing)):
            if keys:
                listed = ", ".join(['"' + k + '"' for k in keys])
                problems.insert(0, title + " key(s) in state_dict: " + listed + ". ")
    if problems:
        raise RuntimeError(
            "Error(s) in loading state_dict for %s:\n\t%s"
            % (type(module).__name__, "\n\t".join(problems))
        )
    return _Keys(missing, unexpected)


def load_own(module, state, prefix, strict, missing, unexpected, problems):
    """Module._load_from_state_dict: copies what the state has for this module's own tensors."""
    import torch

    own = {}
    for slot in (module._parameters, module._buffers):
        for name, value in slot.items():
            if value is not None and name not in module._unsaved:
                own[name] = value
    for name in own:
        key = prefix + name
        if key not in state:
            if strict:
                missing.append(key)
            continue
        given, value = state[key], own[name]
        if not isinstance(given, Tensor):
            problems.append(
                'While copying the parameter named "%s", expected torch.Tensor or Tensor-like object '
                "from checkpoint but received %s" % (key, type(given))
            )
            continue
        if value.dim() == 0 and given.dim() == 1:
            given = given[0]
        if given.shape != value.shape:
            problems.append(
                "size mismatch for %s: copying a param with shape %s from checkpoint, the shape in "
                "current model is %s." % (key, given.shape, value.shape)
            )
            continue
        with torch.no_grad():
            value.copy_(given)
    extra = prefix + "_extra_state"
    takes = getattr(module, "set_extra_state", None)
    if takes is not None and hasattr(module, "get_extra_state"):
        if extra in state:
            takes(state[extra])
        elif strict:
            missing.append(extra)
    elif strict and extra in state:
        unexpected.append(extra)
    if strict:
        for key in state:
            if key[: len(prefix)] != prefix or key == extra:
                continue
            first = key[len(prefix) :].split(".")[0]
            if first not in module._modules and first not in own:
                unexpected.append(key)
