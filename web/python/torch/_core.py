"""The border to the C++ core: operator lookup, argument encoding, results, errors.

Talks to the bridge object `_gradbox` (its rules stand in web/docs/ARCHITECTURE.md): nothing there
raises; a function that fails gives False and leaves its error in last_error().
"""
import sys

import _gradbox as bridge

from ._results import FIELDS, named_results
from ._types import MICRO, Size, device, dtype, layout, strided

_find = bridge.op_find
_call = bridge.call
_call_t = bridge.call_t
_free = bridge.free
_kind = bridge.result_kind

# MicroPython hands ints over as 32-bit numbers; larger ones go as doubles.
INT_LIMIT = 1 << 30

_ERRORS = {
    "RuntimeError": RuntimeError,
    "TypeError": TypeError,
    "ValueError": ValueError,
    "IndexError": IndexError,
    "KeyError": KeyError,
    "AttributeError": AttributeError,
    "NotImplementedError": NotImplementedError,
    "AssertionError": AssertionError,
}

class _LinAlgError(RuntimeError):
    """torch.linalg.LinAlgError: a matrix is singular, or not positive-definite."""


LinAlgError = _LinAlgError

# torch.FloatTensor and its kin on MicroPython: (function, dtype).
legacy_types = []

# The exception that a callback raised while the core unwinds: [exception] or [].
kept = []


def fail(odd_type=None):
    """Raises the core's last error as Python's exception of that kind."""
    text = bridge.last_error()
    cut = text.find("\n")
    kind, message = text[:cut], text[cut + 1 :]
    if kind == "CallbackError" and kept:
        raise kept.pop()
    if odd_type is tuple:
        # The core knows no tuples: it speaks of lists.
        message = message.replace("not list", "not tuple").replace("(list", "(tuple").replace(", list", ", tuple")
    elif odd_type is not None:
        # A value that has no tag went as a string; the message names its own type.
        message = message.replace("not str", "not " + odd_type).replace("(str", "(" + odd_type)
    if "linalg." in message[:13] and any(
        [part in message for part in ("could not be completed", "failed to converge", "solver failed")]
    ):
        raise LinAlgError(message)
    raise _ERRORS.get(kind, RuntimeError)(message)


def warn(text, category=UserWarning):
    """Warns in the snippet's name: of the first line on the stack that isn't this package's."""
    import warnings

    level = 2
    if not MICRO:
        folder = __file__[: __file__.rindex("/") + 1]
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename.startswith(folder):
            frame = frame.f_back
            level += 1
        level -= 1
    warnings.warn(text, category, stacklevel=level)


_warned = set()


def warn_once(text):
    """As warn, the first time only: what PyTorch calls TORCH_WARN_ONCE."""
    if text not in _warned:
        _warned.add(text)
        warn(text)


DTYPES = (
    dtype("uint8", 0, 1, False),
    dtype("int32", 1, 4, False),
    dtype("int64", 2, 8, False),
    dtype("float32", 3, 4, True),
    dtype("float64", 4, 8, True),
    dtype("bool", 5, 1, False),
    dtype("int8", 6, 1, False),
    dtype("int16", 7, 2, False),
    dtype("float16", 8, 2, True),
    dtype("bfloat16", 9, 2, True),
    dtype("uint16", 10, 2, False),
    dtype("uint32", 11, 4, False),
    dtype("uint64", 12, 8, False),
)
UINT8, INT32, INT64, FLOAT32, FLOAT64, BOOL, INT8, INT16, FLOAT16, BFLOAT16 = DTYPES[:10]


def dtype_named(name):
    for t in DTYPES:
        if t.name == name:
            return t
    raise AttributeError("module 'torch' has no attribute '" + name + "'")


# Set by _tensor.py: the class, and the function that turns a handle into an object of it.
Tensor = None
wrap = None


def operand_of(v):
    """A NumPy array as the tensor over its memory, a NumPy scalar as a Python number, else None."""
    give = getattr(v, "_operand", None)
    return None if give is None else give()


