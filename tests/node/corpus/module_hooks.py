# Forward hooks, pre-hooks, backward hooks of modules; feature extraction.
import torch
import torch.nn as nn

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 4)
        self.act = nn.Tanh()
        self.fc2 = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


net = Net()
activations = {}


def get_activation(name):
    def hook(module, input, output):
        activations[name] = output.detach()

    return hook


handles = [net.fc1.register_forward_hook(get_activation("fc1")), net.act.register_forward_hook(get_activation("act"))]
x = torch.tensor([[1.0, 2.0, 3.0]])
print(net(x))
print(activations)
for h in handles:
    h.remove()
activations.clear()
net(x)
print(activations)


def pre(module, args):
    print("pre", type(module).__name__, [tuple(a.shape) for a in args])
    return (args[0] * 2,)


def post(module, args, output):
    print("post", args[0].shape, output.shape)
    return output + 1


h1 = net.fc2.register_forward_pre_hook(pre)
h2 = net.fc2.register_forward_hook(post)
print(net(x))
h1.remove()
h2.remove()


def backward_hook(module, grad_input, grad_output):
    print(module, [None if g is None else g.shape for g in grad_input], [g.shape for g in grad_output])


hs = [m.register_full_backward_hook(backward_hook) for m in net.modules()]
net(x).sum().backward()
for h in hs:
    h.remove()


def scale(module, grad_input, grad_output):
    return tuple(g * 2 for g in grad_input)


x = torch.ones(1, 3, requires_grad=True)
net(x).sum().backward()
before = x.grad.clone()
x.grad = None
h = net.register_full_backward_hook(scale)
net(x).sum().backward()
print(torch.allclose(x.grad, before * 2))
h.remove()

with net.act.register_forward_hook(lambda m, i, o: print("inside", o.shape)):
    net(x)
net(x)

from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

g1 = register_module_forward_pre_hook(lambda m, i: print("global pre", type(m).__name__))
g2 = register_module_forward_hook(lambda m, i, o: print("global post", type(m).__name__))
net(x)
g1.remove()
g2.remove()
net(x)

from torch.nn.modules.module import register_module_full_backward_hook

seq = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Sequential(nn.Tanh()))
seq[0].register_forward_hook(lambda m, a, o: print("own"))
h = register_module_forward_hook(lambda m, a, o: print("all", type(m).__name__))
b = register_module_full_backward_hook(lambda m, gi, go: print("back", type(m).__name__))
seq(torch.ones(1, 2, requires_grad=True)).sum().backward()
seq(torch.ones(1, 2)).sum().backward()
h.remove()
b.remove()
seq(torch.ones(1, 2))
