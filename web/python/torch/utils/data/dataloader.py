"""DataLoader. Everything runs in this one process; with num_workers, batches are made as that many
workers would make them: each with its own random stream, in turn."""
from ..._core import MICRO
from ._collate import default_collate, default_convert
from .dataset import IterableDataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler, draw_seed

_FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")
_set = object.__setattr__
_worker = None


class WorkerInfo:
    """What get_worker_info() gives inside a worker."""

    def __init__(self, id, num_workers, seed, dataset):
        self.id = id
        self.num_workers = num_workers
        self.seed = seed
        self.dataset = dataset

    def __repr__(self):
        return "WorkerInfo(id=%s, num_workers=%s, seed=%s, dataset=%r)" % (
            self.id,
            self.num_workers,
            self.seed,
            self.dataset,
        )


def get_worker_info():
    """The worker that is fetching; None when the loader has no workers."""
    return _worker


class _Endless:
    """The "indices" of a dataset that is iterated over."""

    def __iter__(self):
        while True:
            yield None


class DataLoader:
    """Batches of a dataset. `num_workers`, `pin_memory`, `prefetch_factor` and the like are accepted;
    loading is done in this process."""

    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        sampler=None,
        batch_sampler=None,
        num_workers=0,
        collate_fn=None,
        pin_memory=False,
        drop_last=False,
        timeout=0,
        worker_init_fn=None,
        multiprocessing_context=None,
        generator=None,
        *,
        prefetch_factor=2,
        persistent_workers=False,
        pin_memory_device=""
    ):
        if num_workers < 0:
            raise ValueError(
                "num_workers option should be non-negative; use num_workers=0 to disable "
                "multiprocessing."
            )
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers == 0 and prefetch_factor not in (2, None):
            raise ValueError(
                "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 "
                "to enable multiprocessing."
            )
        if persistent_workers and num_workers == 0:
            raise ValueError("persistent_workers option needs num_workers > 0")
        self.dataset = dataset
        self.num_workers = num_workers
        self.prefetch_factor = prefetch_factor
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self._iterable = isinstance(dataset, IterableDataset)
        if self._iterable:
            for name, value in (
                ("shuffle", shuffle or None),
                ("sampler", sampler),
                ("batch_sampler", batch_sampler),
            ):
                if value is not None:
                    raise ValueError(
                        "DataLoader with IterableDataset: expected unspecified %s option, but got %s=%s"
                        % (name, name, value)
                    )
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and "
                    "drop_last"
                )
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError(
                "batch_size=None option disables auto-batching and is mutually exclusive with drop_last"
            )
        if sampler is None:
            if self._iterable:
                sampler = _Endless()
            elif shuffle:
                sampler = RandomSampler(dataset, generator=generator)
            else:
                sampler = SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.generator = generator
        if collate_fn is None:
            collate_fn = default_convert if batch_sampler is None else default_collate
        self.collate_fn = collate_fn
        self.persistent_workers = persistent_workers
        self._ready = True

    def __setattr__(self, name, value):
        if name in _FIXED and "_ready" in self.__dict__:
            raise ValueError(
                "%s attribute should not be set after %s is initialized" % (name, type(self).__name__)
            )
        _set(self, name, value)

    def __iter__(self):
        return _SingleProcessDataLoaderIter(self)

    def __len__(self):
        if not self._iterable:
            return len(self.sampler if self.batch_sampler is None else self.batch_sampler)
        n = len(self.dataset)
        if self.batch_size is None:
            return n
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)


if not MICRO:

    def _subscript(cls, item):
        return cls

    DataLoader.__class_getitem__ = classmethod(_subscript)


class _SingleProcessDataLoaderIter:
    """One pass over a loader."""

    def __init__(self, loader):
        self._loader = loader
        source = loader.sampler if loader.batch_sampler is None else loader.batch_sampler
        self._indices = iter(source)
        # Drawn before the sampler draws, whether workers need it or not.
        seed = draw_seed(loader.generator)
        self._workers = [_Worker(loader, i, seed) for i in range(loader.num_workers)]
        self._turn = 0
        self._items = None
        if not self._workers and loader._iterable:
            self._items = iter(loader.dataset)
        self._ended = False

    def __iter__(self):
        return self

    def __len__(self):
        return len(self._loader)

    def __next__(self):
        if not self._workers:
            return self._fetch(self._items)
        while self._workers:
            worker = self._workers[self._turn % len(self._workers)]
            try:
                batch = worker.run(self._fetch)
            except StopIteration:
                if not self._loader._iterable:
                    raise
                # The others go on without it.
                self._workers.remove(worker)
                continue
            self._turn = (self._workers.index(worker) + 1) % len(self._workers)
            return batch
        raise StopIteration

    def _fetch(self, items):
        loader = self._loader
        index = next(self._indices)
        if not loader._iterable:
            dataset = loader.dataset
            if loader.batch_sampler is None:
                return loader.collate_fn(dataset[index])
            many = getattr(dataset, "__getitems__", None)
            return loader.collate_fn(many(index) if many else [dataset[i] for i in index])
        if loader.batch_sampler is None:
            return loader.collate_fn(next(items))
        if self._ended and not self._workers:
            raise StopIteration
        batch = []
        for _ in index:
            try:
                batch.append(next(items))
            except StopIteration:
                self._ended = True
                break
        if not batch or (loader.drop_last and len(batch) < len(index)):
            raise StopIteration
        return loader.collate_fn(batch)


class _Worker:
    """The random stream and, for a dataset that is iterated over, the iterator of one worker."""

    def __init__(self, loader, number, base_seed):
        import torch

        seed = base_seed + number
        self._random = torch.Generator()
        self._random.manual_seed(seed)
        self._info = WorkerInfo(number, loader.num_workers, seed, loader.dataset)
        self._items = None
        self.run(lambda items: self._begin(loader, number))

    def _begin(self, loader, number):
        if loader.worker_init_fn is not None:
            loader.worker_init_fn(number)
        if loader._iterable:
            import copy

            self._info.dataset = copy.copy(loader.dataset)
            self._items = iter(self._info.dataset)

    def run(self, work):
        global _worker
        before = _worker
        _worker = self._info
        try:
            with self._random._active():
                return work(self._items)
        finally:
            _worker = before
