"""What MicroPython's builtins lack or do otherwise than CPython, put in place before a snippet runs.

Names that begin with `_gb_` are what web/runtime/python/transform.ts writes into a snippet.
"""

import builtins
import io
import sys

import _gb_host
import _gb_members
import _gb_text
from _gb_classes import (
    _gb_abstract,
    _gb_cause,
    _gb_classmethod,
    _gb_from,
    _gb_is_abstract,
    _gb_name_class,
    _gb_of_class,
    _gb_property,
    _gb_staticmethod,
)
from _gb_fields import _gb_fmt, _gb_percent, _gbf, _round
from _gb_sequences import (
    _extreme,
    _gb_compare,
    _gb_delslice,
    _gb_iter,
    _gb_order,
    _gb_setslice,
    _gb_slice,
    _gb_step,
    _gb_zip,
    _less,
    _more,
)

# ---- exceptions ----

builtins.ModuleNotFoundError = ImportError
builtins.RecursionError = RuntimeError
builtins.UnboundLocalError = NameError
builtins.IOError = builtins.EnvironmentError = OSError
builtins.TabError = IndentationError
builtins.UnicodeDecodeError = builtins.UnicodeEncodeError = UnicodeError


def _subclasses(base, names):
    for name in names.split():
        setattr(builtins, name, type(name, (base,), {}))


_subclasses(
    OSError,
    "FileNotFoundError PermissionError FileExistsError IsADirectoryError NotADirectoryError"
    " TimeoutError ConnectionError InterruptedError",
)
_subclasses(ArithmeticError, "FloatingPointError")
_subclasses(Exception, "Warning BufferError ReferenceError SystemError")
_subclasses(
    Warning,
    "UserWarning DeprecationWarning RuntimeWarning FutureWarning SyntaxWarning ImportWarning"
    " PendingDeprecationWarning ResourceWarning UnicodeWarning BytesWarning",
)

# Emscripten's error numbers: Linux's, their text, their class.
_ERRORS = {
    44: (2, "No such file or directory", FileNotFoundError),
    31: (21, "Is a directory", IsADirectoryError),
    54: (20, "Not a directory", NotADirectoryError),
    20: (17, "File exists", FileExistsError),
    2: (13, "Permission denied", PermissionError),
    55: (39, "Directory not empty", OSError),
}


def _gb_os_error(error, path, target=None):
    """CPython's exception for an OSError of the file system, with the path in its text."""
    number = error.args[0] if error.args else 0
    code, text, kind = _ERRORS.get(number, (number, "I/O error", OSError))
    shown = "%r" % path if target is None else "%r -> %r" % (path, target)
    new = kind("[Errno %d] %s: %s" % (code, text, shown))
    new.errno = code
    new.strerror = text
    new.filename = path
    return new


def _path(p):
    return p.__fspath__() if hasattr(p, "__fspath__") else str(p) if not isinstance(p, (str, int)) else p


_open = open


def _refuse_outside(path, mode):
    """What is written outside of the session's folder would be lost without a word."""
    if not isinstance(path, str) or mode[:1] == "r" and "+" not in mode:
        return
    parts = []
    for part in (path if path[:1] == "/" else "/session/" + path).split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    if len(parts) < 2 or parts[0] not in ("session", "gradbox", "tmp", "dev"):
        error = PermissionError("[Errno 13] Permission denied: %r" % path)
        error.errno = 13
        error.filename = path
        raise error


# Files from here on are read in one piece: without a size the interpreter's read() grows its buffer by
# 256 bytes at a time and copies it, 17 s for 10 MB.
_LARGE = 1 << 16


class _Large:
    def __init__(self, file, size):
        self._file = file
        self._size = size

    def read(self, size=-1):
        if size is not None and size >= 0:
            return self._file.read(size)
        data = self._file.read(self._size)
        more = self._file.read()
        return data + more if more else data

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        self._file.__enter__()
        return self

    def __exit__(self, *error):
        return self._file.__exit__(*error)

    def __iter__(self):
        return iter(self._file)


