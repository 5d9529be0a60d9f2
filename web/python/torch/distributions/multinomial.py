"""torch.distributions.multinomial"""
from ._counts import Multinomial
