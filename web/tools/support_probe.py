"""Which of PyTorch's names are there: prints {namespace: {name: [state, note]}} as JSON, the state being
"yes", "partly", "no" or, for a name that nobody accounts for, "unknown". `NAMES` is set by support.mjs."""
import json

import torch
import torch.autograd.functional
import torch.distributions
import torch.nn.utils.rnn
import torch.optim.lr_scheduler
import torch.utils.data
from torch import _functions, _unsupported

missing = _unsupported.listed()
found = {}
for space in NAMES:
    owner = torch.ones(2, 2) if space == "torch.Tensor" else torch
    if space != "torch.Tensor":
        for part in space.split(".")[1:]:
            owner = getattr(owner, part)
    rows = found[space] = {}
    for name in NAMES[space].split():
        full = space + "." + name
        try:
            getattr(owner, name)
            there = True
        except Exception:
            there = False
        hint = missing.get(space, {}).get(name)
        if there and not hint:
            note = _unsupported.PARTLY.get(full, "")
            rows[name] = ["partly" if note else "yes", note]
        elif there:
            rows[name] = ["unknown", "works, and is listed as missing"]
        elif hint:
            rows[name] = ["no", hint]
        elif name in _functions._ABSENT:
            rows[name] = ["no", "Gradbox has no " + _functions._ABSENT[name]]
        else:
            rows[name] = ["unknown", "is missing, and isn't listed as missing"]
print(json.dumps(found))
