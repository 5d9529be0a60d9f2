"""numpy.ndarray and the scalar types, over tensors: an array shares its tensor's memory."""
import torch
from torch import _core
from torch._core import MICRO
from torch._homes import place

from . import _print
from ._dtypes import BOOL, FLOAT64, INT64, as_dtype, meet, of_torch, scalar_types

_new = object.__new__


class AxisError(ValueError):
    """An axis that the array does not have."""


class UFuncTypeError(TypeError):
    """An operator whose result doesn't fit the array that it should go to."""


def wrap(t):
    """The ndarray over a tensor."""
    a = _new(ndarray)
    a._t = t
    return a


def result(t):
    """What operators and reductions give: an ndarray, or a scalar for a 0-dim tensor."""
    return scalar(t) if t.dim() == 0 else wrap(t)


def scalar(t):
    """The scalar with the value of a 0-dim tensor, which nothing else may change."""
    cls = scalar_types[of_torch(t.dtype).name]
    s = float.__new__(cls, t.item()) if issubclass(cls, float) else _new(cls)
    s._t = t
    return s


def operand(v):
    """(tensor or Python number, its dtype, whether it is a scalar), or None for what isn't one."""
    if isinstance(v, Base):
        return v._t, v.dtype, v._t.dim() == 0
    kind = type(v)
    if kind is float:
        return v, FLOAT64, True
    if kind is bool:
        return v, BOOL, True
    if kind is int:
        return v, INT64, True
    if kind is list or kind is tuple:
        t = _make().tensor_of(v)
        return t, of_torch(t.dtype), t.dim() == 0
    return None


def converted(v, to):
    """A tensor of that dtype, sharing memory if it is of it already; `v` is a tensor or a number."""
    if not isinstance(v, torch.Tensor):
        return torch.tensor(v, dtype=to.torch)
    return v if v.dtype is to.torch else v.to(to.torch)


def shapes_clash(*shapes):
    texts = " ".join([shape_text(s) for s in shapes])
    return ValueError("operands could not be broadcast together with shapes %s " % texts)


def shape_text(shape):
    """(2,3), as NumPy's messages write shapes."""
    return "(" + ",".join([str(n) for n in shape]) + ("," if len(shape) == 1 else "") + ")"


def broadcast(x, y):
    """Raises NumPy's error for tensors whose shapes don't go together."""
    a, b = tuple(x.shape), tuple(y.shape)
    for m, n in zip(reversed(a), reversed(b)):
        if m != n and m != 1 and n != 1:
            raise shapes_clash(a, b)


_OPERATIONS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "true_divide": "div",
    "divide": "div",
    "floor_divide": "floor_divide",
    "remainder": "remainder",
    "power": "pow",
    "bitwise_and": "bitwise_and",
    "bitwise_or": "bitwise_or",
    "bitwise_xor": "bitwise_xor",
    "left_shift": "bitwise_left_shift",
    "right_shift": "bitwise_right_shift",
    "equal": "eq",
    "not_equal": "ne",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
    "maximum": "maximum",
    "minimum": "minimum",
    "arctan2": "atan2",
    "fmod": "fmod",
    "hypot": "hypot",
    "logaddexp": "logaddexp",
}
_REAL = ("true_divide", "divide", "arctan2", "hypot", "logaddexp")


def binary(name, x, y):
    """The tensor of an element-wise operator on two operands (see `operand`)."""
    (a, a_type, a_scalar), (b, b_type, b_scalar) = x, y
    to = meet(a_type, a_scalar, b_type, b_scalar)
    if to.kind != "f" and name in _REAL:
        to = FLOAT64
    if to.kind == "b":
        if name == "subtract":
            raise TypeError(
                "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, "
                "the `^` operator, or the logical_xor function instead."
            )
        if name in ("floor_divide", "remainder", "power"):
            to = as_dtype("int8")
    if to.kind == "f" and name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
        raise TypeError(
            "ufunc '%s' not supported for the input types, and the inputs could not be safely "
            "coerced to any supported types according to the casting rule ''safe''" % name
        )
    a, b = converted(a, to), converted(b, to)
    if a.dim() and b.dim():
        broadcast(a, b)
    if to.kind in "iu":
        if name == "power" and b.numel() and bool((b < 0).any()):
            raise ValueError("Integers to negative integer powers are not allowed.")
        if name in ("floor_divide", "remainder") and bool((b == 0).any()):
            # 0 for a division by zero, of integers.
            zero = b == 0
            quotient = getattr(torch, _OPERATIONS[name])(a, torch.where(zero, torch.ones_like(b), b))
            return torch.where(zero, torch.zeros_like(quotient), quotient)
    return getattr(torch, _OPERATIONS[name])(a, b)


