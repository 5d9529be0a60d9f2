"""Distributions of real numbers."""
import math

from .._core import Size
from .._homes import place
from . import constraints
from .distribution import Distribution, broadcast_all


def _torch():
    import torch

    return torch


class _Two(Distribution):
    """A distribution with two parameters that broadcast."""

    _names = ("loc", "scale")
    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, first=None, second=None, validate_args=None, **named):
        a, b = self._names
        first = named.pop(a, first)
        second = named.pop(b, second)
        if named or first is None or second is None:
            raise TypeError("%s takes %s and %s" % (type(self).__name__, a, b))
        first, second = broadcast_all(first, second)
        self._take(**{a: first, b: second})
        Distribution.__init__(self, first.size(), validate_args=validate_args)


class Normal(_Two):
    @property
    def mean(self):
        return self.loc

    @property
    def mode(self):
        return self.loc

    @property
    def stddev(self):
        return self.scale

    @property
    def variance(self):
        return self.stddev.pow(2)

    def sample(self, sample_shape=Size()):
        torch = _torch()
        shape = self._extended_shape(sample_shape)
        with torch.no_grad():
            return torch.normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape=Size()):
        shape = self._extended_shape(sample_shape)
        eps = _standard_normal(shape, self.loc.dtype)
        return self.loc + eps * self.scale

    def log_prob(self, value):
        value = self._checked(value)
        variance = self.scale**2
        return (
            -((value - self.loc) ** 2) / (2 * variance)
            - self.scale.log()
            - math.log(math.sqrt(2 * math.pi))
        )

    def cdf(self, value):
        value = self._checked(value)
        torch = _torch()
        return 0.5 * (1 + torch.erf((value - self.loc) * self.scale.reciprocal() / math.sqrt(2)))

    def icdf(self, value):
        return self.loc + self.scale * _torch().erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self):
        return 0.5 + 0.5 * math.log(2 * math.pi) + self.scale.log()


def _standard_normal(shape, dtype):
    torch = _torch()
    return torch.normal(torch.zeros(shape, dtype=dtype), torch.ones(shape, dtype=dtype))


class LogNormal(_Two):
    support = constraints.positive

    def rsample(self, sample_shape=Size()):
        shape = self._extended_shape(sample_shape)
        return (self.loc + _standard_normal(shape, self.loc.dtype) * self.scale).exp()

    def log_prob(self, value):
        value = self._checked(value)
        return Normal(self.loc, self.scale, False).log_prob(value.log()) - value.log()

    @property
    def mean(self):
        return (self.loc + self.scale.pow(2) / 2).exp()

    @property
    def variance(self):
        return (self.scale.pow(2).exp() - 1) * (2 * self.loc + self.scale.pow(2)).exp()

    def entropy(self):
        return Normal(self.loc, self.scale, False).entropy() + self.loc


class Uniform(_Two):
    _names = ("low", "high")
    arg_constraints = {"low": constraints.real, "high": constraints.real}

    def __init__(self, *args, **kwargs):
        _Two.__init__(self, *args, **kwargs)
        if self._validate_args and not bool((self.low < self.high).all()):
            raise ValueError("Uniform is not defined when low>= high")

    @property
    def support(self):
        return constraints.interval(self.low, self.high)

    @property
    def mean(self):
        return (self.high + self.low) / 2

    @property
    def variance(self):
        return (self.high - self.low).pow(2) / 12

    def rsample(self, sample_shape=Size()):
        rand = _torch().rand(self._extended_shape(sample_shape), dtype=self.low.dtype)
        return self.low + rand * (self.high - self.low)

    def log_prob(self, value):
        value = self._checked(value)
        inside = self.low.le(value).type_as(self.low) * self.high.gt(value).type_as(self.low)
        return _torch().log(inside) - (self.high - self.low).log()

    def cdf(self, value):
        return ((self._checked(value) - self.low) / (self.high - self.low)).clamp(min=0, max=1)

    def icdf(self, value):
        return value * (self.high - self.low) + self.low

    def entropy(self):
        return (self.high - self.low).log()


class Laplace(_Two):
    @property
    def mean(self):
        return self.loc

    @property
    def mode(self):
        return self.loc

    @property
    def variance(self):
        return 2 * self.scale.pow(2)

    def rsample(self, sample_shape=Size()):
        torch = _torch()
        shape = self._extended_shape(sample_shape)
        u = torch.empty(shape, dtype=self.loc.dtype).uniform_(torch.finfo(self.loc.dtype).eps - 1, 1)
        return self.loc - self.scale * u.sign() * torch.log1p(-u.abs())

    def log_prob(self, value):
        value = self._checked(value)
        return -(2 * self.scale).log() - (value - self.loc).abs() / self.scale

    def entropy(self):
        return 1 + (2 * self.scale).log()


class Cauchy(_Two):
    @property
    def mode(self):
        return self.loc

    def rsample(self, sample_shape=Size()):
        shape = self._extended_shape(sample_shape)
        return self.loc + _torch().empty(shape, dtype=self.loc.dtype).cauchy_() * self.scale

    def log_prob(self, value):
        value = self._checked(value)
        return (
            -math.log(math.pi) - self.scale.log() - (((value - self.loc) / self.scale) ** 2).log1p()
        )

    def entropy(self):
        return math.log(4 * math.pi) + self.scale.log()


