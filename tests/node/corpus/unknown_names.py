# What PyTorch doesn't have either: the text of the error is its own.
import torch
from torch import nn

layer = nn.Linear(2, 3)
for attempt in (
    lambda: torch.ones(2).mena(),
    lambda: torch.tensr([1.0]),
    lambda: nn.Liner(2, 3),
    lambda: nn.functional.rellu(torch.ones(2)),
    lambda: layer.wieght,
    lambda: torch.optim.Adm(layer.parameters()),
):
    try:
        attempt()
    except AttributeError as error:
        print(error)
