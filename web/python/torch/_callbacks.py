"""What the core calls back: hooks on tensors and modules, forward of Python classes, custom functions.

The core knows a callback by a number; `_targets` has the Python side of it. An exception is kept
while the core unwinds, and raised again by the call that led into the core (see _core.fail).
"""
from . import _core
from ._core import MICRO, bridge, fail
from ._homes import place
from ._tensor import Tensor, wrap

_targets = {}
_next = 0
# The tensors of the latest reply: they must live until the core has taken them.
_held = None


def add(target):
    """Registers target(kind, frame, changed, handles); gives its number."""
    global _next
    _release()
    _next += 1
    _targets[_next] = target
    return _next


def drop(cb):
    _targets.pop(cb, None)


def _release():
    """Forgets what the core no longer holds."""
    text = bridge.released()
    if text:
        import json

        gone = json.loads(text)
        for cb in gone["callbacks"]:
            _targets.pop(cb, None)
        if gone["frames"]:
            from .autograd import _function

            for frame in gone["frames"]:
                _function.contexts.pop(frame, None)


def reply(tensors):
    """Hands tensors (or None) to the core as the result of the callback that is running."""
    global _held
    _held = tensors
    return bridge.reply(*[None if t is None else t._h for t in tensors])


def _dispatch(kind, cb, module, frame, changed, *handles):
    try:
        return _targets[int(cb)](kind, int(frame), int(changed), handles)
    except BaseException as error:
        _core.kept[:] = [error]
        return False


if MICRO:
    bridge.set_dispatcher(_dispatch)
else:
    from pyodide.ffi import create_proxy

    _proxy = create_proxy(_dispatch)
    bridge.set_dispatcher(_proxy)


def wrap_all(handles):
    return [None if h is None else wrap(h) for h in handles]


class RemovableHandle:
    """What registering a hook gives; remove() takes the hook out again."""

    # `id` of the next one.
    next_id = 0

    def __init__(self, at):
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        # The number that the core has for the hook, or None.
        self._at = at

    def remove(self):
        if self._at is not None:
            bridge.remove_hook(self._at)
            self._at = None

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.remove()

    def __repr__(self):
        return "<torch.utils.hooks.RemovableHandle object at 0x%x>" % (0x7F0000000000 + id(self))


place(RemovableHandle, "torch.utils.hooks")


def tensor_hook(t, hook):
    """Tensor.register_hook"""

    def run(kind, frame, changed, handles):
        g = wrap(handles[0])
        r = hook(g)
        if r is None:
            return None
        _check(hook, g, r)
        return reply([r])

    cb = add(run)
    hook_id = bridge.tensor_hook(t._h, cb)
    if hook_id is False:
        drop(cb)
        fail()
    return RemovableHandle(hook_id)


class NodeHandle(RemovableHandle):
    """A RemovableHandle of a hook on a node."""

    def remove(self):
        if self._at is not None:
            bridge.remove_node_hook(self._at)
            self._at = None


def node_hook(node, hook, before):
    """Node.register_hook and Node.register_prehook."""

    def run(kind, frame, changed, handles):
        if before:
            r = hook(tuple(wrap_all(handles)))
        else:
            count = int(handles[0])
            tensors = wrap_all(handles[1:])
            r = hook(tuple(tensors[:count]), tuple(tensors[count:]))
        if r is None:
            return None
        return reply([r] if isinstance(r, Tensor) else list(r))

    cb = add(run)
    hook_id = bridge.node_hook(node, cb, before)
    if hook_id is False:
        drop(cb)
        fail()
    return NodeHandle(hook_id)


def _check(hook, before, after):
    """Raises for what a hook may not put in the place of a gradient."""
    if not isinstance(after, Tensor):
        raise TypeError("expected Variable, but hook returned '%s'" % type(after).__name__)
    if before is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if after.dtype is not before.dtype:
        raise RuntimeError(
            "hook '%s' has changed the type of value (was %s got %s)"
            % (_name(hook), before.type(), after.type())
        )
    if after.shape != before.shape:
        raise RuntimeError("hook '%s' has changed the size of value" % _name(hook))


def _name(f):
    return getattr(f, "__name__", "hook")


# ---- tensors inside arguments and results ----


def flatten(value, out):
    """Appends the tensors in a value, in order: itself, items of lists and tuples, values of dicts."""
    if isinstance(value, Tensor):
        out.append(value)
    elif isinstance(value, (list, tuple)):
        for v in value:
            flatten(v, out)
    elif isinstance(value, dict):
        for k in value:
            flatten(value[k], out)
    return out


def rebuild(value, tensors):
    """The same structure with the tensors of an iterator in the places of its own."""
    if isinstance(value, Tensor):
        return next(tensors)
    if isinstance(value, tuple):
        items = [rebuild(v, tensors) for v in value]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return tuple(items)
    if isinstance(value, list):
        return [rebuild(v, tensors) for v in value]
    if isinstance(value, dict):
        return type(value)([(k, rebuild(value[k], tensors)) for k in value])
    return value