def _infix(name, symbol, swapped=False):
    def operate(self, other):
        found = operand(other)
        if found is None:
            return unsupported(symbol, other, self) if swapped else _foreign(self, symbol, other)
        mine = (self._t, self.dtype, self._t.dim() == 0)
        return result(binary(name, found, mine) if swapped else binary(name, mine, found))

    return operate


def unsupported(symbol, a, b):
    names = [_full_name(v) for v in (a, b)]
    if MICRO or isinstance(a, torch.Tensor) or isinstance(b, torch.Tensor):
        raise TypeError("unsupported operand type(s) for %s: '%s' and '%s'" % (symbol, names[0], names[1]))
    return NotImplemented


def _full_name(v):
    name = type(v).__name__
    return "numpy." + name if isinstance(v, Base) else name


def _foreign(self, symbol, other):
    """self ∘ what isn't NumPy's: a scalar meets a tensor as the number that it is."""
    if isinstance(other, torch.Tensor):
        if self._is_scalar:
            return _NUMBERS[symbol](self.item(), other)
        if symbol == "+":
            raise TypeError(
                "Concatenation operation is not implemented for NumPy arrays, use np.concatenate() "
                "instead. Please do not rely on this error; it may not be given on all Python "
                "implementations."
            )
    return unsupported(symbol, self, other)


_NUMBERS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
}


def _compare(name, symbol):
    def operate(self, other):
        found = operand(other)
        if found is None:
            if isinstance(other, torch.Tensor) and self._is_scalar:
                return getattr(torch, _OPERATIONS[name])(torch.tensor(self.item()), other)
            if name == "equal":
                return False
            if name == "not_equal":
                return True
            raise TypeError(
                "'%s' not supported between instances of '%s' and '%s'"
                % (symbol, _full_name(self), _full_name(other))
            )
        r = binary(name, (self._t, self.dtype, self._t.dim() == 0), found)
        if MICRO and r.dim() == 0:
            # Its dicts and max() take only True itself for a comparison's truth.
            return bool(r.item())
        return result(r)

    return operate


def _inplace(name, symbol):
    def operate(self, other):
        found = operand(other)
        if found is None:
            return unsupported(symbol + "=", self, other)
        r = binary(name, (self._t, self.dtype, self._t.dim() == 0), found)
        mine, theirs = self.dtype, of_torch(r.dtype)
        if "biuf".index(theirs.kind) > "biuf".index(mine.kind) and (mine.kind, theirs.kind) != ("i", "u"):
            raise UFuncTypeError(
                "Cannot cast ufunc '%s' output from %r to %r with casting rule 'same_kind'"
                % ("divide" if name == "true_divide" else name, theirs, mine)
            )
        if tuple(r.shape) != self.shape:
            raise ValueError(
                "non-broadcastable output operand with shape %s doesn't match the broadcast shape %s"
                % (shape_text(self.shape), shape_text(r.shape))
            )
        self._t.copy_(r)
        return self

    return operate


