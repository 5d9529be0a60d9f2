# Methods taken from the class Tensor, slices made by hand, and exceptions with their causes.
import math
from functools import reduce

import torch
from torch import Tensor

a, b = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])
print(torch.Tensor.add(a, b), torch.Tensor.mul(a, 3), Tensor.sub(a, b, alpha=2))
print(Tensor.sum(torch.ones(2, 3), dim=0), Tensor.item(torch.tensor(5)))
print(reduce(Tensor.add, [a, b, a]), list(map(Tensor.item, b)))
print(sorted([torch.tensor(3), torch.tensor(1), torch.tensor(2)], key=Tensor.item))
print(isinstance(a, Tensor), Tensor.__name__, callable(Tensor.backward))

grid = torch.arange(12).view(3, 4)
print(grid[slice(1, None), slice(None, None, 2)], grid[slice(2)].shape)
middle = slice(1, 3)
print(middle.start, middle.stop, middle.step, list(range(6))[middle], "abcdef"[middle])
print(isinstance(middle, slice), [grid[i, middle].tolist() for i in range(3)])
try:
    slice()
except TypeError as e:
    print(e)

# Functions of numbers take tensors of one item.
one = torch.tensor(4.0)
print(math.sqrt(one), math.log(torch.tensor(1.0)), math.exp(one * 0), math.isnan(one), math.floor(torch.tensor(2.5)))
print(round(float(torch.tensor(2.5)), 1), [0, 1, 2][torch.tensor(1)], "x" * torch.tensor(2), range(torch.tensor(3)))
for wrong in ("4", None, [4.0]):
    try:
        math.sqrt(wrong)
    except TypeError as e:
        print(e)

try:
    try:
        a @ torch.ones(3)
    except RuntimeError as e:
        raise ValueError("the shapes don't fit") from e
except ValueError as e:
    print(repr(e), "/", type(e.__cause__).__name__)
