def g():
    yield 1
    raise ValueError("inside")


for x in g():
    print(x)
