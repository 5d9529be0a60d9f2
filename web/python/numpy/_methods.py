"""Methods of arrays and scalars, which are functions of `np` as well: np.sum(a) is a.sum()."""
import torch

from ._array import Base, AxisError, binary, converted, operand, result, shape_text, wrap
from ._creation import dot, is_sizes, tensor_of
from ._dtypes import as_dtype


def axis_of(axis, ndim):
    """The axis from 0 on."""
    axis = int(axis)
    if not -ndim <= axis < ndim:
        raise AxisError("axis %d is out of bounds for array of dimension %d" % (axis, ndim))
    return axis % ndim


def _axes(t, axis):
    if axis is None:
        return list(range(t.dim()))
    return [axis_of(a, t.dim()) for a in (axis if isinstance(axis, (tuple, list)) else (axis,))]


def _pairwise(t):
    """The sum over the last dimension in NumPy's order, so that the last digits agree."""
    n = t.shape[-1]
    if n < 8:
        total = torch.zeros(t.shape[:-1], dtype=t.dtype)
        for i in range(n):
            total = total + t[..., i]
        return total
    if n <= 128:
        eights = t[..., : n - n % 8].reshape(list(t.shape[:-1]) + [n // 8, 8])
        r = eights[..., 0, :]
        for i in range(1, n // 8):
            r = r + eights[..., i, :]
        r = r[..., 0::2] + r[..., 1::2]
        r = r[..., 0::2] + r[..., 1::2]
        total = r[..., 0] + r[..., 1]
        for i in range(n - n % 8, n):
            total = total + t[..., i]
        return total
    half = n // 2
    half -= half % 8
    return _pairwise(t[..., :half]) + _pairwise(t[..., half:])


# Beyond this, the order of a sum isn't followed: it would take too long.
_EXACT = 1 << 14


def _summed(t, axes):
    """The sum over these axes, which are gone."""
    if not axes:
        return t
    if not t.dtype.is_floating_point or t.numel() == 0 or t.numel() > _EXACT:
        return t.sum(dim=axes)
    last = t.dim() - 1
    if len(axes) == t.dim():
        return _pairwise(t.reshape(-1))
    if axes == [last]:
        return _pairwise(t)
    if len(axes) == 1 and t.shape[axes[0]] <= 1024:
        rows = t.unbind(axes[0])
        total = rows[0]
        for row in rows[1:]:
            total = total + row
        return total
    return t.sum(dim=axes)


def _keep(r, axes, keepdims):
    if keepdims:
        for a in sorted(axes):
            r = r.unsqueeze(a)
    return result(r)


def _number(t, dtype):
    """Sums and products of bools and small ints are int64."""
    if dtype is not None:
        return converted(t, as_dtype(dtype))
    return t if t.dtype.is_floating_point or t.dtype is torch.int64 else t.to(torch.int64)


def sum(a, axis=None, dtype=None, out=None, keepdims=False):
    t = _number(tensor_of(a), dtype)
    axes = _axes(t, axis)
    return _keep(_summed(t, axes), axes, keepdims)


def _count(t, axes):
    n = 1
    for a in axes:
        n *= t.shape[a]
    return n


def _real(t):
    return t if t.dtype.is_floating_point else t.to(torch.float64)


def mean(a, axis=None, dtype=None, out=None, keepdims=False):
    t = _real(tensor_of(a))
    if dtype is not None:
        t = converted(t, as_dtype(dtype))
    axes = _axes(t, axis)
    return _keep(_summed(t, axes) / _count(t, axes), axes, keepdims)


def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    t = _real(tensor_of(a))
    axes = _axes(t, axis)
    n = _count(t, axes)
    middle = _summed(t, axes) / n
    for x in sorted(axes):
        middle = middle.unsqueeze(x)
    d = t - middle
    return _keep(_summed(d * d, axes) / (n - ddof), axes, keepdims)


def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
    return result(var(a, axis, dtype, out, ddof, keepdims)._t.sqrt())


def _extreme(name, ufunc):
    reduce = "a" + name

    def function(a, axis=None, out=None, keepdims=False):
        t = tensor_of(a)
        if t.numel() == 0:
            raise ValueError(
                "zero-size array to reduction operation %s which has no identity" % ufunc
            )
        axes = _axes(t, axis)
        if not axes:
            return result(t)
        whole = t.to(torch.uint8) if t.dtype is torch.bool else t
        r = getattr(torch, reduce)(whole, dim=axes).to(t.dtype)
        return _keep(r, axes, keepdims)

    return function


max = _extreme("max", "maximum")
min = _extreme("min", "minimum")


def _place(name):
    def function(a, axis=None, out=None, keepdims=False):
        t = tensor_of(a)
        if t.numel() == 0:
            raise ValueError("attempt to get %s of an empty sequence" % name)
        t = t.to(torch.uint8) if t.dtype is torch.bool else t
        r = getattr(torch, name)(t) if axis is None else getattr(torch, name)(t, dim=axis_of(axis, t.dim()))
        return result(r.unsqueeze(axis) if keepdims and axis is not None else r)

    return function


argmax = _place("argmax")
argmin = _place("argmin")


def prod(a, axis=None, dtype=None, out=None, keepdims=False):
    t = _number(tensor_of(a), dtype)
    axes = _axes(t, axis)
    for x in sorted(axes, reverse=True):
        t = t.prod(dim=x)
    return _keep(t, axes, keepdims)


def _running(name):
    def function(a, axis=None, dtype=None, out=None):
        t = _number(tensor_of(a), dtype)
        if axis is None:
            return wrap(getattr(torch, name)(t.reshape(-1), dim=0))
        return wrap(getattr(torch, name)(t, dim=axis_of(axis, t.dim())))

    return function


cumsum = _running("cumsum")
cumprod = _running("cumprod")


def _truth(name):
    def function(a, axis=None, out=None, keepdims=False):
        t = tensor_of(a)
        t = t if t.dtype is torch.bool else t != 0
        axes = _axes(t, axis)
        if name == "all":
            t = ~t
        counts = t.to(torch.int64).sum(dim=axes) if axes else t.to(torch.int64)
        return _keep(counts == 0 if name == "all" else counts > 0, axes, keepdims)

    return function


any = _truth("any")
all = _truth("all")


def ptp(a, axis=None):
    return max(a, axis) - min(a, axis)


# ---- shape ----


def reshape(a, *shape, order="C"):
    if order != "C":
        raise NotImplementedError("Gradbox's numpy has order='C' only")
    t = tensor_of(a)
    if len(shape) == 1 and is_sizes(shape[0]):
        shape = shape[0]
    sizes = [int(n) for n in shape]
    n = 1
    for size in sizes:
        n *= size if size != -1 else 1
    whole = t.numel()
    if -1 in sizes and (n == 0 or whole % n) or -1 not in sizes and n != whole:
        text = shape_text([size if size != -1 else "newaxis" for size in sizes])
        raise ValueError("cannot reshape array of size %d into shape %s" % (whole, text))
    return wrap(t.reshape(sizes))


def ravel(a):
    return wrap(tensor_of(a).reshape(-1))


def flatten(a, order="C"):
    return wrap(tensor_of(a).reshape(-1).clone())


def transpose(a, *axes):
    t = tensor_of(a)
    if len(axes) == 1:
        axes = axes[0]
    if not axes:
        axes = range(t.dim() - 1, -1, -1)
    axes = [int(x) for x in axes]
    if len(axes) != t.dim():
        raise ValueError("axes don't match array")
    return wrap(t.permute(*axes))


def swapaxes(a, axis1, axis2):
    t = tensor_of(a)
    return wrap(t.transpose(axis_of(axis1, t.dim()), axis_of(axis2, t.dim())))


def squeeze(a, axis=None):
    t = tensor_of(a)
    if axis is None:
        return wrap(t.squeeze())
    for x in sorted(_axes(t, axis), reverse=True):
        if t.shape[x] != 1:
            raise ValueError(
                "cannot select an axis to squeeze out which has size not equal to one"
            )
        t = t.squeeze(x)
    return wrap(t)


def repeat(a, repeats, axis=None):
    t = tensor_of(a)
    if axis is None:
        t, axis = t.reshape(-1), 0
    if not isinstance(repeats, int):
        repeats = tensor_of(repeats).to(torch.int64)
    return wrap(torch.repeat_interleave(t, repeats, dim=axis_of(axis, t.dim())))


def diagonal(a, offset=0):
    return wrap(torch.diagonal(tensor_of(a), offset))


def trace(a):
    return sum(diagonal(a))


# ---- items ----


def astype(a, dtype, copy=True):
    to = as_dtype(dtype)
    t = a._t
    r = t.to(to.torch) if t.dtype is not to.torch else t.clone() if copy else t
    return result(r) if a._is_scalar else wrap(r)


def copy(a, order="C"):
    t = tensor_of(a).clone().contiguous()
    return result(t) if isinstance(a, Base) and a._is_scalar else wrap(t)


def round(a, decimals=0, out=None):
    t = tensor_of(a)
    if not t.dtype.is_floating_point:
        return result(t.clone())
    # As NumPy: scaled, rounded to even, scaled back.
    if decimals == 0:
        return result(torch.round(t))
    scale = 10.0 ** abs(decimals)
    if decimals > 0:
        return result(torch.round(t * scale) / scale)
    return result(torch.round(t / scale) * scale)


def clip(a, a_min=None, a_max=None, out=None):
    r = a if isinstance(a, Base) else wrap(tensor_of(a))
    for name, bound in (("maximum", a_min), ("minimum", a_max)):
        if bound is not None:
            r = result(binary(name, operand(r), operand(bound)))
    if out is not None:
        out[...] = r
        return out
    return r if r is not a else copy(a)


def sort_method(a, axis=-1, kind=None):
    a._t.copy_(torch.sort(a._t, dim=axis_of(axis, a.ndim))[0])


def argsort(a, axis=-1, kind=None):
    t = tensor_of(a)
    if axis is None:
        t, axis = t.reshape(-1), 0
    return wrap(torch.sort(t, dim=axis_of(axis, t.dim()), stable=True)[1])


def nonzero(a):
    return tuple([wrap(t) for t in tensor_of(a).nonzero(as_tuple=True)])


def fill(a, value):
    a._t.fill_(tensor_of(value).item())


def tobytes(a):
    from torch._serialize import bytes_of

    return bytes_of(a._t)


def take(a, indices, axis=None):
    t, i = tensor_of(a), tensor_of(indices).to(torch.int64)
    if axis is None:
        return result(t.reshape(-1)[i])
    axis = axis_of(axis, t.dim())
    return wrap(t[tuple([slice(None)] * axis + [i])])


SHARED = {
    "sum": sum, "mean": mean, "var": var, "std": std, "max": max, "min": min, "argmax": argmax,
    "argmin": argmin, "prod": prod, "cumsum": cumsum, "cumprod": cumprod, "any": any, "all": all,
    "ptp": ptp, "ravel": ravel, "swapaxes": swapaxes, "squeeze": squeeze, "repeat": repeat,
    "diagonal": diagonal, "trace": trace, "copy": copy, "round": round, "clip": clip,
    "argsort": argsort, "nonzero": nonzero, "take": take,
}  # fmt: skip
METHODS = dict(SHARED)
METHODS.update(
    {
        "reshape": reshape,
        "flatten": flatten,
        "transpose": transpose,
        "astype": astype,
        "sort": sort_method,
        "fill": fill,
        "dot": dot,
        "tobytes": tobytes,
        "view": lambda a, *args: _view(a, args),
    }
)


def _view(a, args):
    if args:
        raise NotImplementedError("Gradbox's numpy doesn't read an array's bytes as another dtype")
    return wrap(a._t.view(a._t.shape))


PROPERTIES = {
    "flat": lambda a: iter([result(t) for t in a._t.reshape(-1).unbind(0)]),
    "real": lambda a: a,
    "strides": lambda a: tuple([n * a.itemsize for n in a._t.stride()]),
}


def names():
    return list(METHODS) + list(PROPERTIES)
