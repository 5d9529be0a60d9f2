"""What numpy.random's two kinds of generator share: from single draws to arrays, orders and choices."""
import torch

from ._array import result, wrap
from ._creation import asarray, is_sizes, tensor_of


class Draws:
    """A generator says how it draws: `_double`, `_normal`, `_word` (32 bits, or 64 where they are
    wanted), `_indices` (with putting back) and `_sample` (without)."""

    # What it says of a sample that is too large.
    _TOO_MANY = ""

    def _many(self, draw, size, dtype=torch.float64):
        if size is None:
            return draw()
        sizes = [int(n) for n in size] if is_sizes(size) else [int(size)]
        n = 1
        for k in sizes:
            n *= k
        return wrap(torch.tensor([draw() for _ in range(n)], dtype=dtype).reshape(sizes))

    def _whole(self, draw, size, dtype):
        r = self._many(draw, size, torch.int64)
        return r if size is None or dtype is None or dtype is int else r.astype(dtype)

    def _interval(self, last):
        """An int from 0 to last: bits of a mask until one fits."""
        if last == 0:
            return 0
        mask = last
        for k in (1, 2, 4, 8, 16, 32):
            mask |= mask >> k
        while True:
            v = self._word(last > 0xFFFFFFFF) & mask
            if v <= last:
                return v

    def random(self, size=None):
        return self._many(self._double, size)

    def uniform(self, low=0.0, high=1.0, size=None):
        return low + (high - low) * self.random(size)

    def standard_normal(self, size=None):
        return self._many(self._normal, size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        return loc + scale * self.standard_normal(size)

    def _order(self, n):
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self._interval(i)
            order[i], order[j] = order[j], order[i]
        return order

    def shuffle(self, x):
        """Shuffles a list or an array along its first axis, in place."""
        order = self._order(len(x))
        if isinstance(x, list):
            x[:] = [x[i] for i in order]
        else:
            x._t.copy_(x._t[torch.tensor(order, dtype=torch.int64)])

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
                u = self._double()
                return len([e for e in ends if e <= u])

            at = self._many(draw, size, torch.int64)
        elif replace:
            at = self._indices(n, size)
        else:
            sizes = [] if size is None else list(size) if is_sizes(size) else [size]
            count = 1
            for k in sizes:
                count *= k
            if count > n:
                raise ValueError(self._TOO_MANY)
            at = wrap(torch.tensor(self._sample(n, count), dtype=torch.int64).reshape(sizes))
        return result(t[at if isinstance(at, int) else at._t])
