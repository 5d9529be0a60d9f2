"""json: MicroPython's parser, and CPython's text."""

import ujson as _json

import _gb_json


class JSONDecodeError(ValueError):
    def __init__(self, msg, doc, pos):
        self.msg = msg
        self.doc = doc
        self.pos = pos
        self.lineno = doc.count("\n", 0, pos) + 1
        self.colno = pos - doc.rfind("\n", 0, pos)
        super().__init__("%s: line %d column %d (char %d)" % (msg, self.lineno, self.colno, pos))


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _string(text, ensure_ascii):
    out = ['"']
    for c in text:
        code = ord(c)
        if c in _ESCAPES:
            out.append(_ESCAPES[c])
        elif code < 32 or ensure_ascii and code > 126:
            if code > 0xFFFF:
                code -= 0x10000
                out.append("\\u%04x\\u%04x" % (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF)))
            else:
                out.append("\\u%04x" % code)
        else:
            out.append(c)
    out.append('"')
    return "".join(out)


def _key(key, skip):
    if isinstance(key, str):
        return key
    if key is True or key is False or key is None:
        return {True: "true", False: "false", None: "null"}[key]
    if isinstance(key, (int, float)):
        return _number(key)
    raise TypeError(
        "keys must be str, int, float, bool or None, not %s" % type(key).__name__
    )


def _number(x):
    if isinstance(x, float):
        if x != x:
            return "NaN"
        if x in (float("inf"), float("-inf")):
            return "Infinity" if x > 0 else "-Infinity"
    return repr(x)


class _Writer:
    def __init__(self, skipkeys, ensure_ascii, indent, separators, default, sort_keys):
        self.skipkeys = skipkeys
        self.ensure_ascii = ensure_ascii
        self.indent = " " * indent if isinstance(indent, int) else indent
        self.item, self.colon = separators or (", " if indent is None else ",", ": ")
        self.default = default
        self.sort_keys = sort_keys

    def layout(self, items, brackets, depth):
        if not items:
            return brackets
        if self.indent is None:
            return brackets[0] + self.item.join(items) + brackets[1]
        inner = "\n" + self.indent * (depth + 1)
        return (
            brackets[0] + inner + (self.item + inner).join(items) + "\n" + self.indent * depth + brackets[1]
        )

    def text(self, x, depth):
        if x is None:
            return "null"
        if x is True:
            return "true"
        if x is False:
            return "false"
        if isinstance(x, str):
            return _string(x, self.ensure_ascii)
        if isinstance(x, (int, float)):
            return _number(x)
        if isinstance(x, dict):
            pairs = [
                (_key(k, self.skipkeys), v)
                for k, v in x.items()
                if not self.skipkeys or isinstance(k, (str, int, float, bool, type(None)))
            ]
            if self.sort_keys:
                pairs = sorted(pairs, key=lambda pair: pair[0])
            items = [
                _string(k, self.ensure_ascii) + self.colon + self.text(v, depth + 1)
                for k, v in pairs
            ]
            return self.layout(items, "{}", depth)
        if isinstance(x, (list, tuple)):
            return self.layout([self.text(v, depth + 1) for v in x], "[]", depth)
        if self.default is not None:
            return self.text(self.default(x), depth)
        raise TypeError("Object of type %s is not JSON serializable" % type(x).__name__)


def dumps(
    obj,
    *,
    skipkeys=False,
    ensure_ascii=True,
    check_circular=True,
    allow_nan=True,
    cls=None,
    indent=None,
    separators=None,
    default=None,
    sort_keys=False
):
    return _Writer(skipkeys, ensure_ascii, indent, separators, default, sort_keys).text(obj, 0)


def dump(obj, fp, **kwargs):
    fp.write(dumps(obj, **kwargs))


def loads(s):
    if isinstance(s, (bytes, bytearray)):
        s = s.decode()
    if not isinstance(s, str):
        raise TypeError(
            "the JSON object must be str, bytes or bytearray, not %s" % type(s).__name__
        )
    checked = _gb_json.check(s)
    if checked[0] == "!":
        at, _, message = checked[1:].partition(":")
        raise JSONDecodeError(message, s, int(at))
    return _json.loads(checked)


def load(fp):
    return loads(fp.read())
