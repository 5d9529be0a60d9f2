"""Distributions of classes and counts."""
from .._core import Size
from .._homes import place
from . import constraints
from .distribution import Distribution, broadcast_all, clamp_probs


def _torch():
    import torch

    return torch


def _one_of(probs, logits):
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")


def _binary_logits(d):
    probs = clamp_probs(d.probs)
    return probs.log() - (-probs).log1p()


class Bernoulli(Distribution):
    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.boolean
    _derived = {"probs": lambda d: d.logits.sigmoid(), "logits": _binary_logits}

    def __init__(self, probs=None, logits=None, validate_args=None):
        _one_of(probs, logits)
        if probs is not None:
            (probs,) = broadcast_all(probs)
        else:
            (logits,) = broadcast_all(logits)
        self._take(probs=probs, logits=logits)
        self._param = probs if probs is not None else logits
        Distribution.__init__(self, self._param.size(), validate_args=validate_args)

    @property
    def mean(self):
        return self.probs

    @property
    def mode(self):
        torch = _torch()
        mode = (self.probs >= 0.5).to(self.probs.dtype)
        return torch.where(self.probs == 0.5, torch.full_like(mode, float("nan")), mode)

    @property
    def variance(self):
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape=Size()):
        torch = _torch()
        with torch.no_grad():
            return torch.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def _cross(self, target):
        torch = _torch()
        logits, target = torch.broadcast_tensors(self.logits, target)
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")

    def log_prob(self, value):
        return -self._cross(self._checked(value))

    def entropy(self):
        return self._cross(self.probs)


class Geometric(Distribution):
    """How often a trial fails before it succeeds."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.nonnegative_integer
    _derived = {"probs": lambda d: d.logits.sigmoid(), "logits": _binary_logits}
    __init__ = Bernoulli.__init__

    @property
    def mean(self):
        return 1.0 / self.probs - 1.0

    @property
    def variance(self):
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape=Size()):
        torch = _torch()
        shape = self._extended_shape(sample_shape)
        with torch.no_grad():
            u = torch.empty(shape, dtype=self.probs.dtype)
            u.uniform_(torch.finfo(self.probs.dtype).tiny, 1)
            return (u.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value):
        value, probs = broadcast_all(self._checked(value), self.probs)
        probs = probs.masked_fill((probs == 1) & (value == 0), 0)
        return value * (-probs).log1p() + self.probs.log()

    def entropy(self):
        return Bernoulli(self.probs, validate_args=False).entropy() / self.probs


class Categorical(Distribution):
    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    _derived = {
        "probs": lambda d: d.logits.softmax(-1),
        "logits": lambda d: clamp_probs(d.probs).log(),
    }

    def __init__(self, probs=None, logits=None, validate_args=None):
        _one_of(probs, logits)
        name = "probs" if logits is None else "logits"
        given = probs if logits is None else logits
        if given.dim() < 1:
            raise ValueError("`%s` parameter must be at least one-dimensional." % name)
        if logits is None:
            probs = probs / probs.sum(-1, keepdim=True)
        else:
            logits = logits - logits.logsumexp(-1, keepdim=True)
        self._take(probs=probs, logits=logits)
        self._param = probs if logits is None else logits
        self._num_events = given.size(-1)
        Distribution.__init__(self, tuple(given.shape)[:-1], validate_args=validate_args)

    @property
    def param_shape(self):
        return self._param.size()

    @property
    def support(self):
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def mean(self):
        return _torch().full(self._batch_shape, float("nan"), dtype=self.probs.dtype)

    @property
    def variance(self):
        return self.mean

    @property
    def mode(self):
        return self.probs.argmax(-1)

    def sample(self, sample_shape=Size()):
        torch = _torch()
        sample_shape = Size(sample_shape)
        rows = self.probs.reshape(-1, self._num_events)
        with torch.no_grad():
            drawn = torch.multinomial(rows, sample_shape.numel(), True).T
        return drawn.reshape(self._extended_shape(sample_shape))

    def log_prob(self, value):
        torch = _torch()
        value = self._checked(value).long().unsqueeze(-1)
        value, log_probs = torch.broadcast_tensors(value, self.logits)
        return log_probs.gather(-1, value[..., :1]).squeeze(-1)

    def entropy(self):
        torch = _torch()
        logits = self.logits.clamp(min=torch.finfo(self.logits.dtype).min)
        return -(logits * self.probs).sum(-1)

    def enumerate_support(self, expand=True):
        torch = _torch()
        values = torch.arange(self._num_events).view((-1,) + (1,) * len(self._batch_shape))
        return values.expand((-1,) + tuple(self._batch_shape)) if expand else values


class OneHotCategorical(Distribution):
    arg_constraints = Categorical.arg_constraints
    support = constraints.one_hot

    def __init__(self, probs=None, logits=None, validate_args=None):
        self._categorical = Categorical(probs, logits)
        self._given = self._categorical._given
        self._derived = Categorical._derived
        event = tuple(self._categorical.param_shape)[-1:]
        Distribution.__init__(self, self._categorical.batch_shape, event, validate_args=validate_args)

    @property
    def mean(self):
        return self.probs

    @property
    def variance(self):
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape=Size()):
        drawn = self._categorical.sample(sample_shape)
        one_hot = _torch().nn.functional.one_hot(drawn, self._event_shape[0])
        return one_hot.to(self._categorical._param.dtype)

    def log_prob(self, value):
        return self._categorical.log_prob(self._checked(value).argmax(-1))

    def entropy(self):
        return self._categorical.entropy()


class Poisson(Distribution):
    arg_constraints = {"rate": constraints.nonnegative}
    support = constraints.nonnegative_integer

    def __init__(self, rate, validate_args=None):
        (rate,) = broadcast_all(rate)
        self._take(rate=rate)
        Distribution.__init__(self, rate.size(), validate_args=validate_args)

    @property
    def mean(self):
        return self.rate

    @property
    def mode(self):
        return self.rate.floor()

    @property
    def variance(self):
        return self.rate

    def sample(self, sample_shape=Size()):
        torch = _torch()
        with torch.no_grad():
            return torch.poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value):
        rate, value = broadcast_all(self.rate, self._checked(value))
        return value.xlogy(rate) - rate - (value + 1).lgamma()


ALL = (Bernoulli, Geometric, Categorical, OneHotCategorical, Poisson)
_FILES = {OneHotCategorical: "one_hot_categorical"}
for _type in ALL:
    place(_type, "torch.distributions." + _FILES.get(_type, _type.__name__.lower()))
