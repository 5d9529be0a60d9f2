"""Pickles of protocol 2: a writer, and a reader that never runs code from the file.

The reader makes plain data, and asks its owner about each global name and each persistent id; what
the owner doesn't know is refused. MicroPython has no pickle of its own.
"""
import struct

from ._core import MICRO

if MICRO:

    class PicklingError(Exception):
        pass

    class UnpicklingError(Exception):
        pass

else:
    from pickle import PicklingError, UnpicklingError


class Global:
    """A name that the reader of the pickle looks up: module and attribute."""

    def __init__(self, module, name):
        self.module = module
        self.name = name


class Call:
    """function(*args), made when the pickle is read; `state`, if not None, is then set."""

    def __init__(self, function, args, state=None, new=False):
        self.function = function
        self.args = args
        self.state = state
        # Whether `function` is a class to make an object of without calling its __init__.
        self.new = new


class Persistent:
    """An object that the file keeps elsewhere."""

    def __init__(self, pid):
        self.pid = pid


class Pickler:
    """Pickles lists, tuples, dicts, sets, numbers, text and bytes; `reduce(obj)` gives a Global, Call
    or Persistent for anything else, or None for what can't be pickled."""

    def __init__(self, reduce):
        self._reduce = reduce

    def dumps(self, obj):
        self._out = []
        self._memo = {}
        # Objects must outlive the pickling: the memo goes by their addresses.
        self._kept = []
        self._globals = {}
        self._texts = {}
        self._next = 0
        self._save(obj)
        return b"\x80\x02" + b"".join(self._out) + b"."

    def _put(self):
        n = self._next
        self._next += 1
        self._out.append(b"q" + bytes((n,)) if n < 256 else b"r" + struct.pack("<I", n))
        return n

    def _get(self, n):
        self._out.append(b"h" + bytes((n,)) if n < 256 else b"j" + struct.pack("<I", n))

    def _remember(self, obj):
        self._memo[id(obj)] = self._put()
        self._kept.append(obj)

    def _save(self, obj):
        write = self._out.append
        if obj is None:
            write(b"N")
        elif obj is True or obj is False:
            write(b"\x88" if obj else b"\x89")
        elif type(obj) is int:
            write(_int(obj))
        elif type(obj) is float:
            write(b"G" + struct.pack(">d", obj))
        elif type(obj) is str:
            if obj in self._texts:
                return self._get(self._texts[obj])
            data = obj.encode()
            write(b"X" + struct.pack("<I", len(data)) + data)
            self._texts[obj] = self._put()
        elif id(obj) in self._memo:
            self._get(self._memo[id(obj)])
        elif type(obj) is tuple:
            self._tuple(obj)
        elif type(obj) is list:
            write(b"]")
            self._remember(obj)
            self._many(obj, b"e")
        elif type(obj) is dict:
            write(b"}")
            self._remember(obj)
            self._pairs(obj)
        elif type(obj) is bytes:
            self._call(Call(Global("_codecs", "encode"), (_latin(obj), "latin1")), obj)
        elif isinstance(obj, (set, frozenset)):
            name = "set" if isinstance(obj, set) else "frozenset"
            self._call(Call(Global("__builtin__", name), (list(obj),)), obj)
        elif isinstance(obj, dict) and type(obj).__name__ == "OrderedDict":
            self._call(Call(Global("collections", "OrderedDict"), ()), obj)
            self._pairs(obj)
        else:
            reduced = obj if isinstance(obj, (Global, Call, Persistent)) else self._reduce(obj)
            if isinstance(reduced, Global):
                self._global(reduced)
            elif isinstance(reduced, Persistent):
                self._save(reduced.pid)
                write(b"Q")
            elif isinstance(reduced, Call):
                self._call(reduced, obj)
            else:
                raise PicklingError("Can't pickle " + repr(obj))

    def _tuple(self, obj):
        if not obj:
            return self._out.append(b")")
        if len(obj) > 3:
            self._out.append(b"(")
        for v in obj:
            self._save(v)
        self._out.append(b"t" if len(obj) > 3 else (b"\x85", b"\x86", b"\x87")[len(obj) - 1])
        self._remember(obj)

    def _many(self, items, code):
        if items:
            self._out.append(b"(")
            for v in items:
                self._save(v)
            self._out.append(code)

    def _pairs(self, obj):
        flat = []
        for key in obj:
            flat.append(key)
            flat.append(obj[key])
        self._many(flat, b"u")

    def _global(self, g):
        key = g.module + " " + g.name
        if key in self._globals:
            return self._get(self._globals[key])
        self._out.append(("c" + g.module + "\n" + g.name + "\n").encode())
        self._globals[key] = self._put()

    def _call(self, call, obj):
        self._global(call.function)
        self._tuple(tuple(call.args))
        self._out.append(b"\x81" if call.new else b"R")
        self._remember(obj)
        if call.state is not None:
            self._save(call.state)
            self._out.append(b"b")


