"""Storages: the memory that tensors share, as files keep it. PyTorch's files name one by the class
of its elements and a key; a tensor in a file is a geometry over one."""
from . import _core
from ._core import BFLOAT16, BOOL, FLOAT16, FLOAT32, FLOAT64, INT8, INT16, INT32, INT64, UINT8

CLASSES = (
    ("FloatStorage", FLOAT32),
    ("DoubleStorage", FLOAT64),
    ("LongStorage", INT64),
    ("IntStorage", INT32),
    ("ByteStorage", UINT8),
    ("BoolStorage", BOOL),
    ("HalfStorage", FLOAT16),
    ("BFloat16Storage", BFLOAT16),
    ("ShortStorage", INT16),
    ("CharStorage", INT8),
)
# Element types of PyTorch that the core has not.
ABSENT = {
    "ComplexFloatStorage": "torch.complex64",
    "ComplexDoubleStorage": "torch.complex128",
}


def class_of(dtype):
    for name, d in CLASSES:
        if d is dtype:
            return name


class Storages:
    """The storages of the tensors in an object that is being saved. What a tensor needs of its storage
    is known when all have been seen; so objects are gone through twice."""

    def __init__(self):
        self._keys = {}
        self._tensors = []
        self._extents = []

    def key(self, t):
        """Notes the tensor; gives the number of its storage."""
        itemsize = t.dtype.itemsize
        base = t.data_ptr() - t.storage_offset() * itemsize
        extent = t.storage_offset()
        if t.numel():
            extent += 1 + sum([(n - 1) * s for n, s in zip(t.shape, t.stride())])
        else:
            # No memory of its own, so its address says nothing.
            base = (id(t), "empty")
        where = (base, t.dtype.code)
        if where not in self._keys:
            self._keys[where] = len(self._tensors)
            self._tensors.append(t)
            self._extents.append(0)
        key = self._keys[where]
        self._extents[key] = max(self._extents[key], extent)
        return key

    def extent(self, key):
        """How many elements of the storage the file has to keep."""
        return self._extents[key]

    def contents(self):
        """The bytes of each storage, in the order of their numbers."""
        out = []
        for t, n in zip(self._tensors, self._extents):
            whole = t.detach().as_strided((n,), (1,), 0) if n else t.detach().reshape(-1)
            r = _core.bridge.to_bytes(whole._h)
            if r is False:
                _core.fail()
            out.append(_core.bytes_of(r))
        return out


def tensor_over(dtype, data):
    """A 1-dimensional tensor of all elements of a storage."""
    from ._functions import from_bytes

    return from_bytes(dtype, (len(data) // dtype.itemsize,), data)
