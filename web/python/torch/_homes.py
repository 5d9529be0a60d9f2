"""In which of PyTorch's files a class stands: `print(type(x))` shows it."""
from ._core import MICRO

_LAYERS = {
    "linear": "Linear Bilinear Identity",
    "conv": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "batchnorm": "BatchNorm1d BatchNorm2d BatchNorm3d",
    "instancenorm": "InstanceNorm1d InstanceNorm2d InstanceNorm3d",
    "normalization": "LayerNorm GroupNorm LocalResponseNorm CrossMapLRN2d",
    "dropout": "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout",
    "flatten": "Flatten Unflatten",
    "sparse": "Embedding EmbeddingBag",
    "rnn": "RNN LSTM GRU RNNCell LSTMCell GRUCell",
    "transformer": "Transformer TransformerEncoder TransformerDecoder TransformerEncoderLayer"
    " TransformerDecoderLayer",
    "distance": "CosineSimilarity PairwiseDistance",
    "container": "Sequential ModuleList ModuleDict ParameterList ParameterDict",
    "upsampling": "Upsample UpsamplingNearest2d UpsamplingBilinear2d",
    "pixelshuffle": "PixelShuffle PixelUnshuffle",
    "fold": "Fold Unfold",
}


def layer_home(kind):
    """The module of a layer: torch.nn.modules.linear for Linear."""
    for file, kinds in _LAYERS.items():
        if kind in kinds.split():
            return "torch.nn.modules." + file
    if kind[-4:] == "Loss":
        return "torch.nn.modules.loss"
    if "Pool" in kind:
        return "torch.nn.modules.pooling"
    if "Pad" in kind:
        return "torch.nn.modules.padding"
    return "torch.nn.modules.activation"


def place(cls, module):
    """Gives a class its home, and the class back."""
    if MICRO:
        import _gb_boot

        _gb_boot._gb_name_class(cls, module, cls.__name__)
    else:
        cls.__module__ = module
    return cls
