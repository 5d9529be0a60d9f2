def outer():
    def inner(x):
        return [1, 2][x]

    return [inner(i) for i in range(3)]


outer()
