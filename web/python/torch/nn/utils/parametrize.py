"""torch.nn.utils.parametrize: a parameter or buffer that modules compute whenever it is read."""
from ..._core import MICRO, bridge, fail
from ..._grad_mode import no_grad
from ..._tensor import Tensor
from .. import _containers, _module_hooks
from ..parameter import Parameter

_set = object.__setattr__
# Values computed inside `with cached()`, by module and name; how many such blocks are open.
_cache = {}
_caching = [0]


class cached:
    """Inside the with block, a parametrized tensor is computed once."""

    def __enter__(self):
        _caching[0] += 1

    def __exit__(self, *args):
        _caching[0] -= 1
        if _caching[0] == 0:
            _cache.clear()


def _put(holder, name, value):
    if isinstance(value, Parameter):
        holder.register_parameter(name, value)
    else:
        holder.register_buffer(name, value)


class ParametrizationList(_containers.ModuleList):
    """The modules that compute one tensor, and the `original` (or original0, original1, ...) they
    compute it from."""

    def __init__(self, modules, original, unsafe=False):
        if len(modules) == 0:
            raise ValueError("ParametrizationList requires one or more modules.")
        _containers.ModuleList.__init__(self, modules)
        _set(self, "unsafe", unsafe)
        shape, dtype = original.shape, original.dtype
        new = original
        with no_grad():
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    try:
                        new = module.right_inverse(new)
                    except NotImplementedError:
                        pass
        if not isinstance(new, (Tensor, tuple, list)):
            raise ValueError(
                "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got "
                + type(new).__name__
            )
        _set(self, "is_tensor", isinstance(new, Tensor))
        _set(self, "ntensors", 1 if self.is_tensor else len(new))
        if self.is_tensor:
            if original.dtype is not new.dtype:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the dtype.\n"
                    "original.dtype: %s\nright_inverse(original).dtype: %s" % (dtype, new.dtype)
                )
            if new is not original:
                original.data = new.detach()
            _put(self, "original", original)
        else:
            for i, part in enumerate(new):
                if not isinstance(part, Tensor):
                    raise ValueError(
                        "'right_inverse' must return a Tensor or a Sequence of tensors (list, "
                        "tuple...). Got element %d of the sequence with type %s." % (i, type(part).__name__)
                    )
                if isinstance(original, Parameter):
                    part = Parameter(part.detach(), original.requires_grad)
                _put(self, "original%d" % i, part)
        if not unsafe:
            made = self()
            if not isinstance(made, Tensor):
                raise ValueError(
                    "A parametrization must return a tensor. Got %s." % type(made).__name__
                )
            _same("dtype", dtype, made.dtype)
            _same("shape", shape, made.shape)

    def right_inverse(self, value):
        """Makes the originals such that the tensor becomes `value`."""
        with no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        "parametrization %s does not implement right_inverse." % type(module).__name__
                    )
                value = module.right_inverse(value)
            if self.is_tensor:
                self.original.data = value.detach()
            else:
                for i, part in enumerate(value):
                    getattr(self, "original%d" % i).data = part.detach()

    def forward(self):
        modules = list(self)
        if self.is_tensor:
            x = modules[0](self.original)
        else:
            x = modules[0](*[getattr(self, "original%d" % i) for i in range(self.ntensors)])
        for module in modules[1:]:
            x = module(x)
        return x


def _same(what, before, after):
    if before != after:
        raise ValueError(
            "Registering a parametrization may not change the %s of the tensor, unless the `unsafe` "
            "flag is enabled.\nunparametrized %s: %s\nparametrized %s: %s"
            % (what, what, before, what, after)
        )


def value(module, name):
    """module.name, computed."""
    if not _caching[0]:
        return module.parametrizations[name]()
    key = (id(module), name)
    if key not in _cache:
        _cache[key] = module.parametrizations[name]()
    return _cache[key]


def assign(module, name, tensor):
    """module.name = tensor"""
    module.parametrizations[name].right_inverse(tensor)


def attach(module):
    """Has a layer of the core take the computed tensors whenever it is about to run."""
    if not hasattr(module, "_n"):
        return
    find = _module_hooks.finder(module)

    def refresh(kind, frame, changed, handles):
        layer = find()
        for name in layer.__dict__.get("_parametrized", ()):
            if bridge.module_computed(layer._n, name, value(layer, name)._h) is False:
                fail()

    _module_hooks.add(module, "pre_forward", refresh)


def _begin(module):
    cls = type(module)
    _set(module, "_parametrized", ())
    if not MICRO:
        module.__class__ = type("Parametrized" + cls.__name__, (cls,), {"_plain": cls})
    module.parametrizations = _containers.ModuleDict()
    attach(module)


def _end(module):
    del module.parametrizations
    object.__delattr__(module, "_parametrized")
    if not MICRO:
        module.__class__ = type(module)._plain


def _take_out(module, name):
    if name in module._parameters:
        original = module._parameters.pop(name)
        # A layer of the core keeps its place for it.
        if not hasattr(module, "_n"):
            module._del_core(name)
        return original
    original = module._buffers[name]
    delattr(module, name)
    return original


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    """Has `parametrization` compute module.tensor_name from what the tensor is now, or from what the
    parametrizations registered before it give."""
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        entry = module.parametrizations[tensor_name]
        if not unsafe:
            before = getattr(module, tensor_name)
            after = parametrization(before)
            if not isinstance(after, Tensor):
                raise ValueError(
                    "A parametrization must return a tensor. Got %s." % type(after).__name__
                )
            _same("dtype", before.dtype, after.dtype)
            _same("shape", before.shape, after.shape)
        entry.append(parametrization)
        _set(entry, "unsafe", entry.unsafe or unsafe)
    elif tensor_name in module._buffers or tensor_name in module._parameters:
        entry = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
        if not is_parametrized(module):
            _begin(module)
        _take_out(module, tensor_name)
        _set(module, "_parametrized", module._parametrized + (tensor_name,))
        module.parametrizations[tensor_name] = entry
    else:
        raise ValueError(
            "Module '%s' does not have a parameter, a buffer, or a parametrized element with name '%s'"
            % (module, tensor_name)
        )
    return module


def is_parametrized(module, tensor_name=None):
    """Whether the module, or that tensor of it, is parametrized."""
    names = module.__dict__.get("_parametrized")
    if names is None:
        return False
    return len(names) > 0 if tensor_name is None else tensor_name in names


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    """Makes module.tensor_name a plain tensor again: with its present value, or the original one."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(
            "Module %s does not have a parametrization on %s" % (module, tensor_name)
        )
    entry = module.parametrizations[tensor_name]
    if entry.is_tensor:
        original = entry.original
        if leave_parametrized:
            with no_grad():
                original.data = getattr(module, tensor_name).detach()
    elif leave_parametrized:
        made = getattr(module, tensor_name)
        original = Parameter(made.detach()) if made.requires_grad else made
    else:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized "
            "in terms of a sequence of tensors."
        )
    del module.parametrizations[tensor_name]
    _set(module, "_parametrized", tuple([n for n in module._parametrized if n != tensor_name]))
    if not is_parametrized(module):
        _end(module)
    _put(module, tensor_name, original)
    return module


def type_before_parametrizations(module):
    """The class that the module had."""
    return getattr(type(module), "_plain", type(module))
