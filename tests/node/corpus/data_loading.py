# Datasets, samplers, loaders: the order of a shuffled loader is the seed's.
import torch
from torch.utils.data import (
    BatchSampler,
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    get_worker_info,
    random_split,
)


class Squares(Dataset):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError
        return {"x": torch.tensor(float(i)), "y": i * i, "name": f"item{i}", "pair": (i, [i + 0.5])}


class Count(IterableDataset):
    def __init__(self, start, end):
        self.start, self.end = start, end

    def __iter__(self):
        return iter(range(self.start, self.end))


torch.manual_seed(0)
for batch in DataLoader(Squares(5), batch_size=2):
    print(batch)
loader = DataLoader(TensorDataset(torch.arange(10), torch.arange(10) * 2.0), batch_size=4, shuffle=True)
print(len(loader), len(loader.dataset), loader.batch_size)
for epoch in range(2):
    print([x.tolist() for x, y in loader])
print(torch.rand(1))
x, y = next(iter(loader))
print(x, y)
print([b.tolist() for (b,) in DataLoader(TensorDataset(torch.arange(7)), batch_size=3, drop_last=True)])
g = torch.Generator().manual_seed(7)
print([b.tolist() for b in DataLoader(range(6), batch_size=2, shuffle=True, generator=g)])
train, test = random_split(range(10), [7, 3])
print(list(train), list(test), train.indices)
a, b, c = random_split(range(10), [0.5, 0.3, 0.2], generator=torch.Generator().manual_seed(42))
print(list(a), list(b), list(c))
try:
    random_split(range(10), [3, 3])
except ValueError as e:
    print(e)
print(list(SequentialSampler(range(3))), list(RandomSampler(range(5))), list(RandomSampler(range(5), replacement=True, num_samples=8)))
print(list(SubsetRandomSampler([3, 5, 9])), list(BatchSampler(range(5), 2, False)), list(BatchSampler(range(5), 2, True)))
print(list(WeightedRandomSampler([0.1, 0.9, 0.0, 3.0], 6)), list(RandomSampler(range(3), num_samples=5)))
print(list(DataLoader(range(6), batch_size=3, sampler=SubsetRandomSampler([1, 2, 4, 5]))))
print(list(DataLoader(range(6), batch_sampler=BatchSampler(SequentialSampler(range(6)), 4, False))))
cat = ConcatDataset([range(3), range(10, 12)])
print(len(cat), [cat[i] for i in range(5)], cat[-1])
print(list(DataLoader(Count(0, 5), batch_size=2)), list(DataLoader(ChainDataset([Count(0, 2), Count(5, 7)]), batch_size=None)))
print(list(Subset(range(10), [2, 4])), len(TensorDataset(torch.ones(3, 2), torch.ones(3))), TensorDataset(torch.ones(3, 2))[0])


def collate(batch):
    return torch.stack([b["x"] for b in batch]), [b["name"] for b in batch]


print(list(DataLoader(Squares(3), batch_size=2, collate_fn=collate)))
print(default_collate([1, 2]), default_collate([1.5, 2.5]), default_collate(["a", "b"]), default_collate([(1, 2.0), (3, 4.0)]), default_collate([True, False]))
print(get_worker_info(), list(DataLoader(range(4), batch_size=None)))
print(len(Squares(2) + Squares(3)))
for f in (
    lambda: DataLoader(range(3), batch_size=0),
    lambda: DataLoader(range(3), shuffle=True, sampler=SequentialSampler(range(3))),
    lambda: DataLoader(range(3), batch_sampler=[[0]], batch_size=2),
    lambda: DataLoader(Count(0, 3), shuffle=True),
    lambda: DataLoader(range(3), num_workers=-1),
    lambda: TensorDataset(torch.ones(2), torch.ones(3)),
    lambda: default_collate([[1, 2], [3]]),
    lambda: RandomSampler([]),
    lambda: list(DataLoader([object()])) and None,
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", str(e)[:90])
