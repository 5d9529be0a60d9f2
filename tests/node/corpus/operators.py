# Python's operators on tensors and numbers.
import torch

a, b = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0])
print(a + b, a - b, a * b, a / b, a**2, 2**a, a // 2, a % 2, -a, +a, abs(-a))
print(1 + a, 1 - a, 2 * a, 1 / a, 7 // a, 7 % a, a @ b)
print(a > 2, a >= 2, a < b, a <= 1, a == 2, a != 2, (a > 1) & (a < 3), (a > 2) | (a < 2), ~(a > 2), (a > 1) ^ (a > 2))
print(torch.add(a, b), torch.add(a, b, alpha=10), a.add(1), torch.sub(a, 1), torch.mul(a, 3), torch.div(a, 2), torch.pow(a, 2), torch.neg(a))
print(torch.div(torch.tensor([7, -7]), 2, rounding_mode="floor"), torch.div(torch.tensor([7, -7]), 2, rounding_mode="trunc"), torch.remainder(torch.tensor([-3.0]), 2), torch.fmod(torch.tensor([-3.0]), 2))
m = torch.arange(6.0).reshape(2, 3)
print(m + torch.tensor([10.0, 20.0, 30.0]), m * torch.tensor([[1.0], [2.0]]), m + 1)
print(m @ m.T, m.matmul(torch.ones(3)), torch.mm(m, m.t()), m.mv(torch.ones(3)), torch.bmm(torch.ones(2, 1, 2), torch.ones(2, 2, 1)))
x = torch.tensor([1.0, 2.0])
y = x
x += 1
print(x, y, x is y)
x = x + 1
print(x, y)
x *= 2
x -= 1
x /= 2
x **= 2
print(x)
i = torch.tensor([5, 3])
i //= 2 if False else 1
print(i, bool(torch.tensor(0)), bool(torch.tensor([1.0])), int(torch.tensor(3.9)), float(torch.tensor(2)), torch.tensor(3) in torch.tensor([1, 2, 3]))
print(round(float(torch.tensor(2.567)), 1), max(torch.tensor(1.0), torch.tensor(2.0)), sum(torch.tensor([1, 2, 3])), sum([torch.tensor(1.0), torch.tensor(2.0)]))
print(sorted([3.0, 1.0]), [v.item() for v in torch.tensor([1, 2])], list(torch.tensor([1, 2])), dict(a=torch.tensor(1)))
print(torch.exp(torch.tensor([0.0, 1.0])), a.log(), a.sqrt(), a.sin(), a.tanh(), torch.sigmoid(a), a.reciprocal(), a.rsqrt(), a.square())
print(torch.floor(torch.tensor([1.5, -1.5])), torch.ceil(torch.tensor([1.2])), torch.round(torch.tensor([0.5, 1.5, 2.5])), torch.trunc(torch.tensor([-1.7])), torch.frac(torch.tensor([1.25])), torch.sign(torch.tensor([-2.0, 0.0])))
print(torch.clamp(a, 1.5, 2.5), a.clamp(min=2), a.clamp(max=2), torch.maximum(a, b.flip(0)), torch.minimum(a, torch.tensor([2.0])), torch.lerp(a, b, 0.5))
print(torch.isnan(torch.tensor([float("nan"), 1.0])), torch.isinf(torch.tensor([float("inf")])), torch.isfinite(a), torch.nan_to_num(torch.tensor([float("nan")])))
print(torch.allclose(a, a + 1e-9), torch.isclose(a, b), torch.equal(a, a.clone()), a.eq(b).any(), (a == a).all())
