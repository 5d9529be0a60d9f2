"""torch.optim.optimizer: what optimizers of a snippet's own are made of."""
from ._optimizer import Optimizer, required
