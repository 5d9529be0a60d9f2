"""numpy.random: the legacy generator (MT19937), whose figures are NumPy's for the same seed."""
import math
import random as _random

from torch._core import MICRO

from ._draws import Draws


class RandomState(Draws):
    """np.random.RandomState: one generator with its state."""

    _TOO_MANY = "Cannot take a larger sample than population when 'replace=False'"

    def __init__(self, seed=None):
        self._source = _random.Random()
        self._gauss = None
        if seed is not None:
            self.seed(seed)

    def seed(self, seed=None):
        """Starts the generator from an int; without one, from a new random state."""
        self._gauss = None
        if seed is None:
            self._source.seed()
            return
        seed = int(seed)
        if not 0 <= seed < 1 << 32:
            raise ValueError("Seed must be between 0 and 2**32 - 1")
        words = [seed]
        for i in range(1, 624):
            x = words[-1]
            words.append((1812433253 * (x ^ (x >> 30)) + i) & 0xFFFFFFFF)
        if MICRO:
            self._source.setstate((3, ",".join([str(w) for w in [624] + words]), None))
        else:
            self._source.setstate((3, tuple(words + [624]), None))

    def _double(self):
        return self._source.random()

    def _word(self, wide):
        bits = self._source.getrandbits
        return bits(32) << 32 | bits(32) if wide else bits(32)

    def random_sample(self, size=None):
        return self.random(size)

    def rand(self, *sizes):
        return self.random_sample(sizes if sizes else None)

    def _normal(self):
        if self._gauss is not None:
            g, self._gauss = self._gauss, None
            return g
        draw = self._source.random
        while True:
            x = 2.0 * draw() - 1.0
            y = 2.0 * draw() - 1.0
            r = x * x + y * y
            if 0.0 < r < 1.0:
                f = math.sqrt(-2.0 * math.log(r) / r)
                self._gauss = f * x
                return f * y

    def randn(self, *sizes):
        return self.standard_normal(sizes if sizes else None)

    def randint(self, low, high=None, size=None, dtype=int):
        """Ints from low up to but without high."""
        if high is None:
            low, high = 0, low
        low, high = int(low), int(high)
        if low >= high:
            raise ValueError("low >= high")
        return self._whole(lambda: low + self._interval(high - low - 1), size, dtype)

    def _indices(self, n, size):
        return self.randint(0, n, size)

    def _sample(self, n, count):
        return self._order(n)[:count]


_state = RandomState()
seed = _state.seed
rand = _state.rand
randn = _state.randn
random = random_sample = ranf = sample = _state.random_sample
uniform = _state.uniform
normal = _state.normal
standard_normal = _state.standard_normal
randint = _state.randint
shuffle = _state.shuffle
permutation = _state.permutation
choice = _state.choice


def __getattr__(name):
    if name in ("default_rng", "Generator"):
        from . import _generator

        return getattr(_generator, name)
    raise AttributeError("module 'numpy.random' has no attribute '" + name + "'")
