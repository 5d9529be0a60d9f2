"""torch.distributions.mixture_same_family"""
from ._counts import MixtureSameFamily
