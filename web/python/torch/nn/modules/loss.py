"""torch.nn.modules.loss: bases of losses that a snippet writes, and the losses themselves."""
from .._module import Module


class _Loss(Module):
    def __init__(self, size_average=None, reduce=None, reduction="mean"):
        Module.__init__(self)
        if size_average is False and reduce is not False:
            reduction = "sum"
        self.reduction = "none" if reduce is False else reduction


class _WeightedLoss(_Loss):
    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean"):
        _Loss.__init__(self, size_average, reduce, reduction)
        self.register_buffer("weight", weight)


def __getattr__(name):
    import torch.nn

    return getattr(torch.nn, name)
