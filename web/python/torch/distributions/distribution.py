"""torch.distributions.distribution: what all distributions share."""
from .._core import Size
from .._grad_mode import no_grad
from .._homes import place
from .._tensor import Tensor

_validate = [True]


class Distribution:
    """Samples, densities and moments for a batch of parameters. `batch_shape` is the shape of the
    parameters, `event_shape` that of one sample."""

    has_rsample = False
    has_enumerate_support = False
    arg_constraints = {}
    # Parameters that are computed when they are asked for: name -> function of the distribution.
    _derived = {}

    @staticmethod
    def set_default_validate_args(value):
        if value not in (True, False):
            raise ValueError
        _validate[0] = value

    def __init__(self, batch_shape=Size(), event_shape=Size(), validate_args=None):
        self._batch_shape = Size(batch_shape)
        self._event_shape = Size(event_shape)
        self._validate_args = _validate[0] if validate_args is None else validate_args
        if self._validate_args:
            for name, constraint in self._constraints():
                value = self._given.get(name)
                if value is None:
                    continue
                if not bool(constraint.check(value).all()):
                    raise ValueError(
                        "Expected parameter %s (%s of shape %s) of distribution %r to satisfy the "
                        "constraint %r, but found invalid values:\n%s"
                        % (name, type(value).__name__, tuple(value.shape), self, constraint, format(value))
                    )

    # A distribution keeps its parameters in `_given`, in the order of arg_constraints; derived ones
    # join when they are first used.

    def _take(self, **given):
        self._given = dict([(name, given[name]) for name in given if given[name] is not None])

    def _constraints(self):
        return [(name, self.arg_constraints[name]) for name in self.arg_constraints]

    def __getattr__(self, name):
        if name[:1] != "_":
            given = self._given
            if name in given:
                return given[name]
            if name in self._derived:
                given[name] = self._derived[name](self)
                return given[name]
        raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))

    @property
    def batch_shape(self):
        return self._batch_shape

    @property
    def event_shape(self):
        return self._event_shape

    @property
    def support(self):
        raise NotImplementedError

    @property
    def mean(self):
        raise NotImplementedError

    @property
    def mode(self):
        raise NotImplementedError("%s does not implement mode" % type(self))

    @property
    def variance(self):
        raise NotImplementedError

    @property
    def stddev(self):
        return self.variance.sqrt()

    def sample(self, sample_shape=Size()):
        """A sample of shape sample_shape + batch_shape + event_shape, outside of the graph."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape=Size()):
        """As sample(), but with gradients for the parameters, where has_rsample is True."""
        raise NotImplementedError

    def sample_n(self, n):
        return self.sample(Size((n,)))

    def log_prob(self, value):
        raise NotImplementedError

    def cdf(self, value):
        raise NotImplementedError

    def icdf(self, value):
        raise NotImplementedError

    def entropy(self):
        raise NotImplementedError

    def perplexity(self):
        return self.entropy().exp()

    def expand(self, batch_shape, _instance=None):
        """The distribution with its parameters expanded to batch_shape."""
        shape = Size(batch_shape)
        name = [n for n in self.arg_constraints if n in self._given]
        given = {}
        for n in name:
            event = self.arg_constraints[n].event_dim
            v = self._given[n]
            tail = tuple(v.shape)[v.dim() - event :] if event else ()
            given[n] = v.expand(tuple(shape) + tail)
            if n in self._derived:
                break
        return type(self)(validate_args=False, **given)

    def _extended_shape(self, sample_shape=Size()):
        return Size(tuple(sample_shape) + tuple(self._batch_shape) + tuple(self._event_shape))

    def _checked(self, value):
        """The argument of log_prob, when it is one."""
        if not self._validate_args:
            return value
        if not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        support = self.support
        if not bool(support.check(value).all()):
            raise ValueError(
                "Expected value argument (%s of shape %s) to be within the support (%r) of the "
                "distribution %r, but found invalid values:\n%s"
                % (type(value).__name__, tuple(value.shape), support, self, format(value))
            )
        return value

    def __repr__(self):
        parts = []
        for name in self.arg_constraints:
            if name in self._given:
                v = self._given[name]
                parts.append(name + ": " + (format(v) if v.numel() == 1 else str(v.size())))
        return type(self).__name__ + "(" + ", ".join(parts) + ")"

    def __str__(self):
        return repr(self)


def broadcast_all(*values):
    """Numbers and tensors as tensors of one shape; the shape of a batch of them."""
    import torch

    tensors = [v for v in values if isinstance(v, Tensor)]
    if not tensors:
        out = [torch.tensor(float(v)) for v in values]
    else:
        dtype = tensors[0].dtype
        out = torch.broadcast_tensors(
            *[v if isinstance(v, Tensor) else torch.tensor(v, dtype=dtype) for v in values]
        )
    return tuple(out)


def clamp_probs(probs):
    import torch

    eps = torch.finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


place(Distribution, "torch.distributions.distribution")
