"""What Python's operators on tensors do: one call of the core, by the kind of the other operand."""
from . import _core
from ._core import INT_LIMIT, MICRO, bridge, fail, find

_tt = bridge.call_tt
_t = bridge.call_t
_tf = bridge.call_tf
_ft = bridge.call_ft
_ti = bridge.call_ti
_it = bridge.call_it
_free = bridge.free
_new = object.__new__

# torch.Tensor, and the function that makes one of a handle; set by _tensor.py.
Tensor = None
wrap = None


def unsupported(symbol, a, b):
    """What a binary operator gives for an operand that it can't take."""
    if MICRO and not hasattr(b, "__radd__"):
        raise TypeError(
            "unsupported operand type(s) for %s: '%s' and '%s'"
            % (symbol, type(a).__name__, type(b).__name__)
        )
    return NotImplemented


def binary(name, symbol):
    op = find(name, "method") >> 2

    def operate(a, b):
        t = type(b)
        if t is Tensor:
            h = _tt(op, a._h, b._h)
        elif t is float:
            h = _tf(op, a._h, b)
        elif t is int:
            h = _ti(op, a._h, b if -INT_LIMIT < b < INT_LIMIT else float(b))
        elif isinstance(b, Tensor):
            h = _tt(op, a._h, b._h)
        elif t is bool:
            return wrap(_core.invoke(op, (a, b)))
        elif isinstance(b, float):
            h = _tf(op, a._h, float(b))
        else:
            v = _core.operand_of(b)
            return unsupported(symbol, a, b) if v is None else operate(a, v)
        if h is False:
            fail()
        # wrap(h), without the call.
        r = _new(Tensor)
        r._h = h
        return r

    return operate


def inplace(name, symbol):
    op = find(name, "method") >> 2

    def operate(a, b):
        t = type(b)
        if isinstance(b, Tensor):
            h = _tt(op, a._h, b._h)
        elif t is float:
            h = _tf(op, a._h, b)
        elif t is int:
            h = _ti(op, a._h, b if -INT_LIMIT < b < INT_LIMIT else float(b))
        elif t is bool:
            h = _core.invoke(op, (a, b))
        else:
            v = _core.operand_of(b)
            return unsupported(symbol, a, b) if v is None else operate(a, v)
        if h is False:
            fail()
        _free(h)
        return a

    return operate


def reflected(name, symbol):
    """number ∘ tensor."""
    op = find(name, "method") >> 2

    def operate(a, b):
        t = type(b)
        if t is float:
            h = _ft(op, b, a._h)
        elif t is int or t is bool:
            h = _it(op, b if -INT_LIMIT < b < INT_LIMIT else float(b), a._h)
        else:
            return unsupported(symbol, b, a)
        if h is False:
            fail()
        return wrap(h)

    return operate


def compare(name, symbol):
    run = binary(name, symbol)

    def operate(a, b):
        if b is None or isinstance(b, (str, list, tuple, dict)):
            if name == "eq":
                return False
            if name == "ne":
                return True
            raise TypeError(
                "'%s' not supported between instances of '%s' and '%s'"
                % (symbol, type(a).__name__, type(b).__name__)
            )
        return run(a, b)

    return operate


def unary(name):
    op = find(name, "method") >> 2

    def operate(a):
        h = _t(op, a._h)
        if h is False:
            fail()
        return wrap(h)

    return operate
