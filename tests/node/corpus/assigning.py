# Writing into tensors: x[...] = v, fill_, masked_fill_ and copy_, with gradients and their errors.
import torch


def attempt(what):
    try:
        print(what())
    except (RuntimeError, IndexError, TypeError, ValueError) as e:
        print(type(e).__name__ + ":", e)


def put(x, index, value):
    x[index] = value
    return x


# Filling in place, with a number and with a tensor.
x = torch.zeros(2, 3, requires_grad=True)
print((x * 1).fill_(2.0))
print((x * 1).fill_(torch.tensor(2.0)))
v = torch.tensor(3.0, requires_grad=True)
board = torch.zeros(2, 3)
board[0] = v
board[1, 1:] = v * 2
print(board)
board.sum().backward()
print(v.grad)
attempt(lambda: torch.zeros(3).fill_(torch.ones(2)))

# Leading dimensions of size 1 don't count; everything else must expand.
attempt(lambda: put(torch.zeros(2, 3), 0, torch.ones(1, 1, 3)))
attempt(lambda: put(torch.zeros(2, 3), 0, torch.ones(4)))
attempt(lambda: put(torch.zeros(2, 3), 0, torch.ones(2, 3)))
attempt(lambda: put(torch.zeros(2, 3), (slice(None), 0), torch.ones(3)))
attempt(lambda: put(torch.zeros(2, 3), slice(None), torch.ones(2, 2)))
attempt(lambda: put(torch.arange(6.0).view(2, 3), (slice(None), slice(0, 2)), -1))
attempt(lambda: put(torch.zeros(4), slice(None, None, 2), torch.tensor([1.0, 2.0])))

# Bools into masks and numbers.
seen = torch.zeros(4, dtype=torch.bool)
seen[0] = True
seen[1:3] = torch.tensor([True, True])
seen[seen.clone()] = False
seen[-1] = True
print(seen, put(torch.zeros(2), 0, True), put(torch.zeros(2).long(), 1, True))

# What can't be assigned, and where.
attempt(lambda: put(torch.zeros(2, 3), 0, [1, 2, 3]))
attempt(lambda: put(torch.zeros(2, 3), 0, None))
attempt(lambda: put(torch.zeros(2, 3), 5, 1))
attempt(lambda: put(torch.zeros(2, 3), (0, 0, 0), 1))
attempt(lambda: put(torch.tensor(1.0), 0, 1))
attempt(lambda: put(torch.tensor(1.0), slice(None), 1))
attempt(lambda: put(torch.tensor(1.0), ..., 7))
attempt(lambda: put(torch.zeros(2, 3), torch.tensor([0, 1]), torch.ones(2)))
attempt(lambda: put(torch.zeros(2, 3), torch.tensor([0, 1]), torch.ones(3, dtype=torch.int64)))
attempt(lambda: put(torch.zeros(2, 3), torch.zeros(2, 2) == 0, 4))
attempt(lambda: torch.zeros(2, 0)[:, torch.tensor([0])])
attempt(lambda: torch.zeros(2, 3)[1.0:])

# Masks.
mask = torch.tensor([True, False, True])
attempt(lambda: torch.zeros(2, 3).masked_fill(mask, torch.tensor(2)))
attempt(lambda: torch.zeros(2, 3).masked_fill(mask, torch.ones(2)))
attempt(lambda: torch.zeros(2, 3).masked_fill(mask[:2], 1))
attempt(lambda: torch.zeros(2, 3).long().masked_fill(mask, 1.5))

# Copies.
attempt(lambda: torch.zeros(2, 3).copy_(torch.ones(2)))
attempt(lambda: torch.zeros(2, 3).copy_(torch.ones(4, 2, 3)))
attempt(lambda: torch.zeros(2, 3).copy_(3))

# In the graph.
w = torch.zeros(3, requires_grad=True)
attempt(lambda: put(w, 0, 1.0))
y = w * 1
y[0] = 5.0
print(y)
y[torch.tensor([0])] = 3.0
print(y)
y[y > 2] = 0
print(y)

print(torch.zeros(0, 3).t().is_contiguous(), torch.zeros(2, 0, 3).transpose(0, 2).is_contiguous())
print(torch.tensor([1, 2]).true_divide(2), torch.tensor([1.0, 3.0]).true_divide_(2))
