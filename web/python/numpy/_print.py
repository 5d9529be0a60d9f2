"""How arrays and scalars print (numpy/core/arrayprint.py)."""
import struct

options = {
    "precision": 8,
    "threshold": 1000,
    "edgeitems": 3,
    "linewidth": 75,
    "suppress": False,
}
_KNOWN = tuple(options)
_IGNORED = ("nanstr", "infstr", "sign", "floatmode", "formatter", "legacy")


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, suppress=None, **more):
    """How arrays print from now on; None keeps what was set. Other options are refused."""
    for name in more:
        if name not in _IGNORED:
            raise TypeError("set_printoptions() got an unexpected keyword argument '%s'" % name)
        if more[name] is not None:
            raise NotImplementedError("set_printoptions(%s=...) isn't part of Gradbox's numpy" % name)
    given = (precision, threshold, edgeitems, linewidth, suppress)
    for name, value in zip(_KNOWN, given):
        if value is not None:
            options[name] = value


def get_printoptions():
    return dict(options)


class printoptions:
    """Context manager: the options hold in its block only."""

    def __init__(self, **given):
        self.given = given

    def __enter__(self):
        self.kept = dict(options)
        set_printoptions(**self.given)
        return options

    def __exit__(self, *error):
        options.update(self.kept)


