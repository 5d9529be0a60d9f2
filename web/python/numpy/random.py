"""numpy.random: the legacy generator (MT19937), whose figures are NumPy's for the same seed."""
import math
import random as _random

import torch
from torch._core import MICRO

from ._array import result, wrap
from ._creation import asarray, is_sizes, tensor_of


class RandomState:
    """np.random.RandomState: one generator with its state."""

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

    def _many(self, draw, size, dtype=torch.float64):
        if size is None:
            return draw()
        sizes = [int(n) for n in size] if is_sizes(size) else [int(size)]
        n = 1
        for k in sizes:
            n *= k
        return wrap(torch.tensor([draw() for _ in range(n)], dtype=dtype).reshape(sizes))

    def random_sample(self, size=None):
        return self._many(self._source.random, size)

    random = random_sample

    def rand(self, *sizes):
        return self.random_sample(sizes if sizes else None)

    def uniform(self, low=0.0, high=1.0, size=None):
        return low + (high - low) * self.random_sample(size)

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

    def standard_normal(self, size=None):
        return self._many(self._normal, size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        return loc + scale * self.standard_normal(size)

    def _below(self, last):
        """An int from 0 to last: bits of a mask until one fits."""
        if last == 0:
            return 0
        mask = last
        for k in (1, 2, 4, 8, 16, 32):
            mask |= mask >> k
        bits = self._source.getrandbits
        while True:
            v = bits(32) if last <= 0xFFFFFFFF else bits(32) << 32 | bits(32)
            v &= mask
            if v <= last:
                return v

    def randint(self, low, high=None, size=None, dtype=int):
        """Ints from low up to but without high."""
        if high is None:
            low, high = 0, low
        low, high = int(low), int(high)
        if low >= high:
            raise ValueError("low >= high")
        draw = lambda: low + self._below(high - low - 1)
        r = self._many(draw, size, torch.int64)
        return r if size is None or dtype is int else r.astype(dtype)

    def shuffle(self, x):
        """Shuffles a list or an array along its first axis, in place."""
        order = self._order(len(x))
        if isinstance(x, list):
            x[:] = [x[i] for i in order]
        else:
            x._t.copy_(x._t[torch.tensor(order, dtype=torch.int64)])

    def _order(self, n):
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self._below(i)
            order[i], order[j] = order[j], order[i]
        return order

    def permutation(self, x):
        t = torch.arange(x) if isinstance(x, int) else tensor_of(x)
        return wrap(t[torch.tensor(self._order(len(t)), dtype=torch.int64)])

    def choice(self, a, size=None, replace=True, p=None):
        """Items of `a` (or of range(a)), drawn with or without putting them back."""
        if p is not None and not replace:
            raise NotImplementedError("Gradbox's numpy has choice() with p only for replace=True")
        t = torch.arange(a) if isinstance(a, int) else tensor_of(a)
        n = len(t)
        if p is not None:
            sums = asarray(p).cumsum()
            ends = (sums / sums[-1]).tolist()

            def draw():
                u = self._source.random()
                return len([e for e in ends if e <= u])

            at = self._many(draw, size, torch.int64)
        elif replace:
            at = self.randint(0, n, size)
        else:
            sizes = [] if size is None else list(size) if is_sizes(size) else [size]
            count = 1
            for k in sizes:
                count *= k
            if count > n:
                raise ValueError("Cannot take a larger sample than population when 'replace=False'")
            at = wrap(torch.tensor(self._order(n)[:count], dtype=torch.int64).reshape(sizes))
        return result(t[at if isinstance(at, int) else at._t])


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
