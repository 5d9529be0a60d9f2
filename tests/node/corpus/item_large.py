# Whole numbers beyond 32 bits come out of float tensors as they are.
import torch

for v in (0.0, 3.0, 4294967296.0, -7e9, 1e15, 1e20, 1e300):
    print(torch.tensor(v, dtype=torch.float64).item(), torch.tensor([[v]], dtype=torch.float64).item())
