"""torch.autograd.graph: hooks on what the graph saves."""
from .. import _callbacks
from .._core import bridge, fail
from .._tensor import Tensor, wrap
from ._function import contexts


class saved_tensors_hooks:
    """In the with block, pack_hook is given every tensor that a node saves for its backward, and
    unpack_hook has to give it back from what pack_hook gave."""

    def __init__(self, pack_hook, unpack_hook):
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def _run(self, kind, frame, changed, handles):
        if kind == "pack_saved":
            contexts[frame] = self.pack_hook(wrap(handles[0]))
            return None
        t = self.unpack_hook(contexts[frame])
        if not isinstance(t, Tensor):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                + type(t).__name__
            )
        return _callbacks.reply([t])

    def __enter__(self):
        cb = _callbacks.add(self._run)
        if bridge.saved_hooks_push(cb) is False:
            fail()

    def __exit__(self, *args):
        bridge.saved_hooks_pop()


class save_on_cpu(saved_tensors_hooks):
    """Saved tensors wait in the memory of the CPU, as they do here anyway."""

    def __init__(self, pin_memory=False):
        saved_tensors_hooks.__init__(self, lambda t: t, lambda t: t)
