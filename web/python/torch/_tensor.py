"""torch.Tensor: Python's operators and properties over a handle of the core.

Methods that are operators of the registry (sum, view, add_, ...) are made on first use by
__getattr__; rarely used Python ones come from _tensor_more.py.
"""
from . import _core, _operators
from ._core import DTYPES, INT_LIMIT, MICRO, Size, bridge, fail, find, make_method, missing
from ._homes import place
from ._operators import binary, compare, inplace, reflected, unary, unsupported

_t = bridge.call_t
_tf = bridge.call_tf
_ft = bridge.call_ft
_ti = bridge.call_ti
_it = bridge.call_it
_free = bridge.free
_item = bridge.item
_dtype = bridge.dtype
_shape = bridge.shape
_dim = bridge.dim
_backward = bridge.backward
_requires_grad = bridge.requires_grad

_new = object.__new__

# The type of handles; functions of the bridge have another.
_HANDLE = type(bridge) if MICRO else None


def _readonly(name, get):
    """A property whose assignment raises PyTorch's error."""

    def refuse(self, value):
        raise AttributeError(
            "attribute '%s' of 'torch._C._TensorBase' objects is not writable" % name
        )

    return property(get, refuse)


_nonzero = make_method("nonzero", find("nonzero", "method"))
_reciprocal = find("reciprocal", "method") >> 2
_rsub = find("rsub", "method") >> 2
_sub = find("sub", "method") >> 2


