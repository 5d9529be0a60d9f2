import itertools
from itertools import *

print(list(accumulate([1, 2, 3, 4])), list(accumulate([1, 2, 3], lambda a, b: a * b)), list(accumulate([1, 2], initial=10)))
print(list(chain("ab", [1])), list(chain.from_iterable([[1], [2, 3]])), list(combinations("abcd", 2)), list(combinations_with_replacement("ab", 2)))
print(list(permutations([1, 2, 3])), list(permutations("abc", 2)), list(product("ab", repeat=2)), list(product([1, 2], "xy")))
print(list(compress("abcd", [1, 0, 1, 0])), list(dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(filterfalse(lambda x: x % 2, range(6))))
print(list(islice(count(10, 2), 3)), list(islice(cycle("ab"), 5)), list(repeat("x", 3)), list(islice(range(10), 2, None, 3)), list(islice("abcdef", 3)), list(islice(count(), 2, 5)))
print(list(starmap(pow, [(2, 3), (3, 2)])), list(zip_longest([1, 2, 3], "a", fillvalue="-")), list(pairwise("abcd")), [list(x) for x in tee([1, 2])])
for key, group in groupby(sorted(["apple", "avocado", "bean", "cherry", "corn"]), key=lambda s: s[0]):
    print(key, list(group))
print([(k, len(list(g))) for k, g in groupby("aaabbc")], {k: list(g) for k, g in groupby([1, 1, 2, 3, 3])}, next(count()), next(iter(repeat(5))))
print(sum(1 for _ in combinations(range(10), 3)), list(islice(permutations(range(4)), 5)), list(zip(count(), "abc")), list(map(lambda a, b: a + b, range(3), count(1))))
a, b = tee(iter([1, 2, 3]))
print(next(a), list(b), list(a), list(product()), list(combinations([1], 2)), list(permutations([])), list(count(0.5, 0.5).__class__.__name__) if False else "")
it = iter(range(6))
print(list(zip(it, it)), list(islice(it, 2)), list(accumulate("abc")), list(accumulate([3, 1, 2], max)), list(chain()))
