"""Methods that give a tensor another geometry in place (t.unsqueeze_(0)), and others that are rare."""
from . import _core
from ._core import bridge
from ._grad_mode import is_grad_enabled


def _in_place(name):
    """name_ of a view operator: the object stays, and is the view from now on."""

    def change(self, *args, **kwargs):
        if self.requires_grad and self.is_leaf and is_grad_enabled():
            raise RuntimeError(
                "a leaf Variable that requires grad is being used in an in-place operation."
            )
        view = getattr(self, name)(*args, **kwargs)
        self._h, view._h = view._h, self._h
        return self

    return change


def fill_diagonal_(self, fill_value, wrap=False):
    """Writes fill_value along the main diagonal (of every size(1)-th block of rows with wrap)."""
    if self.dim() < 2:
        raise RuntimeError("dimensions must larger than 1")
    if self.dim() > 2 and len(set(self.shape)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    steps = sum(self.stride())
    count = min(self.shape)
    self.as_strided((count,), (steps,), self.storage_offset()).fill_(fill_value)
    if wrap and self.dim() == 2 and self.size(0) > self.size(1) + 1:
        for first in range(self.size(1) + 1, self.size(0), self.size(1) + 1):
            rows = self[first:]
            n = min(rows.shape)
            rows.as_strided((n,), (steps,), rows.storage_offset()).fill_(fill_value)
    return self


def map_(self, other, function):
    """Replaces each element by function(element, the same of other)."""

    def each(a, b):
        if isinstance(a, list):
            return [each(x, y) for x, y in zip(a, b)]
        return function(a, b)

    import torch

    other = other.expand(self.shape)
    self.copy_(torch.tensor(each(self.tolist(), other.tolist()), dtype=self.dtype))
    return self


def storage(self):
    """The memory of this tensor, as elements."""
    from ._storage_view import TypedStorage

    return TypedStorage(self)


def set_(self, source=None, storage_offset=0, size=None, stride=None):
    """Makes this tensor one over the memory of another (or of a storage)."""
    import torch

    if source is None:
        self.data = torch.empty(0, dtype=self.dtype)
        return self
    flat = getattr(source, "_flat", source)
    if size is None and flat is not source:
        size, stride = (len(source),), (1,)
    if size is not None:
        if stride is None:
            stride, step = [], 1
            for n in reversed(list(size)):
                stride.insert(0, step)
                step *= max(n, 1)
        flat = flat.detach().as_strided(tuple(size), tuple(stride), storage_offset)
    self.data = flat
    return self


def resize_(self, *size, memory_format=None):
    """Another shape over the same elements; new ones at the end aren't initialised."""
    import torch

    if len(size) == 1 and not isinstance(size[0], int):
        size = tuple(size[0])
    n = 1
    for d in size:
        n *= d
    flat = self.detach().reshape(-1)
    if n > flat.numel():
        bigger = torch.empty(n, dtype=self.dtype)
        bigger[: flat.numel()] = flat
        flat = bigger
    self.data = flat[:n].reshape(size)
    return self


def base(self):
    h = bridge.base(self._h)
    return None if type(h) is int and h == 0 else _core.wrap(h)


METHODS = {
    "fill_diagonal_": fill_diagonal_,
    "map_": map_,
    "storage": storage,
    "untyped_storage": storage,
    "_typed_storage": storage,
    "set_": set_,
    "resize_": resize_,
    "resize_as_": lambda self, other: resize_(self, *other.shape),
    "is_same_size": lambda self, other: self.shape == other.shape,
    "is_set_to": lambda self, other: (
        self.data_ptr() == other.data_ptr()
        and self.shape == other.shape
        and self.stride() == other.stride()
    ),
    "is_inference": lambda self: bridge.is_inference(self._h) == 1,
    "_is_view": lambda self: base(self) is not None,
}
for _name in ("squeeze", "unsqueeze", "t", "transpose", "swapaxes", "swapdims", "as_strided"):
    METHODS[_name + "_"] = _in_place(_name)

PROPERTIES = {"_base": base}
