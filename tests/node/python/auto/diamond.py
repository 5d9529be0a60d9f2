# Classes as tutorials write them: special methods, inheritance, properties.
import math


class Vector:
    """A 2-D vector."""

    def __init__(self, x=0.0, y=0.0):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Vector({self.x!r}, {self.y!r})"

    def __str__(self):
        return f"({self.x}, {self.y})"

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __truediv__(self, k):
        return Vector(self.x / k, self.y / k)

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __bool__(self):
        return bool(abs(self))

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __iter__(self):
        yield self.x
        yield self.y

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __len__(self):
        return 2

    def __contains__(self, v):
        return v == self.x or v == self.y

    def __call__(self, k):
        return self * k

    def __matmul__(self, o):
        return self.x * o.x + self.y * o.y

    def __lt__(self, o):
        return abs(self) < abs(o)

    def __iadd__(self, o):
        self.x += o.x
        self.y += o.y
        return self


v, w = Vector(3, 4), Vector(1.5, -2)
print(v, repr(v), [v, w], v + w, v - w, 2 * v, v * 2, v / 2, -v, abs(v), bool(v), bool(Vector()))
print(v == Vector(3, 4), v != w, hash(v) == hash(Vector(3, 4)), list(v), tuple(w), v[0], v[-1], len(v), 3 in v, 9 in v)
print(v(10), v @ w, w < v, v > w, sorted([v, w]), max(v, w), {v: "a"}[Vector(3, 4)], sum([v, w], Vector()))
u = v
u += w
print(u, v is u)
x, y = v
print(x, y, f"{v} {v!r:>20}|", "%s %r" % (v, w))
try:
    v + 1
except TypeError as e:
    print("TypeError:", e)


class Animal:
    count = 0
    sound = "..."

    def __init__(self, name):
        self.name = name
        Animal.count += 1

    def speak(self):
        return f"{self.name} says {self.sound}"

    @classmethod
    def create(cls, name):
        return cls(name)

    @staticmethod
    def is_animal(x):
        return isinstance(x, Animal)


class Dog(Animal):
    sound = "Woof"

    def __init__(self, name, breed="mutt"):
        super().__init__(name)
        self.breed = breed

    def speak(self):
        return super().speak() + "!"


class Puppy(Dog):
    def speak(self):
        return super().speak().lower()


d, p = Dog("Rex", breed="lab"), Puppy.create("Tiny")
for a in (Animal("Thing"), d, p):
    print(a.speak(), type(a).__name__, isinstance(a, Dog), issubclass(type(a), Animal), a.__class__.__name__)
print(Animal.count, Animal.is_animal(d), Dog.is_animal(3), d.__dict__, vars(p), hasattr(d, "breed"), getattr(d, "age", None))
setattr(d, "age", 3)
print(d.age, Dog.__name__, Puppy.__bases__, d.__class__, type(p), Dog.sound, d.sound)
del d.age
print(hasattr(d, "age"), callable(d.speak), callable(d))


class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance

    @property
    def balance(self):
        "The balance."
        return self._balance

    @balance.setter
    def balance(self, value):
        if value < 0:
            raise ValueError("Balance can't be negative")
        self._balance = value

    @balance.deleter
    def balance(self):
        print("deleting")
        self._balance = 0

    @property
    def label(self):
        return f"{self.owner}: ${self._balance:,.2f}"


a = Account("Ann", 1234.5)
a.balance += 100
print(a.balance, a.label)
try:
    a.balance = -1
except ValueError as e:
    print(e)
try:
    a.label = "x"
except AttributeError as e:
    print("AttributeError")
del a.balance
print(a.balance)


class A:
    def who(self):
        return "A"


class B(A):
    def who(self):
        return "B" + super().who()


class C(A):
    def who(self):
        return "C" + super().who()


class D(B, C):
    def who(self):
        return "D" + super().who()


print(D().who())
