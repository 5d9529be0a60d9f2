"""Losses with parts written in Python: a distance of the snippet's own, a softmax over clusters of
classes. Their formulas are those of PyTorch's documentation."""
from collections import namedtuple

from .._homes import place
from . import functional as F
from ._containers import ModuleList, Sequential
from ._layers import make
from ._module import Module
from .modules.loss import _Loss


class TripletMarginWithDistanceLoss(_Loss):
    """max(0, distance(anchor, positive) - distance(anchor, negative) + margin)."""

    def __init__(self, *, distance_function=None, margin=1.0, swap=False, reduction="mean"):
        _Loss.__init__(self, reduction=reduction)
        self.distance_function = make("PairwiseDistance")() if distance_function is None else distance_function
        self.margin = margin
        self.swap = swap

    def forward(self, anchor, positive, negative):
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


place(TripletMarginWithDistanceLoss, "torch.nn.modules.loss")

_ASMoutput = place(namedtuple("_ASMoutput", ["output", "loss"]), "torch.nn.modules.adaptive")


class AdaptiveLogSoftmaxWithLoss(Module):
    """Softmax over many classes in clusters, the frequent ones first (Grave et al. 2017).

    `cutoffs` are the first classes of the clusters of the tail; each has a projection that is narrower by
    `div_value` than the one before. input [n, in_features] or [in_features], target [n] or []; gives
    (output: log-probability of each target, loss: minus their mean)."""

    def __init__(self, in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None):
        Module.__init__(self)
        cutoffs = list(cutoffs)
        if (
            cutoffs != sorted(set(cutoffs))
            or min(cutoffs) <= 0
            or max(cutoffs) > n_classes - 1
            or any([int(c) != c for c in cutoffs])
        ):
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, "
                "where each value is between 1 and n_classes-1"
            )
        Linear = make("Linear")
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = cutoffs + [n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = cutoffs[0]
        self.n_clusters = len(cutoffs)
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            width = int(in_features // div_value ** (i + 1))
            size = self.cutoffs[i + 1] - self.cutoffs[i]
            self.tail.append(
                Sequential(Linear(in_features, width, bias=False), Linear(width, size, bias=False))
            )

    def reset_parameters(self):
        self.head.reset_parameters()
        for projection, out in self.tail:
            projection.reset_parameters()
            out.reset_parameters()

    def forward(self, input, target):
        batched = target.dim() > 0
        if input.dim() == 1 if batched else input.dim() == 2:
            raise RuntimeError(
                "%dD target tensor expects %dD input tensors, but found inputs with size" % (target.dim(), 1 + batched),
                input.size(),
            )
        if batched and input.size(0) != target.size(0):
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        x = input if batched else input.unsqueeze(0)
        y = target if batched else target.unsqueeze(0)
        low, high = int(y.min()), int(y.max())
        if low < 0 or high >= self.n_classes:
            raise RuntimeError(
                "Target values should be in [0, %d], but values in range [%d, %d] were found. "
                % (self.n_classes - 1, low, high)
            )
        output = x.new_zeros(y.size(0))
        # In the head a class of the tail is looked for under its cluster's place.
        place_in_head = y.clone()
        for i in range(self.n_clusters):
            rows = ((y >= self.cutoffs[i]) & (y < self.cutoffs[i + 1])).nonzero().squeeze(1)
            if rows.numel() == 0:
                continue
            log_p = F.log_softmax(self.tail[i](x.index_select(0, rows)), dim=1)
            own = log_p.gather(1, (y[rows] - self.cutoffs[i]).unsqueeze(1)).squeeze(1)
            output = output.index_copy(0, rows, own)
            place_in_head[rows] = self.shortlist_size + i
        head = F.log_softmax(self.head(x), dim=1)
        output = output + head.gather(1, place_in_head.unsqueeze(1)).squeeze()
        loss = (-output).mean()
        return _ASMoutput(output if batched else output.squeeze(0), loss)

    def _full(self, input, head):
        log_p = F.log_softmax(head, dim=1)
        first = self.shortlist_size
        out = input.new_empty((head.size(0), self.n_classes))
        out[:, :first] = log_p[:, :first]
        for i in range(self.n_clusters):
            within = F.log_softmax(self.tail[i](input), dim=1)
            out[:, self.cutoffs[i] : self.cutoffs[i + 1]] = within + log_p[:, first + i].unsqueeze(1)
        return out

    def log_prob(self, input):
        """Log-probabilities of all classes: [n, n_classes]."""
        return self._full(input, self.head(input))

    def predict(self, input):
        """The likeliest class of each row: [n]."""
        return self.log_prob(input).argmax(1)


place(AdaptiveLogSoftmaxWithLoss, "torch.nn.modules.adaptive")
