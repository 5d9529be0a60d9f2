# The cases in real PyTorch on one thread. Reads a JSON line a request from stdin and answers with one:
#   {"start": name, "sizes": {...}} -> {"values": [at most 64 numbers]}, and
#   {"time": milliseconds} -> {"ms": best time of a step of the case started last}.
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
MODELS = json.loads(sys.argv[1])


def numbers(seed, shape, scale=1.0):
    count = int(np.prod(shape)) if len(shape) else 1
    h = np.arange(count, dtype=np.uint64) + np.uint64(seed * 7919 + 1)
    h = (h * np.uint64(2654435761)).astype(np.uint32)
    h ^= h >> np.uint32(15)
    h = h * np.uint32(2246822519)
    h ^= h >> np.uint32(13)
    h = h * np.uint32(3266489917)
    h ^= h >> np.uint32(16)
    x = (h.astype(np.float64) / 2147483648 - 1) * scale
    return torch.from_numpy(x.astype(np.float32)).reshape(shape)


def integers(seed, shape, below):
    x = numbers(seed, shape).double()
    return ((x + 1) / 2 * below).floor().long().clamp(max=below - 1)


def parameters(shapes):
    out = []
    for i, shape in enumerate(shapes):
        count = int(np.prod(shape))
        fan = count / shape[0] if len(shape) == 4 else count / shape[-1] if len(shape) > 1 else 100
        out.append(numbers(100 + i, shape, 1 / math.sqrt(fan)).requires_grad_())
    return out


def forward(f):
    def step():
        with torch.no_grad():
            return f()
    return step, lambda: step().reshape(-1).tolist()


def training(optimizer, loss):
    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimizer.step()
        return value
    return step, lambda: [step().item() for _ in range(3)]


def matmul(n):
    a, b = numbers(1, [n, n]), numbers(2, [n, n])
    return forward(lambda: a @ b)


def conv2d(batch, channels, filters, side):
    x, w = numbers(1, [batch, channels, side, side]), numbers(2, [filters, channels, 3, 3])
    b = numbers(3, [filters])
    return forward(lambda: F.conv2d(x, w, b, padding=1))


def conv2d_gradients(batch, channels, filters, side):
    x = numbers(1, [batch, channels, side, side]).requires_grad_()
    w = numbers(2, [filters, channels, 3, 3]).requires_grad_()
    seed = numbers(3, [batch, filters, side, side])

    def step():
        x.grad = w.grad = None
        F.conv2d(x, w, padding=1).backward(seed)

    def values():
        step()
        return x.grad.reshape(-1).tolist() + w.grad.reshape(-1).tolist()
    return step, values


def elementwise(op, rows, columns):
    a, b, row = numbers(1, [rows, columns]), numbers(2, [rows, columns]), numbers(3, [columns])
    return forward({
        "add": lambda: a + b,
        "mul_row": lambda: a * row,
        "exp": lambda: a.exp(),
        "tanh": lambda: a.tanh(),
        "gelu": lambda: F.gelu(a),
        "greater": lambda: a > b,
    }[op])


def reduction(op, rows, columns):
    a = numbers(1, [rows, columns])
    return forward({
        "sum": lambda: a.sum(),
        "sum_rows": lambda: a.sum(0),
        "sum_columns": lambda: a.sum(1),
        "max_columns": lambda: a.amax(1),
    }[op])


def softmax(rows, columns):
    a = numbers(1, [rows, columns])
    return forward(lambda: a.softmax(1))


def layer_norm(rows, columns):
    a, scale, shift = numbers(1, [rows, columns]), numbers(2, [columns]), numbers(3, [columns])
    return forward(lambda: F.layer_norm(a, [columns], scale, shift))


def attend(q, k, v, mask):
    return (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + mask).softmax(-1) @ v


def causal(n):
    return torch.full((n, n), -1e9).triu(1)


def attention(batch, heads, time, width):
    q, k, v = (numbers(seed, [batch, heads, time, width]) for seed in (1, 2, 3))
    mask = causal(time)
    return forward(lambda: attend(q, k, v, mask))


def mlp():
    m = MODELS["MLP"]
    p = parameters(MODELS["mlpShapes"])
    x, y = numbers(1, [m["batch"], m["sizes"][0]]), integers(2, [m["batch"]], 10)

    def loss():
        h = x
        for i in range(0, len(p), 2):
            h = torch.addmm(p[i + 1], h, p[i])
            if i + 2 < len(p):
                h = h.relu()
        return F.cross_entropy(h, y)
    return training(torch.optim.SGD(p, m["lr"]), loss)


def lenet():
    m = MODELS["LENET"]
    p = parameters(MODELS["lenetShapes"])
    x, y = numbers(1, [m["batch"], 1, 28, 28]), integers(2, [m["batch"]], 10)

    def loss():
        h = F.max_pool2d(F.conv2d(x, p[0], p[1]).relu(), 2)
        h = F.max_pool2d(F.conv2d(h, p[2], p[3]).relu(), 2).flatten(1)
        h = torch.addmm(p[5], h, p[4]).relu()
        h = torch.addmm(p[7], h, p[6]).relu()
        return F.cross_entropy(torch.addmm(p[9], h, p[8]), y)
    return training(torch.optim.SGD(p, m["lr"]), loss)


def gpt():
    m = MODELS["GPT"]
    time_, width, heads, batch, vocab = m["time"], m["width"], m["heads"], m["batch"], m["vocab"]
    p = parameters(MODELS["gptShapes"])
    tokens = integers(1, [batch, time_], vocab)
    y = integers(2, [batch * time_], vocab)
    mask = causal(time_)

    def split(t):
        return t.reshape(batch, time_, heads, width // heads).transpose(1, 2)

    def loss():
        rest = iter(p)

        def norm(t):
            return F.layer_norm(t, [width], next(rest) + 1, next(rest))
        x = F.embedding(tokens, next(rest)) + next(rest)
        for _ in range(m["blocks"]):
            q, k, v = map(split, (norm(x) @ next(rest)).chunk(3, -1))
            mixed = attend(q, k, v, mask)
            x = x + mixed.transpose(1, 2).reshape(batch, time_, width) @ next(rest)
            h = (norm(x) @ next(rest) + next(rest)).relu()
            x = x + (h @ next(rest) + next(rest))
        return F.cross_entropy((norm(x) @ next(rest)).reshape(-1, vocab), y)
    return training(torch.optim.Adam(p, m["lr"]), loss)


def best(step, budget):
    began = time.perf_counter()
    step()
    least = time.perf_counter() - began
    batch = max(1, math.ceil(0.004 / max(least, 1e-6)))
    while time.perf_counter() - began < budget / 1000:
        start = time.perf_counter()
        for _ in range(batch):
            step()
        least = min(least, (time.perf_counter() - start) / batch)
    return least * 1000


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if "start" in request:
        step, values = globals()[request["start"]](**request["sizes"])
        all_values = values()
        every = max(1, len(all_values) // 64)
        answer = {"values": [float(v) for v in all_values[::every][:64]]}
    else:
        answer = {"ms": best(step, request["time"])}
    print(json.dumps(answer), flush=True)
