"""torch.amp: mixed precision, which there is none of here."""
from .cuda.amp import GradScaler, autocast
