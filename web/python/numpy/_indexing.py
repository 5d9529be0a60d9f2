"""a[...] and a[...] = v: torch's indexing, with NumPy's negative steps and messages."""
import torch
from torch import _indexing

from ._array import Base, converted, result, shape_text, wrap
from ._creation import tensor_of


class _Slices:
    """_slice[a:b:c] is slice(a, b, c), which MicroPython can't call."""

    def __getitem__(self, index):
        return index


_slice = _Slices()


def _plain(k):
    """A part of an index as torch takes it."""
    if isinstance(k, Base):
        if k._is_scalar and k.dtype.kind != "b":
            if k.dtype.kind == "f":
                raise IndexError(
                    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and "
                    "integer or boolean arrays are valid indices"
                )
            return int(k)
        k = k._t
    elif isinstance(k, list):
        k = tensor_of(k)
        if k.numel() == 0:
            k = k.to(torch.int64)
    elif isinstance(k, slice):
        return _slice[_bound(k.start) : _bound(k.stop) : _bound(k.step)]
    elif isinstance(k, (float, str)):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and "
            "integer or boolean arrays are valid indices"
        )
    if isinstance(k, torch.Tensor):
        if k.dtype.is_floating_point:
            raise IndexError("arrays used as indices must be of integer (or boolean) type")
        # A uint8 tensor is a mask in torch.
        return k if k.dtype in (torch.bool, torch.int64) else k.to(torch.int64)
    return k


def _bound(v):
    return v if v is None or type(v) is int else v.__index__()


def _dims(k):
    return k.dim() if isinstance(k, torch.Tensor) and k.dtype is torch.bool else 1


def _parts(t, index):
    """(the parts of an index, the dimensions of t and of the result that run backwards)."""
    parts = [_plain(k) for k in (index if isinstance(index, tuple) else (index,))]
    used = 0
    for k in parts:
        if k is not None and k is not Ellipsis and k is not True and k is not False:
            used += _dims(k)
    if used > t.dim():
        raise IndexError(
            "too many indices for array: array is %d-dimensional, but %d were indexed"
            % (t.dim(), used)
        )
    back = []
    at = out = 0
    for i, k in enumerate(parts):
        if k is None:
            out += 1
        elif k is Ellipsis:
            at += t.dim() - used
            out += t.dim() - used
        elif isinstance(k, slice):
            if k.step is not None and k.step < 0:
                parts[i] = _forward(k, t.shape[at])
                back.append((at, out, t.shape[at]))
            at += 1
            out += 1
        elif isinstance(k, torch.Tensor):
            at += _dims(k)
            out += 1
        elif k is not True and k is not False:
            at += 1
    return parts, back


def _forward(s, n):
    """The same items as a slice with a negative step picks, first to last."""
    start = n - 1 if s.start is None else s.start + n if s.start < 0 else s.start
    stop = -1 if s.stop is None else s.stop + n if s.stop < 0 else s.stop
    start = min(start, n - 1)
    stop = max(stop, -1)
    if start <= stop:
        return _slice[0:0:1]
    count = (start - stop - s.step - 1) // -s.step
    return _slice[start + (count - 1) * s.step : start + 1 : -s.step]


def _message(e):
    return str(e).replace("for dimension", "for axis")


def get(a, index):
    """An ndarray, or a scalar when ints pick one item. Negative steps and lists copy."""
    t = a._t
    if type(index) is int:
        n = t.shape[0] if t.dim() else 0
        if t.dim() and -n <= index < n:
            return result(t[index])
    parts, back = _parts(t, index)
    try:
        r = _indexing.get(t, tuple(parts))
    except IndexError as e:
        raise IndexError(_mask_message(t, parts) or _message(e))
    for _, out, _ in back:
        r = r.flip(out)
    if r.dim() == 0 and not any([k is Ellipsis for k in parts]):
        return result(r.clone())
    return wrap(r)


def _mask_message(t, parts):
    for k in parts:
        if isinstance(k, torch.Tensor) and k.dtype is torch.bool and len(parts) == 1:
            for axis, (n, m) in enumerate(zip(t.shape, k.shape)):
                if n != m:
                    return (
                        "boolean index did not match indexed array along dimension %d; dimension is "
                        "%d but corresponding boolean dimension is %d" % (axis, n, m)
                    )
    return None


def put(a, index, value):
    """Assignment; the value takes the array's dtype and broadcasts."""
    t = a._t
    parts, back = _parts(t, index)
    v = converted(tensor_of(value), a.dtype)
    if back:
        shape = tuple(_indexing.get(t, tuple(parts)).shape)
        v = v.expand(shape)
        for _, out, _ in back:
            v = v.flip(out)
    try:
        _indexing.put(t, tuple(parts), v)
    except IndexError as e:
        raise IndexError(_mask_message(t, parts) or _message(e))
    except RuntimeError:
        shape = tuple(_indexing.get(t, tuple(parts)).shape)
        raise ValueError(
            "could not broadcast input array from shape %s into shape %s"
            % (shape_text(v.shape), shape_text(shape))
        )
