"""torch.distributions.kl: the Kullback-Leibler divergence of two distributions of a kind."""
from ._continuous import Beta, Dirichlet, Exponential, Gamma, Laplace, Normal, Uniform
from ._discrete import Bernoulli, Categorical, OneHotCategorical, Poisson
from ._joint import Independent, MultivariateNormal, _sum_last


def _torch():
    import torch

    return torch


def _normal(p, q):
    ratio = (p.scale / q.scale).pow(2)
    distance = ((p.loc - q.loc) / q.scale).pow(2)
    return 0.5 * (ratio + distance - 1 - ratio.log())


def _categorical(p, q):
    torch = _torch()
    t = p.probs * (p.logits - q.logits)
    t = torch.where((q.probs == 0).expand_as(t), torch.full_like(t, float("inf")), t)
    t = torch.where((p.probs == 0).expand_as(t), torch.zeros_like(t), t)
    return t.sum(-1)


def _bernoulli(p, q):
    F = _torch().nn.functional
    one = p.probs * (F.softplus(-q.logits) - F.softplus(-p.logits))
    zero = (1 - p.probs) * (F.softplus(q.logits) - F.softplus(p.logits))
    return one + zero


def _uniform(p, q):
    torch = _torch()
    result = ((q.high - q.low) / (p.high - p.low)).log()
    outside = (q.low > p.low) | (q.high < p.high)
    return torch.where(outside, torch.full_like(result, float("inf")), result)


def _exponential(p, q):
    ratio = q.rate / p.rate
    return ratio - ratio.log() - 1


def _laplace(p, q):
    ratio = p.scale / q.scale
    distance = (p.loc - q.loc).abs()
    return -ratio.log() + distance / q.scale + ratio * (-distance / p.scale).exp() - 1


def _poisson(p, q):
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


def _gamma(p, q):
    a, b = p.concentration, q.concentration
    return (
        b * (p.rate / q.rate).log()
        + b.lgamma()
        - a.lgamma()
        + (a - b) * a.digamma()
        + (q.rate - p.rate) * (a / p.rate)
    )


def _dirichlet(p, q):
    a, b = p.concentration, q.concentration
    total = a.sum(-1)
    parts = (a - b) * (a.digamma() - total.digamma().unsqueeze(-1))
    return total.lgamma() - b.sum(-1).lgamma() - (a.lgamma() - b.lgamma()).sum(-1) + parts.sum(-1)


def _beta(p, q):
    return _dirichlet(p._dirichlet(), q._dirichlet())


def _multivariate(p, q):
    torch = _torch()
    n = p.event_shape[0]
    log_det = q._half_log_det() - p._half_log_det()
    trace = torch.linalg.solve_triangular(q._factor, p._factor, upper=False).pow(2).sum(-1).sum(-1)
    shift = (q.loc - p.loc).unsqueeze(-1)
    distance = torch.linalg.solve_triangular(q._factor, shift, upper=False).pow(2).sum(-2).squeeze(-1)
    return log_det + 0.5 * (trace + distance - n)


def _independent(p, q):
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return _sum_last(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


_pairs = [
    (Normal, Normal, _normal),
    (Categorical, Categorical, _categorical),
    (OneHotCategorical, OneHotCategorical, lambda p, q: _categorical(p._categorical, q._categorical)),
    (Bernoulli, Bernoulli, _bernoulli),
    (Uniform, Uniform, _uniform),
    (Exponential, Exponential, _exponential),
    (Laplace, Laplace, _laplace),
    (Poisson, Poisson, _poisson),
    (Gamma, Gamma, _gamma),
    (Dirichlet, Dirichlet, _dirichlet),
    (Beta, Beta, _beta),
    (MultivariateNormal, MultivariateNormal, _multivariate),
    (Independent, Independent, _independent),
]


def register_kl(type_p, type_q):
    """Decorator: the function gives kl_divergence for this pair of classes."""

    def decorate(function):
        _pairs.insert(0, (type_p, type_q, function))
        return function

    return decorate


def kl_divergence(p, q):
    """KL(p || q), a value for each of the batch."""
    for type_p, type_q, function in _pairs:
        if isinstance(p, type_p) and isinstance(q, type_q):
            return function(p, q)
    raise NotImplementedError(
        "No KL(p || q) is implemented for p type %s and q type %s"
        % (type(p).__name__, type(q).__name__)
    )
