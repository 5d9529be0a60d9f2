"""Layers: the parameters that a seed gives, the printed text, outputs and gradients."""

import torch
from torch import nn

from recorder import Maker, gradients, tensor_json, tensors_of, value_json

f32, f64, i64 = torch.float32, torch.float64, torch.int64
NONE = object()


def layer(r, kind, *inputs, train=True, seed=0, config=None, printed=True, **options):
    """inputs may hold None for arguments left out. `config` is what our side is given where the
    two differ (sub-modules)."""
    torch.manual_seed(seed)
    module = getattr(nn, kind)(**options)
    module.train(train)
    case = {
        "layer": kind,
        "config": {k: value_json(v) for k, v in (options if config is None else config).items()},
        "seed": seed,
        "train": train,
        "state": [[k, tensor_json(v)] for k, v in module.state_dict().items()],
    }
    if printed:
        case["repr"] = repr(module)
    case["inputs"] = [value_json(x) for x in inputs]
    case["grad_of"] = [t.requires_grad for t in tensors_of(inputs)]
    torch.manual_seed(seed + 1)
    out = module(*inputs)
    flat = list(tensors_of([out]))
    case["out"] = {"list": [tensor_json(t) for t in flat]}
    wanted = [t for t in tensors_of(inputs) if t.requires_grad] + list(module.parameters())
    if wanted and any(t.requires_grad for t in flat):
        case["grads"] = gradients(flat, wanted)
    case["buffers"] = [[k, tensor_json(v)] for k, v in module.named_buffers()]
    r.write(case)


def make(r):
    plain(r)
    activations(r)
    convolutions(r)
    pooling(r)
    normalisation(r)
    recurrent(r)
    transformers(r)
    losses(r)


def plain(r):
    m = Maker("plain layers")
    layer(r, "Linear", m(2, 3), in_features=3, out_features=4)
    layer(r, "Linear", m(2, 3), in_features=3, out_features=4, bias=False, seed=5)
    layer(r, "Linear", m(2, 2, 3, dtype=f64), in_features=3, out_features=1, dtype=f64)
    layer(r, "Bilinear", m(2, 3), m(2, 4), in1_features=3, in2_features=4, out_features=2)
    layer(r, "Bilinear", m(2, 3), m(2, 4), in1_features=3, in2_features=4, out_features=2, bias=False)
    layer(r, "Identity", m(2, 3))
    layer(r, "Flatten", m(2, 3, 4))
    layer(r, "Flatten", m(2, 3, 4), start_dim=0, end_dim=1)
    layer(r, "Unflatten", m(2, 6), dim=1, unflattened_size=(2, 3))
    layer(r, "Embedding", m.ints(2, 3), num_embeddings=6, embedding_dim=3)
    layer(r, "Embedding", m.ints(2, 3), num_embeddings=6, embedding_dim=3, padding_idx=0)
    layer(r, "Embedding", m.ints(2, 3), num_embeddings=6, embedding_dim=3, padding_idx=-1, max_norm=1.0)
    layer(r, "EmbeddingBag", m.ints(2, 3), num_embeddings=6, embedding_dim=3)
    layer(r, "EmbeddingBag", m.ints(6), torch.tensor([0, 2, 4]), num_embeddings=6, embedding_dim=3, mode="sum")
    layer(r, "EmbeddingBag", m.ints(2, 3), num_embeddings=6, embedding_dim=3, mode="max", padding_idx=2)
    for kind, shape in [("Dropout", (3, 4)), ("Dropout1d", (2, 3, 4)), ("Dropout2d", (2, 3, 2, 2)),
                        ("Dropout3d", (2, 3, 2, 2, 2)), ("AlphaDropout", (3, 4)),
                        ("FeatureAlphaDropout", (2, 3, 4))]:  # fmt: skip
        layer(r, kind, m(*shape))
        layer(r, kind, m(*shape), p=0.3, train=False)
    layer(r, "PixelShuffle", m(1, 8, 2, 3), upscale_factor=2)
    layer(r, "PixelUnshuffle", m(1, 2, 4, 6), downscale_factor=2)
    layer(r, "ChannelShuffle", m(1, 4, 2, 2, grad=False), groups=2)
    layer(r, "Upsample", m(1, 2, 3, 3), scale_factor=2)
    layer(r, "Upsample", m(1, 2, 3, 3), size=(5, 4), mode="bilinear", align_corners=True)
    layer(r, "Upsample", m(1, 2, 3), scale_factor=1.5, mode="linear")
    layer(r, "UpsamplingNearest2d", m(1, 2, 3, 3), scale_factor=2)
    layer(r, "UpsamplingBilinear2d", m(1, 2, 3, 3), scale_factor=2)
    layer(r, "Unfold", m(1, 2, 4, 5), kernel_size=(2, 3))
    layer(r, "Unfold", m(1, 2, 4, 5), kernel_size=2, stride=2, padding=1)
    layer(r, "Fold", m(1, 8, 9), output_size=(5, 5), kernel_size=2, stride=2, padding=1)
    layer(r, "CosineSimilarity", m(3, 4), m(3, 4))
    layer(r, "CosineSimilarity", m(3, 4), m(3, 4), dim=0, eps=1e-6)
    layer(r, "PairwiseDistance", m(3, 4), m(3, 4))
    layer(r, "PairwiseDistance", m(3, 4), m(3, 4), p=1.0, keepdim=True)