class Tensor:
    """torch.Tensor. Made by torch.tensor, torch.zeros, ... and by operators.

    torch.Tensor(2, 3) gives uninitialised memory of that shape, torch.Tensor([1, 2]) a float tensor
    of these items, as in PyTorch.
    """

    def __init__(self, h=None, *more, requires_grad=False):
        if more or type(h) is not _HANDLE:
            from ._tensor_more import legacy_new

            h = legacy_new(h, more)
        self._h = h
        if requires_grad:
            # Variable(t, requires_grad=True), Variable being this class.
            self.requires_grad_()

    __add__ = binary("add", "+")
    __sub__ = binary("sub", "-")
    __mul__ = binary("mul", "*")
    __truediv__ = binary("div", "/")
    __floordiv__ = binary("floor_divide", "//")
    __mod__ = binary("remainder", "%")
    __pow__ = binary("pow", "** or pow()")
    __matmul__ = binary("matmul", "@")
    __and__ = binary("bitwise_and", "&")
    __or__ = binary("bitwise_or", "|")
    __xor__ = binary("bitwise_xor", "^")
    __lshift__ = binary("bitwise_left_shift", "<<")
    __rshift__ = binary("bitwise_right_shift", ">>")

    if MICRO:

        def __radd__(self, other):
            if isinstance(other, str):
                raise TypeError('can only concatenate str (not "Tensor") to str')
            return self + other

    else:
        __radd__ = __add__
    __rmul__ = __mul__
    __rfloordiv__ = reflected("floor_divide", "//")
    __rmod__ = reflected("remainder", "%")
    __rpow__ = reflected("pow", "** or pow()")
    __rlshift__ = reflected("bitwise_left_shift", "<<")
    __rrshift__ = reflected("bitwise_right_shift", ">>")
    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__

    def __rsub__(a, b):
        t = type(b)
        if t is float:
            h = _tf(_rsub, a._h, b) if _rsub >= 0 else _ft(_sub, b, a._h)
        elif t is int:
            h = _ti(_rsub, a._h, b) if _rsub >= 0 else _it(_sub, b, a._h)
        elif t is bool:
            raise RuntimeError(
                "Subtraction, the `-` operator, with a bool tensor is not supported. If you are "
                "trying to invert a mask, use the `~` or `logical_not()` operator instead."
            )
        else:
            return unsupported("-", b, a)
        if h is False:
            fail()
        return wrap(h)

    def __rtruediv__(a, b):
        h = _t(_reciprocal, a._h)
        if h is False:
            fail()
        return wrap(h) * b

    __iadd__ = inplace("add_", "+=")
    __isub__ = inplace("sub_", "-=")
    __imul__ = inplace("mul_", "*=")
    __itruediv__ = inplace("div_", "/=")
    __ipow__ = inplace("pow_", "**=")

    __eq__ = compare("eq", "==")
    __ne__ = compare("ne", "!=")
    __lt__ = compare("lt", "<")
    __le__ = compare("le", "<=")
    __gt__ = compare("gt", ">")
    __ge__ = compare("ge", ">=")

    __neg__ = unary("neg")
    __abs__ = unary("abs")
    _bitwise_not = unary("bitwise_not")

    def __invert__(self):
        if self.dtype.is_floating_point:
            raise TypeError(
                "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
            )
        return self._bitwise_not()


    def __pos__(self):
        return self

    def __hash__(self):
        return id(self)

    # ---- text ----

    def __repr__(self):
        r = bridge.repr(self._h)
        if r is False:
            fail()
        return r

    __str__ = __repr__

    def __format__(self, spec):
        if _dim(self._h) == 0:
            return format(self.item(), spec)
        if spec:
            raise TypeError("unsupported format string passed to Tensor.__format__")
        return repr(self)

    # ---- as a number or a sequence ----

    def item(self):
        """The one element as a Python number. ValueError when there isn't exactly one."""
        h = self._h
        if bridge.numel(h) != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        code = _dtype(h)
        if _core.DTYPES[code].is_floating_point:
            x = _item(h)
            # MicroPython cuts a whole number down to 32 bits.
            return float(bridge.to_list(h).strip("[]")) if MICRO and type(x) is int else float(x)
        if code == 5:
            return _item(h) != 0
        x = _item(h)
        if type(x) is int and -INT_LIMIT < x < INT_LIMIT:
            return x
        # Beyond what a double holds exactly, the text has all digits.
        text = bridge.to_list(h)
        return int(text.replace("[", "").replace("]", ""))

    def __bool__(self):
        h = self._h
        n = bridge.numel(h)
        if n != 1:
            if n == 0:
                raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        return _item(h) != 0

    if MICRO:

        def __divmod__(self, other):
            raise TypeError(
                "unsupported operand type(s) for divmod(): '%s' and '%s'"
                % (type(self).__name__, type(other).__name__)
            )

    else:
        # There, 2.0 * x would ask for it before __rmul__; web/runtime/python/transform.ts rewrites
        # float(x).
        def __float__(self):
            return float(self.item())

    def __int__(self):
        return int(self.item())

    def __index__(self):
        if self.dtype.is_floating_point or bridge.numel(self._h) != 1:
            raise TypeError(
                "only integer tensors of a single element can be converted to an index"
            )
        return int(self.item())

    def __len__(self):
        if _dim(self._h) == 0:
            raise TypeError("len() of a 0-d tensor")
        return int(bridge.size(self._h, 0))

    def __iter__(self):
        if _dim(self._h) == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __contains__(self, element):
        if isinstance(element, (Tensor, int, float, bool)):
            return bool((self == element).any())
        raise RuntimeError(
            "Tensor.__contains__ only supports Tensor or scalar, but you passed in a "
            + str(type(element))
            + "."
        )

    def __reversed__(self):
        return self if _dim(self._h) == 0 else self.flip(0)

    def __getitem__(self, index):
        return _index().get(self, index)

    def __setitem__(self, index, value):
        _index().put(self, index, value)

    def __delitem__(self, index):
        raise TypeError("Tensor does not support deleting items")

    # ---- geometry ----

    def _dims(self):
        text = _shape(self._h)
        if text == "":
            return Size(())
        return Size([int(n) for n in text.split(",")])

    shape = _readonly("shape", _dims)

    def size(self, dim=None):
        if dim is None:
            return self._dims()
        n = bridge.size(self._h, dim)
        if n is False:
            fail()
        return int(n)

    def dim(self):
        return int(_dim(self._h))

    ndim = _readonly("ndim", dim)

    def numel(self):
        return int(bridge.numel(self._h))

    dtype = _readonly("dtype", lambda self: DTYPES[int(_dtype(self._h))])
    device = _readonly("device", lambda self: _cpu)
    T = _readonly("T", lambda self: _more().transposed(self))
    mT = _readonly("mT", lambda self: _more().matrix_transposed(self))

    # ---- autograd ----

    @property
    def data(self):
        h = bridge.data(self._h)
        if h is False:
            fail()
        return wrap(h)

    @data.setter
    def data(self, other):
        if not isinstance(other, Tensor):
            raise TypeError("Variable data has to be a tensor, but got " + type(other).__name__)
        if bridge.set_data(self._h, other._h) is False:
            fail()

    @property
    def grad(self):
        g = bridge.grad(self._h)
        if g is False:
            fail()
        if g == 0 and type(g) is int:
            if bridge.is_leaf(self._h) != 1 and bridge.retains_grad(self._h) != 1:
                _more().warn_of_grad()
            return None
        return wrap(g)

    @grad.setter
    def grad(self, g):
        if g is not None and not isinstance(g, Tensor):
            raise TypeError(
                "assigned grad expected to be a Tensor or None but got grad of type"
                + type(g).__name__
            )
        if bridge.set_grad(self._h, None if g is None else g._h) is False:
            fail()

    @grad.deleter
    def grad(self):
        bridge.set_grad(self._h, None)

    @property
    def requires_grad(self):
        return _requires_grad(self._h) == 1

    @requires_grad.setter
    def requires_grad(self, on):
        if type(on) is not bool:
            raise RuntimeError("requires_grad must be a bool")
        if bridge.set_requires_grad(self._h, 1 if on else 0) is False:
            fail()

    is_leaf = _readonly("is_leaf", lambda self: bridge.is_leaf(self._h) == 1)

    @property
    def grad_fn(self):
        node = bridge.grad_fn(self._h)
        if node is False:
            fail()
        if not node:
            return None
        from .autograd._node import node_of

        return node_of(node)

    def backward(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
        """Sums gradients into the leaves that this tensor was computed from."""
        if gradient is None and inputs is None and not create_graph:
            if _backward(self._h, None, 1 if retain_graph else 0, 0) is False:
                fail()
            return
        from .autograd import backward

        backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def to(self, *args, **kwargs):
        """to(dtype), to(device), to(device, dtype), to(other); `copy=True` always copies."""
        return _more().to(self, *args, **kwargs)

    def __array__(self, dtype=None):
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def __copy__(self):
        return _more().copied(self)

    def __deepcopy__(self, memo):
        return _more()._deepcopy(self, memo)

    def nonzero(self, *, as_tuple=False):
        """Coordinates of the elements that aren't zero, a row each; as_tuple: a tensor a dimension."""
        rows = _nonzero(self)
        if not as_tuple:
            return rows
        return rows.unbind(1) if _dim(self._h) else (rows.new_zeros(len(rows)),)

    def detach(self):
        h = bridge.detach(self._h)
        if h is False:
            fail()
        return wrap(h)

    def __getattr__(self, name):
        if name[:2] != "__":
            if _make_method(name):
                return getattr(self, name)
            for more in _rest():
                if name in more.PROPERTIES:
                    return more.PROPERTIES[name](self)
            if name[-1] == "_":
                from . import _tensor_inplace

                if name in _tensor_inplace.METHODS:
                    setattr(Tensor, name, _tensor_inplace.METHODS[name])
                    return getattr(self, name)
            if name[:1] != "_":
                raise missing("'Tensor' object", name, "method", _names())
        raise AttributeError("'Tensor' object has no attribute '" + name + "'")


def _rest():
    """The files with what is asked for rarely."""
    from . import _tensor_more

    yield _tensor_more
    yield _core.submodule("torch", "_tensor_geometry")


def _make_method(name):
    """Gives the class the method of that name, when there is one."""
    found = find(name, "method")
    if found >= 0:
        setattr(Tensor, name, make_method(name, found))
        return True
    for more in _rest():
        if name in more.METHODS:
            setattr(Tensor, name, more.METHODS[name])
            return True
    return False


if not MICRO:

    class _TensorType(type):
        """Finds the methods on the class, too: torch.Tensor.add. MicroPython has no metaclasses."""

        def __getattr__(cls, name):
            if name[:2] != "__" and _make_method(name):
                return getattr(cls, name)
            raise AttributeError("type object 'Tensor' has no attribute '" + name + "'")

    Tensor = _TensorType(
        "Tensor",
        (),
        {k: v for k, v in Tensor.__dict__.items() if k not in ("__dict__", "__weakref__")},
    )


def _names():
    from . import _tensor_more

    from . import _tensor_inplace

    known = [n for n in dir(Tensor) if n[:1] != "_"] + _tensor_more.names()
    return known + list(_tensor_inplace.METHODS)


if MICRO:
    wrap = Tensor
else:

    def wrap(h):
        t = _new(Tensor)
        t._h = h
        return t

    def _del(self):
        _free(self.__dict__.get("_h", 0))

    Tensor.__del__ = _del

    def _reduce(self, protocol):
        from ._serialize import reduce_tensor

        return reduce_tensor(self)

    Tensor.__reduce_ex__ = _reduce

for _module in (_core, _operators):
    _module.Tensor = Tensor
    _module.wrap = wrap
place(_core.LinAlgError, "torch._C")
for _type in (Tensor, _core.dtype, _core.Size, _core.device, _core.layout):
    place(_type, "torch")
_cpu = _core.device("cpu")


def _index():
    from . import _indexing

    return _indexing


def _more():
    from . import _tensor_more

    return _tensor_more
