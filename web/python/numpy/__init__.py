"""numpy: a subset of NumPy 1.24 over torch tensors, one source for MicroPython and CPython.

Arrays of numbers and bools with NumPy's dtypes, promotion, printing and messages; what there is
stands in web/docs/NUMPY.md.
"""
from torch import _core

from ._array import (
    AxisError,
    absent,
    bool_,
    floating,
    generic,
    integer,
    ndarray,
    number,
    signedinteger,
    unsignedinteger,
)
from ._creation import (
    arange,
    array,
    asarray,
    dot,
    eye,
    full,
    full_like,
    identity,
    linspace,
    logspace,
    matmul,
    ones,
    ones_like,
    outer,
    where,
    zeros,
    zeros_like,
)
from ._dtypes import as_dtype, dtype, promote, scalar_types
from ._print import get_printoptions, printoptions, set_printoptions

__version__ = "1.24.2+gradbox"

pi = 3.141592653589793
e = 2.718281828459045
euler_gamma = 0.5772156649015329
inf = float("inf")
nan = float("nan")
newaxis = None
asanyarray = ascontiguousarray = asarray
empty = zeros
empty_like = zeros_like
for _name in scalar_types:
    if _name != "bool":
        globals()[_name] = scalar_types[_name]
double = float_ = scalar_types["float64"]
single = scalar_types["float32"]
half = scalar_types["float16"]
int_ = intp = scalar_types["int64"]

_MODULES = ("random", "linalg")


def promote_types(type1, type2):
    return promote(as_dtype(type1), as_dtype(type2))


def __getattr__(name):
    if name in _MODULES or name[:1] == "_":
        value = _core.submodule("numpy", name)
    else:
        functions = _core.submodule("numpy", "_functions")
        if name in ("save", "savez", "savez_compressed", "load"):
            files = _core.submodule("numpy", "_files")
            return getattr(files, "savez" if name == "savez_compressed" else name)
        value = functions.TABLE.get(name, _core)
        if value is _core:
            if name in functions.REFUSED:
                raise AttributeError("Gradbox's subset of NumPy has no np.%s: %s." % (name, functions.REFUSED[name]))
            known = [n for n in globals() if n[:1] != "_"] + list(_MODULES) + list(functions.TABLE)
            raise absent("module 'numpy'", name, known)
    globals()[name] = value
    return value
