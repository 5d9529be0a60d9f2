"""random: CPython's generator and methods, so that the same seed gives the same numbers."""

import math as _math

import _gb_random as _mt


class Random:
    """The module's functions are methods of one hidden instance."""

    def __init__(self, x=None):
        self.gauss_next = None
        self._use(_mt.create())
        if x is not None:
            self.seed(x)

    def _use(self, generator):
        self._generator = generator
        self._word = generator.random

    def seed(self, a=None, version=2):
        self.gauss_next = None
        if a is None:
            import time

            a = time.time_ns()
        if isinstance(a, str):
            a = a.encode()
        if isinstance(a, (bytes, bytearray)):
            a = int.from_bytes(bytes(a) + _sha512(bytes(a)), "big")
        elif isinstance(a, float):
            a = _float_hash(a)
        self._generator.seed("%x" % abs(int(a)))

    def random(self):
        return float(self._word())

    def getrandbits(self, k):
        if k < 0:
            raise ValueError("number of bits must be non-negative")
        if k == 0:
            return 0
        if k <= 32:
            return self._generator.bits(k) & 0xFFFFFFFF
        out = 0
        at = 0
        while k > 0:
            out |= (self._generator.bits(min(k, 32)) & 0xFFFFFFFF) << at
            at += 32
            k -= 32
        return out

    def _below(self, n):
        k = 0
        while n >> k:
            k += 1
        r = self.getrandbits(k)
        while r >= n:
            r = self.getrandbits(k)
        return r

    def getstate(self):
        return (3, self._generator.state(), self.gauss_next)

    def setstate(self, state):
        self._generator.set_state(state[1])
        self.gauss_next = state[2]

    def randrange(self, start, stop=None, step=1):
        if stop is None:
            start, stop = 0, start
        width = stop - start
        if step == 1:
            if width > 0:
                return start + self._below(width)
            if start == 0:
                raise ValueError("empty range for randrange()")
            raise ValueError("empty range for randrange() (%d, %d, %d)" % (start, stop, width))
        if step > 0:
            n = (width + step - 1) // step
        elif step < 0:
            n = (width + step + 1) // step
        else:
            raise ValueError("zero step for randrange()")
        if n <= 0:
            raise ValueError("empty range for randrange()")
        return start + step * self._below(n)

    def randint(self, a, b):
        return self.randrange(a, b + 1)

    def randbytes(self, n):
        return self.getrandbits(n * 8).to_bytes(n, "little")

    def choice(self, seq):
        if not len(seq):
            raise IndexError("Cannot choose from an empty sequence")
        return seq[self._below(len(seq))]

    def choices(self, population, weights=None, *, cum_weights=None, k=1):
        n = len(population)
        if cum_weights is None:
            if weights is None:
                return [population[_math.floor(self.random() * (n + 0.0))] for _ in range(k)]
            cum_weights = []
            total = 0
            for w in weights:
                total += w
                cum_weights.append(total)
        total = cum_weights[-1] + 0.0
        out = []
        for _ in range(k):
            x = self.random() * total
            low, high = 0, n - 1
            while low < high:
                mid = (low + high) // 2
                if x < cum_weights[mid]:
                    high = mid
                else:
                    low = mid + 1
            out.append(population[low])
        return out

    def shuffle(self, x):
        for i in range(len(x) - 1, 0, -1):
            j = self._below(i + 1)
            x[i], x[j] = x[j], x[i]

    def sample(self, population, k, *, counts=None):
        if counts is not None:
            population = [p for p, c in zip(population, counts) for _ in range(c)]
        n = len(population)
        if not 0 <= k <= n:
            raise ValueError("Sample larger than population or is negative")
        result = [None] * k
        setsize = 21
        if k > 5:
            setsize += 4 ** _math.ceil(_math.log(k * 3) / _math.log(4))
        if n <= setsize:
            pool = list(population)
            for i in range(k):
                j = self._below(n - i)
                result[i] = pool[j]
                pool[j] = pool[n - i - 1]
        else:
            selected = set()
            for i in range(k):
                j = self._below(n)
                while j in selected:
                    j = self._below(n)
                selected.add(j)
                result[i] = population[j]
        return result

    def uniform(self, a, b):
        return a + (b - a) * self.random()

    def triangular(self, low=0.0, high=1.0, mode=None):
        u = self.random()
        c = 0.5 if mode is None else (mode - low) / (high - low)
        if u > c:
            u = 1.0 - u
            c = 1.0 - c
            low, high = high, low
        return low + (high - low) * _math.sqrt(u * c)

    def normalvariate(self, mu=0.0, sigma=1.0):
        magic = 4 * _math.exp(-0.5) / _math.sqrt(2.0)
        while True:
            u1 = self.random()
            u2 = 1.0 - self.random()
            z = magic * (u1 - 0.5) / u2
            if z * z / 4.0 <= -_math.log(u2):
                break
        return mu + z * sigma

    def gauss(self, mu=0.0, sigma=1.0):
        z = self.gauss_next
        self.gauss_next = None
        if z is None:
            x2pi = self.random() * 2.0 * _math.pi
            g2rad = _math.sqrt(-2.0 * _math.log(1.0 - self.random()))
            z = _math.cos(x2pi) * g2rad
            self.gauss_next = _math.sin(x2pi) * g2rad
        return mu + z * sigma

    def lognormvariate(self, mu=0.0, sigma=1.0):
        return _math.exp(self.normalvariate(mu, sigma))

    def expovariate(self, lambd=1.0):
        return -_math.log(1.0 - self.random()) / lambd

    def gammavariate(self, alpha, beta):
        if alpha <= 0.0 or beta <= 0.0:
            raise ValueError("gammavariate: alpha and beta must be > 0.0")
        if alpha > 1.0:
            # Cheng, 1977
            ainv = _math.sqrt(2.0 * alpha - 1.0)
            b = alpha - _math.log(4.0)
            c = alpha + ainv
            magic = 1.0 + _math.log(4.5)
            while True:
                u1 = self.random()
                if not 1e-7 < u1 < 0.9999999:
                    continue
                u2 = 1.0 - self.random()
                v = _math.log(u1 / (1.0 - u1)) / ainv
                x = alpha * _math.exp(v)
                z = u1 * u1 * u2
                r = b + c * v - x
                if r + magic - 4.5 * z >= 0.0 or r >= _math.log(z):
                    return x * beta
        if alpha == 1.0:
            return -_math.log(1.0 - self.random()) * beta
        # Ahrens and Dieter, 1974
        while True:
            b = (_math.e + alpha) / _math.e
            p = b * self.random()
            x = p ** (1.0 / alpha) if p <= 1.0 else -_math.log((b - p) / alpha)
            u = self.random()
            if p > 1.0 and u <= x ** (alpha - 1.0) or p <= 1.0 and u <= _math.exp(-x):
                return x * beta

    def betavariate(self, alpha, beta):
        y = self.gammavariate(alpha, 1.0)
        return y / (y + self.gammavariate(beta, 1.0)) if y else 0.0

    def paretovariate(self, alpha):
        return (1.0 - self.random()) ** (-1.0 / alpha)

    def weibullvariate(self, alpha, beta):
        return alpha * (-_math.log(1.0 - self.random())) ** (1.0 / beta)


