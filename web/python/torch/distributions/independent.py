"""torch.distributions.independent"""
from ._joint import Independent
