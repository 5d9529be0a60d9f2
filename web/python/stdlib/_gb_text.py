"""Methods of str and int that MicroPython lacks, or knows for ASCII only.

web/runtime/python/transform.ts writes `x.title()` as `_gb_method("title", x)`.
"""

import _gb_unicode

_ASCII = "upper lower isalpha isdigit isspace islower isupper".split()


def _tester(name):
    host = getattr(_gb_unicode, name)
    return lambda self: bool(host(self))


def _changer(name):
    host = getattr(_gb_unicode, name)
    return lambda self: host(self)


_str = {}
for _name in "casefold title capitalize swapcase".split():
    _str[_name] = _changer(_name)
for _name in "isalnum isdecimal isnumeric isidentifier isprintable istitle".split():
    _str[_name] = _tester(_name)


def _both(name):
    native = getattr(str, name)
    wide = _changer(name) if name in ("upper", "lower") else _tester(name)

    def method(self):
        return native(self) if len(self.encode()) == len(self) else wide(self)

    return method


for _name in _ASCII:
    _str[_name] = _both(_name)


def _fill(self, width, fillchar):
    if not isinstance(fillchar, str) or len(fillchar) != 1:
        raise TypeError("The fill character must be exactly one character long")
    return fillchar * (width - len(self))


def ljust(self, width, fillchar=" "):
    return self + _fill(self, width, fillchar)


def rjust(self, width, fillchar=" "):
    return _fill(self, width, fillchar) + self


def center(self, width, fillchar=" "):
    missing = len(_fill(self, width, fillchar))
    left = missing // 2 + (missing & width & 1)
    return fillchar * left + self + fillchar * (missing - left)


def zfill(self, width):
    sign = self[:1] if self[:1] in ("+", "-") else ""
    return sign + "0" * (width - len(self)) + self[len(sign) :]


def expandtabs(self, tabsize=8):
    out = []
    column = 0
    for c in self:
        if c == "\t":
            n = tabsize - column % tabsize if tabsize > 0 else 0
            out.append(" " * n)
            column += n
        else:
            out.append(c)
            column = 0 if c in "\r\n" else column + 1
    return "".join(out)


def removeprefix(self, prefix):
    return self[len(prefix) :] if self.startswith(prefix) else self


def removesuffix(self, suffix):
    return self[: len(self) - len(suffix)] if suffix and self.endswith(suffix) else self


def isascii(self):
    return len(self.encode()) == len(self)


def format_map(self, mapping):
    return _gb_fmt(self, **mapping)


def maketrans(x, y=None, z=""):
    """The static method: a table from code points."""
    if y is None:
        return {ord(k) if isinstance(k, str) else k: v for k, v in x.items()}
    if len(x) != len(y):
        raise ValueError("the first two maketrans arguments must have equal length")
    table = {ord(a): ord(b) for a, b in zip(x, y)}
    for c in z:
        table[ord(c)] = None
    return table


def translate(self, table):
    out = []
    for c in self:
        code = ord(c)
        value = table.get(code, c) if isinstance(table, dict) else table[code]
        if value is not None:
            out.append(chr(value) if isinstance(value, int) else value)
    return "".join(out)


def split(self, sep=None, maxsplit=-1):
    return self.split(sep, maxsplit)


def rsplit(self, sep=None, maxsplit=-1):
    return self.rsplit(sep, maxsplit)


for _value in (ljust, rjust, center, zfill, expandtabs, removeprefix, removesuffix):
    _str[_value.__name__] = _value
for _value in (isascii, format_map, maketrans, translate, split, rsplit):
    _str[_value.__name__] = _value


def bit_length(self):
    n = abs(self)
    count = 0
    while n >> 32:
        n >>= 32
        count += 32
    while n:
        n >>= 1
        count += 1
    return count


def as_integer_ratio(self):
    if isinstance(self, int):
        return int(self), 1
    if self != self or self in (float("inf"), float("-inf")):
        what = "NaN" if self != self else "infinity"
        raise (ValueError if self != self else OverflowError)(
            "cannot convert %s to integer ratio" % what
        )
    power = 0
    while self != int(self):
        self *= 2
        power += 1
    return int(self), 1 << power


_int = {
    "bit_length": bit_length,
    "bit_count": lambda self: bin(abs(self)).count("1"),
    "as_integer_ratio": as_integer_ratio,
    "conjugate": lambda self: self,
    "is_integer": lambda self: True,
}
_float = {
    "is_integer": lambda self: self == self and abs(self) != float("inf") and self == int(self),
    "as_integer_ratio": as_integer_ratio,
    "conjugate": lambda self: self,
}


def _gb_method(name, target, *args, **kwargs):
    """`target.name(...)`"""
    if isinstance(target, str):
        method = _str.get(name)
    elif isinstance(target, int):
        method = _int.get(name)
    elif isinstance(target, float):
        method = _float.get(name)
    else:
        method = None
    if name == "writelines" and not hasattr(target, name):
        for line in args[0]:
            target.write(line)
        return None
    if method is None:
        return getattr(target, name)(*args, **kwargs)
    return method(target, *args, **kwargs)


def _gb_unbound(name):
    """`str.name`, as a function."""
    return _str[name]
