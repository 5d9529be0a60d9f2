# Exceptions: try, except, else, finally, custom classes, chains.
def divide(a, b):
    try:
        result = a / b
    except ZeroDivisionError as e:
        print("error:", e)
        return None
    except TypeError as e:
        print("type error:", e)
        return -1
    else:
        print("fine")
        return result
    finally:
        print("finally")


print(divide(6, 3), divide(1, 0), divide("a", 2))


class ValidationError(Exception):
    """Raised for bad input."""

    def __init__(self, field, message="invalid"):
        super().__init__(f"{field}: {message}")
        self.field = field


class AgeError(ValidationError):
    pass


try:
    raise AgeError("age", "must be positive")
except ValidationError as e:
    print(type(e).__name__, e, e.field, e.args, repr(e), isinstance(e, Exception))
for f in (
    lambda: 1 / 0,
    lambda: 1 // 0,
    lambda: 1 % 0,
    lambda: 1.0 / 0,
    lambda: 1.5 // 0,
    lambda: 1.5 % 0,
    lambda: [1, 2][5],
    lambda: (1,)[3],
    lambda: "abc"[10],
    lambda: {"a": 1}["b"],
    lambda: {}[3],
    lambda: int("x"),
    lambda: int("3.5"),
    lambda: int(""),
    lambda: float("abc"),
    lambda: int("12", 2),
    lambda: int(None),
    lambda: int([]),
    lambda: float(None),
    lambda: "a" + 1,
    lambda: 1 + "a",
    lambda: [1] + (2,),
    lambda: "a" * "b",
    lambda: None + 1,
    lambda: len(5),
    lambda: len(None),
    lambda: None.foo,
    lambda: "abc".foo,
    lambda: (5).foo,
    lambda: [].push(1),
    lambda: undefined,
    lambda: [3, 1].index(7),
    lambda: [].pop(),
    lambda: [1].pop(5),
    lambda: [1].remove(3),
    lambda: {}.pop("k"),
    lambda: set().pop(),
    lambda: {1}.remove(2),
    lambda: 3(),
    lambda: None(),
    lambda: "a"(),
    lambda: [][None],
    lambda: [1]["a"],
    lambda: "abc"["x"],
    lambda: 5[0],
    lambda: None[0],
    lambda: {[]: 1},
    lambda: {{}},
    lambda: {[1], 2},
    lambda: sum([1, "a"]),
    lambda: max([]),
    lambda: min(()),
    lambda: 1 < "a",
    lambda: [] < 3,
    lambda: None > 1,
    lambda: -"a",
    lambda: ~1.5,
    lambda: iter(5),
    lambda: list(5),
    lambda: [x for x in 5],
    lambda: next([]),
    lambda: abs("a"),
    lambda: ord("ab"),
    lambda: chr(-1),
    lambda: range(1, 2, 0),
    lambda: range("a"),
    lambda: "x".join([1, 2]),
    lambda: "abc".index("z"),
    lambda: "a".split(""),
    lambda: open("missing.txt"),

    lambda: next(iter([])),
    lambda: isinstance(1, 2),
    lambda: 2 ** "a",
    lambda: 1 << -1,
    lambda: [1, 2, 3][1:2:0],
    lambda: bytes("a"),
    lambda: "{}".format(),
    lambda: "%d %d" % 1,
    lambda: "%d" % (1, 2),
    lambda: round("a"),
    lambda: {"a": 1}.a,
    lambda: dict(a=1)(),
    lambda: tuple(5),
    lambda: set(5),
    lambda: zip(5),
    lambda: enumerate(5),
    lambda: map(None, 3),
    lambda: [].append(),
    lambda: [].append(1, 2),
    lambda: (1, 2).append(3),
    lambda: hash([]),
    lambda: setattr(1, "a", 2),
    lambda: float("1,5"),
    lambda: {}["a"]["b"],
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, "|", e)
