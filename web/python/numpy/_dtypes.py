"""numpy.dtype and the rules by which dtypes meet (NumPy 1.24, numpy/core/src/multiarray)."""
from torch import _core
from torch._homes import place

# The scalar class of each torch dtype, filled in by _array.py.
scalar_types = {}
_TORCH = dict([(d.name, d) for d in _core.DTYPES if d.name != "bfloat16"])
_SHORT = {
    "f2": "float16", "f4": "float32", "f8": "float64", "f": "float32", "d": "float64",
    "e": "float16", "i1": "int8", "i2": "int16", "i4": "int32", "i8": "int64", "u1": "uint8",
    "u2": "uint16", "u4": "uint32", "u8": "uint64", "?": "bool", "b1": "bool", "bool_": "bool",
    "float": "float64", "int": "int64", "double": "float64", "single": "float32", "i": "int32",
    "l": "int64", "b": "int8", "B": "uint8", "half": "float16", "float_": "float64", "int_": "int64",
}  # fmt: skip


class dtype:
    """The type of an array's items: one object a type; == takes names and scalar types, too."""

    def __init__(self, of):
        found = as_dtype(of)
        self.torch = found.torch
        self.name = found.name
        self.itemsize = found.itemsize
        self.kind = found.kind

    @property
    def type(self):
        return scalar_types[self.name]

    @property
    def str(self):
        mark = "|" if self.itemsize == 1 else "<"
        return mark + self.kind + "%d" % self.itemsize

    @property
    def char(self):
        return {"bool": "?", "float64": "d", "float32": "f", "int64": "l", "int32": "i"}.get(
            self.name, self.kind
        )

    def __eq__(self, other):
        try:
            return as_dtype(other).name == self.name
        except TypeError:
            return False

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(self.name)

    def __str__(self):
        return self.name

    def __repr__(self):
        return "dtype('%s')" % self.name


place(dtype, "numpy")
_new = object.__new__
_made = {}


def of_torch(t):
    """The dtype of that torch.dtype."""
    found = _made.get(t.name)
    if found is None:
        if t.name not in _TORCH:
            raise TypeError("Got unsupported ScalarType " + t.name)
        found = _made[t.name] = _new(dtype)
        found.torch = t
        found.name = t.name
        found.itemsize = t.itemsize
        found.kind = (
            "b" if t.name == "bool" else "f" if t.is_floating_point else "i" if t.is_signed else "u"
        )
    return found


def as_dtype(of):
    """The dtype of what NumPy takes for one: a name, Python's float, np.float32, None (float64)."""
    if isinstance(of, dtype):
        return of
    if of is None or of is float:
        return FLOAT64
    if of is int:
        return INT64
    if of is bool:
        return BOOL
    if isinstance(of, str):
        text = of[1:] if of[:1] in ("<", "|", "=") else of
        name = _SHORT.get(text, text)
        if name in _TORCH:
            return of_torch(_TORCH[name])
        raise TypeError("data type '%s' not understood" % of)
    code = getattr(of, "_dtype_name", None)
    if type(of) is type and code is not None:
        return of_torch(_TORCH[code])
    raise TypeError("Cannot interpret '%r' as a data type" % (of,))


FLOAT64 = of_torch(_core.FLOAT64)
FLOAT32 = of_torch(_core.FLOAT32)
INT64 = of_torch(_core.INT64)
BOOL = of_torch(_core.BOOL)
_RANK = {"b": 0, "u": 1, "i": 1, "f": 2}


def promote(a, b):
    """np.promote_types: the smallest dtype that holds both."""
    if a.name == b.name:
        return a
    if a.kind == "b" or b.kind == "b":
        return b if a.kind == "b" else a
    if (a.kind == "f") != (b.kind == "f"):
        real, whole = (a, b) if a.kind == "f" else (b, a)
        need = 2 if whole.itemsize == 1 else 4 if whole.itemsize == 2 else 8
        return real if real.itemsize >= need else as_dtype("f%d" % need)
    if a.kind == b.kind:
        return a if a.itemsize >= b.itemsize else b
    signed, unsigned = (a, b) if a.kind == "i" else (b, a)
    if unsigned.itemsize == 8:
        return FLOAT64
    return as_dtype("i%d" % max(signed.itemsize, unsigned.itemsize * 2))


def meet(a, a_scalar, b, b_scalar):
    """The dtype in which an operator computes: scalars give way to arrays of their kind or above."""
    if a_scalar != b_scalar:
        array, scalar = (b, a) if a_scalar else (a, b)
        if _RANK[scalar.kind] <= _RANK[array.kind]:
            return array
        if scalar.kind == "f" and array.itemsize < 8 and scalar.itemsize < 8:
            return promote(array, scalar)
        return FLOAT64 if scalar.kind == "f" else scalar
    return promote(a, b)
