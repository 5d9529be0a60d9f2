"""torch.nn.modules.utils: one number for several dimensions."""


def _ntuple(n):
    def parse(x):
        return tuple(x) if hasattr(x, "__iter__") else (x,) * n

    return parse


def consume_prefix_in_state_dict_if_present(state_dict, prefix):
    """Strips a prefix, as "module.", from the keys of a state_dict, in place."""
    for key in sorted(state_dict.keys()):
        if key[: len(prefix)] == prefix:
            state_dict[key[len(prefix) :]] = state_dict.pop(key)
    metadata = getattr(state_dict, "_metadata", None)
    if metadata is None:
        return
    for key in list(metadata.keys()):
        if key and (key == prefix.replace(".", "") or key[: len(prefix)] == prefix):
            metadata[key[len(prefix) :]] = metadata.pop(key)


_single = _ntuple(1)
_pair = _ntuple(2)
_triple = _ntuple(3)
_quadruple = _ntuple(4)