class Base:
    """What arrays and scalars have in common."""

    _is_scalar = False

    __add__ = __radd__ = _infix("add", "+")
    __sub__ = _infix("subtract", "-")
    __mul__ = __rmul__ = _infix("multiply", "*")
    __truediv__ = _infix("true_divide", "/")
    __floordiv__ = _infix("floor_divide", "//")
    __mod__ = _infix("remainder", "%")
    __pow__ = _infix("power", "**")
    __and__ = __rand__ = _infix("bitwise_and", "&")
    __or__ = __ror__ = _infix("bitwise_or", "|")
    __xor__ = __rxor__ = _infix("bitwise_xor", "^")
    __lshift__ = _infix("left_shift", "<<")
    __rshift__ = _infix("right_shift", ">>")
    __rsub__ = _infix("subtract", "-", True)
    __rtruediv__ = _infix("true_divide", "/", True)
    __rfloordiv__ = _infix("floor_divide", "//", True)
    __rmod__ = _infix("remainder", "%", True)
    __rpow__ = _infix("power", "**", True)

    __eq__ = _compare("equal", "==")
    __ne__ = _compare("not_equal", "!=")
    __lt__ = _compare("less", "<")
    __le__ = _compare("less_equal", "<=")
    __gt__ = _compare("greater", ">")
    __ge__ = _compare("greater_equal", ">=")

    def __matmul__(self, other):
        found = operand(other)
        if found is None:
            return unsupported("@", self, other)
        return _make().matmul(self, other)

    def __rmatmul__(self, other):
        return _make().matmul(other, self)

    def __neg__(self):
        if self.dtype.kind == "b":
            raise TypeError(
                "The numpy boolean negative, the `-` operator, is not supported, use the `~` "
                "operator or the logical_not function instead."
            )
        return result(-self._t)

    def __pos__(self):
        return self

    def __abs__(self):
        return result(self._t.clone() if self.dtype.kind == "b" else self._t.abs())

    def __invert__(self):
        return result(~self._t)

    def __bool__(self):
        if self._t.numel() > 1:
            raise ValueError(
                "The truth value of an array with more than one element is ambiguous. "
                "Use a.any() or a.all()"
            )
        return self._t.numel() == 1 and bool(self.item())

    def __int__(self):
        return int(self._single())

    def _single(self):
        if self._t.numel() != 1:
            raise TypeError("only size-1 arrays can be converted to Python scalars")
        return self._t.item()

    def __complex__(self):
        return complex(self._single())

    def item(self, *index):
        """The one item, or that at an index, as a Python number."""
        if index:
            t = self._t.reshape(-1) if len(index) == 1 else self._t
            return t[index].item()
        if self._t.numel() != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return self._t.item()

    def tolist(self):
        return self._t.tolist()

    @property
    def dtype(self):
        return of_torch(self._t.dtype)

    @property
    def shape(self):
        return tuple(self._t.shape)

    @property
    def ndim(self):
        return self._t.dim()

    @property
    def size(self):
        return self._t.numel()

    @property
    def itemsize(self):
        return self.dtype.itemsize

    @property
    def nbytes(self):
        return self.size * self.itemsize

    @property
    def T(self):
        return self if self._is_scalar else wrap(self._t.permute(*range(self.ndim - 1, -1, -1)))

    def __getattr__(self, name):
        if name[:2] != "__":
            methods = _core.submodule("numpy", "_methods")
            if name in methods.PROPERTIES:
                return methods.PROPERTIES[name](self)
            if name in methods.METHODS:
                setattr(Base, name, methods.METHODS[name])
                return getattr(self, name)
            known = [n for n in dir(Base) if n[:1] != "_"]
            raise absent(_full_name(self), name, known + methods.names())
        raise AttributeError("'%s' object has no attribute '%s'" % (_full_name(self), name))

    def __copy__(self):
        return self if self._is_scalar else wrap(self._t.clone())

    def __deepcopy__(self, memo):
        return self.__copy__()


def absent(owner, name, known):
    """The AttributeError for a name that the subset doesn't have, with what is near."""
    near = [n for n in _core.bridge.op_closest(name, "", ",".join(known)).split(",") if n in known]
    text = "'%s' object has no attribute '%s'" if owner[:6] == "numpy." else "%s has no attribute '%s'"
    text = text % (owner, name) + " in Gradbox's subset of NumPy."
    if near:
        text += " Did you mean: '%s'?" % near[0]
    return AttributeError(text)


