"""torch.distributions.beta"""
from ._continuous import Beta
