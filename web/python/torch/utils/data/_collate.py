"""Samples into batches."""
from ..._tensor import Tensor


def _is_numpy(value):
    return hasattr(value, "tobytes") and hasattr(value, "dtype") and hasattr(value, "shape")


def _is_named(value):
    return isinstance(value, tuple) and hasattr(value, "_fields")


def default_convert(data):
    """Arrays inside become tensors; nothing is batched."""
    import torch

    if isinstance(data, Tensor) or isinstance(data, (str, bytes)):
        return data
    if _is_numpy(data):
        return torch.as_tensor(data)
    if isinstance(data, dict):
        return dict([(k, default_convert(data[k])) for k in data])
    if _is_named(data):
        return type(data)(*[default_convert(d) for d in data])
    if isinstance(data, (list, tuple)):
        return [default_convert(d) for d in data]
    return data


def default_collate(batch):
    """Tensors are stacked, numbers become a tensor, texts stay a list; dicts, tuples and lists of
    these become one of batches. TypeError for anything else."""
    import torch

    first = batch[0]
    if isinstance(first, Tensor):
        return torch.stack(list(batch), 0)
    if _is_numpy(first):
        return torch.stack([torch.as_tensor(b) for b in batch], 0)
    if isinstance(first, float):
        return torch.tensor(list(batch), dtype=torch.float64)
    if isinstance(first, (int, bool)):
        return torch.tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, dict):
        pairs = [(k, default_collate([d[k] for d in batch])) for k in first]
        try:
            return type(first)(pairs)
        except TypeError:
            return dict(pairs)
    if isinstance(first, (list, tuple)):
        columns = list(zip(*batch))
        if not _is_named(first):
            for sample in batch:
                if len(sample) != len(first):
                    raise RuntimeError("each element in list of batch should be of equal size")
            return [default_collate(c) for c in columns]
        return type(first)(*[default_collate(c) for c in columns])
    raise TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found "
        + str(type(first))
    )
