"""np.array and the other ways to make arrays, and matrix products."""
import torch

from ._array import Base, converted, ndarray, operand, result, shape_text, wrap
from ._dtypes import BOOL, FLOAT64, INT64, as_dtype, of_torch, promote

_PLAIN = (int, float, bool)


def _depth(data):
    """The shape of nested lists as far as their lengths agree, and whether they do all the way."""
    shape = []
    level = [data]
    while level and all([isinstance(x, (list, tuple, range)) for x in level]):
        n = len(level[0])
        if any([len(x) != n for x in level]):
            return shape, False
        shape.append(n)
        if n == 0:
            return shape, True
        level = [x for part in level for x in part]
    return shape, not any([isinstance(x, (list, tuple, range)) for x in level])


def _ragged(shape):
    return ValueError(
        "setting an array element with a sequence. The requested array has an inhomogeneous shape "
        "after %d dimensions. The detected shape was %s + inhomogeneous part."
        % (len(shape), repr(tuple(shape)))
    )


def _kind(data, found):
    """The dtype of nested lists of Python numbers; None where something else is among them."""
    for v in data:
        t = type(v)
        if t is float:
            other = FLOAT64
        elif t is bool:
            other = BOOL
        elif t is int:
            other = INT64
        elif t is list or t is tuple or t is range:
            found = _kind(v, found)
            if found is None:
                return None
            continue
        else:
            return None
        if other is not found:
            found = promote(found, other)
    return found


def tensor_of(data, to=None):
    """A tensor with NumPy's dtype for the data; of an array or tensor, over the same memory."""
    if isinstance(data, Base):
        t = data._t
    elif isinstance(data, torch.Tensor):
        if data.requires_grad:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. "
                "Use tensor.detach().numpy() instead."
            )
        t = data.detach()
    elif type(data) in _PLAIN:
        kind = FLOAT64 if type(data) is float else BOOL if type(data) is bool else INT64
        t = torch.tensor(data, dtype=(to or kind).torch)
    elif isinstance(data, (list, tuple, range)):
        t = _of_list(data, to)
    elif hasattr(data, "__array__"):
        t = data.__array__()._t
    elif hasattr(data, "item"):
        t = torch.tensor(data.item())
    else:
        raise TypeError(
            "Gradbox's numpy has arrays of numbers and bools only, not of %s" % type(data).__name__
        )
    return t if to is None or t.dtype is to.torch else t.to(to.torch)


def _of_list(data, to):
    if len(data) == 0:
        return torch.zeros(0, dtype=(to or FLOAT64).torch)
    kind = _kind(data, BOOL)
    if kind is not None:
        shape, regular = _depth(data)
        if not regular:
            raise _ragged(shape)
        if 0 in shape:
            return torch.zeros(shape, dtype=(to or FLOAT64).torch)
        dtype = to or kind
        if dtype.kind in "iu" and kind.kind == "f":
            return torch.tensor(data, dtype=torch.float64).to(dtype.torch)
        return torch.tensor(list(data), dtype=dtype.torch)
    parts = [tensor_of(v) for v in data]
    kind = of_torch(parts[0].dtype)
    for t in parts:
        kind = promote(kind, of_torch(t.dtype))
        if t.shape != parts[0].shape:
            raise _ragged([len(parts)])
    return torch.stack([converted(t, kind) for t in parts])


def array(object, dtype=None, *, copy=True, ndmin=0):
    """An array with a copy of nested lists, an array, a tensor or a number."""
    to = None if dtype is None else as_dtype(dtype)
    t = tensor_of(object, to)
    if copy and isinstance(object, (Base, torch.Tensor)):
        t = t.clone().contiguous()
    while t.dim() < ndmin:
        t = t.unsqueeze(0)
    return wrap(t)


def asarray(a, dtype=None):
    """`a` itself when it is an array of that dtype already."""
    if isinstance(a, ndarray) and (dtype is None or a.dtype == dtype):
        return a
    return wrap(tensor_of(a, None if dtype is None else as_dtype(dtype)))


def is_sizes(shape):
    """Whether a shape is a sequence, not one number."""
    return isinstance(shape, (list, tuple, torch.Size, ndarray))


def _sizes(shape):
    if is_sizes(shape):
        sizes = [int(n) for n in shape]
    else:
        sizes = [shape.__index__() if type(shape) is not int else shape]
    if any([n < 0 for n in sizes]):
        raise ValueError("negative dimensions are not allowed")
    return sizes


def zeros(shape, dtype=float):
    return wrap(torch.zeros(_sizes(shape), dtype=as_dtype(dtype).torch))


def ones(shape, dtype=None):
    return wrap(torch.ones(_sizes(shape), dtype=as_dtype(dtype).torch))


def full(shape, fill_value, dtype=None):
    value = tensor_of(fill_value, None if dtype is None else as_dtype(dtype))
    return wrap(value.expand(_sizes(shape)).clone().contiguous())


