"""Classes as CPython makes them: their names, reflected comparisons, slots, abstract methods."""

import builtins

import _gb_host

_build_class = builtins.__build_class__


def _gb_name_class(cls, module, name):
    """Tells the printer of classes, see web/runtime/micropython/hooks.ts."""
    _gb_host.name_class(id(cls), name if module == "builtins" else module + "." + name)


def _gb_of_class(cls, name):
    """cls.name, where instances have more methods than the class knows of."""
    if hasattr(cls, name):
        return getattr(cls, name)
    return lambda self, *args, **kwargs: getattr(self, name)(*args, **kwargs)


# The last exceptions that were raised `from` another, with that: they take no attributes.
_causes = []


def _gb_from(error, cause):
    """What `raise error from cause` raises."""
    if isinstance(error, type):
        error = error()
    _causes.append((error, cause))
    del _causes[:-32]
    return error


def _gb_cause(error, name):
    """error.__cause__, __context__ or __suppress_context__. Without `from`, no context is known."""
    if not isinstance(error, BaseException):
        return getattr(error, name)
    cause = None
    known = False
    for other, its in _causes:
        if other is error:
            cause, known = its, True
    return known if name == "__suppress_context__" else cause


def _reflected(symbol, own, other):
    """A comparison that the left side lacks is asked of the right side, the other way round."""

    def method(self, right):
        asked = getattr(type(right), other, None)
        if asked is None or asked in _reflections:
            raise TypeError(
                "'%s' not supported between instances of '%s' and '%s'"
                % (symbol, type(self).__name__, type(right).__name__)
            )
        return asked(right, self)

    _reflections.append(method)
    return other, own, method


_reflections = []
_COMPARISONS = [
    _reflected("<", "__lt__", "__gt__"),
    _reflected(">", "__gt__", "__lt__"),
    _reflected("<=", "__le__", "__ge__"),
    _reflected(">=", "__ge__", "__le__"),
]


def _slots_of(cls):
    """The names that instances may have, or None if they may have any."""
    if cls is object:
        return []
    own = cls.__dict__.get("__slots__")
    if own is None:
        return None
    found = [own] if isinstance(own, str) else list(own)
    for base in cls.__bases__:
        inherited = _slots_of(base)
        if inherited is None:
            return None
        found += inherited
    return found


def _keep_slots(cls):
    slots = _slots_of(cls)
    if slots is None or "__setattr__" in cls.__dict__:
        return

    def __setattr__(self, name, value):
        if name not in slots and not hasattr(cls, name):
            raise AttributeError("'%s' object has no attribute '%s'" % (cls.__name__, name))
        object.__setattr__(self, name, value)

    cls.__setattr__ = __setattr__


def _gb_build_class(body, name, *bases, **keywords):
    cls = _build_class(body, name, *bases, **keywords)
    own = cls.__dict__
    module = own.get("__module__", "builtins")
    if not module.startswith("_gb_"):
        _gb_name_class(cls, module, own.get("__qualname__", name))
    for defined, lacking, method in _COMPARISONS:
        if defined in own and not hasattr(cls, lacking):
            setattr(cls, lacking, method)
    if "__slots__" in own:
        _keep_slots(cls)
    return cls


builtins.__build_class__ = _gb_build_class

# Abstract methods: functions take no attributes here, so they are noted in a table.
_abstract = {}
_property = property


def _gb_abstract(function):
    _abstract[id(function)] = function
    return function


def _gb_is_abstract(value):
    # None is what the table gives for everything else.
    return value is not None and _abstract.get(id(value)) is value


def _no_setter(fget):
    name = getattr(fget, "__name__", "")

    def refuse(self, value):
        raise AttributeError("property '%s' of '%s' object has no setter" % (name, type(self).__name__))

    return refuse


def _gb_property(fget=None, fset=None, fdel=None, doc=None):
    if fset is None and fget is not None:
        fset = _no_setter(fget)
    made = _property(fget, fset, fdel)
    if fget is not None and _gb_is_abstract(fget):
        _abstract[id(made)] = made
    return made


def _wrapping(kind):
    """classmethod or staticmethod: what wraps an abstract function is abstract itself."""

    def wrap(function):
        made = kind(function)
        if _gb_is_abstract(function):
            _abstract[id(made)] = made
        return made

    return wrap


_gb_classmethod = _wrapping(classmethod)
_gb_staticmethod = _wrapping(staticmethod)
