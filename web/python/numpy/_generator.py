"""np.random.Generator over PCG64, as default_rng(seed) makes it: NumPy's figures for the same seed
(numpy/random/src: pcg64, distributions; bit_generator.pyx for SeedSequence)."""
import math

from ._draws import Draws

_U32 = 0xFFFFFFFF
_U64 = (1 << 64) - 1
_U128 = (1 << 128) - 1
_STEP = (2549297995355413924 << 64) + 4865540595714422341


def _words(seed):
    """A seed as 32-bit words, lowest first."""
    if seed < 0:
        raise ValueError("expected non-negative integer")
    out = [seed & _U32]
    while seed >> 32:
        seed >>= 32
        out.append(seed & _U32)
    return out


class _SeedSequence:
    """Spreads a seed over a pool of four words."""

    def __init__(self, words):
        self._const = 0x43B0D7E5
        pool = [self._hash(words[i] if i < len(words) else 0) for i in range(4)]
        for source in range(4):
            for target in range(4):
                if source != target:
                    pool[target] = self._mix(pool[target], self._hash(pool[source]))
        for extra in words[4:]:
            for target in range(4):
                pool[target] = self._mix(pool[target], self._hash(extra))
        self.pool = pool

    def _hash(self, value):
        value ^= self._const
        self._const = self._const * 0x931E8875 & _U32
        value = value * self._const & _U32
        return value ^ value >> 16

    @staticmethod
    def _mix(x, y):
        r = (0xCA01F9DD * x - 0x4973F715 * y) & _U32
        return r ^ r >> 16

    def state(self):
        """Four 64-bit numbers."""
        const = 0x8B51F9DD
        words = []
        for i in range(8):
            value = self.pool[i % 4] ^ const
            const = const * 0x58F38DED & _U32
            value = value * const & _U32
            words.append(value ^ value >> 16)
        return [words[i] | words[i + 1] << 32 for i in range(0, 8, 2)]


class _PCG64:
    def __init__(self, seed):
        a, b, c, d = _SeedSequence(_words(seed)).state()
        self.inc = ((c << 64 | d) << 1 | 1) & _U128
        self.state = (self.inc + (a << 64 | b)) & _U128
        self._advance()
        self._half = None

    def _advance(self):
        self.state = (self.state * _STEP + self.inc) & _U128

    def next64(self):
        self._advance()
        s = self.state
        x = (s >> 64 ^ s) & _U64
        turn = s >> 122
        return (x >> turn | x << (64 - turn)) & _U64

    def next32(self):
        if self._half is not None:
            x, self._half = self._half, None
            return x
        x = self.next64()
        self._half = x >> 32
        return x & _U32

    def double(self):
        return (self.next64() >> 11) / 9007199254740992.0


# ---- the normal distribution by the ziggurat of Marsaglia and Tsang: 256 layers of equal area ----

_R = 3.6541528853610088
_AREA = 0.004928673233974655
_tables = []


def _ziggurat():
    if not _tables:
        scale = 4503599627370496.0  # 2 ** 52
        k, w, f = [0] * 256, [0.0] * 256, [0.0] * 256
        x = before = _R
        q = _AREA / math.exp(-0.5 * x * x)
        k[0], w[0], w[255] = int(x / q * scale), q / scale, x / scale
        f[0], f[255] = 1.0, math.exp(-0.5 * x * x)
        for i in range(254, 0, -1):
            x = math.sqrt(-2.0 * math.log(_AREA / x + math.exp(-0.5 * x * x)))
            k[i + 1] = int(x / before * scale)
            before = x
            f[i], w[i] = math.exp(-0.5 * x * x), x / scale
        _tables.extend((k, w, f))
    return _tables


def _log1p(x):
    # MicroPython has no log1p; the correction keeps its accuracy near 0.
    u = 1.0 + x
    return x if u == 1.0 else math.log(u) * x / (u - 1.0)


class Generator(Draws):
    """np.random.Generator"""

    _TOO_MANY = "Cannot take a larger sample than population when replace is False"

    def __init__(self, bits):
        self._bits = bits

    def _double(self):
        return self._bits.double()

    def _word(self, wide):
        return self._bits.next64() if wide else self._bits.next32()

    def _normal(self):
        bits = self._bits
        k, w, f = _ziggurat()
        while True:
            r = bits.next64()
            i = r & 0xFF
            r >>= 8
            whole = (r >> 1) & 0xFFFFFFFFFFFFF
            x = whole * w[i]
            if r & 1:
                x = -x
            if whole < k[i]:
                return x
            if i == 0:
                while True:
                    a = -_log1p(-bits.double()) / _R
                    b = -_log1p(-bits.double())
                    if b + b > a * a:
                        return -(_R + a) if (whole >> 8) & 1 else _R + a
            elif (f[i - 1] - f[i]) * bits.double() + f[i] < math.exp(-0.5 * x * x):
                return x

    def _below(self, last):
        """An int from 0 to last, by Lemire's multiplication."""
        if last == 0:
            return 0
        wide = last > _U32
        draw, size, all_ones = (
            (self._bits.next64, 64, _U64) if wide else (self._bits.next32, 32, _U32)
        )
        if last == all_ones:
            return draw()
        count = last + 1
        m = draw() * count
        if m & all_ones < count:
            threshold = (all_ones - last) % count
            while m & all_ones < threshold:
                m = draw() * count
        return m >> size

    def integers(self, low, high=None, size=None, dtype=None, endpoint=False):
        """Ints from low up to but without high (with it, for endpoint=True)."""
        if high is None:
            low, high = 0, low
        low, high = int(low), int(high) - (0 if endpoint else 1)
        if low > high:
            raise ValueError("low >= high" if not endpoint else "low > high")
        return self._whole(lambda: low + self._below(high - low), size, dtype)

    def _indices(self, n, size):
        return self.integers(0, n, size)

    def _sample(self, n, count):
        """`count` of n indices: by Floyd's method, or the tail of a shuffle where they are many."""
        if n > 10000 and count > n // 50:
            order, first = list(range(n)), max(n - count, 1)
            for i in range(n - 1, first - 1, -1):
                j = self._below(i)
                order[i], order[j] = order[j], order[i]
            return order[n - count :]
        picked, seen = [], set()
        for j in range(n - count, n):
            v = self._below(j)
            if v in seen:
                v = j
            seen.add(v)
            picked.append(v)
        for i in range(count - 1, 0, -1):
            j = self._below(i)
            picked[i], picked[j] = picked[j], picked[i]
        return picked


def default_rng(seed=None):
    if isinstance(seed, Generator):
        return seed
    if seed is None:
        import random

        seed = random.getrandbits(64)
    return Generator(_PCG64(int(seed)))