def activations(r):
    m = Maker("activation layers")
    for kind in ("ReLU", "ReLU6", "SiLU", "Mish", "Tanh", "Sigmoid", "LogSigmoid", "Softsign", "ELU", "SELU", "CELU",
                 "GELU", "Hardswish", "Hardsigmoid", "Hardtanh", "LeakyReLU", "Softplus", "Softshrink", "Hardshrink",
                 "Tanhshrink", "PReLU", "RReLU"):  # fmt: skip
        layer(r, kind, m(2, 3))
        layer(r, kind, m(2, 3), train=False)
    for kind in ("ReLU", "ReLU6", "SiLU", "Mish", "ELU", "SELU", "CELU", "Hardswish", "Hardsigmoid", "Hardtanh",
                 "LeakyReLU", "RReLU"):  # fmt: skip
        layer(r, kind, m(2, 3, grad=False), inplace=True)
    layer(r, "ELU", m(3), alpha=0.5)
    layer(r, "CELU", m(3), alpha=0.5)
    layer(r, "LeakyReLU", m(3), negative_slope=0.2)
    layer(r, "Hardtanh", m(3), min_val=-0.5, max_val=0.7)
    layer(r, "GELU", m(3), approximate="tanh")
    layer(r, "Softplus", m(3), beta=2, threshold=1)
    layer(r, "Softshrink", m(3), lambd=0.3)
    layer(r, "Hardshrink", m(3), lambd=0.3)
    layer(r, "Threshold", m(3), threshold=0.1, value=20)
    layer(r, "Threshold", m(3, grad=False), threshold=0.1, value=20, inplace=True)
    layer(r, "PReLU", m(2, 3), num_parameters=3, init=0.4)
    layer(r, "RReLU", m(2, 3), lower=0.2, upper=0.4)
    layer(r, "GLU", m(2, 4))
    layer(r, "GLU", m(2, 4), dim=0)
    for kind in ("Softmax", "LogSoftmax", "Softmin"):
        layer(r, kind, m(2, 3), dim=1)
        layer(r, kind, m(2, 3))
    layer(r, "Softmax2d", m(1, 3, 2, 2))