def _single(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def _half(x):
    import torch

    return torch.tensor(x, dtype=torch.float16).item()


def shortest(x, dtype):
    """The double nearest to the fewest digits that give x back in that dtype."""
    if dtype.itemsize == 8 or x != x or x - x != 0:
        return x
    round_to, first = (_single, 1) if dtype.itemsize == 4 else (_half, 1)
    for digits in range(first, 10):
        y = float("%.*e" % (digits - 1, x))
        try:
            if round_to(y) == x:
                return y
        except OverflowError:
            # Rounded up beyond the largest number.
            continue
    return x


def _digits(y):
    """(sign, digits, exponent) of the shortest text of a finite double: 0.d1d2... * 10**exponent."""
    text = repr(y)
    sign = "-" if text[0] == "-" else ""
    text = text[1:] if sign else text
    exponent = 0
    if "e" in text:
        text, tail = text.split("e")
        exponent = int(tail)
    whole, _, fraction = text.partition(".")
    digits = whole + fraction
    exponent += len(whole)
    bare = digits.lstrip("0")
    exponent -= len(digits) - len(bare)
    bare = bare.rstrip("0")
    return sign, bare, exponent if bare else 0


def positional(x, y, precision):
    """(whole, fraction) texts of x, whose shortest form is y, with at most `precision` decimals."""
    sign, digits, exponent = _digits(y)
    if exponent <= 0:
        whole, fraction = "0", "0" * -exponent + digits if digits else ""
    else:
        digits += "0" * (exponent - len(digits))
        whole, fraction = digits[:exponent], digits[exponent:]
    if precision is not None and len(fraction) > precision:
        whole, _, fraction = ("%.*f" % (precision, abs(x))).partition(".")
        fraction = fraction.rstrip("0")
    return sign + whole, fraction


def scientific(x, y, precision, minimum=0):
    """(whole, fraction, exponent) texts, the exponent with its sign."""
    sign, digits, exponent = _digits(y)
    power = exponent - 1 if digits else 0
    fraction = digits[1:]
    whole = digits[:1] or "0"
    if precision is not None and len(fraction) > precision:
        text, tail = ("%.*e" % (precision, abs(x))).split("e")
        power = int(tail)
        whole, _, fraction = text.partition(".")
        fraction = fraction.rstrip("0")
    fraction += "0" * (minimum - len(fraction))
    return sign + whole, fraction, "%s%02d" % ("-" if power < 0 else "+", abs(power))


def scalar_text(v, dtype):
    """str() of a scalar: its shortest text."""
    if dtype.kind == "b":
        return "True" if v else "False"
    if dtype.kind != "f":
        return str(v)
    if v != v or v - v != 0:
        return "nan" if v != v else "inf" if v > 0 else "-inf"
    y = shortest(v, dtype)
    if v == 0 or 1e-4 <= abs(v) < 1e16:
        whole, fraction = positional(v, y, None)
        return whole + "." + (fraction or "0")
    whole, fraction, power = scientific(v, y, None)
    return whole + ("." + fraction if fraction else "") + "e" + power


def _flat(data, out):
    if isinstance(data, list):
        for item in data:
            _flat(item, out)
    else:
        out.append(data)
    return out


def _floats(values, dtype):
    precision = options["precision"]
    finite = [(v, shortest(v, dtype)) for v in values if v == v and v - v == 0]
    special = len(finite) != len(values)
    sizes = [abs(v) for v, _ in finite if v != 0]
    big, small = (max(sizes), min(sizes)) if sizes else (0, 0)
    with_power = sizes and (
        big >= 1e8 or not options["suppress"] and (small < 1e-4 or big / small > 1000)
    )
    left = right = 0
    if with_power:
        parts = [scientific(v, y, precision) for v, y in finite]
        precision = max([len(p[1]) for p in parts])
        power_size = max([len(p[2]) for p in parts])
        left = max([len(p[0]) for p in parts])
        right = power_size + 1 + precision
    elif finite:
        parts = [positional(v, y, precision) for v, y in finite]
        left = max([len(p[0]) for p in parts])
        right = max([len(p[1]) for p in parts])
    if special:
        has_minus = any([v - v != 0 and v == v and v < 0 for v in values])
        offset = right + 1
        left = max(left, 3 - offset, 3 + (1 if has_minus else 0) - offset)

    def write(v):
        if v != v or v - v != 0:
            text = "nan" if v != v else "inf" if v > 0 else "-inf"
            return " " * (left + right + 1 - len(text)) + text
        y = shortest(v, dtype)
        if with_power:
            whole, fraction, power = scientific(v, y, precision, precision)
            power = power[0] + "0" * (power_size - len(power)) + power[1:]
            return " " * (left - len(whole)) + whole + "." + fraction + "e" + power
        whole, fraction = positional(v, y, precision)
        return " " * (left - len(whole)) + whole + "." + fraction + " " * (right - len(fraction))

    return write


def _writer(values, dtype):
    if dtype.kind == "f":
        return _floats(values, dtype)
    if dtype.kind == "b":
        return lambda v: " True" if v else "False"
    width = max([len(str(v)) for v in values]) if values else 0
    return lambda v: " " * (width - len(str(v))) + str(v)


def _edges(data, axes, n):
    """Nested lists with the middle of long ones left out, an ellipsis in its place."""
    if axes == 0:
        return data
    if len(data) > 2 * n:
        data = data[:n] + data[len(data) - n :]
    return [_edges(item, axes - 1, n) for item in data]


def _rows(data, axes, write, separator, indent, width, shape, cut):
    if axes == 0:
        return write(data)
    n = options["edgeitems"]
    gap = n if cut and shape[0] > 2 * n else -1
    inner = indent + " "
    last = len(data) - 1
    if axes == 1:
        room = width - max(len(separator.rstrip()), 1)
        text, line = "", indent

        def extend(text, line, word):
            if len(line) + len(word) > room and len(line) > len(indent):
                return text + line.rstrip() + "\n", indent + word
            return text, line + word

        for i, item in enumerate(data):
            if i == gap:
                text, line = extend(text, line, "...")
                line += separator
            text, line = extend(text, line, write(item))
            if i < last:
                line += separator
        text += line
    else:
        text = ""
        between = separator.rstrip() + "\n" * (axes - 1)
        for i, item in enumerate(data):
            if i == gap:
                text += indent + "..." + between
            text += indent + _rows(item, axes - 1, write, separator, inner, width - 1, shape[1:], cut)
            if i < last:
                text += between
    return "[" + text[len(indent) :] + "]"


def array_text(a, separator=" ", prefix="", suffix=""):
    """np.array2string: an array of one dimension or more, or of none in brackets-free form."""
    dtype, shape = a.dtype, a.shape
    if a.size == 0:
        return "[]"
    cut = a.size > options["threshold"]
    data = a.tolist()
    if cut:
        data = _edges(data, len(shape), options["edgeitems"])
    write = _writer(_flat(data, []), dtype)
    if not shape:
        return write(data).strip()
    indent = " " + " " * len(prefix)
    width = options["linewidth"] - len(suffix)
    return _rows(data, len(shape), write, separator, indent, width, shape, cut)


def array_repr(a):
    implied = a.dtype.name in ("float64", "int64", "bool") and a.size > 0
    prefix = "array("
    if a.size == 0 and a.shape != (0,):
        text = "[], shape=%r" % (a.shape,)
    else:
        text = array_text(a, ", ", prefix, ")" if implied else ",")
    text = prefix + text
    if implied:
        return text + ")"
    tail = "dtype=%s)" % a.dtype.name
    last = len(text) - (text.rfind("\n") + 1)
    gap = "\n" + " " * len(prefix) if last + len(tail) + 1 > options["linewidth"] else " "
    return text + "," + gap + tail