def _float_hash(x):
    """hash() of CPython: the fraction modulo 2**61 - 1."""
    modulus = (1 << 61) - 1
    top, bottom = _gb_method("as_integer_ratio", abs(x))
    value = top * pow(bottom, modulus - 2, modulus) % modulus
    return -value if x < 0 else value


def _sha512(data):
    """FIPS 180-4; a text as seed is extended by its digest."""
    mask = (1 << 64) - 1
    primes = []
    n = 2
    while len(primes) < 80:
        if all(n % p for p in primes):
            primes.append(n)
        n += 1

    def root(p, power):
        low, high = 0, p << 64
        while low < high:
            mid = (low + high + 1) // 2
            if mid**power <= p << (64 * power):
                low = mid
            else:
                high = mid - 1
        return low & mask

    k = [root(p, 3) for p in primes]
    h = [root(p, 2) for p in primes[:8]]
    rotate = lambda x, n: ((x >> n) | (x << (64 - n))) & mask
    data += b"\x80" + b"\0" * ((111 - len(data)) % 128) + (len(data) * 8).to_bytes(16, "big")
    for at in range(0, len(data), 128):
        w = [int.from_bytes(data[at + i : at + i + 8], "big") for i in range(0, 128, 8)]
        for i in range(16, 80):
            a, b = w[i - 15], w[i - 2]
            s0 = rotate(a, 1) ^ rotate(a, 8) ^ (a >> 7)
            s1 = rotate(b, 19) ^ rotate(b, 61) ^ (b >> 6)
            w.append((w[i - 16] + s0 + w[i - 7] + s1) & mask)
        a, b, c, d, e, f, g, last = h
        for i in range(80):
            s1 = rotate(e, 14) ^ rotate(e, 18) ^ rotate(e, 41)
            t1 = (last + s1 + ((e & f) ^ (~e & mask & g)) + k[i] + w[i]) & mask
            s0 = rotate(a, 28) ^ rotate(a, 34) ^ rotate(a, 39)
            t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & mask
            last, g, f, e, d, c, b, a = g, f, e, (d + t1) & mask, c, b, a, (t1 + t2) & mask
        h = [(x + y) & mask for x, y in zip(h, (a, b, c, d, e, f, g, last))]
    return b"".join(x.to_bytes(8, "big") for x in h)


_inst = Random()
_inst._use(_mt)
seed = _inst.seed
random = _inst.random
getrandbits = _inst.getrandbits
getstate = _inst.getstate
setstate = _inst.setstate
randrange = _inst.randrange
randint = _inst.randint
randbytes = _inst.randbytes
choice = _inst.choice
choices = _inst.choices
shuffle = _inst.shuffle
sample = _inst.sample
uniform = _inst.uniform
triangular = _inst.triangular
normalvariate = _inst.normalvariate
gauss = _inst.gauss
lognormvariate = _inst.lognormvariate
gammavariate = _inst.gammavariate
betavariate = _inst.betavariate
expovariate = _inst.expovariate
paretovariate = _inst.paretovariate
weibullvariate = _inst.weibullvariate
