"""torch.dtype, torch.device, torch.layout and torch.Size."""
import sys

MICRO = sys.implementation.name == "micropython"


def _unknown(kind, name):
    return AttributeError("'torch.%s' object has no attribute '%s'" % (kind, name))


class dtype:
    """torch.dtype: one object a type; compare with `is` or `==`."""

    def __init__(self, name, code, itemsize, is_floating_point):
        self.name = name
        self.code = code
        self.itemsize = itemsize
        self.is_floating_point = is_floating_point
        self.is_complex = False
        self.is_signed = name[0] != "u" and name != "bool"

    def __repr__(self):
        return "torch." + self.name

    def __reduce__(self):
        from ._core import dtype_named

        return dtype_named, (self.name,)

    def __deepcopy__(self, memo):
        return self

    def __getattr__(self, name):
        raise _unknown("dtype", name)


class layout:
    """torch.layout; 'strided' is the only one."""

    def __repr__(self):
        return "torch.strided"


strided = layout()


class device:
    """torch.device; 'cpu' is the only one there is to compute on."""

    def __init__(self, type, index=None):
        if isinstance(type, device):
            type, index = type.type, type.index
        elif isinstance(type, int):
            type, index = "cuda", type
        if ":" in type:
            type, number = type.split(":", 1)
            if not number.isdigit():
                raise RuntimeError("Invalid device string: '" + type + ":" + number + "'")
            index = int(number)
        if type not in ("cpu", "cuda", "mps", "meta", "xla"):
            raise RuntimeError(
                "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, "
                "ort, xla, lazy, vulkan, mps, meta, hpu, privateuseone device type at start of "
                "device string: " + type
            )
        self.type = type
        self.index = index

    def __repr__(self):
        if self.index is None:
            return "device(type='" + self.type + "')"
        return "device(type='%s', index=%d)" % (self.type, self.index)

    def __str__(self):
        return self.type if self.index is None else "%s:%d" % (self.type, self.index)

    def __eq__(self, other):
        return isinstance(other, device) and self.type == other.type and self.index == other.index

    def __hash__(self):
        return hash(str(self))

    def __reduce__(self):
        return device, (self.type, self.index)

    def __getattr__(self, name):
        raise _unknown("device", name)


def _checked(sizes):
    """The sizes as a tuple of ints; TypeError for other items."""
    if isinstance(sizes, int):
        raise TypeError("'int' object is not iterable")
    sizes = tuple(sizes)
    for i in range(len(sizes)):
        n = sizes[i]
        if type(n) is not int and not hasattr(n, "__index__"):
            raise TypeError(
                "torch.Size() takes an iterable of 'int' (item %d is '%s')" % (i, type(n).__name__)
            )
    return sizes


if MICRO:
    # A subclass of tuple that meets another tuple in `+` reads wild memory on MicroPython, so there
    # a Size only behaves like a tuple.
    class Size:
        """torch.Size: the sizes of a tensor's dimensions."""

        def __init__(self, sizes=()):
            self._sizes = _checked(sizes)

        def __iter__(self):
            return iter(self._sizes)

        def __len__(self):
            return len(self._sizes)

        def __getitem__(self, i):
            r = self._sizes[i]
            return Size(r) if type(i) is slice else r

        def __eq__(self, other):
            return self._sizes == tuple(other) if isinstance(other, (Size, tuple)) else False

        def __ne__(self, other):
            return not self == other

        def __lt__(self, other):
            return self._sizes < tuple(other)

        def __gt__(self, other):
            return self._sizes > tuple(other)

        def __hash__(self):
            return hash(self._sizes)

        def __add__(self, other):
            return Size(self._sizes + tuple(other))

        def __radd__(self, other):
            return other + self._sizes

        def __mul__(self, n):
            return Size(self._sizes * n)

        def __contains__(self, n):
            return n in self._sizes

        def index(self, n):
            return self._sizes.index(n)

        def count(self, n):
            return self._sizes.count(n)

        def numel(self):
            n = 1
            for s in self._sizes:
                n *= s
            return n

        def __repr__(self):
            return "torch.Size(" + repr(list(self._sizes)) + ")"

        def __getattr__(self, name):
            raise _unknown("Size", name)

else:

    class Size(tuple):
        """torch.Size: the sizes of a tensor's dimensions."""

        def __new__(cls, sizes=()):
            return tuple.__new__(cls, _checked(sizes))

        def __getattr__(self, name):
            raise _unknown("Size", name)

        def __getitem__(self, i):
            r = tuple.__getitem__(self, i)
            return Size(r) if type(i) is slice else r

        def __add__(self, other):
            return Size(tuple(self) + tuple(other))

        def __mul__(self, n):
            return Size(tuple(self) * n)

        def numel(self):
            n = 1
            for s in self:
                n *= s
            return n

        def __repr__(self):
            return "torch.Size(" + repr(list(self)) + ")"

        def __reduce__(self):
            return Size, (tuple(self),)
