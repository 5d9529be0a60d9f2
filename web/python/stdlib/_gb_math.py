"""What MicroPython's `math` lacks. Its module can't be extended, so this one stands in its place."""

import math as _math

import _gb_host
from math import *

_log = log


def _integer(x):
    if not isinstance(x, int):
        raise TypeError("'%s' object cannot be interpreted as an integer" % type(x).__name__)
    return x


def gcd(*numbers):
    result = 0
    for b in numbers:
        b = abs(_integer(b))
        while b:
            result, b = b, result % b
    return result


def lcm(*numbers):
    result = 1
    for b in numbers:
        if _integer(b) == 0:
            return 0
        result = abs(result * b) // gcd(result, b)
    return result


def isqrt(n):
    if _integer(n) < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    if n == 0:
        return 0
    x = 1
    while x * x <= n:
        x *= 2
    while True:
        y = (x + n // x) // 2
        if y >= x:
            return x
        x = y


def factorial(n):
    if _integer(n) < 0:
        raise ValueError("factorial() not defined for negative values")
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def comb(n, k):
    if _integer(n) < 0 or _integer(k) < 0:
        raise ValueError("n must be a non-negative integer")
    if k > n:
        return 0
    k = min(k, n - k)
    result = 1
    for i in range(k):
        result = result * (n - i) // (i + 1)
    return result


def perm(n, k=None):
    k = n if k is None else k
    if k > n:
        return 0
    result = 1
    for i in range(k):
        result *= n - i
    return result


def prod(iterable, *, start=1):
    for x in iterable:
        start = start * x
    return start


def hypot(*xs):
    largest = 0.0
    for x in xs:
        largest = max(largest, fabs(x))
    if largest == 0.0 or isinf(largest) or largest != largest:
        return largest
    # The sum of squares is exact, so the root is off only by its one rounding.
    power = frexp(largest)[1]
    total = 0
    for x in xs:
        n = int(ldexp(fabs(x), 60 - power))
        total += n * n
    root = isqrt(total)
    return _gb_float_of(root, root * root == total, power - 60)


def _gb_float_of(n, exact, power):
    """n * 2**power as a float, correctly rounded; n, not negative, is a little less unless exact."""
    drop = _gb_method("bit_length", n) - 54
    if drop > 0:
        exact = exact and n & ((1 << drop) - 1) == 0
        n >>= drop
        power += drop
    elif not exact:
        return _gb_float_of(n << (2 - drop) | 1, exact, power - 2 + drop)
    if n >> 53:
        # 54 bits: the last one is a half.
        n = (n >> 1) + (n & 1 and (not exact or n >> 1 & 1))
        power += 1
    return ldexp(float(n), power)


_exp = exp
_sinh = sinh
_cosh = cosh
_expm1 = expm1


def _tall(function):
    """MicroPython takes what is too large for an error of the argument."""

    def call(x):
        try:
            return function(x)
        except ValueError:
            if isfinite(x):
                raise OverflowError("math range error")
            raise

    return call


exp = _tall(_exp)
sinh = _tall(_sinh)
cosh = _tall(_cosh)
expm1 = _tall(_expm1)


def dist(p, q):
    if len(p) != len(q):
        raise ValueError("both points must have the same number of dimensions")
    return hypot(*[a - b for a, b in zip(p, q)])


def fsum(iterable):
    """Shewchuk's exact sum of doubles."""
    partials = []
    for x in iterable:
        x = float(x)
        i = 0
        for y in partials:
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low:
                partials[i] = low
                i += 1
            x = high
        partials[i:] = [x]
    return sum(partials, 0.0)


def sumprod(p, q):
    return sum([a * b for a, b in zip(p, q)])


def cbrt(x):
    if x == 0 or isinf(x) or isnan(x):
        return x
    root = copysign(fabs(x) ** (1 / 3), x)
    return root - (root * root * root - x) / (3 * root * root)


def exp2(x):
    return 2.0**x


def log1p(x):
    if x <= -1:
        raise ValueError("math domain error")
    return float(_gb_host.log1p(x))


def _of_numbers(f):
    """f, which takes tensors of one item, too: MicroPython's own asks no object for a float."""

    def function(x):
        try:
            return f(x)
        except TypeError:
            if not hasattr(x, "_h"):
                raise
        return f(x.item())

    return function


sqrt = _of_numbers(sqrt)
exp = _of_numbers(exp)
sin = _of_numbers(sin)
cos = _of_numbers(cos)
tanh = _of_numbers(tanh)
isnan = _of_numbers(isnan)
isinf = _of_numbers(isinf)
isfinite = _of_numbers(isfinite)
floor = _of_numbers(floor)
ceil = _of_numbers(ceil)
tan = _of_numbers(tan)
atan = _of_numbers(atan)
fabs = _of_numbers(fabs)
degrees = _of_numbers(degrees)
radians = _of_numbers(radians)
_log = _of_numbers(_log)


def _of_several(f):
    """As _of_numbers, for functions of more than one number."""

    def function(*args, **kwargs):
        return f(*[x.item() if hasattr(x, "_h") else x for x in args], **kwargs)

    return function


isclose = _of_several(isclose)
pow = _of_several(pow)
atan2 = _of_several(atan2)


def log(x, base=None):
    return _log(x) if base is None else _log(x) / _log(base)


def remainder(x, y):
    n = round(x / y)
    return float(x - n * y)


def ulp(x):
    if x == 0:
        return 5e-324
    return 2.0 ** (frexp(x)[1] - 53)
