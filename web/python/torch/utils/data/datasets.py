"""torch.utils.data.datasets: small real data that comes with Gradbox (PyTorch has no such module).

MNIST, CIFAR and the like are downloads, and there is no network here: use load_digits(), or drop the
files into the page's file list and read them from there.
"""
from .dataset import TensorDataset


def _lines(name):
    path = __file__.rsplit("/", 1)[0] + "/_" + name + ".txt"
    try:
        with open(path) as f:
            return [line for line in f.read().split("\n") if line and line[0] != "#"]
    except OSError:
        raise RuntimeError("the data of load_%s() comes with a snippet that names it" % name)


def load_digits():
    """The 8x8 digits: a TensorDataset of 1797 images (1, 8, 8), float32 from 0 to 1, and their digits,
    int64. UCI Machine Learning Repository, E. Alpaydin and C. Kaynak 1998, CC BY 4.0."""
    import torch

    lines = _lines("digits")
    pixels = torch.frombuffer("".join([line[:64] for line in lines]).encode(), dtype=torch.uint8).float()
    pixels = torch.where(pixels > 96, pixels - 87, pixels - 48)
    digits = torch.tensor([int(line[64:]) for line in lines])
    return TensorDataset(pixels.view(-1, 1, 8, 8) / 16, digits)


def load_iris():
    """Fisher's irises: a TensorDataset of 150 rows (4,) of float32, in cm, and the species, int64: 0
    setosa, 1 versicolor, 2 virginica. UCI Machine Learning Repository, CC BY 4.0."""
    import torch

    rows = [[float(v) for v in line.split(",")] for line in _lines("iris")]
    table = torch.tensor(rows)
    return TensorDataset(table[:, :4], table[:, 4].long())
