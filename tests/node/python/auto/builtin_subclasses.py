class Upper(str):
    def shout(self):
        return self.upper() + "!"


print(Upper("a").shout(), Upper("b"))


class MyList(list):
    def total(self):
        return sum(self)


m = MyList([1, 2])
m.append(3)
print(m.total(), m, len(m))


class D(dict):
    def __missing__(self, k):
        return k * 2


print(D()["a"])
