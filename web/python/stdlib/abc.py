"""abc: abstract base classes. MicroPython has no metaclasses; the check stands in `ABC.__new__`."""

import builtins

import _gb_boot

abstractmethod = _gb_boot._gb_abstract


def _missing(cls):
    seen = {}
    order = []

    def visit(c):
        if c is object:
            return
        for base in reversed(c.__bases__):
            visit(base)
        if c not in order:
            order.append(c)

    visit(cls)
    for c in order:
        for name, value in c.__dict__.items():
            seen[name] = _gb_boot._gb_is_abstract(value)
    return sorted(name for name in seen if seen[name])


class ABC:
    def __new__(cls, *args, **kwargs):
        names = _missing(cls)
        if names:
            plural = "s" if len(names) > 1 else ""
            raise TypeError(
                "Can't instantiate abstract class %s with abstract method%s %s"
                % (cls.__name__, plural, ", ".join(names))
            )
        return object.__new__(cls)


def abstractproperty(function):
    return property(abstractmethod(function))


def abstractclassmethod(function):
    return abstractmethod(classmethod(function))


def abstractstaticmethod(function):
    return abstractmethod(staticmethod(function))


ABCMeta = ABC
# What `metaclass=ABCMeta` is rewritten to.
builtins._gb_ABC = ABC
