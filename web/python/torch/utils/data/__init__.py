"""torch.utils.data: datasets, samplers, DataLoader."""
from ... import _core

_FILES = {
    "dataset": (
        "Dataset",
        "IterableDataset",
        "TensorDataset",
        "ConcatDataset",
        "ChainDataset",
        "Subset",
        "StackDataset",
        "random_split",
    ),
    "sampler": (
        "Sampler",
        "SequentialSampler",
        "RandomSampler",
        "SubsetRandomSampler",
        "WeightedRandomSampler",
        "BatchSampler",
    ),
    "dataloader": ("DataLoader", "get_worker_info"),
    "_collate": ("default_collate", "default_convert"),
}
__all__ = []
for _names in _FILES.values():
    __all__ += _names


def __getattr__(name):
    for file in _FILES:
        if name == "datasets":
            value = _core.submodule("torch.utils.data", name)
            break
        if name == file or name in _FILES[file]:
            value = _core.submodule("torch.utils.data", file)
            if name != file:
                value = getattr(value, name)
            break
    else:
        if name[:1] == "_":
            return _core.submodule("torch.utils.data", name)
        raise _core.missing("module 'torch.utils.data'", name, "", list(_FILES) + __all__)
    globals()[name] = value
    return value
