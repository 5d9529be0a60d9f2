from typing import Any, Callable, Dict, Generic, Iterator, List, Literal, Optional, Protocol, Tuple, TypeVar, Union

T = TypeVar("T")
K = TypeVar("K")


class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: List[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def pop(self) -> T:
        return self.items.pop()

    def __len__(self) -> int:
        return len(self.items)


class Pair(Generic[T, K]):
    def __init__(self, a: T, b: K):
        self.a, self.b = a, b


class Speaker(Protocol):
    def speak(self) -> str: ...


class Dog:
    def speak(self) -> str:
        return "woof"


def apply(f: Callable[[int], int], xs: list[int]) -> dict[int, int]:
    return {x: f(x) for x in xs}


def first(xs: List[T], default: Optional[T] = None) -> Union[T, None]:
    return xs[0] if xs else default


Vector = List[float]
Mode = Literal["r", "w"]


def scale(k: float, v: Vector) -> Vector:
    return [k * x for x in v]


def talk(s: Speaker) -> str:
    return s.speak()


def gen() -> Iterator[int]:
    yield 1


def union(x: int | str | None = None) -> tuple[int, ...]:
    return (1, 2)


s = Stack[int]()
s.push(1)
s.push(2)
print(s.pop(), len(s), Pair("a", 1).b, apply(lambda x: x + 1, [1, 2]), first([]), first([3]), scale(2, [1.0]), talk(Dog()), list(gen()), union())
