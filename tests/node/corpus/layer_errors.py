# What layers and functions refuse, in PyTorch's words. None of it may end the interpreter.
import torch
import torch.nn as nn
import torch.nn.functional as F

image = torch.ones(1, 1, 4, 4)
kernel = torch.ones(1, 1, 2, 2)


def show(*calls):
    for call in calls:
        try:
            print(call())
        except Exception as e:
            print(type(e).__name__ + ":", e)


show(
    lambda: F.max_pool2d(image, 0),
    lambda: F.avg_pool2d(image, 2, 0),
    lambda: F.max_pool2d(image, 2, stride=-1),
    lambda: F.max_pool2d(image, 2, padding=2),
    lambda: F.max_pool2d(torch.ones(2, 2), 1),
    lambda: F.avg_pool2d(torch.ones(2, 2), 1),
    lambda: F.avg_pool1d(torch.ones(2), 1),
    lambda: F.avg_pool1d(torch.ones(1, 1, 2), 3),
    lambda: F.avg_pool3d(torch.ones(1, 2, 2, 2), 3),
    lambda: F.adaptive_avg_pool2d(torch.ones(2, 2), 2),
    lambda: F.adaptive_max_pool2d(torch.ones(2, 2), 2),
    lambda: F.adaptive_avg_pool2d(image, (1, 2, 3)),
    lambda: F.max_pool2d(image, (2, 2, 2)),
    lambda: F.max_unpool2d(image, torch.full((1, 1, 4, 4), 99), 1),
)
show(
    lambda: F.conv2d(image, kernel, stride=0),
    lambda: F.conv2d(image, kernel, groups=0),
    lambda: F.conv2d(image, kernel, dilation=0),
    lambda: F.conv2d(image, kernel, padding=(1, 2, 3)),
    lambda: F.conv_transpose2d(image, kernel, stride=0),
    lambda: F.conv_transpose2d(image, kernel, dilation=0),
    lambda: F.unfold(image, 2, stride=0),
    lambda: F.unfold(torch.ones(3), 2),
    lambda: F.unfold(torch.ones(1, 3, 3), 5),
    lambda: F.fold(torch.ones(1, 4, 9), 4, 0),
    lambda: F.fold(torch.ones(4, 8), 4, 2),
    lambda: F.fold(torch.ones(1, 3, 9), 4, 2),
)
show(
    lambda: F.interpolate(image, size=(4, 4, 4)),
    lambda: F.interpolate(image, size=(0, 2)),
    lambda: F.interpolate(image, scale_factor=2, mode="cubic"),
    lambda: F.pad(image, (1, 1), mode="circular"),
    lambda: F.pad(image, (1, 1, 1, 1), mode="reflect", value=1),
    lambda: F.pixel_unshuffle(image, 0),
    lambda: F.grid_sample(image, torch.ones(1, 2, 2, 3), align_corners=False),
    lambda: F.affine_grid(torch.ones(1, 2, 3), (1, 1, 2)),
    lambda: F.embedding(torch.ones(3, 2), torch.tensor([0])),
    lambda: F.nll_loss(torch.randn(5), torch.tensor([3])),
    lambda: F.triplet_margin_loss(torch.ones(2, 3), torch.ones(2, 3), torch.ones(2)),
)
show(
    lambda: nn.Hardtanh(2, 1),
    lambda: nn.MultiMarginLoss(p=3),
    lambda: nn.MultiMarginLoss(weight=torch.ones(2, 2)),
    lambda: nn.RNN(3, 4, nonlinearity="elu"),
    lambda: nn.RNNCell(2, 3)(torch.ones(1, 2), torch.ones(2, 3)),
    lambda: nn.RNNCell(2, 3)(torch.ones(1, 2), torch.ones(1, 4)),
    lambda: nn.LSTM(3, 4)(torch.ones(2, 3, 3), torch.zeros(1, 3, 4)),
    lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU),
    lambda: nn.Sequential(nn.Linear(2, 2), 3),
    lambda: nn.ParameterDict()["nope"],
    lambda: delattr(nn.Linear(2, 2), "nope"),
)
