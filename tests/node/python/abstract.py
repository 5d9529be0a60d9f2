"""Abstract base classes: what may be made, and what the refusal says."""
from abc import ABC, ABCMeta, abstractmethod


def attempt(cls, *args):
    try:
        made = cls(*args)
        print(cls.__name__, "made", type(made).__name__)
        return made
    except TypeError as error:
        print(error)


class Shape(ABC):
    unit = None
    sides = 0

    @abstractmethod
    def area(self):
        """The area."""

    @abstractmethod
    def name(self):
        return "a shape"

    def describe(self):
        return "%s of %s" % (self.name(), self.area())


class Half(Shape):
    def area(self):
        return 2


class Square(Half):
    unit = None

    def __init__(self, side=1):
        self.side = side

    def area(self):
        return self.side**2

    def name(self):
        return "square, not " + super().name()


attempt(Shape)
attempt(Half)
print(attempt(Square, 3).describe())


class Named(metaclass=ABCMeta):
    @property
    @abstractmethod
    def title(self): ...

    @classmethod
    @abstractmethod
    def make(cls): ...

    @staticmethod
    @abstractmethod
    def check(x): ...


class Plain(Named):
    title = "plain"

    @classmethod
    def make(cls):
        return cls()

    @staticmethod
    def check(x):
        return x > 0


class Nothing(Named):
    title = None


attempt(Named)
attempt(Nothing)
print(Plain.make().title, Plain.check(1))


class Again(Plain):
    @abstractmethod
    def title(self): ...


attempt(Again)


class Both(ABC):
    """Has nothing abstract, so it can be made."""

    def __init__(self, x):
        self.x = x


print(attempt(Both, 4).x, issubclass(Square, Shape), isinstance(Square(), Half))
