"""torch.backends: switches of libraries that aren't here; they may be set and say nothing."""


class _Flags:
    """with torch.backends.cudnn.flags(enabled=False): the switches as they were, afterwards."""

    def __init__(self, backend, values):
        self.backend = backend
        self.values = values

    def __enter__(self):
        self.kept = dict([(name, getattr(self.backend, name, None)) for name in self.values])
        for name in self.values:
            setattr(self.backend, name, self.values[name])

    def __exit__(self, *args):
        for name in self.kept:
            setattr(self.backend, name, self.kept[name])
        return False


class _Backend:
    def __init__(self, **values):
        for name in values:
            setattr(self, name, values[name])

    def is_available(self):
        return False

    def is_built(self):
        return False

    def flags(self, **values):
        return _Flags(self, values)


cudnn = _Backend(enabled=True, benchmark=False, deterministic=True)
cuda = _Backend()
mps = _Backend()
mkl = _Backend()
mkldnn = _Backend(enabled=False)
openmp = _Backend()
