"""re: CPython's interface over JavaScript's regular expressions (web/runtime/micropython/regexp.ts)."""

import _gb_re

A = ASCII = 256
I = IGNORECASE = 2
L = LOCALE = 4
M = MULTILINE = 8
S = DOTALL = 16
U = UNICODE = 32
X = VERBOSE = 64
NOFLAG = 0


class error(Exception):
    pass


class Match:
    def __init__(self, pattern, text, spans, pos=0):
        self.re = pattern
        self.string = text
        self.pos = pos
        self.endpos = len(text)
        self._spans = spans

    def _index(self, group):
        if isinstance(group, str):
            if group not in self.re.groupindex:
                raise IndexError("no such group")
            return self.re.groupindex[group]
        if not 0 <= group < len(self._spans):
            raise IndexError("no such group")
        return group

    def _text(self, group, default=None):
        start, end = self._spans[self._index(group)]
        return default if start < 0 else self.string[start:end]

    def group(self, *groups):
        if not groups:
            return self._text(0)
        if len(groups) == 1:
            return self._text(groups[0])
        return tuple([self._text(g) for g in groups])

    def __getitem__(self, group):
        return self._text(group)

    def groups(self, default=None):
        return tuple([self._text(i, default) for i in range(1, len(self._spans))])

    def groupdict(self, default=None):
        return {name: self._text(i, default) for name, i in self.re.groupindex.items()}

    def start(self, group=0):
        return self._spans[self._index(group)][0]

    def end(self, group=0):
        return self._spans[self._index(group)][1]

    def span(self, group=0):
        return self._spans[self._index(group)]

    @property
    def lastindex(self):
        last = None
        for i in range(1, len(self._spans)):
            if self._spans[i][0] >= 0 and (last is None or self._spans[i][1] >= self._spans[last][1]):
                last = i
        return last

    @property
    def lastgroup(self):
        for name, i in self.re.groupindex.items():
            if i == self.lastindex:
                return name
        return None

    def expand(self, template):
        return _expand(template, self)

    def __repr__(self):
        return "<re.Match object; span=%r, match=%r>" % (self.span(), self.group())


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "b": "\b", "\\": "\\"}


def _expand(template, match):
    if "\\" not in template:
        return template
    out = []
    i = 0
    while i < len(template):
        c = template[i]
        if c != "\\" or i + 1 == len(template):
            out.append(c)
            i += 1
            continue
        c = template[i + 1]
        i += 2
        if c == "g" and template[i : i + 1] == "<":
            end = template.find(">", i)
            name = template[i + 1 : end]
            i = end + 1
            group = int(name) if name.isdigit() else name
        elif c.isdigit() and c != "0":
            group = int(c)
            if template[i : i + 1].isdigit():
                group = group * 10 + int(template[i])
                i += 1
        elif c in _ESCAPES:
            out.append(_ESCAPES[c])
            continue
        elif c.isalpha():
            raise error("bad escape \\%s at position %d" % (c, i - 2))
        else:
            out.append("\\" + c)
            continue
        if isinstance(group, int) and group > match.re.groups:
            raise error("invalid group reference %d at position %d" % (group, i - 1))
        out.append(match._text(group, ""))
    return "".join(out)


def _pairs(text):
    numbers = [int(n) for n in text.split(",")]
    return [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]


class Pattern:
    def __init__(self, pattern, flags):
        if not isinstance(pattern, str):
            raise NotImplementedError("patterns of bytes are not supported")
        self.pattern = pattern
        self.flags = flags | UNICODE
        self._id = _gb_re.compile(pattern, flags)
        if self._id == -1:
            raise error(_gb_re.error())
        if self._id < 0:
            raise NotImplementedError(_gb_re.error() + " are not supported")
        self.groups = _gb_re.groups(self._id)
        self.groupindex = {}
        for part in _gb_re.names(self._id).split(","):
            if part:
                name, _, number = part.partition("=")
                self.groupindex[name] = int(number)

    def _one(self, text, pos, endpos, mode):
        if not isinstance(text, str):
            raise TypeError("expected string or bytes-like object, got '%s'" % type(text).__name__)
        if endpos is not None:
            text = text[:endpos]
        found = _gb_re.exec(self._id, text, pos, mode)
        return Match(self, text, _pairs(found), pos) if found else None

    def search(self, string, pos=0, endpos=None):
        return self._one(string, pos, endpos, 0)

    def match(self, string, pos=0, endpos=None):
        return self._one(string, pos, endpos, 1)

    def fullmatch(self, string, pos=0, endpos=None):
        return self._one(string, pos, endpos, 2)

    def _all(self, text, pos=0, endpos=None, limit=0):
        if not isinstance(text, str):
            raise TypeError("expected string or bytes-like object, got '%s'" % type(text).__name__)
        if endpos is not None:
            text = text[:endpos]
        found = _gb_re.all(self._id, text, pos, limit)
        return [Match(self, text, _pairs(part), pos) for part in found.split(";")] if found else []

    def finditer(self, string, pos=0, endpos=None):
        return iter(self._all(string, pos, endpos))

    def findall(self, string, pos=0, endpos=None):
        matches = self._all(string, pos, endpos)
        if self.groups == 0:
            return [m._text(0) for m in matches]
        if self.groups == 1:
            return [m._text(1, "") for m in matches]
        return [m.groups("") for m in matches]

    def split(self, string, maxsplit=0):
        out = []
        at = 0
        for m in self._all(string, 0, None, maxsplit):
            out.append(string[at : m.start()])
            out.extend(m.groups())
            at = m.end()
        out.append(string[at:])
        return out

    def subn(self, repl, string, count=0):
        out = []
        at = 0
        matches = self._all(string, 0, None, count)
        for m in matches:
            out.append(string[at : m.start()])
            out.append(repl(m) if callable(repl) else _expand(repl, m))
            at = m.end()
        out.append(string[at:])
        return "".join(out), len(matches)

    def sub(self, repl, string, count=0):
        return self.subn(repl, string, count)[0]

    def __repr__(self):
        names = [
            n
            for n in ("IGNORECASE", "MULTILINE", "DOTALL", "VERBOSE", "ASCII")
            if self.flags & globals()[n]
        ]
        flags = ", " + "|".join(["re." + n for n in names]) if names else ""
        return "re.compile(%r%s)" % (self.pattern, flags)


_cache = {}


def compile(pattern, flags=0):
    if isinstance(pattern, Pattern):
        if flags:
            raise ValueError("cannot process flags argument with a compiled pattern")
        return pattern
    key = (pattern, flags)
    made = _cache.get(key)
    if made is None:
        if len(_cache) > 50:
            _cache.clear()
        made = _cache[key] = Pattern(pattern, flags)
    return made


def search(pattern, string, flags=0):
    return compile(pattern, flags).search(string)


def match(pattern, string, flags=0):
    return compile(pattern, flags).match(string)


def fullmatch(pattern, string, flags=0):
    return compile(pattern, flags).fullmatch(string)


def findall(pattern, string, flags=0):
    return compile(pattern, flags).findall(string)


def finditer(pattern, string, flags=0):
    return compile(pattern, flags).finditer(string)


def split(pattern, string, maxsplit=0, flags=0):
    return compile(pattern, flags).split(string, maxsplit)


def sub(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).sub(repl, string, count)


def subn(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).subn(repl, string, count)


def escape(pattern):
    return "".join(["\\" + c if c in "()[]{}?*+-|^$\\.&~# \t\n\r\v\f" else c for c in pattern])


def purge():
    _cache.clear()