def _like(make):
    def function(a, dtype=None, shape=None):
        a = asarray(a)
        return make(a.shape if shape is None else shape, a.dtype if dtype is None else dtype)

    return function


zeros_like = _like(zeros)
ones_like = _like(ones)


def full_like(a, fill_value, dtype=None, shape=None):
    a = asarray(a)
    return full(a.shape if shape is None else shape, fill_value, a.dtype if dtype is None else dtype)


def eye(N, M=None, k=0, dtype=float):
    m = N if M is None else M
    t = torch.zeros([N, m], dtype=as_dtype(dtype).torch)
    for i in range(max(0, -k), min(N, m - k)):
        t[i, i + k] = 1
    return wrap(t)


def identity(n, dtype=float):
    return eye(n, dtype=dtype)


def _number(v):
    return v if v is None or type(v) in _PLAIN else v.item()


def arange(start, stop=None, step=1, dtype=None):
    """Evenly spaced values from start, up to but without stop."""
    start, stop, step = _number(start), _number(stop), _number(step)
    if stop is None:
        start, stop = 0, start
    if step == 0:
        raise ZeroDivisionError("division by zero")
    real = any([isinstance(v, float) for v in (start, stop, step)])
    to = (FLOAT64 if real else INT64) if dtype is None else as_dtype(dtype)
    length = (stop - start) / step
    n = max(0, int(length) + (1 if length > int(length) else 0))
    grid = torch.arange(n, dtype=torch.int64 if not real else torch.float64)
    # As NumPy fills: the distance of the first two items, which rounding may change.
    t = grid * ((start + step) - start) + start if n else grid
    return wrap(t.to(to.torch))


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None):
    """`num` values evenly spaced from start to stop, stop included unless endpoint is False."""
    start, stop = _number(start) * 1.0, _number(stop) * 1.0
    parts = num - 1 if endpoint else num
    step = (stop - start) / parts if parts > 0 else float("nan")
    t = torch.arange(num, dtype=torch.float64)
    t = t * step + start if parts > 0 else t + start
    if endpoint and num > 1:
        t[num - 1] = stop
    a = wrap(t if dtype is None else t.to(as_dtype(dtype).torch))
    return (a, step) if retstep else a


def logspace(start, stop, num=50, endpoint=True, base=10.0):
    return base ** linspace(start, stop, num, endpoint)


def _pair(a, b):
    x, y = tensor_of(a), tensor_of(b)
    to = promote(of_torch(x.dtype), of_torch(y.dtype))
    return converted(x, to), converted(y, to)


def _product(x, y):
    if x.dtype is torch.bool:
        return torch.matmul(x.to(torch.int64), y.to(torch.int64)).to(torch.bool)
    return torch.matmul(x, y)


def matmul(a, b):
    """a @ b"""
    x, y = _pair(a, b)
    for i, t in ((0, x), (1, y)):
        if t.dim() == 0:
            raise ValueError(
                "matmul: Input operand %d does not have enough dimensions (has 0, gufunc core with "
                "signature (n?,k),(k,m?)->(n?,m?) requires 1)" % i
            )
    at = -2 if y.dim() > 1 else 0
    if x.shape[-1] != y.shape[at]:
        raise ValueError(
            "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
            "(n?,k),(k,m?)->(n?,m?) (size %d is different from %d)" % (y.shape[at], x.shape[-1])
        )
    return result(_product(x, y))


def dot(a, b):
    """The inner product of vectors, the product of matrices; numbers multiply."""
    x, y = _pair(a, b)
    if x.dim() == 0 or y.dim() == 0:
        return result(x * y)
    at = y.dim() - 2 if y.dim() > 1 else 0
    if x.shape[-1] != y.shape[at]:
        raise ValueError(
            "shapes %s and %s not aligned: %d (dim %d) != %d (dim %d)"
            % (shape_text(x.shape), shape_text(y.shape), x.shape[-1], x.dim() - 1, y.shape[at], at)
        )
    if y.dim() <= 2:
        return result(_product(x, y))
    return result(torch.tensordot(x, y, ([x.dim() - 1], [at])))


def outer(a, b):
    x, y = _pair(a, b)
    return wrap(x.reshape(-1, 1) * y.reshape(1, -1))


def where(condition, *values):
    """Items of the first value where the condition holds, of the second elsewhere; with the condition
    alone, the indices where it holds."""
    from ._dtypes import meet

    c = tensor_of(condition)
    c = c if c.dtype is torch.bool else c != 0
    if not values:
        return tuple([wrap(t) for t in c.nonzero(as_tuple=True)])
    if len(values) != 2:
        raise ValueError("either both or neither of x and y should be given")
    x, y = [operand(v) or (tensor_of(v), of_torch(v.dtype), False) for v in values]
    to = meet(x[1], x[2], y[1], y[2])
    return wrap(torch.where(c, converted(x[0], to), converted(y[0], to)))
