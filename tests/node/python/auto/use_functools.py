from functools import cmp_to_key, lru_cache, partial, reduce, singledispatch, total_ordering, wraps, cached_property, cache, partialmethod
import functools
import operator

print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(operator.mul, range(1, 6), 1), reduce(max, [3, 9, 2]))
double = partial(lambda a, b: a * b, 2)
print(double(5), partial(int, base=2)("1010"), partial(print, "x", end="!\n")("y"), partial(sorted, reverse=True)([1, 3, 2]), double.args, double.keywords)


@lru_cache(maxsize=2)
def square(n):
    print("computing", n)
    return n * n


print(square(2), square(2), square(3), square(4), square(2))
print(square.cache_info())
square.cache_clear()
print(square.cache_info())


@cache
def fact(n):
    return n * fact(n - 1) if n else 1


print(fact(20), fact.cache_info())


@total_ordering
class Student:
    def __init__(self, name, grade):
        self.name, self.grade = name, grade

    def __eq__(self, o):
        return self.grade == o.grade

    def __lt__(self, o):
        return self.grade < o.grade

    def __repr__(self):
        return self.name


a, b = Student("A", 90), Student("B", 80)
print(a > b, a >= b, a <= b, a != b, sorted([a, b]), max(a, b))
print(sorted([3, 1, 2], key=cmp_to_key(lambda x, y: y - x)), sorted(["bb", "a", "ccc"], key=cmp_to_key(lambda x, y: len(x) - len(y))))


@singledispatch
def show(x):
    return f"object {x}"


@show.register(int)
def _(x):
    return f"int {x}"


@show.register(list)
def _(x):
    return "list of " + ", ".join(show(i) for i in x)


print(show("a"), show(3), show([1, "b"]), show(2.5))


class Circle:
    def __init__(self, r):
        self.r = r

    @cached_property
    def area(self):
        print("computing")
        return 3.14 * self.r**2

    @lru_cache(maxsize=None)
    def scaled(self, k):
        return self.r * k


c = Circle(2)
print(c.area, c.area, c.scaled(3), c.scaled(3))
print(operator.add(1, 2), operator.itemgetter("a")({"a": 1}), operator.attrgetter("r")(c), operator.methodcaller("upper")("x"), operator.mul(3, 4), operator.lt(1, 2), operator.not_(1), operator.truediv(7, 2), operator.neg(3))
