import random

random.seed(42)
print(random.random(), random.random(), random.randint(1, 6), random.randint(0, 100), random.randrange(0, 100, 5), random.randrange(10))
print(random.choice(["a", "b", "c"]), random.choices("abc", k=5), random.choices([1, 2, 3], weights=[10, 1, 1], k=5), random.choices("ab", cum_weights=[1, 3], k=4), random.sample(range(100), 5), random.sample("abcdef", 3))
x = list(range(10))
random.shuffle(x)
print(x, random.uniform(1, 10), random.gauss(0, 1), random.gauss(mu=5, sigma=2), random.normalvariate(0, 1), random.expovariate(1.5), random.triangular(0, 10, 3), random.betavariate(2, 3), random.gammavariate(2, 1), random.lognormvariate(0, 1), random.paretovariate(3), random.weibullvariate(1, 2))
r = random.Random(7)
print(r.random(), r.randint(1, 10), r.choice("xyz"), r.sample([1, 2, 3, 4], 2))
random.seed("hello")
print(random.random(), random.getrandbits(16), random.getrandbits(64))
random.seed(3.5)
print(random.random())
random.seed(b"bytes")
print(random.random())
random.seed(0)
s = random.getstate()
a = [random.random() for _ in range(3)]
random.setstate(s)
print(a == [random.random() for _ in range(3)], a)
random.seed(1)
print([random.randint(1, 6) for _ in range(10)], [round(random.random(), 3) for _ in range(5)], "".join(random.choice("HT") for _ in range(10)), random.sample(list("abcdefgh"), k=8))
for f in (lambda: random.choice([]), lambda: random.randint(5, 1), lambda: random.sample([1], 2), lambda: random.randrange(0)):
    try:
        f()
    except (IndexError, ValueError) as e:
        print(type(e).__name__, e)
inside = sum(random.random() ** 2 + random.random() ** 2 < 1 for _ in range(1000))
print(4 * inside / 1000)
data = [[random.gauss(0, 1) for _ in range(2)] for _ in range(2)]
print(data, random.randbytes(4))
