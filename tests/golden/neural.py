"""torch.nn.functional: convolution, pooling, padding, resampling, normalisation, losses, attention."""

import itertools
import math

import torch
import torch.nn.functional as F

from recorder import Maker

f64, i64 = torch.float64, torch.int64


def make(r):
    convolutions(r)
    pooling(r)
    padding(r)
    resampling(r)
    normalisation(r)
    losses(r)
    embeddings(r)
    attention(r)
    mistakes(r)


def convolutions(r):
    for layout in ("plain", "t"):
        m = Maker("convolutions")
        for n in (1, 2, 3):
            space = (5, 4, 3)[:n]
            kernel = (2, 3, 2)[:n]
            conv, transposed = f"conv{n}d", f"conv_transpose{n}d"
            x = m(2, 4, *space, layout=layout)
            weight, bias = m(6, 4, *kernel), m(6)
            r.op(conv, x, weight, bias)
            r.op(conv, x, weight, None, 2, 1)
            r.op(conv, x, weight, bias, stride=(1, 2, 1)[:n], padding=(1, 0, 1)[:n], dilation=(2, 1, 1)[:n])
            r.op(conv, x, m(6, 2, *kernel), bias, groups=2, padding=1)
            r.op(conv, x, m(8, 1, *kernel), None, groups=4)
            r.op(conv, m(4, *space), weight, bias, padding=1)
            r.op(conv, x, weight, bias, padding="same")
            r.op(conv, x, weight, bias, padding="valid")
            r.op(conv, m(1, 2, *space, dtype=f64), m(3, 2, *kernel, dtype=f64), padding=2)
            weight = m(4, 3, *kernel)
            r.op(transposed, x, weight, m(3))
            r.op(transposed, x, weight, None, 2, 1)
            r.op(transposed, x, weight, m(3), stride=2, padding=1, output_padding=1)
            r.op(transposed, x, weight, m(6), groups=2, dilation=2)
            r.op(transposed, m(4, *space), weight)
        r.op("im2col", m(2, 3, 4, 5, layout=layout), (2, 3), fn=F.unfold, node=False)
        r.op("im2col", m(2, 3, 5, 5, layout=layout), 2, 2, 1, 2, fn=F.unfold, node=False)
        r.op("fold", m(2, 12, 6, layout=layout), (4, 3), (2, 2), node=False)
        r.op("fold", m(1, 8, 9, layout=layout), (5, 5), 2, stride=2, padding=1, node=False)


def pooling(r):
    for layout in ("plain", "t"):
        m = Maker("pooling")
        for n in (1, 2, 3):
            space = (7, 6, 5)[:n]
            x = m.distinct(2, 3, *space)
            if layout == "t":
                x = m(2, 3, *space, layout="t")
            for args, kwargs in [((2,), {}), ((3, 2), {}), ((3,), {"stride": 2, "padding": 1}),
                                 ((3,), {"stride": 2, "ceil_mode": True}),
                                 ((3,), {"stride": 2, "padding": 1, "ceil_mode": True}),
                                 (((3, 2, 2)[:n],), {"stride": (1, 2, 1)[:n], "padding": (1, 0, 1)[:n]})]:  # fmt: skip
                r.op(f"max_pool{n}d", x, *args, **kwargs)
                r.op(f"avg_pool{n}d", x, *args, **kwargs)
            r.op(f"max_pool{n}d", x, 2, 1, dilation=2)
            r.op(f"max_pool{n}d", x, 2, return_indices=True, node=False)
            r.op(f"max_pool{n}d", m.distinct(3, *space), 2)
            r.op(f"avg_pool{n}d", x, 3, 2, 1, count_include_pad=False)
            r.op(f"avg_pool{n}d", x, 3, 2, 1, True, False)
            r.op(f"avg_pool{n}d", m(3, *space), 2)
            if n > 1:
                r.op(f"avg_pool{n}d", x, 2, divisor_override=3)
            for size in (1, 3, (2, 3, 4)[:n]):
                r.op(f"adaptive_avg_pool{n}d", x, size, node=n != 1)
                r.op(f"adaptive_max_pool{n}d", x, size, node=n != 1)
            r.op(f"adaptive_avg_pool{n}d", m(3, *space), 2, node=n != 1)
            r.op(f"adaptive_max_pool{n}d", x, 2, return_indices=True, node=False)
            pooled, places = getattr(F, f"max_pool{n}d")(x, 2, return_indices=True)
            r.op(f"max_unpool{n}d", pooled.detach().requires_grad_(), places, 2, node=False)
            if n < 3:
                r.op(f"lp_pool{n}d", m(2, 3, *space, low=0.1), 2.0, 2, node=False)
                r.op(f"lp_pool{n}d", m(2, 3, *space, low=0.1), 3.0, 3, 2, node=False)
        r.op("max_pool2d", m.ints(1, 1, 4, 4), 2, either=True)


