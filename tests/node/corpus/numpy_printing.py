# How NumPy prints.
import numpy as np

for values in (
    [0.1, 0.2, 0.30000000000000004],
    [1.0, 2.0],
    [1.5, 100.25],
    [1e-5, 1.0],
    [1e8, 1.0],
    [123456.789, 0.001],
    [1e-10],
    [0.0],
    [0.0, 1e-300],
    [-1.5, 2.0],
    [float("nan"), 1.0],
    [float("inf"), -1.25],
    [float("-inf"), float("nan")],
    [1 / 3, 2 / 3],
    [12345678.9],
    [1e16, 1e17],
    [1e100, 1.0],
    [0.000123, 0.05],
):
    print(np.array(values), repr(np.array(values)))
    print(np.array(values, dtype=np.float32))
print(np.array([[1, -20], [300, 4]]), np.array([[True, False], [False, True]]))
print(repr(np.arange(8).reshape(2, 2, 2)))
print(np.arange(24).reshape(2, 3, 4))
print(np.arange(40) * 1.5)
print(repr(np.arange(60)))
print(repr(np.linspace(0, 1, 23, dtype=np.float32)))
print(np.arange(2000), repr(np.arange(2000.0)))
print(np.zeros((100, 100)))
print(np.ones((12, 30), dtype=int))
print(np.float64(0.1), np.float32(0.1), np.float64(1e-7), np.float32(1e20), np.float64(1e15), np.float64(1e16))
print([np.float64(0.5), np.float32(2), np.int64(3), np.bool_(True)], repr(np.float64(2)))
print(np.float32(1) / np.float32(3), np.float64(1) / 3, np.float16(0.1))
print(np.dtype("float32"), repr(np.dtype(np.int64)), np.float32, np.ndarray)
print(f"{np.float64(2.5)} {np.float32(0.1):.4f} {np.array([1, 2])} %.3f %s" % (np.float64(1.23456), np.float64(0.1)))
np.set_printoptions(precision=3, suppress=True)
print(np.array([1 / 3, 1e-6, 12345.6789]))
print(np.array([1e10, 0.5]))
np.set_printoptions(precision=8, suppress=False)
with np.printoptions(precision=2):
    print(np.array([3.14159, 2.71828]))
print(np.array([3.14159, 2.71828]), str(np.array([1.0])), np.array2string(np.array([1.5, 2]), separator=", "))
