"""Tensor.storage(): the one-dimensional memory that a tensor and its views share."""
from . import _core
from ._core import bridge


class TypedStorage:
    """The elements of a tensor's memory, in order; writing to one changes every tensor over it."""

    def __init__(self, t):
        self.dtype = t.dtype
        self.device = t.device
        self._size = int(bridge.storage_bytes(t._h)) // t.dtype.itemsize
        self._address = t.data_ptr() - t.storage_offset() * t.dtype.itemsize
        self._flat = t.detach().as_strided((self._size,), (1,), 0)

    def __len__(self):
        return self._size

    def size(self):
        return self._size

    def nbytes(self):
        return self._size * self.dtype.itemsize

    def element_size(self):
        return self.dtype.itemsize

    def data_ptr(self):
        return self._address

    def tolist(self):
        return self._flat.tolist()

    def __iter__(self):
        return iter(self.tolist())

    def __getitem__(self, index):
        if isinstance(index, slice):
            return TypedStorage(self._flat[index].clone())
        return self._flat[self._checked(index)].item()

    def __setitem__(self, index, value):
        self._flat[index if isinstance(index, slice) else self._checked(index)] = value

    def _checked(self, index):
        if not -self._size <= index < self._size:
            raise IndexError(
                "index %d out of range for storage of size %d" % (index, self._size)
            )
        return index

    def __eq__(self, other):
        return isinstance(other, TypedStorage) and self._address == other._address

    def __hash__(self):
        return self._address

    def fill_(self, value):
        self._flat.fill_(value)
        return self

    def clone(self):
        return TypedStorage(self._flat.clone())

    def __repr__(self):
        items = "".join([" %s\n" % x for x in self.tolist()])
        return items + "[torch.storage.TypedStorage(dtype=%r, device=%s) of size %d]" % (
            self.dtype,
            self.device,
            self._size,
        )
