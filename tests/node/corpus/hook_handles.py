# Handles of hooks, hooks taken out of a module's own dicts, old backward hooks, states of modules.
from collections import OrderedDict

import torch
import torch.nn as nn
from torch.nn.modules import module as module_file
from torch.nn.utils import parametrizations, parametrize
from torch.utils.hooks import RemovableHandle

torch.manual_seed(0)
net = nn.Sequential(OrderedDict([("a", nn.Linear(3, 3)), ("act", nn.Tanh()), ("b", nn.Linear(3, 2))]))
x = torch.ones(1, 3)


def note(m, args, output):
    print("ran", type(m).__name__)


first, second = net.a.register_forward_hook(note), net.b.register_forward_hook(note)
print(isinstance(first, RemovableHandle), type(first), second.id - first.id, repr(first)[:40])
with net.act.register_forward_hook(note) as third:
    net(x)
print(len(net.act._forward_hooks), isinstance(third, RemovableHandle), list(net.a._forward_hooks.values()) == [note])
net.a._forward_hooks.clear()
net.b._forward_hooks = OrderedDict()
net(x)
print(len(net.a._forward_hooks), type(net.a._forward_hooks), torch.ones(1, requires_grad=True).register_hook(print).id > third.id)

# The node that made the output, not the module, is what old hooks see.
net.b.register_backward_hook(lambda m, gi, go: print(len(gi), [g.shape for g in go]))
net(x).sum().backward()
try:
    net.b.register_full_backward_hook(lambda m, gi, go: None)
except RuntimeError as e:
    print(e)
net.a.register_full_backward_hook(lambda m, gi, go: ())
try:
    net(x.clone().requires_grad_()).sum().backward()
except RuntimeError as e:
    print(e)

handle = module_file.register_module_forward_hook(note)
nn.Tanh()(x)
print(isinstance(handle, RemovableHandle), len(module_file._global_forward_hooks))
module_file._global_forward_hooks.clear()
nn.Tanh()(x)

l, copy = [parametrizations.spectral_norm(nn.Linear(3, 3)) for _ in range(2)]
print(copy.load_state_dict(l.state_dict()), list(l.state_dict()))
parametrize.remove_parametrizations(l, "weight")
print(l(x).shape, l)
counts = nn.BatchNorm1d(2)
print(counts.load_state_dict({k: v for k, v in counts.state_dict().items() if k != "num_batches_tracked"}))
state = {"module.w": 1, "module.b": 2}
nn.modules.utils.consume_prefix_in_state_dict_if_present(state, "module.")
print(state)
lazy = nn.LazyLinear(2)
print(lazy.state_dict(), isinstance(lazy.weight, nn.parameter.UninitializedParameter))

# Optimizers: what they remember, what they refuse first.
w = nn.Parameter(torch.tensor([1.0, 2.0], dtype=torch.float64))
for kind in (torch.optim.NAdam, torch.optim.ASGD, torch.optim.SGD):
    one, two = kind([w], lr=0.1), kind([w], lr=0.1)
    for optimizer in (one, two):
        optimizer.zero_grad()
        (w * w).sum().backward()
        optimizer.step()
        two.load_state_dict(one.state_dict())
    print(w, list(two.state_dict()["state"][0]))
print(torch.optim.SGD([w], lr=0.1).state)
for call in (lambda: torch.optim.SGD(None, lr=-1), lambda: torch.optim.Adam([w], momentum=0.9)):
    try:
        call()
    except (ValueError, TypeError) as e:
        print(e)
