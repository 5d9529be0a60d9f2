"""Models in the style of well-known architectures, small, for make_models.py."""
import math
from typing import List

import torch
from torch import nn
from torch.nn import functional as F


class SqueezeExcite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, channels // 4, 1), nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.up(F.silu(self.down(F.adaptive_avg_pool2d(x, 1)))))


class MBConv(nn.Module):
    """The block of EfficientNet."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        wide = 4 * inputs
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.SiLU(),
            nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False), nn.BatchNorm2d(wide), nn.SiLU(),
            SqueezeExcite(wide), nn.Conv2d(wide, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.skips = inputs == outputs and stride == 1

    def forward(self, x):
        return x + self.layers(x) if self.skips else self.layers(x)


class VisionTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 4, 4)
        self.cls, self.positions = nn.Parameter(torch.randn(1, 1, 16)), nn.Parameter(torch.randn(1, 17, 16))
        layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, norm_first=True, activation="gelu")
        self.encoder, self.head = nn.TransformerEncoder(layer, 2), nn.Linear(16, 5)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.positions
        return self.head(self.encoder(x)[:, 0])


class ShiftedWindows(nn.Module):
    """A block of Swin: windows of 4, shifted by 2, with relative positions, then merged patches."""

    def __init__(self):
        super().__init__()
        self.qkv, self.out = nn.Linear(8, 24), nn.Linear(8, 8)
        self.table = nn.Parameter(torch.randn(49, 2))
        at = torch.stack(torch.meshgrid(torch.arange(4), torch.arange(4), indexing="ij")).flatten(1)
        apart = (at[:, :, None] - at[:, None]).permute(1, 2, 0) + 3
        self.register_buffer("index", apart[..., 0] * 7 + apart[..., 1])
        self.merge = nn.Linear(32, 16, bias=False)

    def forward(self, x):
        n, h, w, c = x.shape
        y = torch.roll(x, (-2, -2), (1, 2))
        y = y.view(n, h // 4, 4, w // 4, 4, c).permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, 16, c)
        q, k, v = self.qkv(y).reshape(y.shape[0], 16, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        bias = self.table[self.index.view(-1)].view(16, 16, 2).permute(2, 0, 1).unsqueeze(0)
        weights = (q @ k.transpose(-2, -1) / 2 + bias).softmax(-1)
        y = self.out((weights @ v).transpose(1, 2).reshape(-1, 16, c))
        y = y.view(n, h // 4, w // 4, 4, 4, c).permute(0, 1, 3, 2, 4, 5).contiguous().view(n, h, w, c)
        x = x + torch.roll(y, (2, 2), (1, 2))
        return self.merge(torch.cat([x[:, i::2, k::2] for k in (0, 1) for i in (0, 1)], -1))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.positions, self.kinds = nn.Embedding(50, 16), nn.Embedding(32, 16), nn.Embedding(2, 16)
        self.norm, self.norm2 = nn.LayerNorm(16, eps=1e-12), nn.LayerNorm(16)
        self.q, self.k, self.v, self.out = (nn.Linear(16, 16) for _ in range(4))
        self.pooler = nn.Linear(16, 16)
        self.register_buffer("position_ids", torch.arange(32).expand((1, -1)))

    def heads(self, x):
        return x.view(x.size()[:-1] + (4, 4)).permute(0, 2, 1, 3)

    def forward(self, ids, mask, kinds):
        at = self.position_ids[:, : ids.size(1)]
        x = self.norm(self.words(ids) + self.positions(at) + self.kinds(kinds))
        hidden = (1.0 - mask[:, None, None, :].to(x.dtype)) * torch.finfo(x.dtype).min
        scores = self.heads(self.q(x)) @ self.heads(self.k(x)).transpose(-1, -2) / 2 + hidden
        y = (scores.softmax(-1) @ self.heads(self.v(x))).permute(0, 2, 1, 3).contiguous()
        x = self.norm2(x + self.out(y.view(y.size()[:-2] + (16,))))
        return x, torch.tanh(self.pooler(x[:, 0]))


class CachedGPT(nn.Module):
    """A step of GPT-2, which is given the keys and values of the steps before."""

    def __init__(self):
        super().__init__()
        self.words, self.positions, self.norm = nn.Embedding(40, 16), nn.Embedding(64, 16), nn.LayerNorm(16)
        self.qkv, self.out = nn.Linear(16, 48), nn.Linear(16, 16)
        self.register_buffer("causal", torch.tril(torch.ones(64, 64, dtype=torch.uint8)).view(1, 1, 64, 64))
        self.register_buffer("hidden", torch.tensor(-1e4))

    def forward(self, ids, keys, values):
        past = keys.size(-2)
        at = torch.arange(past, ids.size(-1) + past).unsqueeze(0).view(-1, ids.size(-1))
        x = self.words(ids) + self.positions(at)
        q, k, v = (t.view(t.size()[:-1] + (2, 8)).permute(0, 2, 1, 3) for t in self.qkv(self.norm(x)).split(16, 2))
        k, v = torch.cat((keys, k), -2), torch.cat((values, v), -2)
        scores = q @ k.transpose(-1, -2) / v.size(-1) ** 0.5
        seen = self.causal[:, :, k.size(-2) - q.size(-2) : k.size(-2), : k.size(-2)].bool()
        y = torch.where(seen, scores, self.hidden).softmax(-1) @ v
        y = y.permute(0, 2, 1, 3).contiguous()
        x = x + self.out(y.view(y.size()[:-2] + (16,)))
        return F.linear(x, self.words.weight), k, v


class RelativeBias(nn.Module):
    """Attention as in T5: no positions but a bias by how far apart two steps are."""

    def __init__(self):
        super().__init__()
        self.bias = nn.Embedding(8, 2)
        self.q, self.k, self.v = (nn.Linear(8, 8, bias=False) for _ in range(3))
        self.scale = nn.Parameter(torch.ones(8))

    def forward(self, x):
        y = self.scale * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)
        steps = torch.arange(x.shape[1])
        apart = steps[None, :] - steps[:, None]
        side, apart = (apart > 0).to(torch.long) * 4, apart.abs()
        far = 2 + (torch.log(apart.float() / 2) / math.log(8) * 2).to(torch.long)
        bucket = side + torch.where(apart < 2, apart, torch.min(far, torch.full_like(far, 3)))
        q, k, v = (f(y).view(x.shape[0], -1, 2, 4).transpose(1, 2) for f in (self.q, self.k, self.v))
        weights = (q @ k.transpose(3, 2) + self.bias(bucket).permute(2, 0, 1).unsqueeze(0)).softmax(-1)
        return x + (weights @ v).transpose(1, 2).contiguous().view(x.shape[0], -1, 8)


class Detr(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone, self.transformer = nn.Conv2d(3, 16, 8, 8), nn.Transformer(16, 2, 1, 1, 32)
        self.queries = nn.Parameter(torch.randn(5, 16))
        self.rows, self.columns = nn.Parameter(torch.randn(20, 8)), nn.Parameter(torch.randn(20, 8))
        self.classes, self.boxes = nn.Linear(16, 4), nn.Linear(16, 4)

    def forward(self, x):
        y = self.backbone(x)
        h, w = y.shape[-2:]
        at = torch.cat([self.columns[:w].unsqueeze(0).repeat(h, 1, 1), self.rows[:h].unsqueeze(1).repeat(1, w, 1)], -1)
        source = at.flatten(0, 1).unsqueeze(1) + 0.1 * y.flatten(2).permute(2, 0, 1)
        y = self.transformer(source, self.queries.unsqueeze(1).repeat(1, y.shape[0], 1)).transpose(0, 1)
        return self.classes(y), self.boxes(y).sigmoid()


class Yolo(nn.Module):
    """Two scales, boxes on a grid."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Conv2d(3, 12, 4, 4)
        self.heads = nn.ModuleList([nn.Conv2d(12, 21, 1), nn.Conv2d(12, 21, 1)])
        self.register_buffer("anchors", torch.rand(2, 1, 3, 1, 1, 2) * 10)

    def forward(self, x):
        fine = F.silu(self.backbone(x))
        coarse = F.max_pool2d(fine, 2)
        fine = fine + F.interpolate(coarse, scale_factor=2, mode="nearest")
        found = []
        for head, anchors, y in zip(self.heads, self.anchors, (fine, coarse)):
            n, _, h, w = y.shape
            y = head(y).view(n, 3, 7, h, w).permute(0, 1, 3, 4, 2).contiguous().sigmoid()
            rows, columns = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
            grid = torch.stack((columns, rows), 2).view(1, 1, h, w, 2).float()
            centre, size = y[..., 0:2] * 2 - 0.5 + grid, (y[..., 2:4] * 2) ** 2 * anchors
            found.append(torch.cat((centre, size, y[..., 4:]), -1).view(n, -1, 7))
        return torch.cat(found, 1)


