import torch
torch.manual_seed(0)
x = torch.arange(24).reshape(2, 3, 4)
print(x[0], x[..., 1], x[:, 1:, ::2], x[0, -1, -1], x[None].shape, x[:, None, :, None].shape)
print(x[[0, 1], [1, 2]], x[:, [0, 2]], x[torch.tensor([1, 0])], x[x > 15])
print(x[x.sum(-1) > 30], x[torch.tensor([True, False])].shape)
y = x.clone().float()
y[0, 0] = -1
y[:, :, 0] *= 2
y[y > 20] = 0
y[1, [0, 2]] = torch.tensor([1., 2., 3., 4.])
print(y)
y[..., -1] += 100
print(y)
i = torch.tensor([[0, 2], [1, 1]])
print(x[1][i], x[1].shape, x[:, i].shape, x[torch.arange(2), i[0]])
print(torch.take(x, torch.tensor([0, 5, 23])), x.flatten()[::5], x.view(-1)[torch.tensor([-1, -2])])
a = torch.zeros(3, 5)
a.scatter_(1, torch.tensor([[0], [2], [4]]), 1.0)
print(a)
print(torch.zeros(3, 5).scatter_add_(1, torch.tensor([[0, 0, 1], [2, 2, 2], [4, 0, 4]]), torch.ones(3, 3)))
print(torch.gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[0, 0], [1, 0]])))
print(torch.index_select(x, 2, torch.tensor([0, 3])).shape, a.index_fill(1, torch.tensor([1]), 7.0), torch.zeros(5).index_add_(0, torch.tensor([0, 0, 3]), torch.ones(3)))
print(torch.zeros(4).index_put_((torch.tensor([1, 1]),), torch.tensor([1., 2.]), accumulate=True), torch.zeros(2, 2).index_copy_(0, torch.tensor([1]), torch.ones(1, 2)))
print(torch.where(x % 2 == 0, x, -x)[0], torch.where(torch.tensor([True, False])), torch.nonzero(torch.tensor([[1, 0], [0, 2]])))
print(torch.nonzero(torch.tensor([1, 0, 2]), as_tuple=True), torch.masked_select(x, x > 20), x.masked_fill(x > 3, 0)[0])
print(x.diagonal(dim1=1, dim2=2), torch.diag(torch.tensor([1, 2])), torch.tril(torch.ones(3, 3)), torch.triu(torch.ones(3, 3), 1))
print(torch.tril_indices(3, 3), torch.roll(torch.arange(5), 2), torch.flip(torch.arange(4), [0]), torch.rot90(torch.arange(4).view(2, 2)))
print(x.unfold(2, 2, 1).shape, x.movedim(0, -1).shape, x.swapaxes(0, 1).shape, x.permute(2, 0, 1).stride())
print(torch.stack([torch.ones(2), torch.zeros(2)], dim=1), torch.hstack([torch.ones(2), torch.zeros(1)]), torch.vstack([torch.ones(2), torch.zeros(2)]), torch.dstack([torch.ones(2), torch.zeros(2)]).shape)
print(torch.chunk(torch.arange(7), 3), torch.split(torch.arange(7), [2, 5]), torch.tensor_split(torch.arange(7), 3), torch.unbind(torch.arange(4).view(2, 2)))
print(torch.meshgrid(torch.arange(2), torch.arange(3), indexing='ij'), torch.cartesian_prod(torch.arange(2), torch.arange(2)), torch.combinations(torch.arange(3)))
print(torch.repeat_interleave(torch.tensor([1, 2]), torch.tensor([2, 3])), torch.tensor([1, 2]).repeat(2, 2), torch.tile(torch.tensor([1, 2]), (2,)), torch.tensor([[1], [2]]).expand(2, 3))
print(torch.bucketize(torch.tensor([1, 5, 9]), torch.tensor([2, 6])), torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([2, 5])), torch.bincount(torch.tensor([0, 1, 1, 3])), torch.histc(torch.tensor([1., 2., 1.]), bins=4, min=0, max=3))
print(torch.argsort(torch.tensor([3, 1, 2])), torch.kthvalue(torch.tensor([3., 1., 2.]), 2), torch.median(torch.tensor([3., 1., 2., 4.])), torch.mode(torch.tensor([1, 2, 2])), torch.quantile(torch.tensor([1., 2., 3., 4.]), torch.tensor([0.25, 0.5])))
print(torch.unique(torch.tensor([[1, 2], [1, 2], [3, 4]]), dim=0), torch.unique_consecutive(torch.tensor([1, 1, 2, 1])), torch.unique(torch.tensor([3, 1, 1]), return_inverse=True))
print(torch.isin(torch.tensor([1, 2, 3]), torch.tensor([2])), torch.cummax(torch.tensor([1, 3, 2]), 0), torch.diff(torch.tensor([1, 4, 9])), torch.logcumsumexp(torch.tensor([1., 2.]), 0))
for f in [lambda: x[5], lambda: x[0, 0, 0, 0], lambda: x[:, 7], lambda: x[[0, 5]], lambda: x.view(5, 5), lambda: x.reshape(-1, 7), lambda: x[1.5], lambda: torch.cat([torch.ones(2, 3), torch.ones(2, 4)]),
          lambda: torch.ones(2, 3) @ torch.ones(2, 3), lambda: torch.ones(2) + torch.ones(3), lambda: torch.stack([torch.ones(2), torch.ones(3)]), lambda: x.T.view(-1), lambda: torch.ones(2, 3).squeeze(5), lambda: x["a"],
          lambda: torch.zeros(2)[torch.tensor([0.5])], lambda: torch.zeros(3)[torch.tensor([True, False])], lambda: torch.tensor([1, 2]).mean(), lambda: torch.tensor([[1, 2], [3]]), lambda: torch.ones(2, 2).item(), lambda: torch.tensor("a"), lambda: torch.arange(3).softmax(0), lambda: torch.ones(3).expand(2, 2), lambda: torch.randn(2, 3).inverse(), lambda: torch.einsum('ij,jk->ik', torch.ones(2, 3), torch.ones(2, 3)), lambda: torch.nn.functional.cross_entropy(torch.ones(2, 3), torch.tensor([0, 3])), lambda: torch.nn.Linear(3, 2)(torch.ones(4)), lambda: torch.nn.functional.mse_loss(torch.ones(2), torch.ones(2, dtype=torch.long)) and 1, lambda: torch.nn.Conv2d(3, 4, 3)(torch.ones(1, 2, 8, 8)), lambda: torch.nn.Embedding(3, 2)(torch.tensor([3])), lambda: torch.nn.BatchNorm1d(3)(torch.ones(1, 3)), lambda: torch.nn.functional.nll_loss(torch.ones(2, 3), torch.ones(2)), lambda: torch.nn.functional.binary_cross_entropy(torch.tensor([1.5]), torch.tensor([1.])), lambda: torch.nn.functional.binary_cross_entropy(torch.ones(2), torch.ones(2, 1)), lambda: torch.ones(2, 3).reshape(4), lambda: torch.zeros(2, dtype=torch.long).normal_(), lambda: torch.tensor([1, 2]) / "a", lambda: torch.ones(2).double() @ torch.ones(2), lambda: torch.bmm(torch.ones(2, 2), torch.ones(2, 2)), lambda: torch.ones(3).t().transpose(0, 1), lambda: torch.tensor([1., 2.], requires_grad=True).numpy(), lambda: torch.tensor(5)[0], lambda: len(torch.tensor(5)), lambda: bool(torch.ones(2)), lambda: int(torch.ones(2)), lambda: torch.nn.Linear(2, 2).foo, lambda: torch.nn.Linear(2, 2, 3, 4, 5, 6, 7)]:
    try:
        r = f()
        print("no error", r)
    except Exception as e:
        print(type(e).__name__, str(e).split('\n')[0][:200])
