"""torch.backends: switches of libraries that aren't here; they may be set and say nothing."""


class _Backend:
    def __init__(self, **values):
        for name in values:
            setattr(self, name, values[name])

    def is_available(self):
        return False

    def is_built(self):
        return False


cudnn = _Backend(enabled=True, benchmark=False, deterministic=True)
cuda = _Backend()
mps = _Backend()
mkl = _Backend()
mkldnn = _Backend(enabled=False)
openmp = _Backend()