class OddUNet(nn.Module):
    """A U-Net that pads what it has made wider to the size that it had."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1), nn.Conv2d(12, 2, 1)
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)

    def forward(self, x):
        a = F.relu(self.a(x))
        y = self.up(F.relu(self.b(F.max_pool2d(a, 2))))
        down, right = a.size(2) - y.size(2), a.size(3) - y.size(3)
        y = F.pad(y, [right // 2, right - right // 2, down // 2, down - down // 2])
        return self.c(torch.cat([a, y], 1))


class WaveNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv1d(1, 8, 1), nn.Conv1d(8, 16, 1)
        self.gates = nn.ModuleList(nn.Conv1d(8, 16, 2, dilation=2**k) for k in range(3))

    def forward(self, x):
        x = self.first(x)
        for k, gate in enumerate(self.gates):
            a, b = gate(F.pad(x, (2**k, 0))).chunk(2, 1)
            x = x + torch.tanh(a) * torch.sigmoid(b)
        return F.log_softmax(self.last(F.relu(x)), 1)


class PackedLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 6, bidirectional=True, batch_first=True)

    def forward(self, x, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
        y, (h, _) = self.lstm(packed)
        return nn.utils.rnn.pad_packed_sequence(y, batch_first=True)[0], h


class Greedy(nn.Module):
    """Writes words until all sentences have ended. Scripted."""

    def __init__(self):
        super().__init__()
        self.words, self.step, self.out = nn.Embedding(12, 6), nn.Linear(6, 6), nn.Linear(6, 12)

    def forward(self, h, most: int):
        word = torch.zeros(h.size(0), dtype=torch.long)
        said: List[torch.Tensor] = []
        i = 0
        ended = False
        while i < most and not ended:
            h = torch.tanh(self.step(self.words(word) + h))
            word = self.out(h).argmax(-1)
            said.append(word)
            i += 1
            if bool((word == 11).all()):
                ended = True
        return torch.stack(said, 1), h


class RowByRow(nn.Module):
    """One of two layers for each row. Scripted."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x, chosen):
        y = torch.zeros_like(x)
        for i in range(x.size(0)):
            if bool(chosen[i]):
                y[i] = self.a(x[i])
            else:
                y[i] = self.b(x[i]) * float(i)
        return y


class GraphAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.attention = nn.Linear(4, 8), nn.Linear(8, 3), nn.Linear(16, 1)

    def forward(self, x, edges):
        n, source, target = x.size(0), edges[0], edges[1]
        h = self.a(x)
        e = F.leaky_relu(self.attention(torch.cat([h[source], h[target]], -1)), 0.2).squeeze(-1).exp()
        total = torch.zeros(n).scatter_add(0, target, e)
        messages = h[source] * (e / total[target]).unsqueeze(-1)
        y = torch.zeros(n, 8).scatter_add(0, target[:, None].expand(-1, 8), messages)
        return self.b(F.elu(y))


def cases():
    r = torch.randn
    batch, image = {0: "batch"}, {0: "batch", 2: "height", 3: "width"}
    words, past = {0: "batch", 1: "sequence"}, {0: "batch", 2: "past"}

    def ids(high, *shape):
        return torch.randint(0, high, shape)

    yield "efficientnet", nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), nn.SiLU(), MBConv(8, 8, 1), MBConv(8, 16, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(16, 10)), [(r(1, 3, 16, 16),), (r(2, 3, 20, 24),)], {"axes": [image], "opset": 11}
    yield "vit", VisionTransformer(), [(r(1, 3, 16, 16),), (r(3, 3, 16, 16),)], {"axes": [batch], "opset": 13}
    yield "swin", ShiftedWindows(), [(r(1, 8, 8, 8),), (r(3, 8, 8, 8),)], {"axes": [batch], "opset": 11}
    yield "bert", Bert(), [
        (ids(50, 1, 5), torch.ones(1, 5).long(), ids(2, 1, 5)), (ids(50, 3, 9), ids(2, 3, 9) | 1, ids(2, 3, 9))], {
        "axes": [words] * 3, "opset": 12}
    yield "gpt2-cache", CachedGPT(), [
        (ids(40, 1, 3), r(1, 2, 4, 8), r(1, 2, 4, 8)), (ids(40, 2, 5), r(2, 2, 0, 8), r(2, 2, 0, 8))], {
        "axes": [words, past, past], "opset": 13}
    yield "t5", RelativeBias(), [(r(1, 5, 8),), (r(2, 21, 8),)], {"axes": [words], "opset": 13}
    yield "detr", Detr(), [(r(1, 3, 32, 40),), (r(1, 3, 48, 24),)], {"axes": [{2: "height", 3: "width"}], "opset": 11}
    for opset in (9, 10, 13):
        yield f"yolo-{opset}", Yolo(), [(r(1, 3, 16, 16),), (r(2, 3, 24, 32),)], {"axes": [image], "opset": opset}
    yield "odd-u-net", OddUNet(), [(r(1, 3, 10, 14),), (r(2, 3, 11, 9),)], {"axes": [image], "opset": 12}
    yield "wavenet", WaveNet(), [(r(1, 1, 12),), (r(2, 1, 20),)], {"axes": [{0: "batch", 2: "time"}], "opset": 9}
    yield "packed-lstm", PackedLSTM(), [(r(3, 6, 5), torch.tensor([6, 4, 2]))], {"opset": 13}
    yield "scripted-greedy", torch.jit.script(Greedy()), [(r(2, 6), torch.tensor(5)), (r(3, 6), torch.tensor(2))], {
        "axes": [batch], "opset": 15}
    chosen = torch.tensor([True, False, True])
    for opset in (11, 13):
        yield f"scripted-rows-{opset}", torch.jit.script(RowByRow()), [
            (r(3, 4), chosen), (r(5, 4), torch.cat([chosen, chosen[:2]]))], {"axes": [batch, batch], "opset": opset}
    yield "graph-attention", GraphAttention(), [(r(4, 4), ids(4, 2, 7)), (r(6, 4), ids(6, 2, 12))], {
        "axes": [{0: "nodes"}, {1: "edges"}], "opset": 16}
