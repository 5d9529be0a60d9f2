import torch, math
import torch.nn as nn
import torch.nn.functional as F
from collections import OrderedDict
torch.manual_seed(0)
class MyLinear(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(o, i)); self.bias = nn.Parameter(torch.empty(o))
        self.register_buffer("steps", torch.tensor(0)); self.register_parameter("none", None)
        self.reset_parameters()
    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        fan_in, _ = nn.init._calculate_fan_in_and_fan_out(self.weight)
        bound = 1 / math.sqrt(fan_in)
        nn.init.uniform_(self.bias, -bound, bound)
    def extra_repr(self):
        return f'in={self.weight.shape[1]}, out={self.weight.shape[0]}'
    def forward(self, x):
        self.steps += 1
        return F.linear(x, self.weight, self.bias)
m = MyLinear(3, 2)
print(m, m(torch.ones(1, 3)), m.steps, m.state_dict())
net = nn.Sequential(OrderedDict([('fc1', MyLinear(3, 4)), ('act', nn.Tanh()), ('fc2', nn.Linear(4, 2))]))
print(net, net.fc1, net[0] is net.fc1, len(net), list(net.children())[1])
net.add_module('out', nn.Softmax(dim=-1)); print([n for n, _ in net.named_modules()], [type(c).__name__ for c in net.modules()])
print({k: tuple(v.shape) for k, v in net.named_parameters()}, [n for n, b in net.named_buffers()])
sd = net.state_dict(); sd2 = OrderedDict((k.replace('fc1', 'first'), v) for k, v in sd.items())
try: net.load_state_dict(sd2)
except RuntimeError as e: print(e)
print(net.load_state_dict(sd2, strict=False))
sd['fc2.weight'] = torch.zeros(3, 4)
try: net.load_state_dict(sd)
except RuntimeError as e: print(e)
acts = {}
def save(name):
    def hook(mod, inp, out): acts[name] = out.detach().mean().item()
    return hook
hs = [l.register_forward_hook(save(n)) for n, l in net.named_children()]
net(torch.randn(5, 3)); print({k: round(v, 4) for k, v in acts.items()})
for h in hs: h.remove()
grads = []
net.fc2.register_full_backward_hook(lambda m, gi, go: grads.append((gi[0].shape, go[0].norm().item())))
net(torch.randn(2, 3, requires_grad=True))[:, 0].sum().backward(); print(grads[0][0], f"{grads[0][1]:.4f}")
h = net.fc1.register_forward_pre_hook(lambda m, i: (i[0] * 0,)); print(net.fc1(torch.ones(1, 3)) == net.fc1.bias); h.remove()
net.apply(lambda m: print(type(m).__name__, end=' ')); print()
print(net.training, net.eval().training, net.fc1.training, net.train().fc1.training)
net.requires_grad_(False); print(any(p.requires_grad for p in net.parameters())); net.requires_grad_(True)
print(net.double().fc2.weight.dtype, net.float().fc2.weight.dtype, net.to(torch.float64)[0].bias.dtype); net.float()
class Tied(nn.Module):
    def __init__(self):
        super().__init__(); self.e = nn.Embedding(5, 3); self.d = nn.Linear(3, 5, bias=False); self.d.weight = self.e.weight
    def forward(self, x): return self.d(self.e(x))
t = Tied(); print(len(list(t.parameters())), t.d.weight is t.e.weight, list(t.state_dict()))
t(torch.tensor([1, 2])).sum().backward(); print(t.e.weight.grad.shape)
ml = nn.ModuleList([nn.Linear(2, 2)]); ml.append(nn.Linear(2, 1)); ml.extend([nn.ReLU()]); ml.insert(0, nn.Tanh()); print(len(ml), ml[1:], ml[-1])
md = nn.ModuleDict([['conv', nn.Conv2d(1, 1, 1)], ['pool', nn.MaxPool2d(2)]]); print(list(md.keys()), 'conv' in md, md['pool'])
pl = nn.ParameterList([nn.Parameter(torch.randn(2, 2)) for i in range(2)]); print(pl, len(list(pl)))
print(nn.init.xavier_uniform_(torch.empty(2, 3), gain=nn.init.calculate_gain('relu')), nn.init.orthogonal_(torch.empty(3, 3)).shape, nn.init.kaiming_normal_(torch.empty(2, 2)), nn.init.trunc_normal_(torch.empty(3), std=0.1), nn.init.eye_(torch.empty(2, 2)), nn.init.constant_(torch.empty(2), 0.3), nn.init.sparse_(torch.empty(3, 3), 0.5).shape, nn.init.xavier_normal_(torch.empty(2, 2)))
class NoSuper(nn.Module):
    def __init__(self): self.l = nn.Linear(1, 1)
try: NoSuper()
except AttributeError as e: print(e)
class NoFwd(nn.Module): pass
try: NoFwd()(1)
except NotImplementedError as e: print(e)
try: m.weight = torch.ones(2)
except TypeError as e: print(e)
try: m(torch.ones(1, 4))
except RuntimeError as e: print(e)
try: m.nope
except AttributeError as e: print(e)
del m.bias
print([n for n, _ in m.named_parameters()])
drop = nn.Dropout(0.5); torch.manual_seed(1); print(drop(torch.ones(8)), drop.eval()(torch.ones(3)))
bn = nn.BatchNorm1d(2, momentum=0.5); bn(torch.tensor([[1., 2.], [3., 6.]])); print(bn.running_mean, bn.running_var, bn.num_batches_tracked, bn.state_dict().keys())
print(sum(p.numel() for p in nn.Transformer(d_model=8, nhead=2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=16).parameters()))
v = nn.utils.parameters_to_vector(net.parameters()); print(v.shape); nn.utils.vector_to_parameters(torch.zeros_like(v), net.parameters()); print(net.fc2.bias)
from torch.utils.checkpoint import checkpoint, checkpoint_sequential
x = torch.randn(2, 3, requires_grad=True); y = checkpoint(net.fc1, x); y.sum().backward(); print(x.grad)
print(net.get_submodule('fc1') is net.fc1, net.get_parameter('fc2.bias').shape, hasattr(net, 'fc9'))
a = nn.Linear(2, 2); b = nn.Linear(2, 2); b.load_state_dict(a.state_dict()); print(torch.equal(a.weight, b.weight), a.weight.data_ptr() != b.weight.data_ptr())
import copy; c = copy.deepcopy(a); c.weight.data.fill_(0); print(a.weight.abs().sum() > 0, c.weight)
with torch.no_grad(): a.weight.copy_(torch.eye(2)); a.bias.zero_()
print(a(torch.tensor([[1., 2.]])), isinstance(a.weight, nn.Parameter), type(a.weight.data), a.weight.is_leaf)
wn = nn.utils.weight_norm(nn.Linear(3, 2)); print(wn, [n for n, _ in wn.named_parameters()], wn.weight_g, torch.allclose(wn.weight.norm(dim=1, keepdim=True), wn.weight_g)); nn.utils.remove_weight_norm(wn); print([n for n, _ in wn.named_parameters()])
torch.manual_seed(0); sn = nn.utils.spectral_norm(nn.Linear(3, 2)); sn(torch.ones(1, 3)); print(sn, [n for n, _ in sn.named_parameters()], [n for n, _ in sn.named_buffers()], sn.weight)