def _encode_list(items, flat):
    kind = "I"
    for v in items:
        if isinstance(v, Tensor) or v is None:
            kind = "T"
            break
        if type(v) is float:
            kind = "F"
    if kind == "T":
        for v in items:
            if v is not None and not isinstance(v, Tensor):
                # A shape such as (x.size(0), t): all of it becomes ints.
                if type(v) is int and all([x is None or type(x) is int or x.dim() == 0 for x in items]):
                    return _encode_list([int(x) for x in items], flat)
                if any([isinstance(x, Tensor) and x.dim() > 0 for x in items]):
                    raise TypeError(
                        "expected Tensor as element %d in argument 0, but got %s"
                        % ([x is v for x in items].index(True), type(v).__name__)
                    )
                kind = None
                break
    elif kind == "I":
        for v in items:
            if type(v) is not int and type(v) is not bool:
                kind = None
                break
    elif kind == "F":
        for v in items:
            if type(v) is not float and type(v) is not int:
                kind = None
                break
    if kind is None:
        flat.append("list")
        return "s", "list"
    flat.append(len(items))
    if kind == "T":
        for v in items:
            flat.append(None if v is None else v._h)
    elif kind == "F":
        for v in items:
            flat.append(float(v))
    else:
        for v in items:
            flat.append(int(v) if -INT_LIMIT < v < INT_LIMIT else float(v))
    return kind, None


def _encode(v, flat):
    """Appends v's plain form to flat; gives its tag and, for a type without one, its name."""
    if isinstance(v, Tensor):
        flat.append(v._h)
        return "t", None
    if v is None:
        return "n", None
    t = type(v)
    if t is bool:
        flat.append(1 if v else 0)
        return "b", None
    if t is int:
        flat.append(v if -INT_LIMIT < v < INT_LIMIT else float(v))
        return "i", None
    if t is float:
        flat.append(v)
        return "f", None
    if t is str:
        flat.append(v)
        return "s", None
    if t is dtype:
        flat.append(v.code)
        return "d", None
    if v is float or v is int or v is bool:
        # Python's types stand for dtypes.
        flat.append((FLOAT64 if v is float else INT64 if v is int else BOOL).code)
        return "d", None
    if t is list or isinstance(v, tuple) or isinstance(v, Size) or t is range:
        return _encode_list(list(v), flat)
    number = operand_of(v)
    if number is not None and not isinstance(number, Tensor):
        return _encode(number, flat)
    if number is None and hasattr(v, "__index__"):
        flat.append(v.__index__())
        return "i", None
    if isinstance(v, float):
        flat.append(float(v))
        return "f", None
    flat.append("")
    return "s", t.__name__


def invoke(op, args, kwargs=None, tags=""):
    """Calls the operator with Python arguments and gives the raw result. `tags` "*": it was called
    as a function of torch, and not as a method."""
    flat = []
    odd = None
    for v in args:
        tag, strange = _encode(v, flat)
        tags += tag
        odd = odd or strange
    if kwargs:
        for name in kwargs:
            flat.append(name)
            tag, strange = _encode(kwargs[name], flat)
            tags += "k" + tag
            odd = odd or strange
    function = tags[:1] == "*"
    r = _call(op, tags, *flat)
    if r is False:
        message = bridge.last_error()
        if message[:10] == "TypeError\n":
            from ._arguments import explain, modern

            name = message[10:].split("(")[0].split(".")[-1]
            instead = modern(name, args, kwargs or {})
            if instead is not None:
                return invoke(op, instead[0], instead[1], "*" if function else "")
            given = args if function else args[1:]
            error = explain(name, given, kwargs or {}, not function, None if function else args[0])
            if error is not None:
                raise error
        if odd is None:
            for v in args:
                if isinstance(v, tuple):
                    odd = tuple
        fail(odd)
    return r


