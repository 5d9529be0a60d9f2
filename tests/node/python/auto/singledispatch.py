from functools import singledispatch


@singledispatch
def describe(x):
    return "something"


@describe.register
def _(x: int):
    return "an int"


@describe.register
def _(x: str):
    return "a str"


print(describe(1), describe("a"), describe(2.0))
