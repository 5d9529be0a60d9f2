"""Functions and names of `torch` that are no operators of the registry and that few snippets use."""
from . import _core, _homes
from ._core import BFLOAT16, DTYPES, FLOAT16, FLOAT32, FLOAT64, INT8, INT16, bridge, fail
from ._creation import default_dtype, promote, tensor
from ._grad_mode import is_inference_mode_enabled
from ._results import named_results
from ._tensor import Tensor


def _amp():
    from . import amp

    return amp


def is_tensor(obj):
    return isinstance(obj, Tensor)


def is_floating_point(input):
    return input.dtype.is_floating_point


def is_complex(input):
    return False


def is_nonzero(input):
    if input.numel() != 1:
        raise RuntimeError(
            "Boolean value of Tensor with %s is ambiguous"
            % ("no values" if input.numel() == 0 else "more than one value")
        )
    return bool(input)


def numel(input):
    return input.numel()


def set_default_dtype(d):
    if not isinstance(d, _core.dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if bridge.set_default_dtype(d.code) is False:
        fail()


def set_default_tensor_type(t):
    from ._tensor_more import dtype_from_type

    set_default_dtype(dtype_from_type(t))


def set_default_device(device):
    _core.check_device(device)


_profile = {
    "default": (4, 1000, 3, 80),
    "short": (2, 1000, 2, 80),
    "full": (4, 1 << 30, 3, 80),
}


def set_printoptions(
    precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None
):
    """How tensors print. `threshold` elements are printed whole; inf prints everything."""
    if profile is not None:
        if profile not in _profile:
            raise ValueError("unknown profile '" + str(profile) + "'")
        p = _profile[profile]
        bridge.set_printoptions(p[0], p[1], p[2], p[3], -2)
    if threshold is not None and threshold == float("inf"):
        threshold = 1 << 30
    if threshold is not None:
        threshold = int(threshold)
    sci = -2 if sci_mode is None else 1 if sci_mode else 0
    bridge.set_printoptions(precision, threshold, edgeitems, linewidth, sci)


def promote_types(type1, type2):
    return promote(type1, type2)


def result_type(tensor1, tensor2):
    import torch

    a = tensor1 if isinstance(tensor1, Tensor) else tensor(tensor1)
    b = tensor2 if isinstance(tensor2, Tensor) else tensor2
    with torch.no_grad():
        if not isinstance(tensor1, Tensor):
            return (b + tensor1).dtype if isinstance(b, Tensor) else (a + b).dtype
        return (a + b).dtype


def can_cast(from_, to):
    def kind(t):
        return 0 if t.name == "bool" else 2 if t.is_floating_point else 1

    return kind(from_) <= kind(to)


# Digits after the point of the significand, largest exponent, decimal resolution.
_FLOATS = {
    "float16": (10, 15, 1e-3),
    "bfloat16": (7, 127, 1e-2),
    "float32": (23, 127, 1e-6),
    "float64": (52, 1023, 1e-15),
}


class finfo:
    """Limits of a floating-point dtype."""

    def __init__(self, type=None):
        type = default_dtype() if type is None else type
        if not type.is_floating_point:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        digits, exponent, self.resolution = _FLOATS[type.name]
        self.dtype = type.name
        self.bits = type.itemsize * 8
        self.eps = 2.0**-digits
        self.max = (2.0 - self.eps) * 2.0**exponent
        self.min = -self.max
        self.tiny = self.smallest_normal = 2.0 ** (1 - exponent)

    def __repr__(self):
        return "finfo(resolution=%g, min=%g, max=%g, eps=%g, smallest_normal=%g, tiny=%g, dtype=%s)" % (
            self.resolution,
            self.min,
            self.max,
            self.eps,
            self.tiny,
            self.tiny,
            self.dtype,
        )


class iinfo:
    """Limits of an integer dtype."""

    def __init__(self, type):
        if type.is_floating_point:
            raise TypeError(
                "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'"
            )
        self.dtype = type.name
        self.bits = type.itemsize * 8
        self.max = (1 << (self.bits - (1 if type.is_signed else 0))) - 1
        self.min = -self.max - 1 if type.is_signed else 0

    def __repr__(self):
        return "iinfo(min=%g, max=%g, dtype=%s)" % (self.min, self.max, self.dtype)


_homes.place(finfo, "torch")
_homes.place(iinfo, "torch")


class version:
    """torch.version"""

    __version__ = "1.13.1"
    cuda = None
    hip = None
    debug = False
    git_version = "Unknown"


def from_numpy(array):
    """A tensor over the memory of a numpy array."""
    t = _core.operand_of(array)
    if not isinstance(t, Tensor):
        name = type(array).__name__
        raise TypeError("expected np.ndarray (got %s)" % (name if t is None else "numpy." + name))
    return t.detach()


def frombuffer(buffer, *, dtype, count=-1, offset=0, requires_grad=False):
    """A 1-dimensional tensor with a copy of the items of a buffer."""
    data = bytes(buffer)[offset:]
    n = len(data) // dtype.itemsize if count < 0 else count
    if n == 0:
        raise ValueError("both buffer length (%d) and count (%d) must not be 0" % (len(data), count))
    t = from_bytes(dtype, (n,), data[: n * dtype.itemsize])
    t.requires_grad = requires_grad
    return t


def from_bytes(dtype, shape, data):
    h = bridge.from_bytes(dtype.code, len(shape), *(list(shape) + [_core.buffer_of(data)]))
    if h is False:
        fail()
    return _core.wrap(h)


def typename(o):
    if isinstance(o, Tensor):
        return o.type()
    return type(o).__name__


def _legacy(name, dtype):
    """torch.LongTensor and its kin: they make tensors, and stand for a dtype in isinstance()."""
    from ._tensor_more import legacy_new

    def make(*args):
        return _core.wrap(legacy_new(args[0] if args else None, args[1:], dtype))

    if _core.MICRO:
        # Classes have no metaclass there; the function stands for its dtype by its identity.
        _core.legacy_types.append((make, dtype))
        return make

    class Meta(type):
        def __instancecheck__(cls, t):
            return isinstance(t, Tensor) and t.dtype is dtype

    members = {"__new__": lambda cls, *args: make(*args), "__module__": "torch", "dtype": dtype}
    return Meta(name, (), members)


def broadcast_shapes(*shapes):
    """The shape that these shapes broadcast to, as torch.Size."""
    shapes = [(s,) if isinstance(s, int) else tuple(s) for s in shapes]
    n = max([len(s) for s in shapes]) if shapes else 0
    out = [1] * n
    for shape in shapes:
        for i in range(1, len(shape) + 1):
            size = shape[-i]
            if size != 1 and size != out[-i]:
                if out[-i] != 1:
                    raise RuntimeError(
                        "Shape mismatch: objects cannot be broadcast to a single shape"
                    )
                out[-i] = size
    return _core.Size(out)


def _accept(value=None):
    """A setting that has no meaning here."""
    return lambda *args, **kwargs: value


def compile(model=None, **kwargs):
    """torch.compile: gives the model back; nothing is compiled here."""
    if model is None:
        return lambda m: m
    return model


def use_deterministic_algorithms(mode, warn_only=False):
    """Everything here is deterministic."""


def norm_except_dim(v, pow=2, dim=0):
    """The norm of each slice along dim; of all of v with dim=-1."""
    if dim == -1:
        return v.norm(pow)
    rest = [d for d in range(v.dim()) if d != dim]
    return v.norm(pow, dim=rest, keepdim=True)


def range_(start, end=None, step=1, **options):
    """torch.range: as arange, but with the end; floats. Deprecated in PyTorch."""
    import torch

    _core.warn(
        "torch.range is deprecated and will be removed in a future release because its behavior is "
        "inconsistent with Python's range builtin. Instead, use torch.arange, which produces values in "
        "[start, end)."
    )
    if end is None:
        start, end = 0, start
    return torch.arange(start, end + step * 0.5, step, **dict({"dtype": default_dtype()}, **options))


def qr(input, some=True):
    import torch

    return torch.linalg.qr(input, "reduced" if some else "complete")


def _linalg():
    from . import linalg

    return linalg


def lu(A, *, pivot=True, get_infos=False, out=None):
    factors, pivots, info = _linalg().lu_factor_ex(A)
    return (factors, pivots, info) if get_infos else (factors, pivots)


def lu_unpack(LU_data, LU_pivots, unpack_data=True, unpack_pivots=True):
    return named_results("lu_unpack", _linalg().unpack_lu(LU_data, LU_pivots))


def lu_solve(b, LU_data, LU_pivots, *, out=None):
    return _linalg().lu_solve(LU_data, LU_pivots, b)


def triangular_solve(b, A, upper=True, transpose=False, unitriangular=False):
    if transpose:
        A, upper = A.mT, not upper
    x = _linalg().solve_triangular(A, b, upper=upper, unitriangular=unitriangular)
    return named_results("triangular_solve", (x, A.clone()))


def symeig(input, eigenvectors=False, upper=True):
    w, v = _linalg().eigh(input, "U" if upper else "L")
    return named_results("symeig", (w, v if eigenvectors else input.new_empty(0)))


def index_reduce(input, dim, index, source, reduce, *, include_self=True):
    return input.index_reduce(dim, index, source, reduce, include_self=include_self)


TABLE = {
    "index_reduce": index_reduce,
    "version": version,
    "has_cuda": False,
    "has_mps": False,
    "lu": lu,
    "lu_unpack": lu_unpack,
    "lu_solve": lu_solve,
    "triangular_solve": triangular_solve,
    "symeig": symeig,
    "norm_except_dim": norm_except_dim,
    "range": range_,
    "qr": qr,
    "real": lambda input: input,
    "conj": lambda input: input,
    "resolve_conj": lambda input: input,
    "resolve_neg": lambda input: input,
    "is_conj": lambda input: False,
    "is_neg": lambda input: False,
    "is_signed": lambda input: input.dtype.is_signed,
    "is_same_size": lambda input, other: input.shape == other.shape,
    "is_storage": lambda obj: type(obj).__name__.endswith("Storage"),
    "get_device": lambda input: -1,
    "is_anomaly_enabled": lambda: False,
    "is_autocast_enabled": lambda: False,
    "is_autocast_cpu_enabled": lambda: _amp().cpu_enabled(),
    "get_autocast_cpu_dtype": lambda: _amp().cpu_dtype(),
    "set_autocast_cpu_dtype": lambda dtype: _amp().set_cpu_dtype(dtype),
    "get_autocast_gpu_dtype": lambda: _core.FLOAT16,
    "is_warn_always_enabled": lambda: False,
    "set_flush_denormal": lambda mode: False,
    "is_tensor": is_tensor,
    "is_floating_point": is_floating_point,
    "is_complex": is_complex,
    "is_nonzero": is_nonzero,
    "numel": numel,
    "get_default_dtype": default_dtype,
    "set_default_dtype": set_default_dtype,
    "set_default_tensor_type": set_default_tensor_type,
    "set_default_device": set_default_device,
    "set_printoptions": set_printoptions,
    "promote_types": promote_types,
    "result_type": result_type,
    "can_cast": can_cast,
    "finfo": finfo,
    "iinfo": iinfo,
    "asarray": lambda obj, dtype=None, device=None, copy=None, requires_grad=False: tensor(
        obj, dtype=dtype, device=device, requires_grad=requires_grad
    ),
    "scalar_tensor": lambda s, dtype=None: tensor(s, dtype=dtype or default_dtype()),
    "from_numpy": from_numpy,
    "frombuffer": frombuffer,
    "typename": typename,
    "broadcast_shapes": broadcast_shapes,
    "compile": compile,
    "use_deterministic_algorithms": use_deterministic_algorithms,
    "are_deterministic_algorithms_enabled": _accept(True),
    "set_num_threads": _accept(),
    "get_num_threads": _accept(1),
    "set_num_interop_threads": _accept(),
    "get_num_interop_threads": _accept(1),
    "set_float32_matmul_precision": _accept(),
    "get_float32_matmul_precision": _accept("highest"),
    "is_inference_mode_enabled": is_inference_mode_enabled,
    "set_warn_always": _accept(),
    "strided": _core.strided,
    "layout": _core.layout,
    "contiguous_format": "torch.contiguous_format",
    "channels_last": "torch.channels_last",
    "channels_last_3d": "torch.channels_last_3d",
    "is_inference": lambda t: t.is_inference(),
    "is_signed": lambda t: t.is_signed(),
    "is_same_size": lambda a, b: a.is_same_size(b),
    "preserve_format": "torch.preserve_format",
    "inf": float("inf"),
    "nan": float("nan"),
    "pi": 3.141592653589793,
    "e": 2.718281828459045,
    "FloatTensor": _legacy("FloatTensor", FLOAT32),
    "DoubleTensor": _legacy("DoubleTensor", FLOAT64),
    "LongTensor": _legacy("LongTensor", DTYPES[2]),
    "IntTensor": _legacy("IntTensor", DTYPES[1]),
    "HalfTensor": _legacy("HalfTensor", FLOAT16),
    "BFloat16Tensor": _legacy("BFloat16Tensor", BFLOAT16),
    "CharTensor": _legacy("CharTensor", INT8),
    "ShortTensor": _legacy("ShortTensor", INT16),
    "ByteTensor": _legacy("ByteTensor", DTYPES[0]),
    "BoolTensor": _legacy("BoolTensor", DTYPES[5]),
    "CharTensor": _legacy("CharTensor", DTYPES[6]),
    "ShortTensor": _legacy("ShortTensor", DTYPES[7]),
    "HalfTensor": _legacy("HalfTensor", DTYPES[8]),
    "BFloat16Tensor": _legacy("BFloat16Tensor", DTYPES[9]),
    "uint16": DTYPES[10],
    "uint32": DTYPES[11],
    "uint64": DTYPES[12],
}

_ABSENT = {
    "cfloat": "complex numbers; keep real and imaginary parts in two tensors",
    "cdouble": "complex numbers; keep real and imaginary parts in two tensors",
    "complex": "complex numbers; keep real and imaginary parts in two tensors",
    "complex64": "complex numbers; keep real and imaginary parts in two tensors",
    "complex128": "complex numbers; keep real and imaginary parts in two tensors",
    "fft": "Fourier transforms",
    "sparse": "sparse tensors; use dense ones",
    "distributed": "several processes",
    "quantization": "quantised models",
    "multiprocessing": "several processes",
    "hub": "downloads; there is no network here",
}


def refuse(name):
    """Raises for a name of PyTorch that is known to be missing here, with the nearest way."""
    if name in _ABSENT:
        raise AttributeError(
            "torch." + name + " is not supported in Gradbox, which has no " + _ABSENT[name] + "."
        )
