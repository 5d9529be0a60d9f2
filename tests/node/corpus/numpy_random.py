# The legacy generator: the same figures for the same seed.
import numpy as np

np.random.seed(0)
print(np.random.rand(3), np.random.rand(2, 2), np.random.rand())
print(np.random.randn(3), np.random.randn(2, 2), np.random.randn())
print(np.random.randint(0, 10, 8), np.random.randint(5), np.random.randint(1, 7, (2, 3)))
print(np.random.uniform(-1, 1, 4), np.random.normal(5, 2, size=3))
print(np.random.permutation(6), np.random.permutation(np.array([[1, 2], [3, 4], [5, 6]])))
x = np.arange(8)
np.random.shuffle(x)
print(x)
items = [1, 2, 3, 4]
np.random.shuffle(items)
print(items)
print(np.random.choice(5, 3), np.random.choice(10, 4, replace=False), np.random.choice([10, 20, 30], 5, p=[0.2, 0.3, 0.5]))
r = np.random.RandomState(42)
print(r.rand(2), r.randn(2), r.randint(100))
