# Attributes through __dict__, which MicroPython only gives a copy of.
class Config:
    def __init__(self, **kw):
        self.__dict__.update(kw)
c = Config(lr=0.1, layers=[2, 3])
print(c.lr, c.__dict__)
c.__dict__["name"] = "run"
c.__dict__.update({"lr": 0.2}, extra=1)
print(sorted(c.__dict__.items(), key=lambda item: item[0]), c.name)
del c.__dict__["extra"]
print(hasattr(c, "extra"), c.__dict__.pop("name"), c.__dict__.pop("name", "none"))
try:
    c.__dict__.pop("name")
except KeyError as e:
    print("KeyError:", e)
print(c.__dict__.setdefault("lr", 9), c.__dict__.setdefault("new", 9), c.new)
c.__dict__["lr"] += 1
print(c.lr)
other = Config()
other.__dict__ = {"q": 1}
print(other.q, other.__dict__)
other.__dict__.clear()
print(other.__dict__)
class Guarded:
    def __setattr__(self, name, value):
        self.__dict__[name.upper()] = value
g = Guarded()
g.a = 4
print(g.__dict__, g.A)
