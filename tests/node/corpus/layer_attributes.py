import torch
from torch import nn
d = nn.Dropout(0.5); d.p = 0.0; print(d, d(torch.ones(3)))
b = nn.BatchNorm1d(2); b.momentum = 0.5; b(torch.tensor([[1., 2.], [3., 6.]])); print(b, b.running_mean)
b.eps = 1e-3; print(b)
l = nn.LeakyReLU(); l.negative_slope = 0.5; print(l, l(torch.tensor([-1.])))
c = nn.Conv2d(1, 1, 3); c.stride = (2, 2); c.padding = (1, 1); print(c, c(torch.ones(1, 1, 4, 4)).shape)
li = nn.Linear(2, 3); li.out_features = 1; li.weight = nn.Parameter(torch.ones(1, 2)); li.bias = nn.Parameter(torch.zeros(1)); print(li, li(torch.ones(1, 2)))
m = nn.MaxPool2d(2); m.kernel_size = 4; m.stride = 1; print(m, m(torch.ones(1, 1, 6, 6)).shape)
s = nn.Softmax(dim=0); s.dim = 1; print(s, s(torch.ones(1, 2)))
print(nn.Sequential(nn.Linear(1, 1)).state_dict().keys(), type(nn.Linear(1,1).state_dict()))
e = nn.Linear(2, 2); e.__class__.__name__
a = nn.Linear(2, 2); a.in_features = 7; print(a)
