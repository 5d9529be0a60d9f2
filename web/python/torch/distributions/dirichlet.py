"""torch.distributions.dirichlet"""
from ._continuous import Dirichlet
