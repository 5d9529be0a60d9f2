"""torch.nn.functional: the operators of the registry that belong there."""
from .. import _core

_HERE = globals()


def relu(input, inplace=False):
    """max(0, x). torch.relu"""
    return _relu_(input) if inplace else _relu(input)


def _function(name, own=None):
    found = _core.find(name, "functional")
    if found < 0:
        found = _core.find(name, "torch")
    return _core.make_function(name, found)


_relu = _function("relu")
_relu_ = _function("relu_")


def dropout(input, p=0.5, training=True, inplace=False):
    """Zeroes elements with probability p and scales the rest by 1/(1-p)."""
    if p < 0.0 or p > 1.0:
        raise ValueError("dropout probability has to be between 0 and 1, but got " + str(p))
    return _dropout(input, p, training, inplace)


_dropout = _function("dropout")


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _softmax(input, _softmax_dim(input, dim), dtype=dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _log_softmax(input, _softmax_dim(input, dim), dtype=dtype)


def _softmax_dim(input, dim):
    if dim is None:
        return 0 if input.dim() in (0, 1, 3) else 1
    return dim


_softmax = _function("softmax")
_log_softmax = _function("log_softmax")


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """A sample of a relaxed one-hot vector; one-hot forwards, relaxed backwards with hard=True."""
    import torch

    noise = -torch.empty_like(logits).exponential_().log()
    soft = _softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    at = soft.max(dim, keepdim=True)[1]
    return torch.zeros_like(logits).scatter_(dim, at, 1.0) - soft.detach() + soft


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    """interpolate() by its old name."""
    interpolate = __getattr__("interpolate")
    return interpolate(
        input, size=size, scale_factor=scale_factor, mode=mode, align_corners=align_corners
    )


def upsample_nearest(input, size=None, scale_factor=None):
    return upsample(input, size, scale_factor)


def upsample_bilinear(input, size=None, scale_factor=None):
    return upsample(input, size, scale_factor, "bilinear", True)


def _losses(name):
    """A loss with PyTorch's old size_average and reduce arguments still accepted."""
    call = _function(name)

    def loss(input, target, *args, **kwargs):
        average = kwargs.pop("size_average", None)
        reduce = kwargs.pop("reduce", None)
        if average is not None or reduce is not None:
            if reduce is False:
                kwargs["reduction"] = "none"
            else:
                kwargs["reduction"] = "sum" if average is False else "mean"
        return call(input, target, *args, **kwargs)

    return loss


def _adaptive(name):
    """A pool whose output_size may have None for a side that stays as it is."""
    call = _function(name)

    def pool(input, output_size, *args, **kwargs):
        if isinstance(output_size, (tuple, list)):
            if input.dim() <= len(output_size):
                raise ValueError("Input dimension should be at least %d" % (len(output_size) + 1))
            output_size = [-1 if n is None else n for n in output_size]
        return call(input, output_size, *args, **kwargs)

    return pool


def as_lengths(value):
    """Lengths for ctc_loss: a tensor, or a list or tuple of numbers."""
    import torch

    return torch.tensor(value) if isinstance(value, (list, tuple)) else value


def ctc_loss(log_probs, targets, input_lengths, target_lengths, *args, **kwargs):
    """Connectionist temporal classification (Graves et al. 2006)."""
    return _ctc_loss(log_probs, targets, as_lengths(input_lengths), as_lengths(target_lengths), *args, **kwargs)


_ctc_loss = _function("ctc_loss")

# Those written in Python, which are rarely used.
_MORE = (
    "multi_head_attention_forward triplet_margin_with_distance_loss max_pool1d_with_indices "
    "max_pool2d_with_indices max_pool3d_with_indices adaptive_max_pool1d_with_indices "
    "adaptive_max_pool2d_with_indices adaptive_max_pool3d_with_indices"
).split()


def __getattr__(name):
    if name in ("mse_loss", "l1_loss", "smooth_l1_loss"):
        value = _losses(name)
    elif name in _MORE:
        value = getattr(_core.submodule("torch.nn", "_functional_more"), name)
    elif name[:9] == "adaptive_" and name[-2:] in ("2d", "3d"):
        value = _adaptive(name)
    elif name in ("tanh", "sigmoid"):
        value = _function(name)
    else:
        found = _core.find(name, "functional")
        if found < 0:
            if name[:1] == "_":
                raise AttributeError(
                    "module 'torch.nn.functional' has no attribute '" + name + "'"
                )
            raise _core.missing("module 'torch.nn.functional'", name, "functional", [])
        value = _core.make_function(name, found)
    _HERE[name] = value
    return value
