class Typed:
    def __init__(self, kind):
        self.kind = kind

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return getattr(obj, self.name)

    def __set__(self, obj, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}")
        setattr(obj, self.name, value)


class P:
    name = Typed(str)
    age = Typed(int)

    def __init__(self, name, age):
        self.name, self.age = name, age


p = P("a", 3)
print(p.name, p.age)
try:
    p.age = "x"
except TypeError as e:
    print(e)


class Lazy:
    def __getattr__(self, name):
        return f"<{name}>"

    def __setattr__(self, name, value):
        print("set", name)
        object.__setattr__(self, name, value)


l = Lazy()
l.a = 1
print(l.a, l.b, l.__dict__)


class Singleton:
    _inst = None

    def __new__(cls, *args, **kwargs):
        if cls._inst is None:
            cls._inst = super().__new__(cls)
        return cls._inst

    def __init__(self, v=0):
        self.v = v


a, b = Singleton(1), Singleton(2)
print(a is b, a.v)


class Slots:
    __slots__ = ("x", "y")

    def __init__(self):
        self.x = 1


s = Slots()
try:
    s.z = 3
    print("no error")
except AttributeError as e:
    print(type(e).__name__)


class Meta(type):
    def __new__(mcs, name, bases, ns):
        ns["added"] = 42
        return super().__new__(mcs, name, bases, ns)


class WithMeta(metaclass=Meta):
    pass


print(WithMeta.added)


class Plugin:
    registry = []

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Plugin.registry.append(cls.__name__)


class A(Plugin):
    pass


print(Plugin.registry)
