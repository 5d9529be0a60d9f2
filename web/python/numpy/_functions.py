"""Functions of `np` beyond those that make arrays; many are methods of arrays, too."""
import torch

from . import _methods
from ._array import Base, binary, converted, operand, result, wrap
from ._creation import asarray, tensor_of
from ._correlation import corrcoef, cov, interp, polyfit, polyval
from ._dtypes import FLOAT64, as_dtype, of_torch, promote
from ._methods import axis_of
from ._print import array_repr, array_text


def _refuse_out(options):
    for name in options:
        if name != "dtype":
            raise TypeError("Gradbox's numpy doesn't know the argument '%s' here" % name)


def _real(name):
    """An element-wise function of floats; ints become float64. A tensor gives a tensor."""
    op = getattr(torch, name)

    def function(x, **options):
        _refuse_out(options)
        if isinstance(x, torch.Tensor):
            return op(x)
        t = tensor_of(x)
        return result(op(t if t.dtype.is_floating_point else t.to(torch.float64)))

    return function


def _any(name):
    """An element-wise function of any numbers, of the same dtype."""
    op = getattr(torch, name)

    def function(x, **options):
        _refuse_out(options)
        return op(x) if isinstance(x, torch.Tensor) else result(op(tensor_of(x)))

    return function


def _rounder(name):
    op = getattr(torch, name)

    def function(x):
        t = tensor_of(x)
        return result(op(t if t.dtype.is_floating_point else t.to(torch.float64)))

    return function


def _operand(v):
    return operand(v) or operand(wrap(tensor_of(v)))


def _binary(name):
    def function(x1, x2, out=None):
        if isinstance(x1, torch.Tensor) or isinstance(x2, torch.Tensor):
            return binary(name, _operand(x1), _operand(x2))
        r = result(binary(name, _operand(x1), _operand(x2)))
        if out is None:
            return r
        out[...] = r
        return out

    return function


def _truth(x):
    t = tensor_of(x)
    return t if t.dtype is torch.bool else t != 0


def _logical(op):
    return lambda x1, x2: result(op(_truth(x1), _truth(x2)))


def square(x):
    x = x if isinstance(x, Base) else asarray(x)
    return x * x


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    x, y = tensor_of(a).to(torch.float64), tensor_of(b).to(torch.float64)
    return result(torch.isclose(*torch.broadcast_tensors(x, y), rtol, atol, equal_nan))


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    return bool(_methods.all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1, a2):
    x, y = asarray(a1), asarray(a2)
    return x.shape == y.shape and bool((x == y).all())


def _same_dtype(arrays):
    tensors = [tensor_of(a) for a in arrays]
    to = of_torch(tensors[0].dtype) if tensors else FLOAT64
    for t in tensors:
        to = promote(to, of_torch(t.dtype))
    return [converted(t, to) for t in tensors]


def concatenate(arrays, axis=0):
    """Arrays joined along an axis that they have; axis=None flattens them first."""
    tensors = _same_dtype(arrays)
    if not tensors:
        raise ValueError("need at least one array to concatenate")
    if axis is None:
        tensors, axis = [t.reshape(-1) for t in tensors], 0
    first = tensors[0]
    if first.dim() == 0:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    axis = axis_of(axis, first.dim())
    for i, t in enumerate(tensors):
        if t.dim() != first.dim():
            raise ValueError(
                "all the input arrays must have same number of dimensions, but the array at index 0 "
                "has %d dimension(s) and the array at index %d has %d dimension(s)"
                % (first.dim(), i, t.dim())
            )
        for d in range(first.dim()):
            if d != axis and t.shape[d] != first.shape[d]:
                raise ValueError(
                    "all the input array dimensions except for the concatenation axis must match "
                    "exactly, but along dimension %d, the array at index 0 has size %d and the array "
                    "at index %d has size %d" % (d, first.shape[d], i, t.shape[d])
                )
    return wrap(torch.cat(tensors, axis))


def stack(arrays, axis=0):
    tensors = _same_dtype(arrays)
    if not tensors:
        raise ValueError("need at least one array to stack")
    if any([t.shape != tensors[0].shape for t in tensors]):
        raise ValueError("all input arrays must have the same shape")
    return wrap(torch.stack(tensors, axis_of(axis, tensors[0].dim() + 1)))


def _at_least(n):
    def function(*arrays):
        out = []
        for a in arrays:
            t = tensor_of(a)
            while t.dim() < n:
                t = t.unsqueeze(0)
            out.append(wrap(t))
        return out[0] if len(out) == 1 else out

    return function


