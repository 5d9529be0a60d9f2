"""Calls real PyTorch and writes down what went in and what came out.

A case is one line of JSON. A tensor is {"dtype", "shape", "hex"}: the bytes of its storage, with
"strides" and "offset" where it isn't contiguous; a list of tensors is {"list": [...]}, a dtype
{"torch.dtype": "float32"}.
"""

import json
import zlib

import numpy as np
import torch
import torch.nn.functional as F

DTYPES = {
    torch.uint8: "uint8",
    torch.int32: "int32",
    torch.int64: "int64",
    torch.float32: "float32",
    torch.float64: "float64",
    torch.bool: "bool",
    torch.int8: "int8",
    torch.int16: "int16",
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
}


def tensor_json(x):
    x = x.detach()
    out = {"dtype": DTYPES[x.dtype], "shape": list(x.shape)}
    if x._is_zerotensor():  # PyTorch's stand-in for a gradient of zeros, which has no memory
        x = torch.zeros(x.shape, dtype=x.dtype)
    if x.is_contiguous() and x.storage_offset() == 0 and x.storage().size() == x.numel():
        flat = x
    else:
        out["strides"] = list(x.stride())
        out["offset"] = x.storage_offset()
        flat = torch.empty(0, dtype=x.dtype).set_(x.storage())
    if x.dtype is torch.bfloat16:  # numpy has none; the bits are an int16's
        flat = flat.view(torch.int16)
    out["hex"] = flat.reshape(-1).numpy().tobytes().hex()
    return out


def value_json(v):
    """What a call gave or was given."""
    if isinstance(v, torch.Tensor):
        return tensor_json(v)
    if isinstance(v, torch.dtype):
        return {"torch.dtype": DTYPES[v]}
    if isinstance(v, torch.Size):
        return list(v)
    if isinstance(v, (list, tuple)) and any(isinstance(x, torch.Tensor) for x in v):
        return {"list": [None if x is None else tensor_json(x) for x in v]}
    if isinstance(v, (list, tuple)):
        return [value_json(x) for x in v]
    assert v is None or isinstance(v, (bool, int, float, str)), v
    return v


def tensors_of(values):
    for v in values:
        if isinstance(v, torch.Tensor):
            yield v
        elif isinstance(v, (list, tuple)):
            yield from tensors_of(v)


def weights(like, k):
    """The gradient that is sent into output number k: the same formula is in golden_test.cpp."""
    i = torch.arange(like.numel(), dtype=torch.float64)
    return (((i * 7 + 3) % 11 - 5) / 8 + 0.0625 * k).reshape(like.shape).to(like.dtype)


def gradients(outputs, inputs):
    outputs = [o for o in tensors_of([outputs]) if o.requires_grad]
    grads = torch.autograd.grad(
        outputs, inputs, [weights(o, k) for k, o in enumerate(outputs)], allow_unused=True
    )
    return [None if g is None else tensor_json(g) for g in grads]


