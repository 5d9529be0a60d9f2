# In-place changes: version counters and the errors they lead to.
import torch


def attempt(name, f):
    try:
        f()
        print(name, "went well")
    except (RuntimeError, ValueError, TypeError, IndexError) as e:
        print(name, type(e).__name__ + ":", str(e).split("\n")[0])


a = torch.ones(3)
print(a._version)
a.add_(1)
a[0] = 5
print(a, a._version, a[1:]._version)

w = torch.ones(3, requires_grad=True)


def saved():
    y = w.exp()
    y.add_(1)
    y.sum().backward()


attempt("saved output", saved)


def leaf():
    w.mul_(2)


attempt("leaf", leaf)


def leaf_view():
    w[0].mul_(2)


attempt("view of leaf", leaf_view)


def leaf_item():
    w[0] = 3


attempt("item of leaf", leaf_item)


def fine():
    y = w * 2
    y.add_(1)
    y[0] = 7
    y.sum().backward()
    print(w.grad)


attempt("in place on a result", fine)


def shapes():
    a = torch.ones(3)
    a += torch.ones(2, 3)


attempt("grow", shapes)


def kinds():
    a = torch.ones(3, dtype=torch.long)
    a += 0.5


attempt("cast", kinds)


def view_ok():
    base = torch.zeros(4, requires_grad=True) * 1
    v = base[:2]
    v.fill_(3)
    print(base)
    base.sum().backward()


attempt("view", view_ok)
b = torch.arange(6).reshape(2, 3)
print(b, b.shape)
c = torch.zeros(2, 3)
c[:, 1] += 1
c[1] -= torch.tensor([1.0, 2.0, 3.0])
c *= 2
print(c)
c.clamp_(-1, 1).neg_()
print(c)
c.masked_fill_(c > 0, 9.0).zero_()
print(c)
print(c.copy_(torch.arange(3.0)))
print(c.uniform_(1, 1), c.fill_(2).sqrt_().pow_(2).round_())