atleast_1d = _at_least(1)
atleast_2d = _at_least(2)


def vstack(tup):
    return concatenate([atleast_2d(a) for a in tup])


def hstack(tup):
    parts = [atleast_1d(a) for a in tup]
    return concatenate(parts, 0 if parts and parts[0].ndim == 1 else 1)


def column_stack(tup):
    return concatenate([wrap(t.unsqueeze(1)) if t.dim() < 2 else wrap(t) for t in map(tensor_of, tup)], 1)


def array_split(ary, indices_or_sections, axis=0):
    t = tensor_of(ary)
    axis = axis_of(axis, t.dim())
    n = t.shape[axis]
    if isinstance(indices_or_sections, int):
        k = indices_or_sections
        sizes = [n // k + 1] * (n % k) + [n // k] * (k - n % k)
        ends = []
        for size in sizes:
            ends.append((ends[-1] if ends else 0) + size)
        ends = ends[:-1]
    else:
        ends = [int(i) for i in indices_or_sections]
    bounds = [0] + ends + [n]
    return [wrap(t.narrow(axis, a, b - a)) for a, b in zip(bounds[:-1], bounds[1:])]


def split(ary, indices_or_sections, axis=0):
    n = tensor_of(ary).shape[axis]
    if isinstance(indices_or_sections, int) and n % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return array_split(ary, indices_or_sections, axis)


def expand_dims(a, axis):
    t = tensor_of(a)
    return wrap(t.unsqueeze(axis_of(axis, t.dim() + 1)))


def meshgrid(*xi, indexing="xy"):
    tensors = [tensor_of(x).reshape(-1) for x in xi]
    return [wrap(t.clone()) for t in torch.meshgrid(*tensors, indexing=indexing)]


def sort(a, axis=-1, kind=None):
    t = tensor_of(a)
    if axis is None:
        t, axis = t.reshape(-1), 0
    return wrap(torch.sort(t, dim=axis_of(axis, t.dim()))[0])


def unique(ar, return_index=False, return_inverse=False, return_counts=False):
    """The sorted distinct items; with return_*, also where they first stand, and how often."""
    t = tensor_of(ar).reshape(-1)
    values, order = torch.sort(t, dim=0, stable=True)
    n = len(values)
    if n == 0:
        first = torch.zeros(0, dtype=torch.bool)
    else:
        first = torch.cat([torch.ones(1, dtype=torch.bool), values[1:] != values[:-1]])
    out = [wrap(values[first])]
    if return_index:
        out.append(wrap(order[first]))
    if return_inverse:
        inverse = torch.zeros(n, dtype=torch.int64)
        inverse[order] = torch.cumsum(first.to(torch.int64), 0) - 1
        out.append(wrap(inverse))
    if return_counts:
        at = first.nonzero(as_tuple=True)[0]
        ends = torch.cat([at[1:], torch.tensor([n])]) if n else at
        out.append(wrap(ends - at))
    return out[0] if len(out) == 1 else tuple(out)


def tile(A, reps):
    t = tensor_of(A)
    reps = [reps] if isinstance(reps, int) else list(reps)
    return wrap(t.repeat(*([1] * (t.dim() - len(reps)) + reps)))


def flip(m, axis=None):
    t = tensor_of(m)
    dims = list(range(t.dim())) if axis is None else [axis_of(axis, t.dim())]
    return wrap(t.flip(dims))


def roll(a, shift, axis=None):
    t = tensor_of(a)
    if axis is None:
        return wrap(torch.roll(t.reshape(-1), shift, 0).reshape(t.shape))
    return wrap(torch.roll(t, shift, axis_of(axis, t.dim())))


def diff(a, n=1, axis=-1, prepend=None, append=None):
    t = tensor_of(a)
    axis = axis_of(axis, t.dim())
    for v, first in ((prepend, True), (append, False)):
        if v is not None:
            v = tensor_of(v).to(t.dtype)
            v = v.expand_as(t.narrow(axis, 0, 1)) if v.dim() == 0 else v
            t = torch.cat([v, t] if first else [t, v], axis)
    for _ in range(n):
        size = t.shape[axis]
        left = max(size - 1, 0)
        t = t.narrow(axis, size - left, left) - t.narrow(axis, 0, left)
    return wrap(t)


def diag(v, k=0):
    return wrap(torch.diag(tensor_of(v), k).clone())


def bincount(x, weights=None, minlength=0):
    t = tensor_of(x)
    return wrap(torch.bincount(t, None if weights is None else tensor_of(weights), minlength))


def broadcast_to(array, shape):
    return wrap(tensor_of(array).expand(list(shape) if not isinstance(shape, int) else [shape]))


def moveaxis(a, source, destination):
    return wrap(torch.movedim(tensor_of(a), source, destination))


def median(a, axis=None, keepdims=False):
    t = tensor_of(a)
    if axis is None:
        t, axis = t.reshape(-1), 0
    axis = axis_of(axis, t.dim())
    values = sort(wrap(t), axis)._t
    n = t.shape[axis]
    middle = values.narrow(axis, (n - 1) // 2, 2 - n % 2)
    return _methods.mean(wrap(middle), axis, keepdims=keepdims)


def argwhere(a):
    return wrap(tensor_of(a).nonzero())


def count_nonzero(a, axis=None):
    return int(_methods.sum(wrap(_truth(a))).item()) if axis is None else _methods.sum(wrap(_truth(a)), axis)


def shape(a):
    return asarray(a).shape


def average(a, axis=None, weights=None):
    if weights is None:
        return _methods.mean(a, axis)
    w = asarray(weights)
    return _methods.sum(asarray(a) * w, axis) / _methods.sum(w, axis if w.ndim > 1 else None)


def einsum(subscripts, *operands):
    return result(torch.einsum(subscripts, *_same_dtype(operands)))


def _isolated(name):
    op = getattr(torch, name)

    def function(x):
        return result(op(tensor_of(x)))

    return function


def isscalar(element):
    return isinstance(element, (int, float, str)) or isinstance(element, Base) and element._is_scalar


def issubdtype(arg1, arg2):
    from ._dtypes import scalar_types

    kind = arg1 if type(arg1) is type and issubclass(arg1, Base) else as_dtype(arg1).type
    other = arg2 if type(arg2) is type and issubclass(arg2, Base) else scalar_types[as_dtype(arg2).name]
    return issubclass(kind, other)


def take_along_axis(arr, indices, axis):
    """Items of arr at indices along an axis: what argsort's result picks."""
    t, at = tensor_of(arr), tensor_of(indices).to(torch.int64)
    if axis is None:
        t, axis = t.reshape(-1), 0
    at = torch.where(at < 0, at + t.shape[axis], at)
    return wrap(torch.take_along_dim(t, at, axis))


def quantile(a, q, axis=None, keepdims=False):
    """Where a share q of the items lies below, between items by straight lines."""
    t = tensor_of(a).to(torch.float64)
    share = tensor_of(q).to(torch.float64)
    if axis is None:
        t, axis = t.reshape(-1), 0
        if keepdims:
            raise NotImplementedError("Gradbox's numpy has quantile(keepdims=True) with an axis only")
    return result(torch.quantile(t, share, dim=axis, keepdim=keepdims))


def percentile(a, q, axis=None, keepdims=False):
    return quantile(a, asarray(q) / 100, axis, keepdims)


def pad(array, pad_width, mode="constant", constant_values=0):
    """An array with more items around it: as many everywhere, or (before, after) for each axis."""
    t = tensor_of(array)
    if mode != "constant":
        raise NotImplementedError("Gradbox's numpy has pad() in mode 'constant' only")
    widths = pad_width if isinstance(pad_width, (list, tuple)) else (pad_width, pad_width)
    if not isinstance(widths[0], (list, tuple)):
        widths = [widths if len(widths) == 2 else (widths[0], widths[0])] * t.dim()
    flat = []
    for before, after in reversed(list(widths)):
        flat += [before, after]
    return wrap(torch.nn.functional.pad(t, flat, value=constant_values))


def histogram(a, bins=10, range=None, density=False):
    """How many items fall between edges, and the edges. The last interval includes its end."""
    t = tensor_of(a).reshape(-1).to(torch.float64)
    if isinstance(bins, int):
        low, high = (t.min().item(), t.max().item()) if range is None else range
        if low == high:
            low, high = low - 0.5, high + 0.5
        edges = torch.linspace(low, high, bins + 1, dtype=torch.float64)
    else:
        edges = tensor_of(bins)
    inside = t[(t >= edges[0]) & (t <= edges[-1])]
    at = torch.bucketize(inside, edges, right=True) - 1
    counts = torch.bincount(at.clamp(max=len(edges) - 2), minlength=len(edges) - 1)
    if density:
        counts = counts.to(torch.float64) / counts.sum() / edges.diff()
    return wrap(counts), wrap(edges)


class errstate:
    """Context manager for floating-point warnings; there are none here."""

    def __init__(self, **kinds):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


class _Infos:
    def __init__(self, info, of):
        self.dtype = as_dtype(of)
        limits = info(self.dtype.torch)
        self.bits = limits.bits
        for name in ("min", "max", "eps", "tiny", "resolution"):
            if hasattr(limits, name):
                value = getattr(limits, name)
                setattr(self, name, self.dtype.type(value) if info is torch.finfo else value)


TABLE = dict(_methods.SHARED)
for _name in "exp log sqrt sin cos tan tanh sinh cosh log2 log10 log1p expm1 exp2".split():
    TABLE[_name] = _real(_name)
for _name, _torch_name in (("arcsin", "asin"), ("arccos", "acos"), ("arctan", "atan"), ("rint", "round")):
    TABLE[_name] = _real(_torch_name)
for _name in ("deg2rad", "rad2deg", "reciprocal"):
    TABLE[_name] = _real(_name)
for _name in ("floor", "ceil", "trunc"):
    TABLE[_name] = _rounder(_name)
for _name in ("sign", "abs"):
    TABLE[_name] = _any(_name)
TABLE["absolute"] = TABLE["fabs"] = TABLE["abs"]
TABLE["negative"] = lambda x: -asarray(x)
for _name in (
    "add subtract multiply divide true_divide floor_divide power maximum minimum remainder equal"
    " not_equal less less_equal greater greater_equal arctan2 hypot fmod logaddexp bitwise_and"
    " bitwise_or bitwise_xor"
).split():
    TABLE[_name] = _binary(_name)
TABLE["mod"] = TABLE["remainder"]
for _name in ("isnan", "isinf", "isfinite"):
    TABLE[_name] = _isolated(_name)
TABLE.update(
    {
        "logical_and": _logical(lambda a, b: a & b),
        "logical_or": _logical(lambda a, b: a | b),
        "logical_xor": _logical(lambda a, b: a ^ b),
        "logical_not": lambda x: result(~_truth(x)),
        "reshape": lambda a, newshape, order="C": _methods.reshape(a, newshape, order=order),
        "transpose": lambda a, axes=None: _methods.transpose(a, *([axes] if axes else [])),
        "amax": _methods.max,
        "amin": _methods.min,
        "around": _methods.round,
        "take_along_axis": take_along_axis,
        "histogram": histogram,
        "cov": cov,
        "corrcoef": corrcoef,
        "polyfit": polyfit,
        "polyval": polyval,
        "interp": interp,
        "pad": pad,
        "quantile": quantile,
        "percentile": percentile,
        "ndim": lambda a: asarray(a).ndim,
        "size": lambda a: asarray(a).size,
        "array_repr": array_repr,
        "array_str": str,
        "array2string": lambda a, separator=" ", prefix="": array_text(a, separator, prefix),
        "tril": lambda m, k=0: wrap(torch.tril(tensor_of(m), k)),
        "triu": lambda m, k=0: wrap(torch.triu(tensor_of(m), k)),
        "finfo": lambda of: _Infos(torch.finfo, of),
        "iinfo": lambda of: _Infos(torch.iinfo, of),
        "concat": concatenate,
        "row_stack": vstack,
        "inner": lambda a, b: _methods.dot(a, asarray(b).T),
        "vdot": lambda a, b: _methods.dot(_methods.ravel(a), _methods.ravel(b)),
    }
)
for _function in (
    square, isclose, allclose, array_equal, concatenate, stack, atleast_1d, atleast_2d, vstack, hstack,
    column_stack, array_split, split, expand_dims, meshgrid, sort, unique, tile, flip, roll, diff, diag,
    bincount, broadcast_to, moveaxis, median, argwhere, count_nonzero, shape, average, einsum, isscalar,
    issubdtype, errstate,
):  # fmt: skip
    if _function.__name__ != "function":
        TABLE[_function.__name__] = _function
TABLE["atleast_1d"], TABLE["atleast_2d"] = atleast_1d, atleast_2d

REFUSED = {
    "loadtxt": "read tables with the module csv",
    "genfromtxt": "read tables with the module csv",
    "complex64": "there are no complex numbers",
    "complex128": "there are no complex numbers",
    "fft": "there are no Fourier transforms",
    "object_": "arrays hold numbers and bools only",
    "vectorize": "write the function over whole arrays",
}
