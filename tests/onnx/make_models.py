"""Models exported by real PyTorch, with what PyTorch computes of them:
    /usr/bin/python3 tests/onnx/make_models.py FOLDER
writes FOLDER/<name>.onnx and FOLDER/<name>.json: {"sets": [{"inputs", "outputs"}]} in the form of
`gradbox onnx`. Where dimensions are dynamic the second set has other sizes than the traced one.
"""
import itertools
import json
import math
import pathlib
import sys
import warnings

import torch
from torch import nn
from torch.nn import functional as F

import architectures

warnings.simplefilter("ignore")


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.a = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.na = nn.BatchNorm2d(channels)
        self.b = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.nb = nn.BatchNorm2d(channels)

    def forward(self, x):
        return F.relu(self.nb(self.b(F.relu(self.na(self.a(x))))) + x)


class Recurrent(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.cell = getattr(nn, kind)(4, 6, batch_first=True, **options)
        self.head = nn.Linear(6 * (2 if options.get("bidirectional") else 1), 3)

    def forward(self, x):
        out, _ = self.cell(x)
        return self.head(out[:, -1])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(8, 8) for _ in range(3))

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (f(x).view(b, t, 2, c // 2).transpose(1, 2) for f in (self.q, self.k, self.v))
        mask = torch.ones(t, t, dtype=torch.bool).tril()
        scores = (q @ k.transpose(-1, -2) / math.sqrt(c // 2)).masked_fill(~mask, float("-inf"))
        return (scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, c)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(1, 4, 3, padding=1)
        self.mid = nn.Conv2d(4, 8, 3, padding=1)
        self.up = nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.out = nn.Conv2d(8, 1, 1)

    def forward(self, x):
        a = F.relu(self.down(x))
        b = F.relu(self.mid(F.max_pool2d(a, 2)))
        return torch.sigmoid(self.out(torch.cat([self.up(b), a], 1)))


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(10, 8), nn.Tanh())
        self.mu, self.logvar = nn.Linear(8, 2), nn.Linear(8, 2)
        self.decoder = nn.Sequential(nn.Linear(2, 8), nn.ELU(), nn.Linear(8, 10))

    def forward(self, x, noise):
        h = self.encoder(x)
        mu, logvar = self.mu(h), self.logvar(h)
        return self.decoder(mu + noise * torch.exp(0.5 * logvar)), mu, logvar


class Bag(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.bag = nn.EmbeddingBag(12, 5, mode=mode)
        self.head = nn.Linear(5, 2)

    def forward(self, tokens):
        return self.head(self.bag(tokens))


class Sentence(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(8, 4)

    def forward(self, tokens):
        return self.head(self.encoder(self.embedding(tokens)).mean(1))


class ScriptedLoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.step = nn.Linear(3, 3)

    def forward(self, x, n: int):
        for _ in range(n):
            x = torch.tanh(self.step(x))
        return x


class ScriptedIf(nn.Module):
    def forward(self, x):
        if bool(x.sum() > 0):
            y = x * 2
        else:
            y = x - 1
        return y


class ScriptedWhile(nn.Module):
    def forward(self, x):
        i = 0
        while bool(x.sum() < 20.0):
            x = x * 2
            i += 1
        return x, i


class Shapes(nn.Module):
    def forward(self, x):
        y = x.reshape(x.size(0), -1)
        z = torch.cat([y, torch.ones(x.size(0), 1)], 1)
        return z[:, ::2].flip(1), torch.arange(x.size(0)).unsqueeze(1) * 2, x.permute(2, 0, 1)[1:]


class Mobile(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(),
            nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.BatchNorm2d(8), nn.Hardswish(),
            nn.Conv2d(8, 16, 1), nn.SiLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5),
        )

    def forward(self, x):
        return F.log_softmax(self.layers(x), 1)


class Upsampler(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1, padding_mode="reflect")
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, x):
        y = F.interpolate(self.shuffle(self.conv(x)), scale_factor=2, mode="bilinear", align_corners=False)
        return F.interpolate(y, size=(5, 7), mode="nearest")


class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(3, 6, 3), nn.GroupNorm(2, 6), nn.LeakyReLU(0.1), nn.InstanceNorm1d(6, affine=True),
            nn.PReLU(6), nn.LayerNorm(8), nn.GELU(), nn.Softplus(),
        )

    def forward(self, x):
        return self.layers(x)


class Gathering(nn.Module):
    def forward(self, x, index):
        top, at = torch.topk(x, 2, dim=1)
        return torch.gather(x, 1, index), top, at, x.std(1), torch.where(x > 0, x, -x).cumsum(1), x.argmax(1)


def int64(*rows):
    return torch.tensor(rows)


def cases():
    r = torch.randn
    batch = {0: "batch"}
    yield "mlp", nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(1)), [(r(2, 4),), (r(5, 4),)], {"axes": [batch]}
    for opset in (9, 11, 13, 17):
        yield f"cnn-{opset}", nn.Sequential(
            nn.Conv2d(1, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(),
            nn.Flatten(), nn.Linear(36, 10),
        ), [(r(2, 1, 14, 14),), (r(3, 1, 14, 14),)], {"axes": [batch], "opset": opset}
    yield "resnet-block", nn.Sequential(Residual(4), Residual(4), nn.AvgPool2d(2)), [(r(1, 4, 8, 8),)], {}
    yield "lstm", Recurrent("LSTM"), [(r(2, 5, 4),), (r(3, 7, 4),)], {"axes": [{0: "batch", 1: "time"}]}
    yield "gru", Recurrent("GRU", num_layers=2), [(r(2, 5, 4),)], {}
    yield "rnn", Recurrent("RNN", nonlinearity="relu"), [(r(2, 5, 4),)], {"opset": 11}
    yield "bidirectional", Recurrent("LSTM", bidirectional=True), [(r(2, 5, 4),)], {}
    yield "transformer", Sentence(), [(int64([1, 2, 3], [4, 5, 6]),)], {}
    yield "attention", Attention(), [(r(2, 6, 8),)], {"opset": 14}
    yield "u-net", UNet(), [(r(1, 1, 8, 8),), (r(2, 1, 12, 8),)], {"axes": [{0: "n", 2: "h", 3: "w"}]}
    yield "vae", VAE(), [(r(3, 10), r(3, 2))], {}
    yield "embedding-bag-sum", Bag("sum"), [(int64([1, 2, 3], [7, 8, 9]),)], {"opset": 13}
    yield "embedding-bag-mean", Bag("mean"), [(int64([1, 2], [3, 4]),)], {"opset": 11}
    yield "scripted-loop", torch.jit.script(ScriptedLoop()), [(r(2, 3), torch.tensor(4)), (r(2, 3), torch.tensor(0))], {"opset": 13}
    yield "scripted-if", torch.jit.script(ScriptedIf()), [(torch.ones(3),), (-torch.ones(3),)], {"opset": 13}
    yield "scripted-while", torch.jit.script(ScriptedWhile()), [(torch.ones(3),), (torch.full((3,), 9.0),)], {"opset": 13}
    yield "shapes", Shapes(), [(r(2, 3, 4),), (r(5, 3, 4),)], {"axes": [batch]}
    yield "mobile", Mobile(), [(r(1, 3, 16, 16),)], {"opset": 14}
    yield "upsampler", Upsampler(), [(r(1, 2, 4, 4),)], {"opset": 13}
    yield "norms", Norms(), [(r(2, 3, 10),)], {"opset": 17}
    yield "gathering", Gathering(), [(r(3, 5), int64([0, 1], [2, 3], [4, 0]))], {"opset": 12}


def entry(name, tensor):
    dtype = str(tensor.dtype).removeprefix("torch.")
    return {"name": name, "shape": list(tensor.shape), "dtype": dtype, "data": tensor.flatten().tolist()}


def write(folder, name, model, sets, axes=(), opset=15):
    model = model.eval()
    inputs = [f"in{i}" for i in range(len(sets[0]))]
    with torch.no_grad():
        results = [model(*[int(x) if isinstance(model, torch.jit.ScriptModule) and x.dim() == 0 else x for x in s]) for s in sets]
    results = [r if isinstance(r, tuple) else (r,) for r in results]
    outputs = [f"out{i}" for i in range(len(results[0]))]
    dynamic = {inputs[i]: a for i, a in enumerate(axes)}
    torch.onnx.export(model, sets[0], str(folder / f"{name}.onnx"), input_names=inputs, output_names=outputs,
                      opset_version=opset, dynamic_axes=dynamic or None)
    text = {"sets": [
        {"inputs": [entry(n, t) for n, t in zip(inputs, s)],
         "outputs": [entry(n, torch.as_tensor(t)) for n, t in zip(outputs, r)]}
        for s, r in zip(sets, results)]}
    (folder / f"{name}.json").write_text(json.dumps(text))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    for name, model, sets, options in itertools.chain(cases(), architectures.cases()):
        write(folder, name, model, sets, **options)


if __name__ == "__main__":
    main()
