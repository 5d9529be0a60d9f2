# torch.nn.utils.prune: masks over weights, one after another, over the whole model, and for good.
import torch
from torch import nn
from torch.nn.utils import prune


def attempt(what):
    try:
        print(what())
    except (ValueError, TypeError) as e:
        print(type(e).__name__ + ":", e)


torch.manual_seed(5)
layer = nn.Linear(4, 3)
layer.weight.data = torch.arange(-6.0, 6.0).view(3, 4)
print(prune.l1_unstructured(layer, "weight", amount=0.25))
print([n for n, _ in layer.named_parameters()], [n for n, _ in layer.named_buffers()])
print(layer.weight_mask)
print(layer.weight)
print(list(layer.state_dict()))
print(layer(torch.ones(1, 4)) - layer.bias)
prune.ln_structured(layer, "weight", amount=1, n=2, dim=0)
print(layer.weight)
hooks = list(layer._forward_pre_hooks.values())
print([type(h).__name__ for h in hooks], [type(h).__name__ for h in hooks[0]])
layer(torch.ones(1, 4)).sum().backward()
print(layer.weight_orig.grad)
prune.remove(layer, "weight")
print([n for n, _ in layer.named_parameters()], layer.weight, len(layer._forward_pre_hooks))

print(prune.random_unstructured(nn.Linear(2, 3), "weight", amount=2).weight_mask)
print(prune.random_structured(nn.Linear(4, 2), "weight", amount=0.5, dim=1).weight_mask)
print(prune.custom_from_mask(nn.Linear(2, 2), "bias", torch.tensor([1, 0])).bias_mask)
print(prune.identity(nn.Linear(2, 1), "weight").weight_mask)


class EveryThird(prune.BasePruningMethod):
    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t, default_mask):
        mask = default_mask.clone()
        mask.view(-1)[::3] = 0
        return mask


third = nn.Linear(3, 3)
EveryThird.apply(third, "weight")
print(third.weight_mask, prune.is_pruned(third), prune.is_pruned(nn.Linear(1, 1)))

net = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 4))
pairs = [(m, "weight") for m in net if isinstance(m, nn.Linear)]
prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=0.4)
for m, name in pairs:
    zeros = int((getattr(m, name) == 0).sum())
    print(zeros, "of", m.weight.nelement(), "weights are zero")
print(sum(int((m.weight_mask == 0).sum()) for m, _ in pairs))

attempt(lambda: prune.l1_unstructured(nn.Linear(2, 2), "weight", amount=1.5))
attempt(lambda: prune.l1_unstructured(nn.Linear(2, 2), "weight", amount=9))
attempt(lambda: prune.ln_structured(nn.Linear(2, 2), "bias", amount=1, n=2, dim=0))
attempt(lambda: prune.remove(nn.Linear(2, 2), "weight"))
