# Our versions of standard modules, against CPython's.
import bisect
import collections
import contextlib
import copy
import dataclasses
import functools
import heapq
import itertools
import json
import math
import os
import random
import statistics
import string
import textwrap
import time
from abc import ABC, ABCMeta, abstractmethod
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import asdict, astuple, dataclass, field
from typing import Any, Callable, Dict, Generic, List, Optional, TypeVar, Union

random.seed(42)
print(random.random(), random.randint(1, 100), random.choice("abcdef"), random.uniform(-1, 1))
print(random.gauss(0, 1), random.gauss(0, 1), random.normalvariate(2, 3), random.getrandbits(70))
x = list(range(10))
random.shuffle(x)
print(x, random.sample(range(100), 5), random.sample(range(1000), 30)[:4], random.randrange(0, 50, 7))
print(random.choices([1, 2, 3], weights=[5, 1, 1], k=6), random.expovariate(2.0), random.triangular(0, 1))
random.seed(123456789012345678901234567890)
print(random.random())
random.seed("text")
print(random.random())
random.seed(0)
state = random.getstate()
a = random.random()
random.setstate(state)
print(a == random.random(), random.Random(7).random() if False else "")

print(math.gcd(12, 18), math.lcm(4, 6), math.isqrt(99), math.comb(10, 3), math.perm(5, 2), math.prod([2, 3]))
print(math.factorial(20), math.hypot(3, 4), math.dist([0, 0], [1, 1]), math.fsum([0.1] * 10), math.log2(8))
print(math.log1p(1e-10), math.log(8, 2), math.pi, math.inf, math.isclose(0.1 + 0.2, 0.3), math.erf(0.5))

c = Counter("abracadabra")
print(c, c.most_common(2), c["z"], c + Counter("aab"), sorted(c.elements())[:3], sum(c.values()))
dd = defaultdict(list)
dd["x"].append(1)
dd["a"].append(2)
print(dd, dd["new"], len(dd), "x" in dd)
P = namedtuple("P", ["x", "y"])
print(P(1, 2), P(x=3, y=4).y, P(1, 2)._replace(x=9), P(5, 6)._asdict())
Q = namedtuple("Q", "a b", defaults=[7])
print(Q(1), Q(1, 2))
d = deque([1, 2, 3], maxlen=3)
d.append(4)
d.appendleft(0)
d.rotate(1)
print(d, d.popleft(), list(d))
o = OrderedDict([("b", 1), ("a", 2)])
o.move_to_end("b") if hasattr(o, "move_to_end") and False else None
print(list(o.items()))


@dataclass
class Point:
    x: int
    y: float = 2.0
    tags: List[str] = field(default_factory=list)


@dataclass(frozen=True, order=True)
class Version:
    major: int
    minor: int = 0


p = Point(1)
p.tags.append("t")
print(p, Point(1) == Point(1), asdict(p), astuple(p), dataclasses.replace(p, x=5), Point(1).tags)
print(Version(1, 2) < Version(1, 3), sorted([Version(2), Version(1, 5)]), hash(Version(1)) == hash(Version(1)))
try:
    Version(1).major = 2
except dataclasses.FrozenInstanceError as e:
    print("frozen", e)
try:
    Point()
except TypeError as e:
    print(e)


class Shape(ABC):
    @property
    @abstractmethod
    def sides(self): ...

    @abstractmethod
    def area(self): ...

    def describe(self):
        return f"{self.sides} sides, {self.area():.1f}"


class Square(Shape):
    def __init__(self, a):
        self.a = a

    sides = 4

    def area(self):
        return self.a**2


for cls in (Shape, Square):
    try:
        print(cls(2).describe() if cls is Square else cls())
    except TypeError as e:
        print(e)


class Meta(metaclass=ABCMeta):
    @abstractmethod
    def go(self):
        pass


try:
    Meta()
except TypeError as e:
    print(e)


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(60), fib.cache_info(), functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]))
print(functools.partial(int, base=2)("101"), functools.partial(pow, 2)(5))
print(list(itertools.product("ab", [1, 2])), list(itertools.combinations(range(4), 2))[:3])
print(list(itertools.permutations("abc"))[:3], list(itertools.chain([1], [2, 3])))
print(list(itertools.accumulate([1, 2, 3])), list(itertools.islice(itertools.count(5), 2, 8, 3)))
print([(k, list(v)) for k, v in itertools.groupby("aabbc")], list(itertools.zip_longest([1, 2], [3])))
print(list(itertools.pairwise([1, 2, 3])), list(itertools.takewhile(lambda x: x < 3, [1, 2, 3, 1])))
print(json.dumps({"b": [1, 2.5, None, True, "é\"\n"], "a": {}}, sort_keys=True), json.dumps([1, "é"], ensure_ascii=False))
print(json.dumps({"x": [1, {"y": 2}], "e": []}, indent=2), json.loads('{"z": [1, 2.0, null], "a": "q"}'))
print(statistics.mean([1, 2, 3, 4]), statistics.stdev([1, 2, 3, 4]), statistics.median([3, 1, 2]), statistics.mode("aab"))
print(heapq.nsmallest(2, [5, 1, 4]), heapq.nlargest(2, [5, 1, 4]), bisect.bisect([1, 3, 5], 3), bisect.bisect_left([1, 3, 5], 3))
print(textwrap.dedent("    a\n      b\n"), string.ascii_lowercase[:5], string.Template("$a ${b}").substitute(a=1, b=2))
print(os.path.join("a", "b", "../c"), os.path.splitext("x/y.tar.gz"), os.path.basename("/a/b.txt"), os.path.exists("nope"))
os.environ["GRADBOX_TEST"] = "1"
print(os.getenv("GRADBOX_TEST"), os.environ.get("NOPE_NOPE", "default"), os.getenv("NOPE_NOPE"))
os.makedirs("dir/sub", exist_ok=True)
with open("dir/sub/f.txt", "w") as f:
    f.write("x")
print(os.listdir("dir"), os.path.isdir("dir/sub"), os.path.getsize("dir/sub/f.txt"))
os.remove("dir/sub/f.txt")
os.rmdir("dir/sub")
os.rmdir("dir")
try:
    os.remove("nope")
except FileNotFoundError as e:
    print(e)


@contextlib.contextmanager
def tag(name):
    print("<" + name + ">")
    try:
        yield name.upper()
    finally:
        print("</" + name + ">")


with tag("b") as t:
    print(t)
with contextlib.suppress(ZeroDivisionError):
    1 / 0
nested = {"a": [1, [2]]}
deep = copy.deepcopy(nested)
deep["a"][1].append(3)
print(nested, deep, copy.copy([1, 2]))
print(time.perf_counter() >= 0, time.time() > 1.6e9, time.strftime("%Y-%m-%d", time.gmtime(0)))
T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, value: Optional[T] = None, call: Callable[[int], Any] = None):
        self.value: Union[T, None] = value


print(Box(3).value)
