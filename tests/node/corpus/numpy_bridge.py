# Between NumPy and PyTorch.
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset

t = torch.ones(5)
n = t.numpy()
t.add_(1)
print(t, n, type(n), n.dtype)
np.add(n, 1, out=n)
n[0] = -3
print(t, n)
a = np.ones(3)
b = torch.from_numpy(a)
a += 2
b[1] = 7
print(a, b, b.dtype)
print(torch.tensor(a), torch.as_tensor(a), torch.tensor(a, dtype=torch.float32), torch.from_numpy(np.arange(4)))
c = torch.tensor(a)
c[0] = 50
print(a, torch.as_tensor(a).data_ptr() == b.data_ptr())
print(torch.tensor([np.float64(1), np.float64(2)]), torch.tensor(np.float32(2)), torch.tensor([a, a]))
print(np.array(t), np.array([torch.tensor(1.0), torch.tensor(2.0)]))
print(torch.ones(3) + a, torch.ones(3) * a, torch.ones(3) - np.float32(3), np.float32(3) * torch.ones(3))
print(np.float64(3) * torch.ones(3), torch.ones(3) / np.int64(4), torch.zeros(np.int64(2)))
print(torch.arange(5)[np.array([0, 2])], np.exp(torch.zeros(2)))
x = torch.zeros(4)
x[1:3] = torch.from_numpy(np.array([1.5, 2.5]))
print(x, np.mean(x.numpy()), x.numpy().sum())


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


w = torch.ones(2, requires_grad=True)
attempt(lambda: w.numpy())
attempt(lambda: np.array(w))
attempt(lambda: torch.from_numpy([1, 2]))
attempt(lambda: a * t[:3])
print(w.detach().numpy(), w.sum().item(), (w * 2).detach().cpu().numpy())


class Points(Dataset):
    def __init__(self):
        self.x = np.arange(12, dtype=np.float32).reshape(6, 2)
        self.y = np.array([0, 1, 0, 1, 1, 0])

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


for x, y in DataLoader(Points(), batch_size=4):
    print(x, y, x.dtype, y.dtype)
data = TensorDataset(torch.from_numpy(Points().x), torch.from_numpy(Points().y).float())
print(data[1], len(data))

# The tutorial: a third order polynomial fitted by hand.
x = np.linspace(-3.0, 3.0, 50)
y = np.sin(x)
p, q, r, s = 0.1, 0.2, 0.3, 0.4
rate = 1e-4
for step in range(200):
    guess = p + q * x + r * x**2 + s * x**3
    loss = np.square(guess - y).sum()
    if step % 50 == 49:
        print(step, f"{loss:.6f}")
    grad = 2.0 * (guess - y)
    p -= rate * grad.sum()
    q -= rate * (grad * x).sum()
    r -= rate * (grad * x**2).sum()
    s -= rate * (grad * x**3).sum()
print(f"y = {p:.5f} + {q:.5f} x + {r:.5f} x^2 + {s:.5f} x^3")
