"""torch.distributions.multivariate_normal"""
from ._joint import MultivariateNormal
