import contextlib
import copy
import io
from abc import ABC, abstractmethod
from contextlib import closing, contextmanager, suppress, ExitStack, nullcontext


@contextmanager
def managed(name):
    print("open", name)
    try:
        yield name.upper()
    except ValueError as e:
        print("handled", e)
    finally:
        print("close", name)


with managed("a") as x:
    print(x)
with managed("b"):
    raise ValueError("oops")
try:
    with managed("c"):
        raise KeyError("k")
except KeyError as e:
    print("outside", e)
with suppress(FileNotFoundError, KeyError):
    {}["x"]
with ExitStack() as stack:
    for n in "xy":
        stack.enter_context(managed(n))
    print("inside")
with nullcontext(5) as v:
    print(v)
buf = io.StringIO()
buf.write("hello\n")
print("to buffer", file=buf)
print(repr(buf.getvalue()), io.StringIO("a\nb").readlines(), io.BytesIO(b"xyz").read(2), [l for l in io.StringIO("1\n2\n")])
a = [1, [2, 3], {"k": [4]}]
b, c = copy.copy(a), copy.deepcopy(a)
a[1].append(9)
a[2]["k"].append(5)
print(a, b, c, b[1] is a[1], c[1] is a[1])


class N:
    def __init__(self, v):
        self.v = v

    def __repr__(self):
        return f"N({self.v})"


n = N([1])
m, k = copy.deepcopy(n), copy.copy(n)
n.v.append(2)
print(n, m, k)


class Shape(ABC):
    def __init__(self, name):
        self.name = name

    @abstractmethod
    def area(self):
        pass

    @abstractmethod
    def perimeter(self):
        pass

    @property
    @abstractmethod
    def sides(self):
        pass

    def __str__(self):
        return f"{self.name}: {self.area():.2f}"


class Sq(Shape):
    sides = 4

    def __init__(self, a):
        super().__init__("Square")
        self.a = a

    def area(self):
        return self.a**2

    def perimeter(self):
        return 4 * self.a


class Half(Shape):
    def area(self):
        return 1


print(Sq(2), Sq(3).perimeter(), isinstance(Sq(1), Shape))
