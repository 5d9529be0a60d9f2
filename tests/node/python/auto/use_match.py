def f(x):
    match x:
        case 0:
            return "zero"
        case [a, b]:
            return f"pair {a} {b}"
        case {"k": v}:
            return f"dict {v}"
        case _:
            return "other"


print(f(0), f([1, 2]), f({"k": 3}), f("z"))
