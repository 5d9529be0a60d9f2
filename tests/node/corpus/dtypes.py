# Types and how they promote.
import torch

i, f, b, d = torch.tensor([1, 2]), torch.tensor([0.5, 1.5]), torch.tensor([True, False]), torch.tensor([1.0], dtype=torch.float64)
print(i.dtype, f.dtype, b.dtype, d.dtype, torch.tensor([1, 2.0]).dtype, torch.tensor([True, 2]).dtype)
print((i + f).dtype, (i + b).dtype, (f + d).dtype, (i * 2.0).dtype, (b + 1).dtype, (i / 2).dtype, (i // 2).dtype, (f + 1).dtype)
print((d + 1).dtype, (i + d[0]).dtype, (f + d[0]).dtype, (b + b).dtype, (b * 1.5).dtype, (i > 1).dtype, (-i).dtype)
print(i / 2, i // 2, i % 2, i**2, 7 // i, 7 % i, -7 // i, 2**i, i**-1 if False else "skipped")
print(i.float(), f.int(), f.long(), b.int(), i.bool(), f.double(), i.to(torch.float64), f.to(torch.int32), i.type(torch.FloatTensor))
print(i.type(), f.type(), b.type(), i.type_as(f), torch.result_type(i, 1.0), torch.promote_types(torch.int32, torch.int64))
print(torch.can_cast(torch.float32, torch.int64), torch.is_floating_point(f), f.is_floating_point(), torch.is_tensor(i))
print(i.sum().dtype, b.sum(), b.float().mean(), f.sum().dtype, i.max().dtype, i.prod().dtype, i.cumsum(0).dtype)
print(torch.arange(3).dtype, torch.arange(3.0).dtype, torch.zeros(1).dtype, torch.full((1,), 2).dtype, torch.full((1,), 2.0).dtype, torch.full((1,), True).dtype)
print(torch.finfo(torch.float32).eps, torch.finfo(torch.float64).max, torch.iinfo(torch.int64).max, torch.iinfo(torch.uint8).min)
print(torch.tensor(3.7).int(), torch.tensor(-3.7).long(), torch.tensor(2.5).round(), torch.tensor(3.5).round(), torch.tensor(300).to(torch.uint8))
print(torch.tensor([1, 2], dtype=torch.uint8) + 255, torch.tensor([2**31 - 1], dtype=torch.int32) + 1, torch.tensor(2**40))
print(torch.get_default_dtype())
torch.set_default_dtype(torch.float64)
print(torch.tensor([1.0]), torch.zeros(2).dtype, torch.tensor(1) * 1.5)
torch.set_default_dtype(torch.float32)
print(torch.tensor(1.0).dtype, f.dtype == torch.float32, f.dtype is torch.float, str(f.dtype), repr(torch.long))
print(i & 1, i | 4, i ^ 3, ~i, ~b, b & True, b ^ b)
print(torch.logical_and(i, b), torch.logical_not(i), torch.logical_or(b, i == 2), torch.logical_xor(b, b))
print(i == f, i != 2, i < f, f >= 1.5, torch.eq(i, i), torch.equal(i, i), i.eq(2))
for g in (
    lambda: b - b,
    lambda: -b,
    lambda: i.mean(),
    lambda: torch.tensor([1.0]) & 1,
    lambda: torch.mm(torch.ones(2, 2), torch.ones(2, 2).double()),
    lambda: torch.arange(3) @ torch.ones(3),
    lambda: f.add_(d).dtype,
    lambda: i.add_(f),
    lambda: i.sqrt_(),
    lambda: torch.tensor("a"),
    lambda: torch.tensor([None]),
    lambda: torch.zeros(2, dtype=torch.long).normal_(),
    lambda: i.std(),
):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__ + ":", e)
