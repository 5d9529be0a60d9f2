# What MicroPython does by itself, by our shims, or after the snippet was rewritten.
d = {"b": 1, "a": 2, 3: "x"}
print(d, list(d), {**d, "c": 3, **{"a": 9}}, dict(z=1, y=2))
print([*range(3), 7], (*"ab", 1), sorted({*[3, 1]}), "hello"[::-1], [1, 2, 3, 4][::2], "abcdef"[4:1:-2])


class Money:
    def __init__(self, x):
        self.x = x

    def __format__(self, spec):
        return "<" + spec + ":" + str(self.x) + ">"

    def __str__(self):
        return "money"


m, w = Money(3), 8
print(f"{m} {m:.2f} {m!s:>7}|{3.14159:{w}.{2}f}|{w=}|{d['b']:03d}|{'a' if w > 3 else 'b':>4}|{1e6:,.1f}")
print("{} {:.1f} {0!s}".replace("{0!s}", "").format(m, m), "{0:>5}|{x:.3f}".format(1, x=2.5), "{a.x}".format(a=m))
print(f"{'nested ' + f'{w:>4}'}", f"{{literal}} {w}", f"{w:>{w}}|")


def f(a, /, b=2, *, c=3):
    return a, b, c


print(f(1), f(1, 5, c=6))
words = ["bb", "a", "cc", "dd", "e"]
print(sorted(words, key=len), sorted(words, key=len, reverse=True), end="!\n", flush=True)
words.sort(key=lambda s: len(s))
print(words, sorted([3, 1, 2], reverse=True), max(words, key=len))
try:
    try:
        {}["k"]
    except KeyError as e:
        raise ValueError("wrapped") from e
except ValueError as e:
    print("caught", e)
a, *rest = [1, 2, 3]
(b, *c), e = [[4, 5], 6]
print(a, rest, b, c, e, [x for x in range(5) if x % 2], {k: v for k, v in zip("ab", (1, 2))})
print(1 / 3, 1e16, 1e-7, 100.0, 2**100, -7 // 2, -7 % 3, round(2.675, 2), 0.1 + 0.2, float("inf"))
print("%5.2f|%-5s|%05d|%s" % (3.14159, "ab", 42, [1, "x"]), "{:>8}|{:^8}|{:<8}|".format("a", "b", "c"))


def gen(n):
    for i in range(n):
        got = yield i
        if got:
            yield got


g = gen(3)
print(next(g), g.send("sent"), list(g), sum(x * x for x in range(4)), any(x > 2 for x in range(4)))
if (n := len(words)) > 3:
    print(n)
x: int = 3
y: "list[int]" = [x]


class Base:
    kind = "base"

    def __init__(self, n: int = 0) -> None:
        self.n: int = n

    @property
    def double(self):
        return self.n * 2

    @classmethod
    def make(cls, n):
        return cls(n)

    @staticmethod
    def helper(n):
        return n + 1

    def __repr__(self):
        return f"{type(self).__name__}({self.n})"


class Child(Base):
    def __init__(self, n, extra=None):
        super().__init__(n)
        self.extra = extra


print(Child.make(4), Child(3).double, Base.helper(1), Child(1, 2).__dict__, isinstance(Child(1), Base))
try:
    print(undefined_name)
except NameError:
    print("NameError")
finally:
    print("finally")
with open("out.txt", "w") as handle:
    handle.write("one\ntwo\n")
with open("out.txt") as handle:
    print([line.strip() for line in handle])
try:
    open("missing.txt")
except FileNotFoundError as e:
    print(e)
print(f"{1:>3}{2:<3}|", format(3.14159, ".2f"), vars(Base(5)), ascii("é") if False else "")
print([i for i in reversed([1, 2])], list(enumerate("ab", 1)), list(map(str, [1, 2])), divmod(7, 2))
