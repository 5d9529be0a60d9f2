"""What MicroPython's builtins lack or do otherwise than CPython, put in place before a snippet runs.

Names that begin with `_gb_` are what web/runtime/python/transform.ts writes into a snippet.
"""

import builtins
import io
import sys

import _gb_host

# ---- exceptions ----

builtins.ModuleNotFoundError = ImportError
builtins.RecursionError = RuntimeError
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


def _gb_os_error(error, path):
    """CPython's exception for an OSError of the file system, with the path in its text."""
    number = error.args[0] if error.args else 0
    code, text, kind = _ERRORS.get(number, (number, "I/O error", OSError))
    new = kind("[Errno %d] %s: %r" % (code, text, path))
    new.errno = code
    new.strerror = text
    new.filename = path
    return new


def _path(p):
    return p.__fspath__() if hasattr(p, "__fspath__") else str(p) if not isinstance(p, (str, int)) else p


_open = open


def _gb_open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
    path = _path(file)
    try:
        return _open(path, mode)
    except OSError as e:
        error = _gb_os_error(e, path)
    raise error


builtins.open = _gb_open

# ---- builtins ----

_sorted = sorted


def _gb_sorted(iterable, *, key=None, reverse=False):
    """Stable, as CPython's; MicroPython's own is a quicksort."""
    items = list(iterable)
    _gb_sort(items, key=key, reverse=reverse)
    return items


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
    keyed = [(item if key is None else key(item), sign * i, i) for i, item in enumerate(target)]
    keyed.sort(reverse=reverse)
    target[:] = [target[i] for _, _, i in keyed]
    return None


def _gb_input(prompt=""):
    raise RuntimeError("input() can't ask for anything here: put the value into the snippet instead")


def _exit(code=None):
    raise SystemExit(code)


def _vars(*args):
    return args[0].__dict__ if args else locals()


_NATIVE = (int, float, str, bool, list, tuple, dict, set, type(None), bytes, complex)


def _gbf(value, spec=""):
    """format(value, spec) of an f-string's field."""
    if isinstance(value, _NATIVE):
        if not spec:
            return str(value)
        return ("{:" + spec + "}").format(value)
    method = getattr(value, "__format__", None)
    if method is not None:
        return method(spec)
    if not spec:
        return str(value)
    raise TypeError("unsupported format string passed to %s.__format__" % type(value).__name__)


def _lookup(name, args, kwargs, auto):
    head = name
    rest = ""
    for i, c in enumerate(name):
        if c in ".[":
            head, rest = name[:i], name[i:]
            break
    if head == "":
        value = args[auto]
        auto += 1
    elif head.isdigit():
        value = args[int(head)]
    else:
        value = kwargs[head]
    while rest:
        if rest[0] == ".":
            end = 1
            while end < len(rest) and rest[end] not in ".[":
                end += 1
            value = getattr(value, rest[1:end])
        else:
            end = rest.index("]") + 1
            index = rest[1 : end - 1]
            value = value[int(index) if index.isdigit() else index]
        rest = rest[end:]
    return value, auto


def _gb_fmt(text, *args, **kwargs):
    """`text.format(...)`, which asks the values' `__format__` (MicroPython's knows only numbers)."""
    plain = isinstance(text, str)
    for value in args:
        plain = plain and isinstance(value, _NATIVE)
    for value in kwargs.values():
        plain = plain and isinstance(value, _NATIVE)
    if plain or not isinstance(text, str):
        return text.format(*args, **kwargs)
    out = []
    auto = 0
    i = 0
    while i < len(text):
        c = text[i]
        if c not in "{}":
            out.append(c)
            i += 1
        elif text[i : i + 2] in ("{{", "}}"):
            out.append(c)
            i += 2
        elif c == "}":
            raise ValueError("Single '}' encountered in format string")
        else:
            end = text.find("}", i)
            depth = text.find("{", i + 1)
            if 0 <= depth < end:
                end = text.find("}", end + 1)
            if end < 0:
                raise ValueError("expected '}' before end of string")
            name, _, spec = text[i + 1 : end].partition(":")
            name, _, conversion = name.partition("!")
            value, auto = _lookup(name, args, kwargs, auto)
            while "{" in spec:
                before, _, field = spec.partition("{")
                inner, _, after = field.partition("}")
                number, auto = _lookup(inner, args, kwargs, auto)
                spec = before + str(number) + after
            if conversion:
                value = repr(value) if conversion in "ra" else str(value)
            out.append(_gbf(value, spec))
            i = end + 1
    return "".join(out)


def _gb_float(*args):
    """float(...) of what MicroPython's own can't ask: tensors."""
    if args and hasattr(args[0], "_h"):
        return float(args[0].item())
    return float(*args)


