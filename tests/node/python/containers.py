# Lists, tuples, dicts and sets.
a = [3, 1, 2]
a.append(5)
a.extend([7, 8])
a.insert(0, 9)
print(a, a.pop(), a.pop(0), a.index(2), a.count(1), a[1:3], a[::-1], a[-1], a[:], len(a), 3 in a)
a.remove(3)
a.reverse()
print(a, sorted(a), sorted(a, reverse=True), sum(a), min(a), max(a))
a.sort(key=lambda x: -x)
a[1:3] = [10, 20, 30]
del a[0]
print(a, a + [1], a * 2, a == [10, 20, 30, 1], [1, 2] < [1, 3], a.copy() is a)
a[::2] = [0, 0]
print(a, list(range(0, 10, 3)), list(range(5, 0, -2)), [0] * 3, [[0] * 2 for _ in range(2)])
del a[1:3]
print(a, a.clear(), a)
people = [("bob", 25), ("alice", 30), ("carol", 25)]
print(sorted(people, key=lambda p: (p[1], p[0])), sorted(people, key=lambda p: p[1], reverse=True), max(people, key=lambda p: p[1]))
from operator import itemgetter, attrgetter

print(sorted(people, key=itemgetter(1)), sorted(people, key=itemgetter(1, 0)))
t = (1, "a", [2])
t[2].append(3)
print(t, t + (4,), t * 2, len(t), t.index("a"), t.count(1), (1,), (), tuple("ab"), (1, 2) < (1, 3), 1 in t)
try:
    t[0] = 5
except TypeError as e:
    print(e)
d = {"one": 1, "two": 2}
d["three"] = 3
d.update({"four": 4}, five=5)
print(d, d["one"], d.get("six"), d.get("six", 0), list(d.keys()), list(d.values()), list(d.items()), len(d), "one" in d)
print(d.keys(), d.values(), d.items(), d.pop("one"), d.pop("zzz", None), d.setdefault("x", []), d.popitem(), d)
for k, v in d.items():
    print(k, "->", v)
del d["two"]
print(d, dict(a=1, b=2), dict([("x", 1)]), {**d, "z": 0}, d | {"q": 1}, dict.fromkeys("ab", 0), {v: k for k, v in d.items()})
d |= {"w": 7}
print(d, sorted(d), sorted(d.items(), key=lambda kv: kv[1]), max(d, key=d.get), list(reversed(d)), d == {"w": 7, "three": 3, "four": 4, "five": 5})
print(d.keys() & {"w", "zz"}, sorted(d.keys() - {"w"}), d.items() == d.items(), "three" in d.keys(), 7 in d.values())
nested = {"a": {"b": [1, {"c": 2}]}, 1: (2, 3), None: True, (1, 2): "t", 1.5: "f"}
print(nested, nested["a"]["b"][1]["c"], str(nested), repr([nested]))
s = {1, 2, 3}
s.add(4)
s.discard(9)
s.update([5, 6])
s.remove(1)
print(sorted(s), 2 in s, sorted(s & {2, 3, 99}), sorted(s | {7}), sorted(s - {2}), sorted(s ^ {2, 100}), {1} <= {1, 2}, {1, 2} > {1}, {1}.issubset({1, 2}), {1, 2}.isdisjoint({3}))
print({1, 2, 3}, {3, 1, 2}, {"a"}, set(), frozenset([1]), {1: {2}}, {10, 5, 1}, {"x", "x"}, set([1, 1]), {True, 1}, {0, False})
print(set("hello") == set("olleh"), len(set("hello")), {i % 3 for i in range(10)}, frozenset({1, 2}) | {3} == {1, 2, 3}, {frozenset({1}): "fs"}[frozenset({1})])
print(list(zip([1, 2, 3], "abc")), any([0, 1]), all([1, 0]), all([]), any([]), list(map(str, [1, 2])), list(filter(lambda x: x > 1, [1, 2, 3])), abs(-3), divmod(17, 5), pow(2, 10), pow(2, 10, 1000), round(3.7), round(-2.5))
print(1 if a else 2, not a, a or "default", 1 and 2, 0 or None, 1 < 2 < 3, 1 < 3 > 2, 1 == 1.0, 0.1 + 0.2 == 0.3, None is None, [] == [], [] is [], "a" != "b")
print(7 // 2, -7 // 2, 7 % 3, -7 % 3, 7.5 // 2, -7.5 % 2, 2**-1, 2**0.5, 10 / 4, 10 / 5, 1e3, 3 + 4j, (3 + 4j) * 2, abs(3 + 4j), 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 10, -5 >> 1)
print(True + True, True == 1, isinstance(True, int), int(True), bool([]), bool("False"), str(None), type(None), type(1.0), type("a"), type([]), type({}), type(()), type({1}), type(b""), type(range(1)), type(lambda: 0), type(1j), type(True))
print(0x1F, 0b101, 0o17, 1_000_000, 1e-3, 1.5e10, float("inf"), -float("inf"), float("nan"), 10**20, 2**100, -(2**63), 1e15, 1e16, 123456789.123, 1e-4, 0.00001, 100.0, 1.0e0, 3.0, 1 / 3)
x = y = []
x.append(1)
print(x, y, x is y, id(x) == id(y), [1, [2, [3]]], [(), {}, set()], [None, True, 1.5, "s", b"b"])



print(range(5), range(1, 10, 2), len(range(10)), range(10)[3], range(10)[2:5], 3 in range(5), list(range(10))[-3:])