def _reader(path, mode):
    file = _open(path, mode)
    if mode not in ("r", "rb", "rt", "br", "tr"):
        return file
    try:
        import os

        size = os.stat(path)[6]
    except (OSError, TypeError):
        return file
    return _Large(file, size) if size >= _LARGE else file


def _gb_open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
    path = _path(file)
    kind = mode.replace("b", "").replace("t", "").replace("+", "")
    if kind not in ("r", "w", "a", "x") or len(mode) > 3:
        raise ValueError("invalid mode: %r" % mode)
    _refuse_outside(path, mode)
    try:
        if kind == "x":
            mode = mode.replace("x", "w")
            try:
                _open(path).close()
                existed = True
            except OSError:
                existed = False
            if existed:
                raise FileExistsError("[Errno 17] File exists: %r" % path)
        return _reader(path, mode)
    except FileExistsError:
        raise
    except OSError as e:
        error = _gb_os_error(e, path)
    raise error


builtins.open = _gb_open

# ---- builtins ----

_sorted = sorted


def _gb_sorted(iterable, *, key=None, reverse=False):
    """Stable, as CPython's; MicroPython's own is a quicksort."""
    items = list(iterable)
    if key is None and items and hasattr(items[0], "_h"):
        key = _number_of
    _gb_sort(items, key=key, reverse=reverse)
    return items


def _number_of(tensor):
    """What a tensor of one element is sorted by: its comparisons give tensors, which sort() can't use."""
    return tensor.item() if hasattr(tensor, "_h") else tensor


def _gb_sort(target, *args, **kwargs):
    """`target.sort(...)`: stable if target is a list, its own method otherwise."""
    if not isinstance(target, list):
        return target.sort(*args, **kwargs)
    if args:
        raise TypeError("sort() takes no positional arguments")
    key = kwargs.pop("key", None)
    reverse = bool(kwargs.pop("reverse", False))
    if kwargs:
        raise TypeError("sort() got an unexpected keyword argument '%s'" % list(kwargs)[0])
    if key is None and not reverse:
        target.sort()
        return None
    sign = -1 if reverse else 1
    keyed = [
        (item if key is None else _number_of(key(item)), sign * i, i) for i, item in enumerate(target)
    ]
    keyed.sort(reverse=reverse)
    target[:] = [target[i] for _, _, i in keyed]
    return None


def _gb_input(prompt=""):
    raise RuntimeError("input() can't ask for anything here: put the value into the snippet instead")


def _exit(code=None):
    raise SystemExit(code)


def _ascii(value):
    out = []
    for c in repr(value):
        code = ord(c)
        if code < 127:
            out.append(c)
        else:
            out.append("\\x%02x" % code if code < 256 else "\\u%04x" % code if code < 65536 else "\\U%08x" % code)
    return "".join(out)


def _vars(*args):
    return args[0].__dict__ if args else locals()


def _gb_float(*args):
    """float(...) of what MicroPython's own can't ask: tensors."""
    if args and hasattr(args[0], "_h"):
        return float(args[0].item())
    try:
        return float(*args)
    except ValueError:
        pass
    raise ValueError("could not convert string to float: %r" % args[0])


def _gb_index(target, *args):
    """`target.index(...)`, with CPython's messages."""
    try:
        return target.index(*args)
    except ValueError:
        if not isinstance(target, (list, tuple)):
            raise
    if isinstance(target, list):
        raise ValueError("%r is not in list" % (args[0],))
    raise ValueError("tuple.index(x): x not in tuple")


# Functions take no attributes here: the names that functools.wraps gives stand in a table.
_names = {}


def _gb_name(value):
    """`value.__name__`"""
    known = _names.get(id(value))
    return known[1] if known and known[0] is value else value.__name__


