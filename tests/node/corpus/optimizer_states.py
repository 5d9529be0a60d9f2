# What optimizers print, remember and save: names, order and types as PyTorch has them.
import torch


def shown(entry):
    return {k: list(v.shape) if isinstance(v, torch.Tensor) and v.dim() else v for k, v in entry.items()}


CASES = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("Adam", {"lr": 0.1}),
    ("AdamW", {"lr": 0.1, "amsgrad": True}),
    ("RMSprop", {"centered": True, "momentum": 0.5}),
    ("Adagrad", {}),
    ("Adadelta", {}),
    ("Adamax", {}),
    ("NAdam", {}),
    ("RAdam", {}),
    ("ASGD", {}),
    ("Rprop", {}),
]
for name, options in CASES:
    p = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer = getattr(torch.optim, name)([p], **options)
    print(optimizer)
    print(list(optimizer.defaults), list(optimizer.param_groups[0]))
    for _ in range(2):
        optimizer.zero_grad()
        ((p - 3) ** 2).sum().backward()
        optimizer.step()
    saved = optimizer.state_dict()
    print({k: shown(v) for k, v in saved["state"].items()}, saved["param_groups"])
    print(shown(optimizer.state[p]))
    q = torch.nn.Parameter(p.detach().clone())
    again = getattr(torch.optim, name)([q], lr=1.0)
    again.load_state_dict(saved)
    for which, v in ((optimizer, p), (again, q)):
        which.zero_grad()
        ((v - 3) ** 2).sum().backward()
        which.step()
    print(torch.equal(p, q), p.detach())
