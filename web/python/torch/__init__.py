"""torch: PyTorch's names over the Gradbox core, one source for MicroPython and CPython.

Operators are those of the core's registry; what is asked for first is made then. Modules and rarely
used names are imported when they are first touched, so that `import torch` stays quick.
"""
from . import _core
from ._core import (
    BFLOAT16 as bfloat16,
    BOOL as bool,
    FLOAT16 as float16,
    FLOAT32 as float32,
    FLOAT64 as float64,
    INT8 as int8,
    INT16 as int16,
    INT32 as int32,
    INT64 as int64,
    UINT8 as uint8,
    Size,
    device,
    dtype,
)
from ._creation import as_tensor, tensor
from ._grad_mode import enable_grad, inference_mode, is_grad_enabled, no_grad, set_grad_enabled
from ._tensor import Tensor

float = float32
double = float64
half = float16
short = int16
int = int32
long = int64

__version__ = "1.13.1+gradbox"

strided = _core.strided

_MODULES = (
    "nn",
    "optim",
    "autograd",
    "onnx",
    "utils",
    "linalg",
    "special",
    "random",
    "cuda",
    "cpu",
    "amp",
    "backends",
    "jit",
    "testing",
    "distributions",
)
# Operators of the registry that take tensors one by one as well as in a list, or leave arguments out.
_VARIADIC = (
    "meshgrid",
    "where",
    "nonzero",
    "einsum",
    "tensordot",
    "softmax",
    "log_softmax",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_tensors",
    "block_diag",
    "chain_matmul",
    "cartesian_prod",
)
# Names in other files of this package.
_ELSEWHERE = {
    "autocast": "amp",
    "save": "_save",
    "load": "_load",
    "Generator": "random",
    "default_generator": "random",
    "manual_seed": "random",
    "seed": "random",
    "initial_seed": "random",
    "get_rng_state": "random",
    "set_rng_state": "random",
}


def __getattr__(name):
    if name in _MODULES:
        value = _core.submodule("torch", name)
    elif name in _ELSEWHERE:
        value = getattr(_core.submodule("torch", _ELSEWHERE[name]), name)
    elif name in _VARIADIC:
        value = getattr(_core.submodule("torch", "_variadic"), name)
    else:
        found = _core.find(name, "torch")
        if found < 0 and name[-1:] == "_" and name[:1] != "_":
            # torch.relu_(t): in-place operators are functions, too.
            found = _core.find(name, "method")
        if found >= 0:
            value = _core.make_function(name, found)
        elif name[:1] == "_":
            value = _core.submodule("torch", name)
        else:
            _functions = _core.submodule("torch", "_functions")
            value = _functions.TABLE.get(name, _core)
            if value is _core:
                _functions.refuse(name)
                raise _core.missing("module 'torch'", name, "torch", _names())
    globals()[name] = value
    return value


def _memory():
    """Not PyTorch's: how many tensors of the core are alive, and their bytes."""
    return _core.bridge.live_tensors(), _core.bridge.live_bytes()


def _names():
    from . import _functions

    names = [n for n in globals() if n[:1] != "_"]
    return names + list(_MODULES) + list(_ELSEWHERE) + list(_functions.TABLE)