class Maker:
    """Inputs of one family of cases; each name has its own stream of numbers, so that a case that
    is added changes no other."""

    def __init__(self, name):
        self.random = np.random.RandomState(zlib.crc32(name.encode()))

    def __call__(self, *shape, dtype=torch.float32, low=-2.0, high=2.0, layout="plain", grad=True):
        wide = {"t": shape[::-1], "step": tuple(2 * n for n in shape), "expand": shape}
        full = wide.get(layout, shape)
        if layout == "expand":
            full = (1, *shape[1:]) if len(shape) else shape
        if dtype == torch.bool:
            data = torch.from_numpy(self.random.rand(*full) < 0.5 if full else np.array(True))
        elif dtype.is_floating_point:
            data = torch.from_numpy(np.array(self.random.uniform(low, high, full))).to(dtype)
        else:
            bottom = max(low, 0) if dtype == torch.uint8 else low
            data = torch.from_numpy(np.array(self.random.randint(int(bottom), int(high) + 1, full)))
            data = data.to(dtype)
        if layout == "t":
            data = data.permute(*reversed(range(len(shape))))
        elif layout == "step":
            data = data[tuple(slice(i % 2, None, 2) for i in range(len(shape)))]
        elif layout == "expand" and shape:
            data = data.expand(*shape)
        if dtype.is_floating_point and grad:
            data.requires_grad_()
        return data

    def ints(self, *shape, low=0, high=5):
        return self(*shape, dtype=torch.int64, low=low, high=high)

    def bools(self, *shape):
        return self(*shape, dtype=torch.bool)

    def distinct(self, *shape, dtype=torch.float32, grad=True):
        """No ties: 0.25 apart."""
        n = int(np.prod(shape))
        data = torch.from_numpy((self.random.permutation(n) - n // 2) * 0.25 + 0.125)
        data = data.reshape(shape).to(dtype)
        return data.requires_grad_() if grad and dtype.is_floating_point else data


def error_name(error):
    """The builtin class: PyTorch has a subclass of its own for linear algebra."""
    return "RuntimeError" if isinstance(error, torch.linalg.LinAlgError) else type(error).__name__


def resolve(name):
    """The public function of PyTorch behind an operator's name."""
    if name.startswith("linalg_"):
        return getattr(torch.linalg, name[len("linalg_") :])
    if name.startswith("special_"):
        return getattr(torch.special, name[len("special_") :])
    for space in (F, torch, torch.Tensor):
        if hasattr(space, name):
            return getattr(space, name)
    raise AttributeError(name)


class Recorder:
    def __init__(self, stream):
        self.stream = stream
        self.count = 0

    def write(self, case):
        self.stream.write(json.dumps(case, separators=(",", ":")) + "\n")
        self.count += 1

    def op(self, name, *args, fn=None, seed=None, node=True, either=False, **kwargs):
        """One call of an operator: outputs, the names of their nodes, gradients. An error of
        PyTorch's is a result too: ours must fail as well. `either`: PyTorch may fail where we
        needn't (dtypes that it supports in later versions)."""
        case = {"op": name, "args": value_json_list(args)}
        if kwargs:
            case["kwargs"] = {k: value_json(v) for k, v in kwargs.items()}
        inputs = [t for t in tensors_of([args, list(kwargs.values())]) if t.requires_grad]
        if inputs:
            case["grad_of"] = [t.requires_grad for t in tensors_of([args, list(kwargs.values())])]
        if seed is not None:
            case["seed"] = seed
            torch.manual_seed(seed)
        try:
            out = (fn or resolve(name))(*args, **kwargs)
        except (RuntimeError, IndexError, ValueError, NotImplementedError) as error:
            if not either:
                case["error"] = error_name(error)
                self.write(case)
            return
        if isinstance(out, torch.Tensor) and out.dtype not in DTYPES:
            return
        case["out"] = value_json(list(out) if isinstance(out, tuple) else out)
        differentiable = [o for o in tensors_of([out]) if o.requires_grad and o.grad_fn is not None]
        if inputs and differentiable:
            if node:
                case["node"] = differentiable[0].grad_fn.name()
            try:
                case["grads"] = gradients(out, inputs)
            except RuntimeError as error:
                # floor_divide and its kin have a node and no formula; var of one element had a bug.
                if "is not implemented" not in str(error) and "invalid gradient" not in str(error):
                    raise RuntimeError(f"{name}, case {self.count + 1}: {error}") from error
        self.write(case)

    def error(self, name, *args, fn=None, **kwargs):
        """A mistake, whose message must be PyTorch's to the letter."""
        case = {"op": name, "args": value_json_list(args)}
        if kwargs:
            case["kwargs"] = {k: value_json(v) for k, v in kwargs.items()}
        try:
            (fn or resolve(name))(*args, **kwargs)
        except (RuntimeError, IndexError, ValueError, TypeError, NotImplementedError) as error:
            case["error"] = error_name(error)
            case["message"] = str(error)
            self.write(case)
            return
        raise AssertionError(f"{name} raised nothing")


def value_json_list(values):
    return [value_json(v) for v in values]
