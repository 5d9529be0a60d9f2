"""`x.__dict__` to change an object through, where MicroPython gives a copy that is read-only."""


class Members:
    """Attributes of one object as a mapping. `members[...] = d` puts d's items in place of them all."""

    def __init__(self, owner):
        self._owner = owner

    def __setitem__(self, name, value):
        if name is Ellipsis:
            self.clear()
            self.update(value)
        else:
            object.__setattr__(self._owner, name, value)

    def __getitem__(self, name):
        return self._owner.__dict__[name]

    def __delitem__(self, name):
        if name not in self._owner.__dict__:
            raise KeyError(name)
        object.__delattr__(self._owner, name)

    def update(self, *args, **kwargs):
        for name, value in dict(*args, **kwargs).items():
            self[name] = value

    def setdefault(self, name, default=None):
        if name not in self._owner.__dict__:
            self[name] = default
        return self[name]

    def pop(self, name, *default):
        if default and name not in self._owner.__dict__:
            return default[0]
        value = self[name]
        del self[name]
        return value

    def popitem(self):
        name = list(self._owner.__dict__)[-1]
        return name, self.pop(name)

    def clear(self):
        for name in list(self._owner.__dict__):
            del self[name]
