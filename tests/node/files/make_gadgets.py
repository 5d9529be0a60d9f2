"""Writes files of every kind that unpickles, harmless and harmful ones, as JSON on standard output."""
import base64
import collections
import enum
import gzip
import io
import json
import os
import pickle
import random
import re
import sys
import zipfile
import zlib

import joblib
import numpy
import torch
from torch import nn


class Color(enum.Enum):
    RED = 1


class Runs:
    def __reduce__(self):
        return os.system, ("id",)


class Takes:
    """A member of a class, which is then called."""

    def __reduce__(self):
        return getattr, (Color, "RED")


files = {}


def add(verdict, name, data):
    files[name] = {"verdict": verdict, "bytes": base64.b64encode(data).decode()}


def saved(value, **options):
    f = io.BytesIO()
    torch.save(value, f, **options)
    return f.getvalue()


def dumped(value, **options):
    f = io.BytesIO()
    joblib.dump(value, f, **options)
    return f.getvalue()


def array(value):
    f = io.BytesIO()
    numpy.save(f, value)
    return f.getvalue()


def arrays(pack=numpy.savez, **values):
    f = io.BytesIO()
    pack(f, **values)
    return f.getvalue()


net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
optimizer = torch.optim.AdamW(net.parameters())
net(torch.ones(1, 2)).sum().backward()
optimizer.step()
checkpoint = {"model": net.state_dict(), "optimizer": optimizer.state_dict(), "rng": torch.get_rng_state(),
              "numpy": numpy.random.get_state(), "python": random.getstate(), "best": numpy.float64(1)}
add("tensors", "checkpoint.pt", saved(checkpoint))
add("tensors", "packed.pt", saved(nn.utils.rnn.pack_sequence([torch.ones(2, 1)])))
add("layers", "optimizer.pt", saved(optimizer))
add("layers", "transformer.pt", saved(nn.TransformerEncoderLayer(4, 2, 8)))
add("layers", "weight_norm.pt", saved(nn.utils.weight_norm(nn.Linear(2, 2))))
add("layers", "legacy.pt", saved(net, _use_new_zipfile_serialization=False))
objects = numpy.array([1, "b", None], dtype=object)
hostile = numpy.array([Runs()], dtype=object)
add("tensors", "objects.npy", array(objects))
add("danger", "hostile.npy", array(hostile))
add("no pickle", "numbers.npy", array(numpy.zeros((2, 3), dtype=[("a", "i4"), ("b", "S3")])))
add("danger", "fields.npy", array(numpy.array([(1, Runs())], dtype=[("a", "i4"), ("b", "O")])))
add("no pickle", "numbers.npz", arrays(a=numpy.ones(2)))
add("danger", "hostile.npz", arrays(numpy.savez_compressed, a=numpy.ones(2), b=hostile))
plain = {"a": numpy.arange(100.0), "b": [numpy.ones((3, 4), "i1").T, numpy.array(["x", "yz"])], "c": 1}
add("tensors", "arrays.joblib", dumped(plain))
add("tensors", "arrays.joblib.z", dumped(plain, compress=3))
add("tensors", "arrays.joblib.gz", dumped(plain, compress=("gzip", 3)))
add("tensors", "objects.joblib", dumped({"a": objects, "b": numpy.ones(2)}))
add("unknown", "records.joblib", dumped(numpy.zeros(2, dtype=[("a", "i4")])))
add("danger", "after.joblib", dumped({"a": numpy.ones(3), "b": Runs()}))
add("danger", "inside.joblib", dumped({"a": hostile, "b": 1}))
# joblib reads the elements as numbers, pickle.load as instructions.
code = b"0cos\nsystem\n(S'id'\ntR."
padded = numpy.frombuffer(code + b"." * (-len(code) % 8), "f8")
twofold = dumped(padded)
at = twofold.index(code)
begin = twofold.rindex(b"b", 0, at)
add("danger", "twofold.joblib", twofold[:begin] + b"b" + twofold[at:])
for protocol in range(5):
    for verdict, name, value in (
        ("data", "builtin", [int, str, ValueError("x"), Ellipsis, range(3), re.compile("a+")]),
        ("tensors", "numpy", [numpy.float32, numpy.random.RandomState(0), numpy.random.default_rng(0)]),
        ("tensors", "tensor", torch.ones(2)),
        ("unknown", "enum", Takes()),
        ("danger", "nested", collections.OrderedDict(a=Runs())),
    ):
        add(verdict, "%s.%d.pkl" % (name, protocol), pickle.dumps(value, protocol))


def text(s):
    return b"\x8c" + bytes([len(s)]) + s.encode()


def stack_global(module, name, rest=b""):
    return b"\x80\x04" + text(module) + text(name) + b"\x93" + rest


call = text("id") + b"\x85R."
add("danger", "through.pkl", stack_global("numpy", "core.os.system", call))
add("danger", "class.pkl", stack_global("collections", "OrderedDict.__class__.__subclasses__", b")R."))
add("danger", "globals.pkl", stack_global("torch._utils", "_rebuild_tensor.__globals__.get", call))
add("danger", "member_called.pkl", b"\x80\x02cbuiltins\ngetattr\n(c__main__\nColor\nX\x03\x00\x00\x00REDtR)R.")
add("danger", "member_changed.pkl", b"\x80\x02cbuiltins\ngetattr\n(c__main__\nColor\nX\x03\x00\x00\x00REDtR}b.")
add("danger", "member_item.pkl", b"\x80\x02cbuiltins\ngetattr\n(c__main__\nA\nX\x03\x00\x00\x00REDtRK\x01K\x02s.")
add("unknown", "called.pkl", b"Pabc\n(S'id'\ntR.")
add("unknown", "extension.pkl", b"\x80\x02\x82\x05)R.")
payload = b"cos\nsystem\n(S'id'\ntR."
add("danger", "like_gguf.pkl", b"GGUF\x00\x00\x00\x00\x000" + payload)
add("danger", "like_safetensors.pkl", b"G\x01\x00\x00\x00\x00\x00\x00{0" + payload)
add("danger", "like_tar.pkl", b"(S'" + b"a" * 254 + b"ustar'\n1" + payload)
add("danger", "zlib.pkl", zlib.compress(payload))
add("danger", "gzip.pkl", gzip.compress(payload))
f = io.BytesIO()
with zipfile.ZipFile(f, "w") as z:
    z.writestr("archive/weights", pickle.dumps(Runs(), 2))
add("danger", "other_name.zip", f.getvalue())
json.dump(files, sys.stdout)
