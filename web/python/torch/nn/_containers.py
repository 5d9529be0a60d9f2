"""Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict."""
from .._homes import place
from .._tensor import Tensor
from ._layers import NativeLayer
from ._module import Module
from .parameter import Parameter


def index(i):
    if isinstance(i, int):
        return i
    if not hasattr(i, "__index__"):
        raise TypeError("'%s' object cannot be interpreted as an integer" % type(i).__name__)
    return i.__index__()


class _Listed:
    """What Sequential and ModuleList share: children named "0", "1", ..."""

    def _position(self, i):
        n = len(self._modules)
        i = index(i)
        if not -n <= i < n:
            raise IndexError("index %d is out of range" % i)
        return str(i + n if i < 0 else i)

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(list(self._modules.values()))

    def __getitem__(self, i):
        if isinstance(i, slice):
            return self._part(list(self._modules.items())[i])
        return list(self._modules.values())[int(self._position(i))]

    def __setitem__(self, i, module):
        setattr(self, list(self._modules)[int(self._position(i))], module)

    def __delitem__(self, i):
        kept = list(self._modules.values())
        if isinstance(i, slice):
            gone = list(range(len(kept)))[i]
        else:
            gone = [int(self._position(i))]
        self._refill([kept[k] for k in range(len(kept)) if k not in gone])

    def _refill(self, kept):
        for name in list(self._modules):
            delattr(self, name)
        for k in range(len(kept)):
            self.add_module(str(k), kept[k])

    def pop(self, i):
        module = self[i]
        del self[i]
        return module

    def append(self, module):
        self.add_module(str(len(self._modules)), module)
        return self

    def extend(self, modules):
        for m in modules:
            self.append(m)
        return self

    def insert(self, i, module):
        kept = list(self._modules.values())
        kept.insert(i, module)
        self._refill(kept)


class Sequential(_Listed, NativeLayer):
    """Runs its modules one after another; takes modules, or an OrderedDict of them."""

    _native_kind = "Sequential"

    def __init__(self, *args):
        NativeLayer.__init__(self)
        if len(args) == 1 and isinstance(args[0], dict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            for i in range(len(args)):
                self.add_module(str(i), args[i])

    def _part(self, items):
        from collections import OrderedDict

        return type(self)(OrderedDict(items))

    def __add__(self, other):
        if not isinstance(other, Sequential):
            raise ValueError(
                "add operator supports only objects of Sequential class, but %s is given."
                % str(type(other))
            )
        return Sequential(*(list(self) + list(other)))

    def __mul__(self, n):
        return Sequential(*(list(self) * n))

    __rmul__ = __mul__

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and isinstance(args[0], Tensor):
            return NativeLayer.__call__(self, *args)
        return self.forward(*args, **kwargs)

    def forward(self, input):
        if isinstance(input, Tensor) and self._m is self._n:
            return NativeLayer.forward(self, input)
        for module in list(self._modules.values()):
            input = module(input)
        return input

    def extra_repr(self):
        return ""


Sequential._base = Sequential


class ModuleList(_Listed, Module):
    """A list of modules that registers them."""

    def __init__(self, modules=None):
        Module.__init__(self)
        if modules is not None:
            self.extend(modules)

    def _part(self, items):
        return type(self)([module for _, module in items])

    def __iadd__(self, modules):
        return self.extend(modules)

    def __add__(self, other):
        return ModuleList(list(self) + list(other))


class ModuleDict(Module):
    """A dict of modules that registers them."""

    def __init__(self, modules=None):
        Module.__init__(self)
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key):
        return self._modules[key]

    def __setitem__(self, key, module):
        self.add_module(key, module)

    def __delitem__(self, key):
        delattr(self, key)

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules)

    def __contains__(self, key):
        return key in self._modules

    def keys(self):
        return self._modules.keys()

    def items(self):
        return self._modules.items()

    def values(self):
        return self._modules.values()

    def clear(self):
        for key in list(self._modules):
            delattr(self, key)

    def pop(self, key):
        module = self._modules[key]
        delattr(self, key)
        return module

    def update(self, modules):
        for key, module in modules.items() if hasattr(modules, "items") else modules:
            self.add_module(key, module)


def _size_text(p, type_text):
    """What ParameterList and ParameterDict print of an entry."""
    if not isinstance(p, Tensor):
        return "Object of type: " + type(p).__name__
    kind = "Parameter" if isinstance(p, Parameter) else "Tensor"
    size = "x".join([str(n) for n in p.shape])
    return "%s containing: [%s of size %s]" % (kind, type_text(p), size)


def _as_parameter(value):
    if isinstance(value, Tensor) and not isinstance(value, Parameter):
        return Parameter(value)
    return value


class _Parameters(Module):
    """What ParameterList and ParameterDict share: values by key; those that are no tensors too."""

    def _start(self):
        Module.__init__(self)
        object.__setattr__(self, "_keys", {})

    def _put(self, key, value):
        self._keys[key] = None
        setattr(self, key, _as_parameter(value))

    def _drop(self, key):
        del self._keys[key]
        delattr(self, key)

    def __len__(self):
        return len(self._keys)

    def extra_repr(self):
        lines = ["  (%s): %s" % (k, _size_text(getattr(self, k), self._type_text)) for k in self._keys]
        return "\n".join(lines)


class ParameterList(_Parameters):
    """A list of parameters that registers them; tensors become parameters."""

    def _type_text(self, p):
        return repr(p.dtype)

    def __init__(self, values=None):
        self._start()
        if values is not None:
            self.extend(values)

    def _position(self, i):
        n = len(self)
        i = index(i)
        if not -n <= i < n:
            raise IndexError("index %d is out of range" % i)
        return str(i + n if i < 0 else i)

    def __iter__(self):
        return iter([getattr(self, key) for key in self._keys])

    def __getitem__(self, i):
        if isinstance(i, slice):
            return ParameterList(list(self)[i])
        return getattr(self, self._position(i))

    def __setitem__(self, i, value):
        self._put(self._position(i), value)

    def append(self, value):
        self._put(str(len(self)), value)
        return self

    def extend(self, values):
        for v in values:
            self.append(v)
        return self

    def __iadd__(self, values):
        return self.extend(values)


class ParameterDict(_Parameters):
    """A dict of parameters that registers them."""

    def _type_text(self, p):
        return p.type()

    def __init__(self, parameters=None):
        self._start()
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key):
        if key not in self._keys:
            raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, key))
        return getattr(self, key)

    def __setitem__(self, key, value):
        self._put(key, value)

    def __delitem__(self, key):
        self._drop(key)

    def __iter__(self):
        return iter(self._keys)

    def __contains__(self, key):
        return key in self._keys

    def keys(self):
        return self._keys.keys()

    def values(self):
        return [getattr(self, key) for key in self._keys]

    def items(self):
        return [(key, getattr(self, key)) for key in self._keys]

    def get(self, key, default=None):
        return self[key] if key in self._keys else default

    def pop(self, key):
        value = self[key]
        self._drop(key)
        return value

    def setdefault(self, key, default=None):
        if key not in self._keys:
            self[key] = default
        return self[key]

    def clear(self):
        for key in list(self._keys):
            self._drop(key)

    def update(self, parameters):
        for key, value in parameters.items() if hasattr(parameters, "items") else parameters:
            self[key] = value


for _type in (Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict):
    place(_type, "torch.nn.modules.container")
