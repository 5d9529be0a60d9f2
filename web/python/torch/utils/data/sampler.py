"""Samplers: in which order a DataLoader asks for the items. They draw from the generators exactly
what PyTorch's draw, so that a seed shuffles alike."""
from ..._core import MICRO


def draw_seed(generator=None):
    """What `torch.empty((), dtype=torch.int64).random_().item()` takes from a generator, as far as
    the seed of another generator depends on it: the low bits of a 64-bit number."""
    import torch

    return int(torch.rand((), dtype=torch.float64, generator=generator).item() * 2.0**53) & 0xFFFFFFFF


class Sampler:
    """Base class: a subclass gives __iter__ over indices and, usually, __len__."""

    def __init__(self, data_source=None):
        pass

    def __iter__(self):
        raise NotImplementedError


if not MICRO:

    def _subscript(cls, item):
        return cls

    Sampler.__class_getitem__ = classmethod(_subscript)


class SequentialSampler(Sampler):
    def __init__(self, data_source):
        self.data_source = data_source

    def __iter__(self):
        return iter(range(len(self.data_source)))

    def __len__(self):
        return len(self.data_source)


def _check_count(num_samples):
    if not isinstance(num_samples, int) or isinstance(num_samples, bool) or num_samples <= 0:
        raise ValueError(
            "num_samples should be a positive integer value, but got num_samples=%s" % num_samples
        )


class RandomSampler(Sampler):
    """A permutation, or, with replacement, independent draws."""

    def __init__(self, data_source, replacement=False, num_samples=None, generator=None):
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(
                "replacement should be a boolean value, but got replacement=%s" % replacement
            )
        _check_count(self.num_samples)

    @property
    def num_samples(self):
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self):
        import torch

        n = len(self.data_source)
        count = self.num_samples
        generator = self.generator
        if generator is None:
            generator = torch.Generator()
            generator.manual_seed(draw_seed())
        if self.replacement:
            for size in [32] * (count // 32) + [count % 32]:
                for i in torch.randint(0, n, (size,), generator=generator).tolist():
                    yield i
        else:
            for size in [n] * (count // n) + [count % n]:
                for i in torch.randperm(n, generator=generator).tolist()[:size]:
                    yield i

    def __len__(self):
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """These indices in random order."""

    def __init__(self, indices, generator=None):
        self.indices = indices
        self.generator = generator

    def __iter__(self):
        import torch

        for i in torch.randperm(len(self.indices), generator=self.generator).tolist():
            yield self.indices[i]

    def __len__(self):
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Indices with probabilities in proportion to the weights."""

    def __init__(self, weights, num_samples, replacement=True, generator=None):
        import torch

        _check_count(num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(
                "replacement should be a boolean value, but got replacement=%s" % replacement
            )
        self.weights = torch.as_tensor(weights, dtype=torch.double)
        if self.weights.dim() != 1:
            raise ValueError(
                "weights should be a 1d sequence but given weights have shape "
                + str(tuple(self.weights.shape))
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self):
        import torch

        drawn = torch.multinomial(
            self.weights, self.num_samples, self.replacement, generator=self.generator
        )
        return iter(drawn.tolist())

    def __len__(self):
        return self.num_samples


class BatchSampler(Sampler):
    """Lists of batch_size indices of another sampler."""

    def __init__(self, sampler, batch_size, drop_last):
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(
                "batch_size should be a positive integer value, but got batch_size=%s" % batch_size
            )
        if not isinstance(drop_last, bool):
            raise ValueError(
                "drop_last should be a boolean value, but got drop_last=%s" % drop_last
            )
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self):
        batch = []
        for i in self.sampler:
            batch.append(i)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self):
        n = len(self.sampler)
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)
