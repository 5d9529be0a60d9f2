"""torch.distributions.poisson"""
from ._discrete import Poisson
