class Dog:
    pass


def walk(d):
    d.walk()


walk(Dog())
