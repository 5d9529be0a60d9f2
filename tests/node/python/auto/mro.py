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
print([c.__name__ for c in D.__mro__])
print(D.mro())


class Base:
    def __init__(self):
        print("Base")
        super().__init__()


class Mixin:
    def __init__(self):
        print("Mixin")
        super().__init__()


class Child(Base, Mixin):
    def __init__(self):
        print("Child")
        super().__init__()


Child()
