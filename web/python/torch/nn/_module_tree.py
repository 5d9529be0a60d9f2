"""What a module has inside, and what is done to all of it: the walking methods of Module."""
from .. import _core
from .._core import bridge, fail
from .._tensor import Tensor

_set = object.__setattr__


def named_modules(self, memo=None, prefix="", remove_duplicate=True):
    if memo is None:
        memo = set()
    if id(self) not in memo:
        if remove_duplicate:
            memo.add(id(self))
        yield prefix, self
        for name, child in list(self._modules.items()):
            if child is not None:
                inner = prefix + ("." if prefix else "") + name
                for pair in child.named_modules(memo, inner, remove_duplicate):
                    yield pair


def modules(self):
    for _, module in self.named_modules():
        yield module


def named_children(self):
    memo = set()
    for name, child in self._modules.items():
        if child is not None and id(child) not in memo:
            memo.add(id(child))
            yield name, child


def children(self):
    for _, child in self.named_children():
        yield child


def _named(self, slot, prefix, recurse, unique=True):
    seen = set()
    walk = self.named_modules(prefix=prefix, remove_duplicate=unique)
    for path, module in walk if recurse else [(prefix, self)]:
        for name, value in getattr(module, slot).items():
            if value is not None and id(value) not in seen:
                if unique:
                    seen.add(id(value))
                yield path + ("." if path else "") + name, value


def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
    return self._named("_parameters", prefix, recurse, remove_duplicate)


def parameters(self, recurse=True):
    for _, p in self._named("_parameters", "", recurse):
        yield p


def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
    return self._named("_buffers", prefix, recurse, remove_duplicate)


def buffers(self, recurse=True):
    for _, b in self._named("_buffers", "", recurse):
        yield b


def get_submodule(self, target):
    from ._module import Module

    module = self
    for name in target.split(".") if target else ():
        if not hasattr(module, name):
            raise AttributeError(type(module).__name__ + " has no attribute `" + name + "`")
        module = getattr(module, name)
        if not isinstance(module, Module):
            raise AttributeError("`" + name + "` is not an nn.Module")
    return module


def get_parameter(self, target):
    path, _, name = target.rpartition(".")
    module = self.get_submodule(path)
    if not hasattr(module, name):
        raise AttributeError(type(module).__name__ + " has no attribute `" + name + "`")
    if name not in module._parameters:
        raise AttributeError("`" + name + "` is not an nn.Parameter")
    return module._parameters[name]


def get_buffer(self, target):
    path, _, name = target.rpartition(".")
    module = self.get_submodule(path)
    if not hasattr(module, name):
        raise AttributeError(type(module).__name__ + " has no attribute `" + name + "`")
    if name not in module._buffers:
        raise AttributeError("`" + name + "` is not a buffer")
    return module._buffers[name]


def train(self, mode=True):
    if not isinstance(mode, bool):
        raise ValueError("training mode is expected to be boolean")
    _set(self, "training", mode)
    self._train_core(mode)
    for child in self.children():
        child.train(mode)
    return self


def eval(self):
    return self.train(False)


def requires_grad_(self, requires_grad=True):
    for p in self.parameters():
        p.requires_grad_(requires_grad)
    return self


def zero_grad(self, set_to_none=False):
    for p in self.parameters():
        if set_to_none:
            p.grad = None
        elif p.grad is not None:
            if p.grad.requires_grad:
                p.grad = p.grad.detach()
            p.grad.zero_()


def apply(self, fn):
    for child in self.children():
        child.apply(fn)
    fn(self)
    return self


def to(self, *args, **kwargs):
    _core.check_device(kwargs.get("device"))
    dtype = kwargs.get("dtype")
    for a in args:
        if isinstance(a, Tensor):
            dtype = a.dtype
        elif type(a) is _core.dtype:
            dtype = a
        elif type(a) is not bool:
            _core.check_device(a)
    if dtype is not None:
        if not dtype.is_floating_point:
            raise TypeError(
                "nn.Module.to only accepts floating point or complex dtypes, but got desired "
                "dtype=" + repr(dtype)
            )
        if bridge.module_to(self._m, dtype.code) is False:
            fail()
    return self


def as_type(self, dst_type):
    return self.to(dst_type)


def as_float(self):
    return self.to(_core.FLOAT32)


def as_double(self):
    return self.to(_core.FLOAT64)


def as_half(self):
    return self.to(_core.FLOAT16)


def as_bfloat16(self):
    return self.to(_core.BFLOAT16)


def cpu(self):
    return self


def cuda(self, device=None):
    raise AssertionError("Torch not compiled with CUDA enabled")


def share_memory(self):
    return self
