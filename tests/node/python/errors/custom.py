class ShapeError(ValueError):
    def __init__(self, expected, got):
        super().__init__(f"expected {expected}, got {got}")


def f():
    raise ShapeError((2, 3), (3, 2))


f()
