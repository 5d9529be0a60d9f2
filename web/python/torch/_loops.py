"""Where a snippet stands in its training loops, for the page's progress bar.

The front end puts `_gb_loop(k, ...)` around what the k-th such loop goes through (runtime/loops.ts).
Loops under way form a stack. Nobody tells when one is left by `break`, so an entry goes when a loop
around it moves on, or another one begins that can't be inside it.
"""

_parents = []
_scopes = []
# Each [k, number of the loop's beginning, items taken, items there are].
_stack = []
_begun = 0


def start(parents, scopes):
    """For each loop: the loop around it in the same function, or -1; and the number of the function."""
    global _parents, _scopes
    _parents = parents
    _scopes = scopes
    del _stack[:]


def loop(k, items):
    """The same items, counted; what has no length comes back as it is."""
    try:
        n = len(items)
    except Exception:
        return items
    return _follow(items, _begin(k, n), len(_stack))


def _begin(k, n):
    global _begun
    _begun += 1
    around = []
    at = _parents[k]
    while at >= 0:
        around.append(at)
        at = _parents[at]
    for i in range(len(_stack)):
        other = _stack[i][0]
        if _scopes[other] == _scopes[k] and other not in around:
            del _stack[i:]
            break
    for i in range(len(_stack)):
        if around and _stack[i][0] == around[0]:
            del _stack[i + 1 :]
            break
    entry = [k, _begun, 0, n]
    _stack.append(entry)
    return entry


def _follow(items, entry, depth):
    for item in items:
        entry[2] += 1
        if len(_stack) > depth:
            del _stack[depth:]
        yield item


def state():
    """`"7;0,3,20;1,12,40"`: when the outermost loop began, then each loop's k, items taken, items."""
    if not _stack:
        return ""
    return ";".join([str(_stack[0][1])] + ["%d,%d,%d" % (e[0], e[2], e[3]) for e in _stack])
