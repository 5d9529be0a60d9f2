# Hooks with effects: dropping, clipping and recording gradients, shapes of a whole network.
import torch
import torch.nn as nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
log = []


def shape_hook(name):
    def hook(module, inputs, output):
        log.append((name, tuple(inputs[0].shape), tuple(output.shape)))

    return hook


hooks = [layer.register_forward_hook(shape_hook(name)) for name, layer in model.named_children()]
out = model(torch.randn(3, 4))
for entry in log:
    print(entry)
for h in hooks:
    h.remove()
log.clear()
model(torch.randn(3, 4))
print(log)

norms = {}
for name, p in model.named_parameters():
    p.register_hook(lambda g, name=name: norms.__setitem__(name, g.norm().item()))
model(torch.ones(3, 4)).sum().backward()
print({k: round(v, 3) for k, v in norms.items()})

grads = []
model[1].register_full_backward_hook(lambda m, gi, go: grads.append((gi[0].shape, go[0].shape)))
model(torch.ones(1, 4)).sum().backward()
print(grads)


class TwoInputs(nn.Module):
    def forward(self, a, b=None, *, scale=1.0):
        return a * scale + (0 if b is None else b), {"sum": a.sum()}


two = TwoInputs()
two.register_forward_hook(lambda m, args, out: print(len(args), type(out).__name__, list(out[1])))
r, d = two(torch.ones(2), torch.ones(2), scale=3.0)
print(r, d)
two(torch.ones(2), b=torch.ones(2))


class Guided(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.relu.register_full_backward_hook(self.clip)

    def clip(self, module, grad_in, grad_out):
        return (grad_in[0].clamp(min=0),)

    def forward(self, x):
        return self.relu(x) * torch.tensor([1.0, -1.0, 1.0])


x = torch.tensor([1.0, 2.0, -3.0], requires_grad=True)
Guided()(x).sum().backward()
print(x.grad)

lin = nn.Linear(2, 1)
order = []
lin.register_forward_pre_hook(lambda m, a: order.append("pre"))
lin.register_forward_hook(lambda m, a, o: order.append("post"))
lin.register_forward_hook(lambda m, a, o: order.append("post2"))
lin(torch.ones(2))
print(order)


def failing(m, a):
    raise ValueError("from a hook")


h = lin.register_forward_pre_hook(failing)
try:
    lin(torch.ones(2))
except ValueError as e:
    print("caught", e)
h.remove()
print(lin(torch.ones(2)).shape)
frozen = [p for n, p in model.named_parameters() if n.endswith("bias")]
for p in frozen:
    p.requires_grad_(False)
print([n for n, p in model.named_parameters() if p.requires_grad])