def _latin(data):
    return "".join([chr(c) for c in data])


def _int(n):
    if 0 <= n < 256:
        return b"K" + bytes((n,))
    if 0 <= n < 65536:
        return b"M" + struct.pack("<H", n)
    if -0x80000000 <= n < 0x80000000:
        return b"J" + struct.pack("<i", n)
    size = 1
    while not -(1 << (8 * size - 1)) <= n < 1 << (8 * size - 1):
        size += 1
    return b"\x8a" + bytes((size,)) + (n + (1 << (8 * size)) if n < 0 else n).to_bytes(size, "little")


_MARK = object()
_CONTAINERS = (list, dict, set, tuple, frozenset)
_DEEPEST = 200
_MOST_LATE = 10
# What instructions raise that find another stack, memo or argument than they should.
_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) + (() if MICRO else (struct.error,))


class Unpickler:
    """Reads a pickle. `find(module, name)` gives what stands for a global: a function that makes an
    object of the arguments, or a value; it raises for names that it doesn't know.
    `persistent(pid)` gives an object kept elsewhere. `build(obj, state)` sets an object's state."""

    def __init__(self, data, find, persistent, build, at=0):
        self._data = data
        self._find = find
        self._persistent = persistent
        self._build = build
        self._at = at

    @property
    def end(self):
        """Where the pickle ended."""
        return self._at

    def _take(self, n):
        at = self._at
        if n < 0:
            raise UnpicklingError("a length in the pickle is negative")
        if at + n > len(self._data):
            raise UnpicklingError("pickle data was truncated")
        self._at = at + n
        return self._data[at : at + n]

    def _holds(self, target, items):
        """Notes that `target` holds `items`. CPython follows what is in one another by recursion when it
        frees it, for which WebAssembly has little room."""
        depths = self._depths
        key = id(target)
        depth = depths.get(key, -1)
        if depth < 0:
            self._alive.append(target)
            depth = 0
        before = depth
        for item in items:
            inner = depths.get(id(item), -1)
            if inner < 0 and isinstance(item, _CONTAINERS):  # one that is empty so far
                inner = depths[id(item)] = 0
                self._alive.append(item)
            if inner >= 0:
                depth = max(depth, inner + 1)
                self._within.add(id(item))
        if depth > before and key in self._within:
            # Whatever holds it is deeper than was noted: rings, which are few.
            self._late += 1
        if depth > _DEEPEST or self._late > _MOST_LATE:
            raise UnpicklingError("containers in the file are nested too deep")
        depths[key] = depth
        return target

    def _line(self):
        end = self._data.find(b"\n", self._at)
        if end < 0:
            raise UnpicklingError("pickle data was truncated")
        line = self._data[self._at : end]
        self._at = end + 1
        return line.decode()

    def _number(self, form, size):
        return struct.unpack(form, self._take(size))[0]

    def _pop_mark(self):
        stack = self._stack
        at = len(stack) - 1
        while stack[at] is not _MARK:
            at -= 1
        items = stack[at + 1 :]
        del stack[at:]
        return items

    def load(self):
        """What the pickle stands for. UnpicklingError, naming the place, for one that is damaged."""
        try:
            return self._load()
        except _DAMAGE as e:
            if isinstance(e, (UnpicklingError, RuntimeError)):
                raise
            text = str(e) or type(e).__name__
            raise UnpicklingError("the pickle is damaged at byte %d: %s" % (self._last, text))

    def _load(self):
        self._stack = stack = []
        self._memo = memo = {}
        # How deep what is in a container lies, by its id; the containers themselves, so that no id is
        # given twice; which of them are within others; and how often one of those grew.
        self._depths = {}
        self._alive = []
        self._within = set()
        self._late = 0
        while True:
            self._last = self._at
            code = self._take(1)[0]
            if code == 0x2E:  # .
                return stack.pop()
            step = _STEPS.get(code)
            if step is None:
                raise UnpicklingError("invalid load key, '\\x%02x'." % code)
            step(self, stack, memo)