class Exponential(Distribution):
    arg_constraints = {"rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, rate, validate_args=None):
        (rate,) = broadcast_all(rate)
        self._take(rate=rate)
        Distribution.__init__(self, rate.size(), validate_args=validate_args)

    @property
    def mean(self):
        return self.rate.reciprocal()

    @property
    def variance(self):
        return self.rate.pow(-2)

    @property
    def stddev(self):
        return self.rate.reciprocal()

    def rsample(self, sample_shape=Size()):
        shape = self._extended_shape(sample_shape)
        return _torch().empty(shape, dtype=self.rate.dtype).exponential_() / self.rate

    def log_prob(self, value):
        value = self._checked(value)
        return self.rate.log() - self.rate * value

    def entropy(self):
        return 1.0 - self.rate.log()


class HalfNormal(Distribution):
    arg_constraints = {"scale": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, scale, validate_args=None):
        (scale,) = broadcast_all(scale)
        self._take(scale=scale)
        Distribution.__init__(self, scale.size(), validate_args=validate_args)

    def _normal(self):
        return Normal(0 * self.scale, self.scale, False)

    @property
    def mean(self):
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def variance(self):
        return self.scale.pow(2) * (1 - 2 / math.pi)

    def rsample(self, sample_shape=Size()):
        return self._normal().rsample(sample_shape).abs()

    def log_prob(self, value):
        return self._normal().log_prob(self._checked(value)) + math.log(2)

    def entropy(self):
        return self._normal().entropy() - math.log(2)


class Gamma(_Two):
    """Samples carry no gradient for the parameters here; PyTorch's do."""

    _names = ("concentration", "rate")
    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = False

    @property
    def mean(self):
        return self.concentration / self.rate

    @property
    def variance(self):
        return self.concentration / self.rate.pow(2)

    def sample(self, sample_shape=Size()):
        torch = _torch()
        shape = self._extended_shape(sample_shape)
        with torch.no_grad():
            value = torch._standard_gamma(self.concentration.expand(shape)) / self.rate.expand(shape)
            return value.clamp_(min=torch.finfo(value.dtype).tiny)

    def log_prob(self, value):
        value = self._checked(value)
        a, b = self.concentration, self.rate
        return a * b.log() + (a - 1) * value.log() - b * value - a.lgamma()

    def entropy(self):
        a = self.concentration
        return a - self.rate.log() + a.lgamma() + (1.0 - a) * a.digamma()


class Chi2(Gamma):
    arg_constraints = {"df": constraints.positive}

    def __init__(self, df, validate_args=None):
        (df,) = broadcast_all(df)
        Gamma.__init__(self, 0.5 * df, 0.5 + 0 * df, False)
        self._given["df"] = df
        Distribution.__init__(self, df.size(), validate_args=validate_args)


class Dirichlet(Distribution):
    """Samples carry no gradient for the parameters here; PyTorch's do."""

    arg_constraints = {"concentration": constraints.independent(constraints.positive, 1)}
    support = constraints.simplex

    def __init__(self, concentration, validate_args=None):
        if concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self._take(concentration=concentration)
        shape = tuple(concentration.shape)
        Distribution.__init__(self, shape[:-1], shape[-1:], validate_args=validate_args)

    @property
    def mean(self):
        return self.concentration / self.concentration.sum(-1, True)

    @property
    def variance(self):
        total = self.concentration.sum(-1, True)
        a = self.concentration
        return a * (total - a) / (total.pow(2) * (total + 1))

    def sample(self, sample_shape=Size()):
        torch = _torch()
        shape = self._extended_shape(sample_shape)
        with torch.no_grad():
            parts = torch._standard_gamma(self.concentration.double().expand(shape))
            return (parts / parts.sum(-1, True)).to(self.concentration.dtype)

    def log_prob(self, value):
        value = self._checked(value)
        a = self.concentration
        return ((a - 1.0) * value.log()).sum(-1) + a.sum(-1).lgamma() - a.lgamma().sum(-1)

    def entropy(self):
        a = self.concentration
        k = a.size(-1)
        total = a.sum(-1)
        return (
            a.lgamma().sum(-1)
            - total.lgamma()
            - (k - total) * total.digamma()
            - ((a - 1.0) * a.digamma()).sum(-1)
        )


class Beta(_Two):
    """Samples carry no gradient for the parameters here; PyTorch's do."""

    _names = ("concentration1", "concentration0")
    arg_constraints = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = False

    def _dirichlet(self):
        return Dirichlet(_torch().stack([self.concentration1, self.concentration0], -1), False)

    @property
    def mean(self):
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def variance(self):
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total.pow(2) * (total + 1))

    def sample(self, sample_shape=Size()):
        return self._dirichlet().sample(sample_shape).select(-1, 0)

    def log_prob(self, value):
        value = self._checked(value)
        return self._dirichlet().log_prob(_torch().stack([value, 1.0 - value], -1))

    def entropy(self):
        return self._dirichlet().entropy()


ALL = (
    Normal,
    LogNormal,
    Uniform,
    Laplace,
    Cauchy,
    Exponential,
    HalfNormal,
    Gamma,
    Chi2,
    Dirichlet,
    Beta,
)
for _type in ALL:
    place(_type, "torch.distributions." + _type.__name__.lower())