def _extreme(native, better):
    """max or min, which take only True for a comparison's truth there: not a tensor's."""

    def find(*args, **kwargs):
        items = args if len(args) > 1 else list(args[0])
        key = kwargs.get("key")
        first = items[0] if items else None
        if first is not None and not hasattr(first if key is None else key(first), "_h"):
            # A tensor further on compares with numbers from its own side only.
            if not any([hasattr(v, "_h") for v in items[1:3]]):
                return native(items, **kwargs)
        if not items:
            return native(*args, **kwargs)
        best = items[0]
        for v in items[1:]:
            a, b = (v, best) if key is None else (key(v), key(best))
            if better(a, b):
                best = v
        return best

    return find


def _more(a, b):
    return a > b if hasattr(a, "_h") or not hasattr(b, "_h") else b < a


def _less(a, b):
    return a < b if hasattr(a, "_h") or not hasattr(b, "_h") else b > a


def _gb_compare(symbol, a, b):
    """a < b and its kin, a being a number: asks b first, which may be a tensor."""
    if symbol == "<":
        return b > a
    if symbol == ">":
        return b < a
    if symbol == "<=":
        return b >= a
    return b <= a


def _gb_percent(text, values):
    """`text % values` with tensors as the numbers that they hold."""
    many = isinstance(values, tuple)
    items = list(values) if many else [values]
    if not any([hasattr(v, "_h") for v in items]):
        return text % values
    k = 0
    i = 0
    while i < len(text):
        if text[i] == "%":
            i += 1
            while i < len(text) and text[i] in "0123456789.+- #*":
                i += 1
            if i < len(text) and text[i] != "%" and k < len(items):
                if text[i] in "dioxXeEfFgG" and hasattr(items[k], "_h"):
                    items[k] = items[k].item()
                k += 1
        i += 1
    return text % (tuple(items) if many else items[0])


class _Steps:
    """A string (or bytes) that takes slices with a step."""

    def __init__(self, text):
        self.text = text

    def __getitem__(self, index):
        text = self.text
        if not isinstance(index, slice):
            return text[index]
        step = 1 if index.step is None else index.step
        if step == 0:
            raise ValueError("slice step cannot be zero")
        n = len(text)
        low, high = (0, n) if step > 0 else (-1, n - 1)

        def clip(x, default):
            if x is None:
                return default
            return min(max(x + n if x < 0 else x, low), high)

        start = clip(index.start, low if step > 0 else high)
        stop = clip(index.stop, high if step > 0 else low)
        picked = [text[i] for i in range(start, stop, step)]
        return "".join(picked) if isinstance(text, str) else bytes(picked)


def _gb_step(value):
    return _Steps(value) if isinstance(value, (str, bytes)) else value


def _gb_merge(*dicts):
    """`{**a, "b": 1}`"""
    out = {}
    for d in dicts:
        if isinstance(d, dict):
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


# ---- abstract methods: functions take no attributes here, so they are noted in a table ----

_abstract = {}
_property = property


def _gb_abstract(function):
    _abstract[id(function)] = function
    return function


def _gb_is_abstract(value):
    return _abstract.get(id(value)) is value


def _gb_property(fget=None, fset=None, fdel=None, doc=None):
    made = _property(fget, fset, fdel)
    if fget is not None and _gb_is_abstract(fget):
        _abstract[id(made)] = made
    return made


for _name, _value in (
    ("sorted", _gb_sorted),
    ("max", _extreme(max, _more)),
    ("min", _extreme(min, _less)),
    ("input", _gb_input),
    ("exit", _exit),
    ("quit", _exit),
    ("vars", _vars),
    ("format", _gbf),
    ("ascii", repr),
    ("property", _gb_property),
    ("_gbf", _gbf),
    ("_gb_fmt", _gb_fmt),
    ("_gb_sort", _gb_sort),
    ("_gb_step", _gb_step),
    ("_gb_float", _gb_float),
    ("_gb_percent", _gb_percent),
    ("_gb_compare", _gb_compare),
    ("_gb_merge", _gb_merge),
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


def run(filename):
    """Runs the snippet that JavaScript holds; its end is told to JavaScript."""
    global names
    names = {"__name__": "__main__", "__file__": filename, "__doc__": None}
    try:
        exec(compile(_gb_host.source(), filename, "exec"), names)
    except SystemExit as e:
        code = e.args[0] if e.args else None
        if isinstance(code, str):
            sys.stderr.write(code + "\n")
        _gb_host.exited(0 if code is None or code == 0 else 1)
    except BaseException as e:
        text = io.StringIO()
        sys.print_exception(e, text)
        _gb_host.failed(type(e).__name__, _message(e), text.getvalue())
