"""Counts of classes, and mixtures of distributions of one kind."""
from .._core import Size
from .._homes import place
from . import constraints
from ._discrete import Categorical
from .distribution import Distribution


def _torch():
    import torch

    return torch


class Multinomial(Distribution):
    """How often each class comes up in total_count draws; probs or logits [..., classes]."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(self, total_count=1, probs=None, logits=None, validate_args=None):
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self._given = {}
        self.total_count = total_count
        self._categorical = Categorical(probs=probs, logits=logits)
        shape = tuple(self._categorical.param_shape)
        Distribution.__init__(self, shape[:-1], shape[-1:], validate_args=validate_args)

    @property
    def probs(self):
        return self._categorical.probs

    @property
    def logits(self):
        return self._categorical.logits

    @property
    def param_shape(self):
        return self._categorical.param_shape

    @property
    def mean(self):
        return self.probs * self.total_count

    @property
    def variance(self):
        return self.total_count * self.probs * (1 - self.probs)

    @property
    def support(self):
        total = self.total_count
        return constraints.Constraint(
            "Multinomial()", lambda v: (v >= 0).all(-1) & (v.sum(-1) <= total), event_dim=1, is_discrete=True
        )

    def sample(self, sample_shape=Size()):
        torch = _torch()
        drawn = self._categorical.sample((self.total_count,) + tuple(sample_shape))
        drawn = drawn.permute(*(list(range(1, drawn.dim())) + [0]))
        counts = torch.zeros(self._extended_shape(sample_shape), dtype=drawn.dtype)
        counts.scatter_add_(-1, drawn, torch.ones_like(drawn))
        return counts.type_as(self.probs)

    def log_prob(self, value):
        torch = _torch()
        value = self._checked(value)
        logits, value = torch.broadcast_tensors(self.logits, value)
        powers = (logits.masked_fill((value == 0) & (logits == -float("inf")), 0) * value).sum(-1)
        return torch.lgamma(value.sum(-1) + 1) - torch.lgamma(value + 1).sum(-1) + powers


class MixtureSameFamily(Distribution):
    """One of the components, which the last batch dimension counts, by a Categorical over them."""

    arg_constraints = {}

    def __init__(self, mixture_distribution, component_distribution, validate_args=None):
        self._given = {}
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(
                " The Mixture distribution needs to be an  instance of torch.distributions.Categorical"
            )
        if not isinstance(component_distribution, Distribution):
            raise ValueError(
                "The Component distribution need to be an instance of torch.distributions.Distribution"
            )
        self._mixture_distribution = mixture_distribution
        self._component_distribution = component_distribution
        self._event_ndims = len(component_distribution.event_shape)
        batch = tuple(component_distribution.batch_shape)[:-1]
        Distribution.__init__(self, batch, component_distribution.event_shape, validate_args=validate_args)

    @property
    def mixture_distribution(self):
        return self._mixture_distribution

    @property
    def component_distribution(self):
        return self._component_distribution

    @property
    def has_rsample(self):
        return False

    @property
    def support(self):
        return self._component_distribution.support

    def _weights(self):
        probs = self._mixture_distribution.probs
        return probs.reshape(tuple(probs.shape) + (1,) * self._event_ndims)

    @property
    def mean(self):
        return (self._weights() * self._component_distribution.mean).sum(-1 - self._event_ndims)

    @property
    def variance(self):
        weights, dim = self._weights(), -1 - self._event_ndims
        within = (weights * self._component_distribution.variance).sum(dim)
        apart = self._component_distribution.mean - self.mean.unsqueeze(dim)
        return within + (weights * apart.pow(2.0)).sum(dim)

    def log_prob(self, value):
        torch = _torch()
        value = self._checked(value).unsqueeze(-1 - self._event_ndims)
        parts = self._component_distribution.log_prob(value)
        weights = torch.log_softmax(self._mixture_distribution.logits, dim=-1)
        return torch.logsumexp(parts + weights, dim=-1)

    def sample(self, sample_shape=Size()):
        torch = _torch()
        with torch.no_grad():
            chosen = self._mixture_distribution.sample(sample_shape)
            samples = self._component_distribution.sample(sample_shape)
            dim = samples.dim() - 1 - self._event_ndims
            index = chosen.reshape(tuple(chosen.shape) + (1,) * (self._event_ndims + 1))
            shape = list(samples.shape)
            shape[dim] = 1
            return torch.gather(samples, dim, index.expand(shape)).squeeze(dim)

    def __repr__(self):
        return "MixtureSameFamily(\n  %r,\n  %r)" % (
            self._mixture_distribution,
            self._component_distribution,
        )


place(Multinomial, "torch.distributions.multinomial")
place(MixtureSameFamily, "torch.distributions.mixture_same_family")
