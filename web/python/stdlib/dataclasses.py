"""dataclasses. Annotations are forgotten by MicroPython, so web/runtime/python/transform.ts passes
the names of the annotated fields as `_fields`."""


class _Missing:
    def __repr__(self):
        return "<dataclasses._MISSING_TYPE object>"


MISSING = _Missing()
KW_ONLY = _Missing()


class FrozenInstanceError(AttributeError):
    pass


class Field:
    def __init__(self, default, default_factory, init, repr, compare, kw_only, metadata):
        self.name = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.kw_only = kw_only
        self.metadata = metadata or {}


def field(
    *,
    default=MISSING,
    default_factory=MISSING,
    init=True,
    repr=True,
    hash=None,
    compare=True,
    metadata=None,
    kw_only=False
):
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    return Field(default, default_factory, init, repr, compare, kw_only, metadata)


def _collect(cls, names):
    found = {}
    for base in reversed(cls.__bases__):
        found.update(getattr(base, "__dataclass_fields__", {}))
    for name in names:
        value = cls.__dict__.get(name, MISSING)
        if isinstance(value, Field):
            made = value
            if made.default is not MISSING:
                setattr(cls, name, made.default)
            else:
                delattr(cls, name)
        else:
            if isinstance(value, (list, dict, set)):
                raise ValueError(
                    "mutable default %s for field %s is not allowed: use default_factory"
                    % (type(value), name)
                )
            made = Field(value, MISSING, True, True, True, False, None)
        made.name = name
        found[name] = made
    return found


def _too_many(cls, positional, given):
    most = len(positional) + 1
    least = 1
    for f in positional:
        least += f.default is MISSING and f.default_factory is MISSING
    takes = "%d" % most if least == most else "from %d to %d" % (least, most)
    plural = "" if least == most == 1 else "s"
    return "%s.__init__() takes %s positional argument%s but %d were given" % (
        cls.__name__,
        takes,
        plural,
        given + 1,
    )


def _initializer(cls, table, frozen):
    fields = [f for f in table.values() if f.init]
    positional = [f for f in fields if not f.kw_only]
    optional = False
    for f in positional:
        has_default = f.default is not MISSING or f.default_factory is not MISSING
        if optional and not has_default:
            raise TypeError("non-default argument '%s' follows default argument" % f.name)
        optional = optional or has_default

    def __init__(self, *args, **kwargs):
        if len(args) > len(positional):
            raise TypeError(_too_many(cls, positional, len(args)))
        values = dict(zip([f.name for f in positional], args))
        for name, value in kwargs.items():
            if name not in table or not table[name].init:
                raise TypeError(
                    "%s.__init__() got an unexpected keyword argument '%s'" % (cls.__name__, name)
                )
            if name in values:
                raise TypeError(
                    "%s.__init__() got multiple values for argument '%s'" % (cls.__name__, name)
                )
            values[name] = value
        missing = []
        kind = "positional"
        for f in table.values():
            if f.name in values:
                value = values[f.name]
            elif f.default_factory is not MISSING:
                value = f.default_factory()
            elif f.default is not MISSING:
                value = f.default
            elif f.init:
                if f.kw_only and not missing:
                    kind = "keyword-only"
                if not f.kw_only or kind == "keyword-only":
                    missing.append("'%s'" % f.name)
                continue
            else:
                continue
            if frozen:
                object.__setattr__(self, f.name, value)
            else:
                setattr(self, f.name, value)
        if missing:
            names = missing[0] if len(missing) == 1 else " and ".join(missing)
            if len(missing) > 2:
                names = ", ".join(missing[:-1]) + ", and " + missing[-1]
            raise TypeError(
                "%s.__init__() missing %d required %s argument%s: %s"
                % (cls.__name__, len(missing), kind, "s"[: len(missing) > 1], names)
            )
        if hasattr(self, "__post_init__"):
            self.__post_init__()

    return __init__


def _values(obj, attribute):
    return tuple(
        getattr(obj, f.name) for f in obj.__dataclass_fields__.values() if getattr(f, attribute)
    )


def _repr(self):
    shown = [
        "%s=%r" % (f.name, getattr(self, f.name))
        for f in self.__dataclass_fields__.values()
        if f.repr
    ]
    return "%s(%s)" % (type(self).__name__, ", ".join(shown))


def _compare(operation):
    def method(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return operation(_values(self, "compare"), _values(other, "compare"))

    return method


def _eq(self, other):
    if type(other) is not type(self):
        return False
    return _values(self, "compare") == _values(other, "compare")


def _frozen_set(self, name, value):
    raise FrozenInstanceError("cannot assign to field '%s'" % name)


def _frozen_del(self, name):
    raise FrozenInstanceError("cannot delete field '%s'" % name)


def dataclass(
    cls=None,
    *,
    _fields=(),
    init=True,
    repr=True,
    eq=True,
    order=False,
    unsafe_hash=False,
    frozen=False,
    match_args=True,
    kw_only=False,
    slots=False,
    weakref_slot=False
):
    def wrap(cls):
        own = cls.__dict__
        table = _collect(cls, _fields)
        if kw_only:
            for name in _fields:
                table[name].kw_only = True
        cls.__dataclass_fields__ = table
        if init and "__init__" not in own:
            cls.__init__ = _initializer(cls, table, frozen)
        if repr and "__repr__" not in own:
            cls.__repr__ = _repr
        if eq and "__eq__" not in own:
            cls.__eq__ = _eq
        if order:
            cls.__lt__ = _compare(lambda a, b: a < b)
            cls.__le__ = _compare(lambda a, b: a <= b)
            cls.__gt__ = _compare(lambda a, b: a > b)
            cls.__ge__ = _compare(lambda a, b: a >= b)
        if (frozen and eq or unsafe_hash) and "__hash__" not in own:
            cls.__hash__ = lambda self: hash(_values(self, "compare"))
        if frozen:
            cls.__setattr__ = _frozen_set
            cls.__delattr__ = _frozen_del
        return cls

    return wrap if cls is None else wrap(cls)


def is_dataclass(obj):
    return hasattr(obj, "__dataclass_fields__")


def fields(obj):
    if not is_dataclass(obj):
        raise TypeError("must be called with a dataclass type or instance")
    return tuple(obj.__dataclass_fields__.values())


def _plain(value, dict_factory, tuples):
    if is_dataclass(value) and not isinstance(value, type):
        items = [(f.name, _plain(getattr(value, f.name), dict_factory, tuples)) for f in fields(value)]
        return tuple(v for _, v in items) if tuples else dict_factory(items)
    if isinstance(value, (list, tuple)):
        return type(value)([_plain(v, dict_factory, tuples) for v in value])
    if isinstance(value, dict):
        return {k: _plain(v, dict_factory, tuples) for k, v in value.items()}
    return value


def asdict(obj, *, dict_factory=dict):
    return _plain(obj, dict_factory, False)


def astuple(obj, *, tuple_factory=tuple):
    return _plain(obj, dict, True)


def replace(obj, **changes):
    for f in fields(obj):
        if f.init and f.name not in changes:
            changes[f.name] = getattr(obj, f.name)
    return type(obj)(**changes)
