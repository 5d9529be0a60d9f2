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


class Node:
    __slots__ = ["value", "next"]

    def __init__(self, value, next=None):
        self.value = value
        self.next = next


n = Node(1, Node(2))
print(n.next.value, hasattr(n, "__dict__"))
