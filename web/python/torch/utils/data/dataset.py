"""Datasets: by index, by iteration, of tensors, parts and sums of others."""
import math

from ..._core import MICRO


class Dataset:
    """Base class of datasets by index: a subclass gives __getitem__ and, usually, __len__."""

    def __getitem__(self, index):
        raise NotImplementedError

    def __add__(self, other):
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """Base class of datasets that are only iterated over: a subclass gives __iter__."""

    def __iter__(self):
        raise NotImplementedError

    def __add__(self, other):
        return ChainDataset([self, other])


if not MICRO:

    def _subscript(cls, item):
        return cls

    # Dataset[int], as annotations of types have it.
    Dataset.__class_getitem__ = classmethod(_subscript)


class TensorDataset(Dataset):
    """Item i is the tuple of the tensors' items i."""

    def __init__(self, *tensors):
        for t in tensors:
            assert t.size(0) == tensors[0].size(0), "Size mismatch between tensors"
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple([t[index] for t in self.tensors])

    def __len__(self):
        return self.tensors[0].size(0)


class StackDataset(Dataset):
    """Item i is the tuple, or the dict, of the datasets' items i."""

    def __init__(self, *args, **kwargs):
        if args and kwargs:
            raise ValueError(
                "Supported either ``tuple``- (via ``args``) or ``dict``- (via ``kwargs``) like "
                "input/output, but both types are given."
            )
        if not args and not kwargs:
            raise ValueError("At least one dataset should be passed")
        self.datasets = args or kwargs
        self._length = len(args[0] if args else list(kwargs.values())[0])
        for d in args or kwargs.values():
            if len(d) != self._length:
                raise ValueError("Size mismatch between datasets")

    def __getitem__(self, index):
        if isinstance(self.datasets, dict):
            return dict([(k, d[index]) for k, d in self.datasets.items()])
        return tuple([d[index] for d in self.datasets])

    def __len__(self):
        return self._length


class ConcatDataset(Dataset):
    """Datasets one after another."""

    def __init__(self, datasets):
        self.datasets = list(datasets)
        assert len(self.datasets) > 0, "datasets should not be an empty iterable"
        self.cumulative_sizes = []
        total = 0
        for d in self.datasets:
            assert not isinstance(d, IterableDataset), "ConcatDataset does not support IterableDataset"
            total += len(d)
            self.cumulative_sizes.append(total)

    def __len__(self):
        return self.cumulative_sizes[-1]

    def __getitem__(self, idx):
        if idx < 0:
            if -idx > len(self):
                raise ValueError("absolute value of index should not exceed dataset length")
            idx += len(self)
        start = 0
        for d, end in zip(self.datasets, self.cumulative_sizes):
            if idx < end:
                return d[idx - start]
            start = end
        raise IndexError("list index out of range")


class ChainDataset(IterableDataset):
    """Iterable datasets one after another."""

    def __init__(self, datasets):
        self.datasets = datasets

    def __iter__(self):
        for d in self.datasets:
            assert isinstance(d, IterableDataset), "ChainDataset only supports IterableDataset"
            for x in d:
                yield x

    def __len__(self):
        total = 0
        for d in self.datasets:
            assert isinstance(d, IterableDataset), "ChainDataset only supports IterableDataset"
            total += len(d)
        return total


class Subset(Dataset):
    """The items of a dataset at these indices."""

    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, idx):
        if isinstance(idx, list):
            return self.dataset[[self.indices[i] for i in idx]]
        return self.dataset[self.indices[idx]]

    def __len__(self):
        return len(self.indices)


def random_split(dataset, lengths, generator=None):
    """Subsets of these lengths (or shares of 1), drawn with torch.randperm."""
    import torch

    total = sum(lengths)
    size = len(dataset)
    if abs(total - 1) <= 1e-9 and total <= 1:
        shares = lengths
        lengths = []
        for i, share in enumerate(shares):
            if share < 0 or share > 1:
                raise ValueError("Fraction at index %d is not between 0 and 1" % i)
            lengths.append(int(math.floor(size * share)))
        # What rounding left over goes round from the first part on.
        for i in range(size - sum(lengths)):
            lengths[i % len(lengths)] += 1
        for i, n in enumerate(lengths):
            if n == 0:
                import warnings

                warnings.warn(
                    "Length of split at index %d is 0. This might result in an empty dataset." % i
                )
    if sum(lengths) != size:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    indices = torch.randperm(size, generator=generator).tolist()
    parts = []
    start = 0
    for n in lengths:
        parts.append(Subset(dataset, indices[start : start + n]))
        start += n
    return parts