class ndarray(Base):
    """numpy.ndarray over a tensor. Made by np.array, np.zeros, ..., torch.Tensor.numpy()."""

    def __init__(self, shape=(), dtype=float):
        self._t = torch.zeros(shape, dtype=as_dtype(dtype).torch)

    __iadd__ = _inplace("add", "+")
    __isub__ = _inplace("subtract", "-")
    __imul__ = _inplace("multiply", "*")
    __itruediv__ = _inplace("true_divide", "/")
    __ifloordiv__ = _inplace("floor_divide", "//")
    __imod__ = _inplace("remainder", "%")
    __ipow__ = _inplace("power", "**")
    __iand__ = _inplace("bitwise_and", "&")
    __ior__ = _inplace("bitwise_or", "|")
    __ixor__ = _inplace("bitwise_xor", "^")

    def __hash__(self):
        raise TypeError("unhashable type: 'numpy.ndarray'")

    if not MICRO:
        # See torch.Tensor.
        def __float__(self):
            return float(self._single())

    def __index__(self):
        if self._t.numel() != 1 or self.dtype.kind == "f":
            raise TypeError("only integer scalar arrays can be converted to a scalar index")
        return int(self._t.item())

    def __len__(self):
        if self._t.dim() == 0:
            raise TypeError("len() of unsized object")
        return len(self._t)

    def __iter__(self):
        if self._t.dim() == 0:
            raise TypeError("iteration over a 0-d array")
        return iter([result(t) for t in self._t.unbind(0)])

    def __contains__(self, value):
        return bool((self == value).any())

    def __getitem__(self, index):
        return _index().get(self, index)

    def __setitem__(self, index, value):
        _index().put(self, index, value)

    def __str__(self):
        if self._t.dim() == 0:
            return _print.scalar_text(self._t.item(), self.dtype)
        return _print.array_text(self)

    def __repr__(self):
        return _print.array_repr(self)

    def __format__(self, spec):
        if self._t.dim() == 0:
            return format(self._t.item(), spec)
        if spec:
            raise TypeError("unsupported format string passed to numpy.ndarray.__format__")
        return str(self)

    def __array__(self, dtype=None):
        return self if dtype is None else self.astype(dtype)

    def __reduce__(self):
        return _rebuilt, (self.dtype.name, self.shape, self._t.reshape(-1).tolist())

    def _operand(self):
        """This array for torch's operators: a tensor over the same memory."""
        return self._t


def _rebuilt(name, shape, items):
    return wrap(torch.tensor(items, dtype=as_dtype(name).torch).reshape(shape))


class generic(Base):
    """The type of NumPy's scalars; those of each dtype are subclasses."""

    _is_scalar = True
    _dtype_name = None

    def __init__(self, value=0):
        to = as_dtype(self._dtype_name)
        t = _make().tensor_of(float(value) if isinstance(value, str) else value)
        self._t = t.to(to.torch) if t.dtype is not to.torch else t.clone()
        if self._t.dim():
            raise TypeError("only size-1 arrays can be converted to Python scalars")

    def __hash__(self):
        return hash(self._t.item())

    def __float__(self):
        return float(self._t.item())

    def __round__(self, digits=None):
        return round(self._t.item()) if digits is None else self.round(digits)

    def __getitem__(self, index):
        if index == () or index is Ellipsis:
            return self if index == () else wrap(self._t)
        raise IndexError("invalid index to scalar variable.")

    def __str__(self):
        return _print.scalar_text(self._t.item(), self.dtype)

    __repr__ = __str__

    def __format__(self, spec):
        return format(self._t.item(), spec) if spec else str(self)

    def __reduce__(self):
        return type(self), (self._t.item(),)

    def _operand(self):
        """This scalar for torch's operators: a Python number."""
        return self._t.item()

    @property
    def _h(self):
        # float(), max() and min() ask for it on MicroPython (stdlib/_gb_boot.py).
        return self._t._h


class number(generic):
    """np.number: integers and floats."""


class integer(number):
    """np.integer: the base of np.int64 and its kin."""

    def __index__(self):
        return int(self._t.item())

    @property
    def numerator(self):
        return self


class signedinteger(integer):
    pass


class unsignedinteger(integer):
    pass


class floating(number):
    """np.floating: the base of np.float64 and its kin."""

    def is_integer(self):
        v = self._t.item()
        return v == int(v)


class bool_(generic):
    """np.bool_"""

    _dtype_name = "bool"


def _declare():
    found = {}
    for name in "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64".split():
        base = floating if name[0] == "f" else signedinteger if name[0] == "i" else unsignedinteger
        members = {"_dtype_name": name}
        bases = (base,)
        if name == "float64" and not _core.MICRO:
            # There isinstance() is told (stdlib/_gb_boot.py).
            bases = (base, float)
            members["__new__"] = lambda cls, value=0.0: float.__new__(cls, float(value))
        found[name] = type(name, bases, members)
    found["bool"] = bool_
    for name in found:
        place(found[name], "numpy")
        scalar_types[name] = found[name]


_declare()
for _type in (ndarray, generic, number, integer, floating, signedinteger, unsignedinteger):
    place(_type, "numpy")
place(UFuncTypeError, "numpy.core._exceptions")


def _index():
    return _core.submodule("numpy", "_indexing")


def _make():
    return _core.submodule("numpy", "_creation")