def convolutions(r):
    m = Maker("convolution layers")
    for n in (1, 2, 3):
        space = (5, 4, 3)[:n]
        for kind in (f"Conv{n}d", f"ConvTranspose{n}d"):
            x = m(2, 4, *space)
            io = {"in_channels": 4, "out_channels": 6}
            layer(r, kind, x, kernel_size=2, **io)
            layer(r, kind, x, kernel_size=(2, 3, 2)[:n], stride=2, padding=1, bias=False, **io)
            layer(r, kind, x, kernel_size=2, dilation=2, groups=2, **io)
            if kind.startswith("ConvT"):
                layer(r, kind, x, kernel_size=3, stride=2, padding=1, output_padding=1, **io)
            else:
                layer(r, kind, x, kernel_size=3, padding="same", **io)
                layer(r, kind, x, kernel_size=2, padding="valid", **io)
                for mode in ("reflect", "replicate", "circular"):
                    layer(r, kind, x, kernel_size=3, padding=1, padding_mode=mode, **io)
            layer(r, kind, m(4, *space), kernel_size=2, **io)


def pooling(r):
    m = Maker("pooling layers")
    for n in (1, 2, 3):
        space = (7, 6, 5)[:n]
        x = m(2, 3, *space)
        layer(r, f"MaxPool{n}d", x, kernel_size=2)
        layer(r, f"MaxPool{n}d", x, kernel_size=3, stride=2, padding=1, ceil_mode=True)
        layer(r, f"MaxPool{n}d", x, kernel_size=(2, 3, 2)[:n], stride=1, dilation=2)
        layer(r, f"MaxPool{n}d", x, kernel_size=2, return_indices=True)
        layer(r, f"AvgPool{n}d", x, kernel_size=2)
        layer(r, f"AvgPool{n}d", x, kernel_size=3, stride=2, padding=1, count_include_pad=False)
        layer(r, f"AvgPool{n}d", x, kernel_size=3, stride=2, ceil_mode=True)
        layer(r, f"AdaptiveAvgPool{n}d", x, output_size=2)
        layer(r, f"AdaptiveMaxPool{n}d", x, output_size=2)
        layer(r, f"AdaptiveMaxPool{n}d", x, output_size=2, return_indices=True)
        if n < 3:
            layer(r, f"LPPool{n}d", m(2, 3, *space, low=0.1), norm_type=2, kernel_size=2)
            layer(r, f"LPPool{n}d", m(2, 3, *space, low=0.1), norm_type=3, kernel_size=3, stride=2)
        pool = getattr(nn, f"MaxPool{n}d")(2, return_indices=True)
        pooled, places = pool(m(1, 2, *(4, 4, 4)[:n], grad=False))
        layer(r, f"MaxUnpool{n}d", pooled.detach().requires_grad_(), places, kernel_size=2)
        for mode in ("Reflection", "Replication", "Constant"):
            options = {"value": 1.5} if mode == "Constant" else {}
            layer(r, f"{mode}Pad{n}d", x, padding=1, **options)
            layer(r, f"{mode}Pad{n}d", x, padding=(1, 2, 0, 1, 2, 0)[: 2 * n], **options)
    layer(r, "ZeroPad2d", m(1, 2, 3, 3), padding=1)
    layer(r, "ZeroPad2d", m(1, 2, 3, 3), padding=(1, 0, 2, 1))


def normalisation(r):
    m = Maker("normalisation layers")
    for n, space in ((1, (5,)), (2, (3, 4)), (3, (2, 3, 2))):
        x = m(4, 3, *space)
        for train in (True, False):
            layer(r, f"BatchNorm{n}d", x, num_features=3, train=train)
            layer(r, f"BatchNorm{n}d", x, num_features=3, affine=False, momentum=None, eps=1e-3, train=train)
            layer(r, f"BatchNorm{n}d", x, num_features=3, track_running_stats=False, train=train)
            layer(r, f"InstanceNorm{n}d", x, num_features=3, train=train)
            layer(r, f"InstanceNorm{n}d", x, num_features=3, affine=True, track_running_stats=True, train=train)
        layer(r, f"InstanceNorm{n}d", m(3, *space), num_features=3)
    layer(r, "BatchNorm1d", m(4, 3), num_features=3)
    layer(r, "LayerNorm", m(2, 3, 4), normalized_shape=4)
    layer(r, "LayerNorm", m(2, 3, 4), normalized_shape=(3, 4), eps=1e-3)
    layer(r, "LayerNorm", m(2, 3, 4), normalized_shape=4, elementwise_affine=False)
    layer(r, "GroupNorm", m(2, 4, 3), num_groups=2, num_channels=4)
    layer(r, "GroupNorm", m(2, 4, 3), num_groups=4, num_channels=4, affine=False)
    layer(r, "LocalResponseNorm", m(2, 5, 3, 3), size=2)
    layer(r, "LocalResponseNorm", m(2, 5, 3), size=3, alpha=1e-2, beta=0.5, k=2.0)


