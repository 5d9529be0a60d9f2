# Damages what torch.save writes and loads it, for as many seconds as seconds.txt says: each file
# loads, or fails with UnpicklingError or RuntimeError. Prints a line a finding, then how many there
# were of each kind of end. The seed is in seed.txt.
import time

import torch
from torch import _zip
from torch._pickle import UnpicklingError

with open("seconds.txt") as f:
    seconds = float(f.read())
with open("seed.txt") as f:
    state = int(f.read()) % 0x7FFFFFFE + 1
LARGEST = 5.0


class Bytes:
    """A file in memory."""

    def __init__(self, data):
        self._data = data

    def read(self):
        return self._data


def random(n):
    global state
    state = state * 48271 % 0x7FFFFFFF
    return (state >> 8) % n


# Opcodes and arguments as they stand in the pickles of PyTorch, and numbers that invite mistakes.
PIECES = [
    b"(", b")", b"]", b"}", b"N", b".", b"0", b"1", b"2", b"t", b"R", b"Q", b"b", b"e", b"u", b"a", b"s",
    b"\x81", b"\x85", b"\x86", b"\x87", b"\x8f", b"\x90", b"\x91", b"\x93", b"\x94", b"K\x00", b"K\xff",
    b"J\xff\xff\xff\xff", b"J\xff\xff\xff\x7f", b"\x8a\x01\xff", b"\x8b\xff\xff\xff\xff", b"\x8b\xff\xff\xff\x7f",
    b"T\xff\xff\xff\xff", b"X\x01\x00\x00\x00a", b"X\xff\xff\xff\xff", b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"h\x00", b"h\x05", b"q\x00", b"j\xff\xff\xff\x7f", b"r\xff\xff\xff\x7f", b"G\x7f\xf0\x00\x00\x00\x00\x00\x00",
    b"ctorch\nFloatStorage\n", b"ctorch._utils\n_rebuild_tensor_v2\n", b"ccollections\nOrderedDict\n",
    b"c__builtin__\nset\n", b"ctorch.nn.modules.linear\nLinear\n", b"ctorch\nSize\n", b"cos\nsystem\n",
]


def damaged(data):
    out = bytearray(data)
    for _ in range(1 + random(4)):
        at = random(len(out)) if out else 0
        kind = random(6)
        if kind == 0 and out:
            out[at] = out[at] ^ 1 << random(8)
        elif kind == 1 and out:
            out[at] = random(256)
        elif kind == 2:
            out = out[:at] + PIECES[random(len(PIECES))] + out[at:]
        elif kind == 3:
            out = out[:at] + out[at + 1 + random(20) :]
        elif kind == 4:
            end = at + 1 + random(30)
            to = random(len(out)) if out else 0
            out = out[:to] + out[at:end] + out[to:]
        else:
            out = out[:at] + PIECES[random(len(PIECES))] + out[at + 1 + random(4) :]
    return bytes(out)


def archives():
    """Seeds: files as they are, and zip archives as lists of entries."""
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2), torch.nn.ReLU())
    x = torch.arange(6).float().reshape(2, 3)
    many = [
        {"w": x, "view": x[1:], "t": x.t(), "half": x.half(), "n": 3, "s": "text", "l": [1, 2.5, None, True]},
        model.state_dict(),
        model,
        {"a": (1, 2), ("b", 1): {1, 2}, "big": 1 << 70, "bytes": b"abc"},
        torch.optim.Adam(model.parameters()).state_dict(),
    ]
    raw, zips = [], []
    for i in range(len(many)):
        for old in (False, True):
            name = "seed%d%s.pt" % (i, "old" if old else "")
            torch.save(many[i], name, _use_new_zipfile_serialization=not old)
            with open(name, "rb") as f:
                data = f.read()
            raw.append(data)
            if not old:
                a = _zip.Archive(data)
                zips.append([(n, a.read(n)) for n in a.names()])
    return raw, zips


def tried(data):
    began = time.time()
    try:
        torch.load(Bytes(data))
        end = "loaded"
    except (UnpicklingError, RuntimeError) as e:
        end = type(e).__name__
        if not str(e):
            print("FINDING no reason", data.hex())
    except Exception as e:
        end = "finding"
        print("FINDING", type(e).__name__, e, data.hex())
    if time.time() - began > LARGEST:
        print("FINDING slow", data.hex())
    return end


raw, zips = archives()
ends = {}
until = time.time() + seconds
while time.time() < until:
    if random(2):
        data = damaged(raw[random(len(raw))])
    else:
        entries = list(zips[random(len(zips))])
        i = [n for n, _ in entries].index([n for n, _ in entries if n.endswith("data.pkl")][0])
        entries[i] = (entries[i][0], damaged(entries[i][1]))
        data = _zip.write(entries)
    end = tried(data)
    ends[end] = ends.get(end, 0) + 1
print("ENDS", ", ".join(["%s %d" % (k, ends[k]) for k in sorted(ends)]))
