# Tensors of the dtypes that are computed in wider ones: int8, int16, float16, bfloat16.
import torch

for t in (torch.int8, torch.int16, torch.float16, torch.bfloat16):
    x = torch.tensor([1, -2, 3], dtype=t)
    print(x, x.dtype, x.element_size(), x.sum(), x * 2, x + 0.5, x / 2)
    print(x > 1, x.abs(), -x, x.max(), x.argmax(), x.tolist(), x[1:], x[0].item())
    print(torch.zeros(2, dtype=t), torch.ones_like(x), torch.arange(4, dtype=t), torch.full((2,), 7, dtype=t))
    print(x.float(), x.to(torch.int64), x.bool(), x.reshape(3, 1).T.shape, torch.cat([x, x]))
    y = x.clone()
    y += 1
    y[0] = 5
    print(y, y.mul_(2), torch.stack([x, y]), torch.where(x > 0, x, y))

print(torch.tensor([100, 50], dtype=torch.int8) * 2)
print(torch.tensor([300, -200]).to(torch.int8), torch.tensor([3.7, -3.7]).to(torch.int16))
print(torch.tensor([1], dtype=torch.int8) + torch.tensor([1], dtype=torch.uint8))
print(torch.tensor([1], dtype=torch.int8) + torch.tensor([1], dtype=torch.int16))
print(torch.tensor([1.0]).half() + torch.tensor([1.0]).bfloat16())
print(torch.tensor([1.0]).half() + torch.tensor([1]), torch.tensor([1.0]).half() + torch.tensor(1.0))
print(torch.promote_types(torch.int8, torch.uint8), torch.result_type(torch.tensor([1], dtype=torch.int8), 1.0))

h = torch.tensor([0.1, 1 / 3, 65504.0, 1e-7, 6e-8, 1e-5, 70000.0, float("nan"), -float("inf")]).half()
print(h, h.float().tolist())
b = torch.tensor([0.1, 1 / 3, 3e38, 1e-40, 1.00390625, 1.01171875]).bfloat16()
print(b, b.float().tolist())
print(torch.finfo(torch.float16), torch.finfo(torch.bfloat16), torch.iinfo(torch.int8), torch.iinfo(torch.int16))
print(torch.finfo(torch.float16).max, torch.finfo(torch.bfloat16).eps)

w = torch.tensor([1.0, 2.0], dtype=torch.float16, requires_grad=True)
loss = (w * 3).sum()
print(loss)
loss.backward()
print(w.grad)
v = torch.tensor([1.0, 2.0], requires_grad=True)
out = v.half() * 2
print(out)
out.sum().backward()
print(v.grad)
try:
    torch.tensor([300], dtype=torch.int8)
except RuntimeError as e:
    print(e)
i = torch.tensor([5, -7, 9], dtype=torch.int16)
print(i // 2, i % 4, i & 3, i << 1, ~i, i.sort(), i.float().mean(), i.unique())
print(torch.tensor([[1, 2], [3, 4]], dtype=torch.int8) @ torch.tensor([[1, 0], [0, 1]], dtype=torch.int8))
print(torch.rand(3).half().dtype, torch.zeros(2, 2).bfloat16().type(), torch.HalfTensor([1, 2]))
m = torch.nn.Linear(2, 1).half()
print([(n, p.dtype) for n, p in m.named_parameters()], m.float().weight.dtype)
