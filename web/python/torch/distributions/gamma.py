"""torch.distributions.gamma"""
from ._continuous import Gamma
