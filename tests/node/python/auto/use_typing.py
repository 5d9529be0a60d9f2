from __future__ import annotations
from typing import Any, Callable, Dict, Generic, Iterator, List, Literal, NamedTuple, Optional, Protocol, Tuple, TypeVar, Union

T = TypeVar("T")


class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: List[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def pop(self) -> T:
        return self.items.pop()


s: Stack[int] = Stack[int]()
s.push(1)
print(s.pop())


class Speaker(Protocol):
    def speak(self) -> str: ...


def greet(x: Optional[str] = None, *rest: Any) -> Union[str, None]:
    return x


print(greet("a"), greet())


class Employee(NamedTuple):
    name: str
    id: int = 3


e = Employee("Guido")
print(e, e.id, e._asdict())
