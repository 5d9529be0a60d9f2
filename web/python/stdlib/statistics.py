"""statistics: the averages and spreads. Data without enough points raise StatisticsError."""

import math as _math


class StatisticsError(ValueError):
    pass


def _need(data, n, text):
    data = list(data)
    if len(data) < n:
        raise StatisticsError(text)
    return data


# As in CPython, results are computed from whole numbers, without an error, and rounded once.


def _exact(data):
    """Whole numbers and a common divisor."""
    pairs = [_gb_method("as_integer_ratio", x) for x in data]
    divisor = 1
    for _, d in pairs:
        divisor = max(divisor, d)
    return [n * (divisor // d) for n, d in pairs], divisor


def _rounded(n, d):
    """n / d, rounded correctly."""
    if n < 0:
        return -_rounded(-n, d)
    shift = 64 + _gb_method("bit_length", d) - _gb_method("bit_length", n)
    if shift > 0:
        n <<= shift
    else:
        d <<= -shift
    quotient, rest = divmod(n, d)
    return _math._gb_float_of(quotient, rest == 0, -shift)


def _result(n, d, whole):
    """A whole number, where the data are whole numbers and it is one."""
    return n // d if whole and n % d == 0 else _rounded(n, d)


def _whole(data):
    return all([isinstance(x, int) for x in data])


def mean(data):
    data = _need(data, 1, "mean requires at least one data point")
    numbers, divisor = _exact(data)
    return _result(sum(numbers), divisor * len(data), _whole(data))


def fmean(data, weights=None):
    data = _need(data, 1, "fmean requires at least one data point")
    if weights is None:
        return _math.fsum(data) / len(data)
    weights = list(weights)
    return _math.fsum([x * w for x, w in zip(data, weights)]) / _math.fsum(weights)


def geometric_mean(data):
    return _math.exp(fmean([_math.log(x) for x in data]))


def harmonic_mean(data):
    data = _need(data, 1, "harmonic_mean requires at least one data point")
    n, d = 0, 1
    for x in data:
        if x <= 0:
            if x < 0:
                raise StatisticsError("harmonic mean does not support negative values")
            return 0
        top, bottom = _gb_method("as_integer_ratio", x)
        n, d = n * top + bottom * d, d * top
    return _rounded(d * len(data), n)


def median(data):
    data = sorted(_need(data, 1, "no median for empty data"))
    half = len(data) // 2
    return data[half] if len(data) % 2 else (data[half - 1] + data[half]) / 2


def median_low(data):
    data = sorted(_need(data, 1, "no median for empty data"))
    return data[(len(data) - 1) // 2]


def median_high(data):
    data = sorted(_need(data, 1, "no median for empty data"))
    return data[len(data) // 2]


def multimode(data):
    counts = {}
    for x in data:
        counts[x] = counts.get(x, 0) + 1
    most = max(counts.values()) if counts else 0
    return [x for x, n in counts.items() if n == most]


def mode(data):
    return multimode(_need(data, 1, "no mode for empty data"))[0]


def _spread(data, center, less):
    """The mean square of the distances from the center, as a fraction."""
    n = len(data)
    if center is not None:
        numbers, divisor = _exact(list(data) + [center])
        c = numbers.pop()
        return sum([(x - c) ** 2 for x in numbers]), divisor**2 * (n - less)
    numbers, divisor = _exact(data)
    return n * sum([x * x for x in numbers]) - sum(numbers) ** 2, divisor**2 * n * (n - less)


def _root(n, d):
    """The root of n / d, rounded correctly."""
    shift = max(0, 64 + (_gb_method("bit_length", d) - _gb_method("bit_length", n)) // 2)
    square, rest = divmod(n << (2 * shift), d)
    root = _math.isqrt(square)
    exact = rest == 0 and root * root == square
    return _math._gb_float_of(root, exact, -shift)


def variance(data, xbar=None):
    data = _need(data, 2, "variance requires at least two data points")
    n, d = _spread(data, xbar, 1)
    return _result(n, d, _whole(data))


def pvariance(data, mu=None):
    data = _need(data, 1, "pvariance requires at least one data point")
    n, d = _spread(data, mu, 0)
    return _result(n, d, _whole(data))


def stdev(data, xbar=None):
    data = _need(data, 2, "stdev requires at least two data points")
    return _root(*_spread(data, xbar, 1))


def pstdev(data, mu=None):
    data = _need(data, 1, "pstdev requires at least one data point")
    return _root(*_spread(data, mu, 0))


def covariance(x, y):
    mx, my = fmean(x), fmean(y)
    return _math.fsum([(a - mx) * (b - my) for a, b in zip(x, y)]) / (len(x) - 1)


def correlation(x, y):
    return covariance(x, y) / _math.sqrt(variance(x) * variance(y))
