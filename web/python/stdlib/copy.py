"""copy."""


class Error(Exception):
    pass


error = Error

_ATOMIC = (type(None), bool, int, float, complex, str, bytes, type, range)


def _is_atomic(x):
    return isinstance(x, _ATOMIC) or callable(x) and not hasattr(x, "__dict__") or x is Ellipsis


def _instance(x, convert):
    """A new object of the same class, with converted attributes."""
    cls = type(x)
    if isinstance(x, BaseException):
        return cls(*x.args)
    try:
        made = object.__new__(cls)
        for name, value in list(x.__dict__.items()):
            object.__setattr__(made, name, convert(value))
    except (AttributeError, TypeError):
        made = None
    if made is None:
        raise Error("un(deep)copyable object of type %s" % cls)
    return made


def copy(x):
    method = getattr(x, "__copy__", None)
    if method is not None:
        return method()
    if _is_atomic(x) or isinstance(x, (tuple, frozenset)):
        return x
    if isinstance(x, (list, dict, set, bytearray)):
        return x.copy() if hasattr(x, "copy") else type(x)(x)
    return _instance(x, lambda value: value)


def deepcopy(x, memo=None):
    if _is_atomic(x):
        return x
    if memo is None:
        memo = {}
    key = id(x)
    if key in memo:
        return memo[key]
    method = getattr(x, "__deepcopy__", None)
    if method is not None:
        made = method(memo)
    elif type(x) is list:
        made = memo[key] = []
        for value in x:
            made.append(deepcopy(value, memo))
    elif isinstance(x, dict):
        made = memo[key] = {} if type(x) is dict else copy(x)
        made.clear()
        for k, value in x.items():
            made[deepcopy(k, memo)] = deepcopy(value, memo)
    elif type(x) is tuple:
        made = tuple([deepcopy(value, memo) for value in x])
    elif isinstance(x, tuple):
        made = type(x)(*[deepcopy(value, memo) for value in x])
    elif isinstance(x, (set, frozenset)):
        made = type(x)([deepcopy(value, memo) for value in x])
    elif isinstance(x, bytearray):
        made = bytearray(x)
    elif hasattr(x, "__dict__"):
        # The object is known before its attributes are copied: they may lead back to it.
        made = _instance(x, lambda value: None)
        memo[key] = made
        for name, value in list(x.__dict__.items()):
            object.__setattr__(made, name, deepcopy(value, memo))
    else:
        raise Error("un(deep)copyable object of type %s" % type(x))
    memo[key] = made
    # What was copied must not be collected, or its id() might stand for something else.
    memo.setdefault("kept", []).append(x)
    return made
