"""torch.utils.hooks: what registering a hook gives."""
from .._callbacks import RemovableHandle
