from dataclasses import dataclass, field, asdict, astuple, replace, fields, is_dataclass
from typing import ClassVar, List, Optional, Dict


@dataclass
class Item:
    name: str
    price: float = 0.0
    tags: List[str] = field(default_factory=list)
    quantity: int = field(default=1, repr=False)
    kind: ClassVar[str] = "item"

    def total(self) -> float:
        return self.price * self.quantity


@dataclass(order=True)
class Card:
    sort_index: int = field(init=False, repr=False)
    rank: int
    suit: str = "spades"

    def __post_init__(self):
        self.sort_index = self.rank


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

    def __add__(self, o):
        return Point(self.x + o.x, self.y + o.y)


@dataclass
class Base:
    a: int
    b: int = 2


@dataclass
class Derived(Base):
    c: Optional[int] = None
    d: Dict[str, int] = field(default_factory=dict)


@dataclass
class Node:
    value: int
    next: "Node" = None


@dataclass(kw_only=True)
class Config:
    lr: float = 0.1
    epochs: int


@dataclass(eq=False)
class NoEq:
    x: int


i = Item("pen", 1.5, quantity=10)
i.tags.append("blue")
print(i, i.total(), Item("x").tags, Item.kind, i == Item("pen", 1.5, ["blue"], 10), i != Item("pen"))
print(asdict(i), astuple(i), replace(i, name="pencil"), [f.name for f in fields(i)], is_dataclass(i), is_dataclass(Item), is_dataclass(3))
print(sorted([Card(3), Card(1, "hearts"), Card(2)]), Card(1) < Card(2), max(Card(5), Card(9)))
p = Point(1, 2)
print(p, p + Point(3), {p: 1}[Point(1, 2)], hash(p) == hash(Point(1, 2)), len({Point(1), Point(1)}))
try:
    p.x = 3
except Exception as e:
    print(type(e).__name__, e)
print(Derived(1), Derived(1, 3, 4, {"k": 1}), asdict(Derived(1)), Node(1, Node(2)), asdict(Node(1, Node(2))))
print(Config(epochs=3), NoEq(1) == NoEq(1))
for f in (lambda: Item(), lambda: Config(0.1, 3), lambda: Point(1, 2, 3), lambda: Point(z=1), lambda: Point(1) < Point(2), lambda: Config()):
    try:
        print(f())
    except TypeError as e:
        print(e)
try:

    @dataclass
    class Bad:
        x: list = []

except ValueError as e:
    print(e)
try:
    del p.x
except Exception as e:
    print(type(e).__name__, e)
