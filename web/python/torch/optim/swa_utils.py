"""torch.optim.swa_utils: averages of a model's weights over training (stochastic weight averaging,
Izmailov et al., 2018), and exponential ones with another avg_fn."""
import math

import torch

from ..nn import Module
from ._lr_base import LRScheduler


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of those it was updated with."""

    def __init__(self, model, device=None, avg_fn=None, use_buffers=False):
        super().__init__()
        import copy

        self.module = copy.deepcopy(model)
        self.register_buffer("n_averaged", torch.tensor(0, dtype=torch.long))
        self.avg_fn = avg_fn or (lambda mean, new, count: mean + (new - mean) / (count + 1))
        self.use_buffers = use_buffers

    def forward(self, *args, **kwargs):
        return self.module(*args, **kwargs)

    def _tensors(self, model):
        found = list(model.parameters())
        return found + list(model.buffers()) if self.use_buffers else found

    def update_parameters(self, model):
        count = self.n_averaged.item()
        for mean, new in zip(self._tensors(self.module), self._tensors(model)):
            new = new.detach()
            mean.detach().copy_(new if count == 0 else self.avg_fn(mean.detach(), new, self.n_averaged))
        self.n_averaged += 1


def update_bn(loader, model, device=None):
    """Sets the running statistics of BatchNorm layers to those of one pass over the loader."""
    layers = [m for m in model.modules() if hasattr(m, "num_batches_tracked")]
    if not layers:
        return
    momenta = [m.momentum for m in layers]
    training = model.training
    for m in layers:
        m.running_mean = torch.zeros_like(m.running_mean)
        m.running_var = torch.ones_like(m.running_var)
        m.momentum = None
        m.num_batches_tracked *= 0
    model.train()
    with torch.no_grad():
        for batch in loader:
            model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    for m, momentum in zip(layers, momenta):
        m.momentum = momentum
    model.train(training)


class SWALR(LRScheduler):
    """Anneals each group's rate to swa_lr over anneal_epochs, by 'cos' or 'linear'."""

    def __init__(self, optimizer, swa_lr, anneal_epochs=10, anneal_strategy="cos", last_epoch=-1):
        rates = swa_lr if isinstance(swa_lr, (list, tuple)) else [swa_lr] * len(optimizer.param_groups)
        if len(rates) != len(optimizer.param_groups):
            raise ValueError(
                "swa_lr must have the same length as optimizer.param_groups: swa_lr has %d, "
                "optimizer.param_groups has %d"
                % (len(rates), len(optimizer.param_groups))
            )
        for rate, group in zip(rates, optimizer.param_groups):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                "anneal_strategy must by one of 'cos' or 'linear', instead got " + str(anneal_strategy)
            )
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError("anneal_epochs must be equal or greater than 0, got " + str(anneal_epochs))
        self.anneal_epochs = anneal_epochs
        self.anneal_strategy = anneal_strategy
        super().__init__(optimizer, last_epoch)

    def _share(self, step):
        if self.anneal_epochs == 0:
            return 1.0
        t = max(0.0, min(1.0, step / self.anneal_epochs))
        return (1 - math.cos(math.pi * t)) / 2 if self.anneal_strategy == "cos" else t

    def get_lr(self):
        before, now = self._share(self.last_epoch - 1), self._share(self.last_epoch)
        rates = []
        for group in self.optimizer.param_groups:
            if before == 1:
                start = group["swa_lr"]
            else:
                start = (group["lr"] - before * group["swa_lr"]) / (1 - before)
            rates.append(group["swa_lr"] * now + start * (1 - now))
        return rates
