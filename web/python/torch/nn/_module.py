"""torch.nn.Module. The Python object holds parameters, buffers and children; a module of the core
mirrors them and runs every call: pre-forward hooks, forward, forward hooks, recorder."""
from .. import _callbacks, _core
from .._callbacks import flatten, rebuild, reply, wrap_all
from .._core import MICRO, bridge, fail
from .._homes import place
from .._tensor import Tensor
from . import _module_hooks, _module_tree
from .parameter import Parameter

_call = bridge.module_call
_set = object.__setattr__
_frames = _module_hooks.frames
_global_version = _module_hooks.version
_next_frame = 0
# Modules whose forward is running, innermost last.
_running = []
# Classes whose forward reports direct calls.
_watched = {}

if not MICRO:
    import weakref


def _watch(cls):
    """Makes a direct call of `.forward()` known to the recorder, for a class and its bases."""
    if cls in _watched or cls is Module:
        return
    _watched[cls] = True
    for base in cls.__bases__:
        if isinstance(base, type) and issubclass(base, Module):
            _watch(base)
    forward = cls.__dict__.get("forward")
    if forward is None or getattr(cls, "_native_kind", None) is not None and "_native_kind" in cls.__dict__:
        return

    def watched(self, *args, **kwargs):
        if not (_running and _running[-1] is self):
            bridge.module_bypass(self._m, *[t._h for t in flatten((args, kwargs), [])])
        return forward(self, *args, **kwargs)

    if not MICRO:
        import functools

        functools.update_wrapper(watched, forward)
    cls.forward = watched