def padding(r):
    for layout in ("plain", "t"):
        m = Maker("padding")
        x = m(2, 3, 4, 5, layout=layout)
        for pads in ([1, 2], [1, 0, 2, 1], [-1, 1], [0, 0, 1, 1, 2, 0], [0, 0, -1, -1]):
            r.op("pad", x, pads, node=False)
            r.op("pad", x, pads, "constant", 2.5, node=False)
        for mode in ("reflect", "replicate", "circular"):
            r.op("pad", x, [1, 2, 2, 1], mode, node=False)
            r.op("pad", m(2, 3, 5, layout=layout), [2, 1], mode, node=False)
            r.op("pad", m(1, 2, 3, 4, 3, layout=layout), [1, 1, 2, 0, 1, 1], mode, node=False)
        r.op("pad", m.ints(3), [1, 1], value=7)
        r.op("constant_pad_nd", x, [1, 1], 3.0, node=False)


def resampling(r):
    for layout in ("plain", "t"):
        m = Maker("resampling")
        for n, linear in ((1, "linear"), (2, "bilinear"), (3, "trilinear")):
            x = m(1, 2, *(4, 3, 5)[:n], layout=layout)
            for mode in ("nearest", "nearest-exact", "area", linear):
                r.op("interpolate", x, size=(7, 2, 6)[:n], mode=mode, node=False)
                r.op("interpolate", x, scale_factor=2.0, mode=mode, node=False)
            r.op("interpolate", x, scale_factor=2.0, node=False)
            r.op("interpolate", x, scale_factor=0.6, mode=linear, node=False)
            r.op("interpolate", x, size=(7, 2, 6)[:n], mode=linear, align_corners=True, node=False)
            r.op("interpolate", x, scale_factor=(1.5, 2.0, 0.7)[:n], mode="nearest", node=False)
            r.op("interpolate", x, scale_factor=1.7, mode=linear, recompute_scale_factor=True, node=False)
        x = m(1, 2, 4, 5, layout=layout)
        r.op("interpolate", x, size=(7, 3), mode="bicubic", node=False)
        r.op("interpolate", x, size=(7, 3), mode="bicubic", align_corners=True, node=False)
        r.op("interpolate", x, scale_factor=2.0, mode="bicubic", node=False)
        for mode, pad, corners in itertools.product(
            ("bilinear", "nearest"), ("zeros", "border", "reflection"), (False, True)
        ):
            r.op("grid_sample", x, m(1, 3, 4, 2, low=-1.3, high=1.3), mode, pad, corners, node=False)
        r.op("affine_grid", m(2, 2, 3), [2, 1, 3, 4], False, node=False)
        r.op("affine_grid", m(2, 2, 3), [2, 1, 3, 4], True, node=False)
        r.op("pixel_shuffle", m(2, 8, 2, 3, layout=layout), 2)
        r.op("pixel_unshuffle", m(2, 2, 4, 6, layout=layout), 2)


