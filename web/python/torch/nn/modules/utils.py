"""torch.nn.modules.utils: one number for several dimensions."""


def _ntuple(n):
    def parse(x):
        return tuple(x) if hasattr(x, "__iter__") else (x,) * n

    return parse


_single = _ntuple(1)
_pair = _ntuple(2)
_triple = _ntuple(3)
_quadruple = _ntuple(4)
