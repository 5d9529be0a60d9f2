# np.random.default_rng, files of arrays, and more of np.linalg.
import io

import numpy as np
import torch

for seed in (0, 7, 123456789012345678901):
    rng = np.random.default_rng(seed)
    print(rng.random(3), rng.random(), rng.integers(0, 10, 5), rng.integers(3), rng.integers(5, 8, (2, 2)))
    print(rng.normal(size=12), round(rng.normal(2.0, 0.5), 6), rng.standard_normal(400).sum().round(6))
    print(rng.permutation(5), rng.uniform(-1, 1, (2, 2)), rng.integers(1 << 40, size=2))
    row = np.arange(6)
    rng.shuffle(row)
    print(row, rng.permutation(np.arange(6).reshape(3, 2)).tolist())
    print(rng.choice([1, 2, 3], 4), rng.choice(5, 3, replace=False), rng.choice(3, 5, p=[0.1, 0.2, 0.7]))

x = torch.from_numpy(np.random.default_rng(1).normal(size=(3, 2)).astype(np.float32))
print(x, x.dtype)

a = np.arange(6.0).reshape(2, 3)
np.save("a.npy", a)
print(np.load("a.npy"))
np.savez("b", x=a.astype(np.float32), y=np.array([True, False]))
with np.load("b.npz") as z:
    print(z.files, z["x"].dtype, z["y"])
buffer = io.BytesIO()
np.save(buffer, np.array([1, 2, 3], dtype=np.int32))
print(buffer.getvalue()[:8], len(buffer.getvalue()))
buffer.seek(0)
print(np.load(buffer))

m = np.array([[3.0, 1.0], [1.0, 2.0], [0.0, 1.0]])
u, s, vt = np.linalg.svd(m, full_matrices=False)
print(s, np.allclose(u @ np.diag(s) @ vt, m), np.linalg.svd(m, compute_uv=False))
q, r = np.linalg.qr(m)
print(q.shape, np.allclose(q @ r, m), np.linalg.matrix_rank(m), np.linalg.eigh(m.T @ m)[0])
print(np.linalg.cholesky(m.T @ m), np.linalg.pinv(m).round(4), np.linalg.matrix_power(m.T @ m, 2))
print(np.linalg.lstsq(m, np.array([1.0, 2.0, 3.0]), rcond=None)[0].round(6))
print(isinstance(np.float64(1.5), float), isinstance(np.mean([1.0, 2.0]), float), isinstance(np.float32(1), float))

scores = np.array([[3, 1, 2], [9, 7, 8]])
print(np.take_along_axis(scores, scores.argsort(axis=1), axis=1), np.histogram([1, 2, 1, 4], bins=3))
print(np.percentile(scores, 50), np.quantile(scores, [0.25, 0.5]), np.percentile(scores, 25, axis=0))
print(np.histogram(np.array([0.5, 1.5, 1.6]), bins=[0, 1, 2], density=True))
print(np.pad(scores, 1), np.pad(np.ones(2), (1, 2)), np.pad(scores, ((0, 1), (1, 0)), constant_values=7))
