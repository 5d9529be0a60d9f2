"""In which of PyTorch's files a class stands: `print(type(x))` shows it, and pickles name it."""
import sys

from ._types import MICRO

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


def place(cls, module, name=None):
    """Gives a class its home, and maybe another name, and the class back."""
    name = name or cls.__name__
    if MICRO:
        import _gb_boot

        _gb_boot._gb_name_class(cls, module, name)
    else:
        cls.__module__ = module
        cls.__name__ = cls.__qualname__ = name
    return cls


_OPTIMIZERS = "sgd adam adamw rmsprop adagrad adadelta adamax nadam radam asgd rprop lbfgs"
_FILES = {
    "torch.nn.modules": tuple(_LAYERS) + ("loss", "pooling", "padding", "activation"),
    "torch.optim": tuple(_OPTIMIZERS.split()),
}


class _Finder:
    """Imports torch.nn.modules.linear and its like, which hold what their package holds: a pickle asks
    for a class there."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        folder, _, file = name.rpartition(".")
        if file not in _FILES.get(folder, ()):
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, cls)

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        folder = module.__name__.rpartition(".")[0]
        # The file is said to stand beside the package's, so that it is forgotten with it.
        module.__file__ = sys.modules[folder].__file__
        module.__getattr__ = lambda name: getattr(sys.modules[folder], name)


if not MICRO:
    sys.meta_path[:] = [f for f in sys.meta_path if getattr(f, "__name__", "") != "_Finder"]
    sys.meta_path.append(_Finder)
