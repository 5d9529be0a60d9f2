# Algorithms of the usual kind.
def bubble(a):
    a = a[:]
    for i in range(len(a)):
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
    return a


def quick(a):
    if len(a) <= 1:
        return a
    p, *rest = a
    return quick([x for x in rest if x < p]) + [p] + quick([x for x in rest if x >= p])


def merge(a):
    if len(a) < 2:
        return a
    m = len(a) // 2
    l, r = merge(a[:m]), merge(a[m:])
    out = []
    while l and r:
        out.append((l if l[0] <= r[0] else r).pop(0))
    return out + l + r


def primes(n):
    sieve = [True] * (n + 1)
    sieve[0:2] = [False, False]
    for i in range(2, int(n**0.5) + 1):
        if sieve[i]:
            sieve[i * i :: i] = [False] * len(sieve[i * i :: i])
    return [i for i, p in enumerate(sieve) if p]


def hanoi(n, a="A", b="B", c="C"):
    if n == 0:
        return 0
    return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


def bfs(graph, start):
    seen, queue = [start], [start]
    while queue:
        for n in graph[queue.pop(0)]:
            if n not in seen:
                seen.append(n)
                queue.append(n)
    return seen


def perms(s):
    return [s] if len(s) < 2 else [c + p for i, c in enumerate(s) for p in perms(s[:i] + s[i + 1 :])]


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


data = [5, 2, 9, 1, 5, 6]
print(bubble(data), quick(data), merge(data), primes(50), hanoi(5), bfs({1: [2, 3], 2: [4], 3: [4], 4: []}, 1), perms("abc"), gcd(48, 36))
for i in range(1, 16):
    print("FizzBuzz" if i % 15 == 0 else "Fizz" if i % 3 == 0 else "Buzz" if i % 5 == 0 else i, end=" " if i < 15 else "\n")
for i in range(1, 4):
    print(" " * (3 - i) + "*" * (2 * i - 1))
print(*[1, 2, 3], sep=", ")
print("a", "b", sep="", end="")
print()
for row in [[1, 2], [3, 4]]:
    print(" ".join(f"{x:4d}" for x in row))
n = 10
while n > 0:
    n -= 3
    if n == 4:
        continue
    if n < 0:
        break
else:
    print("never")
print(n)
for x in range(3):
    pass
else:
    print("loop finished", x)


class Stack:
    def __init__(self):
        self._items = []

    def push(self, x):
        self._items.append(x)
        return self

    def pop(self):
        return self._items.pop()

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        return f"Stack({self._items})"


print(Stack().push(1).push(2), len(Stack().push(3)))


class LinkedList:
    class Node:
        def __init__(self, v, nxt=None):
            self.v, self.nxt = v, nxt

    def __init__(self, items=()):
        self.head = None
        for x in reversed(list(items)):
            self.head = self.Node(x, self.head)

    def __iter__(self):
        n = self.head
        while n:
            yield n.v
            n = n.nxt

    def __str__(self):
        return " -> ".join(map(str, self))


print(LinkedList([1, 2, 3]), list(LinkedList("ab")))
text = "it was the best of times it was the worst of times"
freq = {}
for w in text.split():
    freq[w] = freq.get(w, 0) + 1
for w, c in sorted(freq.items(), key=lambda kv: (-kv[1], kv[0]))[:3]:
    print(f"{w:>6}: {'#' * c} {c}")
matrix = [[1, 2], [3, 4]]
print([[sum(a * b for a, b in zip(r, c)) for c in zip(*matrix)] for r in matrix])
print("".join(chr((ord(c) - 97 + 3) % 26 + 97) if c.isalpha() else c for c in "hello xyz"), bin(10)[2:], int("1010", 2), sum(int(d) for d in str(2**50)), "racecar" == "racecar"[::-1])
print(f"{'Name':<10}{'Score':>8}\n{'-' * 18}")
for name, score in [("Al", 93.456), ("Bo", 7.1)]:
    print(f"{name:<10}{score:>8.2f}")
x = 10
x += 5; x -= 3; x *= 2; x //= 5; x **= 2; x %= 7
print(x, type(x), id(x) == id(x))
print(f"{3 > 2 and 'yes'} {not True} {None} {...}", end="\n\n")