def recurrent(r):
    m = Maker("recurrent layers")
    for kind in ("RNN", "LSTM", "GRU"):
        sizes = {"input_size": 3, "hidden_size": 4}

        def state(layers, batch, width=4):
            h = m(layers, batch, width) if batch else m(layers, width)
            return (h, m(*h.shape)) if kind == "LSTM" else h

        layer(r, kind, m(5, 2, 3), **sizes)
        layer(r, kind, m(5, 2, 3), state(1, 2), **sizes)
        layer(r, kind, m(2, 5, 3), batch_first=True, num_layers=2, **sizes)
        layer(r, kind, m(5, 2, 3), state(4, 2), bidirectional=True, num_layers=2, **sizes)
        layer(r, kind, m(5, 2, 3), bias=False, **sizes)
        layer(r, kind, m(5, 3), **sizes)
        layer(r, kind, m(5, 3), state(1, 0), **sizes)
        layer(r, kind, m(5, 2, 3), num_layers=2, dropout=0.5, **sizes)
        layer(r, kind, m(5, 2, 3), num_layers=2, dropout=0.5, train=False, **sizes)
    layer(r, "RNN", m(5, 2, 3), nonlinearity="relu", input_size=3, hidden_size=4)
    layer(r, "LSTM", m(5, 2, 3), proj_size=2, input_size=3, hidden_size=4)
    for kind in ("RNNCell", "LSTMCell", "GRUCell"):
        sizes = {"input_size": 3, "hidden_size": 4}
        state = (m(2, 4), m(2, 4)) if kind == "LSTMCell" else m(2, 4)
        layer(r, kind, m(2, 3), **sizes)
        layer(r, kind, m(2, 3), state, **sizes)
        layer(r, kind, m(2, 3), bias=False, **sizes)
        layer(r, kind, m(3), **sizes)
    layer(r, "RNNCell", m(2, 3), nonlinearity="relu", input_size=3, hidden_size=4)


def transformers(r):
    m = Maker("transformer layers")
    size = {"embed_dim": 4, "num_heads": 2}
    q, k, v = m(3, 2, 4), m(5, 2, 4), m(5, 2, 4)
    layer(r, "MultiheadAttention", q, k, v, **size)
    layer(r, "MultiheadAttention", m(2, 3, 4), m(2, 5, 4), m(2, 5, 4), batch_first=True, **size)
    layer(r, "MultiheadAttention", q, k, v, bias=False, **size)
    layer(r, "MultiheadAttention", m(3, 4), m(3, 4), m(3, 4), **size)
    layer(r, "MultiheadAttention", q, m(5, 2, 3), m(5, 2, 6), kdim=3, vdim=6, **size)
    layer(r, "MultiheadAttention", q, k, v, add_bias_kv=True, add_zero_attn=True, **size)
    hidden = torch.tensor([[False, False, True, False, True], [False] * 5])
    layer(r, "MultiheadAttention", q, k, v, hidden, **size)
    layer(r, "MultiheadAttention", q, k, v, None, False, **size)
    layer(r, "MultiheadAttention", q, k, v, None, True, m(3, 5, grad=False), **size)
    layer(r, "MultiheadAttention", q, k, v, None, True, torch.ones(3, 5).triu(1).bool(), False, **size)
    layer(r, "MultiheadAttention", q, k, v, dropout=0.3, **size)
    options = {"d_model": 4, "nhead": 2, "dim_feedforward": 6}
    x, memory = m(3, 2, 4), m(5, 2, 4)
    mask = nn.Transformer.generate_square_subsequent_mask(3)
    for extra in ({}, {"activation": "gelu"}, {"norm_first": True}, {"dropout": 0.0, "layer_norm_eps": 1e-3}):
        layer(r, "TransformerEncoderLayer", x, **options, **extra)
        layer(r, "TransformerDecoderLayer", x, memory, **options, **extra)
    layer(r, "TransformerEncoderLayer", x, mask, **options)
    layer(r, "TransformerEncoderLayer", m(2, 3, 4), batch_first=True, **options)
    layer(r, "TransformerDecoderLayer", x, memory, mask, **options)
    layer(r, "Transformer", memory, x, **options, num_encoder_layers=1, num_decoder_layers=2)
    layer(r, "Transformer", memory, x, None, mask, **options, num_encoder_layers=1, num_decoder_layers=1)


