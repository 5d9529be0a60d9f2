"""Models for the ONNX benchmark, with random weights: python3 onnx_models.py FOLDER."""
import pathlib
import sys
import warnings

import torch
from torch import nn
from torch.nn import functional as F

warnings.simplefilter("ignore")


def norm_conv(i, o, k, stride=1, groups=1, act=None):
    layers = [nn.Conv2d(i, o, k, stride, k // 2, groups=groups, bias=False), nn.BatchNorm2d(o)]
    return layers + ([act()] if act else [])


class Inverted(nn.Module):
    def __init__(self, i, o, stride, expand):
        super().__init__()
        h = i * expand
        first = norm_conv(i, h, 1, act=nn.ReLU6) if expand != 1 else []
        self.layers = nn.Sequential(*first, *norm_conv(h, h, 3, stride, h, nn.ReLU6), *norm_conv(h, o, 1))
        self.residual = stride == 1 and i == o

    def forward(self, x):
        return x + self.layers(x) if self.residual else self.layers(x)


def mobilenet():
    """The layers of MobileNetV2: 3.5 million parameters, 0.3 GFLOP."""
    layers, i = norm_conv(3, 32, 3, 2, act=nn.ReLU6), 32
    plan = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for expand, o, n, stride in plan:
        for k in range(n):
            layers.append(Inverted(i, o, stride if k == 0 else 1, expand))
            i = o
    layers += norm_conv(i, 1280, 1, act=nn.ReLU6) + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000)]
    return nn.Sequential(*layers)


class Block(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.body = nn.Sequential(*norm_conv(i, o, 3, stride, act=nn.ReLU), *norm_conv(o, o, 3))
        self.short = nn.Sequential(*norm_conv(i, o, 1, stride)) if stride != 1 or i != o else nn.Identity()

    def forward(self, x):
        return F.relu(self.body(x) + self.short(x))


def resnet():
    """The layers of ResNet-18: 11.7 million parameters, 1.8 GFLOP."""
    layers, i = norm_conv(3, 64, 7, 2, act=nn.ReLU) + [nn.MaxPool2d(3, 2, 1)], 64
    for o, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Block(i, o, stride), Block(o, o, 1)]
        i = o
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        layers = nn.TransformerEncoderLayer(256, 8, 1024, batch_first=True)
        self.encoder = nn.TransformerEncoder(layers, 6)

    def forward(self, x):
        return self.encoder(x)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    mlp = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))
    for name, model, shape in (
        ("mlp", mlp, (1, 64)),
        ("mobilenet", mobilenet(), (1, 3, 224, 224)),
        ("resnet18", resnet(), (1, 3, 224, 224)),
        ("transformer", Transformer(), (1, 64, 256)),
        ("one", nn.ReLU(), (1, 1)),  # with which a runtime is started
    ):
        torch.onnx.export(model.eval(), torch.randn(shape), str(folder / (name + ".onnx")), opset_version=14,
                          input_names=["x"], output_names=["y"])


if __name__ == "__main__":
    main()
