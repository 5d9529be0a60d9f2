"""Functions of torch.nn.functional that are written in Python: those that take functions, or parts of
layers that have no operator of their own."""
import math

from . import functional as F


def triplet_margin_with_distance_loss(
    anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction="mean"
):
    """max(0, distance(anchor, positive) - distance(anchor, negative) + margin)."""
    import torch

    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not a valid value for reduction")
    distance = F.pairwise_distance if distance_function is None else distance_function
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = torch.min(far, distance(positive, negative))
    loss = torch.clamp(near - far + margin, min=0)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


def _pooled(name):
    def pool(input, *args, **kwargs):
        """The pool and the places that its elements come from."""
        kwargs["return_indices"] = True
        return getattr(F, name)(input, *args, **kwargs)

    return pool


max_pool1d_with_indices = _pooled("max_pool1d")
max_pool2d_with_indices = _pooled("max_pool2d")
max_pool3d_with_indices = _pooled("max_pool3d")
adaptive_max_pool1d_with_indices = _pooled("adaptive_max_pool1d")
adaptive_max_pool2d_with_indices = _pooled("adaptive_max_pool2d")
adaptive_max_pool3d_with_indices = _pooled("adaptive_max_pool3d")


def _mask(mask, dtype):
    """A mask as what is added to the scores: True hides."""
    import torch

    if mask.dtype is torch.bool or mask.dtype is torch.uint8:
        return torch.zeros(mask.shape, dtype=dtype).masked_fill_(mask.bool(), float("-inf"))
    return mask


def _projected(query, key, value, weight, bias, separate):
    import torch

    size = query.size(-1)
    if separate is not None:
        weights = separate
    elif key is value and query is key:
        return F.linear(query, weight, bias).chunk(3, dim=-1)
    else:
        weights = weight.split(size)
    biases = (None, None, None) if bias is None else bias.split(size)
    return [F.linear(x, w, b) for x, w, b in zip((query, key, value), weights, biases)]


def multi_head_attention_forward(
    query,
    key,
    value,
    embed_dim_to_check,
    num_heads,
    in_proj_weight,
    in_proj_bias,
    bias_k,
    bias_v,
    add_zero_attn,
    dropout_p,
    out_proj_weight,
    out_proj_bias,
    training=True,
    key_padding_mask=None,
    need_weights=True,
    attn_mask=None,
    use_separate_proj_weight=False,
    q_proj_weight=None,
    k_proj_weight=None,
    v_proj_weight=None,
    static_k=None,
    static_v=None,
    average_attn_weights=True,
):
    """What nn.MultiheadAttention computes, with its parameters given: query [l, n, e] or [l, e], key and
    value [s, n, ...]. Gives (output [l, n, e], weights [n, l, s], or for every head, or None)."""
    import torch

    batched = query.dim() == 3
    if not batched:
        query, key, value = [t.unsqueeze(1) for t in (query, key, value)]
        if key_padding_mask is not None:
            key_padding_mask = key_padding_mask.unsqueeze(0)
    length, n, embed = query.shape
    if embed != embed_dim_to_check:
        raise AssertionError(
            "was expecting embedding dimension of %s, but got %d" % (embed_dim_to_check, embed)
        )
    width = embed // num_heads
    if width * num_heads != embed:
        raise AssertionError("embed_dim %d not divisible by num_heads %d" % (embed, num_heads))
    separate = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else None
    q, k, v = _projected(query, key, value, in_proj_weight, in_proj_bias, separate)
    extra = 0
    if bias_k is not None and bias_v is not None:
        k = torch.cat([k, bias_k.repeat(1, n, 1)])
        v = torch.cat([v, bias_v.repeat(1, n, 1)])
        extra += 1

    def heads(t):
        return t.contiguous().view(t.shape[0], n * num_heads, width).transpose(0, 1)

    q = heads(q)
    k = heads(k) if static_k is None else static_k
    v = heads(v) if static_v is None else static_v
    if add_zero_attn:
        zeros = torch.zeros(n * num_heads, 1, width, dtype=k.dtype)
        k, v = torch.cat([k, zeros], 1), torch.cat([v, zeros], 1)
        extra += 1
    mask = None
    if attn_mask is not None:
        mask = F.pad(_mask(attn_mask, q.dtype), (0, extra))
        mask = mask.unsqueeze(0) if mask.dim() == 2 else mask
    if key_padding_mask is not None:
        hidden = F.pad(_mask(key_padding_mask, q.dtype), (0, extra)).view(n, 1, 1, k.size(1))
        hidden = hidden.expand(-1, num_heads, -1, -1).reshape(n * num_heads, 1, k.size(1))
        mask = hidden if mask is None else mask + hidden
    scores = torch.bmm(q / math.sqrt(width), k.transpose(-2, -1))
    if mask is not None:
        scores = scores + mask
    weights = F.softmax(scores, dim=-1)
    if training and dropout_p > 0.0:
        weights = F.dropout(weights, dropout_p)
    output = torch.bmm(weights, v).transpose(0, 1).contiguous().view(length * n, embed)
    output = F.linear(output, out_proj_weight, out_proj_bias).view(length, n, -1)
    if not batched:
        output = output.squeeze(1)
    if not need_weights:
        return output, None
    weights = weights.view(n, num_heads, length, k.size(1))
    if average_attn_weights:
        weights = weights.sum(dim=1) / num_heads
    return output, weights if batched else weights.squeeze(0)