def losses(r):
    m = Maker("loss layers")
    probability = {"low": 0.05, "high": 0.95}
    target = torch.tensor([1, 0, 3])
    sign = torch.tensor([1, -1, 1])
    for how in ("mean", "sum", "none"):
        for kind in ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "SoftMarginLoss"):
            layer(r, kind, m(3, 4), m(3, 4, grad=False), reduction=how)
        layer(r, "CrossEntropyLoss", m(3, 4), target, reduction=how)
        layer(r, "NLLLoss", m(3, 4), target, reduction=how)
        layer(r, "KLDivLoss", m(3, 4), m(3, 4, low=0.1), reduction=how)
        layer(r, "BCELoss", m(3, 4, **probability), m(3, 4, **probability), reduction=how)
        layer(r, "BCEWithLogitsLoss", m(3, 4), m(3, 4, **probability), reduction=how)
        layer(r, "PoissonNLLLoss", m(3, 4), m(3, 4, low=0.2), reduction=how)
        layer(r, "GaussianNLLLoss", m(3, 4), m(3, 4), m(3, 4, low=0.2), reduction=how)
        layer(r, "HingeEmbeddingLoss", m(3), sign, reduction=how)
        layer(r, "MarginRankingLoss", m(3), m(3), sign, reduction=how)
        layer(r, "CosineEmbeddingLoss", m(3, 4), m(3, 4), sign, reduction=how)
        layer(r, "TripletMarginLoss", m(3, 4), m(3, 4), m(3, 4), reduction=how)
        layer(r, "TripletMarginWithDistanceLoss", m(3, 4), m(3, 4), m(3, 4), reduction=how)
        layer(r, "MultiMarginLoss", m(3, 4), target, reduction=how)
        layer(r, "MultiLabelMarginLoss", m(2, 4), torch.tensor([[3, 0, -1, 1], [1, -1, 0, 0]]), reduction=how)
        layer(r, "MultiLabelSoftMarginLoss", m(3, 4), m(3, 4, **probability), reduction=how)
        layer(r, "CTCLoss", m(6, 2, 4), torch.tensor([[1, 2, 2], [3, 1, 0]]), torch.tensor([6, 5]),
              torch.tensor([3, 2]), reduction=how)  # fmt: skip
    layer(r, "CrossEntropyLoss", m(3, 4), target, weight=m(4, low=0.2, grad=False), label_smoothing=0.1)
    layer(r, "BCEWithLogitsLoss", m(3, 4), m(3, 4, **probability), pos_weight=m(4, low=0.2, grad=False))
    layer(r, "HuberLoss", m(3, 4), m(3, 4), delta=0.5)
    layer(r, "TripletMarginLoss", m(3, 4), m(3, 4), m(3, 4), margin=0.5, p=1.0, swap=True)
