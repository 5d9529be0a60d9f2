# Writing in place through views, expanded and overlapping memory, .data and .detach().
import torch


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)


def product():
    m = torch.ones(2, 2, requires_grad=True)
    n = m * 1
    o = n @ n
    n[0, 0] = 5
    o.sum().backward()


def pieces():
    a, b = (torch.ones(4, requires_grad=True) * 1).split(2)
    a.add_(1)


def leaves():
    a, b = torch.ones(4, requires_grad=True).chunk(2)
    a.add_(1)


def rows():
    r = (torch.ones(4, requires_grad=True) * 1).unbind()
    r[1].mul_(2)


def free_pieces():
    a, b = torch.ones(4).split(2)
    a.add_(1)
    return a, b


def by_data():
    y = w.tanh()
    y.data.zero_()
    y.sum().backward()
    return w.grad, y


def by_detach():
    y = w.tanh()
    y.detach().zero_()
    y.sum().backward()


def expanded():
    x = torch.ones(3)
    x.expand(2, 3).add_(1)


def filled():
    x = torch.ones(3)
    x.expand(2, 3).fill_(4)
    return x


def shifted():
    x = torch.arange(4.0)
    x[1:] = x[:-1]


def transposed():
    x = torch.arange(4.0).view(2, 2)
    x += x.T


def one_dtype_as_another():
    x = torch.tensor([1.0, -2.0])
    bits = x.view(torch.int32)
    bits[0] = 0x40490FDB
    return x, bits, x.view(torch.uint8), torch.zeros(1, 4, dtype=torch.int16).view(torch.int64)


for f in (product, pieces, leaves, rows, free_pieces, by_data, by_detach, expanded, filled, shifted,
          transposed, one_dtype_as_another):
    attempt(f)

attempt(lambda: w[0].shape.missing)
attempt(lambda: torch.float32.missing)
attempt(lambda: torch.ones(2, 3).view(torch.float64))
attempt(lambda: torch.tensor(1.0).view(torch.uint8))
for name, value in (("shape", 3), ("dtype", torch.int), ("is_leaf", True)):
    attempt(lambda: setattr(w, name, value))
attempt(lambda: setattr(w, "grad", 3))
attempt(lambda: torch.ones(3).mT)
attempt(lambda: torch.ones(3).H)
attempt(lambda: torch.Size([1.5]))
attempt(lambda: "%d x %d" % torch.ones(2, 3).shape)
print(isinstance(w.shape, tuple), isinstance(w, torch.FloatTensor), isinstance(w, torch.LongTensor))
print(type(torch.max(torch.eye(2), 0)), torch.iinfo(torch.int32), torch.iinfo(torch.int8))
