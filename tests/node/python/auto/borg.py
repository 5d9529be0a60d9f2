# One dict for all objects of a class.
class Borg:
    _shared = {}

    def __init__(self):
        self.__dict__ = self._shared


first, second = Borg(), Borg()
first.v = 5
print(second.v, Borg._shared)
