"""Makes the golden values: what real PyTorch gives for every operator, layer and optimizer.

    /usr/bin/python3 tests/golden/make.py build/golden/golden.jsonl

Read by tests/core/golden_test.cpp, natively and as WebAssembly. Made by `npm test` when a file of
this folder has changed; nothing of it is committed.
"""

import os
import sys
import warnings

import torch

import indexing
import layers
import linalg
import neural
import optimizers
import pointwise
import reductions
import shapes
from recorder import Recorder


def main(path):
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    part = path + ".part"
    with open(part, "w", encoding="ascii") as stream:
        recorder = Recorder(stream)
        for family in (pointwise, reductions, shapes, indexing, linalg, neural, layers, optimizers):
            before = recorder.count
            family.make(recorder)
            print(f"{family.__name__}: {recorder.count - before} cases")
    # A run that was stopped leaves no file that looks whole.
    os.replace(part, path)


if __name__ == "__main__":
    main(sys.argv[1])
