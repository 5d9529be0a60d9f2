# Tensors of one element where numbers stand: sorted(), chains, math, format fields.
import math

import torch

t = torch.tensor(2.5)
v = torch.tensor([3.0, 1.0, 2.0])
print(sorted(v), sorted(v, reverse=True), sorted([torch.tensor(3), torch.tensor(1)]))
print(sorted([("a", t), ("b", v[1])], key=lambda pair: pair[1]))
print(bool(1 < t < 4), bool(3 < t < 4), 0 < len(v) < 5)
print(math.isclose(t, 2.5), math.atan2(t, t), math.pow(t, 2), math.tan(v[1]), math.fabs(-t))
d = {"a:b": 1, "x": {"y": 2}}
print(f"{torch.device('cuda:1')} {t:.1f} {'a:b'} {len('a:b'):3d}| {d['a:b']} {(lambda: 3)()} {d['x']['y']:>4} {'a}b'} {{x}}")
print(f"{'yes' if d else 'no:'}", f'{d.get("a:b")}', f"{[1, 2, 3][0:2]}", f"{ {1: 2} }")
print(f"time {'12:30'} and {t.item():>{6}.{2}f}")
try:
    divmod(t, 2)
except TypeError as e:
    print(e)


class Point:
    @property
    def size(self):
        return 1


try:
    Point().size = 2
except AttributeError as e:
    print(e)