def unpack(r, name, gives):
    """The Python form of a raw result; `gives` is what op_find said of the operator."""
    if r is None:
        return None
    if gives == 3 or gives == 2:
        kind = _kind()
        if kind > 0:
            return wrap(r)
        if kind == -5:
            return bool(r)
        if kind == -3:
            return float(r)
        if kind == -4:
            return int(r)
        if kind == -8:
            return DTYPES[int(r)]
        if kind == -7:
            return [x for x in r]
        if kind != -2:
            return r
    elif gives == 0:
        return wrap(r)
    results = [None if h is None else wrap(h) for h in r]
    return named_results(name, results) if name in FIELDS else tuple(results)


# Keyword arguments that say nothing on this machine, and the values they may have.
def _plain_kwargs(kwargs):
    kwargs = dict(kwargs)
    after = {}
    for name in ("requires_grad", "out", "generator"):
        if name in kwargs:
            after[name] = kwargs.pop(name)
    if "device" in kwargs:
        check_device(kwargs.pop("device"))
    for name in ("layout", "pin_memory", "memory_format", "non_blocking"):
        kwargs.pop(name, None)
    return kwargs, after


_OTHERS = ("requires_grad", "out", "generator", "device", "layout", "pin_memory", "memory_format", "non_blocking")


def check_device(where):
    """Raises PyTorch's error for any device but the CPU."""
    if where is None:
        return
    text = where if isinstance(where, str) else where.type if hasattr(where, "type") else where
    if text == "cpu" or text == "cpu:0":
        return
    device(where)  # a malformed one has its own error
    raise AssertionError("Torch not compiled with CUDA enabled")


def make_function(name, found):
    """A Python function for an operator of the registry: torch.name(...)."""
    op, gives = found >> 2, found & 3

    def function(*args, **kwargs):
        after = None
        for k in kwargs:
            if k in _OTHERS:
                kwargs, after = _plain_kwargs(kwargs)
                break
        if after and after.get("generator") is not None:
            with after["generator"]._active():
                r = unpack(invoke(op, args, kwargs, "*"), name, gives)
        else:
            r = unpack(invoke(op, args, kwargs, "*"), name, gives)
        if after:
            out = after.get("out")
            if out is not None and bridge.grad_enabled() == 1:
                for t in list(args) + (list(out) if isinstance(out, (tuple, list)) else [out]):
                    if isinstance(t, Tensor) and t.requires_grad:
                        raise RuntimeError(
                            name + "(): functions with out=... arguments don't support automatic "
                            "differentiation, but one of the arguments requires grad."
                        )
            if isinstance(out, (tuple, list)):
                return type(r)(*[o._become(x) for o, x in zip(out, r)]) if hasattr(r, "_fields") else tuple(
                    [o._become(x) for o, x in zip(out, r)]
                )
            if out is not None:
                return out._become(r)
            if after.get("requires_grad"):
                if not r.dtype.is_floating_point:
                    raise RuntimeError(
                        "Only Tensors of floating point and complex dtype can require gradients"
                    )
                r.requires_grad = True
        return r

    if not MICRO:
        function.__name__ = function.__qualname__ = name
        function.__module__ = "torch"
    return function


_CASTS = {
    "contiguous": "", "float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16",
    "long": "int64", "int": "int32", "short": "int16", "char": "int8", "byte": "uint8", "bool": "bool",
}  # fmt: skip


