"""Hooks of modules. The core keeps and runs them; here their arguments are put together from the
call's frame, which knows what isn't a tensor."""
from collections import OrderedDict

from .. import _callbacks
from .._callbacks import flatten, rebuild, reply, wrap_all
from .._core import MICRO, bridge, fail
from .._homes import place
from .._tensor import Tensor

_set = object.__setattr__
# Calls under way, by frame: [module, args, kwargs, result, forward hooks that ran].
frames = {}

if MICRO:

    def finder(module):
        return lambda: module

else:
    import weakref

    finder = weakref.ref


class RemovableHandle(_callbacks.RemovableHandle):
    """What registering a hook gives; remove() takes the hook out again."""

    def __init__(self, kind, run, always=None, hook=None):
        _callbacks.RemovableHandle.__init__(self, None)
        self.kind = kind
        # What the user registered; None for hooks of our own.
        self.hook = hook
        self.run = run
        self.always = always

    def attach(self, module):
        cb = _callbacks.add(self.run)
        hook_id = bridge.module_hook(module._m, self.kind, cb)
        if hook_id is False:
            fail()
        self._at = hook_id

    def detach(self):
        _callbacks.RemovableHandle.remove(self)

    def remove(self):
        self.detach()
        self.run = None


class Hooks(OrderedDict):
    """The user's hooks by number, as Module._forward_hooks has them: what is taken out of it is removed."""

    def _fill(self, handles):
        self._handles = dict([(h.id, h) for h in handles])
        for h in handles:
            self[h.id] = h.hook
        return self

    def __delitem__(self, key):
        super().__delitem__(key)
        self._handles[key].remove()

    def pop(self, key, *default):
        hook = super().pop(key, *default)
        if key in self._handles:
            self._handles[key].remove()
        return hook

    def clear(self):
        super().clear()
        for h in self._handles.values():
            h.remove()

    def __repr__(self):
        return "OrderedDict(%s)" % ([(k, self[k]) for k in self] or "")

    def __reduce__(self):
        return OrderedDict, ([(k, self[k]) for k in self],)


place(RemovableHandle, "torch.utils.hooks")
place(Hooks, "collections", "OrderedDict")


def add(module, kind, run, prepend=False, always=None, hook=None):
    """Registers a hook with the core; the core appends, so those that a new one precedes go again
    behind it."""
    handle = RemovableHandle(kind, run, always, hook)
    known = [h for h in module._hook_handles if h.run is not None]
    module._note_hook()
    if prepend:
        later = [h for h in known if h.kind == kind]
        for h in later:
            h.detach()
        handle.attach(module)
        for h in later:
            h.attach(module)
        known.insert(0, handle)
    else:
        handle.attach(module)
        known.append(handle)
    _set(module, "_hook_handles", known)
    return handle


def listed(module, kind):
    """The user's hooks of a kind, by number."""
    handles = [h for h in module._hook_handles if h.run is not None and h.kind == kind and h.hook is not None]
    return Hooks()._fill(handles)


def hooks_property(kind):
    """Module._forward_hooks and the like; `module._forward_hooks = OrderedDict()` removes them all."""

    def assign(module, hooks):
        known = listed(module, kind)
        for key in list(known):
            if key not in hooks:
                del known[key]

    return property(lambda module: listed(module, kind), assign)


def remove(module, key):
    for h in module._hook_handles:
        if h.id == key and h.hook is not None:
            h.remove()


def _replace_inputs(entry, tensors):
    tensors = iter(tensors)
    entry[1] = rebuild(entry[1], tensors)
    entry[2] = rebuild(entry[2], tensors)


def _replace_result(entry, tensors):
    if entry[3] is None:
        entry[3] = tensors[0] if len(tensors) == 1 else tuple(tensors)
    else:
        entry[3] = rebuild(entry[3], iter(tensors))


def entry_of(frame, changed, handles, find):
    """The frame of a call, with the inputs that the core has now."""
    entry = frames.get(frame)
    if entry is None:
        module = find()
        args, kwargs = module._arguments(wrap_all(handles))
        return [module, args, kwargs, None, []]
    if changed:
        _replace_inputs(entry, wrap_all(handles))
    return entry


def pre_hook(find, hook, with_kwargs):
    def run(kind, frame, changed, handles):
        entry = entry_of(frame, changed, handles, find)
        if with_kwargs:
            r = hook(entry[0], entry[1], entry[2])
            if r is None:
                return None
            if not (isinstance(r, tuple) and len(r) == 2):
                raise RuntimeError(
                    "forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got "
                    "%s." % (r,)
                )
            entry[1], entry[2] = r
        else:
            r = hook(entry[0], entry[1])
            if r is None:
                return None
            entry[1] = r if isinstance(r, tuple) else (r,)
        if frame not in frames:
            return reply(entry[0]._slots(entry[1], entry[2]))
        return reply(flatten((entry[1], entry[2]), []))

    return run


def forward_hook(find, hook, with_kwargs):
    def run(kind, frame, changed, handles):
        handles = list(handles)
        count = int(handles.pop(0)) if changed and handles else 0
        tensors = wrap_all(handles)
        entry = frames.get(frame)
        if entry is None:
            module = find()
            args, kwargs = module._arguments(tensors[:count])
            entry = [module, args, kwargs, module._result(tensors[count:]), []]
        else:
            if changed & 1:
                _replace_inputs(entry, tensors[:count])
            if changed & 2:
                _replace_result(entry, tensors[count:])
        entry[4].append(hook)
        if with_kwargs:
            r = hook(entry[0], entry[1], entry[2], entry[3])
        else:
            r = hook(entry[0], entry[1], entry[3])
        if r is None:
            return None
        entry[3] = r
        return reply(flatten(r, []))

    return run


