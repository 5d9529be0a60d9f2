"""collections: containers that behave and print as CPython's."""

import _gb_boot
from ucollections import namedtuple as _namedtuple


_MISSING = object()


def _and(names):
    """'a', 'b', and 'c' — as CPython lists the arguments that are missing."""
    if len(names) < 3:
        return " and ".join(names)
    return ", ".join(names[:-1]) + ", and " + names[-1]


def _complete(typename, names, optional, args, kwargs):
    """The values of all fields, or CPython's errors."""
    if len(args) > len(names):
        raise TypeError(
            "%s.__new__() takes %d positional arguments but %d were given"
            % (typename, len(names) + 1, len(args) + 1)
        )
    for name in kwargs:
        if name not in names:
            raise TypeError(
                "%s.__new__() got an unexpected keyword argument '%s'" % (typename, name)
            )
        if name in names[: len(args)]:
            raise TypeError("%s.__new__() got multiple values for argument '%s'" % (typename, name))
    values = list(args)
    missing = []
    for name in names[len(args) :]:
        value = kwargs.get(name, optional.get(name, _MISSING))
        if value is _MISSING:
            missing.append("'%s'" % name)
        values.append(value)
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise TypeError(
            "%s.__new__() missing %d required positional argument%s: %s"
            % (typename, len(missing), plural, _and(missing))
        )
    return values


def namedtuple(typename, field_names, *, rename=False, defaults=None, module=None):
    if isinstance(field_names, str):
        field_names = field_names.replace(",", " ").split()
    names = list(field_names)
    seen = set()
    for i, name in enumerate(names):
        if rename and (name.startswith("_") or name in seen or not _gb_boot.is_identifier(name)):
            names[i] = name = "_%d" % i
        if not _gb_boot.is_identifier(name):
            raise ValueError("Type names and field names must be valid identifiers: %r" % name)
        if name.startswith("_") and not rename:
            raise ValueError("Field names cannot start with an underscore: %r" % name)
        if name in seen:
            raise ValueError("Encountered duplicate field name: %r" % name)
        seen.add(name)
    native = _namedtuple(typename, names)
    given = tuple(defaults) if defaults else ()
    if len(given) > len(names):
        raise TypeError("Got more default values than field names")
    optional = dict(zip(names[len(names) - len(given) :], given))
    exact = len(names)

    def __init__(self, *args, **kwargs):
        if kwargs or len(args) != exact:
            args = _complete(typename, names, optional, args, kwargs)
        super(made, self).__init__(*args)

    def __setattr__(self, name, value):
        if name in names:
            raise AttributeError("can't set attribute")
        object.__setattr__(self, name, value)

    def __repr__(self):
        shown = ["%s=%r" % (name, getattr(self, name)) for name in names]
        return "%s(%s)" % (type(self).__name__, ", ".join(shown))

    def _replace(self, **kwargs):
        for name in kwargs:
            if name not in names:
                raise ValueError("Got unexpected field names: %r" % [n for n in kwargs if n not in names])
        return type(self)(*[kwargs.get(name, getattr(self, name)) for name in names])

    def _asdict(self):
        return {name: getattr(self, name) for name in names}

    members = {
        "_fields": tuple(names),
        "_field_defaults": optional,
        "_replace": _replace,
        "_asdict": _asdict,
        "_make": classmethod(lambda cls, iterable: cls(*iterable)),
        "__init__": __init__,
        "__setattr__": __setattr__,
        "__repr__": __repr__,
        "__str__": __repr__,
    }
    made = type(typename, (native,), members)
    _gb_boot._gb_name_class(made, module or "__main__", typename)
    return made


class _Dict(dict):
    """What MicroPython's dict does only for exact dicts."""

    def __eq__(self, other):
        if not isinstance(other, dict):
            return False
        if len(self) != len(other):
            return False
        for key, value in self.items():
            if key not in other or other[key] != value:
                return False
        return True

    def __ne__(self, other):
        return not self == other

    def update(self, *args, **kwargs):
        for other in args:
            pairs = other.items() if hasattr(other, "items") else other
            for key, value in pairs:
                self[key] = value
        for key, value in kwargs.items():
            self[key] = value

    def __or__(self, other):
        out = self.copy()
        out.update(other)
        return out

    def __ior__(self, other):
        self.update(other)
        return self

    def __str__(self):
        return self.__repr__()


class OrderedDict(_Dict):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.update(*args, **kwargs)

    def __eq__(self, other):
        if isinstance(other, OrderedDict):
            return list(self.items()) == list(other.items())
        return _Dict.__eq__(self, other)

    def move_to_end(self, key, last=True):
        value = self.pop(key)
        if last:
            self[key] = value
            return
        others = list(self.items())
        self.clear()
        self[key] = value
        self.update(others)

    def popitem(self, last=True):
        if not len(self):
            raise KeyError("dictionary is empty")
        keys = list(self.keys())
        key = keys[-1 if last else 0]
        return key, self.pop(key)

    def copy(self):
        return OrderedDict(self)

    def __reversed__(self):
        return iter(list(self.keys())[::-1])

    def __repr__(self):
        return "OrderedDict(%r)" % list(self.items()) if len(self) else "OrderedDict()"