class Module:
    """Base class of all models. A subclass defines forward(); call the module, not forward()."""

    # Containers only hold modules and have no forward.
    _native_kind = None
    # Handles of the hooks; those of all modules that are attached, and as of which change.
    _hook_handles = ()
    _global_handles = ()
    _global_version = 0

    def __init__(self):
        cls = type(self)
        _set(self, "_parameters", {})
        _set(self, "_buffers", {})
        _set(self, "_modules", {})
        _set(self, "_unsaved", set())
        _set(self, "_hooks", 0)
        _set(self, "training", True)
        self._connect()

    def _connect(self):
        """Makes the core's module for this one."""
        cls = type(self)
        if cls not in _watched:
            _watch(cls)
        cb = _callbacks.add(_target(self))
        _set(self, "_cb", cb)
        m = bridge.module_new("callback", '{"name":"' + cls.__name__ + '"}', cb)
        if m is False:
            fail()
        _set(self, "_m", m)

    def forward(self, *input):
        raise NotImplementedError(
            'Module [%s] is missing the required "forward" function' % type(self).__name__
        )

    # ---- calling ----

    def __call__(self, *args, **kwargs):
        global _next_frame
        if self._global_version != _global_version[0]:
            _module_hooks.sync_global(self)
        _next_frame += 1
        frame = _next_frame
        entry = [self, args, kwargs, None, []]
        _frames[frame] = entry
        try:
            if len(args) == 1 and not kwargs and isinstance(args[0], Tensor):
                r = _call(self._m, frame, args[0]._h)
            else:
                r = _call(self._m, frame, *[t._h for t in flatten((args, kwargs), [])])
        finally:
            _frames.pop(frame, None)
        if r is False:
            kept = _core.kept[:]
            _module_hooks.run_always(entry)
            _core.kept[:] = kept
            fail()
        if type(r) is int and r == 1:
            return entry[3]
        outputs = wrap_all(r)
        if entry[3] is None:
            return outputs[0] if len(outputs) == 1 else tuple(outputs)
        return rebuild(entry[3], iter(outputs))

    def _on(self, kind, frame, changed, handles):
        """The core wants forward to run."""
        entry = _module_hooks.entry_of(frame, changed, handles, lambda: self)
        _running.append(self)
        try:
            result = self.forward(*entry[1], **entry[2])
        finally:
            _running.pop()
        entry[3] = result
        if isinstance(result, Tensor):
            return reply([result])
        return reply(flatten(result, []))

    # What a call that the core made itself passes, as tensors, in the form that Python has.

    def _arguments(self, tensors):
        return tuple(tensors), {}

    def _result(self, tensors):
        return tensors[0] if len(tensors) == 1 else tuple(tensors)

    def _slots(self, args, kwargs):
        return flatten((args, kwargs), [])

    # ---- hooks ----

    def _note_hook(self):
        """A hook is about to be registered."""

    _forward_pre_hooks = _module_hooks.hooks_property("pre_forward")
    _forward_hooks = _module_hooks.hooks_property("forward")
    _backward_hooks = _module_hooks.hooks_property("backward")
    _remove_hook = _module_hooks.remove
    register_forward_pre_hook = _module_hooks.register_forward_pre_hook
    register_forward_hook = _module_hooks.register_forward_hook
    register_full_backward_hook = _module_hooks.register_full_backward_hook
    register_backward_hook = _module_hooks.register_backward_hook
    register_full_backward_pre_hook = _module_hooks.register_full_backward_pre_hook

    # ---- registration ----

    def __setattr__(self, name, value):
        parameters = self.__dict__.get("_parameters")
        if isinstance(value, Parameter):
            if parameters is None:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, self._parameters)
            self._put_parameter(name, value)
        elif isinstance(value, Module):
            if parameters is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, self._modules)
            self._put_module(name, value)
        elif parameters is None:
            _set(self, name, value)
        elif name in self.__dict__.get("_parametrized", ()):
            from .utils import parametrize

            parametrize.assign(self, name, value)
        elif name in parameters:
            if value is not None:
                raise TypeError(
                    "cannot assign '%s' as parameter '%s' (torch.nn.Parameter or None expected)"
                    % (_type_text(value), name)
                )
            self._put_parameter(name, None)
        elif name in self._modules:
            if value is not None:
                raise TypeError(
                    "cannot assign '%s' as child module '%s' (torch.nn.Module or None expected)"
                    % (_type_text(value), name)
                )
            self._put_module(name, None)
        elif name in self._buffers:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(
                    "cannot assign '%s' as buffer '%s' (torch.Tensor or None expected)"
                    % (_type_text(value), name)
                )
            self._put_buffer(name, value, -1)
        else:
            _set(self, name, value)
            if name == "training" and not self._modules:
                self._train_core(value)

    def __getattr__(self, name):
        if name[:1] != "_" or name[:2] != "__":
            d = self.__dict__
            for slot in ("_parameters", "_modules", "_buffers"):
                values = d.get(slot)
                if values is not None and name in values:
                    return values[name]
            if name in d.get("_parametrized", ()):
                from .utils import parametrize

                return parametrize.value(self, name)
        raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))

    def __delattr__(self, name):
        for slot in (self._parameters, self._buffers, self._modules):
            if name in slot:
                del slot[name]
                self._unsaved.discard(name)
                self._del_core(name)
                return
        if MICRO and name not in self.__dict__:
            raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))
        object.__delattr__(self, name)

    def __dir__(self):
        names = dir(type(self)) + list(self.__dict__)
        names += list(self._parameters) + list(self._buffers) + list(self._modules)
        return sorted([n for n in set(names) if not n[0].isdigit()])

    def _forget(self, name, keep):
        for slot in (self._parameters, self._buffers, self._modules):
            if slot is not keep and name in slot:
                del slot[name]
                self._del_core(name)
        if name in self.__dict__:
            object.__delattr__(self, name)

    # What tells the core; layers that have a second module there override these.

    def _del_core(self, name):
        if bridge.module_del(self._m, name) is False:
            fail()

    def _put_parameter(self, name, value):
        if bridge.module_param(self._m, name, None if value is None else value._h) is False:
            fail()
        self._parameters[name] = value

    def _put_buffer(self, name, value, persistent):
        h = None if value is None else value._h
        if bridge.module_buffer(self._m, name, h, persistent) is False:
            fail()
        self._buffers[name] = value

    def _put_module(self, name, value):
        if bridge.module_child(self._m, name, 0 if value is None else value._m) is False:
            fail()
        self._modules[name] = value

    def _train_core(self, mode):
        bridge.module_train(self._m, 1 if mode else 0)

    def register_parameter(self, name, param):
        _check_name(self, name, "parameter", self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                "cannot assign '%s' object to parameter '%s' (torch.nn.Parameter or None required)"
                % (_type_text(param), name)
            )
        if param is not None and param.grad_fn is not None:
            raise ValueError(
                "Cannot assign non-leaf Tensor to parameter '%s'. Model parameters must be created "
                "explicitly. To express '%s' as a function of another Tensor, compute the value in "
                "the forward() method." % (name, name)
            )
        self._put_parameter(name, param)

    def register_buffer(self, name, tensor, persistent=True):
        _check_name(self, name, "buffer", self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                "cannot assign '%s' object to buffer '%s' (torch Tensor or None required)"
                % (_type_text(tensor), name)
            )
        self._put_buffer(name, tensor, 1 if persistent else 0)
        if persistent:
            self._unsaved.discard(name)
        else:
            self._unsaved.add(name)

    def add_module(self, name, module):
        if module is not None and not isinstance(module, Module):
            raise TypeError("%s is not a Module subclass" % _typename(module))
        _check_name(self, name, "module", self._modules)
        self._put_module(name, module)

    register_module = add_module

    # ---- what is inside, and what is done to all of it ----

    named_modules = _module_tree.named_modules
    modules = _module_tree.modules
    named_children = _module_tree.named_children
    children = _module_tree.children
    _named = _module_tree._named
    named_parameters = _module_tree.named_parameters
    parameters = _module_tree.parameters
    named_buffers = _module_tree.named_buffers
    buffers = _module_tree.buffers
    get_submodule = _module_tree.get_submodule
    get_parameter = _module_tree.get_parameter
    get_buffer = _module_tree.get_buffer
    train = _module_tree.train
    eval = _module_tree.eval
    requires_grad_ = _module_tree.requires_grad_
    zero_grad = _module_tree.zero_grad
    apply = _module_tree.apply
    to = _module_tree.to
    type = _module_tree.as_type
    float = _module_tree.as_float
    double = _module_tree.as_double
    half = _module_tree.as_half
    bfloat16 = _module_tree.as_bfloat16
    cpu = _module_tree.cpu
    cuda = _module_tree.cuda
    share_memory = _module_tree.share_memory

    # ---- state ----

    # What state_dict() notes in its _metadata.
    _version = 1

    # Hooks on state_dict() and load_state_dict(), on modules that have some.
    _state_hooks = ()
    _load_hooks = ()
    _loaded_hooks = ()

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        """Parameters and persistent buffers by name, over the same memory."""
        from ._state import save

        given = dict(zip(("destination", "prefix", "keep_vars"), args))
        destination = given.get("destination", destination)
        prefix = given.get("prefix", prefix)
        return save(self, destination, prefix, given.get("keep_vars", keep_vars))

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        for name, p in self._parameters.items():
            if p is not None:
                destination[prefix + name] = p if keep_vars else p.detach()
        for name, b in self._buffers.items():
            if b is not None and name not in self._unsaved:
                destination[prefix + name] = b if keep_vars else b.detach()

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
    ):
        from ._state import load_own

        load_own(self, state_dict, prefix, strict, missing_keys, unexpected_keys, error_msgs)

    def load_state_dict(self, state_dict, strict=True):
        from ._state import load

        return load(self, state_dict, strict)

    def _register_state_dict_hook(self, hook):
        """hook(module, state_dict, prefix, local_metadata) when state_dict() has this module's."""
        return _listed(self, "_state_hooks", hook)

    def _register_load_state_dict_pre_hook(self, hook, with_module=False):
        """hook(state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys,
        error_msgs) before this module loads its part."""
        if with_module:
            find = _module_hooks.finder(self)
            own = hook
            hook = lambda *args: own(find(), *args)
        return _listed(self, "_load_hooks", hook)

    def register_load_state_dict_post_hook(self, hook):
        """hook(module, incompatible_keys) after this module has loaded."""
        return _listed(self, "_loaded_hooks", hook)

    # ---- text ----

    def extra_repr(self):
        return ""

    def _get_name(self):
        name = type(self).__name__
        return "Parametrized" + name if MICRO and "_parametrized" in self.__dict__ else name

    def __repr__(self):
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = []
        for name, child in self._modules.items():
            text = repr(child).replace("\n", "\n  ")
            children.append("(" + name + "): " + text)
        name = self._get_name()
        if not children and len(lines) <= 1:
            return name + "(" + extra + ")"
        return name + "(\n  " + "\n  ".join(lines + children) + "\n)"

    __str__ = __repr__

    # ---- copies ----

    def __getstate__(self):
        state = dict(self.__dict__)
        for name in ("_m", "_n", "_cb", "_hook_handles", "_global_handles", "_global_version"):
            state.pop(name, None)
        return state

    def __setstate__(self, state):
        for name in state:
            _set(self, name, state[name])
        self._connect()
        self._restore()

    def _restore(self):
        for name, p in list(self._parameters.items()):
            self._put_parameter(name, p)
        for name, b in list(self._buffers.items()):
            self._put_buffer(name, b, 0 if name in self._unsaved else 1)
        for name, child in list(self._modules.items()):
            self._put_module(name, child)
        if not self.training:
            self._train_core(False)
        if "_parametrized" in self.__dict__:
            from .utils import parametrize

            parametrize.attach(self)

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        from copy import deepcopy

        other = object.__new__(type(self))
        memo[id(self)] = other
        state = self.__getstate__()
        # MicroPython's deepcopy knows no sets.
        unsaved = state.pop("_unsaved")
        state = deepcopy(state, memo)
        state["_unsaved"] = set(unsaved)
        other.__setstate__(state)
        return other


