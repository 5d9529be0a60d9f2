"""collections: MicroPython's OrderedDict and namedtuple, with the rest of CPython's containers."""

from ucollections import OrderedDict
from ucollections import namedtuple as _namedtuple


def namedtuple(typename, field_names, *, rename=False, defaults=None, module=None):
    if isinstance(field_names, str):
        field_names = field_names.replace(",", " ").split()
    names = list(field_names)
    native = _namedtuple(typename, names)
    given = tuple(defaults) if defaults else ()
    optional = dict(zip(names[len(names) - len(given) :], given))

    def __init__(self, *args, **kwargs):
        for name in names[len(args) :]:
            if name not in kwargs and name in optional:
                kwargs[name] = optional[name]
        native.__init__(self, *args, **kwargs)

    def _replace(self, **kwargs):
        return made(*[kwargs.get(name, getattr(self, name)) for name in names])

    def _asdict(self):
        return {name: getattr(self, name) for name in names}

    members = {
        "_fields": tuple(names),
        "_field_defaults": optional,
        "_replace": _replace,
        "_asdict": _asdict,
        "_make": staticmethod(lambda iterable: made(*iterable)),
    }
    if optional:
        members["__init__"] = __init__
    made = type(typename, (native,), members)
    return made


class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **kwargs):
        self.default_factory = default_factory
        super().__init__()
        self.update(dict(*args, **kwargs))

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


class Counter(dict):
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
        return "Counter({%s})" % ", ".join("%r: %r" % item for item in self.most_common())


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
        self._items.insert(i, x)

    def remove(self, x):
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

    def __eq__(self, other):
        return isinstance(other, deque) and self._items == other._items

    def __repr__(self):
        end = "" if self.maxlen is None else ", maxlen=%d" % self.maxlen
        return "deque(%r%s)" % (self._items, end)
