"""Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict."""
from .. import _core
from .._tensor import Tensor
from ._layers import NativeLayer
from ._module import Module
from .parameter import Parameter


class _Listed:
    """What Sequential and ModuleList share: children named "0", "1", ..."""

    def _position(self, i):
        n = len(self._modules)
        i = i.__index__() if not isinstance(i, int) else i
        if not -n <= i < n:
            raise IndexError("index %d is out of range" % i)
        return str(i + n if i < 0 else i)

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(list(self._modules.values()))

    def __getitem__(self, i):
        if isinstance(i, slice):
            return type(self)._of(list(self._modules.values())[i])
        return list(self._modules.values())[int(self._position(i))]

    def __setitem__(self, i, module):
        setattr(self, list(self._modules)[int(self._position(i))], module)

    def __delitem__(self, i):
        kept = list(self._modules.values())
        if isinstance(i, slice):
            del kept[i]
        else:
            kept.pop(int(self._position(i)))
        for name in list(self._modules):
            delattr(self, name)
        for k in range(len(kept)):
            self.add_module(str(k), kept[k])

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
        for name in list(self._modules):
            delattr(self, name)
        for k in range(len(kept)):
            self.add_module(str(k), kept[k])


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

    @classmethod
    def _of(cls, modules):
        return cls(*modules)

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

    _container = True

    def __init__(self, modules=None):
        Module.__init__(self)
        if modules is not None:
            self.extend(modules)

    @classmethod
    def _of(cls, modules):
        return cls(modules)

    def __iadd__(self, modules):
        return self.extend(modules)

    def __add__(self, other):
        return ModuleList(list(self) + list(other))


class ModuleDict(Module):
    """A dict of modules that registers them."""

    _container = True

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


def _parameter_text(p):
    shape = "x".join([str(n) for n in p.shape])
    return "%s containing: [torch.float32 of size %s]" % (type(p).__name__, shape)


def _as_parameter(value):
    return Parameter(value) if isinstance(value, Tensor) and not isinstance(value, Parameter) else value


class ParameterList(Module):
    """A list of parameters that registers them; tensors become parameters."""

    _container = True

    def __init__(self, values=None):
        Module.__init__(self)
        if values is not None:
            self.extend(values)

    def __len__(self):
        return len(self._parameters)

    def __iter__(self):
        return iter(list(self._parameters.values()))

    def __getitem__(self, i):
        values = list(self._parameters.values())
        if isinstance(i, slice):
            return ParameterList(values[i])
        if not -len(values) <= i < len(values):
            raise IndexError("index %d is out of range" % i)
        return values[i]

    def __setitem__(self, i, value):
        n = len(self._parameters)
        setattr(self, str(i + n if i < 0 else i), _as_parameter(value))

    def append(self, value):
        setattr(self, str(len(self._parameters)), _as_parameter(value))
        return self

    def extend(self, values):
        for v in values:
            self.append(v)
        return self

    def extra_repr(self):
        lines = []
        for i, p in enumerate(self):
            text = "Parameter containing: [%s of size %s]" % (
                repr(p.dtype),
                "x".join([str(n) for n in p.shape]),
            )
            lines.append("  (" + str(i) + "): " + text)
        return "\n".join(lines)


class ParameterDict(Module):
    """A dict of parameters that registers them."""

    _container = True

    def __init__(self, parameters=None):
        Module.__init__(self)
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key):
        return self._parameters[key]

    def __setitem__(self, key, value):
        setattr(self, key, _as_parameter(value))

    def __len__(self):
        return len(self._parameters)

    def __iter__(self):
        return iter(self._parameters)

    def __contains__(self, key):
        return key in self._parameters

    def keys(self):
        return self._parameters.keys()

    def items(self):
        return self._parameters.items()

    def values(self):
        return self._parameters.values()

    def update(self, parameters):
        for key, value in parameters.items():
            self[key] = value
