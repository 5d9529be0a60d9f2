"""torch.autograd.Function: operators with a forward and a backward written in Python."""
from .. import _callbacks, _core
from .._core import bridge, fail
from .._grad_mode import no_grad
from .._homes import place
from .._tensor import Tensor

# Context of every application that the core still holds, by frame.
contexts = {}
_next_frame = 0
# Callback number of each class, and the class of its contexts.
_callback_of = {}


class FunctionCtx:
    """What forward and backward get as `ctx`."""

    def __init__(self, frame, needs):
        self._frame = frame
        self.needs_input_grad = needs
        self._marked = self._dirty = ()
        self._materialize = True

    def save_for_backward(self, *tensors):
        """Keeps tensors (inputs, outputs, or anything computed) for the backward."""
        for t in tensors:
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(
                    "save_for_backward can only save variables, but argument %d is of type %s"
                    % (list(tensors).index(t), type(t).__name__)
                )
        self._saving = tensors
        handles = [None if t is None else t._h for t in tensors]
        if bridge.function_save(self._frame, *handles) is False:
            fail()

    @property
    def saved_tensors(self):
        r = bridge.function_saved(self._frame)
        if r is False:
            fail()
        return tuple(_callbacks.wrap_all(r))

    @property
    def saved_variables(self):
        _core.warn("'saved_variables' is deprecated; use 'saved_tensors'", DeprecationWarning)
        return self.saved_tensors

    def mark_non_differentiable(self, *tensors):
        """These outputs get no gradient."""
        self._marked = tensors

    def mark_dirty(self, *tensors):
        """These inputs were changed in place by forward, which has to return them, too."""
        self._dirty = tensors
        if bridge.function_dirty(self._frame, *[t._h for t in tensors]) is False:
            fail()

    def set_materialize_grads(self, value):
        """False: an output without a gradient hands None to backward instead of zeros."""
        self._materialize = value

    def mark_shared_storage(self, *pairs):
        """Of old PyTorch: not needed."""

    def __repr__(self):
        return "<torch.autograd.function.%s object at 0x%x>" % (
            type(self).__name__,
            0x7F0000000000 + id(self),
        )


class Function:
    """Subclass it with static methods forward(ctx, ...) and backward(ctx, ...); call .apply(...)."""

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use "
            "new-style autograd function with static forward method. (Example: "
            "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(ctx, *args, **kwargs):
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function."
        )

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD."
        )

    @classmethod
    def apply(cls, *args):
        global _next_frame
        known = _callback_of.get(cls)
        if known is None:
            cb = _callbacks.add(_run)
            context = type(cls.__name__ + "Backward", (FunctionCtx,), {})
            _callback_of[cls] = (cb, place(context, "torch.autograd.function"))
            bridge.function_name(cb, cls.__name__)
        else:
            cb, context = known
            _callbacks._release()
        _next_frame += 1
        frame = _next_frame
        on = bridge.grad_enabled() == 1
        needs = tuple([on and isinstance(a, Tensor) and a.requires_grad for a in args])
        ctx = context(frame, needs)
        inputs = [a for a in args if isinstance(a, Tensor)]
        if not inputs:
            # Nothing to differentiate: whatever forward gives is the result.
            with no_grad():
                return cls.forward(ctx, *args)
        contexts[frame] = [cls, ctx, args, None, [isinstance(a, Tensor) for a in args]]
        r = bridge.function_apply(cb, frame, *[t._h for t in inputs])
        if r is False:
            contexts.pop(frame, None)
            fail()
        entry = contexts.get(frame)
        result = entry[3]
        entry[2] = entry[3] = None
        made = _callbacks.wrap_all(r)
        # What isn't a tensor passes by.
        given = list(result) if isinstance(result, (tuple, list)) else [result]
        outputs = [made.pop(0) if isinstance(t, Tensor) or t is None else t for t in given]
        for i in range(len(given)):
            for marked in ctx._marked:
                if given[i] is marked:
                    outputs[i] = outputs[i].detach()
            for changed in ctx._dirty:
                if given[i] is changed:
                    outputs[i] = changed
        ctx._shapes = [(t.shape, t.dtype) for t in outputs if isinstance(t, Tensor)]
        ctx._plain = [i for i in range(len(outputs)) if not isinstance(outputs[i], Tensor) and outputs[i] is not None]
        ctx._saving = None
        ctx._dirty = ()
        if isinstance(result, (tuple, list)):
            return tuple(outputs)
        return outputs[0]


place(Function, "torch.autograd.function")


def _run(kind, frame, changed, handles):
    cls, ctx, args, _, is_tensor = contexts[frame]
    if kind == "function_forward":
        result = cls.forward(ctx, *args)
        outputs = result if isinstance(result, (tuple, list)) else (result,)
        if not any([isinstance(t, Tensor) for t in outputs]):
            raise TypeError(
                cls.__name__ + "Backward.forward: expected Tensor or tuple of Tensor (got %s) for "
                "return value 0" % type(outputs[0]).__name__
            )
        contexts[frame][3] = result
        return _callbacks.reply([t for t in outputs if isinstance(t, Tensor) or t is None])
    grads = _callbacks.wrap_all(handles)
    if ctx._materialize:
        import torch

        for i in range(len(grads)):
            if grads[i] is None:
                shape, dtype = ctx._shapes[i]
                grads[i] = torch.zeros(shape, dtype=dtype)
    for i in ctx._plain:
        grads.insert(i, None)
    result = cls.backward(ctx, *grads)
    if not isinstance(result, (tuple, list)):
        result = (result,)
    result = list(result)
    name = cls.__name__ + "Backward"
    # Trailing Nones for arguments that take no gradient may be left out or be too many.
    while len(result) > len(is_tensor) and result[-1] is None:
        result.pop()
    if len(result) != len(is_tensor):
        raise RuntimeError(
            "function %s returned an incorrect number of gradients (expected %d, got %d)"
            % (name, len(is_tensor), len(result))
        )
    out = []
    for i in range(len(result)):
        if is_tensor[i]:
            if result[i] is not None and not isinstance(result[i], Tensor):
                raise TypeError(
                    "expected Variable or None (got %s)" % type(result[i]).__name__
                )
            out.append(result[i])
        elif result[i] is not None:
            raise RuntimeError(
                "function %s returned a gradient different from None at position %d, but the "
                "corresponding forward input was not a Variable" % (name, i + 1)
            )
    return _callbacks.reply(out)
