from enum import Enum, IntEnum, auto


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = auto()


print(Color.RED, Color.RED.name, Color.RED.value, list(Color), Color(2), Color["BLUE"], repr(Color.GREEN), Color.RED is Color.RED, Color.RED == 1)