class defaultdict(_Dict):
    def __init__(self, default_factory=None, *args, **kwargs):
        if default_factory is not None and not callable(default_factory):
            raise TypeError("first argument must be callable or None")
        self.default_factory = default_factory
        super().__init__()
        self.update(*args, **kwargs)

    def __getitem__(self, key):
        if key in self:
            return self.get(key)
        return self.__missing__(key)

    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        value = self.default_factory()
        self[key] = value
        return value

    def copy(self):
        return defaultdict(self.default_factory, self)

    def __repr__(self):
        return "defaultdict(%r, %r)" % (self.default_factory, dict(self.items()))


class Counter(_Dict):
    def __init__(self, iterable=None, **kwargs):
        super().__init__()
        self.update(iterable, **kwargs)

    def _entries(self, iterable, kwargs):
        if iterable is not None:
            if hasattr(iterable, "items"):
                for key, n in iterable.items():
                    yield key, n
            else:
                for key in iterable:
                    yield key, 1
        for key, n in kwargs.items():
            yield key, n

    def update(self, iterable=None, **kwargs):
        for key, n in self._entries(iterable, kwargs):
            self[key] = self.get(key, 0) + n

    def subtract(self, iterable=None, **kwargs):
        for key, n in self._entries(iterable, kwargs):
            self[key] = self.get(key, 0) - n

    def __getitem__(self, key):
        return self.get(key, 0)

    def most_common(self, n=None):
        ranked = sorted(self.items(), key=lambda item: item[1], reverse=True)
        return ranked if n is None else ranked[:n]

    def elements(self):
        for key, n in self.items():
            for _ in range(n):
                yield key

    def total(self):
        return sum(self.values())

    def copy(self):
        return Counter(self)

    def _combined(self, other, combine):
        out = Counter()
        for key in list(self.keys()) + [k for k in other.keys() if k not in self]:
            n = combine(self.get(key, 0), other.get(key, 0))
            if n > 0:
                out[key] = n
        return out

    def __add__(self, other):
        return self._combined(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._combined(other, lambda a, b: a - b)

    def __and__(self, other):
        return self._combined(other, min)

    def __or__(self, other):
        return self._combined(other, max)

    def __repr__(self):
        if not len(self):
            return "Counter()"
        return "Counter({%s})" % ", ".join(["%r: %r" % item for item in self.most_common()])

    def __pos__(self):
        return self._combined({}, lambda a, b: a)

    def __neg__(self):
        return self._combined({}, lambda a, b: -a)

    def __delitem__(self, key):
        if key in self:
            self.pop(key)


class deque:
    def __init__(self, iterable=(), maxlen=None):
        self._items = []
        self.maxlen = maxlen
        self.extend(iterable)

    def append(self, x):
        self._items.append(x)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            del self._items[0]

    def appendleft(self, x):
        self._items.insert(0, x)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            self._items.pop()

    def extend(self, iterable):
        for x in iterable:
            self.append(x)

    def extendleft(self, iterable):
        for x in iterable:
            self.appendleft(x)

    def pop(self):
        if not self._items:
            raise IndexError("pop from an empty deque")
        return self._items.pop()

    def popleft(self):
        if not self._items:
            raise IndexError("pop from an empty deque")
        return self._items.pop(0)

    def clear(self):
        self._items.clear()

    def copy(self):
        return deque(self._items, self.maxlen)

    def count(self, x):
        return self._items.count(x)

    def index(self, x):
        return self._items.index(x)

    def insert(self, i, x):
        if self.maxlen is not None and len(self._items) >= self.maxlen:
            raise IndexError("deque already at its maximum size")
        self._items.insert(i, x)

    def remove(self, x):
        if x not in self._items:
            raise ValueError("deque.remove(x): x not in deque")
        self._items.remove(x)

    def reverse(self):
        self._items.reverse()

    def rotate(self, n=1):
        if self._items:
            n %= len(self._items)
            self._items = self._items[-n:] + self._items[:-n]

    def __len__(self):
        return len(self._items)

    def __bool__(self):
        return bool(self._items)

    def __iter__(self):
        return iter(self._items)

    def __contains__(self, x):
        return x in self._items

    def __getitem__(self, i):
        return self._items[i]

    def __setitem__(self, i, x):
        self._items[i] = x

    def __delitem__(self, i):
        del self._items[i]

    def __reversed__(self):
        return iter(self._items[::-1])

    def __add__(self, other):
        return deque(self._items + list(other), self.maxlen)

    def __iadd__(self, other):
        self.extend(other)
        return self

    def __mul__(self, n):
        return deque(self._items * n, self.maxlen)

    def __eq__(self, other):
        return isinstance(other, deque) and self._items == other._items

    def __lt__(self, other):
        return self._items < other._items

    def __repr__(self):
        end = "" if self.maxlen is None else ", maxlen=%d" % self.maxlen
        return "deque(%r%s)" % (self._items, end)
