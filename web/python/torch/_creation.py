"""torch.tensor and torch.as_tensor: nested lists into tensors, with PyTorch's dtype inference."""
from . import _core
from ._core import BOOL, FLOAT64, INT64, UINT8, bridge, fail
from ._tensor import Tensor, wrap

_from_list = bridge.from_list
_LONG_MAX = (1 << 63) - 1


def default_dtype():
    return _core.DTYPES[int(bridge.default_dtype())]


def as_dtype(dtype, who):
    """The torch.dtype for an argument: torch.float32, or Python's float, int, bool."""
    if type(dtype) is _core.dtype or dtype is None:
        return dtype
    if dtype is float:
        return FLOAT64
    if dtype is int:
        return INT64
    if dtype is bool:
        return BOOL
    raise TypeError(
        who + "(): argument 'dtype' must be torch.dtype, not " + type(dtype).__name__
    )


def _is_sequence(v):
    return isinstance(v, (list, tuple, range, _core.Size))


def _sizes(data):
    sizes = []
    while _is_sequence(data) or isinstance(data, str):
        if isinstance(data, str):
            if not sizes:
                raise TypeError("new(): invalid data type 'str'")
            raise ValueError("too many dimensions 'str'")
        sizes.append(len(data))
        if len(data) == 0:
            break
        data = data[0]
    return sizes


def _infer(data):
    """Rank of the dtype: -1 unknown (empty), 0 bool, 1 int, 2 float, or a dtype of a tensor."""
    t = type(data)
    if t is float:
        return default_dtype()
    if t is bool:
        return BOOL
    if t is int:
        return INT64
    if isinstance(data, Tensor):
        return data.dtype
    if _is_sequence(data):
        found = None
        for item in data:
            other = _infer(item)
            if other is None or other is found:
                continue
            found = other if found is None else promote(found, other)
            # Nothing ranks above this, and a long list of numbers need not be read to its end.
            if found is FLOAT64:
                break
        return found
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str'")
    # A NumPy scalar has its own dtype; float64 is a kind of float, too.
    kind = getattr(getattr(data, "dtype", None), "torch", None)
    if kind is not None:
        return kind
    if isinstance(data, float):
        return default_dtype()
    if hasattr(data, "__index__"):
        return INT64
    raise RuntimeError("Could not infer dtype of " + t.__name__)


def promote(a, b):
    code = bridge.promote_types(a.code, b.code)
    if code is False:
        fail()
    return _core.DTYPES[int(code)]


def _number(v, dtype):
    if isinstance(v, Tensor):
        if v.numel() != 1 and not v.dtype.is_floating_point:
            return v.__index__()
        v = v.item()
    elif type(v) not in (float, int, bool):
        number = _core.operand_of(v)
        v = v if number is None or isinstance(number, Tensor) else number
    if type(v) is bool:
        v = 1 if v else 0
    if dtype.is_floating_point:
        if not isinstance(v, (float, int)) and not hasattr(v, "__float__"):
            raise TypeError("must be real number, not " + type(v).__name__)
        return repr(float(v))
    if dtype is BOOL:
        return "1" if v else "0"
    if not isinstance(v, (float, int)) and not hasattr(v, "__index__"):
        raise TypeError("'%s' object cannot be interpreted as an integer" % type(v).__name__)
    v = int(v)
    if v > _LONG_MAX or v < -_LONG_MAX - 1:
        raise RuntimeError("Overflow when unpacking long")
    if dtype is UINT8:
        if v > 255 or v < -255:
            raise RuntimeError("value cannot be converted to type uint8 without overflow")
        v &= 255
    elif dtype.itemsize < 8:
        half = 1 << (8 * dtype.itemsize - 1)
        if v >= half * (1 if dtype.is_signed else 2) or v < -half:
            raise RuntimeError(
                "value cannot be converted to type " + dtype.name + " without overflow"
            )
    return str(v)


def _flatten(data, sizes, dim, dtype, out):
    if dim == len(sizes):
        out.append(_number(data, dtype))
        return
    if not _is_sequence(data):
        raise TypeError("not a sequence")
    if len(data) != sizes[dim]:
        raise ValueError(
            "expected sequence of length %d at dim %d (got %d)" % (sizes[dim], dim, len(data))
        )
    if dim + 1 == len(sizes):
        for v in data:
            out.append(repr(v) if type(v) is float and dtype.is_floating_point else _number(v, dtype))
    else:
        for v in data:
            _flatten(v, sizes, dim + 1, dtype, out)


def handle_of(data, dtype):
    """A new handle with the items of nested lists (or a number)."""
    if type(data) is float and dtype is None:
        return _from_list(int(bridge.default_dtype()), 0, repr(data))
    sizes = _sizes(data)
    if dtype is None:
        dtype = _infer(data) or default_dtype()
    out = []
    _flatten(data, sizes, 0, dtype, out)
    return _from_list(dtype.code, len(sizes), *(sizes + [",".join(out)]))


def _without_arrays(data):
    """NumPy's arrays and scalars as tensors, also in lists."""
    if _is_sequence(data):
        if len(data) and isinstance(_core.operand_of(data[0]), Tensor) and not isinstance(data[0], Tensor):
            return tensor_of_arrays(data)
        return data
    return data if _core.operand_of(data) is None else tensor_of_arrays(data)


def tensor_of_arrays(data):
    from numpy._creation import tensor_of

    return tensor_of(data)


def tensor(data=_core, *more, dtype=None, device=None, requires_grad=False, pin_memory=False):
    """A tensor with a copy of `data`: a number, nested lists of numbers, or a tensor.

    Without `dtype`, bools give torch.bool, ints torch.int64, floats the default dtype.
    """
    if more:
        raise TypeError("tensor() takes 1 positional argument but %d were given" % (1 + len(more)))
    if data is _core:
        raise TypeError('tensor() missing 1 required positional arguments: "data"')
    if device is not None:
        _core.check_device(device)
    if dtype is not None:
        dtype = as_dtype(dtype, "tensor")
    given = data if isinstance(data, Tensor) else _without_arrays(data)
    if isinstance(given, Tensor):
        if given is data:
            warn_of_copy("torch.tensor")
        t = given.detach().clone()
        if dtype is not None and t.dtype is not dtype:
            t = t.to(dtype)
    else:
        h = handle_of(given, dtype)
        if h is False:
            fail()
        t = wrap(h)
    if requires_grad:
        if requires_grad is not True:
            raise TypeError(
                "tensor(): argument 'requires_grad' must be bool, not "
                + type(requires_grad).__name__
            )
        if bridge.set_requires_grad(t._h, 1) is False:
            raise RuntimeError(
                "Only Tensors of floating point and complex dtype can require gradients"
            )
    return t


def warn_of_copy(name):
    _core.warn(
        "To copy construct from a tensor, it is recommended to use sourceTensor.clone().detach() or "
        "sourceTensor.clone().detach().requires_grad_(True), rather than %s(sourceTensor)." % name
    )


def as_tensor(data, dtype=None, device=None):
    """`data` itself when it is a tensor of that dtype already; otherwise as torch.tensor."""
    v = _core.operand_of(data)
    if isinstance(v, Tensor):
        data = v.detach()
    if isinstance(data, Tensor):
        return data if dtype is None or data.dtype is dtype else data.to(dtype)
    return tensor(data, dtype=dtype, device=device)
