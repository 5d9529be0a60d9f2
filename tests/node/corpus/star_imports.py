# Names from packages that make them when they are asked for.
from torch.distributions import *
from torch.nn import *
from torch.utils.data import DataLoader, Dataset, SequentialSampler

import torch

torch.manual_seed(0)
print(Normal(0.0, 1.0), Categorical(torch.tensor([0.5, 0.5])).sample(), kl_divergence(Normal(0.0, 1.0), Normal(1.0, 1.0)))
print(Sequential(Linear(2, 3), ReLU(), Dropout(0.1)), isinstance(Linear(1, 1), Module))


class Squares(Dataset):
    def __len__(self):
        return 5

    def __getitem__(self, i):
        return i * i


print([b.tolist() for b in DataLoader(Squares(), batch_size=2)], list(SequentialSampler(range(3))))

# PyTorch's files and the classes between Module and the layers, by which models are searched.
net = Sequential(Conv2d(1, 2, 3), BatchNorm2d(2), Dropout(0.5), LSTM(2, 2))
modules = torch.nn.modules
for m in net:
    print(
        type(m).__name__,
        isinstance(m, modules.batchnorm._BatchNorm),
        isinstance(m, modules.conv._ConvNd),
        isinstance(m, torch.nn.RNNBase),
        isinstance(m, modules.conv.Conv2d),
    )
print(modules.linear.Linear is Linear, modules.activation.ReLU, modules.batchnorm._BatchNorm)
