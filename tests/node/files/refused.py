# Files that torch.load must not run or cannot hold, written by real PyTorch and Python.
import os
import pickle
import zipfile

import torch


class Evil:
    def __reduce__(self):
        return os.system, ("touch gone",)


class Config:
    def __init__(self):
        self.lr = 0.1


torch.save(Evil(), "evil.pt")
torch.save({"config": Config()}, "config.pt")
torch.save(torch.ones(2, dtype=torch.complex64), "complex.pt")
with open("old.pt", "wb") as f:
    torch.save(torch.ones(200), f, _use_new_zipfile_serialization=False)
    f.truncate(500)
torch.save(Evil(), "oldevil.pt", _use_new_zipfile_serialization=False)
# Calls of what isn't a function, and of functions of allowed classes.
for name, data in {
    "getattr": b"\x80\x02c__builtin__\ngetattr\nctorch\nsave\nX\x01\x00\x00\x00a\x86R.",
    "eval": b"\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R.",
    "dotted": b"\x80\x02ctorch\nnn.Linear\nK\x01K\x01\x86R.",
    "module": b"\x80\x02ctorch.nn.functional\nrelu\nK\x01\x85R.",
    "data": b"\x80\x02X\x01\x00\x00\x00aK\x01\x85R.",
    "state": b"\x80\x02]X\x01\x00\x00\x00ab.",
    "short": b"\x80\x02X\xff\x00\x00\x00a",
}.items():
    with zipfile.ZipFile(name + ".pt", "w") as z:
        z.writestr("archive/data.pkl", data)
        z.writestr("archive/version", "3\n")
with open("none.pt", "wb") as f:
    f.write(pickle.dumps({"a": 1}))