def normalisation(r):
    for layout in ("plain", "t"):
        m = Maker("normalisation")
        for shape in ((4, 3), (2, 3, 5), (2, 3, 2, 4), (1, 3, 2, 2, 4)):
            x = m(*shape, layout=layout)
            mean, var = m(3, grad=False), m(3, low=0.5, grad=False)
            r.op("batch_norm", x, mean, var, m(3), m(3))
            r.op("batch_norm", x, None, None, m(3), m(3), True)
            r.op("batch_norm", x, mean.clone(), var.clone(), None, None, True, 0.3, 1e-3)
            if len(shape) > 2:
                r.op("instance_norm", x, None, None, m(3), m(3), node=False)
                r.op("instance_norm", x, mean.clone(), var.clone(), m(3), m(3), True, node=False)
                r.op("instance_norm", x, mean, var, m(3), m(3), False, node=False)
            r.op("layer_norm", x, list(shape[-1:]), m(shape[-1]), m(shape[-1]))
            r.op("layer_norm", x, list(shape[1:]))
        r.op("group_norm", m(2, 4, 3, layout=layout), 2, m(4), m(4))
        r.op("group_norm", m(2, 4, layout=layout), 4)
        r.op("local_response_norm", m(2, 5, 4, layout=layout), 3, node=False)
        r.op("local_response_norm", m(2, 5, 3, 3, layout=layout), 2, 1e-2, 0.5, 2.0, node=False)
        r.op("normalize", m(3, 4, layout=layout), node=False)
        r.op("normalize", m(3, 4, layout=layout), 1.0, 0, node=False)
        r.op("rms_norm", m(3, 4, layout=layout), [4], m(4), 1e-6, node=False, fn=rms_norm)


def rms_norm(x, shape, weight, eps):
    """By its definition: torch 1.13 hasn't got it."""
    dims = tuple(range(x.dim() - len(shape), x.dim()))
    return x * torch.rsqrt(x.pow(2).mean(dims, keepdim=True) + eps) * weight


