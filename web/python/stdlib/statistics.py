"""statistics: the averages and spreads. Data without enough points raise StatisticsError."""

import math as _math


class StatisticsError(ValueError):
    pass


def _need(data, n, text):
    data = list(data)
    if len(data) < n:
        raise StatisticsError(text)
    return data


def mean(data):
    data = _need(data, 1, "mean requires at least one data point")
    total = sum(data)
    value = _math.fsum(data) / len(data)
    if isinstance(total, int) and total % len(data) == 0:
        return total // len(data)
    return value


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
    return len(data) / _math.fsum([1 / x for x in data])


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


def _squares(data, center):
    c = _math.fsum(data) / len(data) if center is None else center
    return _math.fsum([(x - c) ** 2 for x in data])


def variance(data, xbar=None):
    data = _need(data, 2, "variance requires at least two data points")
    return _squares(data, xbar) / (len(data) - 1)


def pvariance(data, mu=None):
    data = _need(data, 1, "pvariance requires at least one data point")
    return _squares(data, mu) / len(data)


def stdev(data, xbar=None):
    return _math.sqrt(variance(data, xbar))


def pstdev(data, mu=None):
    return _math.sqrt(pvariance(data, mu))


def covariance(x, y):
    mx, my = fmean(x), fmean(y)
    return _math.fsum([(a - mx) * (b - my) for a, b in zip(x, y)]) / (len(x) - 1)


def correlation(x, y):
    return covariance(x, y) / _math.sqrt(variance(x) * variance(y))
