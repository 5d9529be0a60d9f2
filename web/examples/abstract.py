# title: Abstract base classes
# about: Make an incomplete class fail when it is built, not in production.
# group: Five concepts
# order: 5

from abc import ABC, abstractmethod


# Without ABC the gap shows only when the missing method is called.
class LooseStore:
    def save(self, weights):
        raise NotImplementedError("save is missing")


class LazyStore(LooseStore):
    pass


store = LazyStore()
print("LazyStore was built without complaint ...")
try:
    store.save([0.1, 0.2])
except NotImplementedError as error:
    print("... and failed at its first use:", error)


# With ABC the interface is checked the moment an object is made.
class WeightStore(ABC):
    @abstractmethod
    def save(self, weights):
        """Keep the weights."""

    @abstractmethod
    def load(self):
        """Give the kept weights back."""


class HalfStore(WeightStore):
    def save(self, weights):
        self.weights = weights


try:
    HalfStore()
except TypeError as error:
    print("HalfStore was refused:", error)


class MemoryStore(HalfStore):
    def load(self):
        return self.weights


store = MemoryStore()
store.save([0.1, 0.2])
print("MemoryStore is complete:", store.load())
