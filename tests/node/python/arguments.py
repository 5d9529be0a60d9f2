def f(a, b, c=3):
    return a


def g():
    pass


def h(*, k):
    pass


class P:
    def __init__(self, x, y):
        pass

    def m(self, q):
        pass


class Q:
    pass


tests = [
    lambda: f(),
    lambda: f(1),
    lambda: f(1, 2, 3, 4),
    lambda: f(1, b=2, a=3),
    lambda: f(1, 2, z=1),
    lambda: g(1),
    lambda: g(x=1),
    lambda: h(),
    lambda: h(1),
    lambda: P(),
    lambda: P(1),
    lambda: P(1, 2, 3),
    lambda: P(1, 2).m(),
    lambda: P(1, 2).m(1, 2),
    lambda: Q().foo,
    lambda: Q().foo(),
    lambda: Q.bar,
    lambda: Q() + 1,
    lambda: Q() < Q(),
    lambda: Q()[0],
    lambda: len(Q()),
    lambda: Q()(),
    lambda: iter(Q()),
    lambda: int(Q()),
    lambda: float(Q()),
    lambda: -Q(),
    lambda: {Q(): 1} and 1,
    lambda: P(1, 2).x,
    lambda: f(*[1, 2], **{"a": 1}),
]
for t in tests:
    try:
        print(t())
    except Exception as e:
        print(type(e).__name__, "|", str(e).split(" at 0x")[0])
try:
    a, b = 1, 2, 3
except ValueError as e:
    print(e)
try:
    a, b, c = [1, 2]
except ValueError as e:
    print(e)
try:
    a, *b, c = [1]
except ValueError as e:
    print(e)
try:
    a, b = 5
except TypeError as e:
    print(e)
try:
    (a, b), c = 1, 2
except TypeError as e:
    print(e)
try:
    for x, y in [(1, 2, 3)]:
        pass
except ValueError as e:
    print(e)
try:
    for x, y in [1, 2]:
        pass
except TypeError as e:
    print(e)


def unbound():
    print(loc)
    loc = 1


try:
    unbound()
except UnboundLocalError as e:
    print(type(e).__name__, e)
try:
    assert 1 == 2, "numbers differ"
except AssertionError as e:
    print("assert:", e)
try:
    assert False
except AssertionError as e:
    print("assert:", repr(e), str(e) == "")
try:
    raise "text"
except TypeError as e:
    print(e)
try:
    raise KeyError("missing", 3)
except KeyError as e:
    print(e, e.args)
try:
    try:
        raise ValueError("inner")
    except ValueError:
        raise RuntimeError("outer")
except RuntimeError as e:
    print(e)
try:
    try:
        1 / 0
    finally:
        print("always")
except ArithmeticError as e:
    print(type(e), e)


def nested():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                return "returned"
            print("loop", i)
        finally:
            print("finally", i)


print(nested())
try:
    raise ValueError
except ValueError as e:
    print(repr(e), str(e), e.args)
try:
    raise Exception("a", 1, None)
except (TypeError, Exception) as e:
    print(e, e.args)
try:
    try:
        raise IndexError("x")
    except KeyError:
        print("no")
    except LookupError as e:
        print("lookup", e)
        raise
except IndexError as e:
    print("again", e)


class Ctx:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, exc_type, exc, tb):
        print("exit", exc_type.__name__ if exc_type else None, exc)
        return self.swallow


with Ctx(True):
    raise ValueError("swallowed")
try:
    with Ctx(False) as c, Ctx(False):
        raise ValueError("passed on")
except ValueError as e:
    print(e)
with Ctx(False):
    pass
print(issubclass(ZeroDivisionError, ArithmeticError), issubclass(KeyError, LookupError), issubclass(FileNotFoundError, OSError), issubclass(ModuleNotFoundError, ImportError), issubclass(RecursionError, RuntimeError), issubclass(UnboundLocalError, NameError), issubclass(NotImplementedError, RuntimeError))
