"""x[...] and x[...] = v, taken apart as PyTorch does: ints, slices, None and ... become views,
tensors, lists and masks become one `index` or `index_put_`
(torch/csrc/autograd/python_variable_indexing.cpp)."""
from . import _core
from ._core import BOOL, INT64, UINT8, bridge, fail, find, invoke
from ._tensor import Tensor, wrap

_select = find("select", "torch") >> 2
_slice = find("slice", "torch") >> 2
_index = find("index", "torch") >> 2
_index_put = find("index_put_", "method") >> 2
_alias = find("alias", "torch") >> 2
_call = bridge.call
_size = bridge.size


def _pick(t, dim, i, position):
    size = _size(t._h, dim)
    if i >= size or i < -size:
        raise IndexError(
            "index %d is out of bounds for dimension %d with size %d" % (i, position, size)
        )
    h = _call(_select, "tii", t._h, dim, i)
    if h is False:
        fail()
    return wrap(h)


def _cut(t, dim, s, always):
    step = 1 if s.step is None else _int(s.step)
    if step == 0:
        raise ValueError("slice step cannot be zero")
    if step < 0:
        raise ValueError("step must be greater than zero")
    size = int(_size(t._h, dim))
    start = 0 if s.start is None else _int(s.start)
    stop = size if s.stop is None else _int(s.stop)
    if start < 0:
        start = max(start + size, 0)
    if stop < 0:
        stop = max(stop + size, 0)
    start = min(start, size)
    stop = max(min(stop, size), start)
    if start == 0 and stop == size and step == 1 and not always:
        return t
    h = _call(_slice, "tiiii", t._h, dim, start, stop, step)
    if h is False:
        fail()
    return wrap(h)


def _int(v):
    if type(v) is int:
        return v
    if not hasattr(v, "__index__"):
        raise TypeError("slice indices must be integers or None or have an __index__ method")
    return v.__index__()


def _is_sequence(v):
    return isinstance(v, (list, tuple, range, _core.Size))


def _as_tuple(index):
    if isinstance(index, tuple):
        return index
    if isinstance(index, list) and len(index) < 32:
        for v in index:
            if v is None or v is ... or isinstance(v, (Tensor, slice)) or _is_sequence(v):
                return tuple(index)
    return (index,)


def _bad(v):
    if isinstance(v, str):
        raise TypeError("new(): invalid data type 'str'")
    raise IndexError(
        "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid "
        "indices (got %s)" % type(v).__name__
    )


def _index_tensor(v):
    from ._creation import tensor

    t = tensor(list(v))
    return t.to(INT64) if t.numel() == 0 else t


def _resolve(t, index):
    """The view that ints, slices and None make of t, and the tensors that index it."""
    index = _as_tuple(index)
    total = t.dim()
    specified = 0
    for v in index:
        if v is None or v is ... or v is True or v is False:
            continue
        if isinstance(v, Tensor) and (v.dtype is BOOL or v.dtype is UINT8):
            specified += v.dim()
        else:
            specified += 1
    if specified > total and not (total == 0 and type(index[0]) is slice):
        raise IndexError("too many indices for tensor of dimension %d" % total)
    dim = 0
    tensors = []

    def record(v):
        while len(tensors) < dim:
            tensors.append(None)
        tensors.append(v)

    for position, v in enumerate(index):
        kind = type(v)
        if kind is int:
            t = _pick(t, dim, v, position)
        elif kind is slice:
            if total == 0:
                raise IndexError("slice() cannot be applied to a 0-dim tensor.")
            # PyTorch records a slice that takes everything, too.
            t = _cut(t, dim, v, bridge.requires_grad(t._h) == 1)
            dim += 1
        elif v is ...:
            dim += total - specified
        elif v is None:
            t = t.unsqueeze(dim)
            dim += 1
        elif kind is bool:
            from ._creation import tensor

            t = t.unsqueeze(dim)
            record(tensor([v]))
            dim += 1
        elif isinstance(v, Tensor):
            if v.dtype.is_floating_point or v.dim() and v.dtype not in (INT64, BOOL, UINT8):
                raise IndexError("tensors used as indices must be long, byte or bool tensors")
            if v.dtype is UINT8:
                _core.warn(
                    "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool "
                    "instead."
                )
            if v.dim() == 0:
                if v.dtype is BOOL or v.dtype is UINT8:
                    t = t.unsqueeze(dim)
                    record(v.reshape(1).to(BOOL))
                    dim += 1
                else:
                    t = _pick(t, dim, int(v.item()), position)
            else:
                record(v.to(BOOL) if v.dtype is UINT8 else v)
                dim += 1
        elif _is_sequence(v):
            record(_index_tensor(v))
            dim += 1
        elif hasattr(v, "__index__"):
            t = _pick(t, dim, v.__index__(), position)
        else:
            _bad(v)
    return t, tensors


def _without_arrays(index):
    """NumPy's arrays in an index as tensors, its ints as Python's."""
    if type(index) is tuple:
        return tuple([_without_arrays(k) for k in index])
    v = _core.operand_of(index)
    return index if v is None else v


def get(t, index):
    """t[index]"""
    kind = type(index)
    if kind is int or (kind is bool and False):
        if bridge.dim(t._h) == 0:
            raise IndexError(
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
                "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number"
            )
        return _pick(t, 0, index, 0)
    if kind is slice:
        if bridge.dim(t._h) == 0:
            raise IndexError("slice() cannot be applied to a 0-dim tensor.")
        return _cut(t, 0, index, True)
    view, tensors = _resolve(t, _without_arrays(index))
    if tensors:
        return wrap(invoke(_index, (view, tensors)))
    if view is t:
        if _alias >= 0:
            return wrap(invoke(_alias, (t,)))
        return t.view(t.shape)
    return view


def put(t, index, value):
    """t[index] = value"""
    v = _core.operand_of(value)
    if v is not None:
        # Real PyTorch copies an array into the tensor's dtype.
        value = v.to(t.dtype) if isinstance(v, Tensor) else v
    if not isinstance(value, Tensor):
        if not isinstance(value, (int, float, bool)):
            raise TypeError("can't assign a %s to a %s" % (type(value).__name__, t.type()))
        from ._creation import tensor

        value = tensor(value, dtype=t.dtype)
    if type(index) is int and bridge.dim(t._h) == 0:
        get(t, index)
    view, tensors = _resolve(t, _without_arrays(index))
    if tensors:
        if value.dtype is not t.dtype:
            raise RuntimeError(
                "Index put requires the source and destination dtypes match, got %s for the "
                "destination and %s for the source." % (t.dtype_name(), value.dtype_name())
            )
        bridge.free(invoke(_index_put, (view, tensors, _without_ones(value))))
        return
    shape = value.shape
    if shape != view.shape:
        if len(shape) == 0:
            view.fill_(value)
            return
        value = _without_ones(value).expand(view.shape)
    view.copy_(value)


def _without_ones(value):
    """Without leading dimensions of size 1."""
    shape = value.shape
    ones = 0
    while ones < len(shape) and shape[ones] == 1:
        ones += 1
    return value.view(shape[ones:]) if ones else value
