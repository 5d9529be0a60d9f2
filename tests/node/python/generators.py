# Generators and iterators.
def countdown(n):
    print("start")
    while n > 0:
        yield n
        n -= 1
    print("done")
    return "finished"


for i in countdown(3):
    print(i)
g = countdown(1)
print(next(g))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)


def chain(*its):
    for it in its:
        yield from it


print(list(chain([1, 2], (3,), "ab", range(2))))


def averager():
    total = count = 0
    average = None
    while True:
        x = yield average
        if x is None:
            break
        total += x
        count += 1
        average = total / count
    return average


avg = averager()
next(avg)
print(avg.send(10), avg.send(20), avg.send(33))


def delegating():
    result = yield from countdown(1)
    print("got", result)


print(list(delegating()))


class Range:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        self.i = 0
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


print(list(Range(4)), sum(Range(4)), [a * b for a, b in zip(Range(3), Range(3))], 3 in Range(3), max(Range(5)))
print(sum(x * x for x in range(10) if x % 2), list(map(lambda x, y: x + y, [1, 2], [10, 20])), list(filter(None, [0, 1, "", "a"])))


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


from itertools import islice, takewhile

print(list(islice(fibonacci(), 10)), list(takewhile(lambda x: x < 50, fibonacci())))


def with_cleanup():
    try:
        yield 1
        yield 2
    except ValueError as e:
        print("caught", e)
        yield 99
    finally:
        print("cleanup")


g = with_cleanup()
print(next(g), g.throw(ValueError("boom")))
g.close()
g = with_cleanup()
next(g)
g.close()
try:
    next(g)
except StopIteration:
    print("exhausted")
it = iter([1, 2, 3])
print(next(it), next(it), next(it), next(it, "default"))
print(list(iter(lambda c=[0]: c.append(1) or len(c), 5)))
print(list(zip(range(3), "abc", [True, False, None])), dict(zip("ab", [1, 2])), list(zip()), list(enumerate("xyz", start=1)))
print(list(reversed(range(5))), [*reversed("abc")], list(reversed([1, 2])))
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], list(zip(*matrix)), [x for row in matrix for x in row])
print({x: x**2 for x in range(4)}, {x % 3 for x in range(10)}, [(x, y) for x in range(3) for y in range(x)])
print([y := 5, y**2], [z for x in [1, 2, 3] if (z := x * 2) > 2])
first, *middle, last = range(6)
print(first, middle, last)
(a, b), c = [1, 2], 3
print(a, b, c)
for i, (x, y) in enumerate([(1, 2), (3, 4)]):
    print(i, x, y)
a, b = b, a
print(a, b)
*init, tail = "hello"
print(init, tail)