def _reply_gradients(r, count, what):
    if r is None:
        return None
    gradients = list(r) if isinstance(r, (tuple, list)) else [r]
    if len(gradients) != count:
        raise RuntimeError(
            "Backward hook returned an invalid number of %s, got %d, but expected %d"
            % (what, len(gradients), count)
        )
    return reply(gradients)


def backward_hook(find, hook):
    def run(kind, frame, changed, handles):
        count = int(handles[0])
        tensors = wrap_all(handles[1:])
        r = hook(find(), tuple(tensors[:count]), tuple(tensors[count:]))
        return _reply_gradients(r, count, "grad_input")

    return run


def backward_pre_hook(find, hook):
    def run(kind, frame, changed, handles):
        gradients = tuple(wrap_all(handles))
        return _reply_gradients(hook(find(), gradients), len(gradients), "grad_output")

    return run


# ---- the methods of Module ----


def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
    """hook(module, args) before forward; what it gives, if not None, replaces the arguments. With
    with_kwargs=True: hook(module, args, kwargs), which may give (args, kwargs)."""
    return add(self, "pre_forward", pre_hook(finder(self), hook, with_kwargs), prepend, None, hook)


def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
    """hook(module, args, output) after forward; what it gives, if not None, is the output. With
    with_kwargs=True: hook(module, args, kwargs, output). With always_call=True it runs, with None
    for the output, when forward raises, too."""
    always = (hook, with_kwargs) if always_call else None
    return add(self, "forward", forward_hook(finder(self), hook, with_kwargs), prepend, always, hook)


def register_full_backward_hook(self, hook, prepend=False):
    """hook(module, grad_input, grad_output); a result replaces grad_input."""
    _one_kind(self, True)
    return add(self, "backward", backward_hook(finder(self), hook), prepend, None, hook)


def register_backward_hook(self, hook):
    """The old hook(module, grad_input, grad_output): what it sees is the node of the graph that made the
    output, so grad_input are that node's, not the module's."""
    _one_kind(self, False)
    handle = None

    def watch(find, value):
        while not isinstance(value, Tensor):
            value = next(iter(value.values())) if isinstance(value, dict) else value[0]
        node = value.grad_fn
        if node is not None:

            def run(grad_input, grad_output):
                return hook(find(), grad_input, grad_output) if handle.run is not None else None

            node.register_hook(run)

    run = forward_hook(finder(self), lambda module, args, output: watch(finder(module), output), False)
    handle = add(self, "forward", run)
    return handle


def _one_kind(module, full):
    known = module.__dict__.get("_full_backward_hooks")
    if known is not None and known is not full:
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks on a single Module. Please "
            "use only one of them."
        )
    _set(module, "_full_backward_hooks", full)


def register_full_backward_pre_hook(self, hook, prepend=False):
    """hook(module, grad_output) before the module's backward; a result replaces grad_output."""
    return add(self, "backward_pre", backward_pre_hook(finder(self), hook), prepend)


def run_always(entry):
    """The always_call hooks that a failed call has not come to."""
    module = entry[0]
    for handle in module._hook_handles:
        if handle.run is None or handle.always is None:
            continue
        hook, with_kwargs = handle.always
        if any([hook is h for h in entry[4]]):
            continue
        try:
            if with_kwargs:
                hook(module, entry[1], entry[2], entry[3])
            else:
                hook(module, entry[1], entry[3])
        except Exception as error:
            import warnings

            warnings.warn(
                "module forward hook with ``always_call=True`` raised an exception that was silenced "
                "as another error was raised in forward: " + str(error)
            )


# ---- hooks of all modules ----

# [kind, make(find, hook), hook] in the order of registration, and the number of changes to it. A
# module attaches them when it is next called.
_global = []
_global_handles = []
version = [0]


class _GlobalHandle(_callbacks.RemovableHandle):
    def __init__(self, entry):
        _callbacks.RemovableHandle.__init__(self, None)
        self._entry = entry

    def remove(self):
        if self._entry in _global:
            _global.remove(self._entry)
            version[0] += 1


place(_GlobalHandle, "torch.utils.hooks", "RemovableHandle")


def _register(kind, make, hook):
    entry = (kind, make, hook)
    _global.append(entry)
    version[0] += 1
    handle = _GlobalHandle(entry)
    handle.hook = hook
    _global_handles.append(handle)
    return handle


def global_hooks(kind):
    """The hooks of all modules by number: torch.nn.modules.module._global_forward_hooks."""
    return Hooks()._fill([h for h in _global_handles if h._entry in _global and h._entry[0] == kind])


def register_module_forward_pre_hook(hook):
    """hook(module, args) before every module's forward."""
    return _register("pre_forward", lambda find, h: pre_hook(find, h, False), hook)


def register_module_forward_hook(hook, *, always_call=False):
    """hook(module, args, output) after every module's forward."""
    return _register("forward", lambda find, h: forward_hook(find, h, False), hook)


def register_module_full_backward_hook(hook):
    """hook(module, grad_input, grad_output) for every module."""
    return _register("backward", backward_hook, hook)


def register_module_full_backward_pre_hook(hook):
    """hook(module, grad_output) for every module."""
    return _register("backward_pre", backward_pre_hook, hook)


def sync_global(module):
    """Attaches the hooks of all modules to this one and to those inside, ahead of its own."""
    for m in module.modules():
        if m._global_version == version[0]:
            continue
        for handle in m._global_handles:
            handle.remove()
        handles = []
        for kind, make, hook in reversed(_global):
            handles.append(add(m, kind, make(finder(m), hook), True))
        _set(m, "_global_handles", handles)
        _set(m, "_global_version", version[0])
