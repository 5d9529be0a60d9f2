"""torch.distributions: those that tutorials sample from and train with."""
from .. import _core
from .distribution import Distribution

_HOMES = {
    "_continuous": "Normal LogNormal Uniform Laplace Cauchy Exponential HalfNormal Gamma Chi2 Dirichlet Beta",
    "_discrete": "Bernoulli Geometric Categorical OneHotCategorical Poisson",
    "_joint": "Independent MultivariateNormal",
    "_counts": "Multinomial MixtureSameFamily",
    "kl": "kl_divergence register_kl",
}
__all__ = ["Distribution"] + " ".join(_HOMES.values()).split()
_FILES = (
    "constraints",
    "kl",
    "distribution",
    "normal",
    "categorical",
    "bernoulli",
    "multivariate_normal",
    "multinomial",
    "mixture_same_family",
    "uniform",
    "beta",
    "gamma",
    "exponential",
    "dirichlet",
    "poisson",
    "independent",
)


def __getattr__(name):
    value = None
    for file, names in _HOMES.items():
        if name in names.split():
            value = getattr(_core.submodule("torch.distributions", file), name)
    if name in _FILES:
        value = _core.submodule("torch.distributions", name)
    elif name[:1] == "_":
        return _core.submodule("torch.distributions", name)
    if value is None:
        raise _core.missing("module 'torch.distributions'", name, "", __all__)
    globals()[name] = value
    return value
