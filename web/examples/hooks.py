# title: Calling a module, and what .forward() skips
# about: model(x) runs hooks around forward; model.forward(x) silently does not.
# group: Five concepts
# order: 2

import torch
import torch.nn as nn


class Thermostat(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = nn.Linear(2, 1)

    def forward(self, x):
        return torch.sigmoid(self.gain(x))


torch.manual_seed(0)
model = Thermostat()

# A pre-hook sees the inputs; it may return others in their place.
def check_input(module, args):
    name = module.__class__.__name__
    print(f"  pre-hook: {name} gets shape {tuple(args[0].shape)}")

# A forward hook sees the output too.
def report(module, args, output):
    print(f"  hook:     mean output {output.mean().item():.4f}")

model.register_forward_pre_hook(check_input)
handle = model.register_forward_hook(report)

batch = torch.tensor([[20.5, 0.3], [18.0, 0.9]])

print("model(x)")
model(batch)

# The classic bug: this works, but no hook of the model runs. Logging,
# profiling, pruning: all of it is skipped. The Hooks tab shows it.
print("model.forward(x)")
model.forward(batch)

# A hook lives until its handle removes it.
handle.remove()
print("model(x), with the second hook removed")
model(batch)