def _long(data):
    n = int.from_bytes(data, "little")
    return n - (1 << (8 * len(data))) if data and data[-1] & 0x80 else n


def _text(self, size):
    return self._take(size).decode()


def _push(get):
    """A step that pushes get(unpickler)."""
    return lambda self, stack, memo: stack.append(get(self))


def _tuple_of(n):
    def step(self, stack, memo):
        if len(stack) < n:
            raise UnpicklingError("unexpected MARK found")
        items = tuple(stack[-n:])
        del stack[-n:]
        stack.append(self._holds(items, items))

    return step


def _tuple(self, stack, memo):
    items = tuple(self._pop_mark())
    stack.append(self._holds(items, items))


def _get_memo(form, size):
    return lambda self, stack, memo: stack.append(memo[self._number(form, size)])


def _put_memo(form, size):
    def step(self, stack, memo):
        memo[self._number(form, size)] = stack[-1]

    return step


def _memoize(self, stack, memo):
    memo[len(memo)] = stack[-1]


def _appends(self, stack, memo):
    items = self._pop_mark()
    target = stack[-1]
    if not isinstance(target, list):
        raise UnpicklingError("the file appends to something that is no list")
    self._holds(target, items)
    target.extend(items)


def _append(self, stack, memo):
    item = stack.pop()
    if not isinstance(stack[-1], list):
        raise UnpicklingError("the file appends to something that is no list")
    self._holds(stack[-1], (item,))
    stack[-1].append(item)


def _check_keys(items, depth=0):
    """Keys and members of sets may be tuples in tuples, but not without end: hashing them recurses."""
    if depth > 16:
        raise UnpicklingError("a key in the file is nested too deep")
    for item in items:
        if isinstance(item, (tuple, frozenset)):
            _check_keys(item, depth + 1)


def _set_pairs(self, target, items):
    if not isinstance(target, dict):
        raise UnpicklingError("the file sets items of something that is no dict")
    if len(items) % 2:
        raise UnpicklingError("the file sets a key without a value")
    _check_keys(items[::2])
    self._holds(target, items)
    for i in range(0, len(items), 2):
        target[items[i]] = items[i + 1]


def _setitems(self, stack, memo):
    items = self._pop_mark()
    _set_pairs(self, stack[-1], items)


def _setitem(self, stack, memo):
    value = stack.pop()
    key = stack.pop()
    _set_pairs(self, stack[-1], [key, value])


def _additems(self, stack, memo):
    items = self._pop_mark()
    if not isinstance(stack[-1], set):
        raise UnpicklingError("the file adds to something that is no set")
    _check_keys(items)
    self._holds(stack[-1], items)
    stack[-1].update(items)