def losses(r):
    m = Maker("losses")
    probability = {"low": 0.05, "high": 0.95}
    for how in ("mean", "sum", "none"):
        for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "soft_margin_loss",
                     "kl_div"):  # fmt: skip
            x = m(3, 4)
            y = m(3, 4, low=0.05 if name == "kl_div" else -2, grad=name != "soft_margin_loss")
            r.op(name, x, y, reduction=how, node=name != "kl_div")
            r.op(name, m(3, 4, layout="t"), y.detach(), reduction=how, node=name != "kl_div")
        r.op("smooth_l1_loss", m(3, 4), m(3, 4), reduction=how, beta=0.5)
        r.op("smooth_l1_loss", m(3, 4), m(3, 4), reduction=how, beta=0.0, node=False)
        r.op("huber_loss", m(3, 4), m(3, 4), reduction=how, delta=0.5)
        r.op("kl_div", m(3, 4), m(3, 4), reduction=how, log_target=True, node=False)
        target = torch.tensor([1, 0, 3])
        for options in ({}, {"weight": m(4, low=0.2, grad=False)}, {"ignore_index": 0},
                        {"label_smoothing": 0.1}, {"label_smoothing": 0.2, "weight": m(4, low=0.2, grad=False)},
                        {"label_smoothing": 0.2, "ignore_index": 3}):  # fmt: skip
            r.op("cross_entropy", m(3, 4), target, reduction=how, node=False, **options)
            if "label_smoothing" not in options:
                r.op("nll_loss", m(3, 4), target, reduction=how, **options)
        r.op("cross_entropy", m(3, 4), m(3, 4, low=0.1), reduction=how, node=False)
        r.op("cross_entropy", m(3, 4), m(3, 4, low=0.1, grad=False), reduction=how, label_smoothing=0.2,
             weight=m(4, low=0.2, grad=False), node=False)  # fmt: skip
        r.op("cross_entropy", m(2, 4, 3), torch.tensor([[0, 1, 3], [2, 2, 0]]), reduction=how, node=False)
        r.op("cross_entropy", m(2, 4, 2, 2), m.ints(2, 2, 2, high=3), reduction=how, node=False)
        r.op("cross_entropy", m(4), torch.tensor(2), reduction=how, node=False)
        r.op("nll_loss", m(2, 4, 3, 2), m.ints(2, 3, 2, high=3), reduction=how, node=False)
        r.op("nll_loss", m(4), torch.tensor(2), reduction=how)
        r.op("binary_cross_entropy", m(3, 4, **probability), m(3, 4, **probability), reduction=how)
        r.op("binary_cross_entropy", m(3, 4, **probability), m(3, 4, **probability, grad=False),
             m(4, low=0.2, grad=False), reduction=how)  # fmt: skip
        r.op("binary_cross_entropy_with_logits", m(3, 4), m(3, 4, **probability), reduction=how)
        r.op("binary_cross_entropy_with_logits", m(3, 4), m(3, 4, **probability, grad=False),
             m(4, low=0.2, grad=False), reduction=how, pos_weight=m(4, low=0.5, grad=False))  # fmt: skip
        r.op("poisson_nll_loss", m(3, 4), m(3, 4, low=0.2), reduction=how, node=False)
        r.op("poisson_nll_loss", m(3, 4, low=0.2), m(3, 4, low=1.2), False, True, reduction=how, node=False)
        r.op("gaussian_nll_loss", m(3, 4), m(3, 4), m(3, 4, low=0.2), reduction=how, node=False)
        r.op("gaussian_nll_loss", m(3, 4), m(3, 4), m(3, 1, low=0.2), full=True, reduction=how, node=False)
        sign = torch.tensor([1, -1, 1])
        r.op("hinge_embedding_loss", m(3), sign, reduction=how, node=False)
        r.op("margin_ranking_loss", m(3), m(3), sign, 0.3, reduction=how, node=False)
        r.op("cosine_embedding_loss", m(3, 4), m(3, 4), sign, 0.2, reduction=how, node=False)
        r.op("triplet_margin_loss", m(3, 4), m(3, 4), m(3, 4), reduction=how, node=False)
        r.op("triplet_margin_loss", m(3, 4), m(3, 4), m(3, 4), 0.5, 1.0, swap=True, reduction=how, node=False)
        r.op("triplet_margin_with_distance_loss", m(3, 4), m(3, 4), m(3, 4), reduction=how, node=False)
        r.op("multi_margin_loss", m(3, 4), target, reduction=how, node=False)
        r.op("multi_margin_loss", m(3, 4), target, 2, 0.5, m(4, low=0.2, grad=False), reduction=how, node=False)
        r.op("multilabel_margin_loss", m(2, 4), torch.tensor([[3, 0, -1, 1], [1, -1, 0, 0]]), reduction=how,
             node=False)  # fmt: skip
        r.op("multilabel_soft_margin_loss", m(3, 4), m(3, 4, **probability), reduction=how, node=False)
        lengths = {"input_lengths": torch.tensor([6, 5]), "target_lengths": torch.tensor([3, 2])}
        logs = m(6, 2, 4, grad=False).log_softmax(2).detach()
        # The gradient of ctc_loss is that of log-probabilities: it comes out right through log_softmax.
        r.op("ctc_loss", logs, torch.tensor([[1, 2, 2], [3, 1, 0]]), *lengths.values(), reduction=how, node=False)
        r.op("ctc_loss", logs.clone().requires_grad_(), torch.tensor([[1, 2, 2], [3, 1, 0]]), *lengths.values(),
             reduction=how, node=False)  # fmt: skip
        r.op("ctc_loss", logs, torch.tensor([1, 2, 2, 3, 1]), *lengths.values(), reduction=how, node=False)
    r.op("kl_div", m(3, 4), m(3, 4, low=0.05), reduction="batchmean", node=False)
    r.op("mse_loss", m(3, 4, dtype=f64), m(3, 4, dtype=f64))
    r.op("cosine_similarity", m(3, 4), m(3, 4), node=False)
    r.op("cosine_similarity", m(3, 4), m(4), -1, node=False)
    r.op("pairwise_distance", m(3, 4), m(3, 4), node=False)
    r.op("pairwise_distance", m(3, 4), m(3, 4), 1.0, 1e-3, True, node=False)