def _gb_type_name(value):
    """`type(value).__name__`; some of CPython's exceptions are one here."""
    name = type(value).__name__
    if name == "NameError" and str(value).startswith("cannot access local"):
        return "UnboundLocalError"
    if name == "RuntimeError" and str(value).startswith("maximum recursion depth"):
        return "RecursionError"
    if name == "ImportError" and str(value).startswith("No module named"):
        return "ModuleNotFoundError"
    return name


def _gb_dict(*args, **kwargs):
    """dict(...), also of our own kinds of dicts."""
    if args and type(args[0]) is not dict and hasattr(args[0], "keys"):
        return _gb_merge(args[0], kwargs)
    return dict(*args, **kwargs)


def _gb_update(target, *args, **kwargs):
    """`target.update(...)`: MicroPython's dicts know only their own kind."""
    if type(target) is dict and args and type(args[0]) is not dict and hasattr(args[0], "items"):
        for key, value in args[0].items():
            target[key] = value
        args = ()
    return target.update(*args, **kwargs)


def _gb_isinstance(value, kinds):
    """isinstance() with the abstract classes of collections.abc, which look at methods."""
    if isinstance(kinds, tuple):
        for kind in kinds:
            if _gb_isinstance(value, kind):
                return True
        return False
    if kinds is int and (value is True or value is False):
        return True
    if kinds is float and getattr(value, "_dtype_name", None) == "float64":
        return True
    if kinds is tuple and hasattr(value, "_sizes"):
        return True
    if not isinstance(kinds, type) and "torch._core" in sys.modules:
        # torch.FloatTensor, which is a function here and stands for its dtype.
        for function, dtype in sys.modules["torch._core"].legacy_types:
            if function is kinds:
                return hasattr(value, "_h") and value.dtype is dtype
    check = getattr(kinds, "_gb_check", None)
    return isinstance(value, kinds) or check is not None and bool(check(value))


def _gb_view(value):
    """A view of a dict, as MicroPython's sets take it."""
    return set(value) if type(value) is _VIEW else value


_VIEW = type({}.keys())


class _OrderedView:
    """A view of an OrderedDict, for print()."""

    def __init__(self, view, name):
        self._text = "odict_%s(%r)" % (name, list(view))

    def __repr__(self):
        return self._text

    __str__ = __repr__


def _gb_ordered_view(owner, name):
    view = getattr(owner, name)()
    if type(view) is _VIEW and type(owner).__name__ == "OrderedDict":
        return _OrderedView(view, name)
    return view


def _gb_reversed(value):
    method = getattr(value, "__reversed__", None)
    if method is not None:
        return method()
    if isinstance(value, (dict, _VIEW)):
        return iter(list(value)[::-1])
    return reversed(value)


def _gb_dunder(name, target, *args):
    """`target.__len__()`: builtin types have no such attributes."""
    method = getattr(target, name, None)
    if method is not None:
        return method(*args)
    work = _DUNDERS.get(name)
    if work is None:
        return getattr(target, name)
    return work(target, *args)


_DUNDERS = {
    "__len__": len,
    "__iter__": iter,
    "__next__": next,
    "__str__": str,
    "__repr__": repr,
    "__bool__": bool,
    "__hash__": hash,
    "__abs__": abs,
    "__neg__": lambda a: -a,
    "__add__": lambda a, b: a + b,
    "__sub__": lambda a, b: a - b,
    "__mul__": lambda a, b: a * b,
    "__truediv__": lambda a, b: a / b,
    "__eq__": lambda a, b: a == b,
    "__ne__": lambda a, b: a != b,
    "__lt__": lambda a, b: a < b,
    "__gt__": lambda a, b: a > b,
    "__contains__": lambda a, b: b in a,
    "__getitem__": lambda a, b: a[b],
}