if MICRO:

    def _target(module):
        return module._on

else:

    def _target(module):
        ref = weakref.ref(module)
        return lambda kind, frame, changed, handles: ref()._on(kind, frame, changed, handles)

    def _del(self):
        d = self.__dict__
        for name in ("_m", "_n"):
            if name in d:
                bridge.module_free(d[name])
        if "_cb" in d:
            _callbacks.drop(d["_cb"])

    Module.__del__ = _del


class _Listed(_callbacks.RemovableHandle):
    """The handle of a hook that stands in a list of the module."""

    def __init__(self, module, slot, hook):
        _callbacks.RemovableHandle.__init__(self, None)
        self._place = module, slot, hook

    def remove(self):
        module, slot, hook = self._place
        _set(module, slot, tuple([h for h in getattr(module, slot) if h is not hook]))


place(_Listed, "torch.utils.hooks", "RemovableHandle")


def _listed(module, slot, hook):
    _set(module, slot, tuple(getattr(module, slot)) + (hook,))
    return _Listed(module, slot, hook)


def _type_text(value):
    name = type(value).__name__
    if isinstance(value, Tensor):
        return "torch.FloatTensor" if value.dtype is _core.FLOAT32 else value.type()
    return name


def _typename(value):
    """torch.typename: a class or function by its full name, else what the value is."""
    if isinstance(value, type):
        return str(value)[len("<class '") : -2]
    named = value if callable(value) else type(value)
    name = getattr(named, "__qualname__", None) or getattr(named, "__name__", type(value).__name__)
    home = getattr(named, "__module__", None)
    return name if home in (None, "builtins") else home + "." + name


def _check_name(module, name, what, own):
    if "_parameters" not in module.__dict__:
        raise AttributeError("cannot assign %s before Module.__init__() call" % what)
    if not isinstance(name, str):
        raise TypeError(what + " name should be a string. Got " + _type_text(name))
    if "." in name:
        raise KeyError(what + " name can't contain \".\"" + (", got: " + name if what == "module" else ""))
    if name == "":
        raise KeyError(what + " name can't be empty string \"\"")
    if hasattr(module, name) and name not in own:
        raise KeyError("attribute '%s' already exists" % name)


place(Module, "torch.nn.modules.module")
