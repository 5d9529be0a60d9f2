"""Distributions of vectors, and of several independent values."""
import math

from .._core import Size
from .._homes import place
from . import constraints
from ._continuous import _standard_normal
from .distribution import Distribution


def _torch():
    import torch

    return torch


def _sum_last(t, n):
    return t if n == 0 else t.reshape(tuple(t.shape)[: t.dim() - n] + (-1,)).sum(-1)


class Independent(Distribution):
    """`base` with its last batch dimensions taken as dimensions of one event."""

    def __init__(self, base_distribution, reinterpreted_batch_ndims, validate_args=None):
        batch = tuple(base_distribution.batch_shape)
        n = reinterpreted_batch_ndims
        if n > len(batch):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual "
                "%d vs %d" % (n, len(batch))
            )
        cut = len(batch) - n
        self._given = {"base_dist": base_distribution, "reinterpreted_batch_ndims": n}
        event = batch[cut:] + tuple(base_distribution.event_shape)
        Distribution.__init__(self, batch[:cut], event, validate_args=validate_args)

    @property
    def has_rsample(self):
        return self.base_dist.has_rsample

    @property
    def support(self):
        base = self.base_dist.support
        n = self.reinterpreted_batch_ndims
        return constraints.independent(base, n) if n else base

    @property
    def mean(self):
        return self.base_dist.mean

    @property
    def mode(self):
        return self.base_dist.mode

    @property
    def variance(self):
        return self.base_dist.variance

    def sample(self, sample_shape=Size()):
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape=Size()):
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value):
        return _sum_last(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self):
        return _sum_last(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def __repr__(self):
        return "Independent(%r, %d)" % (self.base_dist, self.reinterpreted_batch_ndims)


class MultivariateNormal(Distribution):
    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True
    _derived = {
        "scale_tril": lambda d: d._factor,
        "covariance_matrix": lambda d: d._factor @ d._factor.mT,
        "precision_matrix": lambda d: _torch().cholesky_inverse(d._factor),
    }

    def __init__(
        self,
        loc,
        covariance_matrix=None,
        precision_matrix=None,
        scale_tril=None,
        validate_args=None,
    ):
        torch = _torch()
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        given = [m for m in (covariance_matrix, precision_matrix, scale_tril) if m is not None]
        if len(given) != 1:
            raise ValueError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified."
            )
        if given[0].dim() < 2:
            raise ValueError("the matrix must be at least two-dimensional")
        batch = torch.broadcast_shapes(tuple(given[0].shape)[:-2], tuple(loc.shape)[:-1])
        event = tuple(loc.shape)[-1:]
        loc = loc.expand(tuple(batch) + event)

        def spread(m):
            return None if m is None else m.expand(tuple(batch) + event + event)

        self._take(
            loc=loc,
            covariance_matrix=spread(covariance_matrix),
            precision_matrix=spread(precision_matrix),
            scale_tril=spread(scale_tril),
        )
        Distribution.__init__(self, batch, event, validate_args=validate_args)
        if scale_tril is not None:
            self._factor = scale_tril
        elif covariance_matrix is not None:
            self._factor = torch.linalg.cholesky(covariance_matrix)
        else:
            # The factor of the inverse, by way of the flipped matrix.
            flipped = torch.linalg.cholesky(precision_matrix.flip(-2, -1))
            upper = flipped.flip(-2, -1).mT
            eye = torch.eye(event[0], dtype=loc.dtype)
            self._factor = torch.linalg.solve_triangular(upper, eye, upper=False)

    @property
    def mean(self):
        return self.loc

    @property
    def mode(self):
        return self.loc

    @property
    def variance(self):
        return self._factor.pow(2).sum(-1).expand(tuple(self._batch_shape) + tuple(self._event_shape))

    def rsample(self, sample_shape=Size()):
        eps = _standard_normal(self._extended_shape(sample_shape), self.loc.dtype)
        return self.loc + (self._factor @ eps.unsqueeze(-1)).squeeze(-1)

    def _half_log_det(self):
        return self._factor.diagonal(0, -2, -1).log().sum(-1)

    def log_prob(self, value):
        torch = _torch()
        diff = (self._checked(value) - self.loc).unsqueeze(-1)
        white = torch.linalg.solve_triangular(
            self._factor.expand(tuple(diff.shape)[:-2] + tuple(self._factor.shape)[-2:]),
            diff,
            upper=False,
        )
        distance = white.pow(2).sum(-2).squeeze(-1)
        return (
            -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + distance) - self._half_log_det()
        )

    def entropy(self):
        h = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._half_log_det()
        return h if len(self._batch_shape) == 0 else h.expand(self._batch_shape)


ALL = (Independent, MultivariateNormal)
place(Independent, "torch.distributions.independent")
place(MultivariateNormal, "torch.distributions.multivariate_normal")
