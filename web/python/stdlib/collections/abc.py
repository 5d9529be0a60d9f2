"""collections.abc: for annotations, as simple bases, and for isinstance().

Where a snippet imports this module, web/runtime/python/transform.ts writes `isinstance` as
`_gb_isinstance`, which asks `_gb_check`.
"""


def _has(*names):
    def check(x):
        if isinstance(x, type):
            return False
        for name in names:
            if not hasattr(x, name):
                return False
        return True

    return check


def _sized(x):
    try:
        len(x)
    except TypeError:
        return False
    return True


def _hashable(x):
    try:
        hash(x)
    except TypeError:
        return False
    return True


def _iterable(x):
    if isinstance(x, (str, bytes, bytearray, list, tuple, dict, set, frozenset, range)):
        return True
    if hasattr(x, "__iter__"):
        return True
    return _iterator(x) or isinstance(x, type({}.keys()))


_ITERATORS = tuple(
    [type(iter(x)) for x in ([], (), "", {}, set(), range(0), b"")]
    + [type(x) for x in (enumerate([]), zip([]), map(abs, []), filter(abs, []), reversed([]))]
    + [type((x for x in []))]
)


def _iterator(x):
    return isinstance(x, _ITERATORS) or hasattr(x, "__next__") and hasattr(x, "__iter__")


def _container(x):
    builtin = (str, bytes, bytearray, list, tuple, dict, set, frozenset, range)
    return isinstance(x, builtin) or hasattr(x, "__contains__")


def _kinds(*types):
    return lambda x: isinstance(x, types)


class Hashable:
    _gb_check = staticmethod(_hashable)


class Sized:
    _gb_check = staticmethod(_sized)


class Container:
    _gb_check = staticmethod(_container)


class Iterable:
    _gb_check = staticmethod(_iterable)


class Iterator(Iterable):
    _gb_check = staticmethod(_iterator)

    def __iter__(self):
        return self


class Generator(Iterator):
    _gb_check = staticmethod(_kinds(type((x for x in []))))


class Reversible(Iterable):
    _gb_check = staticmethod(_kinds(list, tuple, str, bytes, range, dict))


class Collection:
    _gb_check = staticmethod(lambda x: _sized(x) and _iterable(x) and _container(x))


class Callable:
    _gb_check = staticmethod(callable)


class Sequence:
    _gb_check = staticmethod(_kinds(list, tuple, str, range, bytes, bytearray))


class MutableSequence:
    _gb_check = staticmethod(_kinds(list, bytearray))


class Mapping:
    _gb_check = staticmethod(_kinds(dict))


class MutableMapping:
    _gb_check = staticmethod(_kinds(dict))


class Set:
    _gb_check = staticmethod(_kinds(set, frozenset))


class MutableSet:
    _gb_check = staticmethod(_kinds(set))


class ByteString:
    _gb_check = staticmethod(_kinds(bytes, bytearray))


class Awaitable:
    _gb_check = staticmethod(_has("__await__"))


class Coroutine(Awaitable):
    pass


class AsyncIterable:
    _gb_check = staticmethod(_has("__aiter__"))


class AsyncIterator(AsyncIterable):
    pass
