"""Module.load_state_dict."""
import json

from .._core import bridge, fail
from .._tensor import Tensor


class _Keys:
    """What load_state_dict gives: the keys that were missing and those that were unexpected."""

    def __init__(self, missing, unexpected):
        self.missing_keys = missing
        self.unexpected_keys = unexpected

    def __iter__(self):
        return iter((self.missing_keys, self.unexpected_keys))

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


def load(module, state_dict, strict):
    if not hasattr(state_dict, "items"):
        raise TypeError(
            "Expected state_dict to be dict-like, got %s." % str(type(state_dict))
        )
    pairs = []
    for name, value in state_dict.items():
        if not isinstance(value, Tensor):
            raise RuntimeError(
                "Error(s) in loading state_dict for %s:\n\tWhile copying the parameter named \"%s\", "
                "expected torch.Tensor or Tensor-like object from checkpoint but received %s"
                % (type(module).__name__, name, type(value))
            )
        pairs.append(name)
        pairs.append(value._h)
    text = bridge.module_load(module._m, 1 if strict else 0, *pairs)
    if text is False:
        fail()
    report = json.loads(text)
    return _Keys(report["missing"], report["unexpected"])
