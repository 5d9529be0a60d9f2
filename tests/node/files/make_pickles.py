"""Writes pickles of every protocol, and what CPython's pickletools reads in them, as JSON."""
import base64
import collections
import datetime
import io
import json
import os
import pickle
import pickletools
import random
import sys

import numpy
import torch


class Plain:
    def __init__(self):
        self.x = 1


class Slots:
    __slots__ = ("a", "b")


class Options:
    def __getnewargs_ex__(self):
        return (1,), {"key": "value"}

    def __new__(cls, *args, **options):
        return object.__new__(cls)


class Runs:
    def __reduce__(self):
        return os.system, ("echo pwned",)


class Evaluates:
    def __reduce__(self):
        return eval, ("__import__('os').system('id')",)


class Old(list):
    pass


shared = ["twice"]
slots = Slots()
slots.a = 1
old = Old()
old.append(1)
cyclic = []
cyclic.append(cyclic)
random.seed(5)


def anything(depth):
    kind = random.randrange(9 if depth else 6)
    if kind == 0:
        return random.choice((0, 1, -1, 255, 256, 65535, 65536, -(1 << 31), 1 << 31, -(1 << 70), 10**300))
    if kind == 1:
        return random.choice((0.0, -0.0, 1e16, 1e-5, 0.1, 1.5e300, float("inf"), 123456789.0))
    if kind == 2:
        return random.choice(("", "plain", "it's", 'quote "both\'', "line\nbreak", "ünï\u20ac\U0001f600", "\x00\x7f\x85"))
    if kind == 3:
        return random.choice((b"", b"bytes", b"\x00\xff'\"\n\\", bytearray(b"ab")))
    if kind == 4:
        return random.choice((None, True, False))
    if kind == 5:
        return random.choice((1 + 2j, datetime.date(2020, 1, 2), collections.OrderedDict(a=1)))
    items = [anything(depth - 1) for _ in range(random.randrange(5))]
    if kind == 6:
        return items
    if kind == 7:
        return tuple(items)
    return {str(i): v for i, v in enumerate(items)}


values = {
    "none": None,
    "numbers": [0, 1, 255, 256, -1, 1 << 40, 1.5, True],
    "texts": ["a", "é", "x" * 300, b"b" * 300],
    "shared": [shared, shared, {"a": shared}],
    "cyclic": cyclic,
    "sets": [{1, 2}, frozenset((3,))],
    "many": list(range(3000)),
    "dict": {i: str(i) for i in range(1500)},
    "plain": Plain(),
    "slots": slots,
    "options": Options(),
    "old": old,
    "array": numpy.arange(6.0).reshape(2, 3),
    "scalar": numpy.float32(2),
    "tensor": torch.arange(4.0),
    "system": {"weights": [1, 2], "more": Runs()},
    "eval": Evaluates(),
}
for i in range(30):
    values["random%d" % i] = anything(4)

files = {}


def add(name, data):
    listing = []
    error = None
    try:
        for opcode, arg, pos in pickletools.genops(data):
            shown = None if arg is None else repr(arg)
            listing.append([pos, opcode.name, shown])
    except Exception as e:
        error = str(e)
    files[name] = {"bytes": base64.b64encode(data).decode(), "listing": listing, "error": error}


for name, value in values.items():
    for protocol in range(6):
        try:
            data = pickle.dumps(value, protocol)
        except (TypeError, pickle.PicklingError):
            continue
        add("%s.%d" % (name, protocol), data)
        if protocol > 0 and name.startswith("random"):
            # Cut anywhere: both readers must agree on what can still be read.
            add("%s.%d.cut" % (name, protocol), data[: random.randrange(len(data))])

# What Python 3 doesn't write: text of Python 2, instances of old classes.
add("python2", b"(dp0\nS'a\\x41'\np1\nU\x02bcT\x02\x00\x00\x00de(iabc\nDef\np2\n(cabc\nGhi\nK\x01ot.")
add("longs", b"(L123L\nI01\nI00\nI-7\nF1.5\n\x8b\x02\x00\x00\x00\xff\x7fl.")
add("extension", b"\x80\x02\x82\x05\x83\x05\x01\x84\x05\x01\x00\x00\x87.")
add("rare", b"\x80\x04N2r\x00\x01\x00\x000j\x00\x01\x00\x00((1Pan id\nK\x05Q"
    b"\x8d\x01\x00\x00\x00\x00\x00\x00\x00z\x8e\x01\x00\x00\x00\x00\x00\x00\x00z.")
buffers = []
add("buffers", pickle.dumps(pickle.PickleBuffer(b"outside"), 5, buffer_callback=buffers.append))

model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
saved = {}
for name, (value, options) in {
    "weights.pt": (model.state_dict(), {}),
    "legacy.pt": ({"w": torch.ones(2, 2), "n": 3}, {"_use_new_zipfile_serialization": False}),
    "model.pt": (model, {}),
    "danger.pt": ({"w": torch.ones(2), "x": Runs()}, {}),
}.items():
    f = io.BytesIO()
    torch.save(value, f, **options)
    saved[name] = base64.b64encode(f.getvalue()).decode()
f = io.BytesIO()
torch.jit.save(torch.jit.script(model), f)
saved["script.pt"] = base64.b64encode(f.getvalue()).decode()

json.dump({"pickles": files, "saved": saved}, sys.stdout)
