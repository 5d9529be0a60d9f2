"""format() and what stands on it: fields of f-strings, str.format(), %, and round()."""

import _gb_format

_NATIVE = (int, float, str, bool, list, tuple, dict, set, type(None), bytes, complex)
# For each type, whether MicroPython's own format() does as CPython's with a spec.
_native_specs = {str: {}, int: {}, float: {}}


def _gbf(value, spec=""):
    """format(value, spec), and what becomes of the fields of an f-string."""
    kind = type(value)
    if kind in _native_specs and spec:
        known = _native_specs[kind]
        native = known.get(spec)
        if native is None:
            native = known[spec] = _gb_format.native(kind.__name__, spec)
        if native and (kind is not str or len(value.encode()) == len(value)):
            return ("{:" + spec + "}").format(value)
        return _format_slowly(kind, value, spec)
    if isinstance(value, _NATIVE):
        if not spec:
            return str(value)
        if kind is bool:
            return _format_slowly(int, int(value), spec)
    else:
        method = getattr(value, "__format__", None)
        if method is not None:
            return method(spec)
        if not spec:
            return str(value)
    raise TypeError("unsupported format string passed to %s.__format__" % kind.__name__)


def _format_slowly(kind, value, spec):
    if kind is str:
        text = _gb_format.string(value, spec)
    elif kind is float:
        text = _gb_format.float(value, spec)
    else:
        text = _gb_format.int(str(value), spec)
    if text is False:
        raise ValueError(_gb_format.error())
    return text


_native_round = round


def _round(number, ndigits=None):
    method = getattr(number, "__round__", None)
    if method is not None:
        return method() if ndigits is None else method(ndigits)
    if not isinstance(number, (int, float)):
        raise TypeError("type %s doesn't define __round__ method" % type(number).__name__)
    if ndigits is None:
        return _native_round(number)
    if isinstance(number, float):
        return float(_gb_format.round(number, ndigits))
    if ndigits >= 0:
        return int(number)
    unit = 10**-ndigits
    quotient, rest = divmod(number, unit)
    if 2 * rest > unit or 2 * rest == unit and quotient % 2:
        quotient += 1
    return quotient * unit


def _lookup(name, args, kwargs, auto):
    head = name
    rest = ""
    for i, c in enumerate(name):
        if c in ".[":
            head, rest = name[:i], name[i:]
            break
    if head == "" or head.isdigit():
        index = int(head) if head else auto
        if index >= len(args):
            raise IndexError("Replacement index %d out of range for positional args tuple" % index)
        value = args[index]
        auto += head == ""
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


# Texts with fields, taken apart: lists of (text before, name, conversion, spec), name None at the end.
_templates = {}


def _template(text):
    parts = []
    before = []
    i = 0
    while i < len(text):
        c = text[i]
        if c not in "{}":
            end = i
            while end < len(text) and text[end] not in "{}":
                end += 1
            before.append(text[i:end])
            i = end
        elif text[i : i + 2] in ("{{", "}}"):
            before.append(c)
            i += 2
        elif c == "}":
            raise ValueError("Single '}' encountered in format string")
        else:
            end = i + 1
            depth = 1
            while depth:
                if end >= len(text):
                    if end == i + 1:
                        raise ValueError("Single '{' encountered in format string")
                    raise ValueError("expected '}' before end of string")
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            name, _, spec = text[i + 1 : end - 1].partition(":")
            name, _, conversion = name.partition("!")
            parts.append(("".join(before), name, conversion, spec))
            before = []
            i = end
    parts.append(("".join(before), None, "", ""))
    return parts


def _gb_fmt(text, *args, **kwargs):
    """`text.format(...)`, which asks the values' `__format__` (MicroPython's knows only numbers)."""
    if not isinstance(text, str):
        return text.format(*args, **kwargs)
    parts = _templates.get(text)
    if parts is None:
        if len(_templates) > 100:
            _templates.clear()
        parts = _templates[text] = _template(text)
    out = []
    auto = 0
    for before, name, conversion, spec in parts:
        if before:
            out.append(before)
        if name is None:
            break
        value, auto = _lookup(name, args, kwargs, auto)
        while "{" in spec:
            head, _, field = spec.partition("{")
            inner, _, tail = field.partition("}")
            filled, auto = _lookup(inner, args, kwargs, auto)
            spec = head + str(filled) + tail
        if conversion:
            value = repr(value) if conversion in "ra" else str(value)
        out.append(_gbf(value, spec))
    return "".join(out)


def _gb_percent(text, values):
    """`text % values` with tensors as the numbers that they hold, and widths counted in characters."""
    if isinstance(values, dict):
        return text % values
    values = getattr(values, "_sizes", values)  # torch.Size is no tuple here
    items = values if isinstance(values, tuple) else (values,)
    plain = True
    for v in items:
        if hasattr(v, "_h") or isinstance(v, str) and len(v.encode()) != len(v):
            plain = False
    if plain:
        return text % values
    out = []
    k = 0
    i = 0
    while i < len(text):
        start = i
        while i < len(text) and text[i] != "%":
            i += 1
        out.append(text[start:i])
        if i == len(text):
            break
        start = i
        i += 1
        while i < len(text) and text[i] in "0123456789.+- #":
            i += 1
        kind = text[i : i + 1]
        i += 1
        if kind == "%":
            out.append("%")
        elif k >= len(items):
            raise TypeError("not enough arguments for format string")
        else:
            out.append(_percent_one(text[start + 1 : i - 1], kind, items[k]))
            k += 1
    if k < len(items):
        raise TypeError("not all arguments converted during string formatting")
    return "".join(out)


def _percent_one(layout, kind, value):
    if kind not in "sra":
        return ("%" + layout + kind) % (value.item() if hasattr(value, "_h") else value)
    width, dot, precision = layout.partition(".")
    shown = str(value) if kind == "s" else repr(value)
    if dot:
        shown = shown[: int(precision or 0)]
    missing = int(width.lstrip("+- #0") or 0) - len(shown)
    if missing <= 0:
        return shown
    return shown + " " * missing if "-" in width else " " * missing + shown
