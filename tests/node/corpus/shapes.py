# Views and shapes: what shares memory, what copies, and the errors.
import torch

x = torch.arange(12)
a = x.view(3, 4)
b = x.reshape(2, -1)
print(a.shape, b.shape, a.t().shape, a.stride(), a.t().stride(), a.t().is_contiguous())
a[0, 0] = 100
print(x[0], b[0, 0])
print(a.t().reshape(-1)[:3], a.flatten().shape, a.ravel().shape, a.unsqueeze(0).shape, a.unsqueeze(-1).squeeze().shape)
print(torch.zeros(1, 3, 1).squeeze().shape, torch.zeros(1, 3, 1).squeeze(0).shape, torch.zeros(2, 1).squeeze(0).shape)
y = torch.arange(24).reshape(2, 3, 4)
print(y.permute(2, 0, 1).shape, y.transpose(1, 2).shape, y.movedim(0, -1).shape, y.swapaxes(0, 1).shape, y.mT.shape)
print(y.flatten(1).shape, y.flatten(0, 1).shape, y.unflatten(2, (2, 2)).shape, y.view(-1).shape, y.numel(), y.dim(), y.ndim)
print(torch.cat([torch.ones(2, 2), torch.zeros(1, 2)]), torch.cat((y, y), dim=1).shape)
print(torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])], dim=1), torch.hstack((torch.tensor([1]), torch.tensor([2, 3]))))
print(torch.vstack([torch.tensor([1, 2]), torch.tensor([3, 4])]), torch.dstack([torch.tensor([1, 2]), torch.tensor([3, 4])]).shape)
print(torch.chunk(torch.arange(7), 3), torch.split(torch.arange(5), 2), torch.split(torch.arange(5), [1, 4]))
print(y.unbind(0)[0].shape, torch.tensor_split(torch.arange(5), 3), y.select(1, 2).shape, y.narrow(2, 1, 2).shape)
e = torch.tensor([[1], [2]]).expand(2, 3)
print(e, e.stride(), torch.tensor([1, 2]).repeat(2, 2), torch.tensor([1, 2]).repeat_interleave(2), torch.tensor([1, 2]).tile((2,)))
print(torch.broadcast_to(torch.tensor([1, 2]), (2, 2)), torch.broadcast_tensors(torch.ones(1, 2), torch.ones(3, 1))[1].shape)
print(torch.flip(torch.arange(4), [0]), torch.roll(torch.arange(4), 1))
print(torch.tril(torch.ones(3, 3)), torch.triu(torch.ones(3, 3), 1), torch.diag(torch.tensor([1, 2])), torch.eye(2))
gx, gy = torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij")
print(gx, gy)
print(torch.arange(8).unfold(0, 3, 2), torch.zeros(2, 3).new_ones(2), torch.ones_like(y).shape)
print(torch.arange(0, 1, 0.25), torch.linspace(0, 1, 5), torch.logspace(0, 2, 3), torch.full((2,), 7), torch.arange(5, 0, -2))
print(torch.outer(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])), torch.diagonal(torch.arange(9).reshape(3, 3)))
print(torch.atleast_2d(torch.tensor([1, 2])).shape, torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4])))
print(torch.empty(2, 3).shape, torch.zeros_like(y, dtype=torch.float).dtype, x.contiguous().data_ptr() == x.data_ptr())
print(x.view(2, 6).data_ptr() == x.data_ptr(), y.storage_offset(), y[1].storage_offset(), y.element_size())
for f in (
    lambda: x.view(5, 2),
    lambda: x.reshape(5, -1),
    lambda: a.t().view(12),
    lambda: torch.cat([torch.ones(2, 2), torch.ones(3)]),
    lambda: torch.stack([torch.ones(2), torch.ones(3)]),
    lambda: torch.ones(2, 3).expand(3, 3),
    lambda: torch.ones(2, 3).permute(0, 0),
    lambda: torch.ones(2).unsqueeze(3),
    lambda: torch.ones(2, 3).transpose(0, 5),
    lambda: torch.ones(2, 3) @ torch.ones(2, 3),
    lambda: torch.ones(2, 3) + torch.ones(2, 4),
    lambda: torch.ones(2).item(),
    lambda: bool(torch.ones(2)),
    lambda: torch.tensor([[1, 2], [3]]),
    lambda: torch.ones(2, 3).view(-1, -1),
    lambda: len(torch.tensor(1)),
    lambda: torch.ones(3).dot(torch.ones(4)),
    lambda: torch.mm(torch.ones(2, 3), torch.ones(4, 2)),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
