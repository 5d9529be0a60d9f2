"""Comparisons, slices and iteration where MicroPython's builtins take less than CPython's."""
from _gb_fields import _NATIVE


def _extreme(native, name, better):
    """max or min, which take only True for a comparison's truth there: not a tensor's."""

    def find(*args, **kwargs):
        items = args if len(args) > 1 else list(args[0])
        if not items:
            if "default" in kwargs:
                return kwargs["default"]
            raise ValueError(name + "() arg is an empty sequence")
        key = kwargs.get("key")
        # A tensor further on compares with numbers from its own side only.
        if key is None and not any([hasattr(v, "_h") for v in items[:3]]):
            return native(items)
        keys = items if key is None else [key(v) for v in items]
        best = 0
        for i in range(1, len(items)):
            if better(keys[i], keys[best]):
                best = i
        return items[best]

    return find


def _more(a, b):
    return a > b if hasattr(a, "_h") or not hasattr(b, "_h") else b < a


def _less(a, b):
    return a < b if hasattr(a, "_h") or not hasattr(b, "_h") else b > a


def _gb_compare(symbol, a, b):
    """a < b and its kin, a being a number: asks b first, which may be a tensor."""
    if isinstance(b, _NATIVE):
        if symbol == "<":
            return a < b
        if symbol == ">":
            return a > b
        return a <= b if symbol == "<=" else a >= b
    if symbol == "<":
        return b > a
    if symbol == ">":
        return b < a
    if symbol == "<=":
        return b >= a
    return b <= a


_NUMBERS = (int, float)


def _gb_order(symbol, a, b):
    """a < b and its kin: where a is a number, b is asked first."""
    if isinstance(a, _NUMBERS):
        return _gb_compare(symbol, a, b)
    if symbol == "<":
        return a < b
    if symbol == ">":
        return a > b
    return a <= b if symbol == "<=" else a >= b


class _Steps:
    """A string, bytes or a tuple, taking slices with a step."""

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
        if isinstance(text, str):
            return "".join(picked)
        return tuple(picked) if isinstance(text, tuple) else bytes(picked)


class _Cut:
    def __getitem__(self, key):
        return key


def _gb_slice(*args):
    """slice(stop), slice(start, stop), slice(start, stop, step): MicroPython only makes them in x[...]."""
    if len(args) == 1:
        return _Cut()[: args[0]]
    if len(args) == 2:
        return _Cut()[args[0] : args[1]]
    if len(args) == 3:
        return _Cut()[args[0] : args[1] : args[2]]
    if args:
        raise TypeError("slice expected at most 3 arguments, got %d" % len(args))
    raise TypeError("slice expected at least 1 argument, got 0")


def _gb_step(value):
    return _Steps(value) if isinstance(value, (str, bytes, tuple)) else value


def _gb_setslice(target, start, stop, step, value):
    """`target[start:stop:step] = value`"""
    if not isinstance(target, list):
        target[start:stop:step] = value
        return
    if step is None or step == 1:
        target[start:stop] = value
        return
    value = list(value)
    at = range(len(target))[start:stop:step]
    if len(value) != len(at):
        raise ValueError(
            "attempt to assign sequence of size %d to extended slice of size %d"
            % (len(value), len(at))
        )
    for i, x in zip(at, value):
        target[i] = x


def _gb_delslice(target, start, stop, step):
    """`del target[start:stop:step]`"""
    if not isinstance(target, list):
        del target[start:stop:step]
        return
    gone = set(range(len(target))[start:stop:step])
    target[:] = [x for i, x in enumerate(target) if i not in gone]


def _gb_iter(function, sentinel):
    """iter(function, sentinel)"""
    while True:
        value = function()
        if value == sentinel:
            return
        yield value


def _gb_zip(*iterables, strict=False):
    iterators = [iter(it) for it in iterables]
    done = object()
    while iterators:
        row = [next(it, done) for it in iterators]
        ended = [x is done for x in row]
        if any(ended):
            if strict and not all(ended):
                i = ended.index(True)
                if i == 0:
                    i = ended.index(False)
                    raise ValueError("zip() argument %d is longer than argument %s" % (i + 1, _ones(i)))
                raise ValueError("zip() argument %d is shorter than argument %s" % (i + 1, _ones(i)))
            return
        yield tuple(row)


def _ones(n):
    return "1" if n == 1 else "s 1-%d" % n
