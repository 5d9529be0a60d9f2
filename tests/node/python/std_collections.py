from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

c = Counter("mississippi")
print(c, c.most_common(2), c["s"], c["z"], sum(c.values()), sorted(c), list(c.elements())[:4], len(c))
c.update("miss")
c["new"] = 3
print(c, c.most_common(), dict(c), Counter(a=3, b=1) - Counter(a=1, b=2), Counter(a=3) & Counter(a=1), Counter(a=3) | Counter(b=1), Counter([1, 1, 2]))
c.subtract({"s": 2})
del c["new"]
print(c, c.total(), Counter(a=1) == Counter(a=1), +Counter(a=-1, b=2), "m" in c, c.get("q"), bool(Counter()), Counter(), Counter(["a", "b"]).items())
words = Counter("the cat and the hat and the bat".split())
for w, n in words.most_common(3):
    print(f"{w:<5}{n}")
dd = defaultdict(list)
for k, v in [("a", 1), ("b", 2), ("a", 3)]:
    dd[k].append(v)
print(dd, dict(dd), dd["missing"], len(dd), dd.get("zip"), defaultdict(int), defaultdict(lambda: 5)["x"], sorted(dd.items()))
dn = defaultdict(lambda: defaultdict(int))
dn["x"]["y"] += 1
print({k: dict(v) for k, v in dn.items()}, isinstance(dd, dict), defaultdict(int, a=1), defaultdict(int, {"q": 2})["q"])
counts = defaultdict(int)
for ch in "hello":
    counts[ch] += 1
print(counts, counts.items(), counts.keys(), list(counts.values()), max(counts, key=counts.get), {**counts}, counts == {"h": 1, "e": 1, "l": 2, "o": 1})
d = deque([1, 2, 3])
d.append(4)
d.appendleft(0)
print(d, d.pop(), d.popleft(), d[0], d[-1], len(d), list(d), 2 in d, d.index(2), d.count(3))
d.rotate(1)
print(d, deque(range(5), maxlen=3), deque("ab"), deque(maxlen=2).maxlen, deque(), list(reversed(d)), d == deque([3, 1, 2]), d + deque([9]) if hasattr(deque, "__add__") else "")
d.extend([7, 8])
d.extendleft([5, 6])
d.remove(7)
d.insert(1, 99)
d[0] = 100
del d[1]
print(d, d.copy(), sorted(d), sum(d), max(d), [x for x in d], bool(deque()), deque([1]) * 3)
d.clear()
try:
    d.pop()
except IndexError as e:
    print(e)
o = OrderedDict()
o["z"] = 1
o["a"] = 2
o["m"] = 3
o.move_to_end("z")
print(o, list(o), o.popitem(last=False), list(o.items()), o == OrderedDict([("m", 3), ("z", 1)]), OrderedDict(a=1), isinstance(o, dict), list(reversed(o)))
P = namedtuple("Point", "x y z", defaults=[0])
p = P(1, y=2)
print(p, p.x, p[1], p._fields, p._asdict(), p._replace(x=5), P._make([7, 8, 9]), P(*[1, 2, 3]), p == (1, 2, 0), len(p), list(p), isinstance(p, tuple), P.__name__)
x, y, z = p
print(x, y, z, p + (1,), max(P(1, 2), P(1, 3)), sorted([P(2, 1), P(1, 2)]), {p: 1}, p.count(2), p.index(2), p[0:2], P._field_defaults)
try:
    p.x = 3
except AttributeError as e:
    print("AttributeError")
try:
    P(1)
except TypeError as e:
    print(e)
from collections.abc import Iterable, Callable, Mapping, Sequence, Hashable, Sized, Iterator

print(isinstance([], Iterable), isinstance(5, Iterable), isinstance(len, Callable), isinstance({}, Mapping), isinstance([], Sequence), isinstance("a", Hashable), isinstance([], Hashable), isinstance(iter([]), Iterator), isinstance((x for x in []), Iterator), isinstance({}, Sized), isinstance("", Iterable))
