# Making tensors.
import torch

print(torch.tensor([[1, 2], [3, 4]]), torch.tensor(((1.0, 2.0), (3.0, 4.0))), torch.tensor(range(3)))
print(torch.zeros(2, 3), torch.ones((2,), dtype=torch.int), torch.empty(0), torch.full((2, 2), 3.5))
print(torch.arange(5), torch.arange(1, 2.5, 0.5), torch.arange(10, 0, -3), torch.linspace(0, 10, 3), torch.eye(2, 3))
x = torch.tensor([[1.5, 2.5]])
print(torch.zeros_like(x), torch.ones_like(x, dtype=torch.long), torch.full_like(x, 7), torch.empty_like(x).shape)
print(x.new_zeros(2), x.new_ones(1, 2), x.new_tensor([1, 2]), x.new_full((2,), 3), x.new_empty(0))
print(torch.tensor([torch.tensor(1), torch.tensor(2)]), torch.stack([torch.tensor(1.0), torch.tensor(2.0)]))
print(torch.as_tensor([1, 2]), torch.as_tensor(x) is x, torch.Tensor([1, 2]), torch.Tensor(2, 3).shape, torch.FloatTensor([1, 2]), torch.LongTensor([1, 2]))
print(torch.tensor(1).shape, torch.tensor([]).shape, torch.tensor([[]]).shape, torch.tensor([[[1]]]).ndim)
print(torch.tril_indices(3, 3).shape if False else 0, torch.zeros(3, dtype=torch.bool), torch.ones(2, dtype=torch.uint8))
a = torch.arange(4)
b = a.clone()
c = a.view(2, 2)
c[0, 0] = 9
print(a, b, a.tolist(), c.tolist(), a.numel(), len(a))
print(x.dtype, x.device, x.layout, x.requires_grad, x.is_leaf, x.grad, x.shape[0], x.size(-1), x.ndim)
d = torch.tensor(5.0, requires_grad=True)
print(d.detach().requires_grad, torch.tensor(d.item()), d.clone().grad_fn is not None)
for f in (
    lambda: torch.tensor(),
    lambda: torch.zeros(-1),
    lambda: torch.zeros("a"),
    lambda: torch.arange(0, 1, 0),
    lambda: torch.linspace(0, 1),
    lambda: torch.full((2,)),
    lambda: torch.tensor([1, "a"]),
    lambda: torch.tensor([[1], 2]),
    lambda: torch.ones(2, device="cuda:0") if False else torch.ones(2, dtype="float"),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__)
