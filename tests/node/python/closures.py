# Closures, decorators and scopes.
import functools
import time


def make_counter(start=0):
    count = start

    def increment(by=1):
        nonlocal count
        count += by
        return count

    return increment


c1, c2 = make_counter(), make_counter(10)
print(c1(), c1(), c2(5), c1(by=3))
total = 0


def add(n):
    global total
    total += n


for i in range(5):
    add(i)
print(total)


def logged(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        print(f"calling {func.__name__} with {args} {kwargs}")
        result = func(*args, **kwargs)
        print(f"{func.__name__} returned {result!r}")
        return result

    return wrapper


@logged
def multiply(a, b=2):
    return a * b


multiply(3)
multiply(3, b=4)
print(multiply.__name__)


def repeat(times):
    def decorate(func):
        def wrapper(*args, **kwargs):
            return [func(*args, **kwargs) for _ in range(times)]

        return wrapper

    return decorate


@repeat(3)
def hello(name):
    return f"hello {name}"


print(hello("bob"))


def timer(func):
    def inner(*a, **k):
        start = time.perf_counter()
        try:
            return func(*a, **k)
        finally:
            elapsed = time.perf_counter() - start
            print("took some time", elapsed >= 0)

    return inner


@timer
def slow(n):
    return sum(range(n))


print(slow(1000))


class CountCalls:
    def __init__(self, func):
        self.func = func
        self.calls = 0

    def __call__(self, *args):
        self.calls += 1
        return self.func(*args)


@CountCalls
def square(x):
    return x * x


print(square(2), square(3), square.calls)
adders = [lambda x, n=n: x + n for n in range(3)]
print([f(10) for f in adders], [(lambda: i)() for i in range(3)])
compose = lambda *fs: functools.reduce(lambda f, g: lambda x: f(g(x)), fs)
print(compose(str, abs, int)("-5"))


def memo(f):
    cache = {}

    def g(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]

    return g


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print([fib(n) for n in range(20)], fib(80))
x = "global"


def outer():
    x = "outer"

    def inner():
        x = "inner"
        return x

    return inner(), x


print(outer(), x)


def varargs(a, *args, b=1, **kw):
    return a, args, b, sorted(kw.items())


print(varargs(1), varargs(1, 2, 3, b=4, c=5), varargs(*[1, 2], **{"z": 0}), varargs(*range(2), *"ab"))


def default(x, acc=[]):
    acc.append(x)
    return acc


print(default(1), default(2))
print((lambda *a, **k: (a, k))(1, 2, z=3), (lambda: (yield))().__class__.__name__)
