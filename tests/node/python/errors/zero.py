def mean(xs):
    return sum(xs) / len(xs)


def report(xs):
    m = mean(xs)
    print(m)


report([1, 2, 3])
report([])