def embeddings(r):
    m = Maker("embeddings")
    index = torch.tensor([[0, 2, 1], [3, 3, 0]])
    r.op("embedding", index, m(4, 3))
    r.op("embedding", index, m(4, 3), 0)
    r.op("embedding", index, m(4, 3), -1)
    r.op("embedding", index, m(4, 3, layout="t"))
    r.op("embedding", torch.tensor(2), m(4, 3))
    r.op("embedding", torch.empty(0, dtype=i64), m(4, 3))
    r.op("embedding", index, m(4, 3, layout="t"), scale_grad_by_freq=True, node=False)
    flat = torch.tensor([0, 2, 1, 3, 3, 0])
    for mode in ("mean", "sum", "max"):
        r.op("embedding_bag", index, m(4, 3), mode=mode, node=False)
        r.op("embedding_bag", flat, m(4, 3), torch.tensor([0, 2, 4]), mode=mode, node=False)
        r.op("embedding_bag", flat, m(4, 3), torch.tensor([0, 0, 4, 6]), mode=mode, node=False)
        r.op("embedding_bag", index, m(4, 3), mode=mode, padding_idx=3, node=False)
    r.op("embedding_bag", index, m(4, 3), mode="sum", per_sample_weights=m(2, 3), node=False)
    r.op("embedding_bag", flat, m(4, 3), torch.tensor([0, 2, 4, 6]), mode="mean", include_last_offset=True, node=False)


def attention(r):
    """scaled_dot_product_attention by its definition: torch 1.13 hasn't got the public function."""
    m = Maker("attention")

    def by_definition(q, k, v, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None):
        scores = q @ k.transpose(-2, -1) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
        if is_causal:
            scores = scores.masked_fill(~torch.ones(q.shape[-2], k.shape[-2]).tril().bool(), -math.inf)
        if attn_mask is not None and attn_mask.dtype == torch.bool:
            scores = scores.masked_fill(~attn_mask, -math.inf)
        elif attn_mask is not None:
            scores = scores + attn_mask
        return scores.softmax(-1) @ v

    name = "scaled_dot_product_attention"
    for shape in ((3, 4), (2, 3, 4), (2, 2, 3, 4)):
        q, k, v = m(*shape), m(*shape), m(*shape)
        keep = torch.ones(shape[-2], shape[-2]).tril().bool()
        r.op(name, q, k, v, fn=by_definition, node=False)
        r.op(name, q, k, v, is_causal=True, fn=by_definition, node=False)
        r.op(name, q, k, v, keep, fn=by_definition, node=False)
        r.op(name, q, k, v, m(3, 3), fn=by_definition, node=False)
        r.op(name, q, k, v, scale=0.3, fn=by_definition, node=False)
    r.op(name, m(2, 3, 4, layout="t"), m(2, 5, 4), m(2, 5, 6), fn=by_definition, node=False)


def mistakes(r):
    m = Maker("mistakes")
    r.error("conv2d", m(1, 3, 4, 4), m(2, 4, 2, 2))
    r.error("conv2d", m(1, 3, 2, 2), m(2, 3, 3, 3))
    r.error("conv1d", m(3), m(2, 3, 2))
    r.error("mse_loss", m(3), m(4), fn=F.mse_loss)
    r.error("cross_entropy", m(3, 4), torch.tensor([1, 2]))
    r.error("cross_entropy", m(3, 4), torch.tensor([1, 2, 4]))
    r.error("nll_loss", m(3, 4), torch.tensor([1.0, 2.0, 0.0]))
    r.error("cross_entropy", m(3, 4), torch.tensor([1, 2, 0]).int())
    r.error("binary_cross_entropy", m(3, low=0.1, high=0.9), m(4, low=0.1, high=0.9))
    r.error("binary_cross_entropy_with_logits", m(3), m(4))
    r.error("layer_norm", m(2, 3), [4])
    r.error("group_norm", m(2, 3), 2)
    r.error("embedding", torch.tensor([5]), m(4, 3))
    r.error("embedding", torch.tensor([1.0]), m(4, 3))
    r.error("dropout", m(3), 1.5)
    r.error("pad", m(2, 3), [1])
    r.error("max_pool2d", m(1, 1, 2, 2), 3)
    r.error("mse_loss", m(3), m(3), reduction="most")
    r.error("pixel_shuffle", m(1, 3, 2, 2), 2)