def _gb_merge(*dicts):
    """`{**a, "b": 1}`"""
    out = {}
    for d in dicts:
        if type(d) is dict:
            out.update(d)
        else:
            for key in d.keys():
                out[key] = d[key]
    return out


def _gb_list(*items):
    return list(items)


def _gb_tuple(*items):
    return items


def _gb_set(*items):
    return set(items)


_KEYWORDS = (
    "False None True and as assert async await break class continue def del elif else except"
    " finally for from global if import in is lambda nonlocal not or pass raise return try while"
    " with yield"
).split()


def is_identifier(name):
    """Whether it can be the name of a field: letters, digits and underscores, and no keyword."""
    if name in _KEYWORDS or not name or name[0].isdigit():
        return False
    return all(c.isalpha() or c.isdigit() or c == "_" or ord(c) > 127 for c in name)


for _name, _value in (
    ("sorted", _gb_sorted),
    ("max", _extreme(max, "max", _more)),
    ("min", _extreme(min, "min", _less)),
    ("input", _gb_input),
    ("exit", _exit),
    ("quit", _exit),
    ("vars", _vars),
    ("format", _gbf),
    ("round", _round),
    ("ascii", _ascii),
    ("property", _gb_property),
    ("classmethod", _gb_classmethod),
    ("staticmethod", _gb_staticmethod),
    ("_gbf", _gbf),
    ("_gb_fmt", _gb_fmt),
    ("_gb_sort", _gb_sort),
    ("_gb_slice", _gb_slice),
    ("_gb_of_class", _gb_of_class),
    ("_gb_from", _gb_from),
    ("_gb_cause", _gb_cause),
    ("_gb_step", _gb_step),
    ("_gb_float", _gb_float),
    ("_gb_index", _gb_index),
    ("_gb_percent", _gb_percent),
    ("_gb_compare", _gb_compare),
    ("_gb_order", _gb_order),
    ("_gb_merge", _gb_merge),
    ("_gb_isinstance", _gb_isinstance),
    ("_gb_update", _gb_update),
    ("_gb_dict", _gb_dict),
    ("_gb_view", _gb_view),
    ("_gb_ordered_view", _gb_ordered_view),
    ("_gb_reversed", _gb_reversed),
    ("_gb_dunder", _gb_dunder),
    ("_gb_setslice", _gb_setslice),
    ("_gb_delslice", _gb_delslice),
    ("_gb_members", _gb_members.Members),
    ("_gb_iter", _gb_iter),
    ("_gb_zip", _gb_zip),
    ("_gb_name", _gb_name),
    ("_gb_type_name", _gb_type_name),
    ("_gb_method", _gb_text._gb_method),
    ("_gb_unbound", _gb_text._gb_unbound),
    ("_gb_list", _gb_list),
    ("_gb_tuple", _gb_tuple),
    ("_gb_set", _gb_set),
):
    setattr(builtins, _name, _value)


def _message(error):
    if isinstance(error, KeyError) and len(error.args) == 1:
        return repr(error.args[0])
    return str(error)


# The names of the snippet: what `__main__` is elsewhere.
names = {}


def run(filename, goes_on):
    """Runs the snippet that JavaScript holds; its end is told to JavaScript."""
    global names
    if not goes_on:
        names = {"__name__": "__main__", "__doc__": None}
    names["__file__"] = filename
    try:
        exec(compile(_gb_host.source(), filename, "exec"), names)
    except SystemExit as e:
        code = e.args[0] if e.args else None
        if code is not None and not isinstance(code, int):
            sys.stderr.write(str(code) + "\n")
            code = 1
        _gb_host.exited(int(code or 0) & 255)
    except BaseException as e:
        _gb_host.ended()
        text = io.StringIO()
        sys.print_exception(e, text)
        core = sys.modules.get("torch._core")
        hint = core.nearest(e) if core else ""
        _gb_host.failed(type(e).__name__, _message(e), text.getvalue(), hint)
