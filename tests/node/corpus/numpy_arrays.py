# Arrays: making them, dtypes, indexing, operators, reductions, shapes.
import numpy as np

a = np.array([1, 2, 3])
m = np.array([[1.0, 2.5, 3.0], [4.0, 5.0, 6.25]])
print(a, a.dtype, a.shape, a.ndim, a.size, a.itemsize, a.nbytes)
print(m, m.dtype, m.shape)
print(repr(a), repr(m))
print(m.T, m.T.shape)
print(np.array([1, 2], dtype=np.float32), repr(np.array([1, 2], dtype=np.float32)))
print(repr(np.array([True, False])), repr(np.array(5)), repr(np.array([])), np.array(2.5))
print(repr(np.array([1, 2], dtype="int32")), repr(np.zeros((0, 3))))
print(a.dtype == np.int64, a.dtype == "int64", m.dtype == float, repr(m.dtype))
print(type(a), isinstance(a, np.ndarray), isinstance(a[0], np.integer))

# Promotion.
print((a + 1).dtype, (a + 1.5).dtype, (a / 2).dtype, (a * m).dtype if m.shape[1] == 3 else None)
print((np.ones(2, dtype=np.float32) * 2.5).dtype, (np.ones(2, dtype=np.float32) + np.arange(2)).dtype)
print((np.array([1], dtype=np.uint8) / 255.0).dtype, (np.array([True]) + 1).dtype)
print((np.ones(2, dtype=np.float32) * np.float64(3)).dtype, (np.float32(3) * np.float32(2)).dtype)

# Operators.
print(a + a, a - 1, a * 2, 2 * a, a / 2, 1 / a, a // 2, a % 2, a**2, 2**a, -a, 10 - a)
print(a > 1, a == 2, (a > 1) & (a < 3), ~(a > 1), 2 < a)
print(m @ m.T, a @ a, m @ a, a.dot(a))
a += 10
print(a)
a -= np.array([1, 2, 3])
print(a)
f = np.array([1.0, 2.0])
f *= 3
f /= 2
print(f)

# Indexing.
x = np.arange(12).reshape(3, 4)
print(x[0], x[1, 2], x[-1], x[:, 1], x[1:, ::2], x[..., 0])
print(x[::-1], x[:, ::-1], x[::-2, 1:3])
print(x[[0, 2]], x[[0, 1, 2], [1, 2, 3]], x[x > 5], x[:, [True, False, True, False]])
print(x[:, None].shape, x[np.newaxis].shape, x[0, :, np.newaxis])
x[0] = 0
x[1, 1] = 99
x[x > 50] = -1
x[:, 3] = [7, 8, 9]
x[2, ::-1] = [1, 2, 3, 4]
print(x)
y = x[:2]
y[0, 0] = 42
print(x[0, 0], len(x), 42 in x, [int(v) for v in x[0]])
for row in x:
    print(row, row.sum())
s = x[0, 0]
print(s, type(s), s + 1, s / 4, s.item(), type(s.item()), float(s), int(s), f"{s:5d} {s / 3:.3f}")

# Reductions.
print(m.sum(), m.mean(), m.std(), m.var(), m.min(), m.max(), m.argmin(), m.argmax(), m.prod())
print(m.sum(axis=0), m.mean(axis=1), m.max(axis=0), m.argmax(axis=1), m.cumsum(), m.cumsum(axis=0))
print(m.sum(axis=1, keepdims=True), m.mean(axis=(0, 1)), m.std(axis=0, ddof=1))
print((m > 2).any(), (m > 2).all(), (m > 2).sum(), (m > 2).mean(), (m > 2).all(axis=0))
print(np.array([3, 1, 2]).mean(), np.array([1, 2], dtype=np.int32).sum().dtype)

# Shapes and copies.
print(m.reshape(3, 2), m.reshape(-1), m.reshape((6, 1)).shape, m.flatten(), m.ravel())
print(m.transpose().shape, np.zeros((2, 3, 4)).transpose(2, 0, 1).shape, m.astype(int), m.astype(np.float32).dtype)
c = m.copy()
c[0, 0] = 100
print(m[0, 0], c[0, 0], m.tolist(), m.clip(2, 5), (m * 1.2345).round(1))
v = np.array([3, 1, 2])
v.sort()
print(v, np.array([[3, 1], [2, 5]]).argsort(axis=1))


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: np.zeros(3) + np.zeros(4))
attempt(lambda: np.zeros((2, 3)) @ np.zeros((2, 3)))
attempt(lambda: np.arange(6).reshape(4))
attempt(lambda: np.arange(6).reshape(4, -1))
attempt(lambda: np.zeros(3)[5])
attempt(lambda: np.zeros((3, 2))[1, 5])
attempt(lambda: bool(np.zeros(3)))
attempt(lambda: np.array([1, 2]) ** -1)
attempt(lambda: np.array([[1, 2], [3]]))
attempt(lambda: np.arange(3).item())
attempt(lambda: np.concatenate([np.zeros((2, 3)), np.zeros((2, 2))], axis=0))
attempt(lambda: np.stack([np.zeros(2), np.zeros(3)]))
