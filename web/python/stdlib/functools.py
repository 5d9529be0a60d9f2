"""functools."""

import _gb_boot


class partial:
    def __init__(self, func, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords

    def __call__(self, *args, **kwargs):
        merged = dict(self.keywords)
        merged.update(kwargs)
        if self.func is int and "base" in merged:
            # MicroPython's int() takes no keywords.
            return int(*self.args, *args, merged["base"])
        return self.func(*self.args, *args, **merged)


_NONE = object()


def reduce(function, iterable, initial=_NONE):
    it = iter(iterable)
    if initial is _NONE:
        try:
            initial = next(it)
        except StopIteration:
            raise TypeError("reduce() of empty iterable with no initial value")
    for x in it:
        initial = function(initial, x)
    return initial


def update_wrapper(wrapper, wrapped, *args, **kwargs):
    _gb_boot._names[id(wrapper)] = (wrapper, _gb_boot._gb_name(wrapped))
    return wrapper


def wraps(wrapped, *args, **kwargs):
    return lambda wrapper: update_wrapper(wrapper, wrapped)


def _cached(function, maxsize):
    table = {}
    counts = [0, 0]

    class Cached:
        def __call__(self, *args, **kwargs):
            key = (args, tuple(sorted(kwargs.items()))) if kwargs else args
            if key in table:
                counts[0] += 1
                value = table[key]
                if maxsize is not None:
                    del table[key]
                    table[key] = value
                return value
            counts[1] += 1
            value = function(*args, **kwargs)
            if maxsize is not None and len(table) >= maxsize > 0:
                del table[next(iter(table))]
            if maxsize != 0:
                table[key] = value
            return value

        def __get__(self, obj, owner=None):
            if obj is None:
                return self
            return lambda *args, **kwargs: self(obj, *args, **kwargs)

        def cache_clear(self):
            table.clear()
            counts[:] = [0, 0]

        def cache_info(self):
            return CacheInfo(counts[0], counts[1], maxsize, len(table))

    return Cached()


from ucollections import namedtuple as _namedtuple

CacheInfo = _namedtuple("CacheInfo", ["hits", "misses", "maxsize", "currsize"])


def lru_cache(maxsize=128, typed=False):
    if callable(maxsize):
        return _cached(maxsize, 128)
    return lambda function: _cached(function, maxsize)


def cache(function):
    return _cached(function, None)


class cached_property:
    def __init__(self, func):
        self.func = func
        self.values = {}

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        key = id(obj)
        if key not in self.values or self.values[key][0] is not obj:
            self.values[key] = (obj, self.func(obj))
        return self.values[key][1]


def cmp_to_key(compare):
    class Key:
        def __init__(self, obj):
            self.obj = obj

        def __lt__(self, other):
            return compare(self.obj, other.obj) < 0

        def __eq__(self, other):
            return compare(self.obj, other.obj) == 0

    return Key


def total_ordering(cls):
    """Adds the comparisons that are missing, from `__lt__` (or another one) and `__eq__`."""
    own = cls.__dict__
    if "__lt__" in own:
        less = lambda a, b: a.__lt__(b)
    elif "__gt__" in own:
        less = lambda a, b: b.__gt__(a)
    elif "__le__" in own:
        less = lambda a, b: a.__le__(b) and not a == b
    elif "__ge__" in own:
        less = lambda a, b: not a.__ge__(b)
    else:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    if "__lt__" not in own:
        cls.__lt__ = lambda self, other: less(self, other)
    if "__gt__" not in own:
        cls.__gt__ = lambda self, other: less(other, self)
    if "__le__" not in own:
        cls.__le__ = lambda self, other: less(self, other) or self == other
    if "__ge__" not in own:
        cls.__ge__ = lambda self, other: less(other, self) or self == other
    return cls


def singledispatch(function):
    table = []

    def dispatch(first, *args, **kwargs):
        for kind, chosen in reversed(table):
            if isinstance(first, kind):
                return chosen(first, *args, **kwargs)
        return function(first, *args, **kwargs)

    class Dispatcher:
        def __call__(self, *args, **kwargs):
            return dispatch(*args, **kwargs)

        def register(self, kind, chosen=None):
            if chosen is None:
                return lambda chosen: self.register(kind, chosen)
            table.append((kind, chosen))
            return chosen

    return Dispatcher()