def _frozenset(self, stack, memo):
    items = self._pop_mark()
    _check_keys(items)
    stack.append(self._holds(frozenset(items), items))


def _global(self, stack, memo):
    module = self._line()
    stack.append(self._find(module, self._line()))


def _stack_global(self, stack, memo):
    name = stack.pop()
    stack.append(self._find(stack.pop(), name))


def _reduce(self, stack, memo):
    args = stack.pop()
    function = stack.pop()
    # Only what find() gave for a global name comes here; data of the file is never called.
    if not isinstance(function, Known) or function.call is None:
        raise UnpicklingError("the file calls something that is no function")
    if function.call in (set, frozenset):
        for items in args:
            _check_keys(items)
    made = function.call(*args)
    # What a function gives may hold what it was given.
    stack.append(made if made is None else self._holds(made, args))


def _newobj(self, stack, memo):
    args = stack.pop()
    cls = stack.pop()
    if not isinstance(cls, Known) or cls.new is None:
        raise UnpicklingError("the file makes an object of something that is no class")
    stack.append(self._holds(cls.new(*args), args))


def _set_state(self, stack, memo):
    state = stack.pop()
    self._holds(stack[-1], (state,))
    self._build(stack[-1], state)


class Known:
    """What find() gives for a global that may be called: call(*args), or new(*args) for a class."""

    def __init__(self, call=None, new=None):
        self.call = call
        self.new = new


def _nothing(self, stack, memo):
    pass


_STEPS = {
    0x80: lambda self, stack, memo: self._take(1),
    0x95: lambda self, stack, memo: self._take(8),
    ord("}"): _push(lambda self: {}),
    ord("]"): _push(lambda self: []),
    ord(")"): _push(lambda self: ()),
    0x8F: _push(lambda self: set()),
    ord("("): _push(lambda self: _MARK),
    ord("N"): _push(lambda self: None),
    0x88: _push(lambda self: True),
    0x89: _push(lambda self: False),
    ord("K"): _push(lambda self: self._take(1)[0]),
    ord("M"): _push(lambda self: self._number("<H", 2)),
    ord("J"): _push(lambda self: self._number("<i", 4)),
    0x8A: _push(lambda self: _long(self._take(self._take(1)[0]))),
    0x8B: _push(lambda self: _long(self._take(self._number("<i", 4)))),
    ord("G"): _push(lambda self: self._number(">d", 8)),
    ord("X"): _push(lambda self: _text(self, self._number("<I", 4))),
    0x8C: _push(lambda self: _text(self, self._take(1)[0])),
    0x8D: _push(lambda self: _text(self, self._number("<Q", 8))),
    ord("B"): _push(lambda self: self._take(self._number("<I", 4))),
    ord("C"): _push(lambda self: self._take(self._take(1)[0])),
    ord("U"): _push(lambda self: _text(self, self._take(1)[0])),
    ord("T"): _push(lambda self: _text(self, self._number("<i", 4))),
    ord("Q"): lambda self, stack, memo: stack.append(self._persistent(stack.pop())),
    ord("q"): _put_memo("<B", 1),
    ord("r"): _put_memo("<I", 4),
    ord("h"): _get_memo("<B", 1),
    ord("j"): _get_memo("<I", 4),
    0x94: _memoize,
    ord("t"): _tuple,
    0x85: _tuple_of(1),
    0x86: _tuple_of(2),
    0x87: _tuple_of(3),
    ord("a"): _append,
    ord("e"): _appends,
    ord("s"): _setitem,
    ord("u"): _setitems,
    0x90: _additems,
    0x91: _frozenset,
    ord("c"): _global,
    0x93: _stack_global,
    ord("R"): _reduce,
    0x81: _newobj,
    ord("b"): _set_state,
    ord("0"): lambda self, stack, memo: stack.pop(),
    ord("1"): lambda self, stack, memo: self._pop_mark(),
    ord("2"): lambda self, stack, memo: stack.append(stack[-1]),
}