def make_method(name, found):
    """A method of Tensor for an operator of the registry."""
    op, gives = found >> 2, found & 3
    function = make_function(name, found)
    if name[-1] == "_" and name[0] != "_":

        def method(self, *args, **kwargs):
            if "generator" in kwargs:
                generator = kwargs.pop("generator")
                if generator is not None:
                    with generator._active():
                        return method(self, *args, **kwargs)
            r = invoke(op, (self,) + args, kwargs)
            _free(r)
            return self

    elif name in _CASTS:
        # Nothing to do means the same object, not only the same memory.
        wanted = dtype_named(_CASTS[name]) if _CASTS[name] else None

        def method(self, **kwargs):
            if self.dtype is wanted if wanted else bridge.is_contiguous(self._h) == 1:
                return self
            r = _call_t(op, self._h)
            if r is False:
                fail()
            return wrap(r)

    else:

        def method(self, *args, **kwargs):
            if args or kwargs:
                for k in kwargs:
                    if k in _OTHERS:
                        return function(self, *args, **kwargs)
                r = invoke(op, (self,) + args, kwargs)
            else:
                r = _call_t(op, self._h)
                if r is False:
                    invoke(op, (self,))  # which words the error
            if gives == 0:
                return wrap(r)
            return unpack(r, name, gives)

    return _with_mask(name, method) if name in _MASKED else method


_MASKED = ("masked_fill", "masked_fill_", "masked_select", "masked_scatter_")


def _with_mask(name, method):
    """Warns of masks of bytes, which PyTorch deprecates."""
    def masked(self, mask, *args, **kwargs):
        if isinstance(mask, Tensor) and mask.dtype is UINT8:
            warn(
                "%s received a mask with dtype torch.uint8, this behavior is now deprecated,please use a "
                "mask with dtype torch.bool instead." % ("masked_fill_" if name == "masked_fill" else name)
            )
        return method(self, mask, *args, **kwargs)

    return masked


if MICRO:

    def bytes_of(buffer):
        """A JavaScript Uint8Array as bytes."""
        if buffer.length < 512:
            return bytes(buffer)
        bridge.exchange_put(buffer)
        with open(bridge.exchange_path(), "rb") as f:
            return f.read()

    def buffer_of(data):
        """Bytes as a JavaScript Uint8Array."""
        with open(bridge.exchange_path(), "wb") as f:
            f.write(data)
        return bridge.exchange_take()

else:

    def bytes_of(buffer):
        return buffer.to_bytes()

    def buffer_of(data):
        from pyodide.ffi import to_js

        return to_js(data)


def submodule(package, name):
    """Imports package.name. A package's `__getattr__` needs it for its own files too: on MicroPython
    `from . import _file` asks there before it looks for the file."""
    if name[:2] == "__":
        raise AttributeError("module '" + package + "' has no attribute '" + name + "'")
    full = package + "." + name
    try:
        __import__(full)
    except ImportError:
        if full in sys.modules:
            raise
    if full in sys.modules:
        return sys.modules[full]
    # Outside of the handler, so that CPython's traceback doesn't tell of the import.
    raise AttributeError("module '" + package + "' has no attribute '" + name + "'")


def find(name, namespace):
    return int(_find(name, namespace))


# By the text of an AttributeError, among what its name was looked for.
_missed = {}


def nearest(error):
    """What the traceback of an uncaught error adds to its text: `. Did you mean: 'tensor'?`, or ""."""
    missed = _missed.get(str(error)) if isinstance(error, AttributeError) else None
    if missed is None:
        return ""
    name, namespace, more = missed
    names = ["'" + n + "'" for n in bridge.op_closest(name, namespace, ",".join(more)).split(",") if n]
    if not names:
        return ""
    first = ", ".join(names[:-1])
    return ". Did you mean: " + (first + " or " if first else "") + names[-1] + "?"


def missing(owner, name, namespace, more):
    """The AttributeError for an unknown name: for PyTorch's ones with the nearest way; for others
    with the text that PyTorch has, and the closest known names in the traceback only, as CPython's."""
    from . import _unsupported

    space = "torch.Tensor" if namespace == "method" else owner.replace("module ", "").strip("'")
    known = _unsupported.text(space, name)
    if known:
        return AttributeError(known)
    text = owner + " has no attribute '" + name + "'"
    # Programs ask for names that may be missing; the nearest are looked for when nobody catches it.
    _missed[text] = (name, namespace, more)
    return AttributeError(text)
