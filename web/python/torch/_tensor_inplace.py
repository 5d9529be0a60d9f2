"""In-place methods of Tensor whose operator has no in-place form in the core: t.gt_(0)."""

_NAMES = (
    "eq ne lt le gt ge greater greater_equal less less_equal not_equal logical_and logical_or "
    "logical_xor logical_not heaviside nextafter polygamma float_power igamma igammac addmv baddbmm arctan2"
).split()


def _in_place(name):
    def method(self, *args, **kwargs):
        return self.copy_(getattr(self, name)(*args, **kwargs))

    return method


METHODS = {}
for _name in _NAMES:
    METHODS[_name + "_"] = _in_place(_name)
