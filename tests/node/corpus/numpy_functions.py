# Functions of np and np.linalg.
import numpy as np

print(np.zeros((2, 2)), np.ones(3, dtype=int), np.full((2,), 7), np.eye(3), np.zeros_like(np.ones(2, dtype=np.float32)).dtype)
print(np.arange(0, 1, 0.25), np.arange(5, 0, -2), np.linspace(0, 1, 5), np.linspace(0, 1, 4, endpoint=False))
a = np.array([[1.0, 2.0], [3.0, 4.0]])
print(np.concatenate([a, a]), np.concatenate([a, a], axis=1), np.vstack([a, [5, 6]]), np.hstack([a, a]).shape)
print(np.stack([a, a]).shape, np.split(np.arange(6), 3), np.expand_dims(a, 0).shape, np.squeeze(a[None]).shape)
print(np.where(a > 2, a, 0), np.where(a > 2), np.exp(np.array([0.0, 1.0])), np.sqrt(np.array([4, 9])), np.abs([-1, 2]))
print(np.maximum(a, 2), np.minimum(a, 2), np.power(a, 2), np.square(3), np.allclose(a, a + 1e-9), np.isclose(1.0, 1.1))
print(np.array_equal(a, a), np.unique([3, 1, 1, 2]), np.unique([3, 1, 1], return_counts=True), np.argsort([3, 1, 2]))
print(np.outer([1, 2], [3, 4]), np.matmul(a, a), np.dot(a, a), np.linalg.norm([3, 4]), np.linalg.norm(a, axis=1))
print(np.linalg.inv(a).round(6), np.linalg.det(a).round(6), np.linalg.solve(a, [1.0, 2.0]).round(6))
print(np.pi, np.e, np.inf, np.nan, np.isnan(np.array([1, np.nan])), np.sum([[1, 2], [3, 4]], axis=0), np.mean([1, 2, 4]))
x, y = np.meshgrid([1, 2, 3], [4, 5])
print(x, y, np.median([3, 1, 2, 10]), np.diff([1, 4, 9]), np.tile([1, 2], 2), np.repeat([1, 2], 2), np.clip([1, 5], 2, 4))
try:
    np.linalg.inv(np.zeros((2, 2)))
except np.linalg.LinAlgError as e:
    print(e)
